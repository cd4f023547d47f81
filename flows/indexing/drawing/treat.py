"""Treatment of skewed indicators: what is done to a series is the macro index_treatment's decision."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from flows.indexing.drawing.move import Mover
from flows.indexing.drawing.panel import Panel, Real, Treat
from flows.indexing.models import render

NONE, WINSORISED, LOG, BOXCOX = range(4)
NUMBER = {"winsorised": WINSORISED, "log": LOG, "boxcox": BOXCOX}


@dataclass(frozen=True)
class Treatment:
    """By draw of the data and scope (V × S × 1, or V × 1 × 1): what is done, its limits and exponent."""

    kind: Real
    low: Real
    high: Real
    exponent: Real

    def applied(self, values: Real) -> Real:
        """Values treated (macro index_treated), NaN below the range of a logarithm."""
        limited = np.clip(values, self.low, self.high)
        span = self.high - self.low
        above = values - self.low + 0.01 * span
        logarithm = np.log(np.where(above > 0, above, np.nan))
        share = (values - self.low) / span + 0.01
        share = np.where(share > 0, share, np.nan)
        power = np.where(self.exponent == 0, np.log(share), (share**self.exponent - 1) / self.exponent)
        cases = [self.kind == WINSORISED, self.kind == LOG, self.kind == BOXCOX]
        return np.select(cases, [limited, logarithm, power], values)


def treatments(
    connection: duckdb.DuckDBPyConnection, panel: Panel, mover: Mover, treat: Treat | None
) -> dict[int, Treatment]:
    """The treatment of every indicator, by node, in the draws of a block; none where the method has none."""
    if treat is None:
        return {}
    kinds: list[tuple[int, int, int]] = []
    lengths, sorted_values, layers = [], [], {}
    for indicator in panel.indicators:
        values = np.where(panel.is_ranked, mover.values(indicator), np.nan)
        series = np.sort(values if panel.is_within_period else values.reshape(len(values), 1, -1), axis=2)
        counts = np.count_nonzero(~np.isnan(series), axis=2)
        kinds += [
            (variant, scope, indicator.node) for variant, scope in zip(*np.nonzero(counts), strict=True)
        ]
        layers[indicator.node] = len(values)
        lengths.append(counts[counts > 0])
        sorted_values.append(series[~np.isnan(series)])
    if not kinds:
        return {}
    variants, scopes, nodes = zip(*kinds, strict=True)
    ends = np.cumsum([0, *np.concatenate(lengths)])
    lists = pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), pa.array(np.concatenate(sorted_values)))
    connection.register(
        "draw_series",
        pa.table(
            {
                "variant": pa.array(variants, pa.int32()),
                "scope": pa.array(scopes, pa.int32()),
                "node_id": pa.array(nodes, pa.int32()),
                "sorted": lists,
            }
        ),
    )
    found = connection.execute(
        f"""
        with series as (
            select
                *, ?::integer as winmax, ?::double as skew_limit, ?::double as kurtosis_limit, ? as fallback
            from draw_series
        )
        select variant, scope, node_id, treatment, low_limit, high_limit, exponent
        from ({render("{{ index_treatment('series') }}", 2)})
        where is_final and treatment <> 'none'
        """,
        [treat.winmax, treat.skew_limit, treat.kurtosis_limit, treat.fallback],
    ).fetchall()
    connection.unregister("draw_series")
    scopes_there = len(panel.unit) if panel.is_within_period else 1
    made: dict[int, Real] = {}
    for variant, scope, node, kind, low, high, exponent in found:
        row = made.setdefault(node, np.full((4, layers[node], scopes_there, 1), np.nan))
        row[:, variant, scope, 0] = NUMBER[kind], low, high, np.nan if exponent is None else exponent
    return {node: Treatment(*numbers) for node, numbers in made.items()}
