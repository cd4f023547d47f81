"""Drawings of the chains page: launches over time with their running total, and the map of quantum links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians

from markupsafe import Markup, escape

from flows.reporting.site.charts import BOTTOM, LEFT, TOP, WIDTH, ticks
from flows.reporting.site.numbers import number

LAUNCH_HEIGHT, RIGHT = 380, 40
# Under the staircase lies a lane for launches of other constellations, with two levels of names.
LANE = 62
# The delta from 合肥 to the sea; what lies beyond is led to at the edge.
WEST, EAST, SOUTH, NORTH = 116.6, 121.9, 28.8, 32.2
MARGIN = 26


@dataclass(frozen=True)
class Launch:
    """Satellites launched on a day; `printed` are running totals that differ from the one added up."""

    constellation: str
    day: date
    batch: str | None
    satellites: int
    cumulative: int
    printed: list[int]


@dataclass(frozen=True)
class Node:
    """A place of the map and what it has."""

    code: str
    name: str
    name_en: str
    longitude: float
    latitude: float
    has_metro: bool
    has_backbone: bool
    scenarios: int
    is_member: bool


@dataclass(frozen=True)
class Link:
    """A link of the map by the codes of its ends."""

    from_code: str
    to_code: str
    state: str
    text: str


def launch_chart(launches: Sequence[Launch]) -> Markup | None:
    """Launches by day: the largest constellation as a staircase of its running total, others at the foot."""
    if len({launch.day for launch in launches}) < 2:
        return None
    main = max({launch.constellation for launch in launches}, key=lambda name: _total(launches, name))
    staircase = sorted((one for one in launches if one.constellation == main), key=lambda one: one.day)
    others = [one for one in launches if one.constellation != main]
    first = min(launch.day for launch in launches).year
    last = max(launch.day for launch in launches).year + 1
    scale = ticks(
        0, max([one.cumulative for one in staircase] + [n for one in staircase for n in one.printed])
    )
    days = (date(last, 1, 1) - date(first, 1, 1)).days

    def at_x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - date(first, 1, 1)).days / days

    def at_y(value: float) -> float:
        foot = LAUNCH_HEIGHT - BOTTOM - LANE
        return foot - (foot - TOP) * value / scale[-1]

    out = [
        f'<svg class="trend" viewBox="0 0 {WIDTH} {LAUNCH_HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg">',
        "<title>发射与累计卫星数 Launches and satellites launched so far</title>",
    ]
    out += [
        f'<path class="grid" d="M{LEFT} {at_y(value):.1f}H{WIDTH - RIGHT}"/>'
        f'<text class="axis" x="{LEFT - 8}" y="{at_y(value) + 4:.1f}" text-anchor="end">'
        f"{number(value)}</text>"
        for value in scale
    ]
    out += [
        f'<text class="axis" x="{at_x(date(year, 1, 1)):.1f}" y="{LAUNCH_HEIGHT - 8}" '
        f'text-anchor="middle">{year}</text>'
        for year in range(first, last + 1)
    ]
    way = f"M{at_x(staircase[0].day):.1f} {at_y(0):.1f}"
    for one in staircase:
        way += f"H{at_x(one.day):.1f}V{at_y(one.cumulative):.1f}"
    out.append(f'<g class="series c-1"><path class="line" d="{way}"/>')
    for one in staircase:
        x, y = at_x(one.day), at_y(one.cumulative)
        told = f"{one.constellation} {one.day} · {one.batch or ''} · +{one.satellites} = {one.cumulative}"
        name = f"{main} " if one is staircase[-1] else ""
        out.append(
            f'<g><circle class="solid" cx="{x:.1f}" cy="{y:.1f}" r="4"/><title>{escape(told)}</title></g>'
            f'<text class="label" x="{x - 7:.1f}" y="{y - 6:.1f}" text-anchor="end">'
            f"{escape(name)}{one.cumulative}</text>"
        )
        out += [
            f'<g><path class="hollow" d="M{x - 5:.1f} {at_y(n) + 4:.1f}h10l-5 -8z"/>'
            f"<title>{escape(one.day)}: {n}</title></g>"
            f'<text class="axis" x="{x + 9:.1f}" y="{at_y(n) + 2:.1f}">{n}?</text>'
            for n in one.printed
        ]
    out.append("</g>")
    lane = at_y(0) + 16
    for n, one in enumerate(sorted(others, key=lambda one: one.day)):
        x = at_x(one.day)
        anchor = "end" if x > WIDTH / 2 else "start"
        told = f"{one.constellation} {one.day} · +{one.satellites}"
        out.append(
            f'<g class="series c-4">'
            f'<path class="solid" d="M{x:.1f} {lane - 4.6:.1f}l4.6 4.6-4.6 4.6-4.6-4.6z"/>'
            f"<title>{escape(told)}</title>"
            f'<text class="label" x="{x:.1f}" y="{lane + 19 + 16 * (n % 2):.1f}" text-anchor="{anchor}">'
            f"{escape(one.constellation)}</text></g>"
        )
    return Markup("".join(out) + "</svg>")


def _total(launches: Sequence[Launch], name: str) -> int:
    return sum(one.satellites for one in launches if one.constellation == name)


def link_map(nodes: Sequence[Node], links: Sequence[Link]) -> Markup | None:
    """Places at their coordinates, links in operation as lines and planned ones dashed."""
    if not nodes:
        return None
    scale = (WIDTH - 2 * MARGIN) / ((EAST - WEST) * cos(radians((SOUTH + NORTH) / 2)))
    height = round(2 * MARGIN + (NORTH - SOUTH) * scale)
    by_code = {node.code: node for node in nodes}

    def at(node: Node) -> tuple[float, float]:
        x = MARGIN + (node.longitude - WEST) * cos(radians((SOUTH + NORTH) / 2)) * scale
        return x, MARGIN + (NORTH - node.latitude) * scale

    def is_inside(point: tuple[float, float]) -> bool:
        return 0 <= point[0] <= WIDTH and 0 <= point[1] <= height

    def to_edge(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
        """Where a line from inside leaves the map, a little before its edge."""
        (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
        shares = [1.0]
        shares += [((MARGIN if dx < 0 else WIDTH - MARGIN) - x) / dx] if dx else []
        shares += [((MARGIN if dy < 0 else height - MARGIN) - y) / dy] if dy else []
        share = max(0.0, min(shares))
        return x + share * dx, y + share * dy

    out = [
        f'<svg class="trend map" viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">',
        "<title>量子通信线路 Quantum links</title>",
    ]
    for link in links:
        ends = sorted(
            (by_code[link.from_code], by_code[link.to_code]), key=lambda node: not is_inside(at(node))
        )
        start, end = at(ends[0]), at(ends[1])
        if not is_inside(start):
            continue
        leaves = not is_inside(end)
        end = to_edge(start, end) if leaves else end
        gap = "" if link.state == "operating" else " gap"
        out.append(
            f'<g class="series c-5"><path class="line{gap}" d="M{start[0]:.1f} {start[1]:.1f}'
            f'L{end[0]:.1f} {end[1]:.1f}"/><title>{escape(link.text)}</title>'
        )
        if leaves:
            out.append(
                f'<text class="axis" x="{end[0]:.1f}" y="{end[1] - 5:.1f}" text-anchor="middle">'
                f"→ {escape(ends[1].name)}<title>{escape(ends[1].name_en)}</title></text>"
            )
        out.append("</g>")
    for node in nodes:
        x, y = at(node)
        if not is_inside((x, y)):
            continue
        told = [f"{node.name} {node.name_en}"]
        told += ["城域网 metro network"] if node.has_metro else []
        told += ["接入骨干网 on the backbone"] if node.has_backbone else []
        told += [f"应用场景 scenarios: {node.scenarios}"] if node.scenarios else []
        out.append(f'<g class="series c-{"1" if node.is_member else "ink"}">')
        if node.has_metro:
            out.append(f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="10"/>')
        if node.has_backbone:
            out.append(f'<path class="ring" d="M{x - 13:.1f} {y - 13:.1f}h26v26h-26z"/>')
        shape = "solid" if node.is_member else "hollow"
        out.append(
            f'<circle class="{shape}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
            f"<title>{escape(' · '.join(told))}</title>"
            f'<text class="label" x="{x:.1f}" y="{y + 27:.1f}" text-anchor="middle">{escape(node.name)}'
            + (f" {node.scenarios}" if node.scenarios else "")
            + "</text></g>"
        )
    return Markup("".join(out) + "</svg>")
