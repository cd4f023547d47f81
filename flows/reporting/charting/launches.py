"""Launches over time with their running total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt

from flows.reporting.charting.embedding import Figure, rows
from flows.reporting.charting.painting import PAPER, SOFT, colour
from flows.reporting.charting.scaling import ticks
from flows.reporting.charting.speaking import Pair, two

HEIGHT = 360
# Under the staircase lies a lane for launches of other constellations, with two levels of names.
LANE = 0.24


@dataclass(frozen=True)
class Launch:
    """Satellites launched on a day; `printed` are running totals that differ from the one added up."""

    constellation: str
    day: date
    batch: str | None
    satellites: int
    cumulative: int
    printed: list[int]


def launch_chart(launches: Sequence[Launch], title: Pair) -> Figure | None:
    """Launches by day: the largest constellation as a staircase of its running total, others at the foot."""
    if len({launch.day for launch in launches}) < 2:
        return None
    main = max(
        {launch.constellation for launch in launches},
        key=lambda name: sum(one.satellites for one in launches if one.constellation == name),
    )
    stairs = sorted((one for one in launches if one.constellation == main), key=lambda one: one.day)
    others = sorted((one for one in launches if one.constellation != main), key=lambda one: one.day)
    scale = ticks(0, max([one.cumulative for one in stairs] + [n for one in stairs for n in one.printed]))
    foot = -LANE * scale[-1] if others else 0.0
    first, last = (min(one.day for one in launches).year, max(one.day for one in launches).year + 1)
    x = alt.X(
        "x:T",
        scale=alt.Scale(domain=[f"{first}-01-01", f"{last}-01-01"], nice=False),
        axis=alt.Axis(title=None, grid=False, format="%Y", tickCount="year", labelOverlap="greedy"),
    )
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[foot, scale[-1]], nice=False),
        axis=alt.Axis(title=None, values=scale, domain=False, ticks=False),
    )
    start = {"x": stairs[0].day.isoformat(), "y": 0}
    way = [start] + [{"x": one.day.isoformat(), "y": one.cumulative} for one in stairs]
    dots = [
        {
            "x": one.day.isoformat(),
            "y": one.cumulative,
            "name": f"{f'{main} ' if one is stairs[-1] else ''}{one.cumulative}",
            "tip": f"{_told(one)} = {one.cumulative}",
        }
        for one in stairs
    ]
    base = alt.Chart(rows(dots)).encode(x=x, y=y, tooltip="tip:N")
    layers: list[alt.Chart] = [
        alt.Chart(rows(way))
        .mark_line(interpolate="step-after", color=colour("1"), strokeWidth=1.9)
        .encode(x=x, y=y),
        base.mark_point(filled=True, size=60, color=colour("1"), opacity=1),
        base.mark_text(align="right", dx=-7, dy=-8, color=colour("1"), fontWeight=600).encode(text="name:N"),
    ]
    printed = [
        {
            "x": one.day.isoformat(),
            "y": n,
            "name": f"{n}?",
            "tip": two(f"{one.day}:另印 {n}", f"{one.day}: printed elsewhere {n}"),
        }
        for one in stairs
        for n in one.printed
    ]
    if printed:
        base = alt.Chart(rows(printed)).encode(x=x, y=y, tooltip="tip:N")
        layers += [
            base.mark_point(shape="triangle-up", size=60, fill=PAPER, stroke=colour("1"), opacity=1),
            base.mark_text(align="left", dx=8, color=SOFT).encode(text="name:N"),
        ]
    lane = [
        {
            "x": one.day.isoformat(),
            "y": foot * 0.25,
            "y2": foot * (0.55 + 0.3 * (n % 2)),
            "name": one.constellation,
            "tip": _told(one),
        }
        for n, one in enumerate(others)
    ]
    if lane:
        base = alt.Chart(rows(lane)).encode(x=x, y=y, tooltip="tip:N")
        layers += [
            base.mark_point(shape="diamond", filled=True, size=70, color=colour("4"), opacity=1),
            base.mark_text(color=colour("4"), fontSize=11).encode(y=alt.Y("y2:Q"), text="name:N"),
        ]
    padding = {"left": 2, "right": 30, "top": 14, "bottom": 2}
    return Figure(
        alt.layer(*layers).properties(width="container", height=HEIGHT, padding=padding).to_dict(), title
    )


def _told(one: Launch) -> str:
    return f"{one.constellation} {one.day} · {one.batch or ''} · +{one.satellites}"
