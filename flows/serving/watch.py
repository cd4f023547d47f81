"""When the raw files call for a refresh: by what they are, not by what happened to them.

A look that finds the raw files other than what was published or refused asks for a refresh, and asks again
until that is no longer so. An event that is lost, a run that crashed and a restart therefore change nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

Seen = frozenset[tuple[str, int, int]]
FIRST_PAUSE = 20.0
LONGEST_PAUSE = 3600.0


def look_at(folder: Path) -> Seen:
    """Path, time of change in nanoseconds and size in bytes of each file; nothing is opened.

    Hidden files are left out, as in the fingerprint. A file that goes while it is looked at is not seen.
    """
    seen = set()
    for parent, _, files in os.walk(folder):
        for name in files:
            if name.startswith("."):
                continue
            try:
                stat = (Path(parent) / name).stat()
            except OSError:
                continue
            seen.add((os.path.join(parent, name), stat.st_mtime_ns, stat.st_size))  # noqa: PTH118
    return frozenset(seen)


class Watch:
    """The watch over one folder of raw files. Times are seconds of one clock."""

    def __init__(self, fingerprint: Callable[[], str], settled: str | None = None) -> None:
        self._fingerprint = fingerprint
        self._seen: Seen | None = None
        self._inputs: str | None = None
        self._stale = True
        self._asks = 0
        self._not_before = 0.0
        self._since = 0.0
        self.settled = settled
        """The inputs that need no refresh any more: published once, or refused by the gate."""

    def look(self, seen: Seen, published: str | None, busy: bool, now: float) -> str | None:
        """The fingerprint of the inputs to ask a refresh for, or None.

        Files that changed since the look before may still be copied. `published` is the fingerprint of the
        current release; while a refresh is `busy` nothing is asked.
        """
        if seen != self._seen:
            self._seen, self._stale = seen, True
            return None
        if self._stale:
            inputs = self._fingerprint()
            self._stale = False
            if inputs != self._inputs:
                self._inputs, self._since = inputs, now
                self._asks, self._not_before = 0, 0.0
        if self._inputs == published:
            # A release taken back later is not published again behind the back of who did so.
            self.settled = published
        if self._inputs == self.settled or busy or now < self._not_before:
            return None
        self._asks += 1
        self._not_before = now + pause(self._asks)
        return self._inputs

    def ended(self, started: float, refused: bool) -> None:
        """A refresh that started at a time has ended, refused by the gate or in another way."""
        self._stale = True
        if refused and started >= self._since:
            self.settled = self._inputs


def pause(times: int) -> float:
    """Seconds to wait after asking a number of times for the same inputs, twice as long each time."""
    return float(min(FIRST_PAUSE * 2 ** min(times - 1, 20), LONGEST_PAUSE))


def seconds_of(moment: str) -> float:
    """A moment of the API on the clock of `time.time`."""
    return dt.datetime.fromisoformat(moment).timestamp()
