"""Time by size of the work, both on scales of powers of ten: a law is a straight line."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from flows.reporting.charting.embedding import Figure, rows
from flows.reporting.charting.painting import SOFT, colour
from flows.reporting.charting.speaking import two
from flows.reporting.growth import WORKS, Law

HEIGHT = 320


def growth_chart(laws: Mapping[str, Law]) -> Figure | None:
    """A line a piece of work through its measured points."""
    known = [(n, work) for n, work in enumerate(WORKS) if work.name in laws]
    if not known:
        return None
    data = rows(
        {"work": two(work.zh, work.en), "size": point.size, "seconds": point.seconds}
        for _, work in known
        for point in laws[work.name].points
    )
    names = [two(work.zh, work.en) for _, work in known]
    colours = alt.Scale(domain=names, range=[colour(str(n)) for n, _ in known])
    base = alt.Chart(data).encode(
        x=alt.X("size:Q", title=two("规模", "size"), scale=alt.Scale(type="log"), axis=alt.Axis(format="~s")),
        y=alt.Y(
            "seconds:Q", title=two("秒", "seconds"), scale=alt.Scale(type="log"), axis=alt.Axis(format="~r")
        ),
        color=alt.Color(
            "work:N",
            scale=colours,
            legend=alt.Legend(orient="top", title=None, columns=2, labelColor=SOFT, labelLimit=400),
        ),
    )
    chart = (base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=60)).properties(
        height=HEIGHT, width="container"
    )
    return Figure(chart.to_dict(), ("各项工作的时间与规模", "Time of each piece of work by its size"))
