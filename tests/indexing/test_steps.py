"""Denomination to normalisation, step by step, against numbers worked out by hand or from the definitions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.indexing.handmade import Cell, Framework, near, of_one

GAP: float | None = None
IMPUTED = "int_index_imputed"
TREATMENT = "int_index_treatment"
# Skewed by one value; with ties at the top; to the left.
ONE_OUTLIER = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 1000.0)


def imputed(framework: Framework, code: str = "x") -> Any:
    return framework.column(IMPUTED, "imputed", code)


# Denomination


def test_a_value_is_divided_by_the_denominator_of_its_own_unit_and_its_interval_with_it() -> None:
    cells = Framework(
        {"index": ["x"]},
        {"x": [10.0, (20.0, 18.0, 24.0), 30.0, 40.0, 50.0], "people": [2.0, 4.0, GAP, 0.0, -5.0]},
        nodes={"x": {"denominator": "people"}},
        method={"denominate": True},
    )
    assert cells.column(IMPUTED, "raw", "x") == [10, 20, 30, 40, 50]
    # Nothing is known a head where nobody was counted or nobody lives.
    assert cells.column(IMPUTED, "denominated", "x") == [5, 5, GAP, GAP, -10]
    assert cells.column(IMPUTED, "[value_low, value_high]", "x")[1] == [4.5, 6]
    assert cells.with_(method={"denominate": False}).column(IMPUTED, "denominated", "x") == [
        10,
        20,
        30,
        40,
        50,
    ]


def test_an_interval_of_which_one_end_is_unknown_has_none() -> None:
    cells = of_one((5.0, GAP, 6.0), (5.0, 4.0, GAP), (5.0, 4.0, 6.0))
    assert cells.column(IMPUTED, "[value_low, value_high]", "x") == [[GAP, GAP], [GAP, GAP], [4, 6]]


# Imputation


@pytest.mark.parametrize(("method", "filled"), [("mean", 16 / 3), ("median", 4.0), ("none", None)])
def test_a_gap_is_filled_from_the_members_of_the_same_period(method: str, filled: float | None) -> None:
    units = [(unit, year) for year in ("2020", "2021") for unit in "abcde"]
    framework = of_one(
        2.0, 4.0, 10.0, GAP, 900.0, 1.0, 1.0, 1.0, GAP, 900.0,
        units=units, references=["e"], method={"impute": method},
    )  # fmt: skip
    found = imputed(framework)
    assert found[3] == near(filled)
    assert found[8] == near(None if method == "none" else 1)
    assert [*found[:3], *found[4:8]] == [2, 4, 10, 900, 1, 1, 1]
    kinds = framework.column(IMPUTED, "value_kind", "x")
    assert kinds[2:4] == (["observed", None] if method == "none" else ["observed", "imputed"])
    ends = framework.column(IMPUTED, "[value_low, value_high]", "x")
    assert ends[3] == [None if method == "none" else end for end in (2, 10)]


@pytest.mark.parametrize(("method", "filled"), [("group_mean", 3.0), ("group_median", 2.0)])
def test_a_gap_is_filled_from_the_members_of_the_same_group_and_of_no_other(
    method: str, filled: float
) -> None:
    framework = of_one(
        1.0, 2.0, 6.0, GAP, 70.0, GAP, GAP,
        groups={"region": ["n", "n", "n", "n", "s", "w", None], "other": ["q"] * 7},
        method={"impute": method, "impute_group": "region"},
    )  # fmt: skip
    # Nobody of the west is known, and who has no group has no peers.
    assert imputed(framework) == near([1, 2, 6, filled, 70, None, None])
    assert framework.column(IMPUTED, "imputation_method", "x")[3:6] == [method, None, None]


PANEL = [("a", year) for year in ("2010", "2012", "2013", "2020", "2021")] + [("b", "2010"), ("b", "2012")]


def test_a_gap_in_a_series_is_interpolated_over_time_and_carried_beyond_its_ends() -> None:
    framework = of_one(
        GAP, (10.0, 9.0, 12.0), GAP, 26.0, GAP, GAP, GAP, units=PANEL, method={"impute": "linear"}
    )
    assert imputed(framework) == near([10, 10, 12, 26, 26, None, None])
    # The hull of both neighbours, or the interval of the only one.
    assert framework.column(IMPUTED, "[value_low, value_high]", "x")[:3] == [[9, 12], [9, 12], [9, 26]]


def test_the_latest_value_before_a_gap_is_taken_and_none_from_later() -> None:
    framework = of_one(GAP, 10.0, GAP, 26.0, GAP, GAP, 3.0, units=PANEL, method={"impute": "latest"})
    assert imputed(framework) == [None, 10, 10, 26, 26, None, 3]
    assert framework.column(IMPUTED, "[value_low, value_high]", "x")[2] == [10, 26]


def test_a_gap_is_filled_by_regression_on_the_indicator_it_goes_with_best_that_the_unit_has() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=9)
    close, loose = x + rng.normal(size=9) / 10, x + rng.normal(size=9)
    known = np.arange(9) < 7
    framework = Framework(
        {"index": ["x", "close", "loose"]},
        {
            "x": [float(v) if k else GAP for v, k in zip(x, known, strict=True)],
            "close": [*(float(v) for v in close[:8]), GAP],
            "loose": [float(v) for v in loose],
        },
        method={"impute": "regression"},
    )
    slope, intercept = np.polyfit(close[known], x[known], 1)
    residuals = x[known] - intercept - slope * close[known]
    sd = math.sqrt(float(residuals @ residuals) / 5)
    by_close = float(intercept + slope * close[7])
    by_loose = float(np.polyval(np.polyfit(loose[known], x[known], 1), loose[8]))
    assert imputed(framework)[7:] == pytest.approx([by_close, by_loose], rel=1e-9)
    ends = framework.column(IMPUTED, "[value_low, value_high]", "x")[7]
    assert ends == pytest.approx([by_close - 2 * sd, by_close + 2 * sd], rel=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "filled"),
    [
        ((0.1, 0.2, 0.3, 0.7, GAP), (0.3, 0.6, 0.9, 2.1, 3.0), 1.0),  # r is 1 but for rounding
        ((1.1, 2.3, 3.7, 4.9, GAP), (-2.2, -4.6, -7.4, -9.8, 3.0), -1.5),
        ((1.0, 2.0, GAP, GAP, GAP), (3.0, 6.0, 9.0, 1.0, 2.0), None),  # two pairs tell nothing
        ((1.0, 1.0, 1.0, 1.0, GAP), (3.0, 6.0, 9.0, 1.0, 2.0), None),  # nor does a constant
        ((1.0, 2.0, 3.0, 4.0, GAP), (5.0, 5.0, 5.0, 5.0, 5.0), None),
        ((GAP, GAP, GAP, GAP, GAP), (3.0, 6.0, 9.0, 1.0, 2.0), None),
    ],
)
def test_regression_bears_a_perfect_fit_and_refuses_what_tells_nothing(
    x: tuple[float | None, ...], y: tuple[float, ...], filled: float | None
) -> None:
    framework = Framework(
        {"index": ["x", "y"]}, {"x": list(x), "y": list(y)}, method={"impute": "regression"}
    )
    assert imputed(framework)[4] == near(filled)


@pytest.mark.parametrize("method", ["mean", "median", "group_mean", "linear", "latest", "regression"])
def test_an_indicator_that_nobody_has_stays_missing_and_spoils_no_other(method: str) -> None:
    framework = Framework(
        {"index": ["x", "none"]},
        {"x": [1.0, 2.0, 3.0], "none": [GAP, GAP, GAP]},
        units=[("a", "2001"), ("b", "2001"), ("a", "2002")],
        groups={"g": ["1", "1", "1"]},
        method={"impute": method, "impute_group": "g", "normalise": "min_max"},
    )
    assert imputed(framework, "none") == [None, None, None]
    assert framework.scores() == near([0, 0.5, 1])


# Screening


def test_a_unit_below_the_least_share_of_indicators_is_left_out_of_every_statistic() -> None:
    framework = Framework(
        {"index": ["x", "y", "z"]},
        {"x": [0.0, 10.0, 1000.0], "y": [5.0, GAP, GAP], "z": [1.0, 2.0, GAP]},
        method={"min_share": 2 / 3, "normalise": "min_max"},
    )
    assert framework.column(IMPUTED, "is_kept", "x") == [True, True, False]
    assert framework.normalised("x") == [0, 1, None]
    assert framework.with_(method={"min_share": 0.67}).column(IMPUTED, "is_kept", "x") == [True, False, False]
    assert framework.with_(method={"min_share": None}).normalised("x") == [0, 0.01, 1]


# Treatment


def shape(values: Any) -> tuple[float, float]:
    """Skewness and excess kurtosis, both corrected for the sample (type 2 of Joanes and Gill 1998)."""
    x = np.asarray(values, float) - np.mean(values)
    n, m2 = len(x), float(np.mean(x**2))
    skewness = math.sqrt(n * (n - 1)) / (n - 2) * float(np.mean(x**3)) / m2**1.5
    excess = float(np.mean(x**4)) / m2**2 - 3
    return skewness, (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)


def treated(*cells: float | None, direction: int = 1, **method: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Treated values, and the steps in their order."""
    framework = of_one(*cells, nodes={"x": {"direction": direction}}, method={"winmax": 3, **method})
    connection = framework.run_to("int_index_normalised")
    steps = connection.execute(f"from {TREATMENT} order by step").to_arrow_table().to_pylist()
    return framework.column("int_index_normalised", "treated", "x", connection), steps


def test_an_indicator_within_the_limits_is_left_as_it_is_and_so_is_one_over_one_limit_only() -> None:
    values, steps = treated(1.0, 2.0, 3.0, 5.0, 8.0)
    assert (values, len(steps), steps[0]["passes"]) == ([1, 2, 3, 5, 8], 1, True)
    assert (steps[0]["skewness"], steps[0]["kurtosis"]) == near(shape([1, 2, 3, 5, 8]))
    # Skewed beyond 2, but kurtosis below the limit is enough.
    skewed = [0.0] * 6 + [1.0]
    assert shape(skewed)[0] > 2
    values, _ = treated(*skewed, kurtosis_limit=10)
    assert values == skewed


def test_the_largest_value_is_set_to_the_next_until_the_indicator_passes() -> None:
    values, steps = treated(*ONE_OUTLIER)
    assert values == [*ONE_OUTLIER[:9], 9]
    assert [step["points"] for step in steps] == [0, 1]
    assert (steps[1]["skewness"], steps[1]["kurtosis"]) == near(shape([*ONE_OUTLIER[:9], 9]))
    assert [step["is_final"] for step in steps] == [False, True]


def test_the_smallest_value_is_set_to_the_next_where_the_tail_is_on_the_left_whatever_the_direction() -> None:
    for direction in (1, -1):
        values, steps = treated(*(-x for x in ONE_OUTLIER), direction=direction)
        assert values == [*(-x for x in ONE_OUTLIER[:9]), -9]
        assert steps[1]["low_limit"] == -9


def test_both_tails_are_moved_where_the_second_shows_once_the_first_is_gone() -> None:
    cells = [-300.0, *(float(x) for x in range(1, 21)), 1000.0]
    values, steps = treated(*cells, winmax=5)
    assert values == [1, *range(1, 21), 20]
    assert [(s["low_limit"], s["high_limit"], s["points"]) for s in steps] == [
        (-300, 1000, 0),
        (-300, 20, 1),
        (1, 20, 2),
    ]


def test_ties_move_together_and_may_overshoot_the_number_of_points_allowed() -> None:
    cells = [*(float(x) for x in range(1, 31)), 900.0, 900.0, 1000.0]
    values, steps = treated(*cells, winmax=2)
    # One point moved is fewer than two, and the next step moves the two that stand at 900 as well.
    assert [step["points"] for step in steps] == [0, 1, 3]
    assert values == [*range(1, 31), 30, 30, 30]


def test_an_indicator_that_winsorising_does_not_mend_has_the_logarithm_of_its_original_values() -> None:
    cells = [float(2**k) for k in range(0, 24)]
    values, steps = treated(*cells, winmax=1, fallback="log")
    low, high = 1.0, float(2**23)
    expected = [math.log(x - low + 0.01 * (high - low)) for x in cells]
    assert values == near(expected)
    assert [step["treatment"] for step in steps] == ["none", "winsorised", "log"]
    assert (steps[2]["skewness"], steps[2]["kurtosis"]) == near(shape(expected))
    # Without a fallback it stays as far as winsorising took it.
    assert treated(*cells, winmax=1)[0] == [*cells[:23], cells[22]]


def likelihood(positive: Any, exponent: float) -> float:
    """Profile log-likelihood of a Box-Cox exponent (Box and Cox 1964, equation 8)."""
    powered = np.log(positive) if exponent == 0 else (positive**exponent - 1) / exponent
    return float(-len(positive) / 2 * np.log(np.var(powered)) + (exponent - 1) * np.sum(np.log(positive)))


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e12])
@pytest.mark.parametrize("seed", range(4))
def test_the_box_cox_exponent_is_the_one_of_highest_likelihood_in_whatever_unit(
    seed: int, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    x = np.round(np.exp(rng.normal(scale=1 + seed / 2, size=40)), 6)
    _, steps = treated(
        *(float(v) for v in x * scale), winmax=0, fallback="boxcox", skew_limit=0, kurtosis_limit=-9
    )
    positive = (x - x.min()) / (x.max() - x.min()) + 0.01
    exponents = [tenths / 10 for tenths in range(-20, 21)]
    best = max(exponents, key=lambda exponent: likelihood(positive, exponent))
    assert steps[-1]["exponent"] == best
    powered = np.log(positive) if best == 0 else (positive**best - 1) / best
    assert (steps[-1]["skewness"], steps[-1]["kurtosis"]) == pytest.approx(shape(powered), rel=1e-7)


@pytest.mark.parametrize("fallback", ["none", "log", "boxcox"])
@pytest.mark.parametrize("cells", [(0.1, 0.1, 0.1), (0.1,), (0.1, 0.7), (GAP, GAP), (0.0, 0.0, 0.0, 0.0)])
def test_constants_and_pairs_are_never_treated(cells: tuple[float | None, ...], fallback: str) -> None:
    values, steps = treated(*cells, winmax=3, fallback=fallback, skew_limit=0.5)
    assert values == list(cells)
    assert {step["treatment"] for step in steps} <= {"none"}


def test_missing_cells_stay_missing_and_references_are_cut_without_a_say() -> None:
    for fallback, winmax in (("none", 3), ("log", 0), ("boxcox", 0)):
        framework = of_one(
            *ONE_OUTLIER, GAP, 5000.0, -5000.0,
            references=["l", "m"], method={"winmax": winmax, "fallback": fallback, "normalise": "min_max"},
        )  # fmt: skip
        values = framework.column("int_index_normalised", "treated", "x")
        normalised = framework.normalised("x")
        assert values[10] is None and normalised[10] is None
        assert (min(normalised[:10]), max(normalised[:10])) == (0, 1)
        if winmax:
            assert values[11:] == [9, 1]
        else:
            # Far below the lowest there is no logarithm.
            assert values[11] > max(values[:10]) and values[12] is None


def test_each_period_is_treated_by_itself_where_the_method_says_so() -> None:
    units = [(f"u{k}", year) for year in ("2020", "2021") for k in range(10)]
    cells = [*ONE_OUTLIER, *(float(x) for x in range(10))]
    within = of_one(
        *cells, units=units, method={"winmax": 3, "norm_within": "period", "normalise": "min_max"}
    )
    assert within.column("int_index_normalised", "treated", "x") == [*ONE_OUTLIER[:9], 9, *range(10)]
    assert within.normalised("x")[10:] == near([x / 9 for x in range(10)])
    whole = within.with_(method={"norm_within": "all"}).normalised("x")
    assert max(whole[10:]) == 1 and max(whole[:9]) == 1 and whole[9] == 1


# Normalisation


CELLS = (2.0, 8.0, GAP, 2.0, 5.0)
SD = math.sqrt(((2 - 4.25) ** 2 * 2 + (8 - 4.25) ** 2 + (5 - 4.25) ** 2) / 3)
NORMALISED: dict[str, tuple[dict[str, Any], tuple[float, ...], tuple[float, ...]]] = {
    # options; values of 2, 8 and 5 with direction 1; the same with direction -1
    "min_max": ({"norm_a": 1.0, "norm_b": 100.0}, (1, 100, 50.5), (100, 1, 50.5)),
    "z_score": (
        {"norm_a": 10.0, "norm_b": 2.0},
        (10 - 2 * 2.25 / SD, 10 + 2 * 3.75 / SD, 10 + 2 * 0.75 / SD),
        (10 + 2 * 2.25 / SD, 10 - 2 * 3.75 / SD, 10 - 2 * 0.75 / SD),
    ),
    "scaled": ({"norm_a": 1.0, "norm_b": 2.0}, (0.5, 3.5, 2), (-1.5, -4.5, -3)),
    "rank": ({}, (1, 4, 3), (3, 1, 2)),
    "percentile_rank": ({}, (0, 1, 2 / 3), (2 / 3, 0, 1 / 3)),
    "borda": ({}, (0, 3, 2), (2, 0, 1)),
    "distance_to_maximum": ({}, (0, 1, 0.5), (1, 0, 0.5)),
    "distance_to_target": ({}, (0, 2, 1), (2, 0, 1)),
    "fraction_of_maximum": ({}, (0.25, 1, 0.625), ()),
    "goalposts": ({"norm_a": 0.0, "norm_b": 10.0}, (-2.5, 12.5, 5), (12.5, -2.5, 5)),
}


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("method", NORMALISED)
def test_values_are_normalised_by_their_formula_with_the_direction_applied_before(
    method: str, direction: int
) -> None:
    options, up, down = NORMALISED[method]
    framework = of_one(
        *CELLS, 1e6,
        references=["f"], nodes={"x": {"direction": direction, "target": 5.0, "goalposts": (3.0, 7.0)}},
        method={"normalise": method, **options},
    )  # fmt: skip
    expected = (up if direction == 1 else down) or (None, None, None)
    low, high, middle = expected
    assert framework.normalised("x")[:5] == near([low, high, None, low, middle])


def test_what_lies_beyond_a_target_or_a_goalpost_is_cut_on_request_and_what_is_missing_is_not() -> None:
    for method, up, down in (
        ("distance_to_target", [0, 1, 1], [1, 0, 1]),
        ("goalposts", [0, 1, 0.5], [1, 0, 0.5]),
    ):
        for direction, (low, high, middle) in ((1, up), (-1, down)):
            node = {"direction": direction, "target": 5.0, "goalposts": (3.0, 7.0)}
            options = {"normalise": method, "norm_cap": True}
            framework = of_one(*CELLS, nodes={"x": node}, method=options)
            assert framework.normalised("x") == near([low, high, None, low, middle])


def test_the_reference_unit_is_the_one_of_the_same_period() -> None:
    units = [(unit, year) for year in ("2020", "2021", "2022") for unit in "abc"]
    framework = of_one(
        1.0, 3.0, 5.0, 2.0, 5.0, 6.0, 4.0, GAP, 8.0,
        units=units, method={"normalise": "distance_to_reference", "norm_reference": "b"},
    )  # fmt: skip
    expected = [0, 1, 2, 0.25, 1, 1.25, None, None, None]
    assert framework.normalised("x") == near(expected)
    down = framework.with_(nodes={"x": {"direction": -1}}).normalised("x")
    assert down[:6] == near([1.4, 1, 0.6, 2, 1, 2 / 3])


def test_the_base_year_is_a_hundred_for_each_unit_by_itself() -> None:
    units = [
        ("a", "2020"),
        ("a", "2021"),
        ("b", "2020"),
        ("b", "2021"),
        ("c", "2020"),
        ("c", "2021"),
        ("d", "2020"),
    ]
    framework = of_one(
        5.0, 6.0, 40.0, 30.0, 0.0, 7.0, 1.0,
        units=[*units, ("d", "2021")][:7], method={"normalise": "base_year", "norm_reference": "2020"},
    )  # fmt: skip
    assert framework.normalised("x") == near([100, 120, 100, 75, None, None, 100])


# A constant has no place between its own ends; where it is counted, all tie on the lowest.
CAPPED = ("distance_to_target", "goalposts")
CONSTANT: dict[str, float | None] = {
    "min_max": None, "z_score": None, "rank": 1, "percentile_rank": 0, "borda": 0,
    "distance_to_maximum": None, "distance_to_target": None, "fraction_of_maximum": 1,
    "distance_to_reference": None, "base_year": 100,
    "goalposts": None,
}  # fmt: skip


@pytest.mark.parametrize(("method", "cap"), [*((m, False) for m in CONSTANT), *((m, True) for m in CAPPED)])
def test_a_constant_is_never_infinite_nor_an_end_of_the_scale(method: str, cap: bool) -> None:
    options = {"normalise": method, "norm_cap": cap, "norm_reference": {"base_year": ""}.get(method, "a")}
    node = {"target": 0.1, "goalposts": (0.1, 0.1)}
    framework = of_one(0.1, 0.1, 0.1, nodes={"x": node}, method=options)
    assert framework.normalised("x") == near([CONSTANT[method]] * 3)


@pytest.mark.parametrize(("method", "cap"), [*((m, False) for m in CONSTANT), *((m, True) for m in CAPPED)])
def test_one_unit_two_units_and_none_have_scores_or_have_none_and_never_fail(method: str, cap: bool) -> None:
    options = {"normalise": method, "norm_cap": cap, "norm_reference": {"base_year": ""}.get(method, "a")}
    node = {"target": 5.0, "goalposts": (0.0, 10.0)}
    for cells in ((3.0,), (3.0, 6.0), (GAP, GAP), (GAP, 3.0)):
        found = of_one(*cells, nodes={"x": node}, method=options).normalised("x")
        assert all(value is None or math.isfinite(value) for value in found), (cells, found)
        assert all(value is None for value, cell in zip(found, cells, strict=True) if cell is None)


def test_a_target_or_goalpost_that_is_not_given_makes_nothing() -> None:
    for method in ("distance_to_target", "goalposts"):
        for cap in (False, True):
            assert of_one(1.0, 2.0, method={"normalise": method, "norm_cap": cap}).normalised("x") == [
                None,
                None,
            ]


def test_a_fraction_of_a_maximum_that_is_not_above_zero_would_turn_the_order_round_and_is_none() -> None:
    assert of_one(-4.0, -2.0, method={"normalise": "fraction_of_maximum"}).normalised("x") == [None, None]
    assert of_one(-4.0, 2.0, method={"normalise": "fraction_of_maximum"}).normalised("x") == [-2, 1]


def test_the_ends_of_an_interval_are_normalised_with_the_value_and_change_sides_with_the_direction() -> None:
    cells: list[Cell] = [(5.0, 4.0, 7.0), 0.0, 10.0, (1.0, None, 2.0)]
    for direction, ends in ((1, [0.4, 0.7]), (-1, [0.3, 0.6])):
        framework = of_one(*cells, nodes={"x": {"direction": direction}}, method={"normalise": "min_max"})
        found = framework.column("int_index_normalised", "[normalised_low, normalised_high]", "x")
        assert found[0] == near(ends)
        assert found[3] == [None, None]
