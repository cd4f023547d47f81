"""Make a release from a build that passed the gate, and point readers at it.

A release is a folder: g60.duckdb, parquet/, csv/, docs/, diff.csv, manifest.json. It is written under a
hidden name, read back for its docs, renamed, and only then does the pointer flip.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from flows.landing.land import Landing
from flows.modelling.build import Build
from flows.release.compare import Changes, compare
from flows.release.current import Release, current_release, point_at, read_release
from flows.settings import ROOT, Paths
from flows.spreadsheet import for_spreadsheets

# Readable by DuckDB 1.2 and everything later.
STORAGE_VERSION = "v1.2.0"
PUBLISHED_SCHEMAS = ("raw", "staging", "marts", "meta")
EXPORTED_SCHEMA = "marts"
UNFINISHED = ".unfinished-"
CELLS = ("cells_read", "cells_landed", "cells_quarantined", "cells_not_data")
# Cells in the end: what landing took in less what staging then refused or found to be a mark for no figure.
TOTALS = """
    select
        coalesce(sum(cells_read) filter (where step = 'land'), 0)::integer as read,
        coalesce(sum(cells_quarantined), 0)::integer as quarantined,
        coalesce(sum(cells_not_data), 0)::integer as not_data
    from marts.mart_outcome
"""
# Marts under the names that readers look for them by.
VIEWS = {
    "meta.document": ("marts.dim_document", "全部来源 Every source"),
    "raw.rejected": ("marts.mart_quarantine", "读入而被拒者 Everything read and refused"),
    "raw.outcome": (
        "marts.mart_outcome",
        "每来源每步骤的去向 What became of every cell, by document and step",
    ),
}


def new_id(now: dt.datetime, fingerprint: str) -> str:
    return f"{now:%Y%m%dT%H%M%SZ}-{fingerprint[:8]}"


def git_commit() -> str | None:
    """The commit of the code, where the code is a git checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return None
    run = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return run.stdout.strip() or None


def publish(
    paths: Paths,
    fingerprint: str,
    landing: Landing,
    build: Build,
    write_pages: Callable[[Path, Path], None],
    add_lineage: Callable[[Path], None],
    now: dt.datetime | None = None,
) -> tuple[Release, Changes | None]:
    """Write the release and flip the pointer.

    `write_pages(database, folder)` makes the docs site, `add_lineage(folder)` puts dbt's own page beside it.
    Returns the release and what changed since the one before it, None for the first.
    """
    now = now or dt.datetime.now(dt.UTC)
    release_id = new_id(now, fingerprint)
    paths.releases.mkdir(parents=True, exist_ok=True)
    remove_unfinished(paths)
    folder = paths.releases / f"{UNFINISHED}{release_id}"
    folder.mkdir()
    about = {
        "release_id": release_id,
        "built_at": now.isoformat(timespec="seconds"),
        "fingerprint": fingerprint,
        "as_of": paths.as_of,
        "git_commit": git_commit(),
        "duckdb_version": duckdb.__version__,
        "dbt_version": build.dbt_version,
        "storage_version": STORAGE_VERSION,
        "files": landing.files,
        "documents": landing.documents,
        "tests_passed": build.passed_tests,
        "tests_warned": len(build.warned),
    }
    database = folder / "g60.duckdb"
    about |= write_database(paths.build_database, database, about, build)
    # The pages take as long as all the rest of a release, so they are written beside it.
    with ThreadPoolExecutor(1) as other:
        pages = other.submit(write_pages, database, folder / "docs")
        add_lineage(folder / "docs")
        export(database, folder)
        before = current_release(paths)
        changes = compare(before.database, database, folder / "diff.csv") if before else None
        pages.result()
    write_manifest(folder, about)
    final = paths.releases / release_id
    folder.rename(final)
    point_at(paths, final)
    return read_release(final), changes


def remove_unfinished(paths: Paths) -> None:
    """Folders of releases that a crash cut short; nobody was ever pointed at them."""
    for folder in paths.releases.glob(f"{UNFINISHED}*"):
        shutil.rmtree(folder)


def write_database(source: Path, target: Path, about: Mapping[str, object], build: Build) -> dict[str, int]:
    """Copy what readers may see and add schema meta. Returns the cells by what became of them.

    Figures are judged after landing too, in staging, so the final counts are those of the marts.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{source}' as built (read_only)")
        connection.execute(f"attach '{target}' as released (storage_version '{STORAGE_VERSION}')")
        connection.execute("copy from database built to released")
        schemas = connection.execute(
            "select schema_name from duckdb_schemas() where database_name = 'released' and not internal"
        ).fetchall()
        for (schema,) in schemas:
            if schema not in (*PUBLISHED_SCHEMAS, "main"):
                connection.execute(f"drop schema released.{schema} cascade")
        connection.execute("use released")
        read, quarantined, not_data = connection.execute(TOTALS).fetchone() or (0, 0, 0)
        cells = dict(zip(CELLS, (read, read - quarantined - not_data, quarantined, not_data), strict=True))
        write_meta(connection, {**about, **cells}, build)
        connection.execute("use memory")
        connection.execute("detach built; checkpoint released; detach released")
    return cells


def write_meta(connection: duckdb.DuckDBPyConnection, about: Mapping[str, object], build: Build) -> None:
    """Schema meta: the release, its documents, its test results and the rows of every table."""
    connection.execute("create schema meta")
    types = {int: "integer", str: "varchar", type(None): "varchar"}
    columns = ", ".join(
        f"?::{'timestamp' if name == 'built_at' else types[type(value)]} as {name}"
        for name, value in about.items()
    )
    connection.execute(f"create table meta.release as select {columns}", list(about.values()))
    connection.execute("comment on table meta.release is '本版本 This release; built_at is in UTC'")
    for view, (table, comment) in VIEWS.items():
        connection.execute(f"create view {view} as select * from {table}")
        connection.execute(f"comment on view {view} is '{comment}, as {table}'")
    connection.execute("""
        create table meta.test_result (
            test_name varchar, table_name varchar, column_name varchar, description varchar, severity varchar,
            status varchar, failures integer, seconds double
        )
    """)
    tests = [
        (n.name, n.table, n.column, n.sentence, n.severity, n.status, n.failures, n.seconds)
        for n in build.nodes
        if n.is_test
    ]
    if tests:
        connection.executemany("insert into meta.test_result values (?, ?, ?, ?, ?, ?, ?, ?)", tests)
    connection.execute("""
        create table meta.row_count as
        select schema_name, table_name, estimated_size::bigint as rows
        from duckdb_tables()
        where database_name = 'released' and schema_name <> 'meta'
        order by schema_name, table_name
    """)
    connection.execute("comment on table meta.test_result is '数据检验及结果 Data tests and what they found'")
    connection.execute("comment on table meta.row_count is '各表行数 Rows of every table'")


def export(database: Path, folder: Path) -> None:
    """Every mart as Parquet and as CSV for spreadsheets, for tools without DuckDB."""
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir()
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = ?", [EXPORTED_SCHEMA]
        ).fetchall()
        for (table,) in tables:
            name = f"{EXPORTED_SCHEMA}.{table}"
            parquet, csv = folder / "parquet" / f"{table}.parquet", folder / "csv" / f"{table}.csv"
            connection.execute(f"copy {name} to '{parquet}' (format parquet, compression zstd)")
            for_spreadsheets(connection.table(name)).write_csv(str(csv))


def write_manifest(folder: Path, about: Mapping[str, object]) -> None:
    """SHA-256 and size of every file of the release, synced to disk before anybody is pointed at it."""
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = folder / "manifest.json"
    manifest.write_text(
        json.dumps({**about, "contents": files}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    for path in (folder / "g60.duckdb", manifest):
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
