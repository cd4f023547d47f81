"""Faults of what a user hands over, told in one sentence: what and where, and what mends it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from flows.errors import G60Error
from flows.landing.shown import seen

SHOWN = 3


class Fault(NamedTuple):
    """What is wrong, named with its row and column, and what to do about it."""

    what: str
    remedy: str


def refuse(faults: Sequence[Fault], file: Path, total: int | None = None) -> None:
    """Raise G60Error with the first of `total` faults of a file and the remedy of the very first.

    Does nothing where there are none.
    """
    if faults:
        left = (total or len(faults)) - len(faults[:SHOWN])
        told = "; ".join(fault.what for fault in faults[:SHOWN])
        more = f"; and {left} more" if left else ""
        raise G60Error(seen(told + more), seen(str(file)), faults[0].remedy)


def named(texts: Sequence[str], limit: int = 6) -> str:
    """A few names in a sentence, and how many more there are."""
    more = f" and {len(texts) - limit} more" if len(texts) > limit else ""
    return ", ".join(texts[:limit]) + more
