"""A crowd of readers who query without a pause while releases come and go."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.fingerprint import Inputs
from flows.landing.tables import Landing
from flows.modelling.build import Build
from flows.release.compare import list_nothing
from flows.release.history import prune, rollback
from flows.release.lock import lock
from flows.release.publish import Candidate, Writers, publish
from flows.settings import Paths

# Every publication sets one figure in two tables, the second much later in the file than the first.
MARKED = ("marts.fct_observation", "marts.fct_indicator")
KEY = "(place_code, indicator_code, period) = ('320500', 'gdp', '2023')"
READER = f"""
import duckdb, json, os, sys
path, until = sys.argv[1:]
os.nice(10)  # On two cores eight readers would leave the publisher a fifth of one.
reads, errors, torn, seen = 0, [], 0, set()
while not os.path.exists(until):
    try:
        with duckdb.connect(path, read_only=True) as connection:
            figure = connection.sql("select value from marts.fct_indicator where {KEY}").fetchone()[0]
            printed = connection.sql(
                "select distinct value from marts.fct_observation where {KEY}").fetchall()
            (release,) = connection.sql("select release_id from meta.release").fetchone()
        reads += 3
        torn += [(figure,)] != printed
        seen.add(release)
    except Exception as error:
        errors.append(repr(error))
print(json.dumps([reads, errors[:3], len(errors), torn, len(seen)]))
"""


@dataclass(frozen=True)
class Seen:
    """What all readers together met."""

    queries: int
    errors: list[str]
    torn: int
    releases: int


def no_texts(_: object) -> dict[str, str]:
    return {}


def no_lineage(_: Path) -> None:
    pass


def publications(where: Paths, count: int, every: int) -> Iterator[str]:
    """Publish `count` releases, each with another figure, and roll back after every so many."""
    where.changes.parent.mkdir(parents=True, exist_ok=True)
    list_nothing(where.changes)
    for number in range(count):
        with duckdb.connect(str(where.build_database)) as connection:
            for table in MARKED:
                connection.execute(f"update {table} set value = ? where {KEY}", [number])
        inputs = Inputs(f"{number}", "", "", "")
        candidate = Candidate(inputs, Landing(1, 1, 1, 1, 0, 0), Build((), ""), None, where.changes)
        with lock(where):
            yield publish(where, candidate, Writers(make_docs, no_lineage, no_texts)).id
            prune(where, keep=4)
        if number % every == every - 1:
            with lock(where):
                yield rollback(where, None)[1].id


def make_docs(_: Path, folder: Path) -> None:
    folder.mkdir()


def watch(where: Paths, readers: int, publishes: int, rollbacks: int) -> Seen:
    """Let readers loose on the pointer, publish and roll back, then ask them what they met."""
    following = publications(where, publishes, max(1, publishes // rollbacks))
    next(following)
    until = where.warehouse / "enough"
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(where.current), str(until)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(readers)
    ]
    try:
        for _ in following:
            pass
    finally:
        until.touch()
    told = [json.loads(reader.communicate(timeout=60)[0]) for reader in crowd]
    return Seen(
        queries=sum(reads for reads, *_ in told),
        errors=[error for _, first, *_ in told for error in first],
        torn=sum(torn for _, _, _, torn, _ in told),
        releases=max(seen for *_, seen in told),
    )
