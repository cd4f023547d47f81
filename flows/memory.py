"""Memory of a refresh."""

from __future__ import annotations

import contextlib
import ctypes

M_TRIM_THRESHOLD = -1
KEPT_BYTES = 128 * 1024


def give_back_freed_memory() -> None:
    """Have the C library return freed memory to the system at once; without glibc nothing happens.

    glibc raises its threshold by itself as large blocks come and go, and dbt's parse is such a block: left
    alone, a refresh holds some 100 MB that nothing uses any more.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
