"""What pages say of the release itself: keys, lineage, examples, metrics, changes, refused rows."""

from __future__ import annotations

import json
import threading
from decimal import Decimal
from typing import Any

import duckdb

from flows.reporting.site.facts import Facts, Row, fetch

EXAMPLE_ROWS = 12
EXAMPLE_SECONDS = 2.0
LISTED_GROUPS = 300

QUERIES = {
    # In words by place and indicator: how many figures came, moved and went, and over which periods.
    "change_group": f"""
        select place_code, place, indicator_code, indicator,
            count(*) filter (kind = 'new') as added,
            count(*) filter (kind = 'changed') as changed,
            count(*) filter (kind = 'gone') as removed,
            min(period) as first_period, max(period) as last_period
        from meta.change group by all
        order by changed + removed desc, added desc, place_code, indicator_code
        limit {LISTED_GROUPS}
    """,
    "indicator_conflict": """
        select * from marts.mart_conflict
        where indicator_code is not null
        order by indicator_code, place_code, period_a, cell_address_a, cell_address_b
    """,
    "indicator_revision": """
        select * from marts.mart_revision where distinct_values > 1
        order by indicator_code, place_code, period
    """,
    "covered": "select * from marts.mart_coverage order by indicator_code, place_code, year",
}

# By name: the table that has to be there, and the query. A release without it has no such rows to show.
OPTIONAL = {
    "table_key": ("meta.key", 'select table_name, "columns" as key_columns from meta.key order by all'),
    "table_reference": (
        "meta.reference",
        """
        select table_name, "columns" as key_columns, to_table, to_columns from meta.reference order by all
        """,
    ),
    "column_edge": (
        "meta.column_lineage",
        """
        select distinct table_name, column_name, from_table, from_column from meta.column_lineage order by all
        """,
    ),
    "example": ("meta.example", "select * from meta.example order by sort_no, example_name"),
    "metric": ("meta.metric", "select * from meta.metric order by metric_code"),
    "failing_row": ("meta.failing_row", "select * from meta.failing_row order by test_name, row_no"),
}


def read_optional(connection: duckdb.DuckDBPyConnection, queries: dict[str, tuple[str, str]]) -> Facts:
    """Rows of each query whose table the database has; none of the others."""
    tables = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_catalog = current_database()"
    ).fetchall()
    there = {name for (name,) in tables}
    return {name: fetch(connection, sql) if table in there else [] for name, (table, sql) in queries.items()}


def run_examples(connection: duckdb.DuckDBPyConnection, examples: list[Row]) -> list[Row]:
    """The first rows of what each example finds, by its name; one that fails or lasts says so."""
    return [{"example_name": row["example_name"]} | run_example(connection, row["sql"]) for row in examples]


def run_example(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """Names and rows of a result, whether there were more rows, and what went wrong."""
    clock = threading.Timer(EXAMPLE_SECONDS, connection.interrupt)
    clock.start()
    try:
        result = connection.execute(sql)
        names = [column[0] for column in result.description or []]
        rows = result.fetchmany(EXAMPLE_ROWS + 1)
    except duckdb.Error as error:
        return {"names": [], "rows": [], "is_cut": False, "fault": str(error).splitlines()[0]}
    finally:
        clock.cancel()
    shown = [
        [float(value) if isinstance(value, Decimal) else value for value in row]
        for row in rows[:EXAMPLE_ROWS]
    ]
    return {"names": names, "rows": shown, "is_cut": len(rows) > EXAMPLE_ROWS, "fault": None}


def told_rows(rows: list[Row]) -> list[Row]:
    """The rows that a test refused, from the JSON that the release keeps."""
    told = []
    for row in rows:
        found = json.loads(row["found"])
        told.append(row | {"found": found if isinstance(found, dict) else {"": found}})
    return told
