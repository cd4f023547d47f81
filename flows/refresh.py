"""The flow `refresh`: the steps of pipeline.py as tasks, and the run's report as an artifact."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from rich.console import Console

from flows.ahead import take
from flows.memory import give_back_freed_memory
from flows.pipeline import Refresh, Step
from flows.release.history import KEPT
from flows.release.ledger import read_ledger
from flows.reporting.progress import Progress
from flows.settings import Paths, paths

progress = Progress(Console(file=sys.stdout))


def as_task(name: str, step: Step) -> Any:
    """A step of the run as a task of the flow."""
    return task(name=name, persist_result=False)(step)


@task(name="report")
def report(where: Paths, sentence: str) -> None:
    """The run as one artifact on the scheduler's page."""
    text = where.report.read_text(encoding="utf-8")
    create_markdown_artifact(text, key="refresh-report", description=sentence)


@flow(name="refresh", log_prints=False)
def refresh(
    raw: str | None = None,
    warehouse: str | None = None,
    force: bool = False,
    as_of: str | None = None,
    accept: str | None = None,
    keep: int = KEPT,
) -> str:
    """Build and publish the warehouse from its raw files. Returns the id of the release readers hold.

    With inputs unchanged since the published release it does nothing, unless `force`. A failed test of
    severity error, or a difference beyond the limits, raises and leaves the published release untouched;
    `accept` says why a held difference is let through. Two refreshes of one warehouse never run at once. With
    `as_of`, a day as 2023-06-30, the warehouse of what was known then is published below the other, in
    as_of/2023-06-30; the current release is not touched. The newest `keep` releases stay.
    """
    give_back_freed_memory()
    where = paths(Path(raw) if raw else None, Path(warehouse) if warehouse else None, as_of)
    ahead = take(where)
    run = ahead.refresh if ahead else Refresh(where, force, accept, keep, progress, as_task)
    try:
        release = ahead.join(as_task) if ahead else run.run()
    finally:
        # A disk too full for the report has its own sentence, which this one must not hide.
        if run.facts.landing and where.report.is_file():
            report(where, str(run.facts.stopped or (run.facts.release and run.facts.release.id)))
    last = read_ledger(where).last_run
    get_run_logger().info("%s: %s", release, last.sentence if last else "")
    return release
