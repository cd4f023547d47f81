"""Pages of marts: what a table says, what names a row, where it comes from and where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flows.reporting.site.facts import Facts, Row, group

Page = tuple[str, str, dict[str, Any]]


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
        "results": {row["example_name"]: row for row in facts["example_result"]},
        "tables_of": {
            row["example_name"]: [
                table["table_name"] for table in facts["table"] if is_used(table["table_name"], row["sql"])
            ]
            for row in facts["example"]
        },
    }
