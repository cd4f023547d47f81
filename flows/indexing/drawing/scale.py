"""Treated values on a common scale: what the macro index_normalised does, on runs × periods × places."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.indexing.drawing.panel import Indicator, Panel, Real, Scale

RANKS = ("rank", "percentile_rank", "borda")


def normalised(values: Real, indicator: Indicator, scale: Scale, panel: Panel) -> Real:
    """Values of one indicator on its scale, NaN where there is no place for them.

    `values` may be overwritten. Statistics are those of the units that are ranked; what would be divided by
    zero is missing.
    """
    a, b = scale.a, scale.b
    if scale.kind == "goalposts":
        return a + (b - a) * position(values, indicator, scale.cap)
    x = values if indicator.direction > 0 else -values
    if scale.kind == "scaled":
        return (x - a) / none_if_zero(b)
    if scale.kind == "base_year":
        return 100 * x / none_if_zero(anchored(x, scale))
    members = x if panel.is_ranked.all() else np.where(panel.is_ranked, x, np.nan)
    if scale.kind in RANKS:
        return placed(members, scale.kind, panel)
    axes = panel.statistic_axes
    if scale.kind == "z_score":
        return z_score(x, members, scale, axes)
    low = np.fmin.reduce(members, axis=axes, keepdims=True)
    if scale.kind == "distance_to_reference":
        reference = anchored(x, scale)
        return 1 - (reference - x) / none_if_zero(reference - low)
    if scale.kind == "distance_to_target":
        target = indicator.target * indicator.direction
        progress = 1 - (target - x) / none_if_zero(target - low)
        return np.minimum(progress, 1) if scale.cap else progress
    high = np.fmax.reduce(members, axis=axes, keepdims=True)
    if scale.kind == "fraction_of_maximum":
        return x / np.where(high > 0, high, np.nan)
    if scale.kind == "distance_to_maximum":
        return 1 - (high - x) / none_if_zero(high - low)
    if scale.kind == "min_max":
        made = np.subtract(x, low)
        np.multiply(made, (b - a) / none_if_zero(high - low), out=made)
        return np.add(made, a, out=made)
    raise ValueError(scale.kind)


def none_if_zero(number: NDArray[np.floating[Any]] | float) -> Real:
    return np.where(number == 0, np.nan, number)


def position(values: Real, indicator: Indicator, cap: bool) -> Real:
    """Between the goalposts, counted from the bad one."""
    low, high = indicator.goalpost_low, indicator.goalpost_high
    made = (values - low if indicator.direction > 0 else high - values) / none_if_zero(high - low)
    return np.clip(made, 0, 1) if cap else made


def anchored(x: Real, scale: Scale) -> Real:
    """For each place what it is set against, NaN where there is nothing."""
    assert scale.anchor is not None
    flat = x.reshape(len(x), -1)
    found = np.where(scale.anchor < 0, np.nan, flat[:, scale.anchor])
    return np.asarray(found.reshape(x.shape))


def z_score(x: Real, members: Real, scale: Scale, axes: tuple[int, ...]) -> Real:
    count = np.count_nonzero(~np.isnan(members), axis=axes, keepdims=True)
    total = np.nansum if np.isnan(members.sum()) else np.sum
    mean = total(members, axis=axes, keepdims=True) / count
    made: Real = np.subtract(x, mean)
    apart = made if members is x else members - mean
    squares = total(np.square(apart), axis=axes, keepdims=True)
    spread = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
    # The mean of a constant may differ from it in the last digit.
    constant = np.fmin.reduce(members, axis=axes, keepdims=True) == np.fmax.reduce(
        members, axis=axes, keepdims=True
    )
    np.multiply(made, scale.b / none_if_zero(np.where(constant, 0, spread)), out=made)
    np.add(made, scale.a, out=made)
    return made


def placed(members: Real, kind: str, panel: Panel) -> Real:
    rows = members if panel.is_within_period else members.reshape(len(members), 1, -1)
    ranks = lowest_rank(rows)
    if kind != "rank":
        ranks = ranks - 1
    if kind == "percentile_rank":
        count = np.count_nonzero(~np.isnan(rows), axis=2, keepdims=True)
        ranks = ranks / none_if_zero(count - 1.0)
    return ranks.reshape(members.shape)


def lowest_rank(values: Real) -> Real:
    """Ranks along the last axis from 1 for the lowest, those that tie the lowest; NaN has none."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    first = np.broadcast_to(np.arange(1.0, values.shape[-1] + 1), values.shape).copy()
    first[..., 1:][ordered[..., 1:] == ordered[..., :-1]] = 0
    np.maximum.accumulate(first, axis=-1, out=first)
    first[np.isnan(ordered)] = np.nan
    ranks = np.empty_like(first)
    np.put_along_axis(ranks, order, first, axis=-1)
    return ranks
