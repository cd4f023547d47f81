"""The page of the registers: what the corridor is made of, thing by thing, and 松江区 as its source."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.words import REGISTER_SIGNS

UNKNOWN = ""


def registers_page(facts: Facts) -> dict[str, Any]:
    """Each register with its rows and sources, and what can be said of them together."""
    star = group(facts["star"], "place_code")
    latest = [rows[0] for rows in star.values()]
    return {
        "registers": facts["register"],
        "batches": {
            batch: centre_matrix(rows, facts) for batch, rows in group(facts["centre"], "batch").items()
        },
        "bases": facts["base"],
        "sharing": sharing_by_kind(facts),
        "uses": [row for row in facts["sharing"] if row["side"] != "offered"],
        "certificates": group(facts["certificate"], "certificate"),
        "star_days": sorted({(row["counted_on"], row["is_year_end"]) for row in facts["star"]}, reverse=True),
        "star_order": [
            row["place_code"]
            for row in sorted(latest, key=lambda row: (row["is_member"], -row["listed"], row["place_code"]))
        ],
        "star_of": {(row["place_code"], row["counted_on"]): row for row in facts["star"]},
        "star_names": {code: rows[0] for code, rows in star.items()},
        "targets": facts["target"],
        "target_verdicts": group(facts["target"], "verdict"),
        "signs": REGISTER_SIGNS,
        "platforms": facts["platform"],
        "landmark_results": facts["landmark_result"],
        "policies": facts["policy"],
        "visits": facts["visit"],
        "profile": facts["source_profile"],
    }


def centre_matrix(rows: list[Row], facts: Facts) -> dict[str, Any]:
    """Centres of a batch by field and place; a centre of several fields stands in each of them."""
    cells: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for field in row["field_codes"] or [UNKNOWN]:
            cells[field, row["place_code"] or UNKNOWN].append(row)
    covered = {code for row in rows for code in row["batch_field_codes"] or []}
    fields = [
        row
        for row in facts["centre_field"]
        if row["class_code"] in covered or any(key[0] == row["class_code"] for key in cells)
    ]
    places = sorted({row["place_code"] for row in rows if row["place_code"]})
    return {
        "funnel": rows[0],
        "cells": cells,
        "fields": fields,
        "covered": covered,
        "places": {code: next(row for row in rows if row["place_code"] == code) for code in places},
    }


def sharing_by_kind(facts: Facts) -> list[tuple[Row, list[Row], list[Row]]]:
    """Each kind of sharing with its resources and uses: the four always, others where there are any."""
    found = group(facts["sharing"], "sharing_kind")
    kinds = []
    for kind in facts["sharing_kind"]:
        rows = found[kind["class_code"]]
        if rows or kind["of_the_four"]:
            offered = [row for row in rows if row["side"] == "offered"]
            given = [row for row in rows if row["side"] == "given"]
            kinds.append((kind, offered, given))
    return kinds
