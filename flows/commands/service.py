"""Commands that serve until interrupted: docs, serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.base import SERVE, Example, Raw, Speech, Warehouse, command, give_line
from flows.settings import paths


@command(
    SERVE,
    Example("g60 docs --port 0", "the docs site on a free port"),
)
def docs(
    speech: Speech,
    warehouse: Warehouse = None,
    port: Annotated[int, typer.Option(help="port on loopback; 0 takes a free one")] = 8060,
) -> None:
    """Serve the docs site of the current release on loopback, until interrupted."""
    from flows.reporting.serve import serve_docs

    announce = (lambda address: give_line({"docs": address})) if speech.is_json else None
    serve_docs(paths(None, warehouse), port, speech.console, announce)


@command(
    SERVE,
    Example("g60 serve", "refresh every morning and whenever raw/ changes"),
    Example('g60 serve --cron "0 */2 * * *" --port 0 --docs-port 0', "every two hours, on free ports"),
    Example("g60 serve --sql", "and answer psql, DBeaver, R or Excel"),
)
def serve(
    speech: Speech,
    raw: Raw = None,
    warehouse: Warehouse = None,
    cron: Annotated[str, typer.Option(help="when to refresh, in Asia/Shanghai")] = "0 6 * * *",
    port: Annotated[int, typer.Option(help="port of the scheduler on loopback; 0 takes a free one")] = 4280,
    docs_port: Annotated[int, typer.Option(help="port of the docs on loopback; 0 takes a free one")] = 8060,
    database: Annotated[
        str | None,
        typer.Option(
            help="PostgreSQL for the scheduler, else SQLite: postgresql+asyncpg://user:password@host/name",
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
        bool, typer.Option("--sql", help="answer SQL too, read-only, for any client of PostgreSQL")
    ] = False,
    sql_port: Annotated[int, typer.Option(help="port of the SQL endpoint; 0 takes a free one")] = 5460,
    sql_host: Annotated[
        str, typer.Option(help="address of the SQL endpoint; any but loopback wants --sql-cert")
    ] = "127.0.0.1",
    sql_cert: Annotated[
        Path | None, typer.Option(help="certificate for TLS, in PEM form", show_default=False)
    ] = None,
    sql_key: Annotated[
        Path | None, typer.Option(help="key of the certificate, in PEM form", show_default=False)
    ] = None,
) -> None:
    """Refresh on a schedule and whenever a raw file changes, and serve the docs, until interrupted."""
    from flows.serving.plan import Wanted
    from flows.serving.serve import serve as serve_until_stopped
    from flows.sql_endpoint.plan import Sql

    endpoint = Sql(sql_host, sql_port, sql_cert, sql_key) if sql else None
    wanted = Wanted(cron, port, docs_port, database, timeout, webhook, endpoint)
    serve_until_stopped(paths(raw, warehouse), wanted, speech.console, give_line if speech.is_json else None)
