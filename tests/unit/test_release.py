"""Decisions of a refresh that need neither dbt nor a scheduler."""

from __future__ import annotations

import datetime as dt
import os
import pickle
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows.errors import G60Error
from flows.fingerprint import fingerprint
from flows.modelling.build import Build, Node
from flows.querying.status import age
from flows.release.compare import compare
from flows.release.current import current_release, read_release, require_release
from flows.release.gate import GateClosed, check_gate
from flows.release.publish import new_id, remove_unfinished
from flows.reporting.report import cell, changes_in_words
from flows.server import answers, configured_api
from flows.settings import Paths

NODE = Node(
    name="three_sectors_make_gdp", kind="test", status="pass", seconds=0.1, severity="error", failures=0,
    table="fct_indicator", column=None, sentence="s", relation=None, message=None,
)  # fmt: skip


@pytest.fixture
def inputs(tmp_path: Path) -> Paths:
    paths = Paths(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse", project=tmp_path / "project")
    for folder in (paths.raw, paths.project):
        folder.mkdir()
        (folder / "a.csv").write_text("1")
    return paths


def test_a_changed_byte_changes_the_fingerprint_and_a_touched_file_does_not(inputs: Paths) -> None:
    before = fingerprint(inputs)
    os.utime(inputs.raw / "a.csv", (0, 0))
    assert fingerprint(inputs) == before
    (inputs.raw / "a.csv").write_text("2")
    assert fingerprint(inputs) != before


def test_a_renamed_file_changes_the_fingerprint(inputs: Paths) -> None:
    before = fingerprint(inputs)
    (inputs.raw / "a.csv").rename(inputs.raw / "b.csv")
    assert fingerprint(inputs) != before


def test_what_dbt_writes_beside_the_project_does_not_change_the_fingerprint(inputs: Paths) -> None:
    before = fingerprint(inputs)
    (inputs.project / "target").mkdir()
    (inputs.project / "target" / "manifest.json").write_text("{}")
    assert fingerprint(inputs) == before


def test_release_ids_sort_by_time() -> None:
    early = new_id(dt.datetime(2026, 9, 30, 23, 59, 59, tzinfo=dt.UTC), "f" * 64)
    late = new_id(dt.datetime(2026, 10, 1, 0, 0, 0, tzinfo=dt.UTC), "0" * 64)
    assert early < late


def test_before_the_first_release_there_is_none_and_asking_for_it_says_what_to_do(tmp_path: Path) -> None:
    paths = Paths(warehouse=tmp_path)
    assert current_release(paths) is None
    with pytest.raises(G60Error, match="run g60 refresh first"):
        require_release(paths)


def test_a_release_without_a_readable_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(G60Error, match="no readable manifest"):
        read_release(tmp_path)


def test_what_a_crash_left_unfinished_is_removed_and_releases_stay(tmp_path: Path) -> None:
    paths = Paths(warehouse=tmp_path)
    for name in (".unfinished-20260101T000000Z-aaaa", "20260102T000000Z-bbbb"):
        (paths.releases / name / "parquet").mkdir(parents=True)
    remove_unfinished(paths)
    assert [folder.name for folder in paths.releases.iterdir()] == ["20260102T000000Z-bbbb"]


def test_the_gate_lets_passes_and_warnings_through(tmp_path: Path) -> None:
    check_gate(Build((NODE, replace(NODE, status="warn", failures=3)), "1.11"), Paths(warehouse=tmp_path))


@pytest.mark.parametrize("status", ["fail", "error"])
def test_the_gate_closes_on_a_failed_node_and_names_it(tmp_path: Path, status: str) -> None:
    failed = replace(NODE, status=status, message="the rows\ndo not add up")
    with pytest.raises(GateClosed, match="three_sectors_make_gdp") as caught:
        check_gate(Build((NODE, failed), "1.11"), Paths(warehouse=tmp_path))
    assert "\n" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def database(path: Path, figures: list[tuple[str, float]]) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_place as select 'A' as place_code, '甲' as name_zh")
        connection.execute(
            "create table marts.fct_indicator (place_code varchar, indicator_code varchar, period varchar, "
            "value double, unit varchar, cell_address varchar)"
        )
        connection.executemany(
            "insert into marts.fct_indicator values ('A', ?, '2022', ?, '亿元', 'f.csv#D2')", figures
        )
    return path


def test_a_comparison_tells_new_gone_and_changed_figures_in_words(tmp_path: Path) -> None:
    before = database(tmp_path / "before.duckdb", [("same", 1.0), ("moved", 2.0), ("gone", 3.0)])
    after = database(tmp_path / "after.duckdb", [("same", 1.0), ("moved", 2.5), ("new", 4.0)])
    changes = compare(before, after, tmp_path / "diff.csv")
    assert (changes.added, changes.removed, changes.changed) == (1, 1, 1)
    said = changes_in_words(changes)
    assert "甲 moved 2022: 2 → 2.5 亿元 (f.csv#D2)" in said
    assert "甲 new 2022: new 4 亿元" in said
    assert "甲 gone 2022: 3 gone 亿元" in said
    assert len((tmp_path / "diff.csv").read_text().splitlines()) == 4


def test_equal_releases_have_no_changes(tmp_path: Path) -> None:
    before = database(tmp_path / "before.duckdb", [("same", 1.0)])
    after = database(tmp_path / "after.duckdb", [("same", 1.0)])
    assert changes_in_words(compare(before, after)) == "No published figure changed."
    assert "nothing to compare" in changes_in_words(None)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "less than a minute"), (60, "1 minute"), (7300, "2 hours"), (86400, "1 day"), (200000, "2 days")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: int, said: str) -> None:
    now = dt.datetime(2026, 1, 10, tzinfo=dt.UTC)
    assert age(now - dt.timedelta(seconds=seconds), now) == said


def test_a_pipe_in_a_value_does_not_break_a_report_table() -> None:
    assert cell("a|b\nc") == "a\\|b c"


def test_an_address_where_nothing_listens_is_no_scheduler() -> None:
    assert not answers("http://127.0.0.1:9/api", 0.2)
    assert not answers("not an address", 0.2)


def test_the_server_of_the_active_profile_is_used_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv("PREFECT_PROFILE", raising=False)
    monkeypatch.delenv("PREFECT_PROFILES_PATH", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    assert configured_api() is None
    (tmp_path / "profiles.toml").write_text(
        'active = "office"\n[profiles.office]\nPREFECT_API_URL = "http://127.0.0.1:4300/api"\n[profiles.other]\n'
    )
    assert configured_api() == "http://127.0.0.1:4300/api"
    monkeypatch.setenv("PREFECT_PROFILE", "other")
    assert configured_api() is None
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4400/api")
    assert configured_api() == "http://127.0.0.1:4400/api"
