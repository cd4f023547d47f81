"""Run the dbt project in this process, in the scratch folder of a warehouse.

The project is parsed once a process and the parse is kept on disk too: dbt's own start-up costs more than the
SQL. The profile's database path is relative, so the folder is the working directory while dbt runs.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import G60Error
from flows.fingerprint import digest_of
from flows.modelling.trace import files_of
from flows.pace import in_words
from flows.settings import Paths

# Unit tests prove the formulas, not the data: `make test` runs them, a refresh need not.
BUILD: tuple[str, ...] = ("build", "--exclude-resource-type", "unit_test")
# What judges landed figures one by one, and no more of the project.
JUDGE = (
    *("build", "--select", "+mart_quarantine", "+mart_outcome"),
    *("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
)
DOCS = ("docs", "generate", "--static", "--no-compile")
BUILT = {"seed", "model", "test"}
SHOWN_ROWS = 20


@dataclass(frozen=True)
class Node:
    """A node of the project after a build: a seed, a model or a data test."""

    name: str
    kind: str
    status: str
    seconds: float
    severity: str
    failures: int
    table: str
    column: str | None
    sentence: str
    query: str | None
    message: str | None

    @property
    def is_test(self) -> bool:
        return self.kind == "test"

    @property
    def has_failed(self) -> bool:
        """Whether the gate must stay closed; a warning or a skipped node after a failure is not its cause."""
        return self.status in {"error", "fail", "runtime error"}


@dataclass(frozen=True)
class Build:
    """All nodes of a build, in the order dbt ran them."""

    nodes: tuple[Node, ...]
    dbt_version: str

    @property
    def failed(self) -> list[Node]:
        return [node for node in self.nodes if node.has_failed]

    @property
    def warned(self) -> list[Node]:
        return [node for node in self.nodes if node.status == "warn"]

    @property
    def passed_tests(self) -> int:
        return sum(node.is_test and node.status == "pass" for node in self.nodes)


@contextmanager
def working_directory(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextmanager
def held_open(database: Path) -> Iterator[None]:
    """Keep the database open in this process, so that dbt's own connections come and go at no cost.

    dbt opens the file anew for every node and, as the profile wants it, closes it after; each closing then
    wrote a checkpoint, which together was half of a build. The file is free again afterwards. The limits of
    the run hold for all of them.
    """
    from flows.engine import connect

    database.parent.mkdir(parents=True, exist_ok=True)
    with connect(database):
        yield


def invoke(
    paths: Paths,
    command: tuple[str, ...],
    manifest: Any | None = None,
    on_event: Callable[[Any], None] | None = None,
) -> Any:
    """One dbt command, quietly. Raises G60Error when dbt itself breaks (not when a node fails)."""
    from dbt.cli.main import dbtRunner

    flags = [
        *("--project-dir", str(paths.project), "--profiles-dir", str(paths.project)),
        *("--target-path", str(paths.dbt_target), "--log-path", str(paths.build / "logs")),
        *(("--vars", json.dumps({"as_of": paths.as_of})) if paths.as_of else ()),
    ]
    # Writing a log line for every event took a fifth of a build.
    quiet = ["--quiet", "--no-print", "--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
    runner = dbtRunner(manifest=manifest, callbacks=[on_event] if on_event else [])
    with working_directory(paths.build):
        result = runner.invoke([*quiet, *command, *flags])
    if result.exception is not None:
        reason = " ".join(str(result.exception).split())
        raise G60Error(
            f"dbt could not run: {reason}", str(paths.project), "correct the project and refresh again"
        )
    return result.result


parsed: dict[tuple[Path, str | None, str], Any] = {}


def parse(paths: Paths) -> Any:
    """The project as dbt reads it, read again only when one of its files has changed."""
    # Where the warehouse lies makes no difference to what a project says.
    key = (paths.project, paths.as_of, digest_of(paths.project))
    if key not in parsed:
        parsed.clear()
        parsed[key] = read_project(paths)
    # The parse and all that was imported for it stay as long as the process: the collector walking them again
    # and again took a fifth of a refresh.
    gc.freeze()
    return parsed[key]


def read_project(paths: Paths, target: str = "duckdb") -> Any:
    """The project parsed for a target: from what the last parse left on disk, or afresh where a macro came or
    went.

    dbt reads a model again when a macro that it called has changed, not when there is a new one that it would
    call: int_claim_reading calls the macros of all claims without naming one.
    """
    macros = sorted(paths.project.glob("macros/**/*.sql"))
    names = "\n".join(path.relative_to(paths.project).as_posix() for path in macros)
    known = paths.dbt_target / "macro_files.txt"
    is_same = known.is_file() and known.read_text(encoding="utf-8") == names
    command = ("parse", "--target", target, *(() if is_same else ("--no-partial-parse",)))
    manifest = invoke(paths, command)
    known.write_text(names, encoding="utf-8")
    return manifest


def build(paths: Paths, progress: Callable[[str], None] = lambda _: None) -> Build:
    """Build every seed, model and data test into the scratch database."""
    from dbt.version import __version__

    manifest = parse(paths)
    remaining = Remaining(last_seconds(paths), sum(is_built(node) for node in manifest.nodes.values()))

    def on_event(event: Any) -> None:
        if event.info.name == "NodeFinished" and event.data.node_info.resource_type in BUILT:
            progress(remaining.without(event.data.node_info))

    with held_open(paths.build_database):
        results = invoke(paths, BUILD, manifest, on_event).results
    return Build(tuple(node_of(result) for result in results), __version__)


def is_built(node: Any) -> bool:
    return node.resource_type in BUILT and node.config.materialized != "ephemeral"


def last_seconds(paths: Paths) -> dict[str, float]:
    """How long each node took in the last build; nothing where there was none."""
    try:
        told = json.loads((paths.dbt_target / "run_results.json").read_text(encoding="utf-8"))
        return {one["unique_id"]: float(one["execution_time"]) for one in told["results"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


class Remaining:
    """What of a build is left: nodes, and the time that these took the last time."""

    def __init__(self, last: dict[str, float], nodes: int) -> None:
        self.last, self.nodes, self.done = last, nodes, 0

    def without(self, node: Any) -> str:
        """One more node is done: which, how many of all, and the time that is left."""
        self.done += 1
        self.last.pop(node.unique_id, None)
        left = sum(self.last.values())
        return f"{node.node_name}  {self.done}/{self.nodes}" + (f", {in_words(left)}" if left else "")


def judge(paths: Paths) -> None:
    """Read the landed figures as a refresh would: staging, mart_quarantine and mart_outcome, and no test.

    Raises G60Error when one of them cannot be built.
    """
    manifest = parse(paths)
    with held_open(paths.build_database):
        results = invoke(paths, JUDGE, manifest).results
    for result in results:
        if (node := node_of(result)).has_failed:
            remedy = "correct the project and try again"
            raise G60Error(f"{node.name} cannot be built: {node.message}", str(paths.project), remedy)


def write_docs(paths: Paths) -> Path:
    """dbt's own docs of the last build as one page that opens from disk."""
    invoke(paths, DOCS, parse(paths))
    return paths.dbt_target / "static_index.html"


def node_of(result: Any) -> Node:
    node = result.node
    kind = str(node.resource_type)
    tested = getattr(node, "test_metadata", None)
    return Node(
        name=node.name,
        kind=kind,
        status=str(result.status),
        seconds=float(result.execution_time),
        severity=str(getattr(node.config, "severity", "error")).lower(),
        failures=int(result.failures or 0),
        table=tested_table(node) if kind == "test" else node.name,
        column=getattr(node, "column_name", None),
        sentence=sentence_of(node, tested) if kind == "test" else (node.description or ""),
        query=node.compiled_code if kind == "test" and result.failures else None,
        message=result.message,
    )


def tested_table(node: Any) -> str:
    """The table a test is about: the model it hangs on, or the first it reads."""
    if attached := getattr(node, "attached_node", None):
        return str(attached).rsplit(".", 1)[-1]
    refs = [ref.name for ref in node.refs]
    return next(
        (name for name in refs if name.startswith(("mart_", "fct_", "dim_"))), refs[0] if refs else ""
    )


def sentence_of(node: Any, tested: Any) -> str:
    """What a test says, in a sentence a reader understands."""
    if node.description:
        return str(node.description)
    if tested is None:
        return str(node.name)
    column, said = node.column_name, tested.kwargs
    sentences = {
        "unique": f"{column} 不重复。 {column} names a row once.",
        "not_null": f"{column} 不为空。 {column} is never empty.",
        "unique_key": f"{said.get('columns')} 不重复。 {said.get('columns')} together name a row once.",
        "accepted_values": f"{column} 只取 {said.get('values')}。 {column} is one of {said.get('values')}.",
        "relationships": f"{column} 均见于 {said.get('to')}。 Every {column} is found in {said.get('to')}.",
        "interval_holds_value": "数值在其区间之内。 A value lies inside its own interval.",
    }
    return sentences.get(tested.name, str(node.name))


def failing_rows(paths: Paths, node: Node, limit: int = SHOWN_ROWS) -> list[dict[str, Any]]:
    """The rows that a test refused, asked for again, each with the raw files it came from.

    Keeping the rows of every test in a table of its own, as dbt can, took a tenth of a build.
    """
    import duckdb

    from flows.engine import connect

    if node.query is None:
        return []
    with connect(paths.build_database, read_only=True) as connection:
        try:
            found = connection.sql(f"select * from ({node.query}) limit {limit}")
        except duckdb.CatalogException:
            return []
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
        return [
            row | ({"files": ", ".join(files)} if (files := files_of(connection, row)) else {})
            for row in rows
        ]
