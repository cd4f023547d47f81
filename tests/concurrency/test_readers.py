"""Readers while releases flip: never an error, never a mixture of two releases."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from flows.release.current import current_release, point_at
from flows.settings import Paths
from tests.concurrency.crowd import watch
from tests.conftest import Published

READER = """
import duckdb, sys, time
path, stop = sys.argv[1], time.monotonic() + float(sys.argv[2])
seen, reads = set(), 0
while time.monotonic() < stop:
    with duckdb.connect(path, read_only=True) as connection:
        parent = connection.sql("select max(release) from parent").fetchone()[0]
        child = connection.sql("select min(release) from child").fetchone()[0]
    assert parent == child, (parent, child)
    seen.add(parent)
    reads += 1
print(reads, sorted(seen))
"""


def make_release(paths: Paths, name: str) -> Path:
    folder = paths.releases / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "g60.duckdb")) as connection:
        connection.execute("create table parent as select ? as release from range(20000)", [name])
        connection.execute("create table child as from parent")
    (folder / "manifest.json").write_text(json.dumps({"fingerprint": name}))
    return folder


def test_readers_in_other_processes_see_whole_releases_only_while_the_pointer_flips(tmp_path: Path) -> None:
    paths = Paths(warehouse=tmp_path)
    releases = [make_release(paths, name) for name in ("first", "second")]
    point_at(paths, releases[0])
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(paths.current), "3"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    until, flips = time.monotonic() + 3, 0
    while time.monotonic() < until:
        flips += 1
        point_at(paths, releases[flips % 2])
        time.sleep(0.005)
    for reader in readers:
        out, err = reader.communicate(timeout=30)
        assert reader.returncode == 0, err
        reads, _, seen = out.partition(" ")
        assert int(reads) > 5
        assert seen.strip() == "['first', 'second']"
    assert flips > 100
    now = current_release(paths)
    assert now is not None
    assert now.id in {"first", "second"}


def test_a_reader_that_is_open_keeps_its_release_and_the_next_connection_sees_the_new_one(
    tmp_path: Path,
) -> None:
    paths = Paths(warehouse=tmp_path)
    first, second = (make_release(paths, name) for name in ("first", "second"))
    point_at(paths, first)
    with duckdb.connect(str(paths.current.resolve()), read_only=True) as old:
        point_at(paths, second)
        assert old.sql("select any_value(release) from parent").fetchall() == [("first",)]
        with duckdb.connect(str(paths.current.resolve()), read_only=True) as new:
            assert new.sql("select any_value(release) from parent").fetchall() == [("second",)]


def test_readers_meet_no_error_and_nothing_torn_while_releases_are_published_rolled_back_and_cleared_away(
    published: Published, tmp_path: Path
) -> None:
    where = Paths(warehouse=tmp_path)
    where.build.mkdir()
    with duckdb.connect(str(where.build_database)) as connection:
        connection.execute(f"attach '{published.paths.current.resolve()}' as released (read_only)")
        connection.execute("copy from database released to g60")
        connection.execute("drop schema meta cascade; drop view raw.rejected; drop view raw.outcome")
    seen = watch(where, readers=3, publishes=8, rollbacks=2)
    assert seen.errors == []
    assert seen.torn == 0
    assert seen.queries > 20
    assert seen.releases >= 4
