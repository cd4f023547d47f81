"""Networks of places drawn as SVG text, every place where it lies.

What somebody saw is a solid line, what a model says a dashed grey one, so that neither passes for the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from markupsafe import Markup, escape

WIDTH, MARGIN, MOST_HEIGHT = 760, 56, 720
THICKEST, THINNEST = 7.0, 1.2
BEND = 0.14
NODE = 5.5


@dataclass(frozen=True)
class Node:
    """A place on the map; `colour` is the number of a colour in the style sheet."""

    name: str
    name_en: str
    longitude: float
    latitude: float
    colour: str
    is_member: bool


@dataclass(frozen=True)
class Link:
    """A line between two nodes by their codes; `text` is what a pointer reads over it."""

    start: str
    end: str
    value: float
    text: str


def network_map(
    nodes: Mapping[str, Node], links: Sequence[Link], title: str, *, is_directed: bool, is_modelled: bool
) -> Markup | None:
    """The network, or nothing where it has no link. Lines are as thick as their share of the strongest."""
    drawn = {code: nodes[code] for link in links for code in (link.start, link.end)}
    if not drawn:
        return None
    at, height = projected(drawn)
    strongest = max(link.value for link in links)
    kind = "modelled" if is_modelled else "observed"
    out = [
        f'<svg class="trend net" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
    ]
    # Thin lines last: a thick one would cover them.
    for link in sorted(links, key=lambda one: -one.value):
        thickness = max(THICKEST * link.value / strongest, THINNEST)
        way = curve(at[link.start], at[link.end]) if is_directed else straight(at[link.start], at[link.end])
        colour = drawn[link.start].colour if not is_modelled else "ink"
        head = arrow(at[link.start], at[link.end], thickness) if is_directed else ""
        out.append(
            f'<g class="series c-{colour}">'
            f'<path class="edge {kind}" stroke-width="{thickness:.1f}" d="{way}"/>'
            f"{head}<title>{escape(link.text)}</title></g>"
        )
    for code, node in drawn.items():
        x, y = at[code]
        shape = "solid" if node.is_member else "hollow"
        out.append(
            f'<g class="series c-{node.colour}">'
            f'<circle class="{shape}" cx="{x:.1f}" cy="{y:.1f}" r="{NODE}"/>'
            f'<text class="label halo" x="{x + NODE + 4:.1f}" y="{y + 4.5:.1f}">{escape(node.name)}'
            f"<title>{escape(node.name_en)}</title></text></g>"
        )
    return Markup("".join(out) + "</svg>")


def projected(nodes: Mapping[str, Node]) -> tuple[dict[str, tuple[float, float]], float]:
    """Where each node is drawn, degrees of longitude as short as so far north; and the height."""
    middle = sum(node.latitude for node in nodes.values()) / len(nodes)
    east = {code: node.longitude * cos(radians(middle)) for code, node in nodes.items()}
    north = {code: node.latitude for code, node in nodes.items()}
    left, top = min(east.values()), max(north.values())
    wide, tall = max(east.values()) - left or 1, top - min(north.values()) or 1
    scale = min((WIDTH - 2 * MARGIN) / wide, (MOST_HEIGHT - 2 * MARGIN) / tall)
    inset = (WIDTH - scale * wide) / 2
    at = {c: (inset + scale * (east[c] - left), MARGIN + scale * (top - north[c])) for c in nodes}
    return at, 2 * MARGIN + scale * tall


def bent(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """The point that a line from a to b bends to, so that a link and the one back lie apart."""
    return (
        (a[0] + b[0]) / 2 - BEND * (b[1] - a[1]),
        (a[1] + b[1]) / 2 + BEND * (b[0] - a[0]),
    )


def curve(a: tuple[float, float], b: tuple[float, float]) -> str:
    middle = bent(a, b)
    return f"M{a[0]:.1f} {a[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {b[0]:.1f} {b[1]:.1f}"


def straight(a: tuple[float, float], b: tuple[float, float]) -> str:
    return f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"


def arrow(a: tuple[float, float], b: tuple[float, float], thickness: float) -> str:
    """A head that ends where the node at b begins, along the end of the curve."""
    middle = bent(a, b)
    along = (b[0] - middle[0], b[1] - middle[1])
    length = hypot(*along) or 1
    x, y = along[0] / length, along[1] / length
    tip = (b[0] - (NODE + 1) * x, b[1] - (NODE + 1) * y)
    size = 7 + thickness
    foot = (tip[0] - size * x, tip[1] - size * y)
    half = size / 2.2
    points = [tip, (foot[0] - half * y, foot[1] + half * x), (foot[0] + half * y, foot[1] - half * x)]
    return f'<path class="solid" d="M{"L".join(f"{px:.1f} {py:.1f}" for px, py in points)}Z"/>'
