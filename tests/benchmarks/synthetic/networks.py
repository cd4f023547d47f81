"""Networks of synthetic places: links by gravity between points of a plane, in whole numbers, by seed."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from flows.networking.measures import Matrix, Network

SEED = 300
SIDE_KM, NEAREST_KM = 1500, 20
MEASURE = "co_invention"
FIRST_YEAR = 2001


def codes_of(places: int) -> tuple[str, ...]:
    """Codes that no real place has."""
    return tuple(f"9{n:05}" for n in range(places))


def values_of(places: int, years: int, is_directed: bool) -> Matrix:
    """Links of each year, years × places × places: one of at least 1 for every pair."""
    rng = np.random.default_rng(SEED)
    x, y = rng.uniform(0, SIDE_KM, (2, places))
    mass = np.exp(rng.normal(0, 1.2, places))
    km = np.hypot(x[:, None] - x, y[:, None] - y) + NEAREST_KM
    gravity = 1e6 * np.outer(mass, mass) / km**2
    values: Matrix = np.ceil(gravity * np.exp(rng.normal(0, 0.7, (years, places, places))))
    for year in values:
        np.fill_diagonal(year, 0)
    return values if is_directed else np.triu(values)


def networks_of(places: int, years: int, is_directed: bool) -> list[Network]:
    return [Network(is_directed, codes_of(places), one) for one in values_of(places, years, is_directed)]


def matrix_of(
    connection: duckdb.DuckDBPyConnection, places: int, years: int, is_directed: bool
) -> duckdb.DuckDBPyRelation:
    """Table synthetic_matrix in the shape of mart_link_matrix: each year in full and fractional counting."""
    values = values_of(places, years, is_directed)
    year, start, end = np.nonzero(values)
    codes = pa.array(codes_of(places))
    links = pa.table(
        {
            "year": (year + FIRST_YEAR).astype(np.int32),
            "from_place_code": codes.take(pa.array(start)),
            "to_place_code": codes.take(pa.array(end)),
            "value": values[year, start, end],
        }
    )
    connection.register("links", links)
    connection.execute(f"""
        create or replace table synthetic_matrix as
        select
            '{MEASURE}' as measure, year, 'observed' as value_kind, counting, 'events' as method,
            {is_directed} as is_directed, from_place_code, to_place_code,
            case counting when 'full' then value else round(0.6 * value, 12) end as value, value as links
        from links, (values ('full'), ('fractional')) as c (counting)
        order by counting, year, from_place_code, to_place_code
    """)
    connection.unregister("links")
    return connection.table("synthetic_matrix")
