"""Refreshes that are killed: a child that tells each phase it enters, and a killer that waits for one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flows.release.current import current_release
from flows.release.verify import faults
from flows.reporting.progress import Silent
from flows.settings import ROOT, Paths

# In the order a refresh enters them, with about the seconds it stays in each.
PHASES = {
    "start": 0.3,
    "land": 0.3,
    "build": 4.0,
    "gate": 0.1,
    "publish": 1.5,
    "manifest": 0.05,
    "sync": 0.1,
    "rename": 0.01,
    "flip": 0.01,
    "prune": 0.01,
    "record": 0.02,
}
# Steps too short to be met by chance last this much longer.
PAUSE = 0.02


@dataclass
class Loud(Silent):
    """Progress that says each step as it begins."""

    out: IO[str]

    def step(self, name: str) -> None:
        self.out.write(f"{name}\n")
        self.out.flush()


def tell_phases(progress: Loud) -> None:
    """Have the functions of a publication say that they begin, and linger there."""
    import flows.pipeline as pipeline
    import flows.release.publish as publish

    def telling(module: object, function: str, phase: str) -> None:
        real = getattr(module, function)

        def told(*arguments: object, **named: object) -> object:
            progress.step(phase)
            time.sleep(PAUSE)
            return real(*arguments, **named)

        setattr(module, function, told)

    telling(publish, "write_manifest", "manifest")
    telling(publish, "sync_tree", "sync")
    telling(publish, "sync_folder", "rename")
    telling(publish, "point_at", "flip")
    telling(pipeline, "prune", "prune")
    telling(pipeline, "change_ledger", "record")


def main(raw: str, warehouse: str) -> None:
    """The child: one refresh, phase by phase on standard output."""
    from flows.pipeline import Refresh

    progress = Loud(sys.stdout)
    progress.step("start")
    tell_phases(progress)
    where = Paths(raw=Path(raw), warehouse=Path(warehouse))
    print(Refresh(where, force=True, keep=3, progress=progress).run())


def start(where: Paths) -> subprocess.Popen[str]:
    """A refresh in a process group of its own."""
    code = f"from tests.crashes import main; main({str(where.raw)!r}, {str(where.warehouse)!r})"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill_in(process: subprocess.Popen[str], phase: str, delay: float) -> bool:
    """SIGKILL the refresh `delay` seconds after it entered a phase; False when it had ended before."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == phase:
            time.sleep(delay)
            break
    killed = process.poll() is None
    # Only the refresh itself: that its children end too is theirs to see to.
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    if process.stderr:
        process.stderr.close()
    return killed


def what_is_wrong(where: Paths) -> list[str]:
    """Faults of what readers find after a crash: no release, one that does not verify, a dangling pointer."""
    release = current_release(where)
    return ["there is no release"] if release is None else faults(release)
