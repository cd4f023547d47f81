"""How long a refresh takes, side by side in one run with what it is made of; and its memory.

    python -m tests.benchmarks.refresh [rounds]

- `dbt build + docs`: the two bare commands on a database that is landed already
- `called directly`: the refresh as a function, without any scheduler
- `with a server`, `without one`: the command g60 refresh --force
- `one file changed`: the command with a server, after an edit of one raw file
- `nothing changed`: the command with nothing to do, beside `imports alone`, what the interpreter needs for it

Goals: with a server at most 1.1 times the direct call, without one at most 1.3 times, at most 0.6 of the bare
commands; nothing to do under a second beyond the imports. Memory is that of all processes of a command
together, each page shared between them counted once (PSS). Quote the ratios: machines are noisy.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.landing.land import land
from flows.server import TemporaryServer, free_port
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


DIRECT = """
import json, sys
from pathlib import Path
from flows.pipeline import Refresh
from flows.settings import Paths
run = Refresh(Paths(warehouse=Path(sys.argv[1])), force=True)
run.run()
Path(sys.argv[2]).write_text(json.dumps([run.facts.seconds, len(run.facts.build.nodes)]))
"""
IMPORTS = "import flows.cli, flows.fingerprint, flows.release.current, flows.settings, rich.console"


@contextmanager
def running_server(env: dict[str, str]) -> Iterator[dict[str, str]]:
    """A Prefect server for as long as a command is measured; the environment that names it."""
    port = free_port()
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet)
    server = TemporaryServer(f"http://127.0.0.1:{port}/api", process)
    try:
        server.wait()
        # Its own start goes on for a moment after it answers.
        time.sleep(5)
        yield {**env, "PREFECT_API_URL": server.api}
    finally:
        server.stop()


def edit(file: Path, number: int) -> None:
    """Another remark in the last row of a file: a change that moves no figure."""
    lines = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    lines[-1] = f"{lines[-1].rstrip()} {number}"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        env = {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}
        env.pop("PREFECT_API_URL", None)
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        bare, ours, told = folder / "bare", folder / "ours", folder / "phases.json"
        raw = Path(shutil.copytree(ROOT / "raw", folder / "raw"))
        g60 = [sys.executable, "-m", "flows", "refresh", "--warehouse", str(ours)]
        direct = [sys.executable, "-c", DIRECT, str(ours), str(told)]
        changed = [*g60, "--raw", str(raw)]
        imports = [sys.executable, "-c", IMPORTS]
        land(ROOT / "raw", Paths(warehouse=bare).build_database)
        # Once each to warm up: the parse of the project, the scheduler's database, the file cache.
        measure(bare_dbt(bare), bare / "build", env)
        measure([g60], ROOT, env)
        runs: defaultdict[str, list[Run]] = defaultdict(list)
        phases: defaultdict[str, list[float]] = defaultdict(list)
        nodes = 0
        for number in range(rounds):
            runs["dbt build + docs"].append(measure(bare_dbt(bare), bare / "build", env))
            runs["called directly"].append(measure([direct], ROOT, env))
            seconds, nodes = json.loads(told.read_text())
            for phase, spent in seconds.items():
                phases[phase].append(spent)
            runs["without a server"].append(measure([[*g60, "--force"]], ROOT, env))
            runs["nothing changed"].append(measure([g60], ROOT, env))
            runs["imports alone"].append(measure([imports], ROOT, env))
            with running_server(env) as with_server:
                runs["with a server"].append(measure([[*g60, "--force"]], ROOT, with_server))
                edit(raw / "bulletins" / "320500_suzhou.csv", number)
                runs["one file changed"].append(measure([changed], ROOT, with_server))
        print_runs(runs)
        middle = {phase: statistics.median(spent) for phase, spent in phases.items()}
        print(f"\n{nodes} nodes; " + ", ".join(f"{phase} {spent:.2f} s" for phase, spent in middle.items()))


def print_runs(runs: dict[str, list[Run]]) -> None:
    """A line a command: seconds, ratios to the bare commands and to the direct call, memory."""
    medians = {name: statistics.median(run.seconds for run in measured) for name, measured in runs.items()}
    print(
        f"{'command':<18}{'min s':>8}{'median s':>10}{'max s':>8}{'/ dbt':>8}{'/ direct':>10}{'peak MB':>9}"
    )
    for name, measured in runs.items():
        seconds = [run.seconds for run in measured]
        ratios = (medians[name] / medians[other] for other in ("dbt build + docs", "called directly"))
        spread = f"{min(seconds):>8.2f}{medians[name]:>10.2f}{max(seconds):>8.2f}"
        peak = max(run.peak_mb for run in measured)
        print(f"{name:<18}{spread}{next(ratios):>8.2f}{next(ratios):>10.2f}{peak:>9.0f}")


if __name__ == "__main__":
    main()
