"""A claim drawn beside what comes out: both on one scale, open ends running to the edge."""

from __future__ import annotations

import re
from typing import Any

import pytest

from flows.reporting.site.pages_claims import LEFT, RIGHT, WIDTH, beside

Ends = tuple[float, float]


def claim(low: float | None, high: float | None, comparison: str = "about") -> dict[str, Any]:
    return {"claimed_low": low, "claimed_high": high, "comparison": comparison}


def reading(
    value: float | None, low: float | None, high: float | None, kind: str = "derived"
) -> dict[str, Any]:
    found = {"computed_value": value, "computed_low": low, "computed_high": high}
    return found | {"value_kind": kind, "verdict": "consistent"}


def drawn(
    of: dict[str, Any], one: dict[str, Any]
) -> tuple[tuple[float, float], tuple[float, float], float | None]:
    """The ends of the claimed bar, of the recomputed line, and where the dot is."""
    svg = str(beside(of, one))
    [(x, width)] = re.findall(r'class="said" x="([\d.]+)" y="\d+" width="([\d.]+)"', svg)
    [(a, b)] = re.findall(r'class="reach \w+" d="M([\d.]+) \d+H([\d.]+)"', svg) or [("nan", "nan")]
    dot = re.findall(r'circle cx="([\d.]+)"', svg)
    return (float(x), float(x) + float(width)), (float(a), float(b)), float(dot[0]) if dot else None


def test_claim_line_and_dot_share_one_scale() -> None:
    (left, right), (a, b), dot = drawn(claim(10, 20), reading(15, 12, 18))
    assert (a - left) / (right - left) == pytest.approx(0.2, abs=0.01)
    assert (b - left) / (right - left) == pytest.approx(0.8, abs=0.01)
    assert dot == pytest.approx((left + right) / 2, abs=0.1)


def test_an_open_end_runs_to_the_edge_and_has_no_stroke() -> None:
    (left, right), (a, b), dot = drawn(claim(20, None), reading(None, 20.5, None, "bound"))
    assert (right, b) == pytest.approx((WIDTH - RIGHT, WIDTH - RIGHT), abs=0.1)
    assert LEFT < left < a
    assert dot is None
    assert str(beside(claim(20, None), reading(None, 20.5, None))).count('class="end"') == 1


def test_an_exact_figure_is_still_to_be_seen() -> None:
    (left, right), (a, b), _ = drawn(claim(9, 9), reading(9, 9, 9))
    assert right - left == pytest.approx(2)
    assert b - a == pytest.approx(2)


def test_filled_gaps_are_dashed_and_known_figures_are_not() -> None:
    assert 'class="reach filled"' in str(beside(claim(1, 2), reading(1, 1, 2, "imputed")))
    assert 'class="reach known"' in str(beside(claim(1, 2), reading(1, 1, 2)))


def test_years_of_a_date_are_told_as_days() -> None:
    svg = str(beside(claim(2016, 2017, "dated"), reading(None, 2016.5, None, "bound")))
    assert "2016-01-01 – 2017-01-01" in svg
    assert "≥ 2016-07-02" in svg


def test_what_is_no_number_is_not_drawn() -> None:
    assert beside(claim(None, None), reading(3, 3, 3)) is None
    assert beside(claim(1, 2), reading(None, None, None)) is None
