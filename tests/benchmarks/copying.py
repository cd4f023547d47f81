"""How long copies into PostgreSQL and a DuckLake take, for one synthetic mart of a million rows.

    python -m tests.benchmarks.copying [ROWS]

The first copy stands beside what one would do by hand: a CSV file, COPY, and the same key made afterwards.
Then come copies of releases of which nothing, a hundredth of the rows and every row differs. The server is
the benchmark's own, with fsync off. Told are the middle of three runs and the peak memory of our process.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from rich.console import Console

from flows.copying.copy import copy
from flows.copying.target import read_target
from flows.release.current import point_at
from flows.settings import paths
from flows.terminal import print_table
from tests.benchmarks.measuring import Case, Measured, here, medians, run
from tests.postgres import postgres_server

MODULE, SCHEMA, ROUNDS = "tests.benchmarks.copying", "bench", 3
KEY = ["place_code", "indicator_code", "period"]
# By the release that each makes: what differs from the first.
CHANGES = {
    "nothing": "",
    "a hundredth": "update marts.mart_synthetic set value = value + 1 where hash(cell_address) % 100 = 0",
    "every row": "update marts.mart_synthetic set value = value + 1",
}
MART = """
    create schema marts; create schema meta;
    create table meta.release as select '{name}' as release_id;
    create table meta.key as select 'mart_synthetic' as table_name, {key} as columns;
    create table marts.mart_synthetic as
    select
        (310000 + i % 3000)::varchar as place_code, 'indicator_' || (i // 3000 % 20) as indicator_code,
        (2000 + i // 60000)::varchar as period, (i * 7919 % 100003) / 7.0 as value, i / 3.0 as value_low,
        i / 2.0 as value_high, '亿元' as unit, 'exact' as qualifier, 'd-' || (i % 5000) as document_id,
        date '2020-01-01' + (i % 1000)::int as vintage_date, 'indicators.csv#D' || i as cell_address
    from range({rows}) as t (i)
"""


def release(warehouse: Path, name: str, change: str, rows: int) -> None:
    folder = paths(None, warehouse).releases / "synthetic"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "g60.duckdb")) as connection:
        connection.execute(MART.format(name=name, key=KEY, rows=rows))
        if change:
            connection.execute(change)
    (folder / "manifest.json").write_text(json.dumps({"release_id": name}), encoding="utf-8")
    point_at(paths(None, warehouse), folder)


def by_copy(target: str, warehouse: str, data: str = "") -> dict[str, Any]:
    folder = Path(data) if data else None
    copied = copy(paths(None, Path(warehouse)), read_target(target), SCHEMA, folder, True, lambda *_: None)
    return {"rows": copied.rows}


def by_hand(target: str, warehouse: str) -> None:
    """A CSV file of the mart, COPY, and the key."""
    file = Path(warehouse) / "mart.csv"
    with duckdb.connect(str(paths(None, Path(warehouse)).current), read_only=True) as connection:
        connection.execute(f"copy marts.mart_synthetic to '{file}'")
    with psycopg.connect(target) as client, client.cursor() as cursor:
        cursor.execute(f"create schema {SCHEMA}".encode())
        cursor.execute(
            f"""create table {SCHEMA}.mart_synthetic (place_code text, indicator_code text, period text,
            value float8, value_low float8, value_high float8, unit text, qualifier text, document_id text,
            vintage_date date, cell_address text)""".encode()
        )
        with (
            file.open("rb") as lines,
            cursor.copy(f"copy {SCHEMA}.mart_synthetic from stdin (format csv, header)".encode()) as into,
        ):
            while piece := lines.read(1 << 20):
                into.write(piece)
        cursor.execute(f"alter table {SCHEMA}.mart_synthetic add primary key ({', '.join(KEY)})".encode())
    file.unlink()


CASES: dict[str, Case] = {"copy": by_copy, "by hand": by_hand}


def clear(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as client:
        client.execute(f"drop schema if exists {SCHEMA} cascade".encode())


def measure(server: str, folder: Path) -> dict[str, Measured]:
    runs: dict[str, list[Measured]] = {}
    first = folder / "nothing"
    for number in range(ROUNDS):
        clear(server)
        runs.setdefault("by hand: CSV and COPY", []).append(run(MODULE, "by hand", server, first))
        clear(server)
        runs.setdefault("first copy", []).append(run(MODULE, "copy", server, first))
        for name in CHANGES:
            runs.setdefault(f"{name} differs", []).append(run(MODULE, "copy", server, folder / name))
        lake, data = f"ducklake:{folder}/{number}.ducklake", folder / f"lake-{number}"
        runs.setdefault("DuckLake: first copy", []).append(run(MODULE, "copy", lake, first, data))
        for name in CHANGES:
            case = f"DuckLake: {name} differs"
            runs.setdefault(case, []).append(run(MODULE, "copy", lake, folder / name, data))
        shutil.rmtree(data)
    return {name: medians(done) for name, done in runs.items()}


def main() -> None:
    if here(CASES):
        return
    rows = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    folder = Path(tempfile.mkdtemp(prefix="g60_copying_"))
    try:
        for name, change in CHANGES.items():
            release(folder / name, name.replace(" ", "-"), change, rows)
        with postgres_server() as server:
            if server is None:
                sys.exit("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
            measured = measure(server, folder)
    finally:
        shutil.rmtree(folder)
    table = [
        (name, f"{one.seconds:.2f}", f"{rows / one.seconds:,.0f}", f"{one.megabytes:.0f}")
        for name, one in measured.items()
    ]
    print_table(Console(), ("work", "s", "rows/s", "peak MB"), table, f"{rows:,} synthetic rows, 11 columns")


if __name__ == "__main__":
    main()
