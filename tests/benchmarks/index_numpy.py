"""The uncertainty of an index as one would write it by hand in numpy: what the engine is measured against.

Indicators below pillars below a root, figures that move evenly within their intervals, weights that move by a
quarter; by turns min-max or z-scores within the period, arithmetic or geometric means; scores, ranks within
the period, and the median, 5 and 95 % of both. `whole` has no loop: its arrays are of all draws, periods,
places and indicators. `in_blocks` does the same to a few draws at a time, which keeps them in the cache of
the processor: the fastest way in numpy, if one that has to be thought of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
SPREAD = 0.25
QUANTILES = [0.05, 0.5, 0.95]
MIN_MAX, Z_SCORE = (1.0, 100.0), (10.0, 2.0)


@dataclass(frozen=True)
class Panel:
    """Synthetic figures: `low` and `high` by period, place and indicator; `pillar` of each indicator."""

    low: Real
    high: Real
    pillar: NDArray[np.int64]

    @property
    def pillars(self) -> int:
        return int(self.pillar.max()) + 1


def panel(periods: int, places: int, indicators: int, pillars: int = 8, seed: int = 60) -> Panel:
    rng = np.random.default_rng(seed)
    level = rng.normal(size=(1, places, 1))
    figures = np.exp(
        (0.3 + np.arange(indicators) % 5 / 4)
        * (level * rng.uniform(-0.5, 1, indicators) + rng.normal(size=(periods, places, indicators)))
    )
    half = rng.uniform(0.005, 0.05, figures.shape)
    return Panel(figures * (1 - half), figures * (1 + half), np.arange(indicators) % pillars)


def drawn(shape: tuple[int, ...], rng: np.random.Generator) -> Real:
    """Weights of 1, moved."""
    return 1 + SPREAD * (2 * rng.random(shape) - 1)


def scores(cells: Real, weights: Real, pillar_weights: Real, pillar: NDArray[np.int64]) -> Real:
    """Scores by draw, period and place. `cells` (draws × periods × places × indicators) is overwritten.

    Of every four draws the first two are scaled by min-max and the others by z-scores; the first and third
    are arithmetic means, the others geometric.
    """
    for first in (0, 1):
        some = cells[first::4]
        low, high = some.min(axis=2, keepdims=True), some.max(axis=2, keepdims=True)
        some -= low
        some *= (MIN_MAX[1] - MIN_MAX[0]) / (high - low)
        some += MIN_MAX[0]
        some = cells[first + 2 :: 4]
        some -= some.mean(axis=2, keepdims=True)
        squares = np.einsum("dtpi,dtpi->dti", some, some)[:, :, None]
        some *= Z_SCORE[1] / np.sqrt(squares / (some.shape[2] - 1))
        some += Z_SCORE[0]
    np.log(cells[1::2], out=cells[1::2])
    # A column of weights for each pillar, zero for the indicators of the others.
    share = weights[:, :, None] * (pillar[:, None] == np.arange(pillar_weights.shape[1]))
    share /= share.sum(axis=1, keepdims=True)
    of_pillars = np.matmul(cells, share[:, None])
    shares = pillar_weights / pillar_weights.sum(axis=1, keepdims=True)
    found: Real = np.matmul(of_pillars, shares[:, None, :, None])[..., 0]
    # The logarithm of a geometric mean is what the mean of the next level adds up.
    np.exp(found[1::2], out=found[1::2])
    return found


def ranks(found: Real) -> Real:
    """1 for the highest of each draw and period."""
    order = np.argsort(-found, axis=-1)
    made = np.empty_like(order)
    np.put_along_axis(made, order, np.broadcast_to(np.arange(1, found.shape[-1] + 1), order.shape), axis=-1)
    return made.astype(np.float64)


def moved(given: Panel, draws: int, rng: np.random.Generator) -> Real:
    cells = rng.random((draws, *given.low.shape))
    cells *= given.high - given.low
    cells += given.low
    return cells


def some_scores(given: Panel, draws: int, rng: np.random.Generator) -> Real:
    weights, pillar_weights = drawn((draws, len(given.pillar)), rng), drawn((draws, given.pillars), rng)
    return scores(moved(given, draws, rng), weights, pillar_weights, given.pillar)


def summary(found: Real) -> tuple[Real, Real]:
    """Quantiles of scores and of ranks, by quantile, period and place."""
    return np.quantile(found, QUANTILES, axis=0), np.quantile(ranks(found), QUANTILES, axis=0)


def whole(given: Panel, draws: int) -> tuple[Real, Real]:
    return summary(some_scores(given, draws, np.random.default_rng(1)))


def in_blocks(given: Panel, draws: int, size: int = 4) -> tuple[Real, Real]:
    rng = np.random.default_rng(1)
    return summary(np.concatenate([some_scores(given, size, rng) for _ in range(0, draws, size)]))
