"""Events at scale: how fast they are linked, landed and taken in anew, and in how much memory.

    python -m tests.benchmarks.events links [ROWS]      beside polars, pandas and Spark
    python -m tests.benchmarks.events larger [ROWS]     links of so many beside those of a fifth of them
    python -m tests.benchmarks.events growth [ROWS ...] landing and links by size, as lines of JSON
    python -m tests.benchmarks.events refresh [ROWS]    one new partition of a million beside all of them
    python -m tests.benchmarks.events killed [ROWS]     within 1 GB, killed half-way and gone on with

The data are synthetic (tests/benchmarks/synthetic/events.py): patents with the places of one to five
applicants among 300. `links` starts from staged events, a file a partition, the same for all engines, and
writes pair × year with full and fractional counts as Parquet; their sums are held against each other.
`refresh` times the step land with all that it writes; the models that follow cost the same after any change.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from flows.landing.land import land
from flows.landing.partitions import MACROS, PartitionReader, number_places, numbered
from flows.modelling.rendering import render
from flows.pipeline import Refresh
from flows.reporting.progress import Progress
from flows.settings import ROOT, Paths, limits
from tests.benchmarks.measuring import Case, Measured, here, medians, run, side_by_side
from tests.benchmarks.synthetic.events import (
    PLACES,
    patents,
    project_with_places,
    write_partition,
    write_set,
    year_of,
)

MODULE = "tests.benchmarks.events"
EACH = 1_000_000
HOME = Path(os.environ.get("G60_BENCHMARK_FOLDER", "/tmp")) / "g60-benchmark-events"
GOALS = {"polars": 0.8, "pandas": 0.1, "spark": 0.25}
PEAK = 700  # MB
LARGER = (5.5, 2000)  # times the seconds, MB
Told = Mapping[str, Any]


def staged(rows: int) -> Path:
    """Staged events of so many patents, in files of a million; made once."""
    folder = HOME / f"staged-{rows}"
    if (made := folder.with_suffix(".made")).exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for first in range(0, rows, EACH):
            drawn = patents(f"range({first}, {min(first + EACH, rows)})", year_of(2001, 2024))
            connection.execute(f"""
                copy (
                    select row_number() over () + 1 as row_no, "on" as period_end,
                        year("on")::integer as year,
                        list_sort(list_distinct(list_transform(
                            parties, lambda p: 'P' || lpad(split_part(p, ' ', 3), 5, '0')))) as place_codes
                    from ({drawn})
                ) to '{folder}/{first // EACH:04}.parquet' (format parquet, compression zstd)
            """)
    made.touch()
    return folder


def with_duckdb(folder: str, out: str) -> Told:
    """The macro that a refresh counts by, over all files in one pass."""
    asked: dict[str, Any] = {"temp_directory": f"{out}/spilled", **limits().settings()}
    with duckdb.connect(config=asked) as connection:
        connection.execute("set preserve_insertion_order = false")
        codes = f"select 'P' || lpad(no::varchar, 5, '0') from range(1, {PLACES + 1}) as t(no)"
        number_places(connection, codes)
        # What stays within a place is left out before, as a refresh leaves it out.
        several = f"from read_parquet('{folder}/*.parquet') where len(place_codes) > 1"
        connection.execute(f"create temp view several as {several}")
        connection.execute(f"create temp view known as {numbered('several')}")
        count = render(
            "{{ event_count('known', first=none, has_amount=False, named='named') }}",
            ROOT / "dbt_project",
            MACROS,
        )
        connection.execute(f"""
            copy (
                select year, from_place_code, to_place_code, sum(events)::bigint as events,
                    sum(events * 2 / (places * (places - 1))) as fraction
                from ({count}) group by all
            ) to '{out}/duckdb.parquet' (format parquet)
        """)
    return {}


def with_polars(folder: str, out: str) -> Told:
    """Lazily and as a stream: a join of the events with themselves, which was its fastest form."""
    import polars as pl

    began = time.monotonic()
    events = pl.scan_parquet(f"{folder}/*.parquet", include_file_paths="file")
    several = (
        events.select("file", "row_no", "year", "place_codes", n=pl.col("place_codes").list.len())
        .filter(pl.col("n") > 1)
        .with_columns(share=2 / (pl.col("n") * (pl.col("n") - 1)))
        .select("file", "row_no", "year", "share", pl.col("place_codes").alias("a"))
        .explode("a")
    )
    pairs = several.join(
        several.select("file", "row_no", pl.col("a").alias("b")), on=["file", "row_no"]
    ).filter(pl.col("a") < pl.col("b"))
    linked = pairs.group_by("year", "a", "b").agg(events=pl.len(), fraction=pl.col("share").sum())
    linked.sink_parquet(f"{out}/polars.parquet", engine="streaming")
    return {"seconds": time.monotonic() - began}


def with_pandas(folder: str, out: str) -> Told:
    """Exploded and merged with itself, file by file, as memory wants it."""
    import pandas as pd

    began = time.monotonic()
    parts = []
    for file in sorted(Path(folder).glob("*.parquet")):
        events = pd.read_parquet(file, columns=["row_no", "year", "place_codes"])
        events["n"] = events["place_codes"].str.len()
        events = events[events["n"] > 1]
        events["share"] = 2 / (events["n"] * (events["n"] - 1))
        ends = events.explode("place_codes")
        pairs = ends.merge(ends[["row_no", "place_codes"]], on="row_no")
        pairs = pairs[pairs["place_codes_x"] < pairs["place_codes_y"]]
        parts.append(
            pairs.groupby(["year", "place_codes_x", "place_codes_y"])["share"]
            .agg(["size", "sum"])
            .reset_index()
        )
    linked = pd.concat(parts).groupby(["year", "place_codes_x", "place_codes_y"]).sum().reset_index()
    linked.columns = ["year", "a", "b", "events", "fraction"]
    linked.to_parquet(f"{out}/pandas.parquet")
    return {"seconds": time.monotonic() - began}


def with_spark(folder: str, out: str) -> Told:
    from tests.benchmarks.spark_links import links

    return links(folder, f"{out}/spark.parquet")


ENGINES: dict[str, Case] = {
    "duckdb": with_duckdb,
    "polars": with_polars,
    "pandas": with_pandas,
    "spark": with_spark,
}


def sums_of(out: Path, engine: str) -> tuple[int, int, float]:
    files = f"{out}/{engine}.parquet" + ("/*.parquet" if engine == "spark" else "")
    [found] = duckdb.sql(
        f"select count(*), sum(events)::bigint, round(sum(fraction), 3) from '{files}'"
    ).fetchall()
    return found


def links(rows: int = 20_000_000, times: int = 3, engines: tuple[str, ...] = tuple(ENGINES)) -> None:
    folder, out = staged(rows), HOME / "links"
    out.mkdir(exist_ok=True)
    found = side_by_side(MODULE, engines, folder, out, times=times)
    told = {engine: sums_of(out, engine) for engine in engines}
    assert len(set(told.values())) == 1, told
    ours = found["duckdb"]
    pairs, events, _ = told["duckdb"]
    print(f"{rows:,} patents, {events:,} links of {pairs:,} pairs and years, the same by every engine")
    for engine, one in found.items():
        goal = GOALS.get(engine)
        ratio = ours.seconds / one.seconds
        if goal:
            verdict = f"{ratio:.2f} of it ({'met' if ratio <= goal else 'MISSED'}: {goal})"
        else:
            verdict = f"({'met' if one.megabytes <= PEAK else 'MISSED'}: {PEAK} MB)"
        print(f"  {engine:<8}{one.seconds:>8.1f} s{one.megabytes:>8.0f} MB  {verdict}", flush=True)
    shutil.rmtree(out)


def larger(rows: int = 100_000_000, times: int = 3) -> None:
    """The same links of five times as many patents: time against themselves, and peak."""
    out = HOME / "links"
    out.mkdir(exist_ok=True)
    sizes = (rows // 5, rows)
    runs: dict[int, list[Measured]] = {size: [] for size in sizes}
    for _ in range(times):
        for size in sizes:
            runs[size].append(run(MODULE, "duckdb", staged(size), out))
    few, many = (medians(runs[size]) for size in sizes)
    ratio = many.seconds / few.seconds
    is_met = ratio <= LARGER[0] and many.megabytes <= LARGER[1]
    print(f"{sizes[0]:,} patents: {few.seconds:.1f} s, {few.megabytes:.0f} MB")
    print(
        f"{rows:,} patents: {many.seconds:.1f} s, {many.megabytes:.0f} MB, {ratio:.2f} of its time ", end=""
    )
    print(f"({'met' if is_met else 'MISSED'}: {LARGER[0]}, {LARGER[1]} MB)")
    shutil.rmtree(out)


def raw_set(rows: int) -> Path:
    """The raw files of the repository and so many patents in partitions of a million; made once."""
    home = HOME / f"raw-{rows}"
    if not (home / "made").exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(ROOT / "raw", home / "raw")
        write_set(home / "raw" / "synthetic" / "patents", "patent", rows, max(1, rows // EACH), unknown=0.001)
        (home / "made").touch()
    # The rules of today, over whatever they were when the events were made.
    shutil.rmtree(home / "dbt_project", ignore_errors=True)
    project_with_places(home)
    return home


@contextmanager
def reader_of(home: Path) -> Iterator[PartitionReader]:
    with PartitionReader(home / "w" / "partitions", home / "dbt_project", limits()) as reader:
        yield reader


def land_all(home: str) -> Told:
    """The step land of a refresh: partitions that are not in the store yet, and the tables of schema raw."""
    where = Path(home)
    (where / "w" / "g60.duckdb").unlink(missing_ok=True)
    with reader_of(where) as reader:
        landing = land(where / "raw" / "synthetic", where / "w" / "g60.duckdb", partitions=reader)
    assert landing.read == landing.landed + landing.quarantined + landing.not_data
    store = where / "w" / "partitions"
    return {
        "files": landing.files,
        "reused": landing.reused,
        "quarantined": landing.quarantined,
        "bytes": sum(file.stat().st_size for file in store.rglob("*.parquet")),
        "self_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def clear(home: Path) -> None:
    shutil.rmtree(home / "w", ignore_errors=True)


def growth(sizes: tuple[int, ...] = (1_000_000, 3_000_000, 10_000_000, 30_000_000)) -> None:
    for rows in sizes:
        home = raw_set(rows)
        clear(home)
        one = run(MODULE, "land", home)
        tell("landing events", rows, one, one.told["bytes"])
        out = HOME / "links"
        out.mkdir(exist_ok=True)
        tell("links", rows, run(MODULE, "duckdb", staged(rows), out), None)


def tell(work: str, size: int, one: Measured, stored: int | None) -> None:
    told = {"work": work, "size": size, "seconds": round(one.seconds, 2), "megabytes": round(one.megabytes)}
    print(json.dumps({**told, "bytes": stored}), flush=True)


def refresh(rows: int = 100_000_000) -> None:
    """All partitions, then one more: what the second landing costs of the first."""
    home = raw_set(rows)
    clear(home)
    new = home / "raw" / "synthetic" / "patents" / "part-9999.parquet"
    new.unlink(missing_ok=True)
    whole = run(MODULE, "land", home)
    write_partition(new, "patent", rows, EACH, (2024, 2024), unknown=0.001)
    more = run(MODULE, "land", home)
    new.unlink()
    ratio, files = more.seconds / whole.seconds, whole.told["files"]
    print(f"{rows:,} patents in {files} partitions: {whole.seconds:.1f} s, {whole.megabytes:.0f} MB")
    verdict = "met" if ratio <= 0.1 else "MISSED"
    print(f"one more of {EACH:,}: {more.seconds:.1f} s, {ratio:.3f} of it ({verdict}: 0.1)")


def release(home: str) -> Told:
    """A whole refresh: land, build, gate, publish."""
    where = Path(home)
    run = Refresh(Paths(where / "raw", where / "w", where / "dbt_project"))
    run.progress = Progress(Console(file=sys.stderr))
    published = run.run()
    assert run.facts.landing is not None
    return {
        "release": published,
        "reused": run.facts.landing.reused,
        "steps": {name: round(seconds, 1) for name, seconds in run.facts.seconds.items()},
    }


def killed(rows: int = 100_000_000) -> None:
    """A whole refresh within 1 GB: killed when half of the partitions are read, then run again to the end."""
    home = raw_set(rows)
    clear(home)
    store, spill = home / "w" / "build" / "partitions", home / "spilled"
    env = {"G60_MEMORY_LIMIT": "1GB", "G60_TEMP_DIRECTORY": str(spill)}
    wanted = max(1, rows // EACH) // 2
    command = [sys.executable, "-m", MODULE, "--here", "release", str(home)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **env}, stdout=quiet, stderr=quiet
    ) as process:
        began = time.monotonic()
        while process.poll() is None and len(list(store.glob("[!.]*/about.json"))) < wanted:
            time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
    there = len(list(store.glob("[!.]*/about.json")))
    print(f"killed after {time.monotonic() - began:.0f} s with {there} of {rows // EACH} partitions read")
    rest = run(MODULE, "release", home, env=env, spill=spill)
    print(
        f"gone on: {rest.seconds:.1f} s, {rest.told['reused']} files were read before; {rest.told['steps']}"
    )
    print(f"published {rest.told['release']}; peak {rest.megabytes:.0f} MB, {rest.spilled:.0f} MB spilled")


CASES: dict[str, Case] = {**ENGINES, "land": land_all, "release": release}


def main() -> None:
    if here(CASES):
        return
    work, *sizes = sys.argv[1:] or ["links"]
    numbers = tuple(int(size) for size in sizes)
    HOME.mkdir(exist_ok=True)
    if work == "growth":
        growth(*([numbers] if numbers else []))
    else:
        works: dict[str, Callable[..., None]] = {
            "links": links,
            "larger": larger,
            "refresh": refresh,
            "killed": killed,
        }
        works[work](*numbers)


if __name__ == "__main__":
    main()
