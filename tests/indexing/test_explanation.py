"""Why a unit lies behind another or has moved (index_difference), and what it is good at (index_profile)."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from flows.indexing.models import run_models
from tests.indexing.frameworks import Framework, load, many, random_framework

SEEDS = range(80)


def explained(*frameworks: Framework) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    load(connection, list(frameworks))
    run_models(connection, ("int_index_difference",))
    return connection


@pytest.fixture(scope="module")
def random_ones() -> duckdb.DuckDBPyConnection:
    return explained(*(random_framework(seed) for seed in SEEDS))


def flat(method: str, power: float | None, units: dict[str, dict[str, float]], **given: Any) -> Framework:
    """One parent over the indicators x, y and z in one period, of weight 1 unless `weights` are given."""
    codes = ("x", "y", "z")
    weights = dict.fromkeys(("root", *codes), 1.0) | given.get("weights", {})
    made = Framework(
        name="flat",
        parents={"root": None, **dict.fromkeys(codes, "root")},
        levels={"root": 2, **dict.fromkeys(codes, 1)},
        weights=weights,
        methods={2: (method, power, None)},
    )
    made.scores = {(unit, "2020"): dict(values) for unit, values in units.items()}
    made.score()
    return made


def gap(framework: Framework, a: str = "a", b: str = "b") -> dict[str, float]:
    """Contributions by indicator to the gap between two units, and the gap itself."""
    rows = explained(framework).execute(
        """select code, contribution, gap from int_index_difference
        where relation = 'to_next' and a_unit = ? and b_unit = ?""",
        [a, b],
    )
    found = rows.fetchall()
    return {code: contribution for code, contribution, _ in found} | {"gap": found[0][2]}


def test_contributions_add_up_to_every_gap_and_change_of_random_frameworks(
    random_ones: duckdb.DuckDBPyConnection,
) -> None:
    total = random_ones.sql("""
        select relation, count(*) as pairs, max(abs(gap - points) / greatest(1, abs(gap))) as worst
        from (
            select framework, relation, a_unit, a_period, b_unit, b_period, gap, sum(contribution) as points
            from int_index_difference group by all
        ) group by all order by all
    """).fetchall()
    assert [relation for relation, _, _ in total] == ["to_best", "to_next", "to_previous_period"]
    assert all(pairs > 300 and worst < 1e-9 for _, pairs, worst in total)


def test_the_gap_explained_is_the_difference_of_the_scores(random_ones: duckdb.DuckDBPyConnection) -> None:
    wrong = random_ones.sql("""
        from int_index_difference as d
        join int_index_score as a
            on d.framework = a.framework and a_unit = a.unit_code and a_period = a.period
        join int_index_score as b
            on d.framework = b.framework and b_unit = b.unit_code and b_period = b.period
        where a.node_code = 'root' and b.node_code = 'root' and not abs(gap - (a.score - b.score)) <= 1e-9
    """)
    assert wrong.fetchall() == []


def test_an_equal_indicator_contributes_nothing_to_a_gap_between_means(
    random_ones: duckdb.DuckDBPyConnection,
) -> None:
    equal = random_ones.sql("""
        select count(*), max(abs(contribution)) from int_index_difference as d
        where a_value = b_value and not exists (
            from framework_level as l where l.framework = d.framework and l.aggregate = 'copeland'
        )
    """).fetchone()
    assert equal is not None and equal[0] > 200 and equal[1] == 0


def test_random_frameworks_have_every_aggregation_missing_cells_and_zeros() -> None:
    frameworks = [random_framework(seed) for seed in SEEDS]
    used = {method for f in frameworks for method, _, _ in f.methods.values()}
    assert used == {"arithmetic", "geometric", "harmonic", "power", "copeland"}
    cells = [(f, known) for f in frameworks for known in f.scores.values()]
    assert any(leaf not in known for f, known in cells for leaf in f.leaves("root"))
    assert any(known.get(leaf) == 0 for f, known in cells for leaf in f.leaves("root"))


def test_an_arithmetic_gap_is_weight_times_difference() -> None:
    units = {"a": {"x": 40.0, "y": 70.0, "z": 10.0}, "b": {"x": 60.0, "y": 50.0, "z": 50.0}}
    found = gap(flat("arithmetic", None, units, weights={"x": 2.0}))
    assert found == pytest.approx({"x": -10, "y": 5, "z": -10, "gap": -15})


def test_a_geometric_gap_is_shared_in_proportion_to_logarithms() -> None:
    units = {"a": {"x": 2.0, "y": 4.0, "z": 8.0}, "b": {"x": 8.0, "y": 8.0, "z": 8.0}}
    # The scores are 4 and 8; ln(2/8) is twice ln(4/8).
    assert gap(flat("geometric", None, units)) == pytest.approx({"x": -8 / 3, "y": -4 / 3, "z": 0, "gap": -4})


def test_a_harmonic_gap_is_shared_in_proportion_to_reciprocals() -> None:
    units = {"a": {"x": 20.0, "y": 30.0, "z": 60.0}, "b": {"x": 60.0, "y": 60.0, "z": 60.0}}
    # 1/20 - 1/60 is twice 1/30 - 1/60.
    assert gap(flat("harmonic", None, units)) == pytest.approx({"x": -20, "y": -10, "z": 0, "gap": -30})


def test_a_power_gap_is_shared_in_proportion_to_powers() -> None:
    units = {"a": {"x": 0.0, "y": 3.0, "z": 6.0}, "b": {"x": 6.0, "y": 6.0, "z": 6.0}}
    found = gap(flat("power", 2.0, units))
    # 36 - 0 is 4/3 of 36 - 9; the scores are the roots of 15 and 36.
    fall = 15**0.5 - 6
    assert found == pytest.approx({"x": fall * 4 / 7, "y": fall * 3 / 7, "z": 0, "gap": fall})


def test_a_copeland_gap_is_the_difference_of_the_victories_owed_to_each_indicator() -> None:
    units = {
        "a": {"x": 1.0, "y": 3.0, "z": 5.0},
        "b": {"x": 2.0, "y": 1.0, "z": 5.0},
        "c": {"x": 3.0, "y": 2.0, "z": 5.0},
    }
    # b loses to c in both x and y; a draws with both.
    assert gap(flat("copeland", None, units), "b", "a") == pytest.approx(
        {"x": -0.5, "y": -0.5, "z": 0, "gap": -1}
    )


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic"])
def test_a_missing_indicator_answers_for_the_whole_gap_when_all_others_are_equal(method: str) -> None:
    units = {"a": {"x": 50.0, "y": 50.0}, "b": {"x": 50.0, "y": 50.0, "z": 80.0}}
    found = gap(flat(method, None, units))
    assert found["x"] == found["y"] == 0
    assert found["z"] == pytest.approx(found["gap"])
    assert found["gap"] < -5


def test_an_indicator_that_neither_has_is_no_part_of_the_gap() -> None:
    units = {"a": {"x": 10.0, "y": 50.0}, "b": {"x": 40.0, "y": 50.0}}
    assert gap(flat("arithmetic", None, units)) == pytest.approx({"x": -15, "y": 0, "gap": -15})


def test_a_zero_under_a_geometric_mean_takes_the_whole_gap() -> None:
    units = {"a": {"x": 0.0, "y": 10.0, "z": 90.0}, "b": {"x": 20.0, "y": 10.0, "z": 40.0}}
    assert gap(flat("geometric", None, units)) == pytest.approx({"x": -20, "y": 0, "z": 0, "gap": -20})


def test_a_pillar_left_out_for_too_few_indicators_counts_as_missing_with_all_it_holds() -> None:
    made = Framework(
        name="two_pillars",
        parents={"root": None, "p": "root", "q": "root", "x": "p", "y": "p", "z": "q"},
        levels={"root": 3, "p": 2, "q": 2, "x": 1, "y": 1, "z": 1},
        weights=dict.fromkeys(("root", "p", "q", "x", "y", "z"), 1.0),
        methods={2: ("arithmetic", None, 0.6), 3: ("arithmetic", None, None)},
    )
    made.scores = {("a", ""): {"x": 90.0, "z": 40.0}, ("b", ""): {"x": 20.0, "y": 20.0, "z": 40.0}}
    made.score()
    rows = explained(made).sql("""
        select code, a_value, b_value, contribution, gap from int_index_difference
        where relation = 'to_next' order by code
    """)
    assert rows.fetchall() == [("x", 20, None, -5, -10), ("y", 20, None, -5, -10), ("z", 40, 40, 0, -10)]


def test_each_unit_is_held_against_the_next_better_the_best_and_itself_before() -> None:
    made = flat("arithmetic", None, {})
    years = {
        "2020": {"a": 10.0, "b": 20.0, "c": 20.0, "d": 30.0, "ref": 25.0},
        "2021": {"a": 12.0, "ref": 26.0},
    }
    made.references = frozenset({"ref"})
    made.scores = {(unit, year): {"x": x} for year, units in years.items() for unit, x in units.items()}
    made.score()
    pairs = explained(made).sql(
        "select relation, a_unit, a_period, b_unit, b_period from int_index_difference order by all"
    )
    assert pairs.fetchall() == [
        ("to_best", "a", "2020", "d", "2020"),
        ("to_best", "b", "2020", "d", "2020"),
        ("to_best", "c", "2020", "d", "2020"),
        ("to_next", "a", "2020", "b", "2020"),
        ("to_next", "b", "2020", "d", "2020"),
        ("to_next", "c", "2020", "d", "2020"),
        ("to_previous_period", "a", "2021", "a", "2020"),
        ("to_previous_period", "ref", "2021", "ref", "2020"),
    ]


def test_strengths_and_weaknesses_are_the_furthest_from_the_mean_of_ranked_units_in_points_of_the_index() -> (
    None
):
    connection = duckdb.connect()
    load(connection, [])
    weights = {"p": 0.1, "q": 0.2, "r": 0.3, "s": 0.15, "t": 0.25}
    values = {
        "a": {"p": 90.0, "q": 60.0, "r": 50.0, "s": 80.0, "t": 60.0},
        "b": {"p": 10.0, "q": 40.0, "r": 30.0, "s": 20.0, "t": 80.0},
        "ref": {"p": 0.0, "q": 0.0, "r": 0.0, "s": 0.0},
    }
    many(connection, "framework_method", [("f", "arithmetic", None, None, None)])
    many(connection, "framework_node", [("f", "root", None, 2, "aggregate", 1, 1.0)])
    many(
        connection,
        "framework_node",
        [("f", code, "root", 1, "indicator", 1, w) for code, w in weights.items()],
    )
    scores = [(unit, sum(weights[c] * x for c, x in known.items())) for unit, known in values.items()]
    ranks: dict[str, int | None] = {"a": 1, "b": 2, "ref": None}
    many(
        connection,
        "int_index_score",
        [("f", u, "", "root", 2, 2 * x, ranks[u], None, 1.0, 2.0, u == "ref", 0) for u, x in scores],
    )
    cells = [(unit, code, x) for unit, known in values.items() for code, x in known.items()]
    many(
        connection,
        "int_index_contribution",
        [("f", u, "", "root", c, weights[c], 2 * weights[c] * x) for u, c, x in cells],
    )
    connection.execute("""
        create table int_index_normalised (
            framework varchar, unit_code varchar, period varchar, code varchar, normalised double,
            is_reference boolean)
    """)
    many(connection, "int_index_normalised", [("f", u, "", c, x, u == "ref") for u, c, x in cells])
    many(connection, "int_index_normalised", [("f", "ref", "", "t", None, True)])
    run_models(connection, ("int_index_profile",))
    of_a = connection.sql(
        "select code, mean, points, flag from int_index_profile where unit_code = 'a' order by standing"
    )
    found = of_a.fetchall()
    assert found == [
        ("s", 50, pytest.approx(9), "strength"),
        ("p", 50, pytest.approx(8), "strength"),
        ("r", 40, pytest.approx(6), "strength"),
        ("q", 50, pytest.approx(4), None),
        ("t", 70, pytest.approx(-5), "weakness"),
    ]
    assert sum(points for _, _, points, _ in found) == pytest.approx(
        scores[0][1] * 2 - scores[0][1] - scores[1][1]
    )
    missing = connection.sql(
        "select points, flag from int_index_profile where unit_code = 'ref' and code = 't'"
    )
    assert missing.fetchall() == [(None, None)]
