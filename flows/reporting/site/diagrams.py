"""Diagrams of tables as plain SVG: boxes in columns from left to right, joined by lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

ROW, PAD, GAP = 17, 8, 14
# How wide a character of the fixed-width names is.
CHARACTER = 7.3
BETWEEN = 90
SWEEPS = 4
LOWEST = 150


@dataclass(frozen=True)
class Box:
    """A table: its name, the lines below it, where it leads, and what kind it is drawn as."""

    name: str
    lines: tuple[str, ...] = ()
    href: str | None = None
    kind: str = ""

    @property
    def height(self) -> int:
        return PAD * 2 + ROW * (1 + len(self.lines))

    @property
    def width(self) -> float:
        return max(len(text) for text in (self.name, *self.lines)) * CHARACTER + PAD * 2


@dataclass(frozen=True)
class Lane(Box):
    """Where the lines that leave one box pass a column on their way further right: never behind its boxes."""

    @property
    def height(self) -> int:
        return 4

    @property
    def width(self) -> float:
        return 0


@dataclass(frozen=True)
class Line:
    """What joins a box to one in a column right of it; `said` is what a reader who points at it is told."""

    start: str
    end: str
    said: str = ""


@dataclass(frozen=True)
class Spot:
    """Where a box stands, as wide as its column."""

    box: Box
    left: float
    top: float
    width: float

    @property
    def middle(self) -> float:
        return self.top + self.box.height / 2


def diagram(columns: list[list[Box]], lines: Iterable[Line], label: str) -> Markup:
    """The boxes in their columns, each column ordered so that lines cross little."""
    columns = [list(column) for column in columns if column]
    column_of = {box.name: n for n, column in enumerate(columns) for box in column}
    ways = {line: way(line, column_of) for line in lines if {line.start, line.end} <= column_of.keys()}
    for one in ways.values():
        for name in one[1:-1]:
            place = int(name.rsplit("|", 1)[1])
            if name not in column_of:
                column_of[name] = place
                columns[place].append(Lane(name))
    spots, width, height = placed(in_order(columns, ways.values()))
    drawn = [joined([spots[name] for name in one], line) for line, one in ways.items()]
    drawn.extend(boxed(spot) for spot in spots.values() if not isinstance(spot.box, Lane))
    return Markup(
        '<svg class="tables" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group"'
        ' aria-label="{label}">{drawn}</svg>'
    ).format(w=round(width), h=round(height), label=label, drawn=Markup("").join(drawn))


def way(line: Line, column_of: dict[str, int]) -> list[str]:
    """Names of what a line passes, from the left: its ends, and between them a lane in every column."""
    start, end = sorted((line.start, line.end), key=lambda name: column_of[name])
    between = range(column_of[start] + 1, column_of[end])
    return [start, *(f"{start}|{place}" for place in between), end]


def in_order(columns: list[list[Box]], ways: Iterable[list[str]]) -> list[list[Box]]:
    """Each box near the middle of those it is joined to, swept from left to right and back."""
    joined_to: defaultdict[str, list[str]] = defaultdict(list)
    for one in ways:
        for left, right in pairwise(one):
            joined_to[left].append(right)
            joined_to[right].append(left)
    ordered = [sorted(column, key=lambda box: box.name) for column in columns]
    for sweep in range(SWEEPS):
        for column in ordered if sweep % 2 == 0 else reversed(ordered):
            place = {box.name: n / len(one) for one in ordered for n, box in enumerate(one)}

            def middle(box: Box, place: dict[str, float] = place) -> tuple[float, str]:
                near = [place[name] for name in joined_to[box.name]] or [place[box.name]]
                return sum(near) / len(near), box.name

            column.sort(key=middle)
    return ordered


def placed(columns: list[list[Box]]) -> tuple[dict[str, Spot], float, float]:
    """Where each box stands, and the width and height of the whole."""
    heights = [sum(box.height + GAP for box in column) - GAP for column in columns]
    tallest, left = max(heights, default=0), 2.0
    spots: dict[str, Spot] = {}
    for column, height in zip(columns, heights, strict=True):
        # Beside a column taller than a screen, a short one stays near its top, where reading begins.
        width, top = max(box.width for box in column), 2 + min((tallest - height) / 2, LOWEST)
        for box in column:
            spots[box.name] = Spot(box, left, top, width)
            top += box.height + GAP
        left += width + BETWEEN
    return spots, left - BETWEEN + 2, tallest + 4


def joined(passed: list[Spot], line: Line) -> Markup:
    """One line through all its lanes: straight along a column, bent between two."""
    first = passed[0]
    path = f"M{first.left + first.width:.0f} {first.middle:.0f}"
    for before, spot in pairwise(passed):
        x, y = before.left + before.width, before.middle
        if spot.left <= before.left:
            # Within one column, a bow on its right.
            x, y = x + BETWEEN / 2, spot.middle
            path += f"C{x:.0f} {before.middle:.0f} {x:.0f} {y:.0f} {x - BETWEEN / 2:.0f} {y:.0f}"
            continue
        bend = BETWEEN / 2
        end = f"{spot.left:.0f} {spot.middle:.0f}"
        path += f"C{x + bend:.0f} {y:.0f} {spot.left - bend:.0f} {spot.middle:.0f} {end}"
        if isinstance(spot.box, Lane):
            path += f"h{spot.width:.0f}"
    said = Markup("<title>{}</title>").format(line.said or f"{line.start} → {line.end}")
    return Markup('<path d="{}">{}</path>').format(path, said)


def boxed(spot: Spot) -> Markup:
    box, x, y = spot.box, spot.left, spot.top
    texts = [
        Markup('<text x="{}" y="{}"{}>{}</text>').format(
            round(x + PAD), round(y + PAD + ROW * (n + 0.75)), Markup(' class="name"' if n == 0 else ""), text
        )
        for n, text in enumerate((box.name, *box.lines))
    ]
    inside = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="4"/>').format(
        round(x), round(y), round(spot.width), box.height
    ) + Markup("").join(texts)
    if box.href:
        inside = Markup('<a href="{}">{}</a>').format(box.href, inside)
    return Markup('<g class="box {}">{}</g>').format(box.kind, inside)
