"""What a schema of PostgreSQL holds before a copy: tables of ours, things of others, and who may do what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from flows.copying.extensions import literal
from flows.copying.tables import Table, is_ours
from flows.copying.target import Target
from flows.copying.types import postgres_type
from flows.errors import G60Error

RELATIONS = """
    select
        c.relname::text, obj_description(c.oid, 'pg_class'), c.relkind::text,
        pg_has_role(c.relowner, 'usage')
    from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = {}
"""
COLUMNS = """
    select
        c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
        col_description(c.oid, a.attnum)
    from pg_attribute as a
    inner join pg_class as c on c.oid = a.attrelid
    inner join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = {} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum
"""
KEYS = """
    select c.relname::text, k.conname::text, array_agg(a.attname::text order by part.place)
    from pg_constraint as k
    inner join pg_class as c on c.oid = k.conrelid
    inner join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral unnest(k.conkey) with ordinality as part (attnum, place)
    inner join pg_attribute as a on a.attrelid = c.oid and a.attnum = part.attnum
    where n.nspname = {} and k.contype = 'p'
    group by c.relname, k.conname
"""
# Views by the columns that they read; a view that reads none, as one that counts, stands with an empty name.
VIEWS = """
    select distinct c.relname::text, coalesce(a.attname::text, ''), vn.nspname::text || '.' || v.relname::text
    from pg_depend as d
    inner join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    inner join pg_class as v on v.oid = r.ev_class
    inner join pg_namespace as vn on vn.oid = v.relnamespace
    inner join pg_class as c on d.refclassid = 'pg_class'::regclass and c.oid = d.refobjid
    inner join pg_namespace as n on n.oid = c.relnamespace
    left join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
    where n.nspname = {} and v.oid <> c.oid
    order by 1, 2, 3
"""
RIGHTS = """
    select
        current_user::text, current_database()::text, has_database_privilege(current_database(), 'create'),
        (
            select has_schema_privilege(oid, 'usage') and has_schema_privilege(oid, 'create')
            from pg_namespace where nspname = {}
        )
"""


@dataclass
class Existing:
    """A table of ours as it stands: types by column in their order, comments, and the primary key."""

    comment: str
    columns: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    key_name: str = ""


@dataclass(frozen=True)
class Found:
    """A schema before the copy.

    `others` are names that no copy made, `foreign` those of our tables that another role owns, `views` each
    view after the table and the column that it reads. `may_create` speaks of tables, or of the schema where
    it is not there yet.
    """

    is_there: bool
    user: str
    database: str
    may_create: bool
    ours: dict[str, Existing]
    others: set[str]
    foreign: set[str]
    views: list[tuple[str, str, str]]


def query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """What the server answers, within the transaction."""
    return connection.execute("from postgres_query('copy', ?)", [sql]).fetchall()


def read_found(connection: duckdb.DuckDBPyConnection, schema: str) -> Found:
    """What is in a schema of the database attached as `copy`."""
    quoted = literal(schema)
    ours: dict[str, Existing] = {}
    others, foreign = set(), set()
    for table, comment, kind, is_owner in query(connection, RELATIONS.format(quoted)):
        if kind == "r" and is_ours(comment):
            ours[table] = Existing(comment)
            if not is_owner:
                foreign.add(table)
        else:
            others.add(table)
    for table, column, kind, comment in query(connection, COLUMNS.format(quoted)):
        if one := ours.get(table):
            one.columns[column] = kind
            one.comments[column] = comment or ""
    for table, key_name, columns in query(connection, KEYS.format(quoted)):
        if one := ours.get(table):
            one.key, one.key_name = tuple(columns), key_name
    views = query(connection, VIEWS.format(quoted))
    [(user, database, may_schema, may_tables)] = query(connection, RIGHTS.format(quoted))
    is_there = may_tables is not None
    may_create = may_tables if is_there else may_schema
    return Found(is_there, user, database, may_create, ours, others, foreign, views)


def changed_columns(table: Table, existing: Existing) -> list[str]:
    """Columns that are there and not those of the release: gone, or of another type."""
    wanted = {column.name: postgres_type(column.type) for column in table.columns}
    return [column for column, kind in existing.columns.items() if wanted.get(column) != kind]


def check(found: Found, tables: Sequence[Table], target: Target, schema: str) -> None:
    """Raises G60Error where a right is missing, or a name or a view of others stands in the way."""
    if not found.may_create:
        what = f"user {found.user} may not create schema {schema}"
        remedy = f"have its owner say: grant create on database {found.database} to {found.user}"
        if found.is_there:
            what = f"user {found.user} may not create tables in schema {schema}"
            remedy = f"have its owner say: grant usage, create on schema {schema} to {found.user}"
        raise G60Error(what, target.shown, remedy)
    for one in sorted(found.foreign):
        raise G60Error(f"{schema}.{one} belongs to another role", target.shown, "copy as its owner")
    wanted = {table.name: table for table in tables}
    for one in sorted(found.others & wanted.keys()):
        remedy = "rename it, or copy into another schema with --schema"
        raise G60Error(f"there is a {schema}.{one} that no copy made", target.shown, remedy)
    remedy = "change or drop the view, then copy again"
    for one, column, view in found.views:
        if one not in found.ours:
            continue
        if one not in wanted:
            what = f"view {view} reads {schema}.{one}, which the release no longer has"
            raise G60Error(what, target.shown, remedy)
        if column in changed_columns(wanted[one], found.ours[one]):
            what = f"view {view} reads {schema}.{one}.{column}, which is gone or of another type now"
            raise G60Error(what, target.shown, remedy)
