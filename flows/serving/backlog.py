"""What a dead runner or a long pause left behind, cleared so that the next run finds its way free."""

from __future__ import annotations

import datetime as dt

from flows.serving.api import ACTIVE, Api, Run

LATE_SECONDS = 60
ENDED_WITH_RUNNER = "its runner ended before it did"
OVERTAKEN = "a later run of the same deployment is due as well"
TOO_LONG = "it took longer than the limit"


def settle(api: Api) -> int:
    """Once no runner is left: runs that say they run have crashed, their slots are free. Returns how many."""
    left = api.runs({"state": {"type": {"any_": list(ACTIVE)}}})
    api.set_states(left, "CRASHED", ENDED_WITH_RUNNER, force=True)
    api.free_slots()
    return len(left)


def overtaken(late: list[Run]) -> list[Run]:
    """Of late runs all but the newest of each deployment."""
    newest: dict[str | None, Run] = {}
    for run in late:
        kept = newest.get(run["deployment_id"])
        if kept is None or run["expected_start_time"] > kept["expected_start_time"]:
            newest[run["deployment_id"]] = run
    kept_ids = {run["id"] for run in newest.values()}
    return [run for run in late if run["id"] not in kept_ids]


def clear_late(api: Api, now: dt.datetime) -> int:
    """Cancel the runs that should have started long ago, except the newest. Returns how many."""
    due = (now - dt.timedelta(seconds=LATE_SECONDS)).isoformat()
    late = api.runs({"state": {"type": {"any_": ["SCHEDULED"]}}, "expected_start_time": {"before_": due}})
    dropped = overtaken(late)
    api.set_states(dropped, "CANCELLED", OVERTAKEN)
    return len(dropped)


def stop_stuck(api: Api, active: list[Run], now: dt.datetime, seconds: float) -> list[Run]:
    """Cancel runs that have been running for more than `seconds`; their runner ends their processes.

    Returns those that have not ended a minute after that either: only the end of the runner helps them.
    """
    overdue = [run for run in active if run["start_time"] and age(run, now) > seconds]
    running = [run for run in overdue if run["state_type"] == "RUNNING"]
    if running:
        api.set_states(running, "CANCELLING", TOO_LONG)
    return [run for run in overdue if age(run, now) > seconds + 60]


def age(run: Run, now: dt.datetime) -> float:
    """Seconds since the run started."""
    return (now - dt.datetime.fromisoformat(run["start_time"])).total_seconds()
