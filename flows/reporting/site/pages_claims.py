"""The page of public claims: what was said beside what comes out, drawn on one scale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup, escape

from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.numbers import CELL_SEPARATOR, claim_page, days, interval
from flows.reporting.site.pages_sources import figures_by_cell
from flows.reporting.site.words import VERDICT_SIGNS

# Sets of claims that recompute themselves have a line each, others a block.
FAMILIES = ("corridor_headline", "published_index")
WIDTH, HEIGHT = 310, 44
LEFT, RIGHT = 94, 8
CLAIMED_AT, COMPUTED_AT = 12, 31
# What the known ends leave free on either side, so that an open end is seen to go on.
MARGIN = 0.18


def claims_page(facts: Facts) -> dict[str, Any]:
    """Each registered claim with its readings, and the families that recompute themselves, set by set."""
    readings = group(facts["claim_reading"], "claim_id")
    sets = group(facts["claim"], "claim_set")
    claims = {row["claim_id"]: row for row in facts["claim"]}
    return {
        "claims": facts["claim"],
        "registered": {name: rows for name, rows in sets.items() if name not in FAMILIES},
        "families": {name: rows for name, rows in sets.items() if name in FAMILIES},
        "readings": readings,
        "drawn": {
            row["claim_id"]: beside(claims[row["claim_id"]], row)
            for row in facts["claim_reading"]
            if row["is_principal"]
        },
        "verdict_signs": VERDICT_SIGNS,
    }


def claim_pages(facts: Facts) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A page for each claim: who said what, every reading of it, and the figures that it rests on."""
    readings, made = group(facts["claim_reading"], "claim_id"), figures_by_cell(facts)
    for claim in facts["claim"]:
        code = claim["claim_id"]
        own = readings[code]
        context = {
            "claim": claim,
            "readings": own,
            "drawn": {row["reading"]: beside(claim, row) for row in own},
            "certificates": {
                row["cell_address"]: figures_of(row["cell_address"], row["place_code"], made)
                for reading in own
                for row in reading["addends"] or []
                if row["cell_address"]
            },
            "macro": f"families/{claim['claim_set']}" if claim["claim_set"] in FAMILIES else code,
            "verdict_signs": VERDICT_SIGNS,
        }
        yield claim_page(code), "claim.html", context


def figures_of(addresses: str, place_code: str, made: dict[str, list[Row]]) -> list[Row]:
    """The figures that were made from the cells of an addend, of its own place."""
    found = [row for one in addresses.split(CELL_SEPARATOR) for row in made.get(one, [])]
    return [row for row in found if row.get("place_code") == place_code]


def beside(claim: Row, reading: Row) -> Markup | None:
    """The claimed interval as a bar, the recomputed one below it as a line, its value as a dot.

    An end that is open runs to the edge. Nothing where one of the two is no number.
    """
    claimed = claim["claimed_low"], claim["claimed_high"]
    found = reading["computed_low"], reading["computed_high"]
    value = reading["computed_value"]
    if claimed == (None, None) or (*found, value) == (None, None, None):
        return None
    known = [float(end) for end in (*claimed, *found, value) if end is not None]
    span = max(known) - min(known) or abs(known[0]) or 1
    low, high = min(known) - MARGIN * span, max(known) + MARGIN * span

    def at_x(end: float | None, edge: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((edge if end is None else end) - low) / (high - low)

    def ends(pair: tuple[float | None, float | None]) -> tuple[float, float]:
        left, right = at_x(pair[0], low), at_x(pair[1], high)
        # What is exact is still to be seen.
        return (left, right) if right - left > 2 else ((left + right) / 2 - 1, (left + right) / 2 + 1)

    shown = days if claim["comparison"] == "dated" else interval
    told = f"所称 Claimed {shown(*claimed)}; 复算 Computed {shown(*found)}"
    (a, b), y = ends(claimed), COMPUTED_AT
    out = [
        f'<svg class="beside v-{escape(reading["verdict"])}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(told)}</title>',
        *(
            f'<text lang="zh-CN" x="0" y="{at}">{zh}</text><text lang="en" x="28" y="{at}">{en}</text>'
            for at, zh, en in ((CLAIMED_AT + 4, "所称", "Claimed"), (y + 4, "复算", "Computed"))
        ),
        f'<path class="guide" d="M{a:.1f} 4V{HEIGHT - 4}M{b:.1f} 4V{HEIGHT - 4}"/>',
        f'<rect class="said" x="{a:.1f}" y="{CLAIMED_AT - 6}" width="{b - a:.1f}" height="12"/>',
    ]
    if found != (None, None):
        a, b = ends(found)
        kind = "filled" if reading["value_kind"] == "imputed" else "known"
        out.append(f'<path class="reach {kind}" d="M{a:.1f} {y}H{b:.1f}"/>')
        out += [
            f'<path class="end" d="M{x:.1f} {y - 5}v10"/>'
            for x, end in zip((a, b), found, strict=True)
            if end is not None
        ]
    if value is not None:
        out.append(f'<circle cx="{at_x(value, low):.1f}" cy="{y}" r="4"/>')
    return Markup("".join(out) + "</svg>")
