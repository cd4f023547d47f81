"""Charts: rows in, Vega-Lite out; kinds of values look different, words and colours wait for the reader."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from flows.reporting.charting.embedding import Figure, embed, picture, specification
from flows.reporting.charting.maps import (
    Link,
    Place,
    corridor_map,
    label_sides,
    network_map,
    projected,
    spanning,
)
from flows.reporting.charting.ranks import Slope, Whisker, slope, whiskers
from flows.reporting.charting.scaling import ticks
from flows.reporting.charting.speaking import in_language, two
from flows.reporting.charting.trends import Point, Series, trend

TOLD = ("甲 2018: 1", "A 2018: 1")
HARMFUL = "</script><img src=x onerror=alert(1)>"


def data(figure: Figure | None, *columns: str) -> list[dict[str, Any]]:
    """Rows of a chart that have some columns."""
    assert figure
    return [row for rows in figure.spec["datasets"].values() for row in rows if set(columns) <= set(row)]


def series(*points: Point, **more: Any) -> Series:
    return Series("甲", "A", "0", list(points), **more)


def test_every_kind_of_value_has_a_look_of_its_own_and_the_legend_says_so() -> None:
    kinds = ["observed", "derived", "bound", "imputed", "indicative"]
    points = [Point(2018 + n, float(n), TOLD, kind) for n, kind in enumerate(kinds)]
    figure = trend([series(*points, Point(2023, 9.0, TOLD, "bound", is_upper=True))], ("图", "chart"))
    assert figure
    shape = next(
        layer["encoding"]["shape"]["scale"] for layer in figure.spec["layer"] if "shape" in layer["encoding"]
    )
    drawn = dict(zip(shape["domain"], shape["range"], strict=True))
    looks = [(drawn[row["kind"]], row["fill"] == "var(--paper)") for row in figure.spec["datasets"]["dots"]]
    assert len(set(looks)) == len(looks) == 6
    page = str(embed(figure))
    assert all(
        words in page
        for words in ("printed", "derived", "lower bound", "upper bound", "imputed", "indicative")
    )


def test_a_line_is_dashed_over_unknown_years_and_beside_an_imputed_value() -> None:
    points = [Point(2018, 1.0, TOLD), Point(2020, 2.0, TOLD), Point(2021, 3.0, TOLD, "bound")]
    figure = trend([series(*points, Point(2022, 4.0, TOLD, "imputed"))], ("图", "chart"))
    assert figure
    assert [row["x"] for row in figure.spec["datasets"]["dashes"]] == [2018, 2020, 2021, 2022]
    assert [row["x"] for row in figure.spec["datasets"]["lines"]] == [2020, 2021]
    assert "gap" in figure.marks
    assert trend([series(*points[:1])], ("图", "chart")) is None


def test_a_wide_interval_is_drawn_and_one_narrower_than_its_mark_is_not() -> None:
    points = [Point(2018, 1.0, TOLD, low=0.5, high=2), Point(2019, 3.0, TOLD, low=2.999, high=3.001)]
    figure = trend([series(*points)], ("图", "chart"))
    assert figure and [row["x"] for row in figure.spec["datasets"]["bars"]] == [2018]


def test_other_printings_are_small_and_grey_and_lead_to_the_certificate() -> None:
    earlier = [Point(2018, 0.9, TOLD, href="#v-1-2018", more="0.9")]
    figure = trend([series(Point(2018, 1.0, TOLD), Point(2019, 3.0, TOLD), earlier=earlier)], ("图", "chart"))
    assert figure
    layer = next(one for one in figure.spec["layer"] if one["data"]["name"] == "earlier")
    assert layer["mark"]["color"] == "var(--soft)" and layer["mark"]["size"] < 54
    assert figure.spec["datasets"]["earlier"][0]["href"] == "#v-1-2018"


def test_a_point_without_a_page_is_no_link() -> None:
    linked = [Point(2018, 1.0, TOLD, href="a.html"), Point(2019, 2.0, TOLD, href="b.html")]
    for points, is_link in ((linked, True), ([linked[0], Point(2019, 2.0, TOLD)], False)):
        figure = trend([series(*points)], ("图", "chart"))
        assert figure
        [dots] = [one for one in figure.spec["layer"] if one["data"]["name"] == "dots"]
        assert ("href" in dots["encoding"]) == is_link


def test_text_of_the_data_cannot_end_the_script_that_carries_it() -> None:
    figure = trend([series(Point(2018, 1.0, (HARMFUL, HARMFUL)), Point(2019, 2.0, TOLD))], (HARMFUL, "chart"))
    page = str(embed(figure))
    assert page.count("</script>") == 1 and "<img" not in page
    found = re.search(r"json\">(.*?)</script>", page)
    assert found and json.loads(found[1])["datasets"]["dots"][0]["tip"] == HARMFUL


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "https://example.org", "//example.org", "/etc/passwd", "a b"]
)
def test_a_chart_links_to_pages_of_the_site_only(href: str) -> None:
    figure = trend([series(Point(2018, 1.0, TOLD, href=href), Point(2019, 2.0, TOLD))], ("图", "chart"))
    assert figure
    with pytest.raises(ValueError, match="no page of the site"):
        specification(figure)


def test_a_picture_has_one_language_and_no_variable_left() -> None:
    figure = trend(
        [series(Point(2018, 1.0, TOLD), Point(2019, 2.0, TOLD))], ("图", "chart"), ("万人", "10,000 people")
    )
    assert figure
    zh, en = picture(figure, "zh", 600), picture(figure, "en", 600)
    assert "万人" in zh and "10,000 people" in en and "万人" not in en
    assert "var(--" not in zh + en and "⇄" not in zh + en


def test_a_text_of_two_languages_keeps_what_the_data_says() -> None:
    assert [in_language([two("a⇄b", "c"), two("x", "")], lang) for lang in ("zh", "en")] == [
        ["a↔b", "x"],
        ["c", "x"],
    ]


def test_the_ends_of_a_whisker_are_its_ranks() -> None:
    figure = whiskers(
        [Whisker("甲", "A", "0", rank=2, median=2.5, low=1.5, high=3, best=1, worst=5)], ("图", "chart")
    )
    [row] = data(figure, "rank")
    assert [row[name] for name in ("rank", "median", "low", "high", "best", "worst")] == [
        2,
        2.5,
        1.5,
        3,
        1,
        5,
    ]
    assert whiskers([], ("图", "chart")) is None


def test_tied_places_of_a_slope_chart_have_labels_of_their_own() -> None:
    lines = [Slope(name, name, "0", rank, 2.0) for name, rank in (("甲", 1), ("乙", 2), ("丙", 3))]
    figure = slope(lines, ("左", "left"), ("右", "right"), ("图", "chart"))
    heights = [row["y"] for row in data(figure, "name") if row["x"] == 1 and row["name"].startswith("2 ")]
    assert len(heights) == len(set(heights)) == 3


NINE = {
    "1": Place("东", "East", 121.2, 31.0, "0", is_member=True, score=150.0),
    "2": Place("西", "West", 117.2, 31.8, "1", is_member=True, score=100.0, is_indicative=True),
    "3": Place("南", "South", 119.6, 29.1, "2", is_member=True),
}


def test_the_map_keeps_east_right_and_north_up_and_sizes_by_score() -> None:
    at, _ = projected(NINE)
    assert at["2"][0] < at["3"][0] < at["1"][0] and at["2"][1] < at["1"][1] < at["3"][1]
    dots = data(corridor_map(NINE, ("图", "map")), "size")
    assert dots[0]["size"] > dots[1]["size"] >= dots[2]["size"]
    assert [row["fill"] == "var(--paper)" for row in dots] == [False, True, True]


def test_the_thin_line_joins_all_places_by_the_nearest() -> None:
    at = {"a": (0.0, 0.0), "b": (1.0, 0.0), "c": (5.0, 0.0), "d": (1.0, 2.0)}
    assert {frozenset(pair) for pair in spanning(at)} == {frozenset("ab"), frozenset("bd"), frozenset("bc")}


def test_names_of_neighbours_go_to_different_sides() -> None:
    close = {
        "1": Place("左", "Left", 120.0, 30.0, "0", is_member=True),
        "2": Place("右", "Right", 120.4, 30.0, "0", is_member=True),
        "3": Place("远", "Far", 123.0, 31.0, "0", is_member=True),
    }
    sides = label_sides(close, projected(close)[0])
    assert sides["1"] != "right" and sides["3"] != "right"


def test_a_link_and_the_one_back_lie_apart_and_their_arrows_point_onwards() -> None:
    links = [Link("1", "2", 4.0, TOLD), Link("2", "1", 1.0, TOLD)]
    figure = network_map(NINE, links, ("图", "map"), is_directed=True, is_modelled=False)
    ways = data(figure, "o")
    assert {(row["x"], row["y"]) for row in ways if row["n"] == 0 and 0 < row["o"] < 12}.isdisjoint(
        (row["x"], row["y"]) for row in ways if row["n"] == 1
    )
    west, east = (row["turn"] % 360 for row in data(figure, "turn"))
    assert 180 < west < 360 and 0 < east < 180
    assert network_map(NINE, [], ("图", "map"), is_directed=True, is_modelled=False) is None


@pytest.mark.parametrize(("low", "high"), [(0, 26727), (2.1, 2.9), (100, 100), (-3, 8.5), (0.0001, 0.0004)])
def test_ticks_span_the_range(low: float, high: float) -> None:
    marks = ticks(low, high)
    assert marks[0] <= low + 1e-9 and marks[-1] >= high - 1e-9 and 2 <= len(marks) <= 9
