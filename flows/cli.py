"""The command line `g60`. Exit status 0 only on success; every error is one sentence."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.commands import register
from flows.commands.base import Lang, app

__all__ = ["app", "main"]

register()


def tell_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(f"g60 {version('g60-warehouse')}")
        raise typer.Exit


@app.callback()
def g60(
    lang: Lang = None,
    version: Annotated[
        bool,
        typer.Option("--version", help="print the version and end", is_eager=True, callback=tell_version),
    ] = False,
) -> None:
    """The open warehouse of city statistics of the G60 corridor."""


def main() -> None:
    """Entry point of the console script."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    app(prog_name="g60")
