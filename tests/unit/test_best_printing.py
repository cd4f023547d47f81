"""The best printing of a cell: the macro beside the rule as one would say it, on synthetic printings."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.benchmarks.observations import best_printing
from tests.benchmarks.synthetic import observations

# The rule row by row, as slow as it is plain: two windows over each cell.
RULE = """
    select
        * exclude (first),
        not is_dropped and row_number() over (
            partition by place_code, indicator_code, period
            order by
                is_dropped,
                (
                    is_bound = first.is_bound and origin = first.origin
                    and is_known_fault = first.is_known_fault and is_forecast = first.is_forecast
                    and status_rank = first.status_rank
                    and closed_low <= first.closed_high and closed_high >= first.closed_low
                ) desc,
                precision_width, vintage_date desc nulls last, cell_address
        ) = 1 as is_best
    from (
        select
            *,
            first(standing) over (
                partition by place_code, indicator_code, period
                order by
                    is_dropped, is_known_fault, is_forecast, is_bound, origin = 'derived', status_rank,
                    vintage_date desc nulls last, precision_width, cell_address
                rows between unbounded preceding and unbounded following
            ) as first
        from (
            select
                *,
                qualifier in ('at_least', 'at_most') as is_bound,
                greatest(closed_high - closed_low, 1e-6 * abs(value)) as precision_width
            from printing
        ) as standing
    )
"""


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        # Few indicators, so that many printings fall on one cell; one in fifty without a date.
        connection.execute(f"""
            create table printing as
            select * replace (case when hash(cell_address) % 50 > 0 then vintage_date end as vintage_date)
            from ({observations.query(40_000, 7)})
        """)
        connection.execute(f"create table expected as {RULE}")
        yield connection


@pytest.mark.parametrize("threads", [1, 4])
def test_the_macro_marks_what_the_rule_marks(database: duckdb.DuckDBPyConnection, threads: int) -> None:
    database.execute(f"set threads = {threads}")
    database.execute(f"create or replace table marked as {best_printing('printing')}")
    both = "count(*), count(*) filter (where is_best)"
    rows, best = database.sql(f"select {both} from marked").fetchall()[0]
    assert (rows, best) == database.sql(f"select {both} from expected").fetchall()[0]
    assert rows == 40_000 and best > 5_000
    assert database.sql("from marked except all from expected").fetchall() == []


def test_the_order_of_rows_changes_nothing(database: duckdb.DuckDBPyConnection) -> None:
    shuffled = "(select * from printing order by hash(cell_address, value))"
    database.execute(f"create or replace table shuffled as {best_printing(shuffled)}")
    assert database.sql("from shuffled except all from expected").fetchall() == []


def test_printings_that_differ_in_their_address_alone_give_the_first_address(
    database: duckdb.DuckDBPyConnection,
) -> None:
    copies = "select * replace (cell_address || 'b' as cell_address) from printing"
    twice = f"({copies} union all select * from printing)"
    found = database.sql(f"""
        select count(*) filter (where cell_address like '%b'), count(*)
        from ({best_printing(twice)}) where is_best
    """).fetchall()
    assert found == [(0, database.sql("select count(*) from expected where is_best").fetchall()[0][0])]


def test_synthetic_observations_are_the_same_in_every_drawing_and_have_one_row_a_key(
    database: duckdb.DuckDBPyConnection,
) -> None:
    database.execute("set threads = 3")
    again = f"({observations.query(40_000, 7)})"
    key = "place_code, indicator_code, period, cell_address"
    found = database.sql(f"""
        select count(*), count(distinct ({key})), count(distinct (place_code, indicator_code, period)),
            sum(hash(x)) = (select sum(hash(y)) from {again} as y)
        from {again} as x
    """).fetchall()
    [(rows, keys, cells, is_same)] = found
    assert rows == keys == 40_000
    assert 4.5 < rows / cells < 5.5
    assert is_same
