"""A release as tables of a DuckLake: one snapshot a release, those before stay readable.

A table that did not change is left alone, one that only grew gets its new rows, any other is written anew: a
snapshot takes the room of what changed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.copying.extensions import literal, name
from flows.copying.outcome import Copied, Tell, not_reached, refused
from flows.copying.tables import RELEASE_TABLE, Table, is_ours
from flows.copying.target import Target
from flows.errors import G60Error

AUTHOR = "g60"
RELATIONS = """
    select table_name, comment from duckdb_tables() where database_name = 'copy' and schema_name = $1
    union all
    select view_name, null from duckdb_views() where database_name = 'copy' and schema_name = $1
"""
COLUMNS = """
    select table_name, column_name, data_type, comment from duckdb_columns()
    where database_name = 'copy' and schema_name = ? order by table_name, column_index
"""


def copy_to_ducklake(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    target: Target,
    data: Path | None,
    schema: str,
    release: str,
    is_forced: bool,
    tell: Tell,
) -> Copied:
    """Put `tables` into `schema` of a DuckLake as its next snapshot, whose message is the release.

    `data` is the folder of its Parquet files, needed once. Raises G60Error where the catalogue is not reached
    or refuses.
    """
    attach(connection, target, data)
    rows = sum(table.rows for table in tables)
    connection.begin()
    try:
        there = read_there(connection, schema)
        previous = None
        if RELEASE_TABLE in there.ours:
            path = name("copy", schema, RELEASE_TABLE)
            held = connection.execute(f"select release_id from {path}").fetchall()
            previous = str(held[0][0]) if held else None
        if previous == release and not is_forced:
            return Copied(release, previous, False, schema, len(tables), rows, newest(connection))
        for table in tables:
            if table.name in there.others:
                remedy = "rename it, or copy into another schema with --schema"
                raise G60Error(f"there is a {schema}.{table.name} that no copy made", target.shown, remedy)
        connection.execute(f"create schema if not exists {name('copy', schema)}")
        for number, table in enumerate(tables, 1):
            tell(table.name, number, len(tables))
            write(connection, table, name("copy", schema, table.name), there.ours.get(table.name))
        for one in there.ours.keys() - {table.name for table in tables}:
            connection.execute(f"drop table {name('copy', schema, one)}")
        about = json.dumps({"release": release, "previous": previous, "schema": schema})
        said = f"{literal(AUTHOR)}, {literal(release)}, extra_info => {literal(about)}"
        connection.execute(f"call copy.set_commit_message({said})")
        connection.commit()
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise refused(error, target, "the DuckLake") from error
    finally:
        # Nothing to take back after a commit, nor where the connection is gone.
        with contextlib.suppress(duckdb.Error):
            connection.rollback()
    return Copied(release, previous, True, schema, len(tables), rows, newest(connection))


def attach(connection: duckdb.DuckDBPyConnection, target: Target, data: Path | None) -> None:
    """Attach the DuckLake as `copy`, making it where there is none yet."""
    kind = "" if target.is_file else "postgres:"
    options = f" (data_path {literal(f'{data}/')})" if data else ""
    try:
        connection.execute(f"attach {literal(f'ducklake:{kind}{target.address}')} as copy{options}")
    except duckdb.Error as error:
        if "data_path is not set" in str(error):
            what = "a new DuckLake needs a folder for its Parquet files"
            raise G60Error(what, target.shown, "name one with --data DIR") from error
        if "DATA_PATH parameter" in str(error):
            what = "this DuckLake has its Parquet files in another folder"
            raise G60Error(what, str(data), "leave out --data") from error
        raise not_reached(error, target) from error


def newest(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest snapshot."""
    return int(connection.execute("select max(snapshot_id) from copy.snapshots()").fetchall()[0][0])


@dataclass(frozen=True)
class Existing:
    """A table of an earlier copy: its columns with their types in order, and their comments."""

    comment: str
    columns: list[tuple[str, str]]
    comments: dict[str, str]


@dataclass(frozen=True)
class There:
    """What the schema holds before the copy; `others` are names of tables and views that no copy made."""

    ours: dict[str, Existing]
    others: set[str]


def read_there(connection: duckdb.DuckDBPyConnection, schema: str) -> There:
    there = There({}, set())
    for table, comment in connection.execute(RELATIONS, [schema]).fetchall():
        if is_ours(comment):
            there.ours[table] = Existing(comment, [], {})
        else:
            there.others.add(table)
    for table, column, kind, comment in connection.execute(COLUMNS, [schema]).fetchall():
        if existing := there.ours.get(table):
            existing.columns.append((column, kind))
            existing.comments[column] = comment or ""
    return there


def write(connection: duckdb.DuckDBPyConnection, table: Table, path: str, existing: Existing | None) -> None:
    """The rows and comments of a table, as far as they are not there yet."""
    if not existing or existing.columns != [(column.name, column.type) for column in table.columns]:
        # Tables of other columns are replaced, comments and all; older snapshots keep the old.
        connection.execute(f"create or replace table {path} as from {table.source}")
        existing = Existing("", [], {})
    else:
        write_rows(connection, table, path)
    if existing.comment != table.comment:
        connection.execute(f"comment on table {path} is {literal(table.comment)}")
    for column in table.columns:
        if existing.comments.get(column.name, "") != column.comment:
            connection.execute(f"comment on column {path}.{name(column.name)} is {literal(column.comment)}")


def write_rows(connection: duckdb.DuckDBPyConnection, table: Table, path: str) -> None:
    sql = "select count(*), (select count(*) from {0}) from (from {0} except all from {1})"
    [(gone, held)] = connection.execute(sql.format(path, table.source)).fetchall()
    if gone:
        connection.execute(f"delete from {path}")
        connection.execute(f"insert into {path} from {table.source}")
    elif held < table.rows:
        connection.execute(f"insert into {path} from {table.source} except all from {path}")
