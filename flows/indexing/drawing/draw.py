"""Scores and ranks of the root in every run, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np

from flows.indexing.drawing.mean import Copeland, Mean, Scores, leaf
from flows.indexing.drawing.move import Mover
from flows.indexing.drawing.panel import (
    Batch,
    Panel,
    Real,
    Scale,
    Table,
    Treat,
    Whole,
    read_frameworks,
    real,
)
from flows.indexing.drawing.scale import lowest_rank, normalised
from flows.indexing.drawing.treat import treatments

# Cells of a grid of a block: with its neighbours it stays in a core's cache.
BLOCK = 50_000
UNTREATED = -1


@dataclass(frozen=True)
class Drawn:
    """Scores and ranks of the root by run and unit, NaN where there is none."""

    framework: str
    run: Whole
    unit: Whole
    score: Real
    rank: Real


def draws(connection: duckdb.DuckDBPyConnection) -> Iterator[Drawn]:
    """Every run of every framework in table int_index_run, in blocks."""
    for framework, panel, tables in read_frameworks(connection):
        for batch in batches(tables, panel):
            with np.errstate(all="ignore"):
                drawn = block(connection, framework, panel, batch)
            if drawn is not None:
                yield drawn


def batches(tables: dict[str, Table], panel: Panel) -> Iterator[Batch]:
    """Runs of the same options together, few enough for their grids to be small."""
    runs = tables["run"]
    weights = weights_of(tables)
    means = means_of(tables)
    scales = scales_of(tables, panel)
    winmax = np.ma.filled(runs["winmax"].astype(np.int64), UNTREATED)
    treats = {
        limit: None if limit == UNTREATED else Treat(limit, *panel.limits) for limit in set(winmax.tolist())
    }
    moves = ~np.ma.getmaskarray(runs["data_hash"])
    data = np.ma.filled(runs["data_hash"], 0).astype(np.uint64)
    options = np.stack([winmax, np.ma.getdata(runs["scale"]), np.ma.getdata(runs["mean"]), moves])
    kinds, kind = np.unique(options, axis=1, return_inverse=True)
    size = max(1, BLOCK // panel.unit.size)
    for number in range(kinds.shape[1]):
        members = np.flatnonzero(kind.ravel() == number)
        members = members[np.argsort(data[members], kind="stable")]
        limit, scale, mean, does_move = kinds[:, number].tolist()
        for first in range(0, len(members), size):
            some = members[first : first + size]
            distinct, drawn = np.unique(data[some], return_inverse=True)
            yield Batch(
                np.ma.getdata(runs["run"])[some].astype(np.int64), treats[limit], scales[scale], means[mean],
                {node: column[some] for node, column in weights.items()},
                distinct if does_move else None, drawn.ravel(),
            )  # fmt: skip


def weights_of(tables: dict[str, Table]) -> dict[int, Real]:
    """One a run, in the order of the runs, by node."""
    weights, runs = tables["weight"], np.ma.getdata(tables["run"]["run"])
    column = np.searchsorted(runs, np.ma.getdata(weights["run"]))
    nodes, shares = np.ma.getdata(weights["node_id"]), real(weights["weight"])
    found: dict[int, Real] = {}
    for node in np.unique(nodes).tolist():
        mine = nodes == node
        found[node] = np.zeros(len(runs))
        found[node][column[mine]] = shares[mine]
    return found


def means_of(tables: dict[str, Table]) -> dict[int, dict[int, tuple[float | None, float]]]:
    means = tables["mean"]
    found: dict[int, dict[int, tuple[float | None, float]]] = {}
    powers, shares = real(means["power"]), real(means["min_share"])
    for mean, node, power, share in zip(means["mean"], means["node_id"], powers, shares, strict=True):
        found.setdefault(int(mean), {})[int(node)] = (None if np.isnan(power) else float(power), float(share))
    return found


def scales_of(tables: dict[str, Table], panel: Panel) -> dict[int, Scale]:
    scales, anchors = tables["scale"], tables["anchor"]
    seat = np.full(int(panel.unit.max()) + 1, -1, dtype=np.int64)
    seat[panel.unit.ravel()] = np.arange(panel.unit.size)
    seat[0] = -1
    found = {}
    a, b = real(scales["norm_a"]), real(scales["norm_b"])
    caps = np.ma.filled(scales["norm_cap"], False)
    for place, number in enumerate(scales["scale"].tolist()):
        mine = np.ma.getdata(anchors["scale"]) == number
        anchor = None
        if scales["normalise"][place] in ("distance_to_reference", "base_year"):
            anchor = np.full(panel.unit.size, -1, dtype=np.int64)
            units, others = (np.ma.getdata(anchors[name])[mine] for name in ("unit_id", "anchor_id"))
            anchor[seat[units]] = seat[others]
        found[number] = Scale(
            str(scales["normalise"][place]), float(a[place]), float(b[place]), bool(caps[place]), anchor
        )
    return found


def block(connection: duckdb.DuckDBPyConnection, framework: str, panel: Panel, batch: Batch) -> Drawn | None:
    """The runs of one block, from the figures to the ranks; None where no unit has a score."""
    root = root_of(connection, panel, batch)
    if root is None:
        return None
    shape = (len(batch.runs), *panel.unit.shape)
    score = np.broadcast_to(root.value, shape)
    there = panel.unit > 0 if root.there is None else root.there & (panel.unit > 0)
    there = np.broadcast_to(there, shape)
    score = rebased(score, panel)
    ranks = lowest_rank(np.where(panel.is_ranked & there, -score, np.nan))
    run = np.broadcast_to(batch.runs[:, None, None], shape)
    unit = np.broadcast_to(panel.unit, shape)
    return Drawn(framework, run[there], unit[there], score[there], ranks[there])


def root_of(connection: duckdb.DuckDBPyConnection, panel: Panel, batch: Batch) -> Scores | None:
    """Indicators one after the other into their parents, then these into theirs, from the lowest level up."""
    mover = Mover(batch.data, panel)
    treated = treatments(connection, panel, mover, batch.treat)
    parent_of = {child: parent for parent, children in panel.children.items() for child in children}
    parents: dict[int, Mean | Copeland] = {}
    for node in panel.children:
        power, min_share = batch.means[node]
        parents[node] = Copeland(min_share, panel.is_ranked) if power is None else Mean(power, min_share)

    def hand_up(node: int, scores: Scores) -> None:
        if node in parent_of:
            parents[parent_of[node]].add(scores, batch.weights[node][:, None, None])

    for indicator in panel.indicators:
        values = mover.values(indicator)
        if indicator.node in treated:
            values = treated[indicator.node].applied(values)
        layers = normalised(values, indicator, batch.scale, panel)
        if 1 < len(layers) < len(batch.runs):
            layers = layers[batch.drawn]
        hand_up(indicator.node, leaf(layers))
    found = None
    for node, parent in parents.items():
        scores = parent.scores()
        hand_up(node, scores)
        if node not in parent_of:
            found = scores
    return found


def rebased(score: Real, panel: Panel) -> Real:
    """A rebased index is 100 where it is by definition, in every run that has a score there."""
    if panel.base is None:
        return score
    base = score[:, panel.base[0], panel.base[1]][:, None, None]
    # Divided first: at its base it is 100 to the last digit.
    return np.where(np.isnan(base), score, score / base * 100)
