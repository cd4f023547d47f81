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
from flows.release.compare import Changes, compare, list_nothing, moved_inputs
from flows.release.current import current_release, read_release, require_release
from flows.release.gate import GateClosed, Limit, beyond_limits, check_gate
from flows.release.history import clock_behind, new_id, remove_leftovers
from flows.reporting.report import cell, changes_in_words
from flows.server import answers, configured_api
from flows.settings import Paths

NODE = Node(
    name="three_sectors_make_gdp", kind="test", status="pass", seconds=0.1, severity="error", failures=0,
    table="fct_indicator", column=None, sentence="s", query=None, message=None,
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


def test_release_ids_sort_by_time_also_when_the_clock_was_set_back(tmp_path: Path) -> None:
    paths = Paths(warehouse=tmp_path)
    late = new_id(paths, "f" * 64, dt.datetime(2026, 10, 1, 0, 0, 0, tzinfo=dt.UTC))
    (paths.releases / late).mkdir(parents=True)
    back = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    assert new_id(paths, "0" * 64, back) == "20261001T000001Z-00000000"
    said = clock_behind(paths, back)
    assert said is not None
    assert "2024-01-01 00:00 UTC, which is before release 20261001T000000Z" in said
    assert clock_behind(paths, dt.datetime(2026, 10, 2, tzinfo=dt.UTC)) is None


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
    for name in (".unfinished-20260101T000000Z-aaaa", ".doomed-20250101T000000Z-c", "20260102T000000Z-bbbb"):
        (paths.releases / name / "parquet").mkdir(parents=True)
    (tmp_path / ".current.duckdb.4711").symlink_to("releases")
    for name in (".ledger.json.4711", ".report.md.4711"):
        (tmp_path / name).touch()
    remove_leftovers(paths)
    assert [entry.name for entry in tmp_path.iterdir()] == ["releases"]
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


Figure = tuple[str, float, str]


def database(path: Path, figures: list[Figure], score: float = 100.0) -> Path:
    """A release of a few figures (indicator, value, file); every file is a document that prints them."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            create schema raw;
            create schema marts;
            create schema staging;
            create table staging.framework as select 'index' as framework, '指数' as name_zh;
            create table figure (indicator_code varchar, value double, file_path varchar);
        """)
        connection.executemany("insert into figure values (?, ?, ?)", figures)
        connection.execute(f"""
            create table marts.dim_place as select 'A' as place_code, '甲' as name_zh;
            create table marts.dim_indicator as
            select distinct indicator_code, indicator_code as name_zh from figure;
            create table marts.fct_indicator as
            select 'A' as place_code, indicator_code, '2022' as period, value, '亿元' as unit,
                file_path || '#' || indicator_code as cell_address
            from figure;
            create table marts.fct_observation as
            select cell_address, split_part(split_part(cell_address, '#', 1), '@', 1) as document_id
            from marts.fct_indicator;
            create table marts.dim_document as
            select distinct document_id, 'Bulletin ' || document_id as title from marts.fct_observation;
            create table raw.file as select distinct split_part(file_path, '@', 1) as file_path,
                file_path as sha256 from figure;
            create table marts.mart_collaborative_innovation_index as
            select 'index' as framework, 'A' as place_code, 2022 as year, {score}::double as score;
            drop table figure;
        """)
    return path


def test_a_comparison_tells_new_gone_and_changed_figures_and_the_reason_of_each(tmp_path: Path) -> None:
    old: list[Figure] = [("same", 1.0, "a.csv"), ("moved", 2.0, "b.csv"), ("gone", 3.0, "c.csv")]
    new: list[Figure] = [("same", 1.0, "a.csv"), ("moved", 2.5, "b.csv@2"), ("new", 4.0, "d.csv")]
    before, after = database(tmp_path / "before.duckdb", old), database(tmp_path / "after.duckdb", new, 101.0)
    changes = compare(before, after, listing=tmp_path / "changes.parquet")
    assert (changes.added, changes.removed, changes.changed) == (1, 1, 2)
    assert changes.unexplained == 1
    said = changes_in_words(changes)
    assert "甲 moved 2022: 2 → 2.5 亿元; 文件变动 file changed b.csv (b.csv@2#moved)" in said
    assert "甲 new 2022: new 4 亿元; 新来源 new document Bulletin d.csv (d.csv#new)" in said
    assert "甲 gone 2022: 3 gone 亿元; 文件移除 file removed c.csv (c.csv#gone)" in said
    assert "甲 指数 2022: 100 → 101 points; 随其他数变动 follows from other figures that changed" in said
    assert duckdb.sql(f"from '{tmp_path}/changes.parquet'").fetchall() == [
        tuple(vars(change).values()) for change in changes.shown
    ]


def test_a_figure_that_moves_while_its_file_stays_is_put_down_to_the_rules(tmp_path: Path) -> None:
    before = database(tmp_path / "before.duckdb", [("moved", 2.0, "b.csv")])
    after = database(tmp_path / "after.duckdb", [("moved", 2.5, "b.csv")])
    [change] = compare(before, after, moved_inputs({"rules": "1"}, {"rules": "2"})).shown
    assert (change.why, change.is_explained) == ("规则 the rules in dbt_project changed", False)
    [change] = compare(before, after).shown
    assert change.why == "原因不明 for no reason found"


def test_equal_releases_have_no_changes_and_a_sum_in_another_order_is_none(tmp_path: Path) -> None:
    before = database(tmp_path / "before.duckdb", [("same", 0.3, "a.csv")])
    after = database(tmp_path / "after.duckdb", [("same", 0.1 + 0.2, "a.csv")])
    assert changes_in_words(compare(before, after)) == "No published figure changed."
    assert "nothing to compare" in changes_in_words(None)


def test_a_first_release_lists_no_changes_in_the_columns_of_later_ones(tmp_path: Path) -> None:
    before = database(tmp_path / "before.duckdb", [("moved", 2.0, "b.csv")])
    compare(before, before, listing=tmp_path / "later.parquet")
    list_nothing(tmp_path / "first.parquet")
    columns = [duckdb.read_parquet(str(tmp_path / f"{n}.parquet")).dtypes for n in ("first", "later")]
    assert columns[0] == columns[1]


CHANGES = Changes(
    added=0,
    removed=0,
    changed=0,
    unexplained=0,
    published=1000,
    lost={},
    rows={"marts.t": 1000},
    reasons={},
    shown=(),
)
LIMITS = [
    Limit("rows_lost", "marts.t", 1, 5),
    Limit("values_gone", None, 1, 5),
    Limit("values_changed", None, 2, 5),
]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (CHANGES, []),
        (replace(CHANGES, lost={"marts.t": 10}), []),
        (
            replace(CHANGES, lost={"marts.t": 11}),
            ["11 of 1000 rows of marts.t are gone (1.1%, the limit is 1 %)"],
        ),
        (replace(CHANGES, lost={"marts.other": 999}), []),
        (replace(CHANGES, removed=11), ["11 of 1000 published figures are gone (1.1%, the limit is 1 %)"]),
        (replace(CHANGES, changed=900, unexplained=20), []),
        (
            replace(CHANGES, unexplained=21),
            ["21 of 1000 published figures changed without a new document (2.1%, the limit is 2 %)"],
        ),
        (replace(CHANGES, published=10, removed=5), []),
    ],
)
def test_a_difference_beyond_its_limit_is_told_and_one_within_is_not(
    changes: Changes, said: list[str]
) -> None:
    assert beyond_limits(changes, LIMITS) == said


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
