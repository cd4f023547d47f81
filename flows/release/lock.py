"""One refresh of a warehouse at a time."""

from __future__ import annotations

from filelock import FileLock, Timeout

from flows.errors import G60Error
from flows.settings import Paths


def lock(paths: Paths) -> FileLock:
    """The lock of a warehouse, held. Raises G60Error when it is taken already or cannot be written."""
    held = FileLock(paths.lock, timeout=0)
    try:
        paths.warehouse.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except Timeout as error:
        what = "another refresh of this warehouse is running"
        raise G60Error(what, str(paths.lock), "wait for it to end") from error
    except OSError as error:
        what = f"the warehouse cannot be written: {error.strerror}"
        remedy = "give the user of the refresh the right to write there, or name another with --warehouse"
        raise G60Error(what, str(paths.warehouse), remedy) from error
    return held
