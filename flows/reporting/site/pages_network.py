"""The page of networks: who reaches whom, how central each place is, and what a model makes of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from markupsafe import Markup

from flows.reporting.charting.embedding import embed
from flows.reporting.charting.maps import Link, Place, network_map
from flows.reporting.charting.speaking import Pair
from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.facts_network import ENCLAVES
from flows.reporting.site.numbers import number

GRAVITY = "gravity"
RANKED_YEARS = 8


def network_page(facts: Facts, colours: dict[str, str], names: dict[str, str]) -> dict[str, Any]:
    """`colours` and `names` are those that places have on other pages, by code."""
    measures = {row["measure"]: row for row in facts["link_measure"]}
    links = group(facts["network_link"], lambda row: (row["measure"], row["value_kind"], row["counting"]))
    places = group(
        facts["network_place"], lambda row: (row["measure"], row["value_kind"], row["counting"], row["year"])
    )
    enclaves = links[ENCLAVES, "observed", "full"]
    gravity = links[GRAVITY, "modelled", "full"]
    entries = {(row["from_place_code"], row["to_place_code"]): row for row in facts["network_entry"]}
    nodes = {row["place_code"]: node_of(row, colours, names) for row in facts["place_point"]}
    fitted = group(
        (row for row in facts["network_link"] if row["method"] == "ipf"),
        lambda row: (row["measure"], row["year"]),
    )
    return {
        "measures": measures,
        "networks": latest(facts["network"]),
        "enclaves": enclaves,
        "entries": entries,
        "enclave_year": year_of(enclaves),
        "enclave_map": drawn(nodes, enclaves, ("科创飞地:谁到谁处", "Enclaves: who reaches whom")),
        "enclave_places": places[ENCLAVES, "observed", "full", year_of(enclaves)],
        "gravity": {(row["from_place_code"], row["to_place_code"]): row for row in gravity},
        "gravity_year": year_of(gravity),
        "gravity_map": drawn(nodes, gravity, ("引力模型", "Gravity, a model")),
        "gravity_places": places[GRAVITY, "modelled", "full", year_of(gravity)],
        "gravity_ranks": {
            (row["place_code"], row["year"]): row["strength_rank"]
            for row in facts["network_place"]
            if row["measure"] == GRAVITY
        },
        "gravity_years": sorted(
            {row["year"] for row in facts["network_place"] if row["measure"] == GRAVITY}, reverse=True
        )[:RANKED_YEARS],
        "margins": facts["network_margin"],
        "fitted": fitted,
    }


def links_by_place(facts: Facts) -> dict[str, list[Row]]:
    """The observed links of each place, those that lead from it and those that lead to it."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in facts["place_link"]:
        for code in dict.fromkeys((row["from_place_code"], row["to_place_code"])):
            found[code].append(row)
    return found


def year_of(rows: list[Row]) -> int | None:
    return max((row["year"] for row in rows), default=None)


def latest(rows: list[Row]) -> list[Row]:
    """The last year of each network, the observed before the modelled."""
    last = {(row["measure"], row["value_kind"], row["counting"]): row for row in reversed(rows)}
    return sorted(
        last.values(), key=lambda row: (row["value_kind"] != "observed", row["measure"], row["counting"])
    )


def node_of(row: Row, colours: dict[str, str], names: dict[str, str]) -> Place:
    code = row["place_code"]
    return Place(
        names.get(code, row["name_zh"].removesuffix("市")),
        row["name_en"],
        row["longitude"],
        row["latitude"],
        colours.get(code, "ink"),
        row["is_member"],
    )


def drawn(nodes: dict[str, Place], rows: list[Row], title: Pair) -> Markup | None:
    lines = [
        Link(
            row["from_place_code"],
            row["to_place_code"],
            row["value"],
            told(row),
        )
        for row in rows
        if row["from_place_code"] in nodes and row["to_place_code"] in nodes
    ]
    is_modelled = any(row["value_kind"] == "modelled" for row in rows)
    is_directed = any(row["is_directed"] for row in rows)
    return embed(network_map(nodes, lines, title, is_directed=is_directed, is_modelled=is_modelled))


def told(row: Row) -> Pair:
    """What a pointer reads over a link."""
    way = "→" if row["is_directed"] else "–"
    value = f"{number(round(row['value'], 2))} {row['unit']}"
    return (
        f"{row['from_place_name_zh']} {way} {row['to_place_name_zh']}: {value}",
        f"{row['from_place_name_en']} {way} {row['to_place_name_en']}: {value}",
    )
