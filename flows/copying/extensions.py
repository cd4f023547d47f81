"""DuckDB with the extensions that reach other databases, taken from where pip put them."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import duckdb

from flows.errors import G60Error

# Nothing is fetched while we run: what is not installed is missed, in a sentence.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
REMEDY = "install it with pip install -e '.[postgres]'"


def connect(database: Path, extensions: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A connection with the database of a release attached as `release`, read-only, and these extensions."""
    files = [extension_file(name) for name in extensions]
    connection = duckdb.connect(config=SETTINGS)
    for file in files:
        try:
            connection.execute(f"load {literal(str(file))}")
        except duckdb.Error as error:
            what = f"the extension is not one for DuckDB {duckdb.__version__}"
            raise G60Error(what, file.name, REMEDY) from error
    connection.execute(f"attach {literal(str(database))} as release (read_only)")
    return connection


def extension_file(name: str) -> Path:
    """Where an extension is. Raises G60Error where it is not installed."""
    package = f"duckdb_extension_{name}"
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in map(Path, folders):
        for file in folder.glob(f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"):
            return file
    raise G60Error("DuckDB's door to other databases is not installed", package.replace("_", "-"), REMEDY)


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def name(*parts: str) -> str:
    """A name as SQL has it, with what it stands in before it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
