"""A release as tables of a PostgreSQL schema, replaced in one transaction that readers do not wait for.

Rows are compared by key and only those that differ are written, as `refresh materialized view concurrently`
does it: tables keep their identity, and with it the views, rights and foreign keys that others have put upon
them. `truncate`, or new tables under the old names, would be quicker where all rows change, but readers would
wait, and who began to read before would find nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from flows.copying.extensions import literal, name
from flows.copying.outcome import Copied, Tell, not_reached, refused
from flows.copying.schema import Existing, changed_columns, check, query, read_found
from flows.copying.tables import RELEASE_TABLE, Table
from flows.copying.target import Target
from flows.copying.types import postgres_type, value_of
from flows.errors import InUse

# Where columns change, a reader is waited for as long; those that come after it wait as well. From version 14
# on the server can see that we are gone while it works or waits.
SETTINGS = """
    set local lock_timeout = '30s';
    set local standard_conforming_strings = on;
    select set_config(name, '1s', true) from pg_settings where name = 'client_connection_check_interval'
"""
LOCK = "select pg_try_advisory_xact_lock(hashtext('g60 copy'), hashtext({}))"
COMMENT = "长三角G60科创走廊城市统计:成品表。 City statistics of the G60 corridor: marts."


def copy_to_postgres(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    target: Target,
    schema: str,
    release: str,
    is_forced: bool,
    tell: Tell,
) -> Copied:
    """Put `tables` into `schema` in place of those of the copy before, or leave all as it was.

    Raises G60Error where the server is not reached or refuses, InUse while another copy runs.
    """
    # Text with NUL, which PostgreSQL cannot hold, keeps a sign that something stood there.
    connection.execute("set pg_null_byte_replacement = '\ufffd'")
    options = f"type postgres, schema {literal(schema)}"
    try:
        connection.execute(f"attach {literal(target.address)} as copy ({options})")
    except duckdb.Error as error:
        raise not_reached(error, target) from error
    rows = sum(table.rows for table in tables)
    connection.begin()
    try:
        execute(connection, SETTINGS)
        if query(connection, LOCK.format(literal(schema))) != [(True,)]:
            raise InUse("another copy into this schema is being made", target.shown, "wait until it is done")
        found = read_found(connection, schema)
        previous = None
        if RELEASE_TABLE in found.ours:
            held = query(connection, f"select release_id from {name(schema, RELEASE_TABLE)}")
            previous = str(held[0][0]) if held else None
        if previous == release and not is_forced:
            return Copied(release, previous, False, schema, len(tables), rows)
        check(found, tables, target, schema)
        statements = []
        if not found.is_there:
            statements.append(f"create schema {name(schema)}")
            statements.append(f"comment on schema {name(schema)} is {literal(COMMENT)}")
        wanted = {table.name for table in tables}
        statements += [f"drop table {name(schema, one)}" for one in found.ours if one not in wanted]
        steps = [
            Step(table, found.ours.get(table.name), schema, number) for number, table in enumerate(tables)
        ]
        # All that shapes tables comes first: DuckDB reads once what there is.
        execute(connection, *statements, *(line for step in steps for line in step.shape()))
        for number, step in enumerate(steps, 1):
            tell(step.table.name, number, len(steps))
            step.fill(connection)
        execute(connection, *(line for step in steps for line in step.finish()))
        connection.commit()
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        raise refused(error, target) from error
    finally:
        # Nothing to take back after a commit, nor where the connection is gone.
        with contextlib.suppress(duckdb.Error):
            connection.rollback()
    tidy(connection, tables, schema)
    return Copied(release, previous, True, schema, len(tables), rows)


def execute(connection: duckdb.DuckDBPyConnection, *statements: str) -> None:
    """Statements of PostgreSQL's own, within the transaction."""
    if statements:
        connection.execute("call postgres_execute('copy', ?)", ["; ".join(statements)])


def tidy(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], schema: str) -> None:
    """Give back the room of rows that are gone, and tell the planner of the new ones. No transaction may."""
    names = ", ".join(name(schema, table.name) for table in tables)
    # Whatever hinders it, the copy is made, and the server tidies by itself in time.
    with contextlib.suppress(duckdb.Error):
        sql = f"vacuum (analyze) {names}"
        connection.execute("call postgres_execute('copy', ?, use_transaction = false)", [sql])


@dataclass(frozen=True)
class Step:
    """What is done to one table. `existing` is the copy before, None at the first."""

    table: Table
    existing: Existing | None
    schema: str
    number: int

    @property
    def path(self) -> str:
        return name(self.schema, self.table.name)

    @property
    def incoming(self) -> str:
        """Holds the new rows until they are compared with the old."""
        return f"g60_incoming_{self.number}"

    @property
    def keeps_key(self) -> bool:
        """Whether the primary key stays, so that rows can be compared by it."""
        if not self.existing or not self.table.key or self.existing.key != self.table.key:
            return False
        return not set(changed_columns(self.table, self.existing)) & set(self.table.key)

    def shape(self) -> list[str]:
        """Bring the table to the columns of the release. New ones come last, as PostgreSQL has it."""
        types = {column.name: postgres_type(column.type) for column in self.table.columns}
        if not self.existing:
            columns = ", ".join(f"{name(column)} {kind}" for column, kind in types.items())
            return [f"create table {self.path} ({columns})"]
        changed = changed_columns(self.table, self.existing)
        lines = []
        if self.existing.key and not self.keeps_key:
            lines.append(f"drop constraint {name(self.existing.key_name)}")
            # A key makes its columns not null, which would outlive it.
            kept = [column for column in self.existing.key if column not in changed]
            lines += [f"alter column {name(column)} drop not null" for column in kept]
        lines += [f"drop column {name(column)}" for column in changed]
        lines += [
            f"add column {name(column)} {kind}"
            for column, kind in types.items()
            if column in changed or column not in self.existing.columns
        ]
        shaped = [f"alter table {self.path} {', '.join(lines)}"] if lines else []
        if self.keeps_key:
            shaped.append(f"create unlogged table {name(self.schema, self.incoming)} (like {self.path})")
        return shaped

    def fill(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The rows of the release in place of the old ones."""
        if not self.keeps_key:
            if self.existing:
                execute(connection, f"delete from {self.path}")
            self.send(connection, self.table.name)
            return
        self.send(connection, self.incoming)
        incoming = name(self.schema, self.incoming)
        same_key = " and ".join(f"incoming.{name(part)} = mart.{name(part)}" for part in self.table.key)
        columns = ", ".join(name(column.name) for column in self.table.columns)
        others = [column.name for column in self.table.columns if column.name not in self.table.key]
        changes = ", ".join(
            f"{name(column)} = incoming.{name(column)}" for column in others or self.table.key
        )
        # record_image_eq tells rows apart that are equal and yet not the same, as 0.0 and -0.0.
        execute(
            connection,
            f"analyze {incoming}",
            f"delete from {self.path} as mart"
            f" where not exists (select from {incoming} as incoming where {same_key})",
            f"update {self.path} as mart set {changes} from {incoming} as incoming"
            f" where {same_key} and not record_image_eq(incoming, mart)",
            f"insert into {self.path} ({columns}) select {columns} from {incoming} as incoming"
            f" where not exists (select from {self.path} as mart where {same_key})",
            f"drop table {incoming}",
        )

    def send(self, connection: duckdb.DuckDBPyConnection, to: str) -> None:
        """All rows of the release, by binary COPY."""
        columns = ", ".join(name(column.name) for column in self.table.columns)
        values = ", ".join(map(value_of, self.table.columns))
        into = name("copy", self.schema, to)
        connection.execute(f"insert into {into} ({columns}) select {values} from {self.table.source}")

    def finish(self) -> list[str]:
        """The key and the comments, where they are not there yet."""
        lines = []
        if self.table.key and not self.keeps_key:
            lines.append(f"alter table {self.path} add primary key ({', '.join(map(name, self.table.key))})")
        existing = self.existing or Existing("")
        changed = changed_columns(self.table, existing)
        if existing.comment != self.table.comment:
            lines.append(f"comment on table {self.path} is {literal(self.table.comment)}")
        for column in self.table.columns:
            before = "" if column.name in changed else existing.comments.get(column.name, "")
            if before != column.comment:
                path = f"{self.path}.{name(column.name)}"
                lines.append(f"comment on column {path} is {literal(column.comment)}")
        return lines
