"""Sheets, the common form of every file: seen cell by cell (Grid) or column by column (Columns)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from flows.landing.limits import check_cells, check_text

Cells = np.ndarray[Any, np.dtype[np.object_]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Rows = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Fault:
    """A cell that the file itself says holds no usable value."""

    row: int
    column: int
    rule: str
    text: str


@dataclass(frozen=True)
class Grid:
    """One sheet as text; a merged cell shows its text in every cell it covers.

    `cells` are rows by columns, empty cells ''. `covered` marks the cells that only show the text of the
    merged cell they belong to: a figure stands in the first cell.
    """

    name: str
    cells: Cells
    covered: Mask
    faults: list[Fault] = field(default_factory=list)
    is_delimited: bool = False

    @property
    def filled(self) -> Mask:
        """Cells that hold a text of their own."""
        return not_blank(self.cells) & ~self.covered

    @property
    def told(self) -> int:
        """Number of cells that say something, if only that they are faulty."""
        return int(self.filled.sum()) + len(self.faults)


@dataclass(frozen=True)
class Columns:
    """A table with one header row as text columns. `rows` are the file's own row numbers.

    `outside` counts the cells of the sheet above the header and below the table; `covered` marks, column by
    column, cells that show the text of a merged one.
    """

    name: str
    header: list[str]
    columns: list[pa.Array]
    rows: Rows
    encoding: str | None = None
    malformed: list[tuple[int, str]] = field(default_factory=list)
    malformed_rule: str = "row_malformed"
    covered: Mask | None = None
    outside: int = 0
    faults: list[Fault] = field(default_factory=list)


def not_blank(cells: Cells) -> Mask:
    """Where a cell holds more than white space."""
    stripped = np.frompyfunc(lambda text: text != "" and not text.isspace(), 1, 1)
    return stripped(cells).astype(bool) if cells.size else np.zeros(cells.shape, bool)


def grid_from(name: str, rows: list[list[str]], faults: list[Fault] | None = None) -> Grid:
    """Rows of unequal length as a grid."""
    width = max(map(len, rows), default=0)
    check_cells(len(rows), width, f"sheet {name or 1}")
    cells: Cells = np.full((len(rows), width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return Grid(name, cells, np.zeros(cells.shape, bool), faults or [])


def columns_from(grid: Grid, header_row: int, notes: str | None) -> Columns:
    """A sheet with one header row as columns; what lies above it and from the notes on is outside."""
    if header_row > len(grid.cells):
        raise ValueError(f"the card says header_row {header_row}, the sheet has {len(grid.cells)} rows")
    head = grid.cells[header_row - 1]
    filled = grid.filled
    width = int(np.flatnonzero(not_blank(grid.cells[header_row - 1 :]).any(axis=0)).max(initial=-1)) + 1
    end = note_row(grid.cells[header_row:], 0, notes) + header_row
    body = grid.cells[header_row:end, :width]
    if grid.covered.any():
        check_text(sum(map(len, body.ravel())), f"sheet {grid.name or 1} with its merged cells")
    return Columns(
        grid.name,
        [str(text).strip() for text in head[:width]],
        [pa.array(body[:, column], pa.string()) for column in range(width)],
        np.arange(header_row + 1, end + 1, dtype=np.int64),
        covered=grid.covered[header_row:end, :width],
        outside=int(filled[: header_row - 1].sum() + filled[end:].sum()),
        faults=grid.faults,
    )


def note_row(body: Cells, column: int, notes: str | None) -> int:
    """Index of the first row whose label begins as the notes do; the number of rows where none does."""
    if notes and body.size:
        for number, text in enumerate(body[:, column]):
            if text.strip().startswith(notes):
                return number
    return len(body)


def grid_of_columns(table: Columns) -> Grid:
    """A table with one header row as a grid: row 1 holds the names, then comes record by record."""
    if table.malformed:
        row, text = table.malformed[0]
        raise ValueError(f"row {row} cannot be read: {text[:80]}")
    rows = [table.header, *map(list, zip(*(column.to_pylist() for column in table.columns), strict=True))]
    return grid_from(table.name, rows)


def column_letters(column: int) -> str:
    """Spreadsheet letters of a column counted from 1: 1 → A, 28 → AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """Spreadsheet letters to a number: A → 1, AB → 28; 0 for what is none."""
    number = 0
    for letter in letters.upper() if re.fullmatch("[A-Za-z]{1,3}", letters) else "":
        number = 26 * number + ord(letter) - 64
    return number
