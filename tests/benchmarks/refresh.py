"""How long a refresh takes against the two bare dbt commands, side by side in one run; and its memory.

Memory is that of all processes of a command together, each page shared between them counted once (PSS).

    python -m tests.benchmarks.refresh [rounds]

Goals: a warm refresh takes no longer than `dbt build` + `dbt docs generate` on the same project; with nothing
changed it ends in under a fifth of that; its process tree stays under 600 MB. Quote the ratios: machines are
noisy.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from flows.landing.land import land
from flows.settings import ROOT, Paths

ROUNDS = 5


@dataclass(frozen=True)
class Run:
    """Wall time and, for the process and all its children together, the peak of memory."""

    seconds: float
    peak_mb: float


def descendants(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(other for child in children for other in descendants(int(child)))]


def memory_mb(pid: int) -> float:
    total = 0
    for process in descendants(pid):
        try:
            said = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))
    return total / 1000


def measure(commands: list[list[str]], folder: Path, env: dict[str, str]) -> Run:
    """Run commands one after the other. Raises CalledProcessError when one fails."""
    began, peak = time.monotonic(), 0.0
    for command in commands:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, memory_mb(process.pid))
            time.sleep(0.1)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
    return Run(time.monotonic() - began, peak)


def bare_dbt(warehouse: Path) -> list[list[str]]:
    """The two commands an engineer would type, quietly, on a database that is landed already."""
    dbt = str(Path(sys.executable).with_name("dbt"))
    where = ["--project-dir", str(ROOT / "dbt_project"), "--profiles-dir", str(ROOT / "dbt_project")]
    where += [
        "--target-path",
        str(warehouse / "build" / "target"),
        "--log-path",
        str(warehouse / "build" / "logs"),
    ]
    build = [dbt, "--quiet", "build", "--exclude-resource-type", "unit_test", *where]
    return [build, [dbt, "--quiet", "docs", "generate", "--static", *where]]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        env = {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}
        env.pop("PREFECT_API_URL", None)
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        bare, ours = folder / "bare", folder / "ours"
        refresh = [sys.executable, "-m", "flows", "refresh", "--warehouse", str(ours)]
        land(ROOT / "raw", Paths(warehouse=bare).build_database)
        # Once each to warm up: the parse of the project, the scheduler's database, the file cache.
        measure(bare_dbt(bare), bare / "build", env)
        measure([refresh], ROOT, env)
        runs: dict[str, list[Run]] = {
            "dbt build + docs": [],
            "g60 refresh --force": [],
            "g60 refresh, unchanged": [],
        }
        for _ in range(rounds):
            runs["dbt build + docs"].append(measure(bare_dbt(bare), bare / "build", env))
            runs["g60 refresh --force"].append(measure([[*refresh, "--force"]], ROOT, env))
            runs["g60 refresh, unchanged"].append(measure([refresh], ROOT, env))
        base = statistics.median(run.seconds for run in runs["dbt build + docs"])
        print(f"{'command':<24}{'min s':>8}{'median s':>10}{'max s':>8}{'ratio':>8}{'peak MB':>9}")
        for name, measured in runs.items():
            seconds = [run.seconds for run in measured]
            middle = statistics.median(seconds)
            peak = max(run.peak_mb for run in measured)
            spread = f"{min(seconds):>8.2f}{middle:>10.2f}{max(seconds):>8.2f}"
            print(f"{name:<24}{spread}{middle / base:>8.2f}{peak:>9.0f}")


if __name__ == "__main__":
    main()
