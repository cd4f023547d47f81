"""`g60 sql`: an interactive terminal over the current release."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.errors import G60Error
from flows.settings import paths

TERMINAL = "harlequin"


def open_terminal(
    warehouse: Annotated[
        Path | None, typer.Option("--warehouse", help="folder of releases [warehouse/]", show_default=False)
    ] = None,
) -> None:
    """Open an interactive SQL terminal over the current release, read-only."""
    from flows.release.current import require_release

    release = require_release(paths(None, warehouse))
    if importlib.util.find_spec(TERMINAL) is None:
        raise G60Error(
            "the interactive terminal is an extra that is not installed",
            TERMINAL,
            "run pip install -e '.[sql]' in the folder of the project, or ask one statement with g60 query",
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise G60Error("this is no terminal", "g60 sql", "run it in one, or ask one statement with g60 query")
    # By the versioned file: a flip while the terminal is open changes nothing under the reader's hands.
    command = [sys.executable, "-m", TERMINAL, "--adapter", "duckdb", "--read-only", str(release.database)]
    ended = subprocess.run(command, check=False).returncode
    if ended:
        raise typer.Exit(ended)
