"""How long the models take that read and judge landed figures, how much memory and disk, by number of cells.

    python -m tests.benchmarks.staging [cells ...] [--threads N] [--memory 3GB] [--vintages 5]
    python -m tests.benchmarks.staging growth

The cells are synthetic (`synthetic/cells.py`); the SQL is that of stg_printed_figure and stg_statistic as dbt
compiles it, run one after the other in a process of its own under a memory limit, with a folder to spill to.
`growth` prints a line of JSON a size: four sizes from 300,000 to 10,000,000 cells. A hundred million:
`python -m tests.benchmarks.staging 100000000` needs some 15 GB of disk.

Goal: 10,000,000 cells within a few minutes and 4 GB of memory on two cores. CPU seconds are told beside wall
seconds: judge by them where the machine does other work.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from flows.modelling.build import held_open, invoke, parse
from flows.settings import Paths
from tests.benchmarks import measuring
from tests.benchmarks.synthetic.cells import write_cells

MODULE = "tests.benchmarks.staging"
MODELS = ("stg_printed_figure", "stg_statistic")
SIZES = (100_000, 1_000_000, 10_000_000)
GROWTH = (300_000, 1_000_000, 3_000_000, 10_000_000)

COLUMNS = {
    **{"cells": 12, "written s": 11, **{f"{model} s": len(model) + 5 for model in MODELS}},
    **{"both s": 9, "CPU s": 9, "cells/s": 10, "peak MB": 9, "MB": 8, "refused": 10, "doubted": 10},
}


def prepare(folder: str) -> None:
    """The seeds in a database and the SQL of the models in files, both made by dbt."""
    paths = Paths(warehouse=Path(folder))
    manifest = parse(paths)
    with held_open(paths.build_database):
        invoke(paths, ("seed", "--select", f"+{MODELS[-1]}"), manifest)
        compiled = invoke(paths, ("compile", "--select", *MODELS), manifest).results
    for result in compiled:
        (Path(folder) / f"{result.node.name}.sql").write_text(result.node.compiled_code, encoding="utf-8")


def write(folder: str, cells: str, vintages: str, threads: str, faulty: str = "1") -> None:
    """Synthetic cells beside the seeds, in a database of the name that the SQL asks for."""
    target = database_in(folder)
    target.parent.mkdir()
    shutil.copy(Paths(warehouse=Path(folder)).build_database, target)
    with duckdb.connect(str(target), config={"threads": threads}) as connection:
        write_cells(connection, int(cells), int(vintages), float(faulty))


def stage(folder: str, threads: str, memory: str) -> Mapping[str, Any]:
    """Build the models. Returns seconds of all and of each, CPU seconds, bytes added to the database."""
    database = database_in(folder)
    spill = database.parent / "spill"
    settings: dict[str, Any] = {"threads": threads, "memory_limit": memory, "temp_directory": str(spill)}
    before, cpu, seconds = database.stat().st_size, time.process_time(), dict.fromkeys(MODELS, 0.0)
    with duckdb.connect(str(database), config=settings) as connection:
        for model in MODELS:
            began = time.monotonic()
            text = (Path(folder) / f"{model}.sql").read_text(encoding="utf-8")
            connection.execute(f"create table staging.{model} as {text}")
            seconds[model] = time.monotonic() - began
        rules = connection.execute("select count(reject_rule), count(doubt_rule) from staging.stg_statistic")
        [(refused, doubted)] = rules.fetchall()
    return {
        "seconds": sum(seconds.values()),
        "models": seconds,
        "cpu": time.process_time() - cpu,
        "bytes": database.stat().st_size - before,
        "refused": refused,
        "doubted": doubted,
    }


def database_in(folder: str) -> Path:
    return Path(folder) / "cells" / "g60.duckdb"


CASES: Mapping[str, measuring.Case] = {"prepare": prepare, "write": write, "stage": stage}


def main() -> None:
    if measuring.here(CASES):
        return
    asked = argparse.ArgumentParser(prog=f"python -m {MODULE}")
    asked.add_argument("cells", nargs="*", help="how many cells, or growth")
    asked.add_argument("--threads", default=2, type=int)
    asked.add_argument("--memory", default="3GB")
    asked.add_argument("--vintages", default=5, type=int)
    given = asked.parse_args()
    is_growth = given.cells == ["growth"]
    sizes = GROWTH if is_growth else tuple(map(int, given.cells)) or SIZES
    if not is_growth:
        print("".join(f"{name:>{width}}" for name, width in COLUMNS.items()))
    with tempfile.TemporaryDirectory() as folder:
        measuring.run(MODULE, "prepare", folder)
        for cells in sizes:
            written = measuring.run(MODULE, "write", folder, cells, given.vintages, given.threads)
            staged = measuring.run(MODULE, "stage", folder, given.threads, given.memory)
            shutil.rmtree(database_in(folder).parent)
            if is_growth:
                told = {"work": "staging", "size": cells, "seconds": round(staged.seconds, 3)}
                told |= {"megabytes": round(staged.megabytes), "bytes": staged.told["bytes"]}
                print(json.dumps(told | {"cpu": round(staged.told["cpu"], 3)}), flush=True)
            else:
                print(line(cells, written, staged), flush=True)


def line(cells: int, written: measuring.Measured, staged: measuring.Measured) -> str:
    told = staged.told
    figures = (
        *(f"{cells:,}", f"{written.seconds:.1f}", *(f"{spent:.2f}" for spent in told["models"].values())),
        *(f"{staged.seconds:.2f}", f"{told['cpu']:.2f}", f"{cells / staged.seconds:,.0f}"),
        *(
            f"{staged.megabytes:,.0f}",
            f"{told['bytes'] / 1e6:,.0f}",
            f"{told['refused']:,}",
            f"{told['doubted']:,}",
        ),
    )
    return "".join(f"{figure:>{width}}" for figure, width in zip(figures, COLUMNS.values(), strict=True))


if __name__ == "__main__":
    main()
