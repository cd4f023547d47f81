"""`python -m flows.serving.runner`: the process that registers the deployments and runs what is due.

Every run is a process of its own that imports the flow by its module's name.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.serving.plan import FRESHNESS_CRON, RAW_CHANGED, ZONE

ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
# One refresh and, beside it, one look at the freshness of what is published.
RUNS_AT_ONCE = 2


def deployment(
    flow: Flow[..., Any], cron: str, parameters: dict[str, Any], description: str, *events: str
) -> RunnerDeployment:
    """A flow on a schedule in Chinese time, also started by events, never twice at once."""
    made = flow.to_deployment(
        name=flow.name,
        schedule=Cron(cron, timezone=ZONE.key, slug="cron"),
        parameters=parameters,
        description=description,
        concurrency_limit=ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
        triggers=[
            DeploymentEventTrigger(name=f"{flow.name} on {event}", expect={event}, threshold=1)
            for event in events
        ],
    )
    assert isinstance(made, RunnerDeployment)
    return made


def main(cron: str, raw: str, warehouse: str) -> None:
    """Serve until SIGTERM. The schedules stay active meanwhile: `backlog` clears what piles up."""
    from flows.freshness import freshness
    from flows.refresh import refresh

    if webhook := os.environ.get("G60_WEBHOOK"):
        from flows.serving.notify import install_notifications

        install_notifications(webhook)
    serve(
        deployment(
            refresh,
            cron,
            {"raw": raw, "warehouse": warehouse},
            "Build, test and publish the warehouse from its raw files 刷新并发布统计仓库",
            RAW_CHANGED,
        ),
        deployment(
            freshness,
            FRESHNESS_CRON,
            {"warehouse": warehouse},
            "See whether the published figures are still fresh 检查数据时效",
        ),
        pause_on_shutdown=False,
        limit=RUNS_AT_ONCE,
        print_starting_message=False,
    )


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
