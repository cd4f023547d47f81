"""Networks out of the matrix of links, as the Python model of dbt reads them."""

from __future__ import annotations

import duckdb
import pytest

import flows.networking.tables as tables
from flows.networking.measures import Network, measure

ROWS = """
    select 'co_invention' as measure, 2022 as year, 'observed' as value_kind, counting, false as is_directed,
        a as from_place_code, b as to_place_code, value * share as value
    from (values ('A', 'B', 5.0), ('A', 'C', 3.0), ('B', 'C', 3.0), ('C', 'D', 4.0)) as l (a, b, value),
        (values ('full', 1.0), ('fractional', 0.5)) as c (counting, share)
    union all
    select 'talent_move', y, 'observed', 'full', true, a, b, value
    from (values (2021, 'B', 'A', 5.0), (2022, 'B', 'A', 5.0), (2022, 'A', 'B', 2.0), (2022, 'E', 'B', 1.0))
        as t (y, a, b, value)
"""
KITE = {("A", "B"): 5.0, ("A", "C"): 3.0, ("B", "C"): 3.0, ("C", "D"): 4.0}


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_every_network_has_its_own_links_wherever_the_stream_is_cut(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(tables, "BATCH", batch)
    found = {key: measure(network) for key, network in tables.networks_of(connection.sql(ROWS))}
    assert found == {
        ("co_invention", 2022, "observed", "fractional"): measure(
            Network.of(False, {pair: value / 2 for pair, value in KITE.items()})
        ),
        ("co_invention", 2022, "observed", "full"): measure(Network.of(False, KITE)),
        ("talent_move", 2021, "observed", "full"): measure(Network.of(True, {("B", "A"): 5.0})),
        ("talent_move", 2022, "observed", "full"): measure(
            Network.of(True, {("B", "A"): 5.0, ("A", "B"): 2.0, ("E", "B"): 1.0})
        ),
    }


def test_the_table_of_measures_does_not_hang_on_the_order_of_rows(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = tables.network_measures(connection.sql(ROWS))
    assert found.num_rows == 4 + 4 + 2 + 3
    backwards = connection.sql(f"from ({ROWS}) order by value desc, from_place_code desc, counting")
    assert tables.network_measures(backwards).equals(found)


def test_a_matrix_without_links_has_no_networks(connection: duckdb.DuckDBPyConnection) -> None:
    none = connection.sql(f"from ({ROWS}) where false")
    assert tables.network_measures(none).num_rows == 0
