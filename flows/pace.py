"""How fast long work goes and how long the rest of it will take."""

from __future__ import annotations

import time


class Pace:
    """Work on files of so many bytes. What was done before counts as passed and says nothing of speed."""

    def __init__(self, size: int, files: int) -> None:
        self.size, self.files = size, files
        self.passed_size = self.passed_files = self.worked = self.rows = 0
        self.since = time.monotonic()

    def passed(self, size: int, rows: int | None) -> None:
        """One more file is done; `rows`: how many were read of it, None where it was read before."""
        self.passed_size += size
        self.passed_files += 1
        if rows is not None:
            self.worked += size
            self.rows += rows

    def told(self) -> str:
        """Which file of how many; once something was worked on, the rate and the time that is left."""
        at = f"{self.passed_files + 1}/{self.files}"
        spent = time.monotonic() - self.since
        if not self.worked or spent < 1:
            return at
        left = (self.size - self.passed_size) * spent / self.worked
        return f"{at}, {self.rows / spent:,.0f} rows/s, {in_words(left)}"


def in_words(seconds: float) -> str:
    """A span of time as people say it: 40 s, 12 min, 3 h 20 min, 2.5 d."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 36 * 60 else f"{minutes / 1440:,.1f} d"
