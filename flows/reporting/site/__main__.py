"""`python -m flows.reporting.site DATABASE FOLDER` writes the docs site of a release."""

import sys
from pathlib import Path

from flows.reporting.site import build_site

build_site(Path(sys.argv[1]), Path(sys.argv[2]))
