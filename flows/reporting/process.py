"""The docs site by a process of its own, which reads its templates while the warehouse is still being built.

In a thread of the refresh, pages and exports would wait for each other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from flows.errors import G60Error


class SiteWriter:
    """The caller's end: starts the process at once, asks it for one site."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.reporting.site", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def write(self, database: Path, folder: Path) -> None:
        """Write the site of a release into `folder`. Raises G60Error with the last line the process said."""
        _, errors = self.process.communicate(json.dumps([str(database), str(folder)]))
        if self.process.returncode:
            said = errors.strip().splitlines() or [f"status {self.process.returncode}"]
            raise G60Error(f"the docs site cannot be written: {said[-1]}", str(folder), "refresh again")

    def __enter__(self) -> SiteWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process, whatever it is at: an unfinished release is scratch."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stderr):
            if stream and not stream.closed:
                stream.close()
