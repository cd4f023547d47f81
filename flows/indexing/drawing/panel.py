"""What the draws of a framework are made from, as arrays on a grid of periods × places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from flows.indexing.models import depth, render

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Hash = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Table = dict[str, np.ma.MaskedArray[Any, Any]]
MACROS = {
    "unit": "index_draw_unit(ref('int_index_imputed'))",
    "cell": "index_draw_cell(ref('int_index_imputed'))",
    "node": "index_draw_node()",
    "run": "index_draw_run(ref('int_index_run'))",
    "scale": "index_draw_scale()",
    "anchor": "index_draw_anchor(ref('int_index_imputed'))",
    "mean": "index_draw_mean()",
    "weight": "index_draw_weight(ref('int_index_run'), ref('int_index_weight'))",
}
ORDER = {"unit": "moment, unit_id", "node": "level, node_id", "run": "run"}


@dataclass(frozen=True)
class Indicator:
    """A leaf: its figures by period and place (S × n), NaN where missing, and how wide they are uncertain."""

    node: int
    value: Real
    low: Real
    width: Real
    moves: bool
    code_hash: np.uint64
    direction: int
    target: float
    goalpost_low: float
    goalpost_high: float


@dataclass(frozen=True)
class Scale:
    """A normalisation; `anchor` is the place in the flat grid of what each is set against, -1 for nothing."""

    kind: str
    a: float
    b: float
    cap: bool
    anchor: Whole | None


@dataclass(frozen=True)
class Treat:
    """How far indicators are treated (macro index_treatment)."""

    winmax: int
    skew_limit: float
    kurtosis_limit: float
    fallback: str


@dataclass(frozen=True)
class Batch:
    """Runs with the same options, which differ in weights and in the data they draw.

    weights   by node: one a run (B)
    data      the hash of each distinct draw of the data (V), None where figures stand as they are
    drawn     which of them each run has (B)
    """

    runs: Whole
    treat: Treat | None
    scale: Scale
    means: dict[int, tuple[float | None, float]]
    weights: dict[int, Real]
    data: Hash | None
    drawn: Whole


@dataclass(frozen=True)
class Panel:
    """One framework. Grids are S periods × n places; `unit` is 0 where a period lacks a place."""

    unit: Whole
    is_ranked: Mask
    base: tuple[int, int] | None
    unit_hash: Hash
    period_hash: Hash
    indicators: list[Indicator]
    children: dict[int, list[int]]
    is_within_period: bool
    limits: tuple[float, float, str]

    @property
    def statistic_axes(self) -> tuple[int, ...]:
        """Over which axes of an array of runs × periods × places its statistics are taken."""
        return (2,) if self.is_within_period else (1, 2)


def read_frameworks(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Panel, dict[str, Table]]]:
    """Each framework that has units, and the tables of its runs, their options and weights."""
    levels = depth(connection)
    sql = {name: render("{{ " + macro + " }}", levels) for name, macro in MACROS.items()}
    for (framework,) in connection.execute(
        "select distinct framework from int_index_run order by 1"
    ).fetchall():
        tables: dict[str, Table] = {}
        for name, text in sql.items():
            rows = connection.execute(
                f"select * exclude (framework) from ({text}) where framework = ? "
                f"order by {ORDER.get(name, 'all')}",
                [framework],
            )
            tables[name] = {column: np.ma.asarray(cells) for column, cells in rows.fetchnumpy().items()}
        if len(tables["unit"]["unit_id"]):
            yield framework, panel_of(tables), tables


def real(column: np.ma.MaskedArray[Any, Any]) -> Real:
    """A column of numbers, NaN where it is null."""
    return np.asarray(np.ma.filled(column.astype(np.float64), np.nan))


def panel_of(tables: dict[str, Table]) -> Panel:
    units, nodes, runs = tables["unit"], tables["node"], tables["run"]
    row = np.asarray(units["moment"], dtype=np.int64) - int(np.min(units["moment"]))
    places = np.bincount(row)
    column = np.arange(len(row)) - np.repeat(np.cumsum(places) - places, places)
    shape = (len(places), int(places.max()))

    def grid(cells: NDArray[Any], empty: Any) -> NDArray[Any]:
        made = np.full(shape, empty, dtype=np.asarray(cells).dtype)
        made[row, column] = cells
        return made

    unit_ids = np.asarray(units["unit_id"], dtype=np.int64)
    seat = np.zeros(int(unit_ids.max()) + 1, dtype=np.int64)
    seat[unit_ids] = row * shape[1] + column
    base = np.flatnonzero(np.asarray(units["is_base"], dtype=bool))
    kinds, ids = nodes["kind"].tolist(), nodes["node_id"].tolist()
    children: dict[int, list[int]] = {
        node: [] for node, kind in zip(ids, kinds, strict=True) if kind == "aggregate"
    }
    for node, parent in zip(ids, np.ma.filled(nodes["parent_id"], 0).tolist(), strict=True):
        if parent:
            children[parent].append(node)
    skew_limit, kurtosis_limit = (float(real(runs[name])[0]) for name in ("skew_limit", "kurtosis_limit"))
    return Panel(
        grid(unit_ids, 0),
        grid(~np.asarray(units["is_reference"], dtype=bool), False),
        (int(row[base[0]]), int(column[base[0]])) if len(base) else None,
        grid(units["unit_hash"], 0),
        grid(units["period_hash"], 0),
        indicators_of(tables, seat, shape),
        children,
        bool(np.ma.filled(runs["is_within_period"], False)[0]),
        (skew_limit, kurtosis_limit, str(runs["fallback"][0])),
    )


def indicators_of(tables: dict[str, Table], seat: Whole, shape: tuple[int, int]) -> list[Indicator]:
    cells, nodes = tables["cell"], tables["node"]
    value, low, high = (real(cells[name]) for name in ("value", "value_low", "value_high"))
    # Without both ends a figure stays where it is.
    is_open = np.isnan(low) | np.isnan(high)
    low, width = np.where(is_open, value, low), np.where(is_open, 0.0, high - low)
    at = seat[np.asarray(cells["unit_id"], dtype=np.int64)]
    node_ids = np.asarray(cells["node_id"], dtype=np.int64)
    found = []
    for place in np.flatnonzero(np.asarray(nodes["kind"]) == "indicator"):
        node = int(nodes["node_id"][place])
        mine = node_ids == node
        grids = []
        for column in (value, low, width):
            flat = np.full(shape[0] * shape[1], np.nan)
            flat[at[mine]] = column[mine]
            grids.append(flat.reshape(shape))
        target, goalpost_low, goalpost_high = (
            float(real(nodes[name])[place]) for name in ("target", "goalpost_low", "goalpost_high")
        )
        found.append(
            Indicator(
                node, grids[0], grids[1], grids[2], bool(np.any(width[mine] != 0)),
                np.uint64(nodes["code_hash"][place]), int(nodes["direction"][place]), target, goalpost_low,
                goalpost_high,
            )
        )  # fmt: skip
    return found
