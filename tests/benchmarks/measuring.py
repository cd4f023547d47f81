"""Measure work in processes of its own: seconds, peak of resident memory, and what the work says of itself.

A benchmark module gives its cases as functions by name, `CASES = {"duckdb": run}`, each taking texts of
the command line and returning what it tells; `main` of such a module starts with
`if here(CASES): return`. Seconds are those of the case, without the start of its process, unless it tells
`seconds` itself; the peak is that of the process with all its children.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.settings import ROOT

Case = Callable[..., Mapping[str, Any] | None]
LOOKS_A_SECOND = 50


@dataclass(frozen=True)
class Measured:
    """One run of a case: wall seconds, peak megabytes (10⁶ bytes) and what it told.

    `spilled`: the most megabytes that lay in the folder of spilled data.
    """

    seconds: float
    megabytes: float
    told: Mapping[str, Any]
    spilled: float = 0


def here(cases: Mapping[str, Case]) -> bool:
    """In the process of one case: run it and print what it took. Elsewhere: False."""
    if sys.argv[1:2] != ["--here"]:
        return False
    began = time.monotonic()
    told = dict(cases[sys.argv[2]](*sys.argv[3:]) or {})
    print(json.dumps({"seconds": time.monotonic() - began, **told}, default=str))
    return True


def run(
    module: str,
    case: str,
    *arguments: object,
    env: Mapping[str, str] | None = None,
    spill: Path | None = None,
) -> Measured:
    """Run one case of a benchmark module. Raises RuntimeError with its last words where it fails."""
    command = [sys.executable, "-m", module, "--here", case, *map(str, arguments)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        watch = Watch(process.pid, spill)
        out, errors = process.communicate()
        peak = watch.stop()
    if process.returncode:
        raise RuntimeError(f"{module} {case} ended with {process.returncode}: {errors[-2000:]}")
    told = json.loads(out.splitlines()[-1])
    return Measured(told.pop("seconds"), peak / 1e6, told, watch.spilled / 1e6)


def medians(runs: Iterable[Measured]) -> Measured:
    """The middle of several runs of one case."""
    done = list(runs)
    seconds = statistics.median(one.seconds for one in done)
    return Measured(seconds, statistics.median(one.megabytes for one in done), done[-1].told)


def side_by_side(
    module: str, cases: Iterable[str], *arguments: object, times: int = 3
) -> dict[str, Measured]:
    """The cases in turn, several times over, so that a slow minute of the machine slows them all."""
    names = list(cases)
    runs: dict[str, list[Measured]] = {name: [] for name in names}
    for _ in range(times):
        for name in names:
            runs[name].append(run(module, name, *arguments))
    return {name: medians(done) for name, done in runs.items()}


class Watch:
    """The most resident memory, in bytes, that a process and its descendants had together.

    And the most bytes that lay in the folder `spill` meanwhile.
    """

    def __init__(self, pid: int, spill: Path | None = None) -> None:
        self.pid, self.spill, self.peak, self.spilled = pid, spill, 0, 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self) -> None:
        while not self.ended.wait(1 / LOOKS_A_SECOND):
            own = peak_of(self.pid)
            # A process knows its own peak; of several at once only looking often tells the sum.
            family = descendants(self.pid)
            self.peak = max(self.peak, own + sum(map(resident, family)))
            if self.spill:
                self.spilled = max(self.spilled, bytes_in(self.spill))

    def stop(self) -> int:
        self.ended.set()
        self.thread.join()
        return self.peak


def status_of(pid: int, name: str) -> int:
    """A line of /proc/PID/status in bytes, 0 where the process is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(f"{name}:")), 0)


def peak_of(pid: int) -> int:
    return status_of(pid, "VmHWM")


def resident(pid: int) -> int:
    return status_of(pid, "VmRSS")


def bytes_in(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        # A file may be gone the moment after it was listed.
        with contextlib.suppress(OSError):
            # What it takes on disk: such files have holes.
            total += file.stat().st_blocks * 512
    return total


def descendants(pid: int) -> list[int]:
    try:
        text = " ".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:
        return []
    children = [int(child) for child in text.split()]
    return [*children, *(below for child in children for below in descendants(child))]
