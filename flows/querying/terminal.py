"""`g60 sql`: an interactive terminal over the current release."""

from __future__ import annotations

import importlib.util
import os
import sys

from flows.errors import G60Error
from flows.release.current import require_release
from flows.settings import Paths


def open_terminal(where: Paths) -> None:
    """Become harlequin on the database of the current release, read-only.

    A terminal keeps the release it was opened on. Raises G60Error where there is no terminal to show it on or
    no harlequin.
    """
    release = require_release(where)
    if importlib.util.find_spec("harlequin") is None:
        remedy = "install it with pip install -e '.[sql]', or ask with g60 query"
        raise G60Error("the interactive terminal is not installed", "harlequin", remedy)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise G60Error("there is no terminal to show it on", "g60 sql", "ask with g60 query instead")
    command = [sys.executable, "-m", "harlequin", "--adapter", "duckdb", "--read-only", str(release.database)]
    os.execv(command[0], command)
