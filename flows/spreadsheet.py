"""Rows for a spreadsheet: nested values as JSON, and no text that a spreadsheet would run as a formula."""

from __future__ import annotations

import duckdb

# What a spreadsheet takes for the start of a formula, or passes over before one.
FORMULA = r"^[=+\-@\t\r]"
NESTED = {"list", "array", "struct", "map", "union"}


def for_spreadsheets(relation: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The same rows with nested values as JSON, and an apostrophe before each text that is no number but
    begins with = + - @, so that what a hostile file holds stays a text."""
    columns = []
    for name, kind in zip(relation.columns, relation.types, strict=True):
        column = '"' + name.replace('"', '""') + '"'
        if kind.id in NESTED:
            columns.append(f"to_json({column}) as {column}")
        elif kind.id == "varchar":
            runs = f"regexp_matches({column}, '{FORMULA}') and try_cast({column} as double) is null"
            columns.append(f"case when {runs} then chr(39) || {column} else {column} end as {column}")
        else:
            columns.append(column)
    return relation.project(", ".join(columns))
