"""The page of the satellite chain and the quantum network."""

from __future__ import annotations

from functools import cache
from typing import Any

from markupsafe import Markup

from flows.reporting.charting.embedding import embed
from flows.reporting.charting.launches import Launch, launch_chart
from flows.reporting.charting.maps import Link, Place, link_map
from flows.reporting.charting.speaking import Pair
from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.words import word

# The same signs for how far a thing has come in the map, the tables and the legends.
STATE_SIGNS = {"operating": "●", "building": "◐", "planned": "○", "ended": "✕", "unknown": "·", "unread": "?"}
FIRST_BADGES = {"holds": "reproduced", "contradicted": "contradicted", "not_decidable": "not_decidable"}
CORRIDOR = "G60"


def chains_page(facts: Facts) -> dict[str, Any]:
    """What the template needs beside the rows themselves."""
    cells = facts["chain_cell"]
    places = [rows[0] for rows in group(cells, "place_code").values()]
    elements = group(facts["satellite_progress"], "element")
    network = group(facts["quantum_network"], "element")
    return {
        "columns": [row for row in places if row["is_member"]],
        "provinces": [row for row in places if not row["is_member"] and row["place_code"] != CORRIDOR],
        "lines": [
            {row["place_code"]: row for row in line}
            for line in group(cells, lambda row: (row["segment_code"], row["sub_segment_code"])).values()
        ],
        "state_mark": state_mark,
        "first_badges": FIRST_BADGES,
        "launches": elements["launch"],
        "reached": elements["actual"] + elements["plan"],
        "targets": group(elements["target"], lambda row: (row["entry"], row["metric"])),
        "launch_chart": embed(
            launch_chart(
                [launch_of(row) for row in elements["launch"] if row["date_from"]],
                ("发射与累计卫星数", "Launches and satellites launched so far"),
            )
        ),
        "network": network,
        "province_names": {row["place_code"]: row["name_zh"] for row in facts["province"]},
        "link_map": embed(
            link_map(nodes_of(facts), links_of(facts, network["link"]), ("量子通信线路", "Quantum links"))
        ),
    }


@cache
def state_mark(code: str | None) -> Markup:
    """The sign for how far a thing has come, with its name for a pointer and a screen reader."""
    name, sign = " ".join(word("state", code)).strip(), STATE_SIGNS.get(code or "", "·")
    return Markup('<abbr class="state s-{}" title="{}">{}</abbr>').format(code, name, sign)


def launch_of(row: Row) -> Launch:
    """A launch as a point of the timeline."""
    name = str(row["entry"]).split("(")[0].strip()
    others = [n for n in row["cumulative_elsewhere"] or [] if n != row["cumulative"]]
    return Launch(
        name,
        row["date_from"],
        row["batch"],
        int(row["value"]),
        row["cumulative"],
        [*others, *([row["cumulative_stated"]] if row["cumulative_difference"] else [])],
    )


def points_of(facts: Facts) -> dict[str, Row]:
    """Places with a position, by code. A province is an area: a link to somewhere in it has no end."""
    return {row["place_code"]: row for row in facts["place_point"] if row["place_kind"] != "province"}


def nodes_of(facts: Facts) -> dict[str, Place]:
    """The places that a link, a metro network or a scenario touches, and the nine, by code."""
    points = points_of(facts)
    named = {code for row in facts["quantum_network"] if row["element"] != "figure" for code in ends_of(row)}
    members = {code for code, row in points.items() if row["is_member"]}
    scenarios = group(facts["quantum_scenario"], "city_code")
    running = [row for row in facts["quantum_network"] if row["status_code"] == "operating"]
    metros = {row["from_place_code"] for row in running if row["element"] == "metro"}
    backbones = {row["from_place_code"] for row in running if row["element"] == "backbone"}
    return {
        code: node_of(points[code], code in metros, code in backbones, len(scenarios[code]))
        for code in sorted(members | (named & set(points)))
    }


def node_of(row: Row, has_metro: bool, has_backbone: bool, scenarios: int) -> Place:
    """A place of the map and what it has."""
    zh, en = [row["name_zh"]], [row["name_en"]]
    if has_metro:
        zh, en = [*zh, "城域网"], [*en, "metro network"]
    if has_backbone:
        zh, en = [*zh, "接入骨干网"], [*en, "on the backbone"]
    if scenarios:
        zh, en = [*zh, f"应用场景 {scenarios}"], [*en, f"scenarios: {scenarios}"]
    return Place(
        row["name_zh"].rstrip("市区"),
        row["name_en"],
        row["longitude"],
        row["latitude"],
        "1" if row["is_member"] else "ink",
        row["is_member"],
        badge=str(scenarios or ""),
        tag=str(scenarios or ""),
        text=(" · ".join(zh), " · ".join(en)),
        has_ring=has_metro,
        has_box=has_backbone,
    )


def links_of(facts: Facts, rows: list[Row]) -> list[Link]:
    """Links between places that the map can show; a trunk whose ends its sections reach is drawn by them."""
    points = set(points_of(facts))
    reached = {
        network: {code for row in of_it for code in ends_of(row)}
        for network, of_it in group((row for row in rows if row["is_section"]), "network").items()
        if network
    }
    return [
        Link(*ends_of(row), 1, link_text(row), is_dashed=row["status_code"] != "operating")
        for row in rows
        if points.issuperset(ends_of(row))
        and (row["is_section"] or not reached.get(row["network"], set()).issuperset(ends_of(row)))
    ]


def ends_of(row: Row) -> tuple[str, str]:
    """The codes of the two places of a link."""
    return row["from_place_code"], row["to_place_code"]


def link_text(row: Row) -> Pair:
    """What a pointer reads over a link; its network and its state are as printed in both languages."""
    ends = f"{row['from_place_name_zh']} – {row['to_place_name_zh']}"
    parts = (row["network"] or row["class_name_zh"], ends, row["status_name_zh"], row["starts_by"])
    text = " · ".join(str(part) for part in parts if part)
    return text, text
