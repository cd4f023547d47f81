"""The flow `refresh`: land → build → gate → publish → report. Only this file knows the scheduler."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from rich.console import Console

from flows.fingerprint import fingerprint
from flows.landing.land import Landing
from flows.landing.land import land as land_files
from flows.memory import give_back_freed_memory
from flows.modelling.build import Build, write_docs
from flows.modelling.build import build as build_models
from flows.release.compare import Changes
from flows.release.current import Release, current_release, is_current
from flows.release.gate import GateClosed, check_gate
from flows.release.lock import lock
from flows.release.publish import publish as publish_release
from flows.reporting.progress import Progress
from flows.reporting.report import changes_in_words, run_report
from flows.settings import Paths, paths

progress = Progress(Console(file=sys.stdout))


@task(name="land")
def land(where: Paths) -> Landing:
    """Every raw file, cell by cell, into a new scratch database."""
    progress.step("land")
    where.build_database.unlink(missing_ok=True)
    landing = land_files(where.raw, where.build_database, progress.detail)
    get_run_logger().info(
        "read %s, landed %s, quarantined %s", landing.read, landing.landed, landing.quarantined
    )
    progress.done(
        f"{landing.files} files, {landing.documents} documents: {landing.read} cells read, "
        f"{landing.landed} landed, {landing.quarantined} quarantined, {landing.not_data} not data"
    )
    return landing


@task(name="build")
def build(where: Paths) -> Build:
    """Seeds, models and data tests of the dbt project."""
    progress.step("build")
    built = build_models(where, progress.detail)
    get_run_logger().info(
        "%s nodes, %s failed, %s warned", len(built.nodes), len(built.failed), len(built.warned)
    )
    progress.done(f"{len(built.nodes)} nodes, {built.passed_tests} tests passed, {len(built.warned)} warned")
    return built


@task(name="gate")
def gate(built: Build, where: Paths) -> None:
    """Closed while any test of severity error fails."""
    check_gate(built, where)


@task(name="publish")
def publish(where: Paths, inputs: str, landing: Landing, built: Build) -> tuple[Release, Changes | None]:
    """A new immutable release, then one flip of the pointer."""
    progress.step("publish")

    def write_pages(database: Path, folder: Path) -> None:
        # A process of its own: in a thread of this one, pages and exports would wait for each other.
        subprocess.run([sys.executable, "-m", "flows.reporting.site", database, folder], check=True)

    def add_lineage(docs: Path) -> None:
        target = docs / "dbt" / "index.html"
        target.parent.mkdir(parents=True)
        target.write_bytes(write_docs(where).read_bytes())

    release, changes = publish_release(where, inputs, landing, built, write_pages, add_lineage)
    get_run_logger().info("published %s", release.id)
    progress.done(f"release {release.id}: {changes_in_words(changes).splitlines()[0]}")
    return release, changes


@task(name="report")
def report(
    where: Paths, landing: Landing, built: Build, release: Release | None, changes: Changes | None
) -> None:
    """The run as one artifact on the scheduler's page."""
    create_markdown_artifact(
        run_report(landing, built, where, release, changes),
        key="refresh-report",
        description=f"Release {release.id}" if release else "Not published",
    )


@flow(name="refresh", log_prints=False)
def refresh(
    raw: str | None = None, warehouse: str | None = None, force: bool = False, as_of: str | None = None
) -> str:
    """Build and publish the warehouse from its raw files. Returns the id of the release readers hold.

    With inputs unchanged since the published release it does nothing, unless `force`. A failed test of
    severity error raises and leaves the published release untouched. Two refreshes of one warehouse
    never run at once. With `as_of`, a day as 2023-06-30, the warehouse of what was known then is published
    below the other, in as_of/2023-06-30; the current release is not touched.
    """
    give_back_freed_memory()
    where = paths(Path(raw) if raw else None, Path(warehouse) if warehouse else None, as_of)
    with lock(where):
        return refresh_locked(where, force)


def refresh_locked(where: Paths, force: bool) -> str:
    inputs = fingerprint(where)
    before = current_release(where)
    if before and not force and is_current(where, inputs):
        get_run_logger().info("nothing changed since release %s", before.id)
        return before.id
    landing = land(where)
    built = build(where)
    try:
        gate(built, where)
    except GateClosed:
        report(where, landing, built, None, None)
        raise
    release, changes = publish(where, inputs, landing, built)
    report(where, landing, built, release, changes)
    return release.id
