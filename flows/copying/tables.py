"""What is copied of a release: its marts and the part of schema meta that helps to read them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from flows.copying.extensions import name

# The rest of meta tells how the release was built, or is SQL for DuckDB alone.
META = ("release", "node", "key", "reference", "column_lineage", "metric", "change")
# Ends the comment of every table that a copy makes. Tables without it belong to others and are left alone.
MARK = "[g60 copy]"
RELEASE_TABLE = "meta_release"

COLUMNS = """
    select schema_name, table_name, coalesce(t.comment, ''), column_name, data_type, coalesce(c.comment, '')
    from duckdb_columns() as c
    inner join duckdb_tables() as t using (database_name, schema_name, table_name)
    where database_name = 'release' and schema_name in ('marts', 'meta')
    order by schema_name, table_name, column_index
"""


@dataclass(frozen=True)
class Column:
    """A column with DuckDB's name of its type."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A table of the release and the name of its copy.

    `source` can be selected from; `key` tells all rows apart, or is empty.
    """

    name: str
    source: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: int


def read_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables to be copied of the database attached as `release`. Views are reckoned when read, hence in
    no copy."""
    found: dict[tuple[str, str, str], list[Column]] = {}
    texts: dict[str, list[str]] = {}
    for schema, table, comment, *column in connection.execute(COLUMNS).fetchall():
        if schema == "marts" or table in META:
            column_name, kind, said = column
            if kind.startswith("ENUM("):
                # A DuckLake knows no enumerations, and PostgreSQL would want a type for each.
                texts.setdefault(table, []).append(f"{name(column_name)}::varchar as {name(column_name)}")
                kind = "VARCHAR"
            found.setdefault((schema, table, comment), []).append(Column(column_name, kind, said))
    tables = []
    for (schema, table, comment), columns in found.items():
        source = name("release", schema, table)
        if table in texts:
            source = f"(select * replace ({', '.join(texts[table])}) from {source})"
        [(rows,)] = connection.execute(f"select count(*) from {source}").fetchall()
        copy = table if schema == "marts" else f"meta_{table}"
        key = key_that_holds(connection, table, source, rows) if schema == "marts" else ()
        tables.append(Table(copy, source, f"{comment}\n{MARK}".lstrip(), tuple(columns), key, rows))
    return tables


def key_that_holds(
    connection: duckdb.DuckDBPyConnection, table: str, source: str, rows: int
) -> tuple[str, ...]:
    """The shortest key of a mart that is nowhere empty and tells all rows apart, as PostgreSQL wants it.

    A test of the project may allow for empty parts of a key, or hold for some of the rows only.
    """
    keys = connection.execute(
        "select columns from release.meta.key where table_name = ? order by len(columns), columns", [table]
    ).fetchall()
    for (columns,) in keys:
        parts = [name(column) for column in columns]
        given = " and ".join(f"{part} is not null" for part in parts)
        tested = f"select count(distinct ({', '.join(parts)})) filter (where {given}) from {source}"
        if connection.execute(tested).fetchall() == [(rows,)]:
            return tuple(columns)
    return ()


def release_of(connection: duckdb.DuckDBPyConnection) -> str:
    [(release_id,)] = connection.execute("select release_id from release.meta.release").fetchall()
    return str(release_id)


def is_ours(comment: str | None) -> bool:
    """Whether a table with this comment was made by a copy."""
    return (comment or "").endswith(MARK)
