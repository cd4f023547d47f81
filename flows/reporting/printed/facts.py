"""What the printed report says, read from the release database."""

from __future__ import annotations

from typing import Any

import duckdb

from flows.reporting.site.facts import MAIN_FRAMEWORK, QUERIES, Facts, Row, group, read_facts

SHARED = (
    "place_point",
    "release",
    "place",
    "framework",
    "index",
    "interval",
    "pillar",
    "validation",
    "method",
    "node",
    "indicator",
    "outcome",
)
OWN = {
    "contribution": f"""
        select * from marts.mart_collaborative_innovation_index_contribution
        where framework = '{MAIN_FRAMEWORK}'
        order by place_code, year, pillar_code, indicator_code
    """,
    "moved": f"""
        select * from marts.mart_index_difference
        where framework = '{MAIN_FRAMEWORK}' and relation = 'to_previous_period'
        order by place_code, year, abs(contribution_to_gap) desc, indicator_code
    """,
    # The documents that print an input of the index of a year; an input filled in has none.
    "source_of_index": f"""
        select c.year, d.document_id, d.title, d.publisher, d.url, d.published_on,
            count(*) as figures
        from marts.mart_collaborative_innovation_index_contribution as c
        inner join marts.fct_indicator as f
            on c.place_code = f.place_code and c.indicator_code = f.indicator_code and c.year = f.year
        inner join marts.dim_document as d on f.document_id = d.document_id
        where c.framework = '{MAIN_FRAMEWORK}' and c.value_kind in ('observed', 'derived', 'bound')
        group by all order by d.publisher nulls last, d.title, d.document_id
    """,
}


def report_facts(connection: duckdb.DuckDBPyConnection) -> Facts:
    """Named lists of rows; of the index, its pillars and intervals those of the main edition."""
    facts = read_facts(connection, {name: QUERIES[name] for name in SHARED} | OWN)
    for name in ("interval", "pillar", "validation", "method", "node"):
        facts[name] = [row for row in facts[name] if row["framework"] == MAIN_FRAMEWORK]
    return facts


def latest_year(facts: Facts) -> int | None:
    """The last year in which places have ranks."""
    own = [row for row in facts["index"] if row["framework"] == MAIN_FRAMEWORK]
    return max((row["year"] for row in own if row["rank"] is not None), default=None)


def of_year(facts: Facts, year: int) -> list[Row]:
    """The index of a year: the ranked in their order, then the others by code."""
    own = [row for row in facts["index"] if row["framework"] == MAIN_FRAMEWORK and row["year"] == year]
    return sorted(own, key=lambda row: (row["rank"] is None, row["rank"] or 0, row["place_code"]))


def by_place(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[Any, list[Row]] = group(rows, "place_code")
    return found
