"""Scores of aggregates from those of their children: what the macro index_score does, on grids.

Every array is of runs × periods × places; one layer stands for all runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.indexing.drawing.panel import Mask, Real

# Numbers that the comparison of all places with all may hold at a time.
PAIRS = 4_000_000


@dataclass(frozen=True)
class Scores:
    """Scores of a node. Where it is not `there` it is missing, and others stand for it; None: there
    everywhere. A NaN that is there is not defined, and leaves its parent without a score."""

    value: Real
    there: Mask | None


def leaf(normalised: Real) -> Scores:
    """An indicator without a value is missing."""
    gaps = np.isnan(normalised)
    return Scores(normalised, ~gaps if gaps.any() else None)


class Mean:
    """A weighted mean of some power. Children are added one by one; those of no weight do not count."""

    def __init__(self, power: float, min_share: float) -> None:
        self.power, self.min_share = power, 0.0 if np.isnan(min_share) else min_share
        self.total: Real | float = 0.0
        self.weight: Real | float = 0.0
        self.count: Real | float = 0.0
        self.siblings: Real | float = 0.0
        self.is_whole = True

    def add(self, child: Scores, weight: Real) -> None:
        """`weight`: one a run (B × 1 × 1)."""
        counts = weight != 0
        self.siblings = self.siblings + counts
        term = weight * powered(child.value, self.power)
        if child.there is None and counts.all():
            self.weight = self.weight + weight
            self.count = self.count + 1.0
        else:
            self.is_whole = False
            there = counts if child.there is None else child.there & counts
            term = np.where(there, term, 0.0)
            self.weight = self.weight + np.where(there, weight, 0.0)
            self.count = self.count + there
        if isinstance(self.total, float):
            self.total = term
        else:
            np.add(self.total, term, out=self.total)

    def scores(self) -> Scores:
        if isinstance(self.total, float):
            return Scores(np.full((1, 1, 1), np.nan), np.zeros((1, 1, 1), dtype=bool))
        mean = self.total / self.weight
        if self.power == 0:
            mean = np.exp(mean)
        elif self.power != 1:
            mean = mean ** (1 / self.power)
        if self.is_whole:
            return Scores(mean, None)
        there = self.count >= np.maximum(1, self.min_share * self.siblings - 1e-9)
        return Scores(np.where(there, mean, np.nan), there)


def powered(score: Real, power: float) -> Real:
    """What a mean of this power adds up (macro index_powered), NaN where it is not defined.

    Of zero, a logarithm and a power below zero are infinite, which makes the mean zero.
    """
    if power == 1:
        return score
    if power == 0:
        return np.log(score)
    above = np.where(score < 0, np.nan, score)
    return np.asarray(1 / above if power == -1 else above**power)


class Copeland:
    """Opponents of the same period beaten less those lost to, by the weight of the children ahead."""

    def __init__(self, min_share: float, is_opponent: Mask) -> None:
        self.min_share = 0.0 if np.isnan(min_share) else min_share
        self.is_opponent = is_opponent
        self.children: list[tuple[Scores, Real]] = []

    def add(self, child: Scores, weight: Real) -> None:
        self.children.append((child, weight))

    def scores(self) -> Scores:
        nothing = Scores(np.full((1, 1, 1), np.nan), np.zeros((1, 1, 1), dtype=bool))
        if not self.children:
            return nothing
        runs = max(max(len(child.value), len(weight)) for child, weight in self.children)
        shape = (runs, *self.is_opponent.shape)
        values = [np.broadcast_to(child.value, shape) for child, _ in self.children]
        weights = [np.broadcast_to(weight, (runs, 1, 1)) for _, weight in self.children]
        count = np.zeros(shape)
        siblings = np.zeros((runs, 1, 1))
        is_defined = np.ones(shape, dtype=bool)
        counted = []
        for (child, _), value, weight in zip(self.children, values, weights, strict=True):
            there = (weight != 0) & (True if child.there is None else child.there)
            there = np.broadcast_to(there, shape)
            counted.append(there)
            count += there
            siblings += weight != 0
            is_defined &= ~(there & np.isnan(value))
        takes_part = count >= np.maximum(1, self.min_share * siblings - 1e-9)
        score, met = np.zeros(shape), np.zeros(shape, dtype=bool)
        step = max(1, PAIRS // (runs * shape[2]))
        for period in range(shape[1]):
            rival = (takes_part & is_defined)[:, period] & self.is_opponent[period]
            for first in range(0, shape[2], step):
                some = slice(first, first + step)
                lean = whole = np.zeros((1, 1, 1))
                meet = np.zeros((1, 1, 1), dtype=bool)
                for value, weight, there in zip(values, weights, counted, strict=True):
                    own, other = value[:, period, some, None], value[:, period, None, :]
                    both = (there & takes_part)[:, period, some, None] & (there[:, period] & rival)[
                        :, None, :
                    ]
                    lean = lean + np.where(both, weight * np.sign(own - other), 0)
                    whole = whole + np.where(both, weight, 0)
                    meet = meet | both
                places = np.arange(shape[2])
                meet = meet & (places[some, None] != places[None, :])
                # Where weights balance but for rounding, neither is ahead.
                ahead = np.where(np.abs(lean) > 1e-12 * whole, np.sign(lean), 0)
                score[:, period, some] = np.where(meet, ahead, 0).sum(axis=2)
                met[:, period, some] = meet.any(axis=2)
        return Scores(np.where(met & is_defined, score, np.nan), met)
