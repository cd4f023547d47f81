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

# Readable by DuckDB 1.2 and everything later.
STORAGE_VERSION = "v1.2.0"
PUBLISHED_SCHEMAS = ("raw", "staging", "marts", "meta")
EXPORTED_SCHEMA = "marts"
UNFINISHED = ".unfinished-"
PIECES = ("pieces_read", "pieces_landed", "pieces_quarantined")
TOTALS = (
    f"select {', '.join(f'coalesce(sum({piece}), 0)::integer' for piece in PIECES)} from marts.mart_outcome"
)


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
    """Copy what readers may see and add schema meta. Returns the pieces read, landed and quarantined.

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
        pieces = dict(zip(PIECES, connection.execute(TOTALS).fetchone() or (0, 0, 0), strict=True))
        write_meta(connection, {**about, **pieces}, build)
        connection.execute("use memory")
        connection.execute("detach built; checkpoint released; detach released")
    return pieces


def write_meta(connection: duckdb.DuckDBPyConnection, about: Mapping[str, object], build: Build) -> None:
    """Schema meta: the release, its documents, its test results and the rows of every table."""
    connection.execute("create schema meta")
    types = {int: "integer", str: "varchar", type(None): "varchar"}
    columns = ", ".join(
        f"?::{'timestamp' if name == 'built_at' else types[type(value)]} as {name}"
        for name, value in about.items()
    )
    connection.execute(f"create table meta.release as select {columns}", list(about.values()))
    connection.execute("create view meta.document as select * from marts.dim_document")
    connection.execute("comment on table meta.release is '本版本 This release; built_at is in UTC'")
    connection.execute("comment on view meta.document is '全部来源 Every source, as marts.dim_document'")
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
    """Every mart as Parquet and as CSV (lists and structs as JSON), for tools without DuckDB."""
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
            nested = [
                column
                for column, kind, *_ in connection.execute(f"describe {name}").fetchall()
                if "STRUCT" in kind or kind.endswith("[]")
            ]
            replaced = ", ".join(f"to_json({column}) as {column}" for column in nested)
            source = f"select * replace ({replaced}) from {name}" if nested else f"from {name}"
            connection.execute(f"copy ({source}) to '{csv}' (format csv, header)")


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
