"""What cannot be served is told in one sentence before anything starts."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from flows.errors import G60Error
from flows.reporting.serve import docs_server
from flows.serving.api import Api, Run
from flows.serving.backlog import overtaken, stop_stuck
from flows.serving.plan import Plan, checked_cron, checked_database, environment, open_port
from flows.serving.state import hold, is_served, next_run, write_state
from flows.settings import Paths


@pytest.mark.parametrize("cron", ["0 6 * * *", " 30  7 * * 1-5 ", "*/15 8-18 1,15 * *"])
def test_a_schedule_of_five_fields_is_taken(cron: str) -> None:
    assert checked_cron(cron) == " ".join(cron.split())


@pytest.mark.parametrize(
    "cron", ["", "nonsense", "61 * * * *", "0 6 * *", "0 0 6 * * *", "@daily", "0 6 31 2 *", "H 6 * * *"]
)
def test_nonsense_for_a_schedule_is_one_sentence(cron: str) -> None:
    with pytest.raises(G60Error, match=r"is no schedule: .+ \(--cron\); write minute, hour"):
        checked_cron(cron)


def test_a_database_is_postgresql_or_sqlite() -> None:
    assert checked_database(None) is None
    assert checked_database("postgresql://g60@host/name") == "postgresql+asyncpg://g60@host/name"
    with pytest.raises(G60Error, match="cannot use this database"):
        checked_database("mysql://secret@host/name")


def test_a_taken_port_is_one_sentence_and_zero_takes_a_free_one() -> None:
    assert open_port(0, "--port") > 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(G60Error, match=r"the port is taken.*choose another --port"):
            open_port(taken.getsockname()[1], "--port")


def test_settings_of_another_prefect_do_not_reach_the_scheduler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere/api")
    monkeypatch.setenv("PREFECT_API_KEY", "secret")
    plan = Plan(Paths(warehouse=tmp_path), "0 6 * * *", 4280, 8060, None, 3600)
    env = environment(plan, "http://127.0.0.1:8060/")
    assert env["PREFECT_HOME"] == str(tmp_path / "scheduler")
    assert env["PREFECT_API_URL"] == "http://127.0.0.1:4280/api"
    assert "PREFECT_API_KEY" not in env


def test_of_late_runs_the_newest_of_each_deployment_stays() -> None:
    late = [
        {
            "id": f"{deployment}{hour}",
            "deployment_id": deployment,
            "expected_start_time": f"2026-01-01T{hour}",
        }
        for deployment in "ab"
        for hour in ("06", "08", "07")
    ]
    assert [run["id"] for run in overtaken(late)] == ["a06", "a07", "b06", "b07"]


def test_runs_that_take_too_long_or_do_not_begin_are_cancelled_and_told_when_that_does_not_end_them() -> None:
    noon = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)

    def run(name: str, kind: str, seconds: float) -> Run:
        since = (noon - dt.timedelta(seconds=seconds)).isoformat()
        return {"id": name, "state_type": kind, "start_time": since, "state": {"timestamp": since}}

    active = [
        run("long", "RUNNING", 3601),
        run("short", "RUNNING", 3599),
        run("begins", "PENDING", 299),
        run("waits", "PENDING", 301),
        run("ends", "CANCELLING", 59),
        run("stays", "CANCELLING", 61),
    ]
    asked: list[str] = []

    class Recording(Api):
        def set_states(self, runs: list[Run], state: str, message: str, force: bool = False) -> None:
            asked.extend(f"{run['id']} {state}" for run in runs)

    assert [one["id"] for one in stop_stuck(Recording("http://nowhere"), active, noon, 3600)] == ["stays"]
    assert asked == ["long CANCELLING", "waits CANCELLING"]


def test_the_next_run_is_known_only_while_somebody_serves(tmp_path: Path) -> None:
    where = Paths(warehouse=tmp_path)
    assert next_run(where) is None
    with hold(where):
        write_state(where, pid=1, ui="http://there", next_run="2026-01-01T22:00:00Z")
        assert is_served(where)
        due = next_run(where)
        assert due
        assert due.isoformat() == "2026-01-01T22:00:00+00:00"
        with pytest.raises(G60Error, match="served already by process 1 at http://there"):
            hold(where)
    assert next_run(where) is None


def test_before_the_first_release_the_docs_say_so(tmp_path: Path) -> None:
    with docs_server(Paths(warehouse=tmp_path), 0, before_first=True) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(urllib.error.HTTPError, match="503") as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/docs/index.html", timeout=5)
        assert "No release has been published yet" in refused.value.read().decode()
        server.shutdown()
