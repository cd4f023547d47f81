"""One refresh of a warehouse at a time, and a name to whoever holds it."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from flows.errors import G60Error, InUse
from flows.settings import Paths


@contextmanager
def lock(paths: Paths) -> Iterator[None]:
    """Hold the lock of a warehouse. Raises G60Error when it is taken already or cannot be written.

    The system takes the lock back from a process that dies, so a crash never leaves it held.
    """
    held = FileLock(paths.lock, timeout=0)
    try:
        paths.warehouse.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except Timeout as error:
        what = f"another refresh of this warehouse is running{holder(paths)}"
        raise InUse(what, str(paths.lock), "wait for it to end") from error
    except OSError as error:
        what = f"the warehouse cannot be written: {error.strerror}"
        remedy = "give the user of the refresh the right to write there, or name another with --warehouse"
        raise G60Error(what, str(paths.warehouse), remedy) from error
    try:
        # Only a courtesy to whoever finds the lock taken: a full disk is told where it matters.
        with contextlib.suppress(OSError):
            paths.lock_holder.write_text(json.dumps(myself()), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            paths.lock_holder.unlink(missing_ok=True)
        held.release()


def myself() -> dict[str, str | int]:
    now = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    return {"user": getpass.getuser(), "host": socket.gethostname(), "pid": os.getpid(), "since": now}


def holder(paths: Paths) -> str:
    """Who holds the lock, in words; nothing where it is not known."""
    try:
        said = json.loads(paths.lock_holder.read_text(encoding="utf-8"))
        return f" since {said['since']}, by {said['user']} as process {said['pid']} on {said['host']}"
    except (OSError, ValueError, KeyError):
        return ""
