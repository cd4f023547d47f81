"""Every mart as Parquet that says what it is, and as CSV for spreadsheets."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.exporting.dataset import SCHEMA, Dataset, Table
from flows.spreadsheet import for_spreadsheets


def write_tables(connection: duckdb.DuckDBPyConnection, dataset: Dataset, folder: Path) -> None:
    """parquet/‹table›.parquet and csv/‹table›.csv for each mart."""
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir()
    for table in dataset.tables:
        name = f'{SCHEMA}."{table.name}"'
        parquet = folder / "parquet" / f"{table.name}.parquet"
        said = ", ".join(f"{quoted(key)}: {quoted(text)}" for key, text in about(dataset, table).items())
        options = f"format parquet, compression zstd, kv_metadata {{{said}}}"
        connection.execute(f"copy {name} to {quoted(str(parquet))} ({options})")
        for_spreadsheets(connection.sql(f"from {name}")).write_csv(str(folder / "csv" / f"{table.name}.csv"))


def about(dataset: Dataset, table: Table) -> dict[str, str]:
    """What a Parquet file says of itself to whoever meets it alone."""
    return {
        "release": dataset.release_id,
        "table": table.name,
        "description": f"{table.zh} {table.en}".strip(),
        "rights": dataset.of("rights", "en"),
    }


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
