"""The best value of every place, indicator and period as of a day, on synthetic observations of any size.

    python -m tests.benchmarks.observations [compare [rows [times]] | large [rows] | growth]

- `compare`: DuckDB with the text of the project's macro best_printing, beside polars and pandas with the same
  rule: the order within a cell, its leader, the agreement of intervals, precision. One Parquet file in, one
  out, and rows in which an answer differs are told. Goals: at most 0.8 of the seconds of polars, 0.1 of those
  of pandas.
- `large`: a hundred million rows within 3 GB, in slices of the places, one after the other.
- `growth`: four sizes, a JSON line each.

DuckDB has two threads here; the project builds with one, so that sums of floats have one order. Picking rows
sums nothing, and ties end with the address, so that threads change no answer.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from flows.modelling.rendering import render
from flows.settings import ROOT
from tests.benchmarks.measuring import Case, here, run, side_by_side
from tests.benchmarks.synthetic import observations

MACROS = ("dialect", "dialect_lists", "best_printing")
MODULE = "tests.benchmarks.observations"
DAY = "2022-12-31"
CELL = ["place_code", "indicator_code", "period"]
ANSWER = [
    *CELL, "period_end", "value", "value_low", "value_high", "closed_low", "closed_high", "unit", "qualifier",
    "status", "vintage_date", "document_id", "cell_address",
]  # fmt: skip
ASKED = [*ANSWER, "status_rank", "origin", "is_known_fault", "is_forecast", "is_dropped"]
GOALS = {"polars": 0.8, "pandas": 0.1}
SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000)
MEMORY, SLICES = "3GB", 10


def best_printing(vintages: str) -> str:
    """SQL of the macro of the same name over a relation, as dbt compiles it for DuckDB."""
    return render(f"{{{{ best_printing({vintages!r}) }}}}", ROOT / "dbt_project", MACROS)


def connect(scratch: str) -> duckdb.DuckDBPyConnection:
    settings: dict[str, Any] = {"threads": 2, "memory_limit": MEMORY, "temp_directory": scratch}
    connection = duckdb.connect(config=settings)
    connection.execute("set preserve_insertion_order = false")
    return connection


def answer_in(folder: str, engine: str) -> Path:
    answer = Path(folder) / engine
    answer.mkdir(exist_ok=True)
    return answer


def with_duckdb(source: str, folder: str, slices: str = "1") -> Mapping[str, Any]:
    """Write the answer, one slice of the places after another: no cell is in two of them."""
    answer = answer_in(folder, "duckdb")
    with tempfile.TemporaryDirectory(dir=folder) as scratch, connect(scratch) as connection:
        parts = [""]
        if int(slices) > 1:
            # Ranges: where a file lies in the order of places, a slice reads its own part only.
            ranges = connection.execute(f"""
                select min(place_code), max(place_code)
                from (
                    select place_code, ntile({slices}) over (order by place_code) as slice
                    from (select distinct place_code from '{source}') as p
                ) as t
                group by slice
                order by slice
            """).fetchall()
            parts = [f" and place_code between '{first}' and '{last}'" for first, last in ranges]
        for number, part in enumerate(parts):
            known = f"(select {', '.join(ASKED)} from '{source}' where vintage_date <= date '{DAY}'{part})"
            query = f"select {', '.join(ANSWER)} from ({best_printing(known)}) as b where is_best"
            connection.execute(f"copy ({query}) to '{answer}/{number}.parquet' (format parquet)")
    return {"bytes": sum(file.stat().st_size for file in answer.glob("*.parquet"))}


def with_polars(source: str, folder: str) -> None:
    """The quickest of seven ways tried: narrow rows sorted, leaders joined back, those that agree sorted."""
    import polars as pl

    answer = answer_in(folder, "polars")
    c = pl.col
    bound = c("qualifier").is_in(["at_least", "at_most"])
    known = (
        pl.scan_parquet(source)
        .filter((c("vintage_date") <= pl.lit(DAY).str.to_date()) & ~c("is_dropped"))
        .with_columns(
            standing=1000 * c("is_known_fault").cast(pl.Int32)
            + 400 * c("is_forecast").cast(pl.Int32)
            + 200 * bound.cast(pl.Int32)
            + 100 * (c("origin") == "derived").cast(pl.Int32)
            + c("status_rank"),
            age=-c("vintage_date").cast(pl.Int32),
            width=pl.max_horizontal(c("closed_high") - c("closed_low"), 1e-6 * c("value").abs()),
        )
        .select([*ANSWER, "standing", "age", "width"])
    )
    leader = (
        known.select([*CELL, "standing", "age", "width", "cell_address", "closed_low", "closed_high"])
        .sort([*CELL, "standing", "age", "width", "cell_address"])
        .unique(subset=CELL, keep="first")
        .select(*CELL, leader_standing="standing", leader_low="closed_low", leader_high="closed_high")
    )
    agrees = (
        (c("standing") == c("leader_standing"))
        & (c("closed_low") <= c("leader_high"))
        & (c("closed_high") >= c("leader_low"))
    )
    best = (
        known.join(leader, on=CELL)
        .filter(agrees)
        .sort([*CELL, "width", "age", "cell_address"])
        .unique(subset=CELL, keep="first")
    )
    best.select(ANSWER).sink_parquet(f"{answer}/0.parquet")


def with_pandas(source: str, folder: str) -> None:
    """Cells by number, since sorting by three columns of text takes longer still."""
    import numpy as np
    import pandas as pd

    answer = answer_in(folder, "pandas")
    known = pd.read_parquet(
        source,
        columns=ASKED,
        filters=[("vintage_date", "<=", pd.Timestamp(DAY).date()), ("is_dropped", "==", False)],
    )
    known["standing"] = (
        1000 * known["is_known_fault"].astype("int32")
        + 400 * known["is_forecast"].astype("int32")
        + 200 * known["qualifier"].isin(["at_least", "at_most"]).astype("int32")
        + 100 * (known["origin"] == "derived").astype("int32")
        + known["status_rank"]
    )
    known["age"] = -pd.to_datetime(known["vintage_date"]).astype("int64")
    known["width"] = np.maximum(known["closed_high"] - known["closed_low"], 1e-6 * known["value"].abs())
    number = np.zeros(len(known), dtype="int64")
    for column in CELL:
        codes, values = pd.factorize(known[column])
        number = number * len(values) + codes
    known["cell"] = number
    leader = known.sort_values(["cell", "standing", "age", "width", "cell_address"]).drop_duplicates("cell")
    leader = leader[["cell", "standing", "closed_low", "closed_high"]]
    led = known.merge(leader, on="cell", suffixes=("", "_led"))
    agrees = (
        (led["standing"] == led["standing_led"])
        & (led["closed_low"] <= led["closed_high_led"])
        & (led["closed_high"] >= led["closed_low_led"])
    )
    best = led[agrees].sort_values(["cell", "width", "age", "cell_address"]).drop_duplicates("cell")
    best[ANSWER].to_parquet(f"{answer}/0.parquet")


CASES: dict[str, Case] = {"duckdb": with_duckdb, "polars": with_polars, "pandas": with_pandas}


def source_of(folder: Path, rows: int) -> Path:
    file = folder / f"synthetic_{rows}.parquet"
    if not file.exists():
        observations.write(file, rows)
    return file


def differences(first: Path, second: Path) -> int:
    """Rows of one answer that the other lacks, either way."""
    one, other = (f"(select {', '.join(ANSWER)} from '{folder}/*.parquet')" for folder in (first, second))
    found = duckdb.sql(f"""
        select count(*)
        from ((from {one} except all from {other}) union all (from {other} except all from {one}))
    """).fetchone()
    return int(found[0]) if found else 0


def compare(folder: Path, rows: int, times: int) -> None:
    source = source_of(folder, rows)
    runs = side_by_side(MODULE, CASES, source, folder, times=times)
    print(f"{'best value of':<16}{rows:>12,} rows{'seconds':>9}{'peak MB':>9}{'ratio':>7}  goal")
    for name, measured in runs.items():
        ratio = runs["duckdb"].seconds / measured.seconds
        goal = GOALS.get(name)
        told = f"{'met' if ratio <= goal else 'MISSED'}: {goal:g}" if goal else ""
        unequal = differences(folder / "duckdb", folder / name)
        told += f"; {unequal} rows differ" if unequal else ""
        print(
            f"{name:<33}{measured.seconds:>9.1f}{measured.megabytes:>9.0f}{ratio:>7.2f}  {told}", flush=True
        )


def large(folder: Path, rows: int) -> None:
    measured = run(MODULE, "duckdb", source_of(folder, rows), folder, SLICES)
    print(
        f"best value of {rows:,} rows in {MEMORY}: {measured.seconds:.0f} s, peak {measured.megabytes:.0f} MB"
    )


def growth(folder: Path) -> None:
    for rows in SIZES:
        source = source_of(folder, rows)
        measured = run(MODULE, "duckdb", source, folder, max(1, rows // 10_000_000))
        told = {"work": "best value", "size": rows, "seconds": round(measured.seconds, 2)}
        told |= {"megabytes": round(measured.megabytes), "bytes": source.stat().st_size}
        print(json.dumps(told), flush=True)
        source.unlink()


def main() -> None:
    if here(CASES):
        return
    what, *more = sys.argv[1:] or ["compare"]
    numbers = [int(float(one)) for one in more]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if what == "growth":
            growth(folder)
        elif what == "large":
            large(folder, *numbers or [100_000_000])
        else:
            compare(folder, *[*numbers, *(10_000_000, 3)[len(numbers) :]])


if __name__ == "__main__":
    main()
