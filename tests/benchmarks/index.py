"""How long the index engine takes and how much memory, on synthetic data of given sizes.

    python -m tests.benchmarks.index [case ...]
    python -m tests.benchmarks.index panel | growth

The data are synthetic: figures drawn by the seed below, skewed and with gaps, of 51 units and 49 indicators
in four levels, the size of the example that the R package COINr ships. `panel` and `growth` are those of
index_panel: places over twenty years beside numpy, and at four sizes. Each case runs in a process of its own,
whose peak of resident memory is told, on one thread of DuckDB. Seconds are those of the engine, without
loading; `build` is the middle of five. COINr took 0.1385 s for the build and 315.1 s for an uncertainty
analysis of 1000 runs on two cores; the ratio is ours over theirs.
Where COINr's example itself is at hand, its build is measured as well.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from flows.indexing.drawing.tables import run_draws
from flows.indexing.models import run_models
from flows.settings import ROOT
from tests.benchmarks.index_panel import growth, panel
from tests.indexing.handmade import NOMINAL, Framework
from tests.indexing.test_engine_check import COINR, example

SEED = 60
COINR_BUILD, COINR_THOUSAND = 0.1385, 315.1
SUMMARY = ("int_index_interval", "int_index_rank_probability", "int_index_outranking")
WEIGHT_SETS = 100
WINMAX = [("winmax", n, None, float(n), None) for n in range(1, 6)]
NORMALISE = [("normalise", 1, "min_max", 1.0, 100.0), ("normalise", 2, "z_score", 10.0, 2.0)]
AGGREGATE = [("aggregate", 1, "arithmetic", None, None), ("aggregate", 2, "geometric", None, None)]
WEIGHTS = [("weights", n, "set", float(n), None) for n in range(1, WEIGHT_SETS + 1)]
METHOD = {
    "denominate": True, "impute": "group_mean", "impute_group": "region", "min_share": 0.8, "winmax": 5,
    "fallback": "log", "normalise": "min_max", "norm_a": 0.0, "norm_b": 100.0,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What is measured, and the goals it has: seconds in all, megabytes."""

    run: Callable[[], dict[str, float]]
    seconds: float
    megabytes: float | None = None
    coinr: float | None = None


def synthetic(units: int, periods: int, indicators: int, **more: Any) -> Framework:
    """Figures of units over periods that go with one another more or less, some skewed, some missing."""
    rng = np.random.default_rng(SEED)
    rows = units * periods
    level = np.repeat(rng.normal(size=units), periods)
    codes = [f"i{k:02}" for k in range(indicators)]
    values: dict[str, list[float | None]] = {}
    for k, code in enumerate(codes):
        figures = np.exp((0.4 + k % 5 / 3) * (level * rng.uniform(-0.5, 1) + rng.normal(size=rows)))
        missing = rng.random(rows) < 0.03
        values[code] = [None if gap else float(x) for x, gap in zip(figures, missing, strict=True)]
    values["people"] = [float(x) for x in np.exp(rng.normal(size=rows))]
    pillars = [f"p{k}" for k in range(8)]
    tree = {
        "index": ["s0", "s1"], "s0": pillars[:5], "s1": pillars[5:],
        **{pillar: codes[k::8] for k, pillar in enumerate(pillars)},
    }  # fmt: skip
    moments = [(f"u{u:03}", f"{2000 + y}") for u in range(units) for y in range(periods)]
    return Framework(
        tree, values, units=moments, method=METHOD,
        groups={"region": [f"r{n // periods % 4}" for n in range(rows)]},
        nodes={
            code: {"direction": -1 if k % 6 == 5 else 1, "denominator": "people" if k % 4 == 0 else None}
            for k, code in enumerate(codes)
        },
        weight_sets={
            n: dict(zip(codes, rng.uniform(0.75, 1.25, indicators).tolist(), strict=True))
            for n in range(1, WEIGHT_SETS + 1)
        },
        **more,
    )  # fmt: skip


def sampled(runs: int) -> dict[str, Any]:
    """A design file of so many runs drawn at random from all combinations."""
    rng = np.random.default_rng(SEED)
    drawn = zip(*(rng.integers(1, top + 1, runs).tolist() for top in (5, 2, WEIGHT_SETS, 2)), strict=True)
    return {
        "options": [*WINMAX, *NORMALISE, *AGGREGATE],
        "design": ("file", 0, SEED, 0),
        "runs": [(number, *row) for number, row in enumerate(drawn, 1)],
    }


def timed(what: Callable[[], None]) -> float:
    began = time.monotonic()
    what()
    return time.monotonic() - began


def build(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    spent = [timed(lambda: run_models(connection, NOMINAL)) for _ in range(5)]
    return {"build": statistics.median(spent), "first": spent[0], "total": statistics.median(spent)}


def uncertainty(framework: Framework, summary: tuple[str, ...] = SUMMARY) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        connection = framework.load()
        connection.execute(f"set temp_directory = '{scratch}'")
        connection.execute("set memory_limit = '3GB'")
        spent = {"build": timed(lambda: run_models(connection, NOMINAL))}
        run_models(connection, ("int_index_run",))
        spent["draws"] = timed(lambda: run_draws(connection))
        spent["summary"] = timed(lambda: run_models(connection, summary))
        [(runs, scores)] = connection.execute(
            "select count(distinct run), count(score) from int_index_draw"
        ).fetchall()
        return {**spent, "total": spent["draws"] + spent["summary"], "runs": runs, "scores": scores}


def enumerated() -> dict[str, float]:
    framework = synthetic(
        51, 1, 49, options=[*WINMAX, *NORMALISE, *WEIGHTS, *AGGREGATE], design=("enumerate", 0, SEED, 0)
    )
    return uncertainty(framework, (*SUMMARY, "int_index_sensitivity"))


CASES = {
    "build": Case(lambda: build(synthetic(51, 1, 49).load()), 0.5, coinr=COINR_BUILD),
    "coinr_example": Case(lambda: build(example({})), 0.5, coinr=COINR_BUILD),
    "draws_1000": Case(lambda: uncertainty(synthetic(51, 1, 49, **sampled(1000))), 3, coinr=COINR_THOUSAND),
    "draws_10000": Case(lambda: uncertainty(synthetic(51, 1, 49, **sampled(10_000))), 20, 1500),
    "enumeration_2000": Case(enumerated, 5),
}
COLUMNS = ("build", "draws", "summary", "total")


def main() -> None:
    if sys.argv[1:2] == ["--here"]:
        spent = CASES[sys.argv[2]].run()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(json.dumps({**spent, "peak": peak}))
        return
    if sys.argv[1:] == ["growth"]:
        growth()
        return
    if sys.argv[1:] != ["panel"]:
        others()
    if sys.argv[1:] in ([], ["panel"]):
        panel()


def others() -> None:
    """The cases named, or all."""
    print(
        f"{'case':<18}{'runs':>7}"
        + "".join(f"{name + ' s':>11}" for name in COLUMNS)
        + f"{'peak MB':>9}  goal"
    )
    for name in sys.argv[1:] or CASES:
        case = CASES[name]
        if name == "coinr_example" and not COINR.is_dir():
            continue
        command = [sys.executable, "-m", "tests.benchmarks.index", "--here", name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        spent = json.loads(done.stdout)
        met = spent["total"] <= case.seconds and spent["peak"] <= (case.megabytes or spent["peak"])
        goal = f"{case.seconds:g} s" + (f", {case.megabytes:g} MB" if case.megabytes else "")
        shown = "".join(f"{spent[column]:>11.3f}" if column in spent else f"{'':>11}" for column in COLUMNS)
        ratio = f"; {spent['total'] / case.coinr:.4f} of COINr's {case.coinr} s" if case.coinr else ""
        told = f"{'met' if met else 'MISSED'}: {goal}{ratio}"
        print(f"{name:<18}{spent.get('runs', 1):>7}{shown}{spent['peak']:>9.0f}  {told}", flush=True)


if __name__ == "__main__":
    main()
