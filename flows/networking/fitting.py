"""Iterative proportional fitting: cells that no source prints, from sums over sets of them that one does.

Deming and Stephan (1940): every cell of a set is scaled by the printed sum over the sum so far, set after
set, until all sums hold. Of all tables that meet the sums it is the one nearest to the seed in relative
entropy (Csiszár 1975). Sets may overlap; a cell in none of them stays unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = 1e-10
MOST_ROUNDS = 10_000

Values = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Margin:
    """The sum of a set of cells, by their numbers, and the ends of the interval it was printed with."""

    cells: tuple[int, ...]
    total: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Fit:
    """Fitted cells, the rounds it took, and the largest relative difference from a sum that was left."""

    values: Values
    rounds: int
    worst: float

    @property
    def has_converged(self) -> bool:
        """Whether all sums are met: sums that contradict each other, or a seed of zeros, never are."""
        return self.worst <= TOLERANCE


def fit(seed: Sequence[float], margins: Sequence[Margin]) -> Fit:
    """Scale `seed` to meet all margins."""
    values = np.array(seed, dtype=np.float64)
    sets = [np.array(margin.cells, dtype=np.intp) for margin in margins]
    worst, rounds = np.inf, 0
    while worst > TOLERANCE and rounds < MOST_ROUNDS:
        rounds += 1
        before = values.copy()
        for cells, margin in zip(sets, margins, strict=True):
            so_far = values[cells].sum()
            if so_far > 0:
                values[cells] *= margin.total / so_far
        worst = max(
            (off(values[cells].sum(), margin.total) for cells, margin in zip(sets, margins, strict=True)),
            default=0.0,
        )
        if np.array_equal(before, values):
            break
    return Fit(values, rounds, worst)


def off(found: float, wanted: float) -> float:
    return abs(float(found) - wanted) / (abs(wanted) or 1.0)


@dataclass(frozen=True)
class Printed:
    """A total that a source prints for the links between two areas, in a measure and a period."""

    measure: str
    is_directed: bool
    period: str
    year: int
    from_code: str
    to_code: str
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Fitted:
    """A link between two places that a fit allots. Its interval is what the sums alone allow."""

    measure: str
    period: str
    year: int
    from_code: str
    to_code: str
    value: float
    low: float
    high: float | None
    margins: int
    rounds: int
    worst: float
    has_converged: bool


def pairs_between(a: Sequence[str], b: Sequence[str], is_directed: bool) -> set[Pair]:
    """Cells of the links from the places of one area to those of another, none from a place to itself."""
    pairs = {(x, y) for x in a for y in b if x != y}
    return pairs if is_directed else {(min(pair), max(pair)) for pair in pairs}


def seed_of(pair: Pair, year: int, gravity: Mapping[Pair, Mapping[int, float]]) -> float | None:
    """The gravity between two places in the last year up to the one asked for, else in the first known."""
    by_year = gravity.get((min(pair), max(pair)), {})
    known = sorted(by_year)
    earlier = [one for one in known if one <= year]
    return by_year[earlier[-1] if earlier else known[0]] if known else None


def allot(
    printed: Iterable[Printed],
    members: Mapping[str, Sequence[str]],
    gravity: Mapping[Pair, Mapping[int, float]],
) -> list[Fitted]:
    """Split the printed totals between areas over the places in them, each measure and period by itself.

    Where one pair of places has no gravity, its measure is left as printed in that period.
    """

    def of(code: str) -> Sequence[str]:
        return members.get(code, [code])

    networks: dict[tuple[str, str], list[Printed]] = defaultdict(list)
    for total in printed:
        networks[total.measure, total.period].append(total)
    found: list[Fitted] = []
    for (measure, period), totals in sorted(networks.items()):
        sets = [pairs_between(of(t.from_code), of(t.to_code), t.is_directed) for t in totals]
        cells = sorted(set().union(*sets))
        year = totals[0].year
        seed = [seed_of(pair, year, gravity) for pair in cells]
        known = [value for value in seed if value is not None]
        # Nothing is split where each total is that of one pair.
        if len(known) < len(cells) or all(len(pairs) == 1 for pairs in sets):
            continue
        number = {pair: n for n, pair in enumerate(cells)}
        margins = [
            Margin(tuple(sorted(number[pair] for pair in pairs)), t.value, t.low, t.high)
            for pairs, t in zip(sets, totals, strict=True)
        ]
        result = fit(known, margins)
        for n, (from_code, to_code) in enumerate(cells):
            low, high = bounds(n, margins)
            found.append(
                Fitted(
                    measure=measure,
                    period=period,
                    year=year,
                    from_code=from_code,
                    to_code=to_code,
                    value=float(result.values[n]),
                    low=low,
                    high=high,
                    margins=sum(n in margin.cells for margin in margins),
                    rounds=result.rounds,
                    worst=result.worst,
                    has_converged=result.has_converged,
                )
            )
    return found


def bounds(cell: int, margins: Sequence[Margin]) -> tuple[float, float | None]:
    """What the sums by themselves leave open: no cell is below zero or above a sum it is part of."""
    tops = [margin.high for margin in margins if cell in margin.cells and margin.high is not None]
    alone = [margin.low for margin in margins if margin.cells == (cell,) and margin.low is not None]
    return max(alone, default=0.0), min(tops, default=None)
