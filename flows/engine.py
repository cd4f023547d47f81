"""DuckDB within the limits that a run was given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.settings import limits


def connect(database: Path | None = None, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database, or one in memory. Raises G60Error where a limit is none."""
    asked = limits().settings()
    connection = duckdb.connect(str(database) if database else ":memory:", read_only=read_only)
    # Set afterwards: a file that this process has open already takes no other configuration.
    for name, value in asked.items():
        connection.execute(f"set {name} = '{str(value).replace(chr(39), chr(39) * 2)}'")
    return connection


@contextmanager
def one_thread(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Meanwhile sums of floats have one order, in which the same rows give the same bits."""
    (threads,) = connection.execute("select current_setting('threads')").fetchone() or (1,)
    connection.execute("set threads = 1")
    try:
        yield
    finally:
        connection.execute(f"set threads = {threads}")
