"""What was read and refused, in words: where, what, by which rule, why, what it may mean, what mends it."""

from __future__ import annotations

from typing import NamedTuple

import duckdb
from rich.console import Console

from flows.landing.shown import seen
from flows.terminal import print_line
from flows.wording import said

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
        return self.told(self.reason, self.suggestion and f"perhaps {self.suggestion}", self.remedy)

    def in_the_users_language(self) -> str:
        meant = self.suggestion and said("perhaps {}").replace("{}", self.suggestion)
        return self.told(said(self.reason), meant, said(self.remedy))

    def told(self, *parts: str | None) -> str:
        text = f" '{seen(self.raw_text[:SHOWN_CHARACTERS])}'" if self.raw_text else ""
        return f"{seen(self.cell_address)}{text} [{self.rule}]: {'; '.join(filter(None, parts))}"


def refusals(connection: duckdb.DuckDBPyConnection, file: str | None = None) -> list[Refusal]:
    """All refused pieces of a file, or of every file."""
    return [Refusal(*row) for row in connection.execute(REFUSED, [file]).fetchall()]


def print_refusals(refused: list[Refusal], console: Console) -> None:
    """A line a piece; of many the first ones."""
    for piece in refused[:SHOWN]:
        print_line(console, "refused", piece.in_the_users_language())
    if len(refused) > SHOWN:
        print_line(console, "refused", f"and {len(refused) - SHOWN} more pieces")
