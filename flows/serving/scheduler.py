"""`python -m flows.serving.scheduler ARGUMENTS`: the command `prefect`, its garbage collected aside.

Whichever thread runs Python's collector finalises the SQLite statements it finds. On the thread of the event
loop that can wait for a connection which itself waits, for up to a minute, for a lock whose holder needs the
event loop to go on: the server then stands still until one of them gives up ("database is locked"). A webhook
called by an automation while runs are written is enough. A thread of its own may wait as long as it likes.
"""

from __future__ import annotations

import gc
import runpy
import threading
import time

PAUSE_SECONDS = 10


def collect_aside() -> None:
    """Collect from a thread from now on. What the imports left stays for good and need not be looked at."""
    gc.disable()

    def collect() -> None:
        time.sleep(PAUSE_SECONDS)
        gc.collect()
        gc.freeze()
        while True:
            time.sleep(PAUSE_SECONDS)
            gc.collect()

    threading.Thread(target=collect, name="collector", daemon=True).start()


if __name__ == "__main__":
    collect_aside()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
