"""Pages of marts: what a table says, what names a row, where it comes from and where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flows.reporting.site.facts import Facts, Row, group

Page = tuple[str, str, dict[str, Any]]

SUBJECTS = {
    "index": ("指数", "The index"),
    "corridor": ("走廊合计", "The corridor as a whole"),
    "growth": ("增长", "Growth"),
    "coordination": ("协调与差距", "Coordination and gaps"),
    "network": ("城市网络", "Networks of cities"),
    "chains": ("产业链", "Industry chains"),
    "registers": ("登记表", "Registers"),
    "claims": ("公开论断", "Public claims"),
    "revision": ("修订与某日所知", "Revisions, and what was known when"),
    "provenance": ("出处", "Where a number comes from"),
    "quality": ("质量", "Quality"),
}


def table_pages(facts: Facts, samples: dict[str, list[Row]]) -> Iterator[Page]:
    """A page for each mart, views too. `samples` holds the first rows of each."""
    columns, tests, keys, references = (
        group(facts[name], "table_name") for name in ("column", "test", "table_key", "table_reference")
    )
    referred = group(facts["table_reference"], "to_table")
    lineage, led = group(facts["column_edge"], "table_name"), group(facts["column_edge"], "from_table")
    for table in facts["table"]:
        name = table["table_name"]
        context = {
            "table": table,
            "columns": columns[name],
            "tests": tests[name],
            "rows": samples[name],
            "keys": [row["key_columns"] for row in keys[name]],
            "references": references[name],
            "referred": referred[name],
            "origins": group(lineage[name], "column_name"),
            "upstream": sorted({row["from_table"] for row in lineage[name]} - {name}),
            "downstream": sorted({row["table_name"] for row in led[name]} - {name}),
            "examples": [row for row in facts["example"] if is_used(name, row["sql"])],
        }
        yield f"tables/{name}.html", "table.html", context


def is_used(table: str, sql: str) -> bool:
    """Whether a query names a table."""
    return re.search(rf"\b{re.escape(table)}\b", sql) is not None


def examples_page(facts: Facts) -> dict[str, Any]:
    """Every question with its query and the first rows of the answer, by subject."""
    return {
        "subjects": group(facts["example"], "subject"),
        # A subject without words of its own stands for itself.
        "subject_words": SUBJECTS,
        "results": {row["example_name"]: row for row in facts["example_result"]},
        "tables_of": {
            row["example_name"]: [
                table["table_name"] for table in facts["table"] if is_used(table["table_name"], row["sql"])
            ]
            for row in facts["example"]
        },
    }
