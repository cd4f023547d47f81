"""Between tables of the warehouse and networks: what the two Python models of dbt call.

Arrow tables go back to DuckDB, so that no model needs pandas.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple

import duckdb
import pyarrow as pa

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


def network_measures(matrix: duckdb.DuckDBPyRelation) -> pa.Table:
    """What each place is in each network of the matrix of links: a row a place."""
    networks: dict[tuple[object, ...], Network] = {}
    columns = ", ".join((*KEY, "is_directed", "from_place_code", "to_place_code", "value"))
    for *key, is_directed, from_code, to_code, value in matrix.project(columns).order("all").fetchall():
        network = networks.setdefault(tuple(key), Network(is_directed))
        network.links[from_code, to_code] = value
    rows: list[tuple[object, ...]] = []
    for of, network in networks.items():
        found = measure(network)
        for code, node in found.nodes.items():
            rows.append(
                (
                    *of,
                    code,
                    node.betweenness,
                    node.closeness,
                    node.eigenvector,
                    node.community,
                    found.modularity,
                )
            )
    return table(rows, MEASURED)
