"""`g60 serve` left alone: a file is dropped, runs pile up, it is stopped, killed and started again."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from flows.release.current import require_release
from flows.serving.state import next_run, read_state
from flows.sql_endpoint.token import token_file
from tests.conftest import Published, Scheduler
from tests.serving.conftest import Served, ask, copy_of, migrated_home, serving, start_serving, wait_for

LATE = 500
SIX_O_CLOCK = "0 6 * * *"


def drop(served: Served, name: str, row: str) -> None:
    """A new file and its card, as a person would put them among the raw files."""
    folder = served.where.raw / "suzhou"
    shutil.copy(served.where.raw / "bulletins" / "320500_suzhou.csv.yaml", folder / f"{name}.yaml")
    (folder / name).write_text(f"地区,指标,时期,数值,单位\n{row}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def on_postgres(
    postgres: str | None, published: Published, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served | None]:
    """Served every minute from a database that has no tables yet; None without PostgreSQL."""
    if postgres is None:
        yield None
        return
    where = copy_of(published, tmp_path_factory.mktemp("on_postgres"))
    with serving(where, "--database", postgres, "--cron", "* * * * *", "--sql", "--sql-port", "0") as served:
        yield served


@pytest.fixture(scope="module")
def served(
    on_postgres: Served | None,  # It takes a minute to come due, in which all others go on.
    scheduler: Scheduler,
    published: Published,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    where = copy_of(published, tmp_path_factory.mktemp("served"))
    migrated_home(scheduler, where)
    options = ["--webhook", "http://127.0.0.1:9/hook", "--sql", "--sql-port", "0"]
    with serving(where, "--cron", SIX_O_CLOCK, *options) as served:
        served.said("next", 60)
        yield served


def test_it_says_where_it_serves_and_when_it_refreshes_next(served: Served) -> None:
    assert f"{served.address} (scheduler), http://127.0.0.1:{served.docs_port}/ (docs)" in served.said(
        "serving", 1
    )
    assert "06:00 Asia/Shanghai" in served.said("next", 1)
    due = next_run(served.where)
    assert due
    assert (due.astimezone(dt.UTC).hour, due.minute) == (22, 0)
    with urllib.request.urlopen(served.address, timeout=10) as page:
        assert "Prefect" in page.read().decode()
    with urllib.request.urlopen(f"http://127.0.0.1:{served.docs_port}/", timeout=10) as page:
        assert page.status == 200


def test_sql_is_served_beside_and_comes_back_when_its_process_is_killed(served: Served) -> None:
    line = served.said("postgresql://", 1)
    address = line.split()[1].rstrip(",")
    password = token_file(served.where).read_text(encoding="ascii").strip()

    def index_of_a_year() -> int:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(address, password=password) as client,
        ):
            sql = "select count(*) from marts.mart_collaborative_innovation_index where year = 2022"
            [count] = client.execute(sql).fetchone() or [0]
            return int(count)
        return 0

    assert wait_for(index_of_a_year, 10, "the index by SQL") > 8
    assert read_state(served.where)["sql"] == address
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            if b"flows.sql_endpoint\0{" in command and str(served.where.warehouse).encode() in command:
                os.kill(int(folder.name), signal.SIGKILL)
    served.said("the SQL endpoint ended by itself", 10)
    assert wait_for(index_of_a_year, 20, "the index by SQL again") > 8


def test_the_schedules_are_in_chinese_time_and_only_a_few_runs_ahead(served: Served) -> None:
    found = ask(served.address, "/deployments/filter", {})
    schedules = {one["name"]: one["schedules"][0]["schedule"] for one in found}
    assert {name: (one["cron"], one["timezone"]) for name, one in schedules.items()} == {
        "refresh": (SIX_O_CLOCK, "Asia/Shanghai"),
        "freshness": ("30 7 * * *", "Asia/Shanghai"),
    }
    assert 1 <= len(served.runs(state_type="SCHEDULED", auto_scheduled=True)) <= 3


def test_the_webhook_is_called_for_late_sources_and_failed_refreshes(served: Served) -> None:
    found = ask(served.address, "/automations/filter", {})
    calls = {one["name"]: one["actions"][0]["type"] for one in found if one["enabled"]}
    assert calls["g60: a source is late"] == calls["g60: a refresh failed"] == "call-webhook"
    [block] = ask(
        served.address, "/block_documents/filter", {"block_documents": {"name": {"any_": ["g60-notify"]}}}
    )
    assert block["block_type"]["slug"] == "webhook"


def test_a_second_serve_says_who_serves_already(served: Served) -> None:
    second = start_serving(served.where)
    assert second.process.wait(20) == 4
    line = second.said("error", 2)
    assert f"this warehouse is served already by process {served.process.pid} at {served.address}" in line


@pytest.mark.parametrize("option", ["--port", "--docs-port"])
def test_a_taken_port_is_one_sentence(served: Served, tmp_path: Path, option: str) -> None:
    command = [sys.executable, "-m", "flows", "serve", "--warehouse", str(tmp_path)]
    run = subprocess.run(
        [*command, "--port", "0", "--docs-port", "0", option, str(served.port)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.returncode == 4
    assert run.stderr.startswith("error")
    assert run.stderr.count("\n") == 1
    assert f"127.0.0.1:{served.port}" in run.stderr
    assert f"another {option}" in run.stderr


def test_a_file_dropped_into_raw_is_published_with_no_further_command(served: Served) -> None:
    before = require_release(served.where).id
    drop(served, "2030.csv", "苏州市,地区生产总值,2030,40000,亿元")
    wait_for(lambda: require_release(served.where).id != before, 180, f"a release after {before}")
    assert require_release(served.where).id in served.said("refresh completed", 10)
    [run, *_] = served.runs(state_type="COMPLETED")
    assert run["created_by"]["type"] == "AUTOMATION"
    assert run["created_by"]["display_value"] == "refresh on g60.raw.changed"


def test_one_sigterm_in_the_middle_of_a_refresh_leaves_no_process(served: Served) -> None:
    before = served.where.current.resolve()
    drop(served, "2031.csv", "苏州市,地区生产总值,2031,41000,亿元")
    wait_for(lambda: served.runs(state_type="RUNNING"), 40, "a refresh that runs")
    assert len(served.processes()) >= 4
    seconds = served.end(signal.SIGTERM)
    assert served.process.returncode == 0
    assert seconds < 20
    assert served.processes() == []
    assert served.where.current.resolve() == before
    assert next_run(served.where) is None


def test_on_postgresql_a_scheduled_run_completes_and_one_sigint_leaves_no_process(
    on_postgres: Served | None,
) -> None:
    if on_postgres is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    on_postgres.said("next", 90)
    [run, *_] = wait_for(
        lambda: on_postgres.runs(state_type="COMPLETED", auto_scheduled=True), 100, "a scheduled run"
    )
    assert run["created_by"]["type"] == "SCHEDULE"
    assert "refresh completed" in on_postgres.said("ended", 10)
    assert not (on_postgres.where.warehouse / "scheduler" / "prefect.db").exists()
    assert on_postgres.end(signal.SIGINT) < 20
    assert on_postgres.process.returncode == 0
    assert on_postgres.processes() == []


def test_five_hundred_late_runs_and_one_of_a_dead_runner_are_cleared_and_the_next_refresh_completes(
    served: Served,
) -> None:
    if served.process.poll() is None:
        served.end(signal.SIGTERM)
    database = served.where.warehouse / "scheduler" / "prefect.db"
    pile_up(database)
    log = served.where.warehouse / "scheduler" / "logs" / "server.log"
    written = log.stat().st_size

    with serving(served.where, "--cron", SIX_O_CLOCK) as again:
        assert f"1 runs that had ended with their runner, {LATE - 1} late ones" in again.said("cleared", 60)
        assert "06:00 Asia/Shanghai" in again.said("next", 30)
        again.said("refresh completed", 180)
        again.process.kill()
        again.process.wait()
        wait_for(lambda: not again.processes(), 5, "no process after the supervisor was killed")
    with log.open(encoding="utf-8") as lines:
        lines.seek(written)
        assert "database is locked" not in lines.read()
    with contextlib.closing(sqlite3.connect(database)) as connection:
        states = (
            "select state_type, count(*) from flow_run where name like 'late %' or name = 'of a dead runner' "
            "group by 1"
        )
        ends = dict(connection.execute(states).fetchall())
    assert (ends["CANCELLED"], ends["CRASHED"]) == (LATE - 1, 1)


def pile_up(database: Path, late: int = LATE) -> None:
    """What a stuck runner leaves in its database: late runs, one that says it runs, and the slot of that."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        [deployment] = connection.execute(
            "select id, concurrency_limit_id from deployment where name = 'refresh'"
        )
        [run] = connection.execute(
            "select * from flow_run where state_type = 'SCHEDULED' and deployment_id = ? limit 1",
            [deployment["id"]],
        )
        [state] = connection.execute("select * from flow_run_state where id = ?", [run["state_id"]])
        now = dt.datetime.now(dt.UTC)
        for number in range(late + 1):
            due = f"{now - dt.timedelta(minutes=10 + number):%Y-%m-%d %H:%M:%S.%f}"
            kind, name = ("SCHEDULED", f"late {number}") if number < late else ("RUNNING", "of a dead runner")
            run_id, state_id = str(uuid.uuid4()), str(uuid.uuid4())
            details = json.loads(state["state_details"]) | {"flow_run_id": run_id, "scheduled_time": due}
            new_state = dict(state) | {
                "id": state_id,
                "flow_run_id": run_id,
                "type": kind,
                "name": kind.title(),
                "state_details": json.dumps(details),
            }
            new_run = dict(run) | {
                "id": run_id,
                "name": name,
                "state_id": None,
                "state_type": kind,
                "state_name": kind.title(),
                "idempotency_key": run_id,
                "expected_start_time": due,
                "next_scheduled_start_time": due if kind == "SCHEDULED" else None,
                "state_timestamp": due,
                "start_time": due if kind == "RUNNING" else None,
            }
            for table, row in (("flow_run", new_run), ("flow_run_state", new_state)):
                places = ", ".join("?" * len(row))
                connection.execute(
                    f"insert into {table} ({', '.join(row)}) values ({places})", [*row.values()]
                )
            connection.execute("update flow_run set state_id = ? where id = ?", [state_id, run_id])
        limit = deployment["concurrency_limit_id"]
        connection.execute("update concurrency_limit_v2 set active_slots = 1 where id = ?", [limit])
        connection.commit()
