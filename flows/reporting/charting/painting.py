"""Colours and type of a chart: variables of the style sheet on the site, fixed ones on paper."""

from __future__ import annotations

import re
from typing import Any

VARIABLE = re.compile(r"^var\(--([\w-]+)\)$")
FONT = (
    'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", '
    '"Noto Sans SC", sans-serif'
)
# The light half of assets/style.css: paper is white.
LIGHT = {
    "paper": "#ffffff",
    "ink": "#16202a",
    "soft": "#566370",
    "line": "#d9dfe4",
    "accent": "#0b6470",
    "c0": "#b3261e",
    "c1": "#1c63b8",
    "c2": "#16794c",
    "c3": "#7a3fb0",
    "c4": "#b25e00",
    "c5": "#008296",
    "c6": "#c02a7f",
    "c7": "#6d6a00",
    "c8": "#6b4a3a",
}
INK, SOFT, LINE, PAPER, ACCENT = ("var(--ink)", "var(--soft)", "var(--line)", "var(--paper)", "var(--accent)")

CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
    },
    "text": {"fontSize": 12.5, "color": INK},
}


def colour(name: str) -> str:
    """The variable of a colour: the number of one of the nine, or its name."""
    return f"var(--c{name})" if name.isdigit() else f"var(--{name})"


def painted(spec: Any, palette: dict[str, str]) -> Any:
    """A specification with the colours of a palette in place of variables."""
    if isinstance(spec, str):
        found = VARIABLE.match(spec)
        return palette[found[1]] if found else spec
    if isinstance(spec, dict):
        return {key: painted(value, palette) for key, value in spec.items()}
    if isinstance(spec, list):
        return [painted(value, palette) for value in spec]
    return spec
