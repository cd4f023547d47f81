"""Schema meta of a release: what it is, how it was made and what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from flows.lineage.project import Lineage
from flows.modelling.build import Build, failing_rows
from flows.settings import Paths

# Marts under the names that readers look for them by.
VIEWS = {
    "meta.document": ("marts.dim_document", "全部来源 Every source"),
    "raw.rejected": ("marts.mart_quarantine", "读入而被拒者 Everything read and refused"),
    "raw.outcome": (
        "marts.mart_outcome",
        "每来源每步骤的去向 What became of every cell, by document and step",
    ),
    "meta.test_result": (
        """(
            select node_name as test_name, table_name, column_name, description, severity, status, failures,
                seconds
            from meta.node_result
            where kind = 'test'
        )""",
        "数据检验及结果 Data tests and what they found",
    ),
}
TABLES = """
    create table meta.node_result (
        run_order integer, kind varchar, node_name varchar, table_name varchar, column_name varchar,
        description varchar, severity varchar, status varchar, failures integer, seconds double,
        message varchar
    );
    create table meta.failing_row (test_name varchar, row_no integer, found json);
    comment on table meta.release is '本版本 This release; built_at is in UTC';
    comment on table meta.node_result is
        '构建各节点的结果与用时 Every node of the build: outcome, seconds, and for tests the rows refused';
    comment on table meta.failing_row is '检验所拒的行 The rows that tests refused, as JSON';
"""
ROW_COUNT = """
    create table meta.row_count as
    select schema_name, table_name, estimated_size::bigint as rows
    from duckdb_tables()
    where database_name = 'released' and schema_name <> 'meta'
    order by schema_name, table_name;
    comment on table meta.row_count is '各表行数 Rows of every table';
"""
# What the tables are made of and how they refer to each other; names without schema.
LINEAGE_TABLES = """
    create table meta.node (table_name varchar, layer varchar, subject varchar, description varchar);
    create table meta.column_lineage (
        table_name varchar, column_name varchar, from_table varchar, from_column varchar
    );
    create table meta.column_unfollowed (table_name varchar, column_name varchar, reason varchar);
    create table meta.key (table_name varchar, columns varchar[]);
    create table meta.reference (
        table_name varchar, columns varchar[], to_table varchar, to_columns varchar[]
    );
    create table meta.example (
        example_name varchar, sort_no integer, subject varchar, title_zh varchar, title_en varchar,
        prose_zh varchar, prose_en varchar, sql varchar
    );
    create table meta.metric (
        metric_code varchar, name_zh varchar, name_en varchar, unit varchar, unit_en varchar,
        definition_zh varchar, definition_en varchar, indicator_code varchar, formula varchar
    );
"""
LINEAGE_COMMENTS = {
    "node": "各表所在层、主题与说明 Layer, subject and description of every table",
    "column_lineage": "各列直接取自哪些列;* 指该表的行(如计数);筛选与连接条件不计 "
    "The columns that each column is made of, one step back; * stands for the rows of a table, as in a "
    "count; filters and join conditions left out",
    "column_unfollowed": "来路未能查明的列及原因 Columns whose lineage is not wholly known, and why",
    "key": "各表的键(经检验不重复) Keys of the tables, each tested to be unique",
    "reference": "表间引用:本版本中每个引用都找得到所指的行 "
    "References between tables; in this release each finds its row",
    "example": "可直接运行的查询示例 Example queries, to be run as they are",
    "metric": "语义层所定义的度量 Metrics as the semantic layer defines them; values in marts.mart_metric",
}
CHANGE_COMMENT = (
    "与上一版本的差别及原因 What changed since the release before, and why; "
    "is_explained: a new document prints it"
)


def write_meta(
    connection: duckdb.DuckDBPyConnection,
    about: Mapping[str, object],
    build: Build,
    paths: Paths,
    listing: Path,
    lineage: Lineage,
) -> None:
    """Create schema meta in the catalog in use. `listing` is the Parquet file of the changes."""
    connection.execute("create schema meta")
    types = {int: "integer", str: "varchar", type(None): "varchar"}
    columns = ", ".join(
        f"?::{'timestamp' if name == 'built_at' else types[type(value)]} as {name}"
        for name, value in about.items()
    )
    connection.execute(f"create table meta.release as select {columns}", list(about.values()))
    connection.execute(TABLES)
    nodes = [
        (
            *(order, node.kind, node.name, node.table, node.column, node.sentence),
            *(node.severity, node.status, node.failures, node.seconds, node.message),
        )
        for order, node in enumerate(build.nodes, 1)
    ]
    refused = [
        (node.name, number, json.dumps(row, ensure_ascii=False, default=str))
        for node in build.warned
        for number, row in enumerate(failing_rows(paths, node), 1)
    ]
    for name, rows in (("node_result", nodes), ("failing_row", refused)):
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into meta.{name} values ({marks})", rows)
    write_lineage(connection, lineage)
    connection.execute(f"create table meta.change as from '{listing}'")
    connection.execute(f"comment on table meta.change is '{CHANGE_COMMENT}'")
    for view, (source, comment) in VIEWS.items():
        connection.execute(f"create view {view} as select * from {source}")
        noted = f"{comment}, as {source}" if source.startswith("marts.") else comment
        connection.execute(f"comment on view {view} is '{noted}'")
    connection.execute(ROW_COUNT)


def write_lineage(connection: duckdb.DuckDBPyConnection, lineage: Lineage) -> None:
    """The lineage, keys, references, examples and metrics: thousands of rows, inserted as lists by column."""
    connection.execute(LINEAGE_TABLES)
    for name, comment in LINEAGE_COMMENTS.items():
        connection.execute(f"comment on table meta.{name} is '{comment}'")
    tables: dict[str, Sequence[tuple[object, ...]]] = {
        "node": lineage.nodes,
        "column_lineage": lineage.edges,
        "column_unfollowed": lineage.unfollowed,
        "key": lineage.keys,
        "reference": lineage.references,
        "example": lineage.examples,
        "metric": lineage.metrics,
    }
    for name, rows in tables.items():
        if rows:
            columns = [[row[place] for row in rows] for place in range(len(rows[0]))]
            unnested = ", ".join("unnest(?)" for _ in columns)
            connection.execute(f"insert into meta.{name} select {unnested}", columns)
