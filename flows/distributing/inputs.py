"""What portable models read of what only DuckDB can build: Parquet, known to Spark under the names dbt uses.

A table `staging.stg_statistic` is the folder, or the file with `.parquet` behind, of that name.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from flows.distributing.session import local
from flows.engine import connect
from flows.errors import G60Error
from flows.settings import Paths

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TAG = "portable"
REMEDY = "run g60 refresh first, or name a folder of Parquet with --input"


@dataclass(frozen=True)
class Plan:
    """Nodes of the project by the part they have on Spark: models in the order of their names, the seeds they
    read, and the tables, as schema.name, that come in as Parquet."""

    models: tuple[Any, ...]
    seeds: tuple[str, ...]
    inputs: tuple[str, ...]


def plan(manifest: Any) -> Plan:
    """What a parsed project needs for its portable models. `manifest` is dbt's own object."""
    models = {
        key: node
        for key, node in manifest.nodes.items()
        if node.resource_type == "model" and TAG in node.tags
    }
    read = {key for node in models.values() for key in node.depends_on.nodes} - set(models)
    nodes = [manifest.nodes.get(key) or manifest.sources[key] for key in sorted(read)]
    return Plan(
        tuple(sorted(models.values(), key=lambda node: str(node.name))),
        tuple(node.name for node in nodes if node.resource_type == "seed"),
        tuple(f"{node.schema}.{node.name}" for node in nodes if node.resource_type != "seed"),
    )


def export(paths: Paths, tables: tuple[str, ...], folder: Path) -> None:
    """Write tables of the last build of DuckDB as Parquet. Raises G60Error where there is none."""
    if not paths.build_database.is_file():
        raise G60Error("DuckDB has built nothing to start from", str(paths.build_database), REMEDY)
    shutil.rmtree(folder, ignore_errors=True)
    with connect(paths.build_database, read_only=True) as connection:
        for table in tables:
            (folder / table).mkdir(parents=True)
            file = folder / table / "part-0.parquet"
            try:
                connection.table(table).write_parquet(str(file), compression="zstd")
            except duckdb.CatalogException as error:
                what = f"the last build of DuckDB has no table {table}"
                raise G60Error(what, str(paths.build_database), REMEDY) from error


def find(tables: tuple[str, ...], folder: Path) -> dict[str, Path]:
    """Where the Parquet of each table lies. Raises G60Error where a table is missing or a file no Parquet."""
    found = {}
    with connect() as connection:
        for table in tables:
            places = (folder / table, folder / f"{table}.parquet")
            if (path := next((place for place in places if place.exists()), None)) is None:
                remedy = f"put its Parquet there as {table}.parquet or as a folder {table}"
                raise G60Error(f"table {table} is missing among the inputs", str(folder), remedy)
            for part in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
                try:
                    connection.read_parquet(str(part))
                except duckdb.Error as error:
                    what = f"table {table} cannot be read: {' '.join(str(error).split())}"
                    raise G60Error(what, str(part), "write it anew as Parquet") from error
            found[table] = path
    return found


def register(spark: SparkSession, tables: dict[str, Path]) -> None:
    """Make Parquet known to Spark as tables."""
    for table, path in tables.items():
        spark.sql(f"create database if not exists {table.partition('.')[0]}")
        location = local(path).replace("\\", "\\\\").replace("'", "\\'")
        spark.sql(f"create table {table} using parquet options (path '{location}')")
