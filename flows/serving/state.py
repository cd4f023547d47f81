"""Who serves a warehouse, and what others may know of it without asking the scheduler."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from flows.errors import G60Error, InUse
from flows.serving.plan import home_of
from flows.settings import Paths

# Others try the lock for a moment to see whether it is held.
WAIT_SECONDS = 1


def state_file(where: Paths) -> Path:
    return home_of(where) / "serving.json"


def read_state(where: Paths) -> dict[str, Any]:
    """What the last `g60 serve` wrote; empty when there was none."""
    try:
        said = json.loads(state_file(where).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def write_state(where: Paths, **said: Any) -> None:
    """Replace what is said, in one step."""
    file = state_file(where)
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_text(json.dumps(said, indent=1), encoding="utf-8")
    new.replace(file)


def hold(where: Paths) -> FileLock:
    """The right to serve a warehouse, held. Raises G60Error naming the process that has it already."""
    home = home_of(where)
    try:
        home.mkdir(parents=True, exist_ok=True)
        held = FileLock(home / "serving.lock", timeout=WAIT_SECONDS)
        held.acquire()
    except Timeout as error:
        state = read_state(where)
        what = f"this warehouse is served already by process {state.get('pid')} at {state.get('ui')}"
        raise InUse(what, str(where.warehouse), "use that one, or end it first") from error
    except OSError as error:
        what = f"the warehouse cannot be written: {error.strerror}"
        raise G60Error(what, str(home), "give the user of the scheduler the right to write there") from error
    return held


def is_served(where: Paths) -> bool:
    """Whether a `g60 serve` of this warehouse runs now."""
    file = home_of(where) / "serving.lock"
    if not file.exists():
        return False
    try:
        with FileLock(file, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def next_run(where: Paths) -> dt.datetime | None:
    """When the running `g60 serve` of this warehouse refreshes next; None when none runs."""
    if not is_served(where):
        return None
    moment = read_state(where).get("next_run")
    return dt.datetime.fromisoformat(moment) if moment else None
