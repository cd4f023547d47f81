"""What was read and refused, in words: where, what, by which rule, why, what it may mean, what mends it."""

from __future__ import annotations

from typing import NamedTuple

import duckdb
from rich.console import Console

from flows.landing.shown import seen

SHOWN = 20
SHOWN_CHARACTERS = 80
REFUSED = """
    select cell_address, raw_text, rule, reason, suggestion, remedy from marts.mart_quarantine
    where $1 is null or file_path = $1
    order by file_path, cell_address, rule
"""


class Refusal(NamedTuple):
    """One refused piece of a file."""

    cell_address: str
    raw_text: str | None
    rule: str
    reason: str
    suggestion: str | None
    remedy: str

    def __str__(self) -> str:
        text = f" '{seen(self.raw_text[:SHOWN_CHARACTERS])}'" if self.raw_text else ""
        meant = f" perhaps {self.suggestion};" if self.suggestion else ""
        return f"{seen(self.cell_address)}{text} [{self.rule}]: {self.reason};{meant} {self.remedy}"


def refusals(connection: duckdb.DuckDBPyConnection, file: str | None = None) -> list[Refusal]:
    """All refused pieces of a file, or of every file."""
    return [Refusal(*row) for row in connection.execute(REFUSED, [file]).fetchall()]


def print_refusals(refused: list[Refusal], console: Console) -> None:
    """A line a piece; of many the first ones."""
    for piece in refused[:SHOWN]:
        console.print(f"refused  {piece}", soft_wrap=True, highlight=False, markup=False)
    if len(refused) > SHOWN:
        console.print(f"refused  and {len(refused) - SHOWN} more pieces", highlight=False)
