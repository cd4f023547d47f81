"""Diagrams of tables as plain SVG: boxes in columns from left to right, joined by lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

ROW, PAD, GAP = 17, 8, 14
# How wide a character of the fixed-width names is.
CHARACTER = 7.3
BETWEEN = 90
SWEEPS = 4


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
class Line:
    """What joins two boxes; `said` is what a reader who points at it is told."""

    start: str
    end: str
    said: str = ""


def diagram(columns: list[list[Box]], lines: Iterable[Line], label: str) -> Markup:
    """The boxes in their columns, each column ordered so that lines cross little."""
    lines = list(lines)
    placed = in_order([column for column in columns if column], lines)
    height = max(
        (sum(box.height for box in column) + GAP * (len(column) - 1) for column in placed), default=0
    )
    spots: dict[str, tuple[float, float, Box, float]] = {}
    left = 2.0
    for column in placed:
        width = max(box.width for box in column)
        top = 2 + (height - sum(box.height for box in column) - GAP * (len(column) - 1)) / 2
        for box in column:
            spots[box.name] = (left, top, box, width)
            top += box.height + GAP
        left += width + BETWEEN
    width = left - BETWEEN + 2
    drawn = [joined(spots, line) for line in lines if line.start in spots and line.end in spots]
    drawn.extend(boxed(*spot) for spot in spots.values())
    return Markup(
        '<svg class="tables" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group"'
        ' aria-label="{label}">{drawn}</svg>'
    ).format(w=round(width), h=height + 4, label=label, drawn=Markup("").join(drawn))


def in_order(columns: list[list[Box]], lines: list[Line]) -> list[list[Box]]:
    """Each box near the middle of those it is joined to, swept from left to right and back."""
    joined_to: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        joined_to[line.start].append(line.end)
        joined_to[line.end].append(line.start)
    ordered = [sorted(column, key=lambda box: box.name) for column in columns]
    for sweep in range(SWEEPS):
        for column in ordered if sweep % 2 == 0 else reversed(ordered):
            place = {box.name: n / len(one) for one in ordered for n, box in enumerate(one)}

            def middle(box: Box, place: dict[str, float] = place) -> tuple[float, str]:
                near = [place[name] for name in joined_to[box.name] if name in place] or [place[box.name]]
                return sum(near) / len(near), box.name

            column.sort(key=middle)
    return ordered


def joined(spots: dict[str, tuple[float, float, Box, float]], line: Line) -> Markup:
    first, last = sorted((spots[line.start], spots[line.end]), key=lambda spot: spot[0])
    x1, y1 = first[0] + first[3], first[1] + first[2].height / 2
    x2, y2 = last[0], last[1] + last[2].height / 2
    if first[0] == last[0]:
        # Within one column, a bow on the right.
        x2, bend = x1, x1 + BETWEEN / 2
        path = f"M{x1:.0f} {y1:.0f}C{bend:.0f} {y1:.0f} {bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    else:
        bend = BETWEEN / 2
        path = f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    said = Markup("<title>{}</title>").format(line.said or f"{line.start} → {line.end}")
    return Markup('<path d="{}" data-ends="{} {}">{}</path>').format(path, line.start, line.end, said)


def boxed(x: float, y: float, box: Box, width: float) -> Markup:
    texts = [
        Markup('<text x="{}" y="{}"{}>{}</text>').format(
            round(x + PAD), round(y + PAD + ROW * (n + 0.75)), Markup(' class="name"' if n == 0 else ""), text
        )
        for n, text in enumerate((box.name, *box.lines))
    ]
    inside = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="4"/>').format(
        round(x), round(y), round(width), box.height
    ) + Markup("").join(texts)
    if box.href:
        inside = Markup('<a href="{}">{}</a>').format(box.href, inside)
    return Markup('<g class="box {}" data-name="{}">{}</g>').format(box.kind, box.name, inside)
