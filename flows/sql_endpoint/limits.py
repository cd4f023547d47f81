"""What one client, one statement and the endpoint as a whole may have."""

from __future__ import annotations

import os
from dataclasses import dataclass


def memory_of_machine() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@dataclass(frozen=True)
class Limits:
    """Seconds, megabytes and counts. `seconds` is what DuckDB may work, not what a slow client reads."""

    seconds: float = 60.0
    yield_seconds: float = 10.0
    megabytes: int = 1000
    threads: int = 2
    workers: int = 8
    clients: int = 200
    logins: int = 64
    login_seconds: float = 10.0
    idle_seconds: float = 3600.0
    stall_seconds: float = 60.0
    portal_seconds: float = 60.0
    message_bytes: int = 1 << 20
    result_bytes: int = 1 << 30
    statements: int = 500
    held_bytes: int = 1 << 22


def usual() -> Limits:
    """Limits for this machine: all workers together may take half of its memory."""
    cores = os.cpu_count() or 2
    workers = min(max(4, 2 * cores), 16)
    megabytes = memory_of_machine() // 2 // workers // 10**6
    return Limits(threads=cores, workers=workers, megabytes=min(max(megabytes, 256), 2000))
