"""Manners of child processes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int | None = None) -> None:
    """Have Linux end this process when its parent is gone, however it went; elsewhere nothing happens.

    Called by a child that has begun, `parent` names who started it: if gone meanwhile, this process ends.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").prctl(PR_SET_PDEATHSIG, signal.SIGTERM if parent is None else signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(1)
