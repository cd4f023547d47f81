"""The input tables of the index engine, made from a framework, a method and data that were found right."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from flows.indexing.check import shared
from flows.indexing.design import Design
from flows.indexing.framework import Framework
from flows.indexing.method import Method, Treat

# Columns and their types, as the engine's models expect them.
TABLES = {
    "framework_method": """
        framework varchar, denominate boolean, impute varchar, impute_group varchar, min_share double,
        winmax integer, skew_limit double, kurtosis_limit double, fallback varchar, normalise varchar,
        norm_a double, norm_b double, norm_reference varchar, norm_cap boolean, norm_within varchar,
        weight varchar, aggregate varchar, power double, aggregate_min_share double, rank_group varchar,
        rebase_unit varchar, rebase_period varchar""",
    "framework_level": "framework varchar, level integer, aggregate varchar, power double, min_share double",
    "framework_node": """
        framework varchar, node_code varchar, parent_code varchar, level integer, kind varchar,
        direction integer, weight double, denominator varchar, target double, goalpost_low double,
        goalpost_high double, name varchar""",
    "framework_design": "framework varchar, kind varchar, n integer, seed integer, data_runs integer",
    "framework_option": "framework varchar, factor varchar, option integer, text varchar, a double, b double",
    "framework_weight_set": "framework varchar, weight_set integer, node_code varchar, weight double",
    "framework_run": """
        framework varchar, run integer, winmax integer, normalise integer, weight_set integer,
        aggregate integer""",
}  # fmt: skip


def load(
    connection: duckdb.DuckDBPyConnection,
    framework: Framework,
    method: Method,
    design: Design,
    goalposts: dict[str, tuple[float | None, float | None]],
) -> None:
    """Make the tables of the engine's contract beside those of the data (flows.indexing.data)."""
    name = framework.root.code
    treat = method.treat or Treat()
    normalisations = [method.normalise, *design.normalisations]
    make(connection, "framework_method", name, [[
        method.denominate, method.impute.method, method.impute.group,
        method.screen.min_share if method.screen else None,
        treat.winmax if method.treat else None, treat.skew, treat.kurtosis, treat.fallback,
        method.normalise.method, *method.normalise.factors, shared(normalisations, "reference"),
        bool(shared(normalisations, "cap")), method.normalise.within, method.weight.method,
        method.aggregate.method, method.aggregate.power, method.aggregate.min_share,
        method.rank.group if method.rank else None, None, None,
    ]])  # fmt: skip
    levels = method.aggregate.by_level.items()
    make(connection, "framework_level", name, [[n, a.method, a.power, a.min_share] for n, a in levels])
    make(connection, "framework_node", name, [
        [n.code, n.parent, n.level, n.kind, n.direction, 1 if n.weight is None else n.weight, n.denominator,
         n.target, *goalposts.get(n.code, (n.goalpost_low, n.goalpost_high)), n.name]
        for n in framework.nodes
    ])  # fmt: skip
    make(connection, "framework_design", name, [[design.kind, design.n, design.seed, 0]])
    make(connection, "framework_option", name, design.options)
    weights = [[n, code, weight] for n, codes in design.sets.items() for code, weight in codes.items()]
    make(connection, "framework_weight_set", name, weights)
    make(connection, "framework_run", name, design.runs)
    load_figures(connection, name)


def make(
    connection: duckdb.DuckDBPyConnection, table: str, framework: str, rows: Sequence[Sequence[object]]
) -> None:
    """A table of rows that all belong to one framework."""
    connection.execute(f"create or replace table {table} ({TABLES[table]})")
    if rows:
        columns = [pa.array(column) for column in zip(*([framework, *row] for row in rows), strict=True)]
        connection.register("rows_to_load", pa.table(columns, names=[f"c{n}" for n in range(len(columns))]))
        connection.execute(f"insert into {table} select * from rows_to_load")
        connection.unregister("rows_to_load")


def load_figures(connection: duckdb.DuckDBPyConnection, framework: str) -> None:
    """Units, figures and groups, from the tables that read_data made."""
    queries = {
        "int_index_unit": "select unit_code, period, false as is_reference from data_row",
        "int_index_input": """
            select
                unit_code, period, code, value, coalesce(low, value) as value_low,
                coalesce(high, value) as value_high, 'observed' as value_kind
            from (
                select
                    r.unit_code, r.period, h.code,
                    max(c.value) filter (where h.part = 'value') as value,
                    max(c.value) filter (where h.part = 'value_low') as low,
                    max(c.value) filter (where h.part = 'value_high') as high
                from data_cell as c
                inner join data_column as h on c.position = h.position and h.part != 'group'
                inner join data_row as r on c.row = r.row
                group by all
            )
        """,
        "int_index_group": """
            select r.unit_code, r.period, h.code as group_code, c.text as group_value
            from data_cell as c
            inner join data_column as h on c.position = h.position and h.part = 'group'
            inner join data_row as r on c.row = r.row
        """,
    }
    for table, sql in queries.items():
        sql = f"create or replace table {table} as select ?::varchar as framework, * from ({sql})"
        connection.execute(sql, [framework])
