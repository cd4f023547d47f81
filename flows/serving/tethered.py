"""`python -m flows.serving.tethered MODULE ARGUMENTS`: run a module in a group that ends with its parent.

Standard input must be a pipe of which only the parent holds the other end. When it closes, however the parent
went, every process of the group is killed: the module and all it started, at any depth.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading


def tether() -> None:
    """Watch standard input from a thread; the processes started later get an empty one instead."""
    lifeline = os.dup(0)
    with open(os.devnull) as empty:  # noqa: PTH123
        os.dup2(empty.fileno(), 0)

    def watch() -> None:
        while os.read(lifeline, 64):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="tether", daemon=True).start()


if __name__ == "__main__":
    tether()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
