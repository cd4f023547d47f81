"""Make a release from a build that passed the gate, and point readers at it.

A release is a folder: g60.duckdb, its exports, docs/, diff.csv, report.md, notes.md, manifest.json. It is
written under a hidden name, brought to disk, renamed, and only then does the pointer flip.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from flows.engine import connect
from flows.exporting.write import export
from flows.fingerprint import Inputs
from flows.landing.tables import Landing
from flows.lineage.project import Lineage
from flows.modelling.build import Build
from flows.release.compare import Changes
from flows.release.current import Release, point_at, read_release
from flows.release.durable import sync_folder, sync_tree
from flows.release.history import UNFINISHED, new_id, remove_leftovers
from flows.release.meta import write_meta
from flows.release.verify import MANIFEST, contents
from flows.settings import ROOT, Paths
from flows.spreadsheet import for_spreadsheets

# Readable by DuckDB 1.2 and everything later.
STORAGE_VERSION = "v1.2.0"
PUBLISHED_SCHEMAS = ("raw", "staging", "marts", "meta")
CELLS = ("cells_read", "cells_landed", "cells_quarantined", "cells_not_data")
# Cells in the end: what landing took in less what staging then refused or found to be a mark for no figure.
TOTALS = """
    select
        coalesce(sum(cells_read) filter (where step = 'land'), 0)::bigint as read,
        coalesce(sum(cells_quarantined), 0)::bigint as quarantined,
        coalesce(sum(cells_not_data), 0)::bigint as not_data
    from marts.mart_outcome
"""


@dataclass(frozen=True)
class Candidate:
    """A build that passed the gate, with all that a release says of itself.

    `listing` is the Parquet file of its changes against the release before, `previous` that release's id;
    `accepted` says what a person let through.
    """

    inputs: Inputs
    landing: Landing
    build: Build
    changes: Changes | None
    listing: Path
    previous: str | None = None
    accepted: str | None = None
    lineage: Lineage = field(default_factory=Lineage)


@dataclass(frozen=True)
class Writers:
    """What others write into a release: `pages(database, folder)` makes the docs site, `lineage(folder)` puts
    dbt's own page beside it, `texts(release)` gives further files by name."""

    pages: Callable[[Path, Path], None]
    lineage: Callable[[Path], None]
    texts: Callable[[Release], Mapping[str, str]]


def git_commit() -> str | None:
    """The commit of the code, where the code is a git checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return None
    run = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return run.stdout.strip() or None


def publish(paths: Paths, candidate: Candidate, writers: Writers, now: dt.datetime | None = None) -> Release:
    """Write the release and flip the pointer; call with the lock held."""
    now = now or dt.datetime.now(dt.UTC)
    paths.releases.mkdir(parents=True, exist_ok=True)
    remove_leftovers(paths)
    release_id = new_id(paths, candidate.inputs.fingerprint, now)
    folder = paths.releases / f"{UNFINISHED}{release_id}"
    folder.mkdir()
    about = about_release(release_id, candidate, now)
    database = folder / "g60.duckdb"
    about |= write_database(paths, database, about, candidate)
    # The pages take as long as all the rest of a release, so they are written beside it.
    with ThreadPoolExecutor(1) as other:
        pages = other.submit(writers.pages, database, folder / "docs")
        writers.lineage(folder / "docs")
        export(database, folder)
        write_diff(candidate, folder / "diff.csv")
        pages.result()
    about["inputs"] = asdict(candidate.inputs)
    final = paths.releases / release_id
    for name, text in writers.texts(Release(folder, about)).items():
        (folder / name).write_text(text, encoding="utf-8")
    write_manifest(folder, about)
    sync_tree(folder)
    folder.rename(final)
    sync_folder(paths.releases)
    point_at(paths, final)
    sync_folder(paths.warehouse)
    return read_release(final)


def about_release(release_id: str, candidate: Candidate, now: dt.datetime) -> dict[str, object]:
    """What a release says of itself, in its manifest and in meta.release."""
    return {
        "release_id": release_id,
        "previous_id": candidate.previous,
        "built_at": now.isoformat(timespec="seconds"),
        "fingerprint": candidate.inputs.fingerprint,
        "as_of": candidate.inputs.as_of,
        "git_commit": git_commit(),
        "duckdb_version": duckdb.__version__,
        "dbt_version": candidate.build.dbt_version,
        "storage_version": STORAGE_VERSION,
        "files": candidate.landing.files,
        "documents": candidate.landing.documents,
        "nodes": len(candidate.build.nodes),
        "tests_passed": candidate.build.passed_tests,
        "tests_warned": len(candidate.build.warned),
        "figures_new": candidate.changes.added if candidate.changes else None,
        "figures_gone": candidate.changes.removed if candidate.changes else None,
        "figures_changed": candidate.changes.changed if candidate.changes else None,
        "accepted": candidate.accepted,
    }


def write_database(
    paths: Paths, target: Path, about: Mapping[str, object], candidate: Candidate
) -> dict[str, int]:
    """Copy what readers may see and add schema meta. Returns the cells by what became of them.

    Figures are judged after landing too, in staging, so the final counts are those of the marts.
    """
    with connect() as connection:
        connection.execute(f"attach '{paths.build_database}' as built (read_only)")
        connection.execute(f"attach '{target}' as released (storage_version '{STORAGE_VERSION}')")
        # Tables first, rows after: what readers may not see would leave holes, a fifth of the file.
        connection.execute("copy from database built to released (schema)")
        schemas = connection.execute(
            "select schema_name from duckdb_schemas() where database_name = 'released' and not internal"
        ).fetchall()
        for (schema,) in schemas:
            if schema not in (*PUBLISHED_SCHEMAS, "main"):
                connection.execute(f"drop schema released.{schema} cascade")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'released'"
        ).fetchall()
        connection.execute("begin")
        for schema, table in tables:
            connection.execute(f'insert into released.{schema}."{table}" from built.{schema}."{table}"')
        connection.execute("commit")
        connection.execute("use released")
        read, quarantined, not_data = connection.execute(TOTALS).fetchone() or (0, 0, 0)
        cells = dict(zip(CELLS, (read, read - quarantined - not_data, quarantined, not_data), strict=True))
        said = {**about, **cells}
        write_meta(connection, said, candidate.build, paths, candidate.listing, candidate.lineage)
        connection.execute("use memory")
        connection.execute("detach built; checkpoint released; detach released")
    return cells


def write_diff(candidate: Candidate, target: Path) -> None:
    """The changes as CSV for spreadsheets."""
    with connect() as connection:
        for_spreadsheets(connection.read_parquet(str(candidate.listing))).write_csv(str(target))


def write_manifest(folder: Path, about: Mapping[str, object]) -> None:
    """What the release says of itself, with SHA-256 and size of every file."""
    said = json.dumps({**about, "contents": contents(folder)}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(said, encoding="utf-8")
