"""Commands that build: refresh, plan, check, add."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console

from flows.commands.base import BUILD, Example, Keep, Raw, Speech, Warehouse, command
from flows.errors import G60Error
from flows.settings import Paths, paths
from flows.terminal import print_line, print_sentence, print_table
from flows.wording import said

if TYPE_CHECKING:
    import duckdb

    from flows.release.current import Release

NOTE_ON_SCORES = (
    "the corridor in 2018 = 100; (rank within the year), none where under a tenth is observed; "
    "* indicative: under two thirds observed"
)


@command(
    BUILD,
    Example("g60 refresh", "build, test and publish what raw/ has now"),
    Example("g60 refresh --as-of 2023-06-30", "publish beside it what was known on a day"),
    Example("g60 refresh --engine spark", "build the portable models of the last refresh on Spark too"),
)
def refresh(
    speech: Speech,
    raw: Raw = None,
    warehouse: Warehouse = None,
    force: Annotated[bool, typer.Option(help="rebuild even when nothing changed")] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="a day as 2023-06-30: publish what was known then, beside")
    ] = None,
    keep: Keep = 10,
    engine: Annotated[
        Literal["duckdb", "spark"], typer.Option(help="spark: the portable models, as Parquet in spark/")
    ] = "duckdb",
    given: Annotated[
        Path | None,
        typer.Option("--input", help="for Spark: a folder of Parquet, else what DuckDB built"),
    ] = None,
) -> None:
    """Land the raw files, build, test and publish; says so when nothing changed."""
    if engine == "spark":
        distribute(paths(raw, warehouse, day_of(as_of) if as_of else None), given, speech)
        return
    # Nothing is imported sooner than it is needed: with nothing changed dbt and Prefect are never touched.
    from flows.fingerprint import fingerprint
    from flows.release.current import current_release, is_current

    where = paths(raw, warehouse, day_of(as_of) if as_of else None)
    before = current_release(where)
    if before and not force and where.raw.is_dir():
        now, outcome, why = fingerprint(where), "unchanged", f"nothing changed since release {before.id}"
        if not is_current(where, now):
            from flows.release.ledger import read_ledger
            from flows.release.pending import nothing_to_do

            outcome, why = "withdrawn", nothing_to_do(where, before, read_ledger(where), now) or ""
        if why:
            if speech.is_json:
                speech.give({"outcome": outcome, "sentence": said(why), **where_it_lies(before)})
            else:
                print_sentence(speech.console, f"{why}: {before.folder}")
            return
    run_flow(where, paths(raw, warehouse), speech.console, force=force, keep=keep)
    tell_release(where, speech)


def distribute(where: Paths, given: Path | None, speech: Speech) -> None:
    """The portable models on Spark, from what DuckDB built last or from any Parquet."""
    from flows.distributing.run import run
    from flows.release.lock import lock
    from flows.reporting.progress import Progress

    with lock(where), Progress(speech.console) as progress:
        manifest = run(where, given.expanduser().resolve() if given else None, progress)
    if speech.is_json:
        speech.give({"folder": str(where.warehouse / "spark"), **manifest})
        return
    names = ["model", "rows", "columns", "seconds"]
    models = manifest["models"].items()
    cells = [
        [name, f"{made['rows']:,}", str(len(made["columns"])), f"{made['seconds']:.1f}"]
        for name, made in models
    ]
    print_table(speech.console, names, cells)
    print_line(speech.console, "parquet", str(where.warehouse / "spark"))


def where_it_lies(release: Release) -> dict[str, str]:
    return {
        "release": release.id,
        "folder": str(release.folder),
        "database": str(release.database),
        "docs": str(release.docs),
    }


def tell_release(where: Paths, speech: Speech) -> None:
    """The index, what was refused, and where the release lies."""
    from flows.engine import connect
    from flows.querying.quarantine import print_refusals, refusals
    from flows.release.current import require_release
    from flows.release.ledger import read_ledger

    release = require_release(where)
    with connect(release.database, read_only=True) as connection:
        refused = refusals(connection)
        if not speech.is_json:
            print_index(connection, speech.console)
            print_refusals(refused, speech.console)
    if speech.is_json:
        last = read_ledger(where).last_run
        speech.give(
            {
                "outcome": last.outcome if last else "published",
                "sentence": said(last.sentence) if last else "",
                **where_it_lies(release),
                **{name: release.manifest.get(name) for name in COUNTS},
                "refused": [piece._asdict() for piece in refused],
            }
        )
        return
    print_line(speech.console, "release", str(release.folder))
    print_line(speech.console, "docs", str(release.docs))


COUNTS = (
    "files", "documents", "cells_read", "cells_landed", "cells_quarantined", "cells_not_data", "tests_passed",
    "tests_warned", "figures_new", "figures_changed", "figures_gone",
)  # fmt: skip


def day_of(text: str) -> str:
    """A day written as 2023-06-30 that is over or today."""
    import datetime as dt

    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise G60Error(f"'{text}' is no day", "--as-of", "write it as 2023-06-30") from error
    if day > dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1):
        raise G60Error(f"{day} has not come yet", "--as-of", "name a day that is over")
    return day.isoformat()


def run_flow(where: Paths, whole: Paths, console: Console, **asked: Any) -> None:
    """One run of the flow, on the scheduler that is running or on a temporary one."""
    # What cannot succeed is told before a scheduler is started for it.
    from flows.landing.files import raw_files
    from flows.release.lock import lock

    raw_files(where.raw)
    with lock(where):
        pass
    from flows.ahead import begin
    from flows.pipeline import Refresh
    from flows.reporting.progress import Progress
    from flows.server import find_scheduler

    quiet = {
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    temporary = find_scheduler()
    with Progress(console) as progress:
        ahead = begin(Refresh(where, progress=progress, **asked))
        try:
            from flows.refresh import refresh as flow_of_refresh

            if temporary:
                temporary.wait()
            flow_of_refresh(raw=str(whole.raw), warehouse=str(whole.warehouse), as_of=where.as_of, **asked)
        finally:
            ahead.abandon()


def print_index(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """The index of the nine by year, as the published release has it: one table an edition."""
    rows = connection.execute("""
        select i.framework, i.place_name_zh || ' ' || i.place_name_en, i.year,
            format('{:.1f}', i.score) || coalesce(' (' || i.rank || ')', '')
                || case when i.is_indicative then '*' else '' end
        from marts.mart_collaborative_innovation_index as i
        order by i.rank is null, max(i.score) over (partition by i.framework, i.place_code) desc,
            i.place_code, i.year
    """).fetchall()
    frameworks = connection.execute("""
        select framework, name_zh || ' ' || name_en from staging.framework order by family, edition
    """).fetchall()
    for framework, name in frameworks:
        own = [row[1:] for row in rows if row[0] == framework]
        years = sorted({year for _, year, _ in own})
        scored = {(place, year): score for place, year, score in own}
        places = dict.fromkeys(place for place, _, _ in own)
        cells = [[place, *(scored.get((place, year)) or "" for year in years)] for place in places]
        print_table(console, [name, *map(str, years)], cells)
    print_sentence(console, NOTE_ON_SCORES)


@command(
    BUILD,
    Example("g60 plan", "what a refresh would do now"),
    Example("g60 plan --json", "the same for a program"),
)
def plan(speech: Speech, raw: Raw = None, warehouse: Warehouse = None) -> None:
    """Say what a refresh would do: files to be read, documents touched, and whether it would publish."""
    from flows.querying.plan import plan as plan_refresh
    from flows.querying.plan import plan_facts, print_plan

    made = plan_refresh(paths(raw, warehouse))
    if speech.is_json:
        speech.give(plan_facts(made))
    else:
        print_plan(made, speech.console)


@command(
    BUILD,
    Example("g60 check raw/songjiang/indicators.csv", "what of a file would land, and what not"),
)
def check(
    speech: Speech,
    file: Annotated[Path, typer.Argument(help="the file, among the raw files or anywhere else")],
    card: Annotated[
        Path | None, typer.Option(help="its card, else FILE.yaml beside it", show_default=False)
    ] = None,
    raw: Raw = None,
) -> None:
    """Say what of a file would land, changing nothing; status 1 where the gate would close on it."""
    from flows.intake.check import check as check_file
    from flows.intake.check import print_verdict, verdict_facts

    verdict = check_file(file, card, paths(raw))
    if speech.is_json:
        speech.give(verdict_facts(verdict, file))
    else:
        print_verdict(verdict, file, speech.console)
    if not verdict.would_pass:
        raise typer.Exit(1)


@command(
    BUILD,
    Example("g60 add raw/suzhou/new_table.xlsx", "draft the card of a new file"),
)
def add(
    speech: Speech,
    file: Annotated[Path, typer.Argument(help="the file, best in its folder under raw/")],
) -> None:
    """Draft the card of a file by looking at it, for a person to review."""
    from flows.intake.draft import add as add_card

    card = add_card(file, paths().project / "seeds")
    text = card.read_text(encoding="utf-8")
    if speech.is_json:
        speech.give({"card": str(card), "text": text})
        return
    speech.console.print(text, soft_wrap=True, highlight=False, markup=False, end="")
    print_line(speech.console, "drafted", str(card))
    print_sentence(speech.console, f"review it, then run g60 check {file}")
