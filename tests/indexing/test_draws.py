"""Draws made in arrays against the published index, which SQL makes, and against numpy by hand."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows.indexing.models import render, run_models
from tests.benchmarks import index_numpy
from tests.benchmarks.index_panel import loaded
from tests.indexing.handmade import DRAWS, Cell, Framework, drawn, near, of_one, rows, two_pillars

PUBLISHED = (
    "select unit_code, period, score, rank from int_index_score where node_code = 'index' order by all"
)
OWN: dict[str, dict[str, Any]] = {
    "x": {"weight": 2.0}, "y": {}, "z": {"direction": -1}, "w": {"weight": 0.3}, "v": {"direction": -1},
    "q": {"weight": 1.5},
}  # fmt: skip
NODES = {code: {"target": 60.0, "goalposts": (20.0, 70.0), **own} for code, own in OWN.items()}
SCALES: dict[str, dict[str, Any]] = {
    "min_max": {"norm_a": 1.0, "norm_b": 100.0},
    "z_score": {"norm_a": 10.0, "norm_b": 3.0},
    "scaled": {"norm_a": -200.0, "norm_b": 7.0},
    "rank": {},
    "percentile_rank": {},
    "borda": {},
    "distance_to_maximum": {},
    "distance_to_reference": {"norm_reference": "u2"},
    "distance_to_target": {"norm_cap": True},
    "fraction_of_maximum": {},
    "goalposts": {"norm_a": 1.0, "norm_b": 50.0, "norm_cap": True},
    "base_year": {"norm_reference": "2020"},
}
MEANS = (
    ("arithmetic", None),
    ("geometric", None),
    ("harmonic", None),
    ("power", 0.5),
    ("power", -2.0),
    ("copeland", None),
)


@pytest.mark.parametrize("normalise", SCALES)
def test_the_run_of_the_published_method_is_the_published_index_whatever_the_method(normalise: str) -> None:
    choices = itertools.product(MEANS, ("all", "period"))
    # Where less is better no value is above zero.
    upward = {code: {**node, "direction": 1} for code, node in NODES.items()}
    nodes = upward if normalise == "fraction_of_maximum" else NODES
    scored = 0
    for seed, ((aggregate, power), within) in enumerate(choices):
        # Not every mean with every scope: each has both over the normalisations.
        if (seed + len(normalise)) % 3:
            continue
        method = {
            "normalise": normalise, **SCALES[normalise], "aggregate": aggregate, "power": power,
            "norm_within": within, "aggregate_min_share": (None, 0.4, 0.7)[seed % 3],
        }  # fmt: skip
        framework = two_pillars(seed, missing=0.08, method=method).with_(nodes=nodes)
        connection = framework.run(*DRAWS)
        published = rows(connection, PUBLISHED)
        found = rows(connection, "select unit_code, period, score, rank from int_index_draw order by all")
        assert found == near(published), method
        scored += sum(score is not None for _, _, score, _ in found)
    assert scored > 25


def test_a_draw_of_the_data_is_the_index_of_those_data() -> None:
    for seed, fallback in enumerate(("log", "boxcox")):
        framework = two_pillars(
            seed, units=9, missing=0.1, design=("none", 0, 5, 3),
            method={"winmax": 2, "skew_limit": 0.3, "kurtosis_limit": -1.2, "fallback": fallback,
                    "norm_within": ("period", "all")[seed], "aggregate": "geometric"},
        )  # fmt: skip
        wide: dict[str, list[Cell]] = {
            code: [
                (cell, 0.6 * cell, 1.5 * cell) if isinstance(cell, float) and code != "y" else cell
                for cell in column
            ]
            for code, column in framework.values.items()
        }
        framework = framework.with_(values=wide)
        connection = framework.run(*DRAWS)
        random = render("{{ index_random('5', 'r.data_draw', 'i.unit_code, i.period, i.code') }}", 2)
        for point in range(3):
            moved = {
                (code, unit, period): value
                for code, unit, period, value in rows(
                    connection,
                    f"""
                    select code, unit_code, period, value_low + (value_high - value_low) * {random}
                    from int_index_input as i, int_index_run as r
                    where r.role = 'data' and r.point = {point}
                    """,
                )
            }
            values = {
                code: [moved.get((code, *moment)) for moment in framework.moments()]
                for code in framework.values
            }
            other = framework.with_(values=values, design=None).run()
            found = drawn(connection, "unit_code, period, score, rank", f"role = 'data' and point = {point}")
            assert found == near(rows(other, PUBLISHED)), (fallback, point)
        treated = rows(connection, "select count(distinct treatment) from int_index_treatment where is_final")
        assert treated >= [(2,)]


def test_numpy_by_hand_gives_the_scores_of_the_same_weights_and_figures(tmp_path: Path) -> None:
    given, draws = index_numpy.panel(3, 20, 12, pillars=4), 40
    connection = loaded(given, draws, str(tmp_path))
    run_models(connection, ("int_index_draw",))
    random = render("{{ index_random('60', 'd.draw', 'i.unit_code, i.period, i.code') }}", 2)
    cells = rows(
        connection,
        f"""
        select value_low + (value_high - value_low) * {random}
        from int_index_input as i, (select unnest(range(1::bigint, {draws + 1})) as draw) as d
        order by d.draw, i.period, i.unit_code, i.code
        """,
    )
    weights = {
        kind: np.array(
            rows(
                connection,
                "select w.weight from ("
                + render("{{ index_draw_weight('int_index_run', 'int_index_weight') }}", 2)
                + f") as w inner join ({render('{{ index_node() }}', 2)}) as n using (node_id) "
                f"where w.run > 0 and n.kind = '{kind}' order by w.run, n.node_code",
            )
        ).reshape(draws, -1)
        for kind in ("indicator", "aggregate")
    }
    expected = index_numpy.scores(
        np.array(cells).reshape(draws, 3, 20, 12), weights["indicator"], weights["aggregate"], given.pillar
    )
    order = "where run > 0 order by run, period, unit_code"
    found = rows(connection, f"select score, rank from int_index_draw {order}")
    scores, ranks = np.array(found).reshape(draws, 3, 20, 2).transpose(3, 0, 1, 2)
    assert scores == pytest.approx(expected, rel=1e-9)
    assert (ranks == index_numpy.ranks(expected)).all()
    run_models(connection, ("int_index_interval",))
    quantiles = rows(
        connection,
        "select score_p05, score_median, score_p95, rank_p05, rank_median, rank_p95 from int_index_interval "
        "order by period, unit_code",
    )
    both = np.concatenate(index_numpy.summary(expected)).reshape(6, -1).T
    assert np.array(quantiles) == pytest.approx(both, rel=1e-9)


@pytest.mark.parametrize(("units", "has_pairs"), [(100, True), (101, False)])
def test_more_than_a_hundred_units_get_no_pairs_and_no_sensitivities_of_their_own(
    units: int, has_pairs: bool
) -> None:
    options = [("normalise", 1, None, None, None), ("normalise", 2, "borda", None, None)]
    framework = of_one(*map(float, range(units)), options=options, design=("enumerate", 0, 1, 0))
    connection = framework.run(*DRAWS, "int_index_outranking", "int_index_sensitivity")
    assert bool(rows(connection, "from int_index_outranking limit 1")) is has_pairs
    outputs = rows(connection, "select distinct output from int_index_sensitivity order by all")
    assert outputs == [("mean_rank_shift",), *([("score",)] if has_pairs else [])]


def test_a_framework_without_indicators_below_a_mean_has_no_draws() -> None:
    framework = Framework({"index": ["p"], "p": ["x"]}, {"x": [(None, None, None), (None, None, None)]})
    assert rows(framework.run(*DRAWS), "from int_index_draw") == []
