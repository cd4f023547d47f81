"""Measures of dense networks of places: seconds and memory, beside networkx and by the number of places.

    python -m tests.benchmarks.networks [sides | networks | growth]

All networks are synthetic. `sides` measures one network of 300 places, 44,850 pairs, with directions and
without, by networkx and by matrices. `networks` takes 24 years × 2 countings of them from the table of links
to the table of measures. `growth` tells the same of one year and counting, without directions, from 100 to
600 places, as JSON lines.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import networkx as nx
import numpy as np

from flows.networking.measures import Network, measure
from flows.networking.tables import network_measures
from tests.benchmarks.measuring import Case, Measured, here, run, side_by_side
from tests.benchmarks.synthetic.networks import matrix_of, networks_of

MODULE = "tests.benchmarks.networks"
PLACES, YEARS = 300, 24
GROWTH = (100, 200, 300, 600)
DIRECTIONS = {"undirected": False, "directed": True}
GOAL_SECONDS, GOAL_MEGABYTES = 60, 1000


def timed(work: Callable[[], Any], **told: object) -> dict[str, Any]:
    """Seconds by the wall and of the processor, without what was made ready before."""
    began, spent = time.monotonic(), time.process_time()
    work()
    return {"seconds": time.monotonic() - began, "cpu": time.process_time() - spent, **told}


def by_networkx(network: Network) -> None:
    """The measures of one network by networkx."""
    graphs = []
    for graph in (nx.DiGraph(), nx.Graph()):
        values = network.values + network.values.T if not graph.is_directed() else network.values
        is_link = (values > 0) if graph.is_directed() else np.triu(values) > 0
        mean = values[is_link].mean()
        for a, b in zip(*np.nonzero(is_link), strict=True):
            graph.add_edge(int(a), int(b), weight=float(values[a, b]), length=float(mean / values[a, b]))
        graphs.append(graph)
    directed, plain = graphs
    nx.betweenness_centrality(directed if network.is_directed else plain, weight="length")
    nx.closeness_centrality(plain, distance="length")
    np.linalg.eigh(nx.to_numpy_array(plain, weight="weight"))
    parts = nx.community.greedy_modularity_communities(plain, weight="weight")
    nx.community.modularity(plain, parts, weight="weight")


def one(way: Callable[[Network], object], direction: str) -> dict[str, Any]:
    [network] = networks_of(PLACES, 1, DIRECTIONS[direction])
    return timed(lambda: way(network))


def make(database: str, places: str, years: str, direction: str) -> None:
    with duckdb.connect(database) as connection:
        matrix_of(connection, int(places), int(years), DIRECTIONS[direction])


def table(database: str) -> dict[str, Any]:
    """From the table of links to that of measures, on one thread of DuckDB as in a refresh."""
    with duckdb.connect(database, read_only=True, config={"threads": 1}) as connection:
        matrix = connection.table("synthetic_matrix")
        [(links,)] = matrix.aggregate("count(*)").fetchall()
        return timed(lambda: network_measures(matrix), links=links)


def from_file(places: int, years: int, direction: str) -> Measured:
    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "synthetic.duckdb"
        run(MODULE, "make", database, places, years, direction)
        return run(MODULE, "table", database)


CASES: dict[str, Case] = {
    "networkx": lambda direction: one(by_networkx, direction),
    "matrices": lambda direction: one(measure, direction),
    "make": make,
    "table": table,
}


def shown(done: Measured) -> str:
    return f"{done.seconds:>9.2f} s{done.told['cpu']:>9.2f} s CPU{done.megabytes:>8.0f} MB"


def sides() -> None:
    for direction in DIRECTIONS:
        found = side_by_side(MODULE, ("networkx", "matrices"), direction, times=1)
        for name, done in found.items():
            print(f"one {direction} network of {PLACES} places, {name:<10}{shown(done)}", flush=True)
        print(
            f"  matrices take {found['matrices'].told['cpu'] / found['networkx'].told['cpu']:.4f} of the CPU"
        )


def networks() -> None:
    for direction in DIRECTIONS:
        done = from_file(PLACES, YEARS, direction)
        met = done.told["cpu"] <= GOAL_SECONDS and done.megabytes <= GOAL_MEGABYTES
        print(
            f"{2 * YEARS} {direction} networks, {done.told['links']:,} links {shown(done)}  "
            f"{'met' if met else 'MISSED'}: {GOAL_SECONDS} s of one core, {GOAL_MEGABYTES} MB",
            flush=True,
        )


def growth() -> None:
    for places in GROWTH:
        done = from_file(places, 1, "undirected")
        line = {"work": "network measures", "size": done.told["links"], "seconds": done.seconds}
        told = {"megabytes": done.megabytes, "cpu_seconds": done.told["cpu"]}
        print(json.dumps({**line, **told}), flush=True)


PARTS = {"sides": sides, "networks": networks, "growth": growth}


def main() -> None:
    if here(CASES):
        return
    # As the process of dbt has it.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name in sys.argv[1:] or ("sides", "networks"):
        PARTS[name]()


if __name__ == "__main__":
    main()
