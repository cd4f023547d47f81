"""How long the SQL endpoint takes for what the file itself would answer: alone, and fifty clients at once.

Like with like: each client is a process, as clients are, that has the file open in its own DuckDB, or a connection
of psycopg open to the endpoint, and reads all that it is answered. Medians of rounds in turn.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import Any

import duckdb
import psycopg

from flows.release.current import require_release
from flows.server import free_port
from flows.settings import ROOT, paths

CLIENTS, ASKED, ROUNDS = 50, 10, 5
TOKEN = "token-of-the-benchmark"
QUERIES = {
    "one figure": "select value from marts.fct_indicator "
    "where place_code = '320500' and indicator_code = 'gdp' and year = 2022",
    "a mart": "select * from marts.mart_corridor where indicator_code = 'gdp' order by year",
    "a join and a window": """
        select p.name_zh, f.year, f.value, rank() over (partition by f.year order by f.value desc)
        from marts.fct_indicator as f inner join marts.dim_place as p on f.place_code = p.place_code
        where f.indicator_code = 'gdp' and p.is_member order by 2, 4
    """,
    "3,707 rows of 33 columns": "select * from marts.fct_observation",
}


@contextmanager
def endpoint(port: int) -> Any:
    told = json.dumps({"warehouse": str(paths().warehouse), "host": "127.0.0.1", "port": port})
    command = [sys.executable, "-m", "flows.sql_endpoint", told]
    env = {**os.environ, "G60_SQL_TOKEN": TOKEN}
    process = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                client(port).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def client(port: int) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host="127.0.0.1", port=port, user="g60", password=TOKEN, dbname="g60", autocommit=True
    )


def ask_often(way: str, target: str, sql: str, start: Any, told: Any) -> None:
    """A client of its own: it opens what it asks, waits for the others, asks, and tells when it was done."""
    if way == "file":
        asked: Any = duckdb.connect(target, read_only=True)
    else:
        asked = client(int(target))
    asked.execute(sql).fetchall()
    start.wait()
    began = time.perf_counter()
    for _ in range(ASKED):
        asked.execute(sql).fetchall()
    told.put((began, time.perf_counter()))
    asked.close()


def crowd(way: str, target: str, sql: str, clients: int) -> float:
    """Milliseconds a question from the first of all to the last answer, clients being processes."""
    context = multiprocessing.get_context("fork")
    start, told = context.Barrier(clients), context.Queue()
    processes = [
        context.Process(target=ask_often, args=(way, target, sql, start, told)) for _ in range(clients)
    ]
    for process in processes:
        process.start()
    spans = [told.get() for _ in processes]
    for process in processes:
        process.join()
    took = max(end for _, end in spans) - min(began for began, _ in spans)
    return 1000 * took / (ASKED * clients)


def main() -> None:
    database = str(require_release(paths()).database)
    port = free_port()
    with endpoint(port):
        print("| query | clients | file, ms | endpoint, ms | ratio | goal |")
        print("|---|---|---|---|---|---|")
        for name, sql in QUERIES.items():
            for number in (1, CLIENTS):
                rounds = [
                    (crowd("file", database, sql, number), crowd("endpoint", str(port), sql, number))
                    for _ in range(ROUNDS)
                ]
                direct, asked = (statistics.median(one) for one in zip(*rounds, strict=True))
                goal = "< 1.5" if number == CLIENTS else ""
                print(f"| {name} | {number} | {direct:.2f} | {asked:.2f} | {asked / direct:.2f} | {goal} |")


if __name__ == "__main__":
    main()
