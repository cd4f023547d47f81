"""The index engine on panels of places over twenty years, beside the same work by hand in numpy.

`panel` is 300 places, 50 indicators, 1,000 draws; `growth` the engine at four sizes, a line of JSON each.
Seconds of the engine are those of the draws and of their quantiles, which is what numpy gives; those of the
other summaries are told beside them, those of loading and of the published index are not.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from flows.indexing.drawing.tables import run_draws
from flows.indexing.models import run_models
from tests.benchmarks import index_numpy
from tests.benchmarks.index_numpy import MIN_MAX, SPREAD, Z_SCORE, Panel, Real
from tests.benchmarks.measuring import here, run, side_by_side
from tests.indexing.handmade import NOMINAL, Framework

PERIODS, INDICATORS, DRAWS, PLACES, SEED = 20, 50, 1000, 300, 60
SIZES = (75, 150, 300, 600)
TIME_GOAL, MEMORY_GOAL = 2.0, 0.25
MEMORY_LIMIT = "1GB"
FURTHER = ("rank_probability", "outranking", "sensitivity")


def loaded(given: Panel, draws: int, scratch: str) -> duckdb.DuckDBPyConnection:
    """The tables of the engine up to the published index, and runs that do what `index_numpy.scores` says."""
    codes = [f"i{k:03}" for k in range(len(given.pillar))]
    pillars = [f"p{k}" for k in range(given.pillars)]
    tree: dict[str, list[str]] = {"index": pillars, **{pillar: [] for pillar in pillars}}
    for code, number in zip(codes, given.pillar.tolist(), strict=True):
        tree[pillars[number]].append(code)
    framework = Framework(
        tree,
        {code: [0.0] for code in codes},
        method={"normalise": "min_max", "norm_a": MIN_MAX[0], "norm_b": MIN_MAX[1], "norm_within": "period"},
        design=("sobol", 2, SEED, 0),
        options=[
            ("normalise", 1, "min_max", *MIN_MAX),
            ("normalise", 2, "z_score", *Z_SCORE),
            ("aggregate", 1, "arithmetic", None, None),
            ("aggregate", 2, "geometric", None, None),
        ],
    )
    connection = framework.load()
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"set temp_directory = '{scratch}'")
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    period, place, indicator = (index.ravel() for index in np.indices(given.low.shape))
    low, high = given.low.ravel(), given.high.ravel()
    cells = pa.table({"period": period, "place": place, "code": indicator, "low": low, "high": high})
    connection.register("cells", cells)
    connection.execute("""
        create or replace table int_index_input as
        select
            'f' as framework, format('u{:05}', place) as unit_code, (2000 + period)::varchar as period,
            format('i{:03}', code) as code, (low + high) / 2 as value, low as value_low, high as value_high,
            'observed' as value_kind
        from cells;
        create or replace table int_index_unit as
        select distinct framework, unit_code, period, false as is_reference from int_index_input;
    """)
    connection.unregister("cells")
    run_models(connection, (*NOMINAL[:-1], "int_index_run"))
    connection.execute(f"""
        create or replace table int_index_run as
        select * from int_index_run where run = 0
        union all
        select
            'f' as framework, run::integer as run, 'a' as role, null as factor, run::integer as point,
            null as winmax, 1 + (run - 1) // 2 % 2 as normalise, null as weight_set, run as weight_draw,
            {SPREAD} as weight_spread, 1 + (run - 1) % 2 as aggregate, run as data_draw, null as left_out
        from range(1, {draws} + 1) as t (run)
    """)
    return connection


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    began, busy = time.monotonic(), time.process_time()
    what()
    return time.monotonic() - began, time.process_time() - busy


def engine(places: str, draws: str, *summaries: str) -> Mapping[str, Any]:
    """Draws and their quantiles, and the seconds of further summaries beside them."""
    with tempfile.TemporaryDirectory() as scratch:
        connection = loaded(index_numpy.panel(PERIODS, int(places), INDICATORS), int(draws), scratch)
        drawing, drawing_busy = timed(partial(run_draws, connection))
        quantiles, quantiles_busy = timed(partial(run_models, connection, ("int_index_interval",)))
        told = {"draws": drawing, "interval": quantiles}
        for name in summaries:
            told[name], _ = timed(partial(run_models, connection, (f"int_index_{name}",)))
        [(scores,)] = connection.execute("select count(score) from int_index_draw").fetchall()
    return {
        "seconds": drawing + quantiles,
        "processor": drawing_busy + quantiles_busy,
        **told,
        "scores": scores,
    }


def whole(places: str, draws: str, *_: str) -> Mapping[str, Any]:
    return by_hand(index_numpy.whole, places, draws)


def in_blocks(places: str, draws: str, *_: str) -> Mapping[str, Any]:
    return by_hand(index_numpy.in_blocks, places, draws)


def by_hand(work: Callable[[Panel, int], tuple[Real, Real]], places: str, draws: str) -> Mapping[str, Any]:
    given = index_numpy.panel(PERIODS, int(places), INDICATORS)
    seconds, busy = timed(partial(work, given, int(draws)))
    return {"seconds": seconds, "processor": busy}


CASES = {"engine": engine, "whole": whole, "in_blocks": in_blocks}
MODULE = "tests.benchmarks.index_panel"


def panel() -> None:
    """Engine and numpy side by side: medians, ratios, and whether the goal is met.

    Both ratios of time are told, by the clock and by the processor: others on the machine slow the clock.
    """
    print(f"synthetic: {PLACES} places x {PERIODS} years x {INDICATORS} indicators x {DRAWS} draws")
    found = side_by_side(MODULE, CASES, PLACES, DRAWS, *FURTHER)
    for name, one in found.items():
        more = ", ".join(
            f"{part} {one.told[part]:.2f} s" for part in ("draws", "interval", *FURTHER) if part in one.told
        )
        told = f"{one.seconds:8.2f} s {one.told['processor']:8.2f} s of processor {one.megabytes:8.0f} MB"
        print(f"{name:<10}{told}  {more}")
    ours, theirs = found["engine"], found["whole"]
    for name in ("whole", "in_blocks"):
        other = found[name]
        print(
            f"engine / {name}: time {ours.seconds / other.seconds:.2f}, "
            f"processor {ours.told['processor'] / other.told['processor']:.2f}, "
            f"memory {ours.megabytes / other.megabytes:.3f}"
        )
    time_ratio, memory_ratio = ours.seconds / theirs.seconds, ours.megabytes / theirs.megabytes
    met = time_ratio <= TIME_GOAL and memory_ratio <= MEMORY_GOAL
    goal = f"at most {TIME_GOAL:g} of the time and {MEMORY_GOAL:g} of the memory of whole"
    print(f"{'met' if met else 'MISSED'}: {goal}")


def growth() -> None:
    """The engine at four sizes; `size` is values by draws, in the order of the sizes."""
    for places in SIZES:
        one = run(MODULE, "engine", places, DRAWS)
        size = places * PERIODS * INDICATORS * DRAWS
        line = {"work": "index draws", "size": size, "seconds": one.seconds, "megabytes": one.megabytes}
        print(json.dumps({**line, "places": places, "processor": one.told["processor"]}), flush=True)


if __name__ == "__main__":
    here(CASES)
