"""What came of a copy, and what another database said instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from flows.copying.target import Target
from flows.errors import G60Error

# Called with the name of a table, its number and how many there are.
Tell = Callable[[str, int, int], None]
SEVERITY = re.compile(r"^\w+[:：]\s+")
LEFT_OUT = re.compile(r"^(LINE \d|CONTEXT|HINT|\s*\^)")
UNTOUCHED = "what was copied before is untouched; mend this, then copy again"


@dataclass(frozen=True)
class Copied:
    """A copy that was made or, where not `is_new`, was there already. `snapshot` is that of a DuckLake."""

    release: str
    previous: str | None
    is_new: bool
    schema: str
    tables: int
    rows: int
    snapshot: int | None = None


def refused(error: duckdb.Error, target: Target, said_by: str = "PostgreSQL") -> G60Error:
    """The sentence of a database that would not."""
    return G60Error(f"{said_by} refused this: {reason(error, target)}", target.shown, UNTOUCHED)


def not_reached(error: duckdb.Error, target: Target) -> G60Error:
    remedy = "see that it runs there and that user, password and database are right"
    return G60Error(f"the database is not reached: {reason(error, target)}", target.shown, remedy)


def reason(error: duckdb.Error, target: Target) -> str:
    """What the server or libpq says within an error of DuckDB, without the statement and any password."""
    text = str(error)
    for sign in ("ERROR:  ", "FATAL:  ", '": '):
        if sign in text:
            text = text.partition(sign)[2] if sign != '": ' else text.rpartition(sign)[2]
            break
    lines = [line.strip() for line in text.splitlines() if line.strip() and not LEFT_OUT.match(line)]
    first, *more = lines or [type(error).__name__]
    detail = " ".join(SEVERITY.sub("", line).rstrip(".") for line in more)
    said = SEVERITY.sub("", first).rstrip(".") + (f" ({detail})" if detail else "")
    return target.hidden(said)
