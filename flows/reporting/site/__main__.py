"""The process that writes the docs site of a release: what is to be written comes on its standard input."""

import json
import sys
from pathlib import Path

from flows.processes import end_with_parent

end_with_parent(int(sys.argv[1]))

from flows.reporting.charting.embedding import library  # noqa: E402
from flows.reporting.charting.trends import declared  # noqa: E402
from flows.reporting.site.build import build_site, templates  # noqa: E402 (the parent may be gone before this)

# All while the warehouse is still being built.
templates()
library()
declared()
if said := sys.stdin.read():
    database, folder = map(Path, json.loads(said))
    build_site(database, folder)
