"""The process that reads the lineage of a build."""

import sys
from pathlib import Path

from flows.processes import end_with_parent

end_with_parent(int(sys.argv[1]))

from flows.lineage.process import serve  # noqa: E402 (the parent may be gone before all of this is imported)

serve(Path(sys.argv[2]))
