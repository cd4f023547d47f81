"""Charts as SVG text: lines by place over years, with the kind of each value shown by its shape.

They are drawn here and not by Vega-Lite: importing altair takes 0.4 s, one SVG of vl_convert 40 ms (the site
has a hundred), its script bundle 1.9 s and 0.9 MB. Drawn at build time they also follow dark mode through the
style sheet and need no script. Each chart is an image to assistive software; its page has a table too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor, log10

from markupsafe import Markup, escape

from flows.reporting.site.numbers import number

WIDTH, HEIGHT = 760, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 126, 14, 30
LABEL_STEP = 15
LABELLED_YEARS = 13
SLOPE_LEFT, SLOPE_RIGHT, SLOPE_STEP = 230, 530, 30
WHISKER_LEFT, WHISKER_STEP = 96, 30


@dataclass(frozen=True)
class Point:
    """A value of a year. `kind` picks the shape; `text` is what a pointer reads over it."""

    year: int
    value: float
    text: str
    kind: str = "observed"
    low: float | None = None
    high: float | None = None
    is_upper: bool = False


@dataclass(frozen=True)
class Series:
    """The points of one place in order of years; `colour` is the number of a colour in the style sheet."""

    name: str
    name_en: str
    colour: str
    points: list[Point] = field(default_factory=list)
    has_band: bool = False


@dataclass(frozen=True)
class Slope:
    """The rank of one place in two rankings; tied places share a rank between two whole ones."""

    name: str
    name_en: str
    colour: str
    left: float
    right: float


@dataclass(frozen=True)
class Whisker:
    """The rank of one place: published, the median, the ends of nine tenths of the runs and of all."""

    name: str
    name_en: str
    colour: str
    rank: float
    median: float
    low: float
    high: float
    best: float
    worst: float


def ends(point: Point) -> tuple[float, float]:
    """The interval of a point; an open end stops at the value."""
    low = point.value if point.low is None else point.low
    return low, point.value if point.high is None else point.high


def ticks(low: float, high: float) -> list[float]:
    """Round numbers that span a range, about five of them."""
    raw = (high - low or abs(high) or 1) / 5
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * s for s in (1, 2, 2.5, 5, 10) if unit * s >= raw * 0.999)
    first = floor(low / step + 1e-9)
    count = next(n for n in range(1, 20) if (first + n) * step >= high - step * 1e-9)
    return [(first + n) * step for n in range(count + 1)]


def mark(point: Point, x: float, y: float) -> str:
    """The shape of a value: circle printed, diamond derived, triangle bound, pointing to the truth."""
    match point.kind:
        case "derived":
            shape = f'<path class="solid" d="M{x:.1f} {y - 4.6:.1f}l4.6 4.6-4.6 4.6-4.6-4.6z"/>'
        case "bound":
            way = 1 if point.is_upper else -1
            shape = f'<path class="solid" d="M{x - 4.8:.1f} {y - 3.6 * way:.1f}h9.6l-4.8 {7.6 * way:.1f}z"/>'
        case "imputed":
            shape = f'<circle class="hollow" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'
        case _:
            shape = f'<circle class="solid" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'
    return f"<g>{shape}<title>{escape(point.text)}</title></g>"


def spread(wanted: Sequence[float], step: float, top: float, bottom: float) -> list[float]:
    """Heights of labels, as near to the wanted heights as their size allows; `wanted` goes down the page."""
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + step) if placed else max(y, top))
    for i in range(len(placed) - 1, -1, -1):
        limit = bottom if i == len(placed) - 1 else placed[i + 1] - step
        placed[i] = min(placed[i], limit)
    return placed


def trend(series: Sequence[Series], title: str) -> Markup | None:
    """Lines of several places over years, or nothing where fewer than two years are known.

    A line over years without a value is dashed, so that a gap never looks like a series.
    """
    points = [point for one in series for point in one.points]
    if len({point.year for point in points}) < 2:
        return None
    banded = [point for one in series if one.has_band for point in one.points]
    values = [point.value for point in points] + [end for point in banded for end in ends(point)]
    low, high = min(values), max(values)
    scale = ticks(0 if 0 <= low < 0.25 * high else low, high)
    first, last = min(p.year for p in points), max(p.year for p in points)

    def at_x(year: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (year - first) / (last - first)

    def at_y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - scale[0]) / (scale[-1] - scale[0])

    out = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title>",
    ]
    for value in scale:
        y = at_y(value)
        out.append(
            f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
            f'<text class="axis" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(value)}</text>'
        )
    known = sorted({point.year for point in points}, reverse=True)
    out += [
        f'<text class="axis" x="{at_x(year):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{year}</text>'
        for year in (known if len(known) <= LABELLED_YEARS else range(last, first - 1, -2))
    ]
    drawn = sorted((s for s in series if s.points), key=lambda s: at_y(s.points[-1].value))
    heights = spread([at_y(s.points[-1].value) for s in drawn], LABEL_STEP, TOP + 4, HEIGHT - BOTTOM)
    for one, label_y in zip(drawn, heights, strict=True):
        out.append(f'<g class="series c-{one.colour}">')
        if one.has_band:
            lower = [f"{at_x(point.year):.1f} {at_y(ends(point)[0]):.1f}" for point in one.points]
            upper = [f"{at_x(point.year):.1f} {at_y(ends(point)[1]):.1f}" for point in one.points]
            out.append(f'<path class="band" d="M{"L".join(upper + lower[::-1])}Z"/>')
        for a, b in pairwise(one.points):
            gap = "" if b.year - a.year == 1 else " gap"
            way = f"M{at_x(a.year):.1f} {at_y(a.value):.1f}L{at_x(b.year):.1f} {at_y(b.value):.1f}"
            out.append(f'<path class="line{gap}" d="{way}"/>')
        out += [mark(point, at_x(point.year), at_y(point.value)) for point in one.points]
        x, y = at_x(one.points[-1].year) + 6, at_y(one.points[-1].value)
        out.append(
            f'<path class="lead" d="M{x:.1f} {y:.1f}L{WIDTH - RIGHT + 12} {label_y:.1f}"/>'
            f'<text class="label" x="{WIDTH - RIGHT + 16}" y="{label_y + 4:.1f}">{escape(one.name)}'
            f"<title>{escape(one.name_en)}</title></text></g>"
        )
    return Markup("".join(out) + "</svg>")


def slope(lines: Sequence[Slope], left: str, right: str, title: str) -> Markup:
    """Two rankings side by side, first place on top: a level line is agreement, a crossing is none."""
    height = TOP + BOTTOM + SLOPE_STEP * len(lines)
    bottom = height - TOP

    def at_y(rank: float) -> float:
        return TOP + BOTTOM + SLOPE_STEP * (rank - 0.5)

    def label(name: str, name_en: str, x: float, y: float, anchor: str) -> str:
        return (
            f'<text class="label" x="{x}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(name)}'
            f"<title>{escape(name_en)}</title></text>"
        )

    out = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title>",
        f'<text class="axis" x="{SLOPE_LEFT}" y="{TOP + 4}" text-anchor="end">{escape(left)}</text>',
        f'<text class="axis" x="{SLOPE_RIGHT}" y="{TOP + 4}">{escape(right)}</text>',
    ]
    # Places that share a rank would be written over each other.
    heights: dict[tuple[str, Slope], float] = {}
    for side in ("left", "right"):
        ordered = sorted(lines, key=lambda line: (getattr(line, side), line.left))
        placed = spread([at_y(getattr(line, side)) for line in ordered], LABEL_STEP, TOP + BOTTOM, bottom)
        heights |= {(side, line): y for line, y in zip(ordered, placed, strict=True)}
    for line in lines:
        ends_of_line = f"M{SLOPE_LEFT} {at_y(line.left):.1f}L{SLOPE_RIGHT} {at_y(line.right):.1f}"
        out += [
            f'<g class="series c-{line.colour}"><path class="line" d="{ends_of_line}"/>',
            f'<circle class="solid" cx="{SLOPE_LEFT}" cy="{at_y(line.left):.1f}" r="3.4"/>',
            f'<circle class="solid" cx="{SLOPE_RIGHT}" cy="{at_y(line.right):.1f}" r="3.4"/>',
            label(f"{line.name} {line.left:g}", line.name_en, SLOPE_LEFT - 10, heights["left", line], "end"),
            label(
                f"{line.right:g} {line.name}", line.name_en, SLOPE_RIGHT + 10, heights["right", line], "start"
            ),
            "</g>",
        ]
    return Markup("".join(out) + "</svg>")


def whiskers(rows: Sequence[Whisker], title: str) -> Markup | None:
    """A line for each place from its best to its worst rank, the first on the left; nothing without rows.

    Thick: nine tenths of the runs; thin: all of them; dot: the published rank; stroke: the median.
    """
    if not rows:
        return None
    last = max(row.worst for row in rows)
    height = TOP + BOTTOM + WHISKER_STEP * len(rows)

    def at_x(rank: float) -> float:
        return WHISKER_LEFT + 24 + (WIDTH - WHISKER_LEFT - 48) * (rank - 1) / max(last - 1, 1)

    out = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">',
        f"<title>{escape(title)}</title>",
    ]
    for rank in range(1, int(last) + 1):
        x = at_x(rank)
        out.append(
            f'<path class="grid" d="M{x:.1f} {TOP}V{height - BOTTOM}"/>'
            f'<text class="axis" x="{x:.1f}" y="{height - 8}" text-anchor="middle">{rank}</text>'
        )
    for n, row in enumerate(rows):
        y = TOP + WHISKER_STEP * (n + 0.5)
        told = (
            f"{row.name} {row.name_en}: {number(row.rank)}; 5–95 %: {number(round(row.low, 1))} – "
            f"{number(round(row.high, 1))}; {number(row.best)} – {number(row.worst)}"
        )
        out.append(
            f'<g class="series c-{row.colour}"><title>{escape(told)}</title>'
            f'<text class="label" x="{WHISKER_LEFT}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(row.name)}</text>"
            f'<path class="reach" d="M{at_x(row.best):.1f} {y:.1f}H{at_x(row.worst):.1f}"/>'
            f'<path class="core" d="M{at_x(row.low):.1f} {y:.1f}H{at_x(row.high):.1f}"/>'
            f'<path class="line" d="M{at_x(row.median):.1f} {y - 8:.1f}v16"/>'
            f'<circle class="solid" cx="{at_x(row.rank):.1f}" cy="{y:.1f}" r="5"/></g>'
        )
    return Markup("".join(out) + "</svg>")


def sparkline(values: Sequence[tuple[int, float]]) -> Markup:
    """The shape of one series in the height of a line of text; the numbers stand beside it."""
    if len(values) < 3:
        return Markup("")
    years, sizes = [v[0] for v in values], [v[1] for v in values]
    wide, tall = max(years) - min(years) or 1, max(sizes) - min(sizes) or 1
    path = "L".join(
        f"{2 + 76 * (year - min(years)) / wide:.1f} {18 - 14 * (size - min(sizes)) / tall:.1f}"
        for year, size in sorted(values)
    )
    head = '<svg class="spark" viewBox="0 0 80 20" width="80" height="20" aria-hidden="true">'
    return Markup(f'{head}<path d="M{path}"/></svg>')
