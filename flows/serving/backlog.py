"""What a dead runner or a long pause left behind, cleared so that the next run finds its way free."""

from __future__ import annotations

import datetime as dt

from flows.serving.api import ACTIVE, Api, Run

LATE_SECONDS = 60
BEGIN_SECONDS = 300
END_SECONDS = 60
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
    """Cancel runs that run for more than `seconds`, or do not begin; their runner ends their processes.

    Returns those that were cancelled a minute ago and have not ended: only the end of the runner helps them.
    """
    stuck = [
        run
        for run in active
        if (run["state_type"] == "RUNNING" and age(run["start_time"], now) > seconds)
        or (run["state_type"] == "PENDING" and age(run["state"]["timestamp"], now) > BEGIN_SECONDS)
    ]
    api.set_states(stuck, "CANCELLING", TOO_LONG)
    cancelling = [run for run in active if run["state_type"] == "CANCELLING"]
    return [run for run in cancelling if age(run["state"]["timestamp"], now) > END_SECONDS]


def age(moment: str, now: dt.datetime) -> float:
    """Seconds since a moment of the API."""
    return (now - dt.datetime.fromisoformat(moment)).total_seconds()
