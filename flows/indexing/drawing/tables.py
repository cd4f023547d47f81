"""The draws of an index, int_index_draw, made from tables that describe the runs: in place, or for dbt."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from flows.indexing.drawing.draw import Drawn, draws

# Rows that are written at a time.
ROWS = 200_000
INPUTS = (
    "int_index_run", "int_index_imputed", "int_index_weight", "framework_method", "framework_node",
    "framework_level", "framework_design", "framework_option", "framework_weight_set",
)  # fmt: skip


def run_draws(connection: duckdb.DuckDBPyConnection) -> None:
    """Build view int_index_draw: framework, run, unit_code, period, score, rank, unit_id.

    A row for each run and unit of which something is known; score and rank are null where it has none. The
    table below it has numbers alone: names would be three quarters of it.
    """
    connection.execute("""
        create or replace table draw_unit as
        select distinct framework, unit_code, period, unit_id from int_index_imputed;
        create or replace table draw_score (run integer, unit_id integer, score double, rank integer);
        create or replace view int_index_draw as
        select u.framework, d.run, u.unit_code, u.period, d.score, d.rank, d.unit_id
        from draw_score as d
        inner join draw_unit as u on d.unit_id = u.unit_id
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
    columns = {
        "run": pa.array(run),
        "unit_id": pa.array(unit),
        "score": pa.array(score, mask=is_unscored),
        "rank": pa.array(np.where(is_unranked, 0, rank).astype(np.int32), mask=is_unranked),
    }
    connection.register("rows_drawn", pa.table(columns))
    connection.execute("insert into draw_score from rows_drawn")
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
        return scratch.view("int_index_draw").to_arrow_table()
