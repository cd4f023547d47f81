"""How long the SQL endpoint takes beside the file itself, for the same queries of the current release.

    python -m tests.benchmarks.endpoint [WAREHOUSE]

Two ways to hold the file: opened anew for every question, as a script or `g60 query` does, and kept open.
Beside each, the endpoint with a connection made anew and one kept. Then fifty clients at once, each a process
with its libraries loaded, which opens or connects and asks so many times; told are the seconds until all are
through. Every figure is the middle of several rounds, file and endpoint in turns, and includes that the rows
are in Python's hands. The connection is in the clear on loopback, the client is psycopg.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

import duckdb
import psycopg

from flows.server import free_port
from flows.settings import ROOT, paths

CLIENTS, ASKS, ROUNDS = 50, 10, 7
GOAL = 1.5
QUERIES = {
    "one mart, 9 to 90 rows": """
        select * from marts.mart_collaborative_innovation_index where year = 2022
    """,
    "an aggregate over facts": """
        select indicator_code, count(*), avg(value), max(value_high) from marts.fct_indicator group by all
    """,
    "4000 rows of 16 columns": "select * from marts.fct_indicator limit 4000",
    "100,000 rows": """
        select i, i::varchar as s, i * 1.5 as f, i % 7 = 0 as b, date '2000-01-01' + (i % 1000)::int as d
        from range(100_000) as t (i)
    """,
}
Ask = Callable[[str], object]


def ask_file(database: str) -> tuple[Ask, Ask]:
    """Asking with the file opened anew, and with it kept open."""
    held: list[duckdb.DuckDBPyConnection] = []

    def anew(sql: str) -> object:
        with duckdb.connect(database, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def kept(sql: str) -> object:
        if not held:
            held.append(duckdb.connect(database, read_only=True))
        return held[0].execute(sql).fetchall()

    return anew, kept


def ask_endpoint(address: str) -> tuple[Ask, Ask]:
    held: list[psycopg.Connection] = []

    def anew(sql: str) -> object:
        with psycopg.connect(address, autocommit=True) as connection:
            return connection.execute(sql.encode()).fetchall()

    def kept(sql: str) -> object:
        if not held:
            held.append(psycopg.connect(address, autocommit=True))
        return held[0].execute(sql.encode()).fetchall()

    return anew, kept


def seconds(ask: Ask, sql: str) -> float:
    began = time.perf_counter()
    ask(sql)
    return time.perf_counter() - began


def alone(database: str, address: str, sql: str, is_kept: bool) -> list[float]:
    """The middle of the seconds of each way to ask, in turns: the file, the endpoint anew, the endpoint kept.

    In a process of its own: DuckDB shares what one process has open already.
    """
    (file_anew, file_kept), (anew, kept) = ask_file(database), ask_endpoint(address)
    asks = [file_kept if is_kept else file_anew, anew, kept]
    for ask in asks:
        ask(sql)
    found = [[seconds(ask, sql) for ask in asks] for _ in range(15)]
    return [statistics.median(column) for column in zip(*found, strict=True)]


def one_of_many(ask: Ask, sql: str, start: Barrier) -> None:
    start.wait()
    for _ in range(ASKS):
        ask(sql)
    # Without the long goodbyes of libraries, which are no part of an answer.
    os._exit(0)


def together(ask: Ask, sql: str) -> float:
    """Seconds until fifty clients have asked ten times each."""
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(CLIENTS + 1)
    clients = [fork.Process(target=one_of_many, args=(ask, sql, start)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    start.wait()
    began = time.perf_counter()
    for client in clients:
        client.join()
    if any(client.exitcode for client in clients):
        raise RuntimeError("a client failed")
    return time.perf_counter() - began


@contextmanager
def endpoint(warehouse: Path, **limits: float) -> Iterator[str]:
    """An endpoint of our own on loopback. Gives its address, token included."""
    port, token = free_port(), "a token for this benchmark only"
    said = json.dumps({"warehouse": str(warehouse), "port": port, "limits": limits})
    command = [sys.executable, "-m", "flows.sql_endpoint", said]
    env = {**os.environ, "G60_SQL_TOKEN": token}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE)
    assert process.stderr
    process.stderr.readline()
    try:
        yield f"host=127.0.0.1 port={port} user=bench dbname=g60 password='{token}'"
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    where = paths(None, Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    database = str(where.current.resolve())
    print(f"{'':<32}{'file ms':>10}{'endpoint ms':>13}{'ratio':>8}  goal {GOAL}")

    def tell(name: str, file: float, served: float, scale: float = 1000) -> None:
        met = "met" if served / file < GOAL else "MISSED"
        print(
            f"{name:<32}{file * scale:>10.2f}{served * scale:>13.2f}{served / file:>8.2f}  {met}", flush=True
        )

    fork = multiprocessing.get_context("fork")
    with endpoint(where.warehouse) as address:
        for name, sql in QUERIES.items():
            print(name)
            with fork.Pool(1, maxtasksperchild=1) as pool:
                cold, anew, kept = pool.apply(alone, (database, address, sql, False))
                tell("  opened, connected anew", cold, anew)
                tell("  opened anew, connection kept", cold, kept)
                warm, _, kept = pool.apply(alone, (database, address, sql, True))
                tell("  both kept open", warm, kept)
            if "100,000" not in name:
                rounds = [
                    [together(ask_file(database)[1], sql), together(ask_endpoint(address)[1], sql)]
                    for _ in range(ROUNDS)
                ]
                many = [statistics.median(column) for column in zip(*rounds, strict=True)]
                tell(f"  {CLIENTS} at once, {ASKS} times", many[0], many[1])
                ratios = sorted(served / file for file, served in rounds)
                print(f"{'':<55}{ratios[0]:>8.2f} to {ratios[-1]:.2f} by round", flush=True)


if __name__ == "__main__":
    main()
