"""prefect.yaml on a Prefect that runs already: a work pool, the deployments, a worker."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from flows.settings import ROOT
from tests.conftest import Published, Scheduler
from tests.serving.conftest import ask, wait_for


def test_a_worker_runs_the_deployments_of_prefect_yaml(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    def prefect(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "prefect", "--no-prompt", *arguments]

    for arguments in (["work-pool", "create", "g60", "--type", "process"], ["deploy", "--all"]):
        subprocess.run(
            prefect(*arguments), cwd=ROOT, env=scheduler.env, check=True, capture_output=True, timeout=60
        )
    found = {one["name"]: one for one in ask(scheduler.address, "/deployments/filter", {})}
    assert set(found) == {"refresh", "freshness"}
    for one in found.values():
        assert one["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
        assert one["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert str(ROOT) not in str(one)
    warehouse = shutil.copytree(published.paths.warehouse, tmp_path / "warehouse", symlinks=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    body = {"parameters": {"warehouse": str(warehouse)}}
    run = ask(scheduler.address, f"/deployments/{found['refresh']['id']}/create_flow_run", body)
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            prefect("worker", "start", "--pool", "g60"),
            cwd=elsewhere,
            env=scheduler.env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            state = wait_for(
                lambda: (
                    (now := ask(scheduler.address, f"/flow_runs/{run['id']}")["state"]["type"])
                    in ("COMPLETED", "FAILED", "CRASHED")
                    and now
                ),
                60,
                "the end of the run",
            )
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            # Others look at the newest run of this scheduler: none of these may be to come.
            for one in found.values():
                address = f"{scheduler.api}/deployments/{one['id']}"
                urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=10).close()
    assert state == "COMPLETED"
