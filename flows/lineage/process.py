"""The lineage by a process of its own, beside the gate: it reads the build and its manifest, no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

import duckdb

from flows.engine import connect
from flows.errors import G60Error
from flows.lineage.keys import holds, keys_of, references_of
from flows.lineage.meanings import examples_of, metrics_of
from flows.lineage.project import Lineage, Tables, follow
from flows.settings import Paths

CACHE = "lineage.json"


class LineageReader:
    """The caller's end: starts the process once a build is over, and waits for what it found when asked."""

    def __init__(self, paths: Paths) -> None:
        self.where = paths.build
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.lineage", str(os.getpid()), str(paths.build)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def read(self) -> Lineage:
        """What was found. Raises G60Error with the last line the process said."""
        said, errors = self.process.communicate()
        if self.process.returncode:
            lines = errors.strip().splitlines() or [f"status {self.process.returncode}"]
            raise G60Error(f"the lineage cannot be read: {lines[-1]}", str(self.where), "refresh again")
        return Lineage(**json.loads(said))

    def __enter__(self) -> LineageReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            if stream and not stream.closed:
                stream.close()


def read_build(build: Path) -> Lineage:
    """The lineage of the build in a scratch folder."""
    manifest = json.loads((build / "target" / "manifest.json").read_text(encoding="utf-8"))
    with connect(build / "g60.duckdb", read_only=True) as connection:
        tables = tables_of(connection)
        lineage = follow(manifest, tables, build / CACHE)
        keys = [one for one in keys_of(manifest) if one[0] in tables]
        lineage.keys = [(table, list(columns)) for table, columns in keys]
        found = [one for one in references_of(manifest, keys, tables) if holds(connection, one)]
        lineage.references = [
            (one.table, list(one.columns), one.to_table, list(one.to_columns)) for one in found
        ]
    lineage.examples = examples_of(manifest)
    lineage.metrics = metrics_of(manifest)
    return lineage


def tables_of(connection: duckdb.DuckDBPyConnection) -> Tables:
    """Columns of every table and view by name: no two schemas have tables of one name."""
    found: Tables = defaultdict(list)
    rows = connection.execute("""
        select table_name, column_name from duckdb_columns()
        where not internal and database_name = current_database() and schema_name <> 'main'
        order by schema_name, table_name, column_index
    """).fetchall()
    for table, column in rows:
        found[table].append(column)
    return dict(found)


def serve(build: Path) -> None:
    """The process's end."""
    print(json.dumps(asdict(read_build(build)), ensure_ascii=False))
