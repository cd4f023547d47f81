"""Lateness of a real release, told by a real scheduler to a real receiver on loopback."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.release.current import require_release
from tests.conftest import Published, Scheduler
from tests.flows.test_refresh import ask, wait_until

# One process for all that needs Prefect imported: installed twice, one automation paused in between; then
# three flow runs, and one that its process could not end itself.
SCRIPT = """
import json, sys
from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.states import Crashed
from flows.freshness import freshness
from flows.refresh import refresh
from flows.serving.notify import LATE, install_notifications

url, warehouse, empty, damaged = sys.argv[1:]
install_notifications(url + "/old")
Automation.read(name=LATE).disable()
install_notifications(url + "/hook")
is_paused = not Automation.read(name=LATE).enabled
Automation.read(name=LATE).enable()
late = freshness(warehouse=warehouse)
states = [
    freshness(warehouse=empty, return_state=True),
    refresh(raw=damaged, warehouse=empty, return_state=True),
]
with get_client(sync_client=True) as client:
    run = client.create_flow_run(refresh)
    client.set_flow_run_state(run.id, Crashed(message="the machine went down"), force=True)
said = {"late": late, "states": [[s.type.value, s.message] for s in states], "is_paused": is_paused}
print("SAID" + json.dumps(said))
"""
WAIT_SECONDS = 20


@dataclass
class Told:
    """What the script said and what was posted to the receiver."""

    late: list[dict[str, Any]]
    states: list[tuple[str, str]]
    is_paused: bool
    posts: list[tuple[str, dict[str, str], dict[str, Any]]]

    def messages(self, event: str) -> list[dict[str, Any]]:
        return [said for _, _, said in list(self.posts) if said["event"] == event]


@pytest.fixture(scope="module")
def told(
    scheduler: Scheduler, published: Published, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            posts.append((self.path, dict(self.headers), said))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    empty, damaged = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("damaged")
    (damaged / "source").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}"
        command = [sys.executable, "-c", SCRIPT, url, *map(str, (published.paths.warehouse, empty, damaged))]
        run = subprocess.run(
            command, env=scheduler.env, capture_output=True, text=True, timeout=120, check=False
        )
        assert run.returncode == 0, run.stderr
        said = json.loads(run.stdout.rpartition("SAID")[2])
        states = [(kind, message) for kind, message in said["states"]]
        yield Told(said["late"], states, said["is_paused"], posts)
    finally:
        # Later failures of other tests are nobody's news any more.
        for automation in ask(scheduler, "/automations/filter", {}):
            address = f"{scheduler.api}/automations/{automation['id']}"
            urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=10).close()
        server.shutdown()
        server.server_close()


def test_every_late_source_is_posted_with_its_days_in_a_sentence(told: Told) -> None:
    assert told.late, "the bundled figures end long before today"
    expected = {series["series_code"] for series in told.late}
    assert wait_until(lambda: len(told.messages("g60.source.late")) >= len(expected), WAIT_SECONDS)
    said = {message["series_code"]: message for message in told.messages("g60.source.late")}
    assert set(said) == expected
    for series in told.late:
        message = said[series["series_code"]]
        assert message["text"] == f"{series['sentence_zh']} {series['sentence_en']}"
        assert message["days_late"] == series["days_late"] > 0
        assert f"{series['days_late']}天" in message["text"]
        assert message["places"] == series["places"]
    nation = said["bulletin_nation"]["text"]
    assert re.search(r"全国国民经济和社会发展统计公报:全国20\d\d年数据应于20\d\d-02-2[89]前收到", nation)
    assert "National statistical bulletin: 20" in nation


def test_a_failed_refresh_is_posted_with_its_failure(told: Told) -> None:
    assert wait_until(lambda: bool(told.messages("prefect.flow-run.Failed")), WAIT_SECONDS)
    [message] = told.messages("prefect.flow-run.Failed")
    assert "A refresh failed" in message["text"]
    kind, reason = told.states[1]
    assert kind == "FAILED"
    assert message["text"].endswith(f": {reason.partition('G60Error: ')[2]}")
    assert "readers keep the last release: there is no raw file to land" in message["text"]
    assert message["state"] == "Failed"


def test_a_refresh_that_crashed_is_posted_too(told: Told) -> None:
    assert wait_until(lambda: bool(told.messages("prefect.flow-run.Crashed")), WAIT_SECONDS)
    [message] = told.messages("prefect.flow-run.Crashed")
    assert message["text"].endswith("the machine went down")


def test_before_the_first_release_the_run_fails_in_one_sentence_and_no_refresh_is_said_to_have(
    told: Told,
) -> None:
    kind, message = told.states[0]
    assert kind == "FAILED"
    assert "no release has been published yet" in message
    assert "run g60 refresh first" in message
    assert not [m for m in told.messages("prefect.flow-run.Failed") if "no release has been" in m["text"]]


def test_installing_again_replaces_the_address_doubles_nothing_and_wakes_no_paused_automation(
    scheduler: Scheduler, told: Told
) -> None:
    assert told.is_paused
    names = [a["name"] for a in ask(scheduler, "/automations/filter", {}) if a["name"].startswith("g60")]
    assert sorted(names) == ["g60: a refresh failed", "g60: a source is late"]
    named = {"block_documents": {"name": {"any_": ["g60-notify"]}}}
    assert len(ask(scheduler, "/block_documents/filter", named)) == 1
    assert wait_until(lambda: bool(told.posts), WAIT_SECONDS)
    assert {path for path, _, _ in told.posts} == {"/hook"}
    assert {headers["Content-Type"] for _, headers, _ in told.posts} == {"application/json"}


def test_the_artifact_lists_every_series_and_place_late_ones_first(
    scheduler: Scheduler, published: Published, told: Told
) -> None:
    [artifact] = ask(scheduler, "/artifacts/filter", {"artifacts": {"key": {"any_": ["freshness"]}}})
    rows = json.loads(artifact["data"])
    [(all_rows, late)] = query(
        published.paths.current, "select count(*), count(*) filter (is_late) from marts.mart_freshness"
    )
    assert len(rows) == all_rows
    assert [row["状态 state"] == "迟到 late" for row in rows] == [True] * late + [False] * (all_rows - late)
    assert artifact["description"].startswith(f"{late} of {all_rows} series and places late as of ")


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_release_under_any_name_says_how_late_its_sources_are_on_the_day_it_is_read(
    published: Published, tmp_path: Path
) -> None:
    sql = "select * from {}marts.mart_freshness order by series_code, place_code"
    here = query(published.paths.current, sql.format(""))
    copy = shutil.copy(require_release(published.paths).database, tmp_path / "sent by post.duckdb")
    assert query(Path(copy), sql.format("")) == here
    with duckdb.connect() as connection:
        connection.execute(f"attach '{copy}' as elsewhere (read_only)")
        assert connection.execute(sql.format("elsewhere.")).fetchall() == here
    [(day,)] = query(published.paths.current, "select distinct as_of from marts.mart_freshness")
    assert dt.date.today() - dt.timedelta(days=1) <= day <= dt.date.today() + dt.timedelta(days=1)


def test_what_is_published_on_a_fixed_day_has_come_within_the_grace_of_the_calendar(
    published: Published,
) -> None:
    # Of other series the figures at hand were often cited long after they were published.
    late = query(
        published.paths.current,
        "select c.series_code, o.period, min(o.vintage_date) as published_on "
        "from staging.publication_calendar as c join marts.fct_observation as o "
        "on o.place_code = c.places and o.indicator_code = c.indicator_codes "
        "and (c.statuses = '*' or list_contains(string_split(c.statuses, ' '), o.status)) "
        "where c.series_code in ('trade_nation', 'rd_nation', 'gdp_final') and o.is_dated "
        "and o.period_kind = 'year' and year(o.period_end) >= c.first_year group by all "
        "having published_on > make_date(o.period::integer + any_value(c.due_lag_years), "
        "any_value(c.due_month), any_value(c.due_day)) + any_value(c.grace_days)",
    )
    assert late == []


def test_the_command_prints_late_ones_first_and_needs_no_scheduler(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    result = CliRunner().invoke(app, ["freshness", "--warehouse", str(published.paths.warehouse)])
    assert result.exit_code == 0, result.output
    states = re.findall(r"│ (迟到|宽限内|从未收到|按期) ", result.stdout)
    assert states == sorted(states, key=["迟到", "宽限内", "从未收到", "按期"].index)
    assert f"{states.count('迟到')} of {len(states)} series and places late as of 20" in result.stdout


def test_before_the_first_release_the_command_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["freshness", "--warehouse", str(tmp_path)])
    assert result.exit_code == 3
    assert "no release has been published yet" in result.stderr
