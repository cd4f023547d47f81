"""Maps of places as points at their seats of government; no boundary is drawn.

Boundary files come with rights of their own, and a figure of this warehouse belongs to a place as a whole: a
point says all that the data supports. What somebody saw is a solid line, what a model says a dashed grey one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, radians
from typing import Any

import altair as alt

from flows.reporting.charting.embedding import Figure, rows
from flows.reporting.charting.painting import ACCENT, PAPER, SOFT, colour
from flows.reporting.charting.scaling import room
from flows.reporting.charting.speaking import Pair, two

# A map this many pixels wide is what distances to a mark are reckoned for.
WIDTH, MARGIN, MOST_ASPECT = 760, 56, 0.95
THICKEST, THINNEST = 7.0, 1.2
BEND = 0.14
NODE = 5.5
BEND_POINTS = 13
# A phone shows a map this much smaller, and its letters no smaller.
PHONE = 340 / WIDTH
SIDES: dict[str, dict[str, Any]] = {
    "right": {"align": "left", "dx": 14, "baseline": "middle"},
    "left": {"align": "right", "dx": -14, "baseline": "middle"},
    "above": {"align": "center", "dy": -15, "baseline": "bottom"},
    "below": {"align": "center", "dy": 15, "baseline": "top"},
}
At = tuple[float, float]
Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A place on a map, in the colour of its lines elsewhere; `badge` or `tag` follows its name."""

    name: str
    name_en: str
    longitude: float
    latitude: float
    colour: str
    is_member: bool
    badge: str = ""
    tag: str = ""
    text: Pair = ("", "")
    has_ring: bool = False
    has_box: bool = False
    score: float | None = None
    is_indicative: bool = False
    href: str | None = None


@dataclass(frozen=True)
class Link:
    """A line between two places by their codes; `text` is what a pointer reads over it."""

    start: str
    end: str
    value: float
    text: Pair
    is_dashed: bool = False


def projected(places: Mapping[str, Place]) -> tuple[dict[str, At], float]:
    """Where each place lies on a map of WIDTH, degrees of longitude as short as there; and its height."""
    middle = sum(place.latitude for place in places.values()) / len(places)
    east = {code: place.longitude * cos(radians(middle)) for code, place in places.items()}
    north = {code: place.latitude for code, place in places.items()}
    left, top = min(east.values()), max(north.values())
    wide, tall = max(east.values()) - left or 1, top - min(north.values()) or 1
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_ASPECT * WIDTH - 2 * MARGIN) / tall)
    inset = (WIDTH - scale * wide) / 2
    at = {c: (inset + scale * (east[c] - left), MARGIN + scale * (top - north[c])) for c in places}
    return at, 2 * MARGIN + scale * tall


def _axes(height: float) -> tuple[alt.X, alt.Y]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    return x, alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))


def _figure(layers: Sequence[alt.Chart], height: float, title: Pair, marks: tuple[str, ...] = ()) -> Figure:
    aspect = height / WIDTH
    return Figure(
        alt.layer(*layers).properties(width="container", height=round(height), padding=2).to_dict(),
        title,
        marks,
        aspect,
    )


def _names(places: Mapping[str, Place], at: Mapping[str, At], axes: tuple[alt.X, alt.Y]) -> list[alt.Chart]:
    """Names beside their places, on a halo that keeps them legible over lines.

    `short` is what a phone shows in place of `name`.
    """
    sides = label_sides(places, at)
    data = [
        {
            "x": at[code][0],
            "y": at[code][1],
            "name": two(f"{place.name} {place.badge}".strip(), f"{place.name_en} {place.badge}".strip()),
            "short": two(f"{place.name} {place.tag}".strip(), f"{place.name_en} {place.tag}".strip()),
            "c": colour(place.colour),
            "side": sides[code],
        }
        for code, place in places.items()
    ]
    x, y = axes
    found = []
    for side, how in SIDES.items():
        own = [row for row in data if row["side"] == side]
        if own:
            base = alt.Chart(rows(own)).encode(x=x, y=y, text="name:N")
            style = how | {"fontWeight": 600}
            found.append(base.mark_text(**style, stroke=PAPER, strokeWidth=4, strokeJoin="round"))
            found.append(base.mark_text(**style).encode(color=alt.Color("c:N", scale=None)))
    return found


def label_sides(places: Mapping[str, Place], at: Mapping[str, At]) -> dict[str, str]:
    """For each place the side on which its name covers no other name and no point, even on a phone."""
    spots = {code: (x * PHONE, y * PHONE) for code, (x, y) in at.items()}
    taken = [(x - 8, y - 8, x + 8, y + 8) for x, y in spots.values()]
    found: dict[str, str] = {}
    for code in sorted(places, key=lambda code: (spots[code][0], code)):
        place, (x, y) = places[code], spots[code]
        wide = max(room([f"{name} {place.tag}"], 200) for name in (place.name, place.name_en))
        boxes = {
            "right": (x + 9, y - 8, x + 9 + wide, y + 8),
            "left": (x - 9 - wide, y - 8, x - 9, y + 8),
            "above": (x - wide / 2, y - 26, x + wide / 2, y - 9),
            "below": (x - wide / 2, y + 9, x + wide / 2, y + 26),
        }
        hits = {
            side: sum(
                box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
                for other in taken
            )
            + 2 * (box[0] < 0 or box[2] > PHONE * WIDTH)
            for side, box in boxes.items()
        }
        found[code] = min(hits, key=lambda side: (hits[side], list(SIDES).index(side)))
        taken.append(boxes[found[code]])
    return found


def network_map(
    places: Mapping[str, Place], links: Sequence[Link], title: Pair, *, is_directed: bool, is_modelled: bool
) -> Figure | None:
    """The network, or nothing where it has no link. Lines are as thick as their share of the strongest."""
    drawn = {code: places[code] for link in links for code in (link.start, link.end)}
    if not drawn:
        return None
    at, height = projected(drawn)
    x, y = axes = _axes(height)
    strongest = max(link.value for link in links)
    ways, heads = [], []
    # Thin lines last: a thick one would cover them.
    for n, link in enumerate(sorted(links, key=lambda one: -one.value)):
        thick = max(THICKEST * link.value / strongest, THINNEST)
        a, b = at[link.start], at[link.end]
        ink = SOFT if is_modelled else colour(drawn[link.start].colour)
        same = {"n": n, "c": ink, "w": round(thick, 2), "tip": two(*link.text)}
        way = bend(a, b) if is_directed else [a, b]
        ways += [same | {"x": round(px, 1), "y": round(py, 1), "o": o} for o, (px, py) in enumerate(way)]
        if is_directed:
            heads.append(same | arrow(way, thick))
    dash: Row = {"strokeDash": [5, 4], "opacity": 0.65} if is_modelled else {"opacity": 0.8}
    layers = [
        alt.Chart(rows(ways))
        .mark_line(**dash)
        .encode(
            x=x,
            y=y,
            order="o:Q",
            detail="n:N",
            color=alt.Color("c:N", scale=None),
            strokeWidth=alt.StrokeWidth("w:Q", scale=None),
            tooltip="tip:N",
        )
    ]
    if heads:
        layers.append(
            alt.Chart(rows(heads))
            .mark_point(filled=True, shape="triangle", opacity=1)
            .encode(
                x=x,
                y=y,
                angle=alt.Angle("turn:Q", scale=None),
                size=alt.Size("size:Q", scale=None),
                color=alt.Color("c:N", scale=None),
                tooltip="tip:N",
            )
        )
    layers.append(_dots(drawn, at, axes))
    return _figure([*layers, *_names(drawn, at, axes)], height, title, ("modelled",) if is_modelled else ())


def _dots(places: Mapping[str, Place], at: Mapping[str, At], axes: tuple[alt.X, alt.Y]) -> alt.Chart:
    """Members as full points, others hollow."""
    data = rows(
        {
            "x": at[code][0],
            "y": at[code][1],
            "c": colour(place.colour),
            "fill": colour(place.colour) if place.is_member else PAPER,
            "tip": two(*place.text) if place.text[0] else two(place.name, place.name_en),
        }
        for code, place in places.items()
    )
    dots: alt.Chart = (
        alt.Chart(data)
        .mark_point(size=90, strokeWidth=1.6, opacity=1)
        .encode(
            x=axes[0],
            y=axes[1],
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("c:N", scale=None),
            tooltip="tip:N",
        )
    )
    return dots


def link_map(places: Mapping[str, Place], links: Sequence[Link], title: Pair) -> Figure | None:
    """Places with rings and boxes for what they have; lines in operation solid, planned ones dashed.

    The map spans the members; what lies beyond it is led to at the edge.
    """
    members = {code: place for code, place in places.items() if place.is_member}
    if not members:
        return None
    at, height = _spanned(places, members)
    x, y = axes = _axes(height)
    inside = {code for code, (px, py) in at.items() if 0 <= px <= WIDTH and 0 <= py <= height}
    ways, beyond = [], []
    for n, link in enumerate(links):
        start, end = sorted((link.start, link.end), key=lambda code: code not in inside)
        if start not in inside:
            continue
        a, b = at[start], at[end]
        if end not in inside:
            b = to_edge(a, b, height)
            name = places[end]
            beyond.append({"x": b[0], "y": b[1] - 8, "name": two(f"→ {name.name}", f"→ {name.name_en}")})
        dash = "planned" if link.is_dashed else "operating"
        ways += [{"x": px, "y": py, "n": n, "dash": dash, "tip": two(*link.text)} for px, py in (a, b)]
    layers: list[alt.Chart] = []
    for dash in ("operating", "planned"):
        own = [row for row in ways if row["dash"] == dash]
        if own:
            stroke: Row = {"strokeDash": [2, 4]} if dash == "planned" else {}
            layers.append(
                alt.Chart(rows(own))
                .mark_line(strokeWidth=1.9, color=colour("5"), **stroke)
                .encode(x=x, y=y, detail="n:N", tooltip="tip:N")
            )
    shown = {code: place for code, place in places.items() if code in inside}
    for shape, size, having in (
        ("circle", 400, {c for c, p in shown.items() if p.has_ring}),
        ("square", 700, {c for c, p in shown.items() if p.has_box}),
    ):
        around = [{"x": at[c][0], "y": at[c][1], "c": colour(shown[c].colour)} for c in sorted(having)]
        if around:
            layers.append(
                alt.Chart(rows(around))
                .mark_point(shape=shape, size=size, strokeWidth=1.2, opacity=0.7)
                .encode(x=x, y=y, stroke=alt.Stroke("c:N", scale=None))
            )
    layers += [_dots(shown, at, axes), *_names(shown, at, axes)]
    if beyond:
        layers.append(alt.Chart(rows(beyond)).mark_text(color=SOFT).encode(x=x, y=y, text="name:N"))
    return _figure(layers, height, title)


def _spanned(places: Mapping[str, Place], members: Mapping[str, Place]) -> tuple[dict[str, At], float]:
    """All places on the map that the members span."""
    at, height = projected(members)
    west = min(members, key=lambda code: members[code].longitude)
    east = max(members, key=lambda code: members[code].longitude)
    wide = members[east].longitude - members[west].longitude
    per_degree = (at[east][0] - at[west][0]) / wide if wide else 100.0
    middle = sum(place.latitude for place in members.values()) / len(members)
    per_north = per_degree / cos(radians(middle))
    return {
        code: (
            at[west][0] + (place.longitude - members[west].longitude) * per_degree,
            at[west][1] - (place.latitude - members[west].latitude) * per_north,
        )
        for code, place in places.items()
    }, height


def to_edge(start: At, end: At, height: float) -> At:
    """Where a line from inside leaves the map, a little before its edge."""
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    inset = MARGIN / 2
    shares = [1.0]
    shares += [((inset if dx < 0 else WIDTH - inset) - x) / dx] if dx else []
    shares += [((inset if dy < 0 else height - inset) - y) / dy] if dy else []
    share = max(0.0, min(shares))
    return x + share * dx, y + share * dy


def corridor_map(places: Mapping[str, Place], title: Pair) -> Figure | None:
    """The nine at their seats: the larger the score the larger the point, its rank and score beside it.

    The thin line joins each seat to the nearest of the others until all hang together; it is no road.
    """
    if len(places) < 2:
        return None
    at, height = projected(places)
    x, y = axes = _axes(height)
    spine = [
        {"x": at[code][0], "y": at[code][1], "n": n} for n, pair in enumerate(spanning(at)) for code in pair
    ]
    # A score that rests on too little for a rank gives no size.
    known = [place.score for place in places.values() if place.score is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    dots = []
    for code, place in places.items():
        share = 0 if place.score is None else (place.score - low) / (high - low or 1)
        dots.append(
            {
                "x": at[code][0],
                "y": at[code][1],
                "size": 90 + 510 * share,
                "kind": "indicative" if place.is_indicative else "firm",
                "fill": PAPER if place.score is None or place.is_indicative else ACCENT,
                "tip": two(*place.text),
                "href": place.href,
            }
        )
    layers = [
        alt.Chart(rows(spine))
        .mark_line(color=SOFT, opacity=0.45, strokeWidth=2.5)
        .encode(x=x, y=y, detail="n:N"),
        alt.Chart(rows(dots))
        .mark_point(strokeWidth=2, stroke=ACCENT, opacity=1)
        .encode(
            x=x,
            y=y,
            size=alt.Size("size:Q", scale=None),
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=["firm", "indicative"], range=["circle", "square"]),
                legend=None,
            ),
            fill=alt.Fill("fill:N", scale=None),
            tooltip="tip:N",
            href="href:N",
        ),
        *_names(places, at, axes),
    ]
    return _figure(layers, height, title, tuple(sorted({str(row["kind"]) for row in dots})))


def spanning(at: Mapping[str, At]) -> list[tuple[str, str]]:
    """The shortest lines that join all points: each next point by the nearest one joined before."""
    first, *rest = sorted(at)
    joined, found = [first], []
    while rest:
        a, b = min(
            ((a, b) for a in joined for b in rest),
            key=lambda pair: (hypot(at[pair[0]][0] - at[pair[1]][0], at[pair[0]][1] - at[pair[1]][1]), pair),
        )
        found.append((a, b))
        joined.append(b)
        rest.remove(b)
    return found


def bend(a: At, b: At) -> list[At]:
    """Points of a curve from a to b that bends to one side, so that a link and the one back lie apart."""
    mx, my = (a[0] + b[0]) / 2 - BEND * (b[1] - a[1]), (a[1] + b[1]) / 2 + BEND * (b[0] - a[0])
    steps = [n / (BEND_POINTS - 1) for n in range(BEND_POINTS)]
    return [
        (
            (1 - t) ** 2 * a[0] + 2 * t * (1 - t) * mx + t**2 * b[0],
            (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * my + t**2 * b[1],
        )
        for t in steps
    ]


def arrow(way: Sequence[At], thick: float) -> Row:
    """A head before the place at the end of a way, turned along it."""
    (ax, ay), (bx, by) = list(pairwise(way))[-1]
    length = hypot(bx - ax, by - ay) or 1
    size = 8 + thick
    back = NODE + 3 + size / 2
    turn = degrees(atan2(by - ay, bx - ax)) + 90
    return {
        "x": round(bx - back * (bx - ax) / length, 1),
        "y": round(by - back * (by - ay) / length, 1),
        "turn": round(turn, 1),
        "size": round(size * size, 1),
    }
