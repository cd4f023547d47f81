"""What clients ask of PostgreSQL's own catalogue, answered from a small database that looks like it.

Clients list tables and columns with queries of their own against pg_catalog. DuckDB has views of these names,
which lack columns that clients insist on and have types of other numbers than the protocol says. So the rows
are made here, once a worker and release, with the numbers of the protocol and the comments of the release.
"""

from __future__ import annotations

import re
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
CAST = r"\s*::\s*(?:\"?pg_catalog\"?\s*\.\s*)?"
REWRITES = [
    (re.compile(pattern, re.IGNORECASE), by)
    for pattern, by in (
        (r"operator\s*\(\s*pg_catalog\s*\.\s*(!?~\*?|=|<>)\s*\)", r"\1"),
        (r"collate\s+\"?(pg_catalog\"?\s*\.\s*)?\"?(default|C)\"?", ""),
        (rf"('(?:[^']|'')*'){CAST}regclass(?:{CAST}oid)?", r"regclass_of(\1)"),
        (rf"{CAST}regclass{CAST}(?:text|varchar)", "::varchar"),
        (rf"{CAST}(?:regclass|regproc|regprocedure|regtype|regnamespace|regrole|name|\"char\"|text)\b", "::varchar"),
        (rf"{CAST}(?:oid|xid)\b", "::bigint"),
        (rf"{CAST}(?:name|text|oid|regtype)\[\]", "::varchar[]"),
        (r"\bas\s+(?:regclass|name|oid)\s*\)", "as varchar)"),
        (r"\"?\bpg_catalog\b\"?\s*\.\s*", ""),
        (r"\bcurrent_(database|schema|catalog|user|role)\b(?!\s*\()", r"current_\1()"),
        (r"\bsession_user\b(?!\s*\()", "session_user()"),
        (r"(?<![\w.])user\b(?=\s*(?:,|$|\)|from))", "current_user()"),
        (r"=\s*any\s*\(\s*current_schemas\((\w+)\)\s*\)", r"in (select unnest(current_schemas(\1)))"),
        (r"\barray\s*\(\s*select\b", "list_of(select"),
        (r"!~\s*('(?:[^']|'')*')", r"!~ \1"),
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
        select schema_name, view_name, 'v', comment, 0, column_count, sql from duckdb_views() where not internal
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
    (114, "json", -1, "U", "json"), (700, "float4", 4, "N", "real"), (701, "float8", 8, "N", "double precision"),
    (1042, "bpchar", -1, "S", "character"), (1043, "varchar", -1, "S", "character varying"),
    (1082, "date", 4, "D", "date"), (1083, "time", 8, "D", "time without time zone"),
    (1114, "timestamp", 8, "D", "timestamp without time zone"),
    (1184, "timestamptz", 8, "D", "timestamp with time zone"), (1186, "interval", 16, "T", "interval"),
    (1700, "numeric", -1, "N", "numeric"), (2950, "uuid", 16, "U", "uuid"), (3802, "jsonb", -1, "U", "jsonb"),
    (2249, "record", -1, "P", "record"), (2278, "void", 4, "P", "void"), (705, "unknown", -2, "X", "unknown"),
    (1009, "_text", -1, "A", "text[]"), (1007, "_int4", -1, "A", "integer[]"), (1016, "_int8", -1, "A", "bigint[]"),
    (1022, "_float8", -1, "A", "double precision[]"),
)  # fmt: skip
ELEMENTS = {1009: 25, 1007: 23, 1016: 20, 1022: 701}
# Tables that are empty here, with the columns that clients name.
EMPTY = {
    "pg_attrdef": "oid bigint, adrelid bigint, adnum smallint, adbin varchar",
    "pg_inherits": "inhrelid bigint, inhparent bigint, inhseqno integer, inhdetachpending boolean",
    "pg_trigger": "oid bigint, tgrelid bigint, tgname varchar, tgfoid bigint, tgenabled varchar, tgisinternal "
    "boolean, tgconstraint bigint, tgparentid bigint, tgdeferrable boolean, tginitdeferred boolean, tgtype smallint",
    "pg_rewrite": "oid bigint, rulename varchar, ev_class bigint, ev_enabled varchar, is_instead boolean, ev_type "
    "varchar",
    "pg_depend": "classid bigint, objid bigint, objsubid integer, refclassid bigint, refobjid bigint, refobjsubid "
    "integer, deptype varchar",
    "pg_shdescription": "objoid bigint, classoid bigint, description varchar",
    "pg_policy": "oid bigint, polname varchar, polrelid bigint, polpermissive boolean, polroles bigint[], polqual "
    "varchar, polwithcheck varchar, polcmd varchar",
    "pg_statistic_ext": "oid bigint, stxrelid bigint, stxnamespace bigint, stxname varchar, stxkeys smallint[], "
    "stxkind varchar[], stxstattarget integer",
    "pg_publication": "oid bigint, pubname varchar, puballtables boolean",
    "pg_publication_rel": "oid bigint, prpubid bigint, prrelid bigint, prqual varchar, prattrs smallint[]",
    "pg_publication_namespace": "oid bigint, pnpubid bigint, pnnspid bigint",
    "pg_foreign_table": "ftrelid bigint, ftserver bigint, ftoptions varchar[]",
    "pg_foreign_server": "oid bigint, srvname varchar, srvfdw bigint, srvowner bigint",
    "pg_foreign_data_wrapper": "oid bigint, fdwname varchar",
    "pg_partitioned_table": "partrelid bigint, partstrat varchar, partnatts smallint",
    "pg_collation": "oid bigint, collname varchar, collnamespace bigint",
    "pg_enum": "oid bigint, enumtypid bigint, enumlabel varchar, enumsortorder float",
    "pg_range": "rngtypid bigint, rngsubtype bigint, rngmultitypid bigint",
    "pg_event_trigger": "oid bigint, evtname varchar",
    "pg_sequence": "seqrelid bigint, seqtypid bigint, seqstart bigint, seqmax bigint, seqmin bigint, seqincrement "
    "bigint, seqcycle boolean, seqcache bigint",
    "pg_sequences": "schemaname varchar, sequencename varchar, last_value bigint",
    "pg_matviews": "schemaname varchar, matviewname varchar, matviewowner varchar, definition varchar",
    "pg_proc": "oid bigint, proname varchar, pronamespace bigint, proowner bigint, prokind varchar, prorettype "
    "bigint, proargtypes varchar, prosrc varchar, proretset boolean, prolang bigint, pronargs smallint, proargnames "
    "varchar[], proargmodes varchar[], proallargtypes bigint[], proisagg boolean",
    "pg_language": "oid bigint, lanname varchar",
    "pg_operator": "oid bigint, oprname varchar, oprnamespace bigint",
    "pg_cast": "oid bigint, castsource bigint, casttarget bigint",
    "pg_aggregate": "aggfnoid bigint",
    "pg_opclass": "oid bigint, opcname varchar",
    "pg_seclabel": "objoid bigint",
    "pg_stat_activity": "pid integer, datname varchar, usename varchar, state varchar, query varchar",
    "pg_locks": "pid integer, locktype varchar",
    "pg_auth_members": "roleid bigint, member bigint",
    "pg_default_acl": "oid bigint, defaclnamespace bigint",
    "pg_timezone_names": "name varchar, abbrev varchar, utc_offset interval, is_dst boolean",
}
MACROS = """
    create macro version() as 'PostgreSQL 15.0 (the G60 warehouse, read-only, answered by DuckDB)';
    create macro current_database() as 'g60';
    create macro current_catalog() as 'g60';
    create macro current_user() as 'g60';
    create macro current_role() as 'g60';
    create macro session_user() as 'g60';
    create macro current_schema() as 'main';
    create macro current_schemas(implicit) as ['main', 'marts', 'meta'];
    create macro regclass_of(name) as (
        select min(c.oid) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
        where replace(name, '"', '') in (c.relname, n.nspname || '.' || c.relname)
    );
    create macro to_regclass(name) as regclass_of(name);
    create macro format_type(of, modifier) as coalesce((select shown from pg_type where oid = of), 'text');
    create macro pg_get_expr(a, b) as a::varchar, (a, b, c) as a::varchar;
    create macro pg_get_userbyid(a) as 'g60';
    create macro pg_get_viewdef(a) as (select definition from pg_class where oid = a),
        (a, b) as (select definition from pg_class where oid = a);
    create macro pg_get_indexdef(a) as null::varchar, (a, b, c) as null::varchar;
    create macro pg_get_constraintdef(a) as (select definition from pg_constraint where oid = a),
        (a, b) as (select definition from pg_constraint where oid = a);
    create macro pg_get_partkeydef(a) as null::varchar;
    create macro pg_get_statisticsobjdef_columns(a) as null::varchar;
    create macro pg_get_function_result(a) as null::varchar;
    create macro pg_get_function_arguments(a) as null::varchar;
    create macro pg_get_function_identity_arguments(a) as null::varchar;
    create macro pg_get_ruledef(a) as null::varchar, (a, b) as null::varchar;
    create macro pg_get_triggerdef(a) as null::varchar, (a, b) as null::varchar;
    create macro pg_table_is_visible(a) as coalesce(
        (select n.nspname in ('main', 'marts', 'meta') from pg_class as c
            join pg_namespace as n on n.oid = c.relnamespace where c.oid = a), true);
    create macro pg_type_is_visible(a) as true;
    create macro pg_function_is_visible(a) as true;
    create macro pg_relation_is_publishable(a) as false;
    create macro pg_is_in_recovery() as false;
    create macro pg_backend_pid() as 1;
    create macro pg_encoding_to_char(a) as 'UTF8';
    create macro pg_char_to_encoding(a) as 6;
    create macro pg_relation_size(a) as 0, (a, b) as 0;
    create macro pg_table_size(a) as 0;
    create macro pg_total_relation_size(a) as 0;
    create macro pg_indexes_size(a) as 0;
    create macro pg_database_size(a) as 0;
    create macro pg_tablespace_location(a) as '';
    create macro pg_postmaster_start_time() as now();
    create macro obj_description(a) as
        (select description from pg_description where objoid = a and objsubid = 0),
        (a, b) as (select description from pg_description where objoid = a and objsubid = 0);
    create macro shobj_description(a, b) as null::varchar;
    create macro col_description(a, b) as
        (select description from pg_description where objoid = a and objsubid = b);
    create macro quote_ident(a) as '"' || replace(a, '"', '""') || '"';
    create macro has_table_privilege(a, b) as lower(b) = 'select', (a, b, c) as lower(c) = 'select';
    create macro has_schema_privilege(a, b) as lower(b) = 'usage', (a, b, c) as lower(c) = 'usage';
    create macro has_database_privilege(a, b) as lower(b) = 'connect', (a, b, c) as lower(c) = 'connect';
    create macro has_column_privilege(a, b, c) as lower(c) = 'select';
    create macro has_any_column_privilege(a, b) as lower(b) = 'select';
    create macro pg_has_role(a, b) as true, (a, b, c) as true;
    create macro pg_get_keywords() as table select keyword_name as word from duckdb_keywords();
    create macro _pg_expandarray(a) as struct_pack(x := a, n := 1);
"""


def asks_catalogue(statement: str) -> bool:
    """Whether a statement asks for PostgreSQL's catalogue; names in texts and in quotes do not count."""
    bare = STRINGS.sub("''", statement)
    return bool(ASKS.search(bare)) and "duckdb_" not in bare


class Catalogue:
    """The catalogue of one release, in memory and without any way out of it."""

    def __init__(self, release: duckdb.DuckDBPyConnection) -> None:
        self.connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "300MB"})
        for table, columns in EMPTY.items():
            self.connection.execute(f"create table {table} ({columns})")
        cursor = release.cursor()
        self.relations = cursor.execute(RELATIONS).fetchall()
        self.columns = cursor.execute(COLUMNS).fetchall()
        self.constraints = cursor.execute(CONSTRAINTS).fetchall()
        self.fill()
        self.connection.execute(MACROS)
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
            [attribute_row(oids[row[0], row[1]], *row[2:]) for row in self.columns if (row[0], row[1]) in oids],
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
        self.connection.execute("create view geometry_columns as select 1 as none where false")
        self.fill_constraints(oids)
        self.fill_server()

    def fill_constraints(self, oids: dict[tuple[str, str], int]) -> None:
        self.connection.execute("""
            create table pg_constraint (
                oid bigint, conname varchar, connamespace bigint, contype varchar, conrelid bigint, conindid bigint,
                confrelid bigint, conkey smallint[], confkey smallint[], definition varchar, condeferrable boolean,
                condeferred boolean, convalidated boolean, confupdtype varchar, confdeltype varchar, confmatchtype
                varchar, contypid bigint, conparentid bigint, conbin varchar, consrc varchar, conislocal boolean,
                connoinherit boolean
            );
            create table pg_index (
                indexrelid bigint, indrelid bigint, indnatts smallint, indnkeyatts smallint, indisunique boolean,
                indisprimary boolean, indkey smallint[], indisclustered boolean, indisvalid boolean, indisreplident
                boolean, indexprs varchar, indpred varchar, indoption smallint[], indclass bigint[], indisexclusion
                boolean, indimmediate boolean, indcollation bigint[], indisready boolean, indislive boolean
            )
        """)
        for number, (schema, table, kind, text, columns) in enumerate(self.constraints):
            short = "p" if kind == "PRIMARY KEY" else "u"
            given = [30000 + number, f"{table}_{short}key_{number}", short, oids.get((schema, table)), columns, text]
            self.connection.execute(
                """insert into pg_constraint (oid, conname, contype, conrelid, conkey, definition, convalidated)
                values (?, ?, ?, ?, ?, ?, true)""",
                given,
            )

    def fill_server(self) -> None:
        self.connection.execute("""
            create table pg_database as select 16384 as oid, 'g60' as datname, 10 as datdba, 6 as encoding,
                'c' as datlocprovider, false as datistemplate, true as datallowconn, -1 as datconnlimit,
                1663 as dattablespace, 'C' as datcollate, 'C' as datctype, null::varchar as daticulocale,
                null::varchar[] as datacl, 0 as datlastsysoid, null::varchar as datcollversion;
            create table pg_roles as select 10 as oid, 'g60' as rolname, false as rolsuper, true as rolinherit,
                false as rolcreaterole, false as rolcreatedb, true as rolcanlogin, false as rolreplication,
                -1 as rolconnlimit, null::timestamp as rolvaliduntil, false as rolbypassrls,
                null::varchar[] as rolconfig, null::varchar as rolpassword;
            create view pg_authid as from pg_roles;
            create view pg_user as select rolname as usename, oid as usesysid, false as usesuper from pg_roles;
            create view pg_shadow as from pg_user;
            create table pg_tablespace as select 1663 as oid, 'pg_default' as spcname, 10 as spcowner,
                null::varchar[] as spcacl, null::varchar[] as spcoptions;
            create table pg_am as select 2 as oid, 'heap' as amname, 't' as amtype, 0 as amhandler;
            create table pg_extension as select 1 as oid, 'plpgsql' as extname, 10 as extowner,
                11 as extnamespace, '1.0' as extversion, false as extrelocatable where false;
            create table pg_settings as select * from (values
                ('server_version', '15.0'), ('max_index_keys', '32'), ('standard_conforming_strings', 'on'),
                ('server_encoding', 'UTF8'), ('TimeZone', 'UTC'), ('search_path', 'main, marts, meta'),
                ('transaction_read_only', 'on')) as s (name, setting);
            create view pg_tables as select n.nspname as schemaname, c.relname as tablename, 'g60' as tableowner,
                null::varchar as tablespace, false as hasindexes, false as hasrules, false as hastriggers,
                false as rowsecurity
                from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r';
            create view pg_views as select n.nspname as schemaname, c.relname as viewname, 'g60' as viewowner,
                c.definition
                from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'v';
            create view pg_indexes as select '' as schemaname, '' as tablename, '' as indexname where false;
            create view pg_stat_user_tables as select c.oid as relid, n.nspname as schemaname, c.relname,
                c.reltuples::bigint as n_live_tup
                from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r'
        """)


def class_row(
    oid: int, space: int, name: str, kind: str, rows: int, columns: int, sql: str | None
) -> dict[str, Any]:
    return {
        "oid": oid, "relname": name, "relnamespace": space, "reltype": 0, "reloftype": 0, "relowner": 10,
        "relam": 2, "relfilenode": 0, "reltablespace": 0, "relpages": 1, "reltuples": float(rows),
        "relallvisible": 0, "reltoastrelid": 0, "relhasindex": False, "relisshared": False,
        "relpersistence": "p", "relkind": kind, "relnatts": columns, "relchecks": 0, "relhasrules": False,
        "relhastriggers": False, "relhassubclass": False, "relrowsecurity": False, "relforcerowsecurity": False,
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
        "attstorage": "p", "attalign": "i", "attnotnull": not_null, "atthasdef": False, "atthasmissing": False,
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
        "typtypmod": -1, "typndims": 0, "typcollation": 0, "typdefault": "", "typsubscript": "", "shown": shown,
    }  # fmt: skip
