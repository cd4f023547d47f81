"""The runs of designs and the draws of their scores, on frameworks small enough to know the answers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from flows.indexing.drawing import draw
from flows.indexing.drawing.tables import run_draws
from flows.indexing.models import run_models
from tests.indexing.handmade import DRAWS, Framework, drawn, near, of_one, rows, two_pillars

# Primitive polynomials and first direction numbers (degree, coefficients, m) from the second dimension on:
# Joe and Kuo 2008, table new-joe-kuo-6.
JOE_KUO: list[tuple[int, int, list[int]]] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]),
    (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]),
]  # fmt: skip
BITS = 24
FACTORS = ("aggregate", "normalise", "weights", "winmax")  # in the order of their dimensions


def direction_numbers(dimension: int) -> list[int]:
    """v_1 to v_24 as integers of 24 bits, by the recurrence of Bratley and Fox 1988."""
    if dimension == 1:
        m = [1] * BITS
    else:
        degree, coefficients, m = JOE_KUO[dimension - 2]
        m = list(m)
        for k in range(degree, BITS):
            new = m[k - degree] ^ (m[k - degree] << degree)
            for i in range(1, degree):
                if coefficients >> (degree - 1 - i) & 1:
                    new ^= m[k - i] << i
            m.append(new)
    return [number << (BITS - k) for k, number in enumerate(m, 1)]


def sobol(dimension: int, points: int) -> list[int]:
    """The sequence in Gray code order as integers of 24 bits (Antonov and Saleev 1979)."""
    directions, x, made = direction_numbers(dimension), 0, []
    for point in range(points):
        made.append(x)
        x ^= directions[(~point & (point + 1)).bit_length() - 1]
    return made


# Designs


def sampled(n: int, seed: int) -> dict[tuple[str, str], list[int]]:
    """Options drawn for each factor in samples a and b, of 1024 options a factor, counted from 0."""
    options = [
        (factor, option, "set" if factor == "weights" else None, float(option), None)
        for factor in FACTORS
        for option in range(1, 1025)
    ]
    framework = of_one(1.0, 2.0, options=options, design=("sobol", n, seed, 0))
    connection = framework.load()
    run_models(connection, ("int_index_run",))
    return {
        (factor, role): [
            option - 1
            for (option,) in rows(
                connection,
                f"select {'weight_set' if factor == 'weights' else factor} from int_index_run "
                f"where role = '{role}' order by point",
            )
        ]
        for factor in FACTORS
        for role in ("a", "b")
    }


def test_samples_are_the_sobol_sequence_shifted_by_the_seed() -> None:
    points, other, few = sampled(256, 1), sampled(256, 2), sampled(5, 1)
    shifts = set()
    for position, ((factor, role), options) in enumerate(points.items()):
        dimension = 1 + FACTORS.index(factor) + (len(FACTORS) if role == "b" else 0)
        # Point 0 is the origin: where it went tells the shift, of which ten bits show in 1024 options.
        shift = options[0]
        assert options == [(x >> (BITS - 10)) ^ shift for x in sobol(dimension, 256)], (
            factor,
            role,
            position,
        )
        assert few[factor, role] == options[:5]
        assert [option ^ other[factor, role][0] for option in other[factor, role]] == [
            o ^ shift for o in options
        ]
        shifts.add(shift)
    assert len(shifts) == len(points)
    assert all(other[key][0] != points[key][0] for key in points)


def test_every_dimension_there_is_has_the_direction_numbers_of_joe_and_kuo() -> None:
    connection = of_one(1.0).load()
    run_models(connection, ())
    for dimension in range(1, len(JOE_KUO) + 2):
        found = rows(
            connection, f"select direction from sobol_direction where dimension = {dimension} order by bit"
        )
        assert [number for (number,) in found] == direction_numbers(dimension), dimension
    # Beyond: each fills every interval of the finest grid once, as a sequence in base 2 must.
    found = rows(
        connection, "select dimension, list(direction order by bit) from sobol_direction group by all"
    )
    assert len(found) == 16
    for dimension, directions in found:
        values = {0}
        for number in directions[:10]:
            values |= {value ^ number >> (BITS - 10) for value in values}
        assert len(values) == 1024, dimension


OPTIONS = [
    ("normalise", 1, None, None, None),
    ("normalise", 2, "z_score", 10.0, 2.0),
    ("weights", 1, "set", 1.0, None),
    ("weights", 2, "set", 2.0, None),
    ("weights", 3, "noise", 0.25, None),
    ("aggregate", 1, "geometric", None, None),
]


@pytest.mark.parametrize(
    ("kind", "n", "counts"),
    [
        ("none", 0, {}),
        ("enumerate", 0, {"enumerated": 6}),
        ("sobol", 8, {"a": 8, "b": 8, "ab": 24}),
        ("file", 0, {"given": 2}),
    ],
)
def test_a_design_has_the_runs_it_says(kind: str, n: int, counts: dict[str, int]) -> None:
    runs = [(7, 1, None, 2, None), (9, None, 2, None, 1)] if kind == "file" else []
    framework = two_pillars(options=OPTIONS, design=(kind, n, 1, 4), runs=runs)
    connection = framework.load()
    run_models(connection, ("int_index_run",))
    found = dict(rows(connection, "select role, count(*) from int_index_run group by all"))
    assert found == {"nominal": 1, "data": 4, "left_out": 7, **counts}
    assert rows(connection, "select run, role from int_index_run where run = 0") == [(0, "nominal")]
    numbers = rows(connection, "select min(run), max(run), count(distinct run) from int_index_run")
    assert numbers == [(0, sum(found.values()) - 1, sum(found.values()))]
    left = rows(connection, "select left_out from int_index_run where role = 'left_out' order by all")
    assert [node for (node,) in left] == ["p", "q", "v", "w", "x", "y", "z"]
    if kind == "enumerate":
        combinations = rows(
            connection,
            "select normalise, coalesce(weight_set, 3), aggregate from int_index_run "
            "where role = 'enumerated'",
        )
        assert sorted(combinations) == sorted(itertools.product((1, 2), (1, 2, 3), (1,)))
    if kind == "file":
        given = rows(
            connection,
            "select point, winmax, normalise, weight_set, aggregate from int_index_run "
            "where role = 'given' order by 1",
        )
        assert given == runs
    if kind == "sobol":
        drawn = "normalise, weight_set, weight_draw, aggregate"
        samples = {
            (role, factor, point): dict(
                zip(("normalise", "weight_set", "weight_draw", "aggregate"), values, strict=True)
            )
            for role, factor, point, *values in rows(
                connection,
                f"select role, factor, point, {drawn} from int_index_run where role in ('a', 'b', 'ab')",
            )
        }
        own = {
            "normalise": {"normalise"},
            "weights": {"weight_set", "weight_draw"},
            "aggregate": {"aggregate"},
        }
        for point, factor in itertools.product(range(8), own):
            a, b = samples["a", None, point], samples["b", None, point]
            mixed = {name: (b if name in own[factor] else a)[name] for name in a}
            assert samples["ab", factor, point] == mixed


def test_there_is_but_the_published_index_without_a_design() -> None:
    connection = two_pillars().load()
    run_models(connection, ("int_index_run",))
    assert rows(connection, "select run, role from int_index_run") == [(0, "nominal")]


# Draws


PUBLISHED = """
    select unit_code, period, score, rank from int_index_score where node_code = 'index' order by all
"""
VARIANTS: list[dict[str, Any]] = [
    {
        "method": {
            "impute": "median",
            "winmax": 2,
            "skew_limit": 0.2,
            "kurtosis_limit": -1.5,
            "fallback": "log",
        }
    },
    {"method": {"normalise": "z_score", "norm_a": 10.0, "norm_b": 2.0, "weight": "critic", "min_share": 0.7}},
    {
        "method": {
            "aggregate": "geometric",
            "rebase_unit": "u1",
            "rebase_period": "2020",
            "norm_within": "period",
        }
    },
    {"method": {"normalise": "percentile_rank", "aggregate": "copeland", "aggregate_min_share": 0.6}},
    {
        "levels": [(2, "harmonic", None, 0.6)],
        "method": {"normalise": "distance_to_reference", "norm_reference": "u2"},
    },
]


@pytest.mark.parametrize("variant", range(len(VARIANTS)))
def test_a_draw_with_nominal_options_is_the_published_index(variant: int) -> None:
    framework = two_pillars(
        variant, design=("file", 0, 1, 0), runs=[(1, None, None, None, None)], **VARIANTS[variant]
    )
    connection = framework.run(*DRAWS)
    found = drawn(connection, "run, unit_code, period, score, rank", "run in (0, 1)")
    published = rows(connection, PUBLISHED)
    given = rows(connection, "select run from int_index_run where role = 'given'")
    assert given == [(1,)] and len(published) >= 12
    for run in (0, 1):
        assert [row[1:] for row in found if row[0] == run] == near(published)


def test_a_draw_with_other_options_is_the_index_by_that_method() -> None:
    framework = two_pillars(
        missing=0,
        method={"winmax": 3, "skew_limit": 0.2, "kurtosis_limit": -1.5, "fallback": "log"},
        options=[
            ("normalise", 1, "z_score", 50.0, 3.0),
            ("aggregate", 1, "power", 0.5, None),
            ("aggregate", 2, "geometric", None, None),
            ("aggregate", 3, "copeland", None, None),
        ],
        weight_sets={1: {"x": 5.0, "q": 0.1}},
        design=("file", 0, 1, 0),
        runs=[(1, 1, None, None, None), (2, None, 1, None, None), (3, None, None, 1, None),
              (4, None, None, None, 1), (5, 0, 1, 1, 2), (6, None, None, None, 3)],
    )  # fmt: skip
    connection = framework.run(*DRAWS)
    z_score = {"normalise": "z_score", "norm_a": 50.0, "norm_b": 3.0}
    weights = {**framework.nodes, "x": {"weight": 5.0}, "q": {"weight": 0.1}}
    others = {
        1: framework.with_(method={"winmax": 1}),
        2: framework.with_(method=z_score),
        3: framework.with_(nodes=weights),
        4: framework.with_(method={"aggregate": "power", "power": 0.5}),
        5: framework.with_(method={"winmax": 0, "aggregate": "geometric", **z_score}, nodes=weights),
        6: framework.with_(method={"aggregate": "copeland"}),
    }
    seen = set()
    for point, other in others.items():
        found = drawn(connection, "unit_code, period, score, rank", f"role = 'given' and point = {point}")
        assert found == near(rows(other.run(), PUBLISHED))
        seen.add(tuple(score for _, _, score, _ in found))
    assert len(seen) == 6


def without(framework: Framework, node: str) -> Framework:
    """The same framework without a node and what is below it."""
    gone = {node, *framework.tree.get(node, ())}
    tree = {
        parent: [child for child in children if child not in gone]
        for parent, children in framework.tree.items()
        if parent not in gone
    }
    inside = {child for children in tree.values() for child in children}
    values = {code: column for code, column in framework.values.items() if code in inside}
    return framework.with_(tree=tree, values=values, design=None)


@pytest.mark.parametrize("aggregate", ["arithmetic", "geometric", "copeland"])
def test_a_run_without_a_node_is_the_index_of_a_framework_without_it(aggregate: str) -> None:
    framework = two_pillars(
        method={"aggregate": aggregate, "aggregate_min_share": 0.5}, design=("none", 0, 1, 0)
    )
    connection = framework.run(*DRAWS)
    for node in ("x", "z", "p", "q"):
        found = drawn(
            connection, "unit_code, period, score, rank", f"left_out = '{node}' and score is not null"
        )
        assert found == near(rows(without(framework, node).run(), PUBLISHED)), node
        assert len(found) > 10


UNCERTAIN = [("weights", 1, "noise", 0.25, None), ("data", 1, "interval", None, None)]


def draws(framework: Framework) -> list[tuple[Any, ...]]:
    return drawn(framework.run(*DRAWS), "run, unit_code, period, score, rank")


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    cells = [(float(v), v - 3.0, v + 3.0) for v in (10, 12, 14)]
    framework = Framework(
        {"index": ["x", "y"]},
        {"x": cells, "y": [3.0, 2.0, 1.0]},
        options=UNCERTAIN,
        design=("sobol", 16, 5, 8),
    )
    first, again = draws(framework), draws(framework)
    assert first == again
    other = draws(framework.with_(design=("sobol", 16, 6, 8)))
    assert [row[:3] for row in other] == [row[:3] for row in first]
    assert sum(a[3] != b[3] for a, b in zip(first, other, strict=True)) > len(first) / 2
    # More points leave those that were there as they are.
    longer = framework.with_(design=("sobol", 32, 5, 8)).run(*DRAWS)
    sample = ("point, unit_code, score", "role = 'a' and point < 16")
    assert drawn(longer, *sample) == drawn(framework.run(*DRAWS), *sample)


def test_uncertain_figures_fill_their_interval_evenly_and_independently() -> None:
    framework = Framework(
        {"index": ["x"]}, {"x": [(5.0, 0.0, 10.0), (5.0, 0.0, 10.0), 7.0]}, design=("none", 0, 3, 2000)
    )
    found = drawn(framework.run(*DRAWS), "run, unit_code, score", "role = 'data'")
    a, b, exact = (np.array([score for _, code, score in found if code == unit]) for unit in "abc")
    assert set(exact) == {7}
    for each in (a, b):
        assert len(each) == 2000 and each.min() >= 0 and each.max() <= 10
        assert np.histogram(each, bins=10, range=(0, 10))[0] == pytest.approx(np.full(10, 200), abs=60)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.08


def test_uncertain_weights_stay_within_their_half_width() -> None:
    framework = Framework(
        {"index": ["x", "y"]}, {"x": [1.0], "y": [0.0]}, nodes={"x": {"weight": 3.0}, "y": {"weight": 1.0}},
        options=UNCERTAIN[:1], design=("sobol", 500, 3, 0),
    )  # fmt: skip
    found = np.array([score for (score,) in drawn(framework.run(*DRAWS), "score", "role = 'a'")])
    odds = found / (1 - found) / 3
    assert 0.75 / 1.25 <= odds.min() < 0.68 and 1.5 < odds.max() <= 1.25 / 0.75


def test_draws_in_small_blocks_are_the_draws_in_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    framework = two_pillars(
        options=OPTIONS, weight_sets={1: {"x": 3.0}, 2: {"y": 3.0}}, design=("sobol", 16, 1, 8)
    )
    connection = framework.run(*DRAWS)
    columns = "run, unit_code, period, score, rank"
    whole = rows(connection, f"select {columns} from int_index_draw order by all")
    monkeypatch.setattr(draw, "BLOCK", 50)
    run_draws(connection)
    assert rows(connection, f"select {columns} from int_index_draw order by all") == near(whole)
