"""The command line `g60`. Exit status 0 only on success; every error is one sentence."""

from __future__ import annotations

import functools
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.text import Text

from flows.errors import G60Error
from flows.landing.shown import seen
from flows.querying.terminal import open_terminal
from flows.settings import Paths, paths

if TYPE_CHECKING:
    import duckdb

app = typer.Typer(
    help="The open warehouse of city statistics of the G60 corridor 长三角G60科创走廊城市统计仓库.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
Raw = Annotated[Path | None, typer.Option("--raw", help="folder of raw files [raw/]", show_default=False)]
Warehouse = Annotated[
    Path | None, typer.Option("--warehouse", help="folder of releases [warehouse/]", show_default=False)
]
INTERRUPTED = 130


def print_error(error: G60Error) -> None:
    """The sentence of an error; what it repeats of a file or a path is no markup and moves no cursor."""
    Console(stderr=True).print(
        Text.assemble(("error", "red"), f" {seen(str(error))}"), soft_wrap=True, highlight=False
    )


def in_one_sentence(command: Callable[..., None]) -> Callable[..., None]:
    """Show an expected fault as its sentence and end with status 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except G60Error as error:
            print_error(error)
            raise typer.Exit(1) from error
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(INTERRUPTED) from interrupt
        except typer.Exit:
            raise
        except Exception as error:
            if os.environ.get("G60_TRACE"):
                raise
            what = f"{type(error).__name__}: {' '.join(str(error).split())}"
            remedy = "set G60_TRACE=1 and run again to see where in the code"
            fault = G60Error(f"an unexpected fault, {what}", f"g60 {command.__name__}", remedy)
            print_error(fault)
            raise typer.Exit(1) from error

    return run


@app.command()
@in_one_sentence
def refresh(
    raw: Raw = None,
    warehouse: Warehouse = None,
    force: Annotated[bool, typer.Option(help="rebuild even when nothing changed")] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="a day as 2023-06-30: publish what was known then, beside")
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="releases to keep beside the pinned")] = 10,
) -> None:
    """Land the raw files, build, test and publish; says so when nothing changed."""
    # Nothing is imported sooner than it is needed: with nothing changed dbt and Prefect are never touched.
    from flows.fingerprint import fingerprint
    from flows.release.current import current_release, is_current

    where = paths(raw, warehouse, day_of(as_of) if as_of else None)
    console = Console()
    before = current_release(where)
    if before and not force and where.raw.is_dir():
        now = fingerprint(where)
        if not is_current(where, now):
            from flows.release.ledger import read_ledger
            from flows.release.pending import nothing_to_do

            why = nothing_to_do(where, before, read_ledger(where), now)
        else:
            why = f"nothing changed since release {before.id}"
        if why:
            console.print(f"{why}: {before.folder}", soft_wrap=True, highlight=False)
            return
    run_flow(where, paths(raw, warehouse), force=force, keep=keep)
    print_release(where, console)


def print_release(where: Paths, console: Console) -> None:
    """The index, what was refused, and where the release lies."""
    from flows.release.current import require_release

    release = require_release(where)
    import duckdb

    from flows.querying.quarantine import print_refusals, refusals

    with duckdb.connect(str(release.database), read_only=True) as connection:
        print_index(connection, console)
        print_refusals(refusals(connection), console)
    console.print(f"release  {release.folder}\ndocs     {release.docs}", soft_wrap=True, highlight=False)


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


def run_flow(where: Paths, whole: Paths, **asked: Any) -> None:
    """One run of the flow, on the scheduler that is running or on a temporary one."""
    # What cannot succeed is told before a scheduler is started for it.
    from flows.landing.land import raw_files
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
    with Progress(Console()) as progress:
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
    from rich.table import Table

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
        table = Table(name, *map(str, years))
        for place in dict.fromkeys(place for place, _, _ in own):
            scores = {year: score for of, year, score in own if of == place}
            table.add_row(place, *(scores.get(year, "") for year in years))
        Console(width=None if console.is_terminal else 150).print(table)
    note = (
        "the corridor in 2018 = 100; (rank within the year), none where under a tenth is observed; "
        "* indicative: under two thirds observed"
    )
    console.print(note, soft_wrap=True, highlight=False)


@app.command()
@in_one_sentence
def check(
    file: Annotated[Path, typer.Argument(help="the file, among the raw files or anywhere else")],
    card: Annotated[
        Path | None, typer.Option(help="its card [FILE.yaml beside it]", show_default=False)
    ] = None,
    raw: Raw = None,
) -> None:
    """Say what of a file would land, changing nothing; status 1 where the gate would close on it."""
    from flows.intake.check import check as check_file
    from flows.intake.check import print_verdict

    verdict = check_file(file, card, paths(raw))
    print_verdict(verdict, file, Console())
    if not verdict.would_pass:
        raise typer.Exit(1)


@app.command()
@in_one_sentence
def add(
    file: Annotated[Path, typer.Argument(help="the file, best in its folder under raw/")],
) -> None:
    """Draft the card of a file by looking at it, for a person to review."""
    from flows.intake.draft import add as add_card

    card = add_card(file, paths().project / "seeds")
    console = Console()
    console.print(card.read_text(encoding="utf-8"), soft_wrap=True, highlight=False, markup=False, end="")
    console.print(
        f"drafted  {seen(str(card))}\nreview it, then run g60 check {seen(str(file))}",
        soft_wrap=True,
        highlight=False,
        markup=False,
    )


@app.command()
@in_one_sentence
def status(
    raw: Raw = None,
    warehouse: Warehouse = None,
    report: Annotated[bool, typer.Option("--report", help="the whole report of the last run")] = False,
) -> None:
    """Say which release readers hold, how the last run ended, and whether raw files have changed since."""
    from flows.querying.status import print_report
    from flows.querying.status import status as print_status

    (print_report if report else print_status)(paths(raw, warehouse), Console())


@app.command()
@in_one_sentence
def diff(
    a: Annotated[str | None, typer.Argument(help="a release [the one before B]", show_default=False)] = None,
    b: Annotated[str | None, typer.Argument(help="a release, or held [the current, or what is held]")] = None,
    limit: Annotated[int, typer.Option(min=0, help="how many changes to print")] = 50,
    warehouse: Warehouse = None,
) -> None:
    """Say in words what changed between two releases, or what a held build would change, and why."""
    from flows.querying.diff import print_diff

    print_diff(paths(None, warehouse), a, b, limit, Console())


@app.command()
@in_one_sentence
def release(
    accept: Annotated[bool, typer.Option("--accept", help="publish the difference that is held")] = False,
    note: Annotated[str | None, typer.Option(help="why, for --accept and --pin")] = None,
    pin: Annotated[str | None, typer.Option(metavar="ID", help="keep this release for ever")] = None,
    unpin: Annotated[str | None, typer.Option(metavar="ID", help="no longer keep it for ever")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="clear away old releases now")] = False,
    keep: Annotated[int, typer.Option(min=1, help="releases to keep beside the pinned")] = 10,
    raw: Raw = None,
    warehouse: Warehouse = None,
) -> None:
    """List the releases; accept what is held, pin, unpin or clear away."""
    from flows.querying.releases import print_releases
    from flows.release import history
    from flows.release.lock import lock

    where, console = paths(raw, warehouse), Console()
    if accept:
        run_flow(where, where, accept=note or f"accepted by {getpass.getuser()}", keep=keep)
        print_release(where, console)
        return
    if pin or unpin or prune:
        with lock(where):
            if pin:
                history.pin(where, pin, note or f"pinned by {getpass.getuser()}")
            if unpin:
                history.unpin(where, unpin)
            for gone in history.prune(where, keep) if prune else []:
                console.print(f"cleared away {gone}", highlight=False)
    print_releases(where, console)


@app.command()
@in_one_sentence
def rollback(
    to: Annotated[str | None, typer.Argument(metavar="[ID]", help="the release [the one before]")] = None,
    warehouse: Warehouse = None,
) -> None:
    """Give readers an earlier release; the one left is not made again until its inputs change."""
    from flows.release.history import rollback as roll_back
    from flows.release.lock import lock

    where = paths(None, warehouse)
    with lock(where):
        left, now = roll_back(where, to)
    Console().print(f"readers hold {now.id} again, no longer {left.id}", soft_wrap=True, highlight=False)


@app.command()
@in_one_sentence
def verify(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="a release [the current one]")] = None,
    warehouse: Warehouse = None,
) -> None:
    """Hold a release against its manifest, byte by byte; status 1 when anything differs."""
    from flows.release.current import require_release
    from flows.release.history import find_release
    from flows.release.verify import faults

    where = paths(None, warehouse)
    found = find_release(where, name) if name else require_release(where)
    if wrong := faults(found):
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        remedy = "go back with g60 rollback, or make it anew with g60 refresh --force"
        raise G60Error("; ".join(wrong[:3]) + more, str(found.folder), remedy)
    said = found.manifest["contents"]
    size = sum(file["bytes"] for file in said.values())
    Console().print(f"release {found.id} is whole: {len(said)} files, {size:,} bytes", highlight=False)


@app.command()
@in_one_sentence
def freshness(warehouse: Warehouse = None) -> None:
    """Say which sources are late by the publication calendar, late ones first, as of today."""
    from flows.querying.freshness import print_freshness

    print_freshness(paths(None, warehouse), Console())


@app.command()
@in_one_sentence
def query(
    sql: Annotated[str, typer.Argument(help="one SQL statement")],
    form: Annotated[Literal["table", "csv", "json", "parquet"], typer.Option("--format")] = "table",
    output: Annotated[Path | None, typer.Option(help="file to write instead of the terminal")] = None,
    warehouse: Warehouse = None,
) -> None:
    """Run SQL against the published release, read-only."""
    from flows.querying.query import query as run_query

    run_query(paths(None, warehouse), sql, form, output)


@app.command()
@in_one_sentence
def explain(
    place: Annotated[str, typer.Argument(help="code or name: 320500, 苏州市, 苏州, Suzhou")],
    indicator: Annotated[str, typer.Argument(help="code or name: rd_expenditure, R&D经费")],
    period: Annotated[str, typer.Argument(help="2022, 2021H1, 2021Q1-Q3 …")],
    warehouse: Warehouse = None,
) -> None:
    """Print a number's birth certificate: every vintage, document, url, file and cell."""
    from flows.querying.explain import explain as print_certificate

    print_certificate(paths(None, warehouse), place, indicator, period, Console())


@app.command()
@in_one_sentence
def index(
    data: Annotated[Path, typer.Option(help="CSV: unit, perhaps period, a column for each indicator")],
    framework: Annotated[Path, typer.Option(help="CSV: code, parent, level, type, direction, weight …")],
    method: Annotated[Path, typer.Option(help="YAML: impute, treat, normalise, weight, aggregate …")],
    out: Annotated[Path, typer.Option(help="folder for the results, new or of an earlier index")],
) -> None:
    """Compute a composite index of your own data by your own framework and method, step by step."""
    from flows.indexing.run import index as compute_index
    from flows.indexing.run import print_index as print_result

    print_result(compute_index(data, framework, method, out), Console())


@app.command()
@in_one_sentence
def docs(
    warehouse: Warehouse = None,
    port: Annotated[int, typer.Option(help="port on loopback; 0 takes a free one")] = 8060,
) -> None:
    """Serve the docs site of the current release on loopback, until interrupted."""
    from flows.reporting.serve import serve_docs

    serve_docs(paths(None, warehouse), port, Console())


@app.command()
@in_one_sentence
def serve(
    raw: Raw = None,
    warehouse: Warehouse = None,
    cron: Annotated[str, typer.Option(help="when to refresh, in Asia/Shanghai")] = "0 6 * * *",
    port: Annotated[int, typer.Option(help="port of the scheduler on loopback; 0 takes a free one")] = 4280,
    docs_port: Annotated[int, typer.Option(help="port of the docs on loopback; 0 takes a free one")] = 8060,
    database: Annotated[
        str | None,
        typer.Option(
            help="PostgreSQL for the scheduler, postgresql+asyncpg://user:password@host/name [SQLite]",
            envvar=["PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL"],
            show_default=False,
            show_envvar=False,
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(help="minutes after which a run is stuck and ended")] = 60,
    webhook: Annotated[
        str | None,
        typer.Option(
            help="web address that is told of late sources and failed refreshes",
            envvar="G60_WEBHOOK",
            show_default=False,
        ),
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="serve SQL as well, over the wire protocol of PostgreSQL")
    ] = False,
    sql_port: Annotated[int, typer.Option(help="port of SQL; 0 takes a free one")] = 5460,
    sql_host: Annotated[
        str, typer.Option(help="address that SQL listens on; beyond this machine with TLS only")
    ] = "127.0.0.1",
    sql_cert: Annotated[
        Path | None, typer.Option(help="certificate (PEM) of SQL, for TLS", show_default=False)
    ] = None,
    sql_key: Annotated[
        Path | None, typer.Option(help="key (PEM) of that certificate", show_default=False)
    ] = None,
) -> None:
    """Refresh on a schedule and whenever a raw file changes, and serve the docs, until interrupted."""
    from flows.serving.plan import Wanted
    from flows.serving.serve import serve as serve_until_stopped
    from flows.sql_endpoint.plan import Sql

    endpoint = Sql(sql_host, sql_port, sql_cert, sql_key) if sql else None
    wanted = Wanted(cron, port, docs_port, database, timeout, webhook, endpoint)
    serve_until_stopped(paths(raw, warehouse), wanted, Console())


app.command(name="sql")(in_one_sentence(open_terminal))


def main() -> None:
    """Entry point of the console script."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    app()
