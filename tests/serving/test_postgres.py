"""PostgreSQL instead of SQLite below the scheduler: a schedule that comes due, and the end on Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.conftest import Published
from tests.serving.conftest import copy_of, serving, wait_for


def test_on_postgresql_a_scheduled_run_completes_and_one_sigint_leaves_no_process(
    postgres: str, published: Published, tmp_path: Path
) -> None:
    with serving(copy_of(published, tmp_path), "--database", postgres, "--cron", "* * * * *") as served:
        served.said("next", 90)
        [run, *_] = wait_for(
            lambda: served.runs(state_type="COMPLETED", auto_scheduled=True), 100, "a scheduled run"
        )
        assert run["created_by"]["type"] == "SCHEDULE"
        assert "refresh completed" in served.said("ended", 10)
        assert not (served.where.warehouse / "scheduler" / "prefect.db").exists()
        assert served.end(signal.SIGINT) < 20
        assert served.process.returncode == 0
        assert served.processes() == []
