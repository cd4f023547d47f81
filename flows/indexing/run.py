"""An index from three files: read and check them, run the engine's models, write what they made."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from flows.indexing.check import check_data, check_method, goalposts_of
from flows.indexing.data import Data, read_data
from flows.indexing.design import read_design
from flows.indexing.drawing.tables import run_draws
from flows.indexing.faults import named
from flows.indexing.framework import Framework, read_framework
from flows.indexing.load import load
from flows.indexing.method import read_method
from flows.indexing.models import run_models
from flows.indexing.outputs import check_folder, whole_folder, write_files
from flows.settings import limits
from flows.terminal import print_line, print_table
from flows.wording import said

NOMINAL = (
    "int_index_imputed", "int_index_treatment", "int_index_normalised", "int_index_weight", "int_index_score",
    "int_index_contribution", "int_index_coherence",
)  # fmt: skip
SUMMARIES = (
    "int_index_interval", "int_index_rank_probability", "int_index_outranking", "int_index_sensitivity",
)  # fmt: skip
TOP = 5


@dataclass(frozen=True)
class Index:
    """What was made, for the summary."""

    framework: Framework
    data: Data
    units: int
    kept: int
    unscored: int
    periods: list[str]
    runs: int
    top: list[tuple[int, str, float]]
    folder: Path
    files: list[str]


def index(data: Path, framework: Path, method: Path, out: Path) -> Index:
    """Compute the index into the folder `out`. Raises G60Error, writing nothing, if an input is at fault."""
    folder = check_folder(out)
    asked = read_method(method)
    with (
        tempfile.TemporaryDirectory(prefix="g60-index-") as scratch,
        # On one thread sums are made in one order, so that the same files give the same bytes.
        duckdb.connect(config={"temp_directory": scratch, **limits().settings(), "threads": 1}) as connection,
    ):
        tree = read_framework(framework, weighs=asked.weight.method == "given")
        read = read_data(connection, data, tree, asked.groups, asked.denominate)
        design = read_design(asked, method.parent, tree, read.has_intervals)
        normalisations = [asked.normalise, *design.normalisations]
        check_method(asked, normalisations, tree, method)
        check_data(connection, asked, normalisations, read, method)
        load(connection, tree, asked, design, goalposts_of(normalisations, tree, method))
        run_models(connection, NOMINAL)
        if asked.uncertainty is not None:
            run_models(connection, ("int_index_run",))
            run_draws(connection)
            run_models(connection, SUMMARIES)
        with whole_folder(folder) as hidden:
            files = write_files(connection, hidden, tree, read.has_periods)
        return summary(connection, tree, read, out, files, asked.uncertainty is not None)


def summary(
    connection: duckdb.DuckDBPyConnection,
    framework: Framework,
    data: Data,
    folder: Path,
    files: list[str],
    is_uncertain: bool,
) -> Index:
    """Counts, and the first units of the latest period."""
    root = framework.root.code
    units, kept, unscored = row_of(
        connection,
        """
        select
            (select count(distinct unit_code) from data_row),
            count(distinct unit_code),
            count(distinct (unit_code, period)) * ? - (
                select count(score) from int_index_score
                where node_code in (select node_code from framework_node where kind = 'aggregate')
            )
        from int_index_normalised
        """,
        len(framework.of("aggregate")),
    )
    periods = [
        period
        for (period,) in connection.execute("select distinct period from data_row order by 1").fetchall()
    ]
    top = connection.execute(
        """
        select rank, unit_code, score from int_index_score
        where node_code = ? and rank is not null
        qualify period = max(period) over ()
        order by rank, unit_code limit ?
        """,
        [root, TOP],
    ).fetchall()
    (runs,) = (
        row_of(connection, "select count(*) from int_index_run where role != 'left_out'")
        if is_uncertain
        else (0,)
    )
    return Index(framework, data, units, kept, unscored, periods, runs, top, folder, files)


def row_of(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> tuple[Any, ...]:
    """The one row of a query that has one."""
    row = connection.execute(sql, list(values)).fetchone()
    assert row is not None
    return row


def print_index(made: Index, console: Console) -> None:
    """What went in, the first units, and what was written; what was left out or has no score is said."""
    framework, root = made.framework, made.framework.root
    levels = len({node.level for node in framework.nodes if node.level})
    facts = [
        f"{made.kept} units" + (f" of {made.units}" if made.kept < made.units else ""),
        *([f"{len(made.periods)} periods"] if made.data.has_periods else []),
        f"{len(framework.of('indicator'))} indicators",
        f"{levels} levels",
        *([f"{made.runs} runs"] if made.runs else []),
    ]
    print_line(console, "index", f"{root.name or root.code}: {', '.join(facts)}")
    if made.top:
        period = f" {max(made.periods)}" if made.data.has_periods else ""
        rows = [(str(rank), unit, f"{score:.10g}") for rank, unit, score in made.top]
        print_table(console, [said("rank"), said("unit"), f"{root.code}{period}"], rows)
    if made.unscored:
        why = "nothing is known below, too little, or a mean is not defined for what is"
        print_line(console, "unscored", f"{made.unscored} of the aggregates' scores have no value: {why}")
    for file, unused in ((made.data.file, made.data.unused), (framework.file, framework.unused)):
        if unused:
            print_line(console, "unused", f"{file.name}: {named(unused)}")
    print_line(console, "written", f"{made.folder}: {', '.join(made.files)}")


def index_facts(made: Index) -> dict[str, Any]:
    """What was made, for a program."""
    root = made.framework.root
    return {
        "index": root.code,
        "name": root.name,
        "units": made.kept,
        "units_in_data": made.units,
        "periods": made.periods if made.data.has_periods else [],
        "indicators": len(made.framework.of("indicator")),
        "runs": made.runs,
        "unscored": made.unscored,
        "top": [{"rank": rank, "unit": unit, "score": score} for rank, unit, score in made.top],
        "folder": str(made.folder),
        "files": made.files,
    }
