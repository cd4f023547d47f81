"""Copies in a DuckLake whose catalogue a real PostgreSQL keeps: a snapshot a release, read back in time."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest

from flows.copying.extensions import name
from flows.copying.tables import read_tables
from flows.release.current import require_release
from tests.conftest import Published, g60_here
from tests.serving.conftest import wait_for
from tests.serving.copies import ROWS, Database, database_of, engine, release, start_copy

MARTS = "select version, of from lake.g60.mart_first {} order by code"


@pytest.fixture
def database(postgres: str | None) -> Iterator[Database]:
    yield from database_of(postgres)


def copy(target: str, warehouse: Path, *options: str | Path) -> dict[str, object]:
    run = g60_here("copy", target, "--warehouse", warehouse, "--json", *options)
    assert run.returncode == 0, run.stdout + run.stderr
    return dict(json.loads(run.stdout))


def refusal(target: str, warehouse: Path, *options: str | Path) -> str:
    run = g60_here("copy", target, "--warehouse", warehouse, *options)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    return run.stderr


def reader(database: Database) -> duckdb.DuckDBPyConnection:
    connection = engine("postgres_scanner", "ducklake")
    connection.execute(f"attach 'ducklake:postgres:{database.words}' as lake (read_only)")
    return connection


def test_every_mart_of_a_release_arrives_as_it_is(
    published: Published, database: Database, tmp_path: Path
) -> None:
    copy(f"ducklake:postgres:{database.words}", published.paths.warehouse, "--data", tmp_path / "lake")
    with reader(database) as connection:
        connection.execute(f"attach '{require_release(published.paths).database}' as release (read_only)")
        tables = read_tables(connection)
        assert len(tables) > 40
        for table in tables:
            sides = (f"from {table.source}", f"from lake.g60.{name(table.name)}")
            for one, other in (sides, sides[::-1]):
                assert connection.execute(f"{one} except all {other} limit 1").fetchall() == [], table.name
        told = """
            select table_name, column_name, data_type, nullif(c.comment, '') from duckdb_columns() as c
            where database_name = '{}' and schema_name = '{}' and table_name in
                (select table_name from duckdb_tables() where schema_name = 'marts')
            order by all
        """
        theirs = connection.execute(told.format("lake", "g60")).fetchall()
        assert theirs == connection.execute(told.format("release", "marts")).fetchall()


def test_an_older_release_stays_readable_beside_the_new_one(database: Database, tmp_path: Path) -> None:
    target = f"ducklake:postgres:{database.words}"
    change = "alter table marts.mart_first drop version; drop table marts.mart_second"
    lake = tmp_path / "lake"
    assert copy(target, release(tmp_path / "1", 1), "--data", lake)["snapshot"] == 1
    assert copy(target, release(tmp_path / "2", 2))["snapshot"] == 2
    assert copy(target, release(tmp_path / "3", 3, change))["snapshot"] == 3
    with reader(database) as connection:
        for version in (1, 2):
            at = f"at (version => {version})"
            asked = f"select distinct of from lake.g60.{{}} {at}"
            for mart in ("mart_first", "mart_second"):
                assert connection.execute(asked.format(mart)).fetchall() == [(version,)]
            assert connection.execute(f"select count(version) from lake.g60.mart_first {at}").fetchall() == [
                (ROWS,)
            ]
        now = connection.sql("from lake.g60.mart_first")
        assert (now.columns, set(now.fetchall())) == (["code", "of"], {(code, 3) for code in range(ROWS)})
        snapshots = connection.execute(
            "select snapshot_id, author, commit_message, changes from lake.snapshots() order by 1 offset 1"
        ).fetchall()
    assert [one[:3] for one in snapshots] == [(n, "g60", f"synthetic-{n}") for n in (1, 2, 3)]
    # The mart that never changes was written once, and its file is one of the first snapshot.
    assert len(list((lake / "g60" / "mart_kinds").glob("*.parquet"))) <= 1
    assert "mart_kinds" not in json.dumps([one[3] for one in snapshots[1:]], default=str)


def test_a_mart_that_only_grew_gets_its_new_rows_alone(database: Database, tmp_path: Path) -> None:
    target = f"ducklake:postgres:{database.words}"
    copy(target, release(tmp_path / "1", 1), "--data", tmp_path / "lake")
    grown = (
        "delete from marts.mart_second; insert into marts.mart_second select i % 7, 1 from range({}) as t (i)"
    )
    copy(target, release(tmp_path / "2", 2, grown.format(ROWS + 20)))
    with reader(database) as connection:
        changes = "ducklake_table_changes('lake', 'g60', 'mart_second', 2, 2)"
        asked = f"select change_type, count(*) from {changes} group by all"
        assert connection.execute(asked).fetchall() == [("insert", 20)]
        assert connection.execute("select count(*) from lake.g60.mart_second").fetchall() == [(ROWS + 20,)]


def test_a_release_that_is_there_makes_no_snapshot(database: Database, tmp_path: Path) -> None:
    target, warehouse = f"ducklake:postgres:{database.words}", release(tmp_path / "1", 1)
    assert copy(target, warehouse, "--data", tmp_path / "lake")["is_new"]
    again = copy(target, warehouse)
    assert (again["is_new"], again["snapshot"]) == (False, 1)


def test_what_others_put_into_the_lake_stays(database: Database, tmp_path: Path) -> None:
    target = f"ducklake:postgres:{database.words}"
    copy(target, release(tmp_path / "1", 1), "--data", tmp_path / "lake")
    with engine("postgres_scanner", "ducklake") as connection:
        connection.execute(f"attach '{target}' as lake")
        connection.execute("create table lake.g60.notes as select 'mine' as note")
        connection.execute("create view lake.g60.theirs as select max(of) as of from lake.g60.mart_first")
        connection.execute("create table lake.g60.mart_new as select 'mine' as note")
    change = "create table marts.mart_new as select 1 as one"
    assert "there is a g60.mart_new that no copy made" in refusal(target, release(tmp_path / "2", 2, change))
    copy(target, release(tmp_path / "3", 3))
    with reader(database) as connection:
        for asked, found in (("g60.notes", "mine"), ("g60.theirs", 3), ("g60.mart_new", "mine")):
            assert connection.execute(f"from lake.{asked}").fetchall() == [(found,)]


def test_a_copy_that_is_killed_makes_no_snapshot(database: Database, tmp_path: Path) -> None:
    target = f"ducklake:postgres:{database.words}"
    copy(target, release(tmp_path / "1", 1), "--data", tmp_path / "lake")
    new = release(tmp_path / "2", 2)
    with psycopg.connect(database.address) as other:
        # All is written but the catalogue.
        other.execute("lock table ducklake_snapshot in share mode")
        process = start_copy(target, new)
        waiting = (
            "select 1 from pg_stat_activity where application_name = 'g60 copy' and wait_event_type = 'Lock'"
        )
        wait_for(lambda: database.ask(waiting), 60, "a copy half-way")
        process.kill()
        process.communicate(timeout=60)
    with reader(database) as connection:
        assert connection.execute("select distinct of from lake.g60.mart_first").fetchall() == [(1,)]
    assert copy(target, new)["snapshot"] == 2


def test_a_lake_is_told_its_folder_once(database: Database, tmp_path: Path) -> None:
    target, warehouse = f"ducklake:postgres:{database.words}", release(tmp_path / "1", 1)
    assert "name one with --data DIR" in refusal(target, warehouse)
    copy(target, warehouse, "--data", tmp_path / "lake")
    assert "has its Parquet files in another folder" in refusal(
        target, warehouse, "--data", tmp_path / "other"
    )
    assert "Connection refused" in refusal("ducklake:postgres:host=127.0.0.1 port=1 dbname=d", warehouse)


def test_a_lake_may_have_its_catalogue_in_a_file(tmp_path: Path) -> None:
    target = f"ducklake:{tmp_path / uuid.uuid4().hex}.ducklake"
    for version in (1, 2):
        said = copy(target, release(tmp_path / str(version), version), "--data", tmp_path / "lake")
        assert said["snapshot"] == version
    with engine("ducklake") as connection:
        connection.execute(f"attach '{target}' as lake (read_only)")
        for version in (1, 2):
            asked = f"select distinct of from lake.g60.mart_first at (version => {version})"
            assert connection.execute(asked).fetchall() == [(version,)]
