"""The table int_index_draw, made from the tables that describe the runs: in place, or for dbt's model."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from flows.indexing.drawing.draw import Drawn, draws

# Rows that are written at a time.
ROWS = 500_000
INPUTS = (
    "int_index_run", "int_index_imputed", "int_index_weight", "framework_method", "framework_node",
    "framework_level", "framework_design", "framework_option", "framework_weight_set",
)  # fmt: skip


def run_draws(connection: duckdb.DuckDBPyConnection) -> None:
    """Build table int_index_draw: framework, run, unit_code, period, score, rank, unit_id.

    A row for each run and unit of which something is known; score and rank are null where it has none.
    """
    connection.execute("""
        create or replace table int_index_draw (
            framework varchar, run integer, unit_code varchar, period varchar, score double, rank integer,
            unit_id integer
        )
    """)
    waiting: list[Drawn] = []
    for drawn in draws(connection):
        waiting.append(drawn)
        if sum(len(one.run) for one in waiting) >= ROWS:
            write(connection, waiting)
            waiting = []
    if waiting:
        write(connection, waiting)


def write(connection: duckdb.DuckDBPyConnection, drawn: list[Drawn]) -> None:
    run, unit, score, rank = (
        np.concatenate([getattr(one, name) for one in drawn]) for name in ("run", "unit", "score", "rank")
    )
    is_unscored, is_unranked = np.isnan(score), np.isnan(rank)
    rank = np.where(is_unranked, 0, rank).astype(np.int32)
    columns = {
        "run": pa.array(run.astype(np.int32)),
        "unit_id": pa.array(unit.astype(np.int32)),
        "score": pa.array(score, mask=is_unscored),
        "rank": pa.array(rank, mask=is_unranked),
    }
    connection.register("rows_drawn", pa.table(columns))
    connection.execute("""
        insert into int_index_draw
        select u.framework, d.run, u.unit_code, u.period, d.score, d.rank, d.unit_id
        from rows_drawn as d
        inner join (
            select distinct framework, unit_code, period, unit_id from int_index_imputed
        ) as u on d.unit_id = u.unit_id
    """)
    connection.unregister("rows_drawn")


def drawn_scores(inputs: Mapping[str, duckdb.DuckDBPyRelation]) -> pa.Table:
    """The same table for dbt, from relations of the names of INPUTS."""
    with duckdb.connect(config={"threads": 1}) as scratch:
        for name in INPUTS:
            rows = inputs[name].to_arrow_table()
            scratch.register("rows_given", rows)
            scratch.execute(f"create table {name} as from rows_given")
            scratch.unregister("rows_given")
        run_draws(scratch)
        return scratch.table("int_index_draw").to_arrow_table()
