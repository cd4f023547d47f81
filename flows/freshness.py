"""The flow `freshness`: say which sources are late. The judgement itself is in querying.freshness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.events import emit_event

from flows.querying.freshness import in_words, late_series, read_standings, table_of
from flows.settings import paths

SOURCE_LATE = "g60.source.late"


@flow(name="freshness", log_prints=False)
def freshness(warehouse: str | None = None) -> list[dict[str, Any]]:
    """Hold the current release against the publication calendar, as of today. Returns the late series.

    Every series and place goes into the artifact `freshness`; each late series is told in an event
    `g60.source.late`, once a run, for as long as it is late. Before the first release the run fails.
    """
    release, standings = read_standings(paths(None, Path(warehouse) if warehouse else None))
    late = late_series(standings)
    said = in_words(release, standings)
    create_table_artifact(table_of(standings), key="freshness", description=said)
    for series in late:
        resource = {
            "prefect.resource.id": f"g60.source.{series.code}",
            "prefect.resource.name": series.name,
        }
        emit_event(SOURCE_LATE, resource=resource, payload=series.payload())
    get_run_logger().info(said)
    return [series.payload() for series in late]
