"""A release as one object that every export is written from: what it is, its tables, columns and keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from flows.bilingual import two_languages

SCHEMA = "marts"
DECLARATION = Path(__file__).parent / "declaration.yaml"

COLUMNS = """
    select table_name, column_name, data_type, coalesce(comment, '') as comment, is_nullable
    from duckdb_columns() where schema_name = ? order by table_name, column_index
"""
RELATIONS = """
    select table_name, coalesce(comment, '') from duckdb_tables() where schema_name = $1
    union all
    select view_name, coalesce(comment, '') from duckdb_views() where schema_name = $1 and not internal
    order by all
"""


@dataclass(frozen=True)
class Column:
    """A column with DuckDB's name of its type and what it holds in both languages."""

    name: str
    type: str
    zh: str
    en: str
    is_nullable: bool

    @property
    def is_nested(self) -> bool:
        return self.type.endswith("]") or self.type.startswith(("STRUCT", "MAP"))


@dataclass(frozen=True)
class Reference:
    """Columns whose values are all found in those of another table, its key."""

    columns: tuple[str, ...]
    table: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A mart: `key` names a row once, `references` lead to other marts."""

    name: str
    zh: str
    en: str
    rows: int
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Dataset:
    """What a release is. `said` is the declaration; dates and years are those of the figures within."""

    said: dict[str, Any]
    release_id: str
    published_on: date
    first_year: int
    last_year: int
    tables: tuple[Table, ...]
    publishers: tuple[str, ...]

    def of(self, name: str, language: str) -> str:
        """A declared text in `zh` or `en`."""
        return str(self.said[f"{name}_{language}"])


@cache
def declaration() -> dict[str, Any]:
    return dict(yaml.safe_load(DECLARATION.read_text(encoding="utf-8")))


def read_dataset(connection: duckdb.DuckDBPyConnection) -> Dataset:
    """The release that `connection` has open. A view is exported as it stands on the day of the release."""
    columns: dict[str, list[Column]] = {}
    for table, name, kind, comment, is_nullable in connection.execute(COLUMNS, [SCHEMA]).fetchall():
        columns.setdefault(table, []).append(Column(name, kind, *two_languages(comment), is_nullable))
    keys = read_keys(connection)
    relations = connection.execute(RELATIONS, [SCHEMA]).fetchall()
    exported = {name for name, _ in relations}
    tables = []
    for name, comment in relations:
        rows = connection.execute(f'select count(*) from {SCHEMA}."{name}"').fetchall()[0][0]
        references = tuple(
            one for one in read_references(connection, name) if one.table in exported and one.table != name
        )
        zh, en = two_languages(comment)
        tables.append(Table(name, zh, en, rows, tuple(columns[name]), keys.get(name, ()), references))
    release_id, built_at = connection.execute(
        "select release_id, built_at::date from meta.release"
    ).fetchall()[0]
    first, last = connection.execute("select min(year), max(year) from marts.fct_indicator").fetchall()[0]
    publishers = connection.execute(
        "select distinct publisher from marts.dim_document where publisher is not null order by all"
    ).fetchall()
    return Dataset(
        said=declaration(),
        release_id=release_id,
        published_on=built_at,
        first_year=first,
        last_year=last,
        tables=tuple(tables),
        publishers=tuple(name for (name,) in publishers),
    )


def read_keys(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The shortest tested key of each table."""
    found = connection.execute(
        "select table_name, columns from meta.key order by len(columns) desc, columns desc"
    )
    return {table: tuple(columns) for table, columns in found.fetchall()}


def read_references(connection: duckdb.DuckDBPyConnection, table: str) -> list[Reference]:
    found = connection.execute(
        "select columns, to_table, to_columns from meta.reference where table_name = ? order by all", [table]
    )
    return [Reference(tuple(columns), to, tuple(to_columns)) for columns, to, to_columns in found.fetchall()]
