"""A chart as a piece of a page, or as a picture for paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import crc32

import altair as alt
from markupsafe import Markup

from flows.reporting.charting.marking import legend
from flows.reporting.charting.painting import CONFIG, LIGHT, painted
from flows.reporting.charting.speaking import Pair, in_language

# Links of a chart lead to pages of the site and nowhere else.
OWN_LINK = re.compile(r"^(?:[\w.#%-][\w./#%-]*)?$")
NOT_DRAWN = Markup(
    '<noscript><p class="note"><span lang="zh-CN">图须脚本绘制;各数见本页的表。</span> '
    '<span class="en" lang="en">Drawing the chart takes a script; the table on this page holds the '
    "numbers.</span></p></noscript>"
)
LICENCE = (
    "/* Vega, Vega-Lite, vega-embed and their parts: BSD-3-Clause and ISC, see https://vega.github.io */\n"
)


@dataclass(frozen=True)
class Figure:
    """A chart with the words for those who do not see it, and which marks its legend explains.

    `aspect` is the height of a map as a part of its width, which follows the page.
    """

    spec: dict[str, Any]
    title: Pair
    marks: tuple[str, ...] = ()
    aspect: float | None = None


def specification(figure: Figure) -> dict[str, Any]:
    """The chart as Vega-Lite, without what is the same for every chart of the site."""
    spec = {key: value for key, value in figure.spec.items() if key != "$schema"}
    spec["config"] = CONFIG
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    if figure.aspect:
        spec["usermeta"] = {"aspect": round(figure.aspect, 3)}
    for rows in spec.get("datasets", {}).values():
        for row in rows:
            if not OWN_LINK.match(row.get("href", "")):
                raise ValueError(f"a chart links to {row['href']!r}, which is no page of the site")
    return spec


def without_links(spec: dict[str, Any], names: set[str] | None = None) -> dict[str, Any]:
    """A chart none of whose marks drawn from the named data, or from any, is a link.

    A mark without an address would else lead to a page called undefined.
    """
    layers = []
    for layer in spec["layer"]:
        own = {key: value for key, value in layer["encoding"].items() if key != "href"}
        is_named = names is None or layer["data"]["name"] in names
        layers.append(layer | {"encoding": own} if is_named else layer)
    return spec | {"layer": layers}


def embed(figure: Figure | None) -> Markup | None:
    """The chart as data for assets/charts.js, with its legend; nothing for no chart."""
    if figure is None:
        return None
    text = json.dumps(specification(figure), ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only "<" could end it; the others keep the page well-formed for any reader.
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    head = Markup('<div class="vega" role="img" aria-label="{} {}">').format(*figure.title)
    data = Markup('<script type="application/json">{}</script>').format(Markup(text))
    return head + data + NOT_DRAWN + Markup("</div>") + legend(figure.marks)


def picture(figure: Figure, lang: str, width: int) -> Markup:
    """The chart as SVG text in one language, on white."""
    import vl_convert

    spec = painted(in_language(specification(figure), lang), LIGHT)
    if figure.aspect and lang == "both":
        # Names in two languages need the room that the figures behind them would take.
        spec = json.loads(json.dumps(spec).replace('"field": "name"', '"field": "short"'))
    spec |= {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    if figure.aspect:
        spec |= {"height": round(width * figure.aspect), "autosize": {"type": "fit", "contains": "padding"}}
        # A name in two languages may reach beyond the map.
        spec["padding"] = {"left": 10, "right": 70, "top": 2, "bottom": 2}
    spec = without_links(spec)
    drawn = vl_convert.vegalite_to_svg(spec)
    # Pictures of one page would else share the names of what they are cut to.
    own = f"g{crc32(drawn.encode()):08x}-"
    return Markup(re.sub(r'(\bid="|url\(#)', rf"\1{own}", drawn))


@cache
def library() -> str:
    """The script that draws charts in a browser: Vega, Vega-Lite and the interpreter of their expressions.

    Wrapped, since its short names would otherwise be those of every script of the page.
    """
    import vl_convert

    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub makes the snippet mandatory
    return LICENCE + "(()=>{" + bundle + "\n})();\n"


def rows(found: Iterable[dict[str, Any]]) -> alt.InlineData:
    """Rows as the data of a layer, without what is not known."""
    return alt.InlineData(values=[{k: v for k, v in row.items() if v is not None} for row in found])
