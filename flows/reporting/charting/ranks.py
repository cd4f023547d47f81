"""Ranks: the range that each may take, and two rankings side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from flows.reporting.charting.embedding import Figure, rows
from flows.reporting.charting.painting import INK, PAPER, SOFT, colour
from flows.reporting.charting.scaling import room, spread
from flows.reporting.charting.speaking import Pair, two

STEP = 30
LABEL_STEP = 15


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


def whiskers(places: Sequence[Whisker], title: Pair) -> Figure | None:
    """A line for each place from its best to its worst rank, the first on the left; nothing without rows.

    Thick: nine tenths of the runs; thin: all of them; dot: the published rank; stroke: the median.
    """
    if not places:
        return None
    last = max(int(one.worst) for one in places)
    data = rows(
        {
            "name": two(one.name, one.name_en),
            "c": colour(one.colour),
            "rank": one.rank,
            "median": one.median,
            "low": one.low,
            "high": one.high,
            "best": one.best,
            "worst": one.worst,
            "tip": _ranks_told(one),
        }
        for one in places
    )
    names = [two(one.name, one.name_en) for one in places]
    y = alt.Y("name:N", sort=names, axis=alt.Axis(title=None, ticks=False, domain=False, labelColor=INK))
    axis = alt.Axis(title=two("名次", "Rank"), values=list(range(1, last + 1)), format="d", tickCount=last)
    scale = alt.Scale(domain=[0.6, last + 0.4], nice=False, zero=False)

    def at(column: str) -> alt.X:
        return alt.X(f"{column}:Q", scale=scale, axis=axis)

    base = alt.Chart(data).encode(y=y, color=alt.Color("c:N", scale=None), tooltip="tip:N")
    layers = [
        base.mark_rule(strokeWidth=1.3, opacity=0.75).encode(x=at("best"), x2="worst:Q"),
        base.mark_rule(strokeWidth=8, opacity=0.38, strokeCap="round").encode(x=at("low"), x2="high:Q"),
        base.mark_tick(thickness=2, size=16).encode(x=at("median")),
        base.mark_point(filled=True, size=90, opacity=1, stroke=PAPER).encode(x=at("rank")),
    ]
    chart = alt.layer(*layers).properties(width="container", height=STEP * len(places))
    return Figure(chart.to_dict(), title)


def _ranks_told(one: Whisker) -> str:
    nine, ends = f"5–95 %: {one.low:.3g} – {one.high:.3g}", f"{one.best:g} – {one.worst:g}"
    return two(
        f"{one.name}:第{one.rank:g}\n{nine}\n全部算法:{ends}",
        f"{one.name_en}: rank {one.rank:g}\n{nine}\nall runs: {ends}",
    )


def slope(lines: Sequence[Slope], left: Pair, right: Pair, title: Pair) -> Figure:
    """Two rankings side by side, first place on top: a level line is agreement, a crossing is none."""
    last = max(max(line.left, line.right) for line in lines)
    height = STEP * len(lines)
    per_pixel = (last - 0.5 + 0.5) / height
    scale = alt.Scale(domain=[last + 0.5, 0.5], nice=False, zero=False)
    y = alt.Y("y:Q", scale=scale, axis=None)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=None)
    paint = alt.Color("c:N", scale=None)
    ends = [
        {
            "s": n,
            "x": side,
            "y": (line.left, line.right)[side],
            "c": colour(line.colour),
            "tip": two(
                f"{line.name} {line.left:g} → {line.right:g}",
                f"{line.name_en} {line.left:g} → {line.right:g}",
            ),
        }
        for n, line in enumerate(lines)
        for side in (0, 1)
    ]
    base = alt.Chart(rows(ends)).encode(x=x, y=y, color=paint, tooltip="tip:N")
    layers = [
        base.mark_line(strokeWidth=2).encode(detail="s:N"),
        base.mark_point(filled=True, size=70, opacity=1, stroke=PAPER),
    ]
    for side, align in ((0, "right"), (1, "left")):
        # Places that share a rank would be written over each other.
        order = sorted(lines, key=lambda line: ((line.left, line.right)[side], line.left))
        wanted = [((line.left, line.right)[side] - 0.5) / per_pixel for line in order]
        labels = [
            {
                "x": side,
                "y": 0.5 + at * per_pixel,
                "c": colour(line.colour),
                "name": two(
                    *(_label(name, (line.left, line.right)[side], side) for name in (line.name, line.name_en))
                ),
            }
            for line, at in zip(order, spread(wanted, LABEL_STEP, 0, height), strict=True)
        ]
        way = "right" if align == "right" else "left"
        layers.append(
            alt.Chart(rows(labels))
            .mark_text(align=way, dx=-10 if side == 0 else 10, fontWeight=600)  # type: ignore[arg-type]
            .encode(x=x, y=y, text="name:N", color=paint)
        )
        head = [{"x": side, "y": 0.5, "name": two(*(left, right)[side])}]
        layers.append(
            alt.Chart(rows(head))
            .mark_text(align=way, dx=-10 if side == 0 else 10, dy=-14, color=SOFT)  # type: ignore[arg-type]
            .encode(x=x, y=y, text="name:N")
        )
    wide = max(room([text for line in lines for text in (line.name + " 10", line.name_en + " 10")]), 110)
    padding = {"left": wide, "right": wide, "top": 30, "bottom": 4}
    return Figure(
        alt.layer(*layers).properties(width="container", height=height, padding=padding).to_dict(), title
    )


def _label(name: str, rank: float, side: int) -> str:
    return f"{name} {rank:g}" if side == 0 else f"{rank:g} {name}"
