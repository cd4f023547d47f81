"""Between tables of the warehouse and networks: what the two Python models of dbt call.

Arrow tables go back to DuckDB, so that no model needs pandas.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.networking.fitting import Pair, Printed, allot
from flows.networking.measures import Network, measure

TEXT, WHOLE, REAL = pa.string(), pa.int32(), pa.float64()
FITTED = pa.schema(
    {
        "measure": TEXT,
        "period": TEXT,
        "year": WHOLE,
        "from_place_code": TEXT,
        "to_place_code": TEXT,
        "value": REAL,
        "value_low": REAL,
        "value_high": REAL,
        "margins": WHOLE,
        "rounds": WHOLE,
        "worst": REAL,
        "has_converged": pa.bool_(),
    }
)
# Links that are read at a time.
BATCH = 100_000
KEY = ("measure", "year", "value_kind", "counting")
MEASURED = pa.schema(
    {
        "measure": TEXT,
        "year": WHOLE,
        "value_kind": TEXT,
        "counting": TEXT,
        "place_code": TEXT,
        "betweenness": REAL,
        "closeness": REAL,
        "eigenvector": REAL,
        "community": WHOLE,
        "modularity": REAL,
    }
)


def table(rows: list[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def fitted_links(
    observed: duckdb.DuckDBPyRelation,
    measures: duckdb.DuckDBPyRelation,
    members: duckdb.DuckDBPyRelation,
    gravity: duckdb.DuckDBPyRelation,
) -> pa.Table:
    """Links that the printed totals between areas are split into; empty where none is printed."""
    is_directed = dict(measures.project("measure, is_directed").fetchall())
    area: dict[str, list[str]] = defaultdict(list)
    for code, place in members.filter("left_by is null").project("area_code, place_code").fetchall():
        area[code].append(place)
    by_year: dict[Pair, dict[int, float]] = defaultdict(dict)
    for a, b, year, value in gravity.project("from_place_code, to_place_code, year, value").fetchall():
        by_year[min(a, b), max(a, b)][year] = value
    printed = [
        Printed(measure, is_directed[measure], *rest)
        for measure, *rest in observed.filter("method = 'printed'")
        .project(
            "measure, period, year(period_end), from_place_code, to_place_code, value, value_low, value_high"
        )
        .order("all")
        .fetchall()
    ]
    return table([astuple(link) for link in allot(printed, area, by_year)], FITTED)


def network_of(is_directed: bool, links: pa.Table) -> Network:
    starts, ends = links["from_place_code"], links["to_place_code"]
    codes = sorted({*starts.unique().to_pylist(), *ends.unique().to_pylist()})
    numbers = [pc.index_in(column, pa.array(codes)).to_numpy().astype(np.intp) for column in (starts, ends)]
    return Network.numbered(is_directed, codes, numbers[0], numbers[1], links["value"].to_numpy())


def networks_of(matrix: duckdb.DuckDBPyRelation) -> Iterator[tuple[tuple[object, ...], Network]]:
    """The networks of the matrix by their keys, one after the other out of one stream of sorted links."""
    key_columns = ", ".join(KEY)
    numbered = matrix.aggregate(
        f"{key_columns}, any_value(is_directed) as is_directed, count(*) as links"
    ).project(f"*, row_number() over (order by {key_columns}) as network")
    # Sorted are a number and a link: the words of the key would take three times the memory.
    links_of = matrix.join(numbered.project(f"{key_columns}, network").set_alias("numbered"), key_columns)
    sorted_links = links_of.project("network, from_place_code, to_place_code, value").order("network")
    found = numbered.order("network").fetchall()
    stream = sorted_links.to_arrow_reader(BATCH)
    links = stream.schema.empty_table()
    for *key, is_directed, count, _ in found:
        while links.num_rows < count:
            links = pa.concat_tables([links, pa.Table.from_batches([stream.read_next_batch()])])
        yield tuple(key), network_of(is_directed, links.slice(0, count))
        links = links.slice(count)


def network_measures(matrix: duckdb.DuckDBPyRelation) -> pa.Table:
    """What each place is in each network of the matrix of links: a row a place."""
    rows: list[tuple[object, ...]] = []
    for key, network in networks_of(matrix):
        found = measure(network)
        rows.extend((*key, code, *astuple(node), found.modularity) for code, node in found.nodes.items())
    return table(rows, MEASURED)
