"""Iterative proportional fitting against tables worked out by hand."""

from __future__ import annotations

from math import sqrt

import pytest

from flows.networking.fitting import Margin, Printed, allot, fit

ROWS_AND_COLUMNS = ((0, 1), (2, 3), (0, 2), (1, 3))


def two_by_two(*totals: float) -> list[Margin]:
    """Sums of the rows and then of the columns of a b / c d."""
    return [Margin(cells, total) for cells, total in zip(ROWS_AND_COLUMNS, totals, strict=True)]


def test_an_even_seed_gives_the_product_of_the_sums_over_the_whole() -> None:
    # 40·70/100 = 28, 40·30/100 = 12, 60·70/100 = 42, 60·30/100 = 18.
    result = fit([1, 1, 1, 1], two_by_two(40, 60, 70, 30))
    assert result.values == pytest.approx([28, 12, 42, 18])
    assert result.has_converged


def test_a_seed_keeps_its_odds_ratio() -> None:
    # Odds of 3·3 / 1·1 = 9 and all sums 40: a² / b² = 9 and a + b = 40, so a = 30 and b = 10.
    assert fit([3, 1, 1, 3], two_by_two(40, 40, 40, 40)).values == pytest.approx([30, 10, 10, 30])
    # Odds of 3, which no round of whole numbers reaches: a = b√3 and a + b = 50, so b = 50 / (1 + √3).
    b = 50 / (1 + sqrt(3))
    result = fit([1, 1, 1, 3], two_by_two(50, 50, 50, 50))
    assert result.values == pytest.approx([50 - b, b, b, 50 - b])
    assert result.rounds > 1


def test_sums_may_overlap_and_leave_cells_out() -> None:
    # a + b + c = 12 and c = 4 leave 8 for a and b, which the seed splits 3 to 1; d is in no sum.
    result = fit([3, 1, 5, 9], [Margin((0, 1, 2), 12), Margin((2,), 4)])
    assert result.values == pytest.approx([6, 2, 4, 9])


@pytest.mark.parametrize(
    ("seed", "margins"),
    [
        ([1, 1], [Margin((0, 1), 5), Margin((0, 1), 7)]),
        ([1, 1], [Margin((0,), 6), Margin((0, 1), 5)]),
        ([0, 0], [Margin((0, 1), 5)]),
    ],
)
def test_sums_that_no_table_meets_are_told_and_never_passed_off(
    seed: list[float], margins: list[Margin]
) -> None:
    assert not fit(seed, margins).has_converged


GRAVITY = {("A", "B"): {2020: 1.0, 2022: 3.0}, ("A", "C"): {2020: 1.0}, ("B", "C"): {2020: 1.0}}
AREAS = {"ALL": ["A", "B", "C"], "NOT_A": ["B", "C"]}


def printed(a: str, b: str, value: float, is_directed: bool = True) -> Printed:
    return Printed("trade", is_directed, "2023", 2023, a, b, value, value - 0.5, value + 0.5)


def test_printed_totals_between_areas_are_split_by_gravity_of_the_last_known_year() -> None:
    # From A 40 to B and C, split 3 to 1. The other four cells share 100 - 40 in proportions 3 : 1 : 1 : 1.
    links = {
        (link.from_code, link.to_code): link
        for link in allot([printed("A", "NOT_A", 40), printed("ALL", "ALL", 100)], AREAS, GRAVITY)
    }
    assert {pair: round(link.value, 6) for pair, link in links.items()} == {
        ("A", "B"): 30, ("A", "C"): 10, ("B", "A"): 30, ("C", "A"): 10, ("B", "C"): 10, ("C", "B"): 10,
    }  # fmt: skip
    # The sums by themselves say no more than that a cell is no larger than the least sum it is part of.
    assert (links["A", "B"].low, links["A", "B"].high) == (0, 40.5)
    assert (links["B", "C"].low, links["B", "C"].high) == (0, 100.5)


def test_without_direction_a_pair_of_places_is_one_cell() -> None:
    found = allot([printed("ALL", "ALL", 50, is_directed=False)], AREAS, GRAVITY)
    assert [(link.from_code, link.to_code, round(link.value, 6)) for link in found] == [
        ("A", "B", 30),
        ("A", "C", 10),
        ("B", "C", 10),
    ]


def test_nothing_is_split_that_is_one_pair_or_has_a_place_without_gravity() -> None:
    assert allot([printed("A", "B", 5)], AREAS, GRAVITY) == []
    assert allot([printed("A", "D_AND_B", 5)], {**AREAS, "D_AND_B": ["B", "D"]}, GRAVITY) == []
