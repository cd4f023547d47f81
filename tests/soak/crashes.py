"""Kill refreshes at random moments, each phase at least 20 times, and see that every crash is survived.

    python -m tests.soak.crashes [kills] [seed]

After every kill the current release must open and verify, and the next refresh must succeed without help.
Each refresh is a fork of one process that has dbt's imports and the parse ready, so that the hundreds of them
take minutes and not hours; data tests are left out of their builds for the same reason.
"""

from __future__ import annotations

import math
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import flows.modelling.build as modelling
from flows.modelling.build import parse
from flows.pipeline import Refresh
from flows.settings import ROOT, Paths
from tests.crashes import PHASES, Loud, tell_phases, what_is_wrong
from tests.warm import Warm

KILLS = 300
LEAST = 20


def fork_refresh(where: Paths) -> tuple[int, int]:
    """A refresh in a fork: its process id and the pipe on which it tells its phases."""
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        return pid, reading
    os.close(reading)
    status = 1
    try:
        with os.fdopen(writing, "w") as out:
            progress = Loud(out)
            progress.step("start")
            tell_phases(progress)
            Refresh(where, force=True, keep=3, progress=progress, modeller_of=Warm).run()
        status = 0
    finally:
        os._exit(status)


def kill_fork(where: Paths, phase: str, delay: float) -> bool:
    """Kill a forked refresh in a phase; False when it had ended before."""
    pid, pipe = fork_refresh(where)
    with os.fdopen(pipe) as told:
        for line in told:
            if line.strip() == phase:
                time.sleep(delay)
                break
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def run_fork(where: Paths) -> int:
    """A refresh that nobody kills; its exit status."""
    pid, pipe = fork_refresh(where)
    with os.fdopen(pipe) as told:
        told.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    dice = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 60)
    modelling.BUILD = (*modelling.BUILD, "--exclude-resource-type", "test")
    phases = [*PHASES] * math.ceil(LEAST * kills / KILLS)
    # The rest where a refresh spends its time, so that the moments are spread over all of it.
    phases += dice.choices([*PHASES], weights=[*PHASES.values()], k=max(0, kills - len(phases)))
    dice.shuffle(phases)
    met: Counter[str] = Counter()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        where = Paths(raw=ROOT / "raw", warehouse=Path(scratch))
        where.build.mkdir(parents=True)
        parse(where)
        assert run_fork(where) == 0
        began = time.monotonic()
        for number, phase in enumerate(phases[:kills], 1):
            # One that had ended before its moment came was a refresh like others: again.
            while not kill_fork(where, phase, dice.uniform(0, PHASES[phase])):
                pass
            met[phase] += 1
            wrong += [f"after kill {number} in {phase}: {fault}" for fault in what_is_wrong(where)]
            if run_fork(where):
                wrong.append(f"after kill {number} in {phase}: the next refresh failed")
            wrong += [f"after the refresh that followed: {fault}" for fault in what_is_wrong(where)]
            if number % 20 == 0:
                spent = time.monotonic() - began
                print(f"{number} kills, {len(wrong)} faults, {spent:.0f} s", flush=True)
        left = sorted(path.name for path in where.warehouse.iterdir())
    print(f"{sum(met.values())} refreshes killed: " + ", ".join(f"{phase} {met[phase]}" for phase in PHASES))
    print(f"left in the warehouse: {', '.join(left)}")
    print(f"{len(wrong)} faults")
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
