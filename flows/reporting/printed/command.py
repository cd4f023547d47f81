"""`g60 report`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from flows.settings import paths


def register(app: typer.Typer, in_one_sentence: Callable[[Callable[..., None]], Callable[..., None]]) -> None:
    """Add the command to the command line, with its way of telling faults."""

    @app.command()
    @in_one_sentence
    def report(
        place: Annotated[
            str | None, typer.Argument(help="code or name of one place [all]", show_default=False)
        ] = None,
        form: Annotated[Literal["html", "pdf", "both"], typer.Option("--format")] = "html",
        lang: Annotated[Literal["zh", "en", "both"], typer.Option(help="language of the report")] = "both",
        output: Annotated[Path, typer.Option(help="folder for the files")] = Path(),
        warehouse: Annotated[
            Path | None,
            typer.Option("--warehouse", help="folder of releases [warehouse/]", show_default=False),
        ] = None,
    ) -> None:
        """Write a printable report of the index: findings, charts, map, places, method, caveats, sources."""
        from flows.reporting.printed.write import report_of_release

        for written in report_of_release(paths(None, warehouse), place, output, form, lang):
            Console().print(str(written), soft_wrap=True, highlight=False, markup=False)
