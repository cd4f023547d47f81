"""Lines of several places over years: what kind each value is, its interval, what was printed before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import altair as alt

from flows.reporting.charting.embedding import Figure, without_links
from flows.reporting.charting.marking import HOLLOW, SHAPES, shape_of
from flows.reporting.charting.painting import PAPER, SOFT, colour
from flows.reporting.charting.scaling import room, spread, ticks
from flows.reporting.charting.speaking import Pair, two

HEIGHT = 340
LABEL_STEP = 15
# An interval narrower than this part of the axis would be hidden by its own mark.
SEEN = 0.012
Row = dict[str, Any]
# What each layer is in the legend.
LEGEND_OF = {"band": "bands", "interval": "bars", "earlier": "earlier"}


@dataclass(frozen=True)
class Point:
    """A value of a year. `kind` picks the shape, `href` is where a click leads.

    `text` and, the same in both languages, `more` are what a pointer reads.
    """

    year: int
    value: float
    text: Pair
    kind: str = "observed"
    low: float | None = None
    high: float | None = None
    is_upper: bool = False
    href: str | None = None
    more: str = ""


@dataclass(frozen=True)
class Series:
    """The points of one place in order of years; `colour` is the number of a colour in the style sheet.

    `earlier` holds other printings of the same figures; `has_band` keeps the interval in sight.
    """

    name: str
    name_en: str
    colour: str
    points: list[Point] = field(default_factory=list)
    earlier: list[Point] = field(default_factory=list)
    has_band: bool = False


def trend(
    series: Sequence[Series], title: Pair, unit: Pair = ("", ""), *, are_bands: bool = False
) -> Figure | None:
    """Lines over years, or nothing where fewer than two years are known.

    With `are_bands` intervals are areas, of which a pointer brings out the one it is at; else they are bars.
    """
    points = [point for one in series for point in one.points]
    if len({point.year for point in points}) < 2:
        return None
    reach = [point for one in series if one.has_band or not are_bands for point in one.points]
    values = [point.value for point in points] + [end for point in reach for end in _ends(point)]
    values += [point.value for one in series for point in one.earlier]
    low, high = min(values), max(values)
    scale = ticks(0 if 0 <= low < 0.25 * high else low, high)
    first, last = min(p.year for p in points), max(p.year for p in points)
    drawn = [one for one in series if one.points]
    names = [text for one in drawn for text in (one.name, one.name_en)]

    data = {
        "bands": [row for n, one in enumerate(drawn) if are_bands for row in _band(n, one)],
        "bars": [row for n, one in enumerate(drawn) if not are_bands for row in _bars(n, one, scale)],
        "lines": [row for n, one in enumerate(drawn) for row in _pieces(n, one, is_dashed=False)],
        "dashes": [row for n, one in enumerate(drawn) for row in _pieces(n, one, is_dashed=True)],
        "earlier": [_mark(n, one, point, None) for n, one in enumerate(drawn) for point in one.earlier],
        "dots": [
            _mark(n, one, point, shape_of(point.kind, is_upper=point.is_upper))
            for n, one in enumerate(drawn)
            for point in one.points
        ],
        "labels": list(_labels(drawn, scale, last)),
    }
    spec = dict(declared())
    spec["layer"] = [layer for layer in spec["layer"] if data[layer["data"]["name"]]]
    given = {"first": first - 0.2, "last": last + 0.2, "years": list(range(first, last + 1))}
    given |= {"low": scale[0], "high": scale[-1], "ticks": scale}
    spec["params"] = [
        param | {"value": given[param["name"]]} if param["name"] in given else param
        for param in spec["params"]
    ]
    spec["datasets"] = {name: found for name, found in data.items() if found}
    spec = without_links(spec, {n for n, found in data.items() if not all("href" in row for row in found)})
    if unit[0]:
        spec["title"] = spec["title"] | {"text": two(*unit)}
    else:
        del spec["title"]
    spec["padding"] = {"left": 2, "right": room(names), "top": 4, "bottom": 2}
    marks = {str(row["kind"]) for row in data["dots"]}
    marks |= {mark for mark, name in LEGEND_OF.items() if data[name]}
    if any(b.year - a.year > 1 for one in drawn for a, b in pairwise(one.points)):
        marks.add("gap")
    return Figure(spec, title, tuple(sorted(marks)))


@cache
def declared() -> Row:
    """The chart with its data, its axes and its unit left open, and every layer it may have.

    Declaring and checking it takes Altair a tenth of a second, and the site has more than a hundred.
    """
    given = {name: alt.param(name=name, value=0) for name in ("first", "last", "low", "high")}
    given |= {name: alt.param(name=name, value=[]) for name in ("years", "ticks")}
    plain: Row = {"nice": False, "zero": False}
    x_scale = alt.Scale(domainMin=alt.ExprRef("first"), domainMax=alt.ExprRef("last"), **plain)
    y_scale = alt.Scale(domainMin=alt.ExprRef("low"), domainMax=alt.ExprRef("high"), **plain)
    x_axis = alt.Axis(
        format="d",
        title=None,
        grid=False,
        values=alt.ExprRef("years"),
        labelOverlap="greedy",
        labelSeparation=8,
    )
    y_axis = alt.Axis(format=",.10~g", title=None, values=alt.ExprRef("ticks"), domain=False, ticks=False)
    x, y = alt.X("x:Q", scale=x_scale, axis=x_axis), alt.Y("y:Q", scale=y_scale, axis=y_axis)
    paint = alt.Color("c:N", scale=None)
    over = alt.selection_point(
        name="over", fields=["s"], on="pointerover", clear="view:pointerout", empty=True
    )
    faded = alt.when(over).then(alt.value(1)).otherwise(alt.value(0.18))
    # A band that is not the base's shows only while a pointer is at its line.
    seen = alt.when(alt.datum.base).then(alt.value(0.16)).otherwise(alt.value(0))
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None
    )
    told: Row = {"tooltip": ["tip:N", "more:N"], "href": "href:N"}

    def of(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name)).encode(x=x, y=y)

    layers = [
        of("bands").mark_area(clip=True).encode(y2="y2:Q", color=paint, detail="s:N", opacity=seen),
        of("bars").mark_rule(strokeWidth=1.2, opacity=0.6, clip=True).encode(y2="y2:Q", color=paint),
        of("lines")
        .mark_line(strokeWidth=1.9)
        .encode(color=paint, detail=["piece:N", "s:N"], order="x:Q", opacity=faded),
        of("dashes")
        .mark_line(strokeWidth=1.4, strokeDash=[2, 4])
        .encode(color=paint, detail=["piece:N", "s:N"], order="x:Q", opacity=faded),
        of("earlier").mark_point(filled=True, size=16, color=SOFT, opacity=0.55, clip=True).encode(**told),
        of("dots")
        .mark_point(size=54, strokeWidth=1.5)
        .encode(
            shape=shape,
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("c:N", scale=None),
            opacity=faded,
            **told,
        )
        .add_params(over),
        of("labels").mark_rule(strokeWidth=0.7, opacity=0.5).encode(x2="x2:Q", y2="y2:Q", color=paint),
        of("labels")
        .mark_text(align="left", dx=3, fontWeight=600)
        .encode(
            x=alt.X("x2:Q", scale=x_scale, axis=x_axis),
            y=alt.Y("y2:Q", scale=y_scale, axis=y_axis),
            text="name:N",
            color=paint,
            opacity=faded,
        ),
    ]
    title = alt.Title("", anchor="start", fontSize=12, fontWeight="normal", color=SOFT, offset=10)
    chart = alt.layer(*layers).add_params(*given.values())
    return chart.properties(width="container", height=HEIGHT, title=title).to_dict()


def _ends(point: Point) -> tuple[float, float]:
    """The interval of a point; an open end stops at the value."""
    low = point.value if point.low is None else point.low
    return low, point.value if point.high is None else point.high


def _mark(n: int, one: Series, point: Point, kind: str | None) -> Row:
    """A point as a row of the chart; one of no kind is another printing."""
    ink = colour(one.colour)
    row = {"s": n, "x": point.year, "y": point.value, "tip": two(*point.text), "more": point.more}
    row |= {"href": point.href} if point.href else {}
    if kind is None:
        return row
    return row | {"kind": kind, "c": ink, "fill": PAPER if kind in HOLLOW else ink}


def _band(n: int, one: Series) -> Iterator[Row]:
    for point in one.points:
        low, high = _ends(point)
        yield {"s": n, "x": point.year, "y": low, "y2": high, "c": colour(one.colour), "base": one.has_band}


def _bars(n: int, one: Series, scale: Sequence[float]) -> Iterator[Row]:
    for point in one.points:
        low, high = _ends(point)
        if high - low > SEEN * (scale[-1] - scale[0]):
            yield {"s": n, "x": point.year, "y": low, "y2": high, "c": colour(one.colour)}


def _pieces(n: int, one: Series, *, is_dashed: bool) -> Iterator[Row]:
    """The line in pieces: dashed over years without a value and beside an imputed one, so that neither passes
    for a series of printed figures."""
    piece, before = 0, None
    for a, b in pairwise(one.points):
        if (b.year - a.year > 1 or "imputed" in (a.kind, b.kind)) != is_dashed:
            before = None
            continue
        if before is not a:
            piece += 1
            yield {"s": n, "piece": f"{n}.{piece}", "x": a.year, "y": a.value, "c": colour(one.colour)}
        yield {"s": n, "piece": f"{n}.{piece}", "x": b.year, "y": b.value, "c": colour(one.colour)}
        before = b


def _labels(drawn: Sequence[Series], scale: Sequence[float], last: int) -> Iterator[Row]:
    """The name of each series right of the last year, apart from each other, led to by a thin line."""
    per_pixel = (scale[-1] - scale[0]) / HEIGHT
    order = sorted(enumerate(drawn), key=lambda item: -item[1].points[-1].value)
    down = [(scale[-1] - one.points[-1].value) / per_pixel for _, one in order]
    for (n, one), at in zip(order, spread(down, LABEL_STEP, 4, HEIGHT - 2), strict=True):
        yield {
            "s": n,
            "x": one.points[-1].year,
            "y": one.points[-1].value,
            "x2": last + 0.2,
            "y2": scale[-1] - at * per_pixel,
            "name": two(one.name, one.name_en),
            "c": colour(one.colour),
        }
