"""The command that puts a release into another database: copy."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.base import RELEASE, Example, Speech, Warehouse, command
from flows.commands.spoken import INTERRUPTED
from flows.settings import paths
from flows.terminal import print_sentence
from flows.wording import said


@command(
    RELEASE,
    Example("g60 copy postgresql://user@host/name", "the marts as tables of schema g60 in PostgreSQL"),
    Example("g60 copy 'ducklake:postgres:dbname=lake host=host' --data lake", "as a snapshot of a DuckLake"),
)
def copy(
    speech: Speech,
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="postgresql://user@host/name, or ducklake: with postgres:‹libpq's words› or FILE.ducklake",
        ),
    ],
    schema: Annotated[str, typer.Option(help="schema that the tables stand in")] = "g60",
    data: Annotated[
        Path | None,
        typer.Option(help="folder of a new DuckLake's Parquet files", metavar="DIR", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="also if this release is there already")] = False,
    warehouse: Warehouse = None,
) -> None:
    """Copy the marts of the current release into PostgreSQL or a DuckLake, in one transaction."""
    from flows.copying.copy import copy as copy_release
    from flows.copying.copy import interruptible
    from flows.copying.target import read_target
    from flows.reporting.progress import Progress

    to = read_target(target)
    since = time.monotonic()
    where = paths(None, warehouse)
    try:
        with Progress(speech.console) as progress:
            progress.step("copying")

            def tell(table: str, number: int, of: int) -> None:
                progress.detail(f"{table} ({number}/{of})")

            copied = interruptible(lambda: copy_release(where, to, schema, data, force, tell))
    except KeyboardInterrupt:
        print(said("interrupted"), file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)
    seconds = time.monotonic() - since
    if speech.is_json:
        speech.give({"target": to.shown, **asdict(copied), "seconds": round(seconds, 3)})
        return
    place = f"schema {schema} of {to.shown}"
    if not copied.is_new:
        print_sentence(speech.console, f"{place} holds release {copied.release} already")
        return
    many = f"{copied.tables} tables, {copied.rows:,} rows ({seconds:.1f} s)"
    print_sentence(speech.console, f"{place} holds release {copied.release} now: {many}")
    if copied.snapshot is not None:
        print_sentence(speech.console, f"snapshot {copied.snapshot}")
