"""What clients ask of PostgreSQL's own catalogue, answered from a small database that looks like it.

Clients list tables and columns with queries of their own against pg_catalog. DuckDB has views of these names,
which lack columns that clients insist on and have types of other numbers than the protocol says. So the rows
are made here, once a worker and release, with the numbers of the protocol and the comments of the release.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.sql_endpoint.rows import oid_of_name

ASKS = re.compile(
    r"\b(pg_(?!typeof|size_pretty)\w+|regclass|regtype|regproc|format_type|obj_description|col_description|shobj_description"
    r"|version\s*\(\s*\)|current_schemas|current_database|current_catalog|session_user|current_user|quote_ident"
    r"|has_\w+_privilege|array_to_string\s*\(\s*array)",
    re.IGNORECASE,
)
STRINGS = re.compile(r"'(?:[^']|'')*'")
# The standard's own catalogue is DuckDB's to answer, with the types as it calls them.
OWN = re.compile(r"\binformation_schema\s*\.\s*(?!_pg_)", re.IGNORECASE)
CAST = r"\s*::\s*(?:\"?pg_catalog\"?\s*\.\s*)?"
REWRITES = [
    (re.compile(pattern, re.IGNORECASE), by)
    for pattern, by in (
        (r"operator\s*\(\s*pg_catalog\s*\.\s*(!?~\*?|=|<>)\s*\)", r"\1"),
        (r"collate\s+\"?(pg_catalog\"?\s*\.\s*)?\"?(default|C)\"?", ""),
        (rf"('(?:[^']|'')*'){CAST}regclass(?:{CAST}oid)?", r"regclass_of(\1)"),
        (rf"{CAST}regclass{CAST}(?:text|varchar)", "::varchar"),
        (
            rf"{CAST}(?:regclass|regproc|regprocedure|regtype|regnamespace|regrole|name|\"char\"|text)\b",
            "::varchar",
        ),
        (rf"{CAST}(?:oid|xid)\b", "::bigint"),
        (r"\bas\s+(?:regclass|name|oid)\s*\)", "as varchar)"),
        (rf"'\{{([\w,]*)\}}'{CAST}(?:text|name|oid)\[\]", r"string_split('\1', ',')"),
        (rf"{CAST}(?:name|text|oid|regtype)\[\]", "::varchar[]"),
        (r"\binformation_schema\s*\.\s*(?=_pg_)", ""),
        (r"\"?\bpg_catalog\b\"?\s*\.\s*", ""),
        (r"\bcurrent_(database|schema|catalog|user|role)\b(?!\s*\()", r"current_\1()"),
        (r"\bsession_user\b(?!\s*\()", "session_user()"),
        (r"(?<![\w.])user\b(?=\s*(?:,|$|\)|from))", "current_user()"),
        (r"=\s*any\s*\(\s*current_schemas\((\w+)\)\s*\)", r"in (select unnest(current_schemas(\1)))"),
        (r"\barray\s*\(\s*select\b", "list_of(select"),
        (r"(\bgenerate_series\s*\([^;]*?,\s*1\)\))\s+s\b", r"\1 as s(s)"),
    )
]
RELATIONS = """
    select dense_rank() over (order by schema_name) + 16000 as namespace, schema_name, name, kind, comment,
        row_number() over (order by schema_name, name) + 20000 as oid, rows, columns, sql
    from (
        select schema_name, table_name as name, 'r' as kind, comment, estimated_size as rows,
            column_count as columns, null as sql
        from duckdb_tables() where not internal
        union all
        select schema_name, view_name, 'v', comment, 0, column_count, sql
        from duckdb_views() where not internal
    )
"""
COLUMNS = """
    select schema_name, table_name, column_name, column_index, comment, data_type, not is_nullable as not_null
    from duckdb_columns() where not internal
"""
CONSTRAINTS = """
    select schema_name, table_name, constraint_type, constraint_text, constraint_column_indexes as columns
    from duckdb_constraints() where constraint_type in ('PRIMARY KEY', 'UNIQUE')
"""
TYPES = (
    (16, "bool", 1, "B", "boolean"), (17, "bytea", -1, "U", "bytea"), (18, "char", 1, "S", '"char"'),
    (19, "name", 64, "S", "name"), (20, "int8", 8, "N", "bigint"), (21, "int2", 2, "N", "smallint"),
    (23, "int4", 4, "N", "integer"), (25, "text", -1, "S", "text"), (26, "oid", 4, "N", "oid"),
    (114, "json", -1, "U", "json"), (700, "float4", 4, "N", "real"),
    (701, "float8", 8, "N", "double precision"),
    (1042, "bpchar", -1, "S", "character"), (1043, "varchar", -1, "S", "character varying"),
    (1082, "date", 4, "D", "date"), (1083, "time", 8, "D", "time without time zone"),
    (1114, "timestamp", 8, "D", "timestamp without time zone"),
    (1184, "timestamptz", 8, "D", "timestamp with time zone"), (1186, "interval", 16, "T", "interval"),
    (1700, "numeric", -1, "N", "numeric"), (2950, "uuid", 16, "U", "uuid"), (3802, "jsonb", -1, "U", "jsonb"),
    (2249, "record", -1, "P", "record"), (2278, "void", 4, "P", "void"), (705, "unknown", -2, "X", "unknown"),
    (1009, "_text", -1, "A", "text[]"), (1007, "_int4", -1, "A", "integer[]"),
    (1016, "_int8", -1, "A", "bigint[]"),
    (1022, "_float8", -1, "A", "double precision[]"),
)  # fmt: skip
ELEMENTS = {1009: 25, 1007: 23, 1016: 20, 1022: 701}
SERVER = Path(__file__).with_name("catalogue.sql")


def asks_catalogue(statement: str) -> bool:
    """Whether a statement asks for PostgreSQL's catalogue; names in texts and in quotes do not count."""
    bare = STRINGS.sub("''", statement)
    if "duckdb_" in bare or (OWN.search(bare) and not re.search(r"\bpg_(?!catalog|typeof)", bare, re.I)):
        return False
    return bool(ASKS.search(bare))


class Catalogue:
    """The catalogue of one release, in memory and without any way out of it."""

    def __init__(self, release: duckdb.DuckDBPyConnection) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "300MB"})
        cursor = release.cursor()
        self.relations = cursor.execute(RELATIONS).fetchall()
        self.columns = cursor.execute(COLUMNS).fetchall()
        self.constraints = cursor.execute(CONSTRAINTS).fetchall()
        self.fill()
        self.connection.execute("set temp_directory = ''; set autoload_known_extensions = false")
        self.connection.execute("set python_enable_replacements = false; set enable_external_access = false")
        self.connection.execute("set lock_configuration = true")

    def rewritten(self, statement: str) -> str:
        """A query of PostgreSQL's catalogue in the words of DuckDB."""
        for pattern, by in REWRITES:
            statement = pattern.sub(by, statement)
        return statement.replace("list_of(select", "array(select")

    def table(self, name: str, rows: list[dict[str, Any]], **types: Any) -> None:
        """A table of rows alike; `types` are those of columns that may be empty throughout."""
        given = pa.Table.from_pylist(rows)
        for column, kind in types.items():
            at = given.schema.get_field_index(column)
            given = given.set_column(at, column, given.column(at).cast(kind))
        self.connection.register("given", given)
        self.connection.execute(f"create table {name} as from given")
        self.connection.unregister("given")

    def fill(self) -> None:
        namespaces = {row[1]: row[0] for row in self.relations}
        spaces = {"pg_catalog": 11, "information_schema": 13000, "main": 15999, **namespaces}
        self.table(
            "pg_namespace",
            [{"oid": oid, "nspname": name, "nspowner": 10, "nspacl": None} for name, oid in spaces.items()],
            nspacl=pa.list_(pa.string()),
        )
        classes = [
            class_row(oid, space, name, kind, rows or 0, columns, sql)
            for space, _, name, kind, _, oid, rows, columns, sql in self.relations
        ]
        system = ("pg_class", "pg_namespace", "pg_type", "pg_database", "pg_attribute", "pg_proc")
        classes += [class_row(1247 + at, 11, name, "r", 0, 1, None) for at, name in enumerate(system)]
        self.table(
            "pg_class", classes, relacl=pa.list_(pa.string()), reloptions=pa.list_(pa.string()),
            relpartbound=pa.string(), definition=pa.string(),
        )  # fmt: skip
        oids = {(row[1], row[2]): row[5] for row in self.relations}
        self.table(
            "pg_attribute",
            [attribute_row(oids[row[:2]], *row[2:]) for row in self.columns if row[:2] in oids],
            attacl=pa.list_(pa.string()), attoptions=pa.list_(pa.string()), attmissingval=pa.string(),
        )  # fmt: skip
        described = [
            {"objoid": row[5], "classoid": 1247, "objsubid": 0, "description": row[4]}
            for row in self.relations
            if row[4]
        ]
        described += [
            {"objoid": oids[row[0], row[1]], "classoid": 1247, "objsubid": row[3], "description": row[4]}
            for row in self.columns
            if row[4] and (row[0], row[1]) in oids
        ]
        self.table("pg_description", described or [
            {"objoid": 0, "classoid": 0, "objsubid": 0, "description": ""}
        ])  # fmt: skip
        self.table("pg_type", [type_row(*row) for row in TYPES])
        self.connection.execute(SERVER.read_text(encoding="utf-8"))
        self.fill_constraints(oids)

    def fill_constraints(self, oids: dict[tuple[str, str], int]) -> None:
        for number, (schema, table, kind, text, columns) in enumerate(self.constraints):
            short = "p" if kind == "PRIMARY KEY" else "u"
            given = [
                30000 + number,
                f"{table}_{short}key_{number}",
                short,
                oids.get((schema, table)),
                columns,
                text,
            ]
            self.connection.execute(
                """
                insert into pg_constraint (oid, conname, contype, conrelid, conkey, definition, convalidated)
                values (?, ?, ?, ?, ?, ?, true)""",
                given,
            )


def class_row(
    oid: int, space: int, name: str, kind: str, rows: int, columns: int, sql: str | None
) -> dict[str, Any]:
    return {
        "oid": oid, "relname": name, "relnamespace": space, "reltype": 0, "reloftype": 0, "relowner": 10,
        "relam": 2, "relfilenode": 0, "reltablespace": 0, "relpages": 1, "reltuples": float(rows),
        "relallvisible": 0, "reltoastrelid": 0, "relhasindex": False, "relisshared": False,
        "relpersistence": "p", "relkind": kind, "relnatts": columns, "relchecks": 0, "relhasrules": False,
        "relhastriggers": False, "relhassubclass": False, "relrowsecurity": False,
        "relforcerowsecurity": False,
        "relispopulated": True, "relreplident": "n", "relispartition": False, "relrewrite": 0,
        "relfrozenxid": 0, "relminmxid": 0, "relacl": None, "reloptions": None, "relpartbound": None,
        "relhasoids": False, "definition": sql,
    }  # fmt: skip


def attribute_row(
    oid: int, name: str, number: int, comment: str | None, kind: str, not_null: bool
) -> dict[str, Any]:
    return {
        "attrelid": oid, "attname": name, "atttypid": oid_of_name(kind), "attstattarget": -1, "attlen": -1,
        "attnum": number, "attndims": 0, "attcacheoff": -1, "atttypmod": -1, "attbyval": False,
        "attstorage": "p", "attalign": "i", "attnotnull": not_null, "atthasdef": False,
        "atthasmissing": False,
        "attidentity": "", "attgenerated": "", "attisdropped": False, "attislocal": True, "attinhcount": 0,
        "attcollation": 0, "attacl": None, "attoptions": None, "attmissingval": None, "attcompression": "",
    }  # fmt: skip


def type_row(oid: int, name: str, size: int, category: str, shown: str) -> dict[str, Any]:
    array = category == "A"
    return {
        "oid": oid, "typname": name, "typnamespace": 11, "typowner": 10, "typlen": size, "typbyval": False,
        "typtype": "p" if category == "P" else "b", "typcategory": category, "typispreferred": False,
        "typisdefined": True, "typdelim": ",", "typrelid": 0, "typelem": ELEMENTS.get(oid, 0),
        "typarray": next((of for of, inner in ELEMENTS.items() if inner == oid), 0),
        "typinput": "array_in" if array else f"{name}in", "typoutput": "array_out" if array else f"{name}out",
        "typreceive": "array_recv" if array else f"{name}recv", "typnotnull": False, "typbasetype": 0,
        "typtypmod": -1, "typndims": 0, "typcollation": 0, "typdefault": "", "typsubscript": "",
        "shown": shown,
    }  # fmt: skip
