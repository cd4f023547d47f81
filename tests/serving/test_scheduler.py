"""The scheduler's own process."""

from __future__ import annotations

import subprocess
import sys

from flows.settings import ROOT

CYCLES = """
import gc, threading, time
from flows.serving import scheduler

class Cycle:
    def __init__(self):
        self.itself = self
    def __del__(self):
        ended.add(threading.current_thread().name)

ended = set()
scheduler.PAUSE_SECONDS = 0.05
scheduler.collect_aside()
until = time.monotonic() + 20
while not ended and time.monotonic() < until:
    for _ in range(1000):
        Cycle()
    time.sleep(0.01)
print(gc.isenabled(), sorted(ended))
"""


def test_garbage_is_collected_by_a_thread_of_its_own_and_never_by_that_of_the_event_loop() -> None:
    run = subprocess.run(
        [sys.executable, "-c", CYCLES], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout == "False ['collector']\n"
