"""Build the portable models on Spark: Parquet in, dbt on the target `spark`, Parquet and a manifest out.

`warehouse/spark/` then holds a folder of Parquet for each model, the inputs from DuckDB, and manifest.json,
written last: without it the folder is not whole.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from flows.distributing.inputs import TAG, export, find, plan, register
from flows.distributing.session import executors, require_spark, sentence_of, session
from flows.engine import connect
from flows.errors import G60Error
from flows.modelling.build import Node, invoke, node_of, read_project
from flows.settings import Paths

TARGET = "spark"
MANIFEST = "manifest.json"


class Telling(Protocol):
    """Who is told how the run goes."""

    def step(self, name: str) -> None: ...
    def detail(self, text: str) -> None: ...
    def done(self, text: str) -> None: ...


def run(paths: Paths, given: Path | None, progress: Telling) -> dict[str, Any]:
    """Build all portable models of a warehouse on Spark and return the manifest of what was written.

    The inputs are those of the last build of DuckDB, or the Parquet in the folder `given`. Raises G60Error
    where Spark is missing, an input is, or a model fails; what was there before then stays.
    """
    # A warehouse of its own below the other: its scratch space is not that of DuckDB's build.
    own = replace(paths, warehouse=paths.warehouse / TARGET)
    shutil.rmtree(own.build / "tables", ignore_errors=True)
    began = time.monotonic()
    require_spark()
    progress.step("read")
    project = read_project(own, TARGET)
    wanted = plan(project)
    folder = given or own.warehouse / "input"
    if given is None:
        export(paths, wanted.inputs, folder)
    tables = find(wanted.inputs, folder)
    progress.done(f"{len(wanted.inputs)} tables of Parquet, {len(wanted.seeds)} seeds")
    progress.step("session")
    with session(own.build) as spark:
        progress.done(f"Spark {spark.version} on {spark.sparkContext.master}")
        started = time.monotonic()
        register(spark, tables)
        progress.step("build")
        dbt(own, project, ("seed", "--select", *wanted.seeds), progress)
        ran = dbt(own, project, ("run", "--select", f"tag:{TAG}"), progress)
        seconds = {node.name: node.seconds for node in ran}
        progress.done(f"{len(wanted.models)} models")
        ended = time.monotonic()
        manifest: dict[str, Any] = {
            "engine": TARGET,
            "version": spark.version,
            "master": spark.sparkContext.master,
            "executors": executors(spark),
            "as_of": paths.as_of,
            "seconds": round(ended - began, 3),
            "seconds_without_session": round(ended - started, 3),
            "input": str(folder),
            "models": {},
        }
    take_over(own, wanted.models, manifest, seconds)
    return manifest


def dbt(own: Paths, project: Any, command: tuple[str, ...], progress: Telling) -> list[Node]:
    """A command of dbt on Spark, with every node it ran. Raises G60Error for the first that failed."""

    def on_event(event: Any) -> None:
        if event.info.name == "NodeStart":
            progress.detail(event.data.node_info.node_name)

    ran = invoke(own, (*command, "--target", TARGET), project, on_event).results
    nodes = [node_of(result) for result in ran]
    for node in nodes:
        if node.has_failed:
            what = f"{node.name} cannot be built on Spark: {sentence_of(node.message)}"
            raise G60Error(what, str(own.project), "correct the model or its inputs and try again")
    return nodes


def take_over(
    own: Paths, models: tuple[Any, ...], manifest: dict[str, Any], seconds: dict[str, float]
) -> None:
    """Move the finished tables to where readers look, each in one step, and write the manifest at the end."""
    (own.warehouse / MANIFEST).unlink(missing_ok=True)
    for model in models:
        made, place = own.build / "tables" / f"{model.schema}.db" / model.name, own.warehouse / model.name
        shutil.rmtree(place, ignore_errors=True)
        made.replace(place)
        rows, columns = shape(place)
        manifest["models"][model.name] = {
            "table": f"{model.schema}.{model.name}",
            "key": list(model.config.meta.get("key", [])),
            "rows": rows,
            "columns": columns,
            "seconds": round(seconds[model.name], 3),
        }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (own.warehouse / MANIFEST).write_text(text, encoding="utf-8")


def shape(folder: Path) -> tuple[int, dict[str, str]]:
    """Rows of a folder of Parquet, and its columns with their types."""
    with connect() as connection:
        table = connection.read_parquet(f"{folder}/*.parquet")
        columns = dict(zip(table.columns, map(str, table.types), strict=True))
        return (table.aggregate("count(*)").fetchall()[0][0], columns)
