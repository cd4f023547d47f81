"""The shape that marks a kind of value in every chart, and the legend that says so.

The shapes are those of the tables; one that no table has, the hollow square of an indicative score, tells a
score that mostly rests on filled values from a single filled value.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from flows.reporting.charting.speaking import Pair

TRIANGLE_UP, TRIANGLE_DOWN = "triangle-up", "triangle-down"
SHAPES = {
    "observed": "circle",
    "derived": "diamond",
    "at_least": TRIANGLE_UP,
    "at_most": TRIANGLE_DOWN,
    "imputed": "circle",
    "indicative": "square",
    "firm": "circle",
}
HOLLOW = {"imputed", "indicative"}
LEGEND: dict[str, tuple[str, Pair]] = {
    "firm": ("●", ("有据", "well founded")),
    "observed": ("●", ("刊印值", "printed")),
    "derived": ("◆", ("推算值", "derived")),
    "at_least": ("▲", ("下限:真值在其上", "lower bound: the truth lies above")),
    "at_most": ("▼", ("上限:真值在其下", "upper bound: the truth lies below")),
    "imputed": ("○ ┄", ("插补值,连线为虚线", "imputed, joined by dashes")),
    "indicative": ("□", ("参考值:有据权重不足三分之二", "indicative: under two thirds of the weight known")),
    "interval": ("│", ("区间", "interval")),
    "band": ("▒", ("可能区间", "interval it may lie in")),
    "earlier": ("•", ("其他刊印(灰)", "other printings (grey)")),
    "gap": ("┄", ("跨过无数字的年份", "across years without a figure")),
    "modelled": ("┄", ("模型", "modelled")),
}


def shape_of(kind: str, *, is_upper: bool = False) -> str:
    """The name by which a kind is drawn; a bound by the side it leaves open."""
    return ("at_most" if is_upper else "at_least") if kind == "bound" else kind


def legend(marks: Iterable[str]) -> Markup:
    """What the marks of a chart mean, in both languages and a fixed order."""
    wanted = set(marks)
    items = [
        Markup(
            '<span><b aria-hidden="true">{}</b> <span lang="zh-CN">{}</span> '
            '<span class="en" lang="en">{}</span></span>'
        ).format(sign, zh, en)
        for name, (sign, (zh, en)) in LEGEND.items()
        if name in wanted
    ]
    return Markup('<p class="marks">{}</p>').format(Markup(" ").join(items)) if items else Markup("")
