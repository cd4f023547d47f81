"""Copy the current release to where the user says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import TypeVar

from flows.copying.ducklake import copy_to_ducklake
from flows.copying.extensions import connect
from flows.copying.outcome import Copied, Tell
from flows.copying.postgres import copy_to_postgres
from flows.copying.tables import read_tables, release_of
from flows.copying.target import Target, libpq
from flows.errors import G60Error
from flows.release.current import require_release
from flows.settings import Paths

# What PostgreSQL cuts longer names to.
LONGEST_NAME = 63


Answer = TypeVar("Answer")


def interruptible(work: Callable[[], Answer]) -> Answer:
    """What `work` gives, or KeyboardInterrupt at once, whatever statement a server is busy with.

    The thread of `work` then goes on and no interpreter can end in peace: leave by os._exit, with which its
    transaction ends as well.
    """
    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    return answer.result()


def copy(where: Paths, target: Target, schema: str, data: Path | None, is_forced: bool, tell: Tell) -> Copied:
    """Put the marts of the current release into `schema` of the target, all or nothing.

    `data` is for a DuckLake alone. Raises G60Error.
    """
    if not 0 < len(schema.encode()) <= LONGEST_NAME or schema.startswith("pg_") or not schema.isprintable():
        raise G60Error(f"'{schema}' is no name for a schema", "--schema", "choose another, as g60")
    if data and target.kind == "postgres":
        raise G60Error("PostgreSQL keeps its files itself", "--data", "leave it out")
    release = require_release(where)
    extensions = ["postgres_scanner"] if not target.is_file else []
    if target.kind == "ducklake":
        extensions.append("ducklake")
    with closing(connect(release.database, extensions)) as connection, libpq(target):
        tables = read_tables(connection)
        held = release_of(connection)
        if target.kind == "postgres":
            return copy_to_postgres(connection, tables, target, schema, held, is_forced, tell)
        folder = data.expanduser().resolve() if data else None
        return copy_to_ducklake(connection, tables, target, folder, schema, held, is_forced, tell)
