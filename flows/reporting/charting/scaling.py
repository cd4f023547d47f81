"""Round numbers for an axis, and places for labels that would lie on each other."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10


def ticks(low: float, high: float) -> list[float]:
    """Round numbers that span a range, about five of them."""
    raw = (high - low or abs(high) or 1) / 5
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * s for s in (1, 2, 2.5, 5, 10) if unit * s >= raw * 0.999)
    first = floor(low / step + 1e-9)
    count = next(n for n in range(1, 20) if (first + n) * step >= high - step * 1e-9)
    return [(first + n) * step for n in range(count + 1)]


def spread(wanted: Sequence[float], step: float, top: float, bottom: float) -> list[float]:
    """Heights of labels, as near to the wanted heights as their size allows; `wanted` goes down the page."""
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + step) if placed else max(y, top))
    for i in range(len(placed) - 1, -1, -1):
        limit = bottom if i == len(placed) - 1 else placed[i + 1] - step
        placed[i] = min(placed[i], limit)
    return placed


def room(texts: Sequence[str], most: int = 130) -> int:
    """About how wide the widest of some labels is, in pixels; a Chinese sign is as wide as two letters."""
    wide = max((sum(13 if ord(sign) > 0x2E80 else 7 for sign in text) for text in texts), default=0)
    return min(most, wide + 14)
