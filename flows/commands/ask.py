"""Commands that answer: query, explain, status, freshness, index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.base import (
    ASK,
    Example,
    Raw,
    Speech,
    Warehouse,
    command,
    complete_indicator,
    complete_place,
)
from flows.settings import paths


@command(
    ASK,
    Example('g60 query "from marts.dim_place select place_code, name_zh"', "the places"),
    Example(
        "g60 query \"select year, total from marts.mart_corridor where indicator_code = 'gdp'\" --json",
        "the GDP of the nine together, for a program",
    ),
    Example('g60 query "show all tables" --format csv', "what there is to ask"),
)
def query(
    speech: Speech,
    sql: Annotated[str, typer.Argument(help="one SQL statement")],
    form: Annotated[
        Literal["table", "csv", "json", "parquet"],
        typer.Option("--format", help="how the result is written; --json is --format json"),
    ] = "table",
    output: Annotated[
        Path | None, typer.Option(help="file to write instead of the terminal", show_default=False)
    ] = None,
    warehouse: Warehouse = None,
) -> None:
    """Run SQL against the published release, read-only."""
    from flows.querying.query import query as run_query

    run_query(paths(None, warehouse), sql, "json" if speech.is_json else form, output)


@command(
    ASK,
    Example("g60 sql", "an interactive terminal over the current release"),
    has_json=False,
)
def sql(speech: Speech, warehouse: Warehouse = None) -> None:
    """Open an interactive SQL terminal (harlequin) over the current release, read-only."""
    from flows.querying.terminal import open_terminal

    open_terminal(paths(None, warehouse))


@command(
    ASK,
    Example("g60 explain 苏州 rd_expenditure 2022", "where a figure comes from"),
    Example("g60 explain 330400 gdp 2021 --json", "every printing of it, for a program"),
)
def explain(
    speech: Speech,
    place: Annotated[
        str,
        typer.Argument(help="code or name: 320500, 苏州市, 苏州, Suzhou", autocompletion=complete_place),
    ],
    indicator: Annotated[
        str,
        typer.Argument(help="code or name: rd_expenditure, R&D经费", autocompletion=complete_indicator),
    ],
    period: Annotated[str, typer.Argument(help="2022, 2021H1, 2021Q1-Q3 …")],
    warehouse: Warehouse = None,
) -> None:
    """Print a number's birth certificate: every vintage, document, url, file and cell."""
    from flows.querying.explain import certificate, print_certificate

    found = certificate(paths(None, warehouse), place, indicator, period)
    if speech.is_json:
        speech.give(
            {
                "release": found.release,
                "figure": found.chosen,
                "inputs": found.inputs,
                "vintages": found.vintages,
            }
        )
    else:
        print_certificate(found, speech.console)


@command(
    ASK,
    Example("g60 status", "the release, the last run, and whether raw files have changed since"),
    Example("g60 status --report", "the whole report of the last run"),
)
def status(
    speech: Speech,
    raw: Raw = None,
    warehouse: Warehouse = None,
    report: Annotated[bool, typer.Option("--report", help="the whole report of the last run")] = False,
) -> None:
    """Say which release readers hold, how the last run ended, and whether raw files have changed since."""
    from flows.querying.status import print_report, status_facts
    from flows.querying.status import status as print_status

    where = paths(raw, warehouse)
    if speech.is_json:
        speech.give(status_facts(where))
    else:
        (print_report if report else print_status)(where, speech.console)


@command(
    ASK,
    Example("g60 freshness", "which sources are late today"),
)
def freshness(speech: Speech, warehouse: Warehouse = None) -> None:
    """Say which sources are late by the publication calendar, late ones first, as of today."""
    from flows.querying.freshness import freshness as standings
    from flows.querying.freshness import print_freshness

    where = paths(None, warehouse)
    if speech.is_json:
        speech.give(standings(where))
    else:
        print_freshness(where, speech.console)


@command(
    ASK,
    Example(
        "g60 index --data data.csv --framework framework.csv --method method.yml --out out",
        "an index of your own three files",
    ),
)
def index(
    speech: Speech,
    data: Annotated[Path, typer.Option(help="CSV: unit, perhaps period, a column for each indicator")],
    framework: Annotated[Path, typer.Option(help="CSV: code, parent, level, type, direction, weight …")],
    method: Annotated[Path, typer.Option(help="YAML: impute, treat, normalise, weight, aggregate …")],
    out: Annotated[Path, typer.Option(help="folder for the results, new or of an earlier index")],
) -> None:
    """Compute a composite index of your own data by your own framework and method, step by step."""
    from flows.indexing.run import index as compute_index
    from flows.indexing.run import index_facts
    from flows.indexing.run import print_index as print_result
    from flows.terminal import waiting

    with waiting("the index is computed"):
        made = compute_index(data, framework, method, out)
    if speech.is_json:
        speech.give(index_facts(made))
    else:
        print_result(made, speech.console)
