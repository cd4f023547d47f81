"""What PostgreSQL calls the types of DuckDB, and how a value gets there."""

from __future__ import annotations

import re

from flows.copying.extensions import name
from flows.copying.tables import Column

# By the names that PostgreSQL itself gives to types, so that a column can be held against what is there.
SAME = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIME": "time without time zone",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "INTERVAL": "interval",
    "BLOB": "bytea",
    "UUID": "uuid",
}
# DuckDB's type → PostgreSQL's, and what DuckDB has to make of a value first.
CAST = {
    "UBIGINT": ("numeric(20,0)", "decimal(20, 0)"),
    "HUGEINT": ("numeric(38,0)", "decimal(38, 0)"),
    "TIMESTAMP_S": ("timestamp without time zone", "timestamp"),
    "TIMESTAMP_MS": ("timestamp without time zone", "timestamp"),
    "TIMESTAMP_NS": ("timestamp without time zone", "timestamp"),
}
DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


def postgres_type(kind: str) -> str:
    """PostgreSQL's type for one of DuckDB. Lists of one dimension are arrays, records and maps jsonb."""
    if kind in CAST:
        return CAST[kind][0]
    if found := DECIMAL.fullmatch(kind):
        return f"numeric({found[1]},{found[2]})"
    if kind.endswith("[]") and (kind[:-2] in SAME or DECIMAL.fullmatch(kind[:-2])):
        return f"{postgres_type(kind[:-2])}[]"
    return SAME.get(kind, "jsonb")


def value_of(column: Column) -> str:
    """The expression by which DuckDB hands a column over."""
    if column.type in CAST:
        return f"{name(column.name)}::{CAST[column.type][1]}"
    if postgres_type(column.type) == "jsonb" and column.type != "JSON":
        return f"to_json({name(column.name)})"
    return name(column.name)
