"""A child process with all that it starts in one group, one log of bounded size, and one certain end."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

LOG_BYTES = 4 * 2**20
OLD_LOGS = 2


class Child:
    """A Python module that runs in a session of its own and does not outlive this process."""

    def __init__(
        self, name: str, module: str, *arguments: str, env: dict[str, str], log: Path, cwd: Path
    ) -> None:
        self.name, self.log = name, log
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.serving.tethered", module, *arguments],
            env=env,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._writer = threading.Thread(target=self._write_log, name=f"log of {name}", daemon=True)
        self._writer.start()

    def _write_log(self) -> None:
        handler = logging.handlers.RotatingFileHandler(
            self.log, maxBytes=LOG_BYTES, backupCount=OLD_LOGS, encoding="utf-8"
        )
        assert self.process.stdout
        with contextlib.closing(handler), self.process.stdout as lines:
            for line in lines:
                text = line.decode("utf-8", "replace").rstrip("\n")
                handler.handle(logging.makeLogRecord({"msg": "%s", "args": (text,)}))

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself. It is not reaped yet, so its group's number stays its own."""
        if self.process.returncode is not None:
            return True
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def stop(self, seconds: float) -> None:
        """Ask it to end, wait no longer than `seconds`, then kill what is left of its group."""
        if self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        until = time.monotonic() + seconds
        while not self.ended and time.monotonic() < until:
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self._writer.join(2)
