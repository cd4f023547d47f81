"""Hold a release against its manifest: every file, every byte, and a database that opens and counts right."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from flows.engine import connect
from flows.release.current import Release

MANIFEST = "manifest.json"


def digest(path: Path) -> dict[str, int | str]:
    """Size in bytes and SHA-256 of a file, as the manifest has them."""
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def contents(folder: Path) -> dict[str, dict[str, int | str]]:
    """Every file of a release but its manifest, by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / MANIFEST
    }


def faults(release: Release) -> list[str]:
    """What is wrong with a release, a sentence each; none when it is whole."""
    said, there = release.manifest["contents"], contents(release.folder)
    found = [f"{name} is missing" for name in said if name not in there]
    found += [f"{name} does not belong to the release" for name in there if name not in said]
    found += [
        f"{name} is not what was published: {there[name]['bytes']} bytes instead of {said[name]['bytes']}"
        if there[name]["bytes"] != said[name]["bytes"]
        else f"{name} is not what was published: its bytes differ"
        for name in said
        if name in there and there[name] != said[name]
    ]
    return found or miscounts(release)


def miscounts(release: Release) -> list[str]:
    """Tables of the database whose rows are not as many as it says, or a database that does not open."""
    try:
        with connect(release.database, read_only=True) as connection:
            ((own,),) = connection.execute("select release_id from meta.release").fetchall()
            found = [] if own == release.id else [f"g60.duckdb says it is release {own}"]
            for schema, table, rows in connection.execute("from meta.row_count").fetchall():
                (has,) = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone() or (0,)
                if has != rows:
                    found.append(f"table {schema}.{table} has {has} rows instead of {rows}")
            return found
    except duckdb.Error as error:
        return [f"g60.duckdb does not open: {' '.join(str(error).split())}"]
