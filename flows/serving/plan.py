"""What is to be served, checked before anything starts: schedules, ports, database, and where things lie."""

from __future__ import annotations

import datetime as dt
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from flows.errors import G60Error, InUse
from flows.settings import Paths
from flows.sql_endpoint.plan import Sql, checked_sql

HOST = "127.0.0.1"
ZONE = ZoneInfo("Asia/Shanghai")
FRESHNESS_CRON = "30 7 * * *"
RAW_CHANGED = "g60.raw.changed"
DATABASES = ("postgresql+asyncpg://", "sqlite+aiosqlite:///")


@dataclass(frozen=True)
class Wanted:
    """What a person asked for, as written. `timeout` is in minutes; port 0 stands for a free one."""

    cron: str
    port: int
    docs_port: int
    database: str | None
    timeout: float
    webhook: str | None = None
    sql: Sql | None = None


@dataclass(frozen=True)
class Plan:
    """One `g60 serve`. `database` is an SQLAlchemy URL, None for SQLite at home; `timeout` is in seconds."""

    where: Paths
    cron: str
    port: int
    docs_port: int
    database: str | None
    timeout: float
    webhook: str | None = None
    sql: Sql | None = None

    @property
    def home(self) -> Path:
        return home_of(self.where)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.address}/api"


def home_of(where: Paths) -> Path:
    """The scheduler's own folder: its database, its settings and its logs."""
    return where.warehouse / "scheduler"


def planned(where: Paths, wanted: Wanted) -> Plan:
    """What is wanted, checked. Raises G60Error on the first thing that cannot be."""
    if not where.raw.is_dir():
        remedy = "make it, or name another with --raw"
        raise G60Error("there is no folder of raw files", str(where.raw), remedy)
    if wanted.timeout <= 0:
        raise G60Error(f"{wanted.timeout:g} minutes are no limit", "--timeout", "give more than 0")
    return Plan(
        where,
        checked_cron(wanted.cron),
        open_port(wanted.port, "--port"),
        wanted.docs_port,
        checked_database(wanted.database),
        wanted.timeout * 60,
        checked_webhook(wanted.webhook) if wanted.webhook else None,
        checked_sql(where, wanted.sql) if wanted.sql else None,
    )


def checked_cron(text: str) -> str:
    """A cron line of five fields that has a next time. Raises G60Error on anything else."""
    try:
        if len(text.split()) != 5:
            raise CronSimError("five fields are needed")
        next(CronSim(text, dt.datetime.now(ZONE)))
    except (CronSimError, StopIteration) as error:
        reason = str(error)[:1].lower() + str(error)[1:] or "no such day comes"
        remedy = "write minute, hour, day, month and weekday as in '0 6 * * *'"
        raise G60Error(f"'{text}' is no schedule: {reason}", "--cron", remedy) from error
    return " ".join(text.split())


def checked_database(url: str | None) -> str | None:
    """A database URL as Prefect takes it. Raises G60Error where the driver is none of Prefect's."""
    if not url:
        return None
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+asyncpg://" + url.partition("://")[2]
    if not url.startswith(DATABASES):
        remedy = "write postgresql+asyncpg://user:password@host/name, or leave it out for SQLite"
        raise G60Error("the scheduler cannot use this database", "--database", remedy)
    return url


def checked_webhook(url: str) -> str:
    """A web address to post to. Raises G60Error for what is none, without repeating it: it is a secret."""
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise G60Error("this is no web address", "the webhook", "write it as https://host/path")
    return url


def open_port(port: int, option: str) -> int:
    """The port if it is free on loopback, a free one for 0. Raises G60Error when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            # Two sockets may bind a port that nobody listens on.
            probe.listen()
        except OSError as error:
            remedy = f"end what uses it, or choose another {option}"
            raise InUse(f"the port is taken: {error.strerror}", f"{HOST}:{port}", remedy) from error
        return int(probe.getsockname()[1])


def environment(plan: Plan, docs: str) -> dict[str, str]:
    """The environment of the scheduler and its runs: Prefect's settings are ours alone.

    The scheduler keeps two or three coming runs a schedule, so that nothing piles up while it is down. Late
    and cancelled runs are left to `backlog`: Prefect's own services take up hundreds at once, each in a
    transaction of its own, again and again, and SQLite then refuses some ("database is locked"). Leases of
    the concurrency limit lie on disk, so that they outlive the server.
    """
    ours = {
        "PREFECT_HOME": str(plan.home),
        "PREFECT_API_URL": plan.api,
        "PREFECT_PROFILES_PATH": str(plan.home / "profiles.toml"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "3",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT0S",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "20",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_RUNNER_POLL_FREQUENCY": "3",
        "G60_DOCS_URL": f"{docs}docs/index.html",
    }
    if plan.webhook:
        ours["G60_WEBHOOK"] = plan.webhook
    if plan.database:
        ours["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = plan.database
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | ours
