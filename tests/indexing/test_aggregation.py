"""Means, Copeland, availability, depth, ranks and contributions, against numbers worked out by hand."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from tests.indexing.handmade import Framework, near, of_one

GAP = None
X, Y = "x", "y"


def two(
    *rows: tuple[float | None, float | None], weights: tuple[float, float] = (1.0, 3.0), **more: Any
) -> Framework:
    """An index of two indicators that weigh 1 and 3, a row a unit."""
    nodes = {code: {"weight": weight} for code, weight in zip((X, Y), weights, strict=True)}
    values = {X: [row[0] for row in rows], Y: [row[1] for row in rows]}
    return Framework({"index": [X, Y]}, values, nodes=nodes, **more)


MEANS: dict[tuple[str, float | None], float] = {
    ("arithmetic", None): (2 + 3 * 8) / 4,
    ("geometric", None): math.exp((math.log(2) + 3 * math.log(8)) / 4),
    ("harmonic", None): 4 / (1 / 2 + 3 / 8),
    ("power", 2.0): math.sqrt((4 + 3 * 64) / 4),
    ("power", 0.5): ((math.sqrt(2) + 3 * math.sqrt(8)) / 4) ** 2,
    ("power", -2.0): ((1 / 4 + 3 / 64) / 4) ** -0.5,
    ("power", 1.0): (2 + 3 * 8) / 4,
    ("power", 0.0): math.exp((math.log(2) + 3 * math.log(8)) / 4),
    ("power", -1.0): 4 / (1 / 2 + 3 / 8),
}


@pytest.mark.parametrize(("method", "power"), MEANS)
def test_a_mean_follows_its_formula_over_the_children_that_are_there(
    method: str, power: float | None
) -> None:
    framework = two((2, 8), (GAP, 8), (2, GAP), (GAP, GAP), method={"aggregate": method, "power": power})
    assert framework.scores() == near([MEANS[method, power], 8, 2, None])


@pytest.mark.parametrize(("method", "power"), MEANS)
def test_zeros_and_values_below_zero_have_the_means_that_are_defined(
    method: str, power: float | None
) -> None:
    exponent = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(method, power)
    assert exponent is not None
    zero, below, nothing = two((0, 8), (-2, 8), (0, 0), method={"aggregate": method, "power": power}).scores()
    assert zero == near((3 / 4 * 8**exponent) ** (1 / exponent) if exponent > 0 else 0)
    assert below == near(5.5 if exponent == 1 else None)
    assert nothing == 0


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "copeland"])
def test_a_parent_with_too_few_children_has_no_score(aggregate: str) -> None:
    values: dict[str, Any] = {"x": [1.0, 2.0, 3.0, 9.0], "y": [1.0, 2.0, GAP, GAP], "z": [1.0, GAP, 3.0, GAP]}
    framework = Framework({"index": ["x", "y", "z"]}, values, method={"aggregate": aggregate})
    assert None not in framework.scores()
    limited = framework.with_(method={"aggregate_min_share": 2 / 3}).scores()
    assert [score is None for score in limited] == [False, False, False, True]
    # Who has no score is no opponent either.
    assert limited[:3] == near([-2, 0, 2] if aggregate == "copeland" else [1, 2, 3])
    limited = framework.with_(method={"aggregate_min_share": 0.67}).scores()
    # With nobody left to be compared with there is no balance.
    assert [score is None for score in limited] == [aggregate == "copeland", True, True, True]


@pytest.mark.parametrize("aggregate", ["arithmetic", "harmonic", "copeland"])
def test_a_child_of_no_weight_counts_for_nothing(aggregate: str) -> None:
    method = {"aggregate": aggregate, "aggregate_min_share": 1.0}
    there = two((1, 5), (GAP, 7), weights=(0.0, 1.0), method=method).scores()
    assert there == near([-1, 1] if aggregate == "copeland" else [5, 7])


@pytest.mark.parametrize("upper", ["arithmetic", "geometric", "copeland"])
def test_a_mean_that_is_not_defined_leaves_those_above_it_undefined_and_never_counts_as_zero(
    upper: str,
) -> None:
    tree = {"index": ["p", "z"], "p": ["o", "v"], "o": ["x", "y"]}
    values: dict[str, Any] = {"x": [-1.0, 4.0, 4.0], "y": [9.0] * 3, "v": [6.0] * 3, "z": [5.0, 1.0, 2.0]}
    levels = [(2, "geometric", None, None), (3, upper, None, None)]
    framework = Framework(tree, values, levels=levels)
    assert framework.scores("o") == near([None, 6, 6])
    below = {"copeland": 0}.get(upper, 6)
    assert framework.scores("p") == near([None, below, below])
    assert framework.scores() == near([None, (below + 1) / 2, (below + 2) / 2])
    # Who has no score is nobody's opponent.
    compared = framework.with_(levels=[(2, "geometric", None, None), (4, "copeland", None, None)])
    assert compared.scores() == [None, -1, 1]


# Copeland


def test_copeland_is_opponents_beaten_less_those_lost_to_by_weight_of_children_ahead() -> None:
    # a beats b on y, which weighs more; c beats both; d ties with a.
    framework = two((1, 5), (9, 4), (2, 6), (1, 5), method={"aggregate": "copeland"})
    assert framework.scores() == [0, -3, 3, 0]
    assert framework.column("int_index_score", "rank", "index") == [2, 4, 1, 2]


def test_copeland_compares_what_both_have_and_passes_over_who_shares_nothing() -> None:
    # a and b meet on x, a and c on y; b and c have nothing in common; d has nothing at all.
    framework = two((5, 5), (1, GAP), (GAP, 9), (GAP, GAP), method={"aggregate": "copeland"})
    assert framework.scores() == [0, -1, 1, None]


def test_copeland_takes_weights_that_balance_but_for_rounding_as_a_tie() -> None:
    assert 0.1 + 0.2 != 0.3
    framework = Framework(
        {"index": ["x", "y", "z"]},
        {"x": [2.0, 1.0], "y": [2.0, 1.0], "z": [1.0, 2.0]},
        nodes={"x": {"weight": 0.1}, "y": {"weight": 0.2}, "z": {"weight": 0.3}},
        method={"aggregate": "copeland"},
    )
    assert framework.scores() == [0, 0]
    found = framework.run().execute("select unit_code, contribution from int_index_contribution").fetchall()
    assert {points for _, points in found} == {0}


def test_copeland_compares_within_the_period_and_never_with_a_reference() -> None:
    units = [(unit, year) for year in ("2020", "2021") for unit in "abr"]
    framework = of_one(
        1.0, 2.0, 9.0, 5.0, 4.0, 0.0, units=units, references=["r"], method={"aggregate": "copeland"}
    )
    # The reference itself is compared with both.
    assert framework.scores() == [-1, 1, 2, 1, -1, -2]


# Trees


DEEP = {"index": ["e", "far"], "e": ["d"], "d": ["c", "near_by"], "c": ["b"], "b": ["x", "y"]}


def test_a_tree_of_six_levels_with_indicators_far_below_their_parents_adds_up() -> None:
    values: dict[str, Any] = {"x": [1.0, 4.0], "y": [3.0, GAP], "near_by": [10.0, 0.0], "far": [100.0, GAP]}
    framework = Framework(DEEP, values, nodes={"x": {"weight": 3.0}})
    assert framework.level("index") == 6
    connection = framework.run()
    scores = {
        node: framework.column("int_index_score", "score", node, connection) for node in ("b", "c", "d", "e")
    }
    assert scores == {"b": near([1.5, 4]), "c": near([1.5, 4]), "d": near([5.75, 2]), "e": near([5.75, 2])}
    assert framework.column("int_index_score", "score", "index", connection) == near([52.875, 2])
    assert framework.column("int_index_score", "available_share", "index", connection) == [1, 0.5]


def test_an_indicator_may_hang_two_levels_below_its_parent() -> None:
    tree = {"index": ["p", "far"], "p": ["x", "y"]}
    framework = Framework(tree, {"x": [1.0], "y": [3.0], "far": [10.0]}, nodes={"far": {"weight": 3.0}})
    assert framework.scores() == near([(2 + 30) / 4])
    found = framework.run().execute(
        "select code, weight, contribution from int_index_contribution where node_code = 'index'"
    )
    assert sorted(found.fetchall()) == near([("far", 0.75, 7.5), ("x", 0.125, 0.125), ("y", 0.125, 0.375)])


def test_a_level_may_be_aggregated_in_another_way_and_with_another_threshold() -> None:
    tree = {"index": ["p", "q"], "p": ["x", "y"], "q": ["z"]}
    values: dict[str, Any] = {"x": [2.0, 2.0], "y": [8.0, GAP], "z": [9.0, 9.0]}
    framework = Framework(
        tree, values, method={"aggregate": "harmonic"}, levels=[(2, "geometric", None, 1.0)]
    )
    assert framework.scores("p") == near([4, None])
    assert framework.scores() == near([2 / (1 / 4 + 1 / 9), 9])
    # A level may change the threshold only, or the power only.
    method = {"aggregate": "power", "power": 2.0}
    assert framework.with_(method=method, levels=[(2, None, None, 1.0)]).scores("p") == near(
        [math.sqrt(34), None]
    )
    assert framework.with_(method=method, levels=[(3, None, 1.0, None)]).scores() == near(
        [(math.sqrt(34) + 9) / 2, 5.5]
    )


# Ranks


def test_ranks_are_descending_with_ties_on_the_lowest_number_and_references_and_gaps_without() -> None:
    framework = of_one(
        5.0, 9.0, 5.0, GAP, 1.0, 99.0,
        references=["f"], groups={"region": ["n", "n", "s", "s", None, "n"]}, method={"rank_group": "region"},
    )  # fmt: skip
    connection = framework.run()
    assert framework.column("int_index_score", "rank", "index", connection) == [2, 1, 2, None, 4, None]
    assert framework.column("int_index_score", "group_rank", "index", connection) == [
        2,
        1,
        1,
        None,
        None,
        None,
    ]
    assert framework.scores() == [5, 9, 5, None, 1, 99]
    assert (
        framework.with_(method={"rank_group": None}).column("int_index_score", "group_rank", "index")
        == [None] * 6
    )


def test_ranks_are_those_of_a_period() -> None:
    units = [(unit, year) for year in ("2020", "2021") for unit in "ab"]
    assert of_one(1.0, 2.0, 9.0, 3.0, units=units).column("int_index_score", "rank", "index") == [2, 1, 1, 2]


def test_an_index_is_rebased_to_a_hundred_where_the_method_says_and_its_indicators_are_not() -> None:
    units = [(unit, year) for year in ("2020", "2021") for unit in "ab"]
    framework = of_one(4.0, 2.0, 9.0, 3.0, units=units, method={"rebase_unit": "a", "rebase_period": "2020"})
    assert framework.scores() == near([100, 50, 225, 75])
    assert framework.scores("x") == [4, 2, 9, 3]


# Intervals and contributions


def test_the_ends_of_a_score_are_unknown_where_those_of_one_of_its_indicators_are() -> None:
    framework = Framework(
        {"index": ["x", "y"]},
        {"x": [(50.0, None, None), (50.0, 30.0, 50.0), GAP], "y": [(50.0, 40.0, 60.0)] * 3},
    )
    connection = framework.run()
    ends = framework.column("int_index_score", "[score_low, score, score_high]", "index", connection)
    assert ends == near([[None, 50, None], [35, 50, 55], [40, 50, 60]])


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "harmonic", "power", "copeland"])
@pytest.mark.parametrize("upper", ["arithmetic", "geometric", "copeland"])
def test_contributions_add_up_to_the_score_of_every_node(aggregate: str, upper: str) -> None:
    rng = random.Random(f"{aggregate} {upper}")
    codes = ["near_by", "far", "x", "y"]
    values: dict[str, Any] = {
        code: [None if rng.random() < 0.2 else rng.choice((0.0, 5.0, rng.uniform(1, 9))) for _ in range(8)]
        for code in codes
    }
    framework = Framework(
        DEEP, values, nodes={"x": {"weight": 0.3}, "far": {"weight": 2.0}},
        references=["h"], method={"aggregate": aggregate, "power": -0.5},
        levels=[(6, upper, None, None), (4, upper, None, None)],
    )  # fmt: skip
    left = (
        framework.run()
        .execute("""
        select s.unit_code, s.node_code, s.score, c.total, c.weight
        from int_index_score as s
        full join (
            select unit_code, node_code, sum(contribution) as total, sum(weight) as weight
            from int_index_contribution group by all
        ) as c using (unit_code, node_code)
        where s.node_code not in ('x', 'y', 'near_by', 'far') and s.score is not null
    """)
        .fetchall()
    )
    assert len(left) >= 20
    assert [
        (unit, node)
        for unit, node, score, total, weight in left
        if total != near(score) or weight != near(1.0)
    ] == []


def test_a_unit_without_any_figure_has_no_score_and_takes_no_rank() -> None:
    framework = two((1, 2), (GAP, GAP), (3, 4))
    assert framework.scores() == near([1.75, None, 3.75])
    assert framework.column("int_index_score", "rank", "index") == [2, None, 1]
    assert (
        two((GAP, GAP)).run("int_index_run", "int_index_draw").execute("from int_index_draw").fetchall() == []
    )
