"""The command that writes for paper: report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.base import ASK, Example, Speech, Warehouse, command, complete_place
from flows.settings import paths


@command(
    ASK,
    Example("g60 report --report-lang zh", "the report of the current release, in Chinese"),
    Example("g60 report 苏州 --format pdf --output reports", "of one place, printed by the browser at hand"),
)
def report(
    speech: Speech,
    place: Annotated[
        str | None,
        typer.Argument(
            help="code or name of one place, else all", show_default=False, autocompletion=complete_place
        ),
    ] = None,
    form: Annotated[
        Literal["html", "pdf", "both"], typer.Option("--format", help="what is written")
    ] = "html",
    report_lang: Annotated[Literal["zh", "en", "both"], typer.Option(help="language of the report")] = "both",
    output: Annotated[Path, typer.Option(help="folder for the files")] = Path(),
    warehouse: Warehouse = None,
) -> None:
    """Write a printable report of the index: findings, charts, map, places, method, caveats, sources."""
    from flows.reporting.printed.write import report_of_release
    from flows.terminal import print_line, waiting

    with waiting("the report is written"):
        written = report_of_release(paths(None, warehouse), place, output, form, report_lang)
    if speech.is_json:
        speech.give({"files": [str(path) for path in written]})
        return
    for path in written:
        print_line(speech.console, "report", str(path))
