"""Bytes to text: CSV in any of the encodings offices use, and workbooks with their headers un-merged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import python_calamine

WORKBOOKS = (".xlsx", ".xls", ".ods")
DELIMITED = {".csv": ",", ".tsv": "\t"}
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True)
class Delimited:
    """A delimited file as text columns. `rows` are the file's own row numbers (the header is row 1)."""

    header: list[str]
    columns: list[pa.Array]
    rows: np.ndarray[Any, np.dtype[np.int64]]
    encoding: str
    malformed: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """One sheet as text, row by row; a merged cell shows its text in every cell it covers.

    `covered` are the cells (row, column) that only show such a text: a figure stands in the first cell.
    """

    name: str
    cells: list[list[str]]
    covered: frozenset[tuple[int, int]] = frozenset()

    def at(self, row: int, column: int) -> str:
        """Text of a cell, both counted from 1; empty outside the sheet."""
        if row > len(self.cells) or column > len(self.cells[row - 1]):
            return ""
        return self.cells[row - 1][column - 1]


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding found: a byte-order mark decides, then UTF-8 if it is valid, then GB18030."""
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise ValueError("the file holds NUL bytes, so it is not a text file")
        return text, encoding
    raise ValueError(f"the text cannot be read as {marked or ' or '.join(ENCODINGS)}")


def read_text(path: Path) -> tuple[str, str, str]:
    """Text of a delimited file, its encoding and its delimiter."""
    text, encoding = decode(path.read_bytes())
    if not text.strip():
        raise ValueError("the file is empty")
    return text, encoding, DELIMITED[path.suffix.lower()]


def parse(text: str, delimiter: str) -> Iterator[list[str]]:
    """Rows of a delimited text. Raises ValueError where quotation marks do not pair."""
    # Python's reader is strict about quotes where Arrow's would read on to the end of the file.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        reason = f"the quotation marks do not pair at or before line {reader.line_num}: {error}"
        raise ValueError(reason) from error


def read_delimited(path: Path) -> Delimited:
    """All cells of a CSV or TSV as text; rows of the wrong length are set apart, not dropped."""
    text, encoding, delimiter = read_text(path)
    parsed = parse(text, delimiter)
    header = [name.strip() for name in next(parsed)]
    if not any(header):
        raise ValueError("the first row is empty, the header belongs there")
    if '"' in text:
        deque(parsed, maxlen=0)
    names = [f"column_{position}" for position in range(len(header))]
    malformed: list[tuple[int, str]] = []

    def set_apart(row: pa.csv.InvalidRow) -> str:
        malformed.append((row.number, row.text))
        return "skip"

    table = pa.csv.read_csv(
        io.BytesIO(text.encode("utf-8")),
        # The numbers of skipped rows are known on one thread only.
        read_options=pa.csv.ReadOptions(column_names=names, use_threads=False),
        parse_options=pa.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=set_apart,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    apart = np.array([number for number, _ in malformed], dtype=np.int64)
    rows = np.setdiff1d(np.arange(1, table.num_rows + len(apart) + 1), apart)
    columns = [column.combine_chunks() for column in table.columns]
    return Delimited(header, [column.slice(1) for column in columns], rows[1:], encoding, malformed)


def read_delimited_grid(path: Path) -> tuple[Grid, str]:
    """A CSV or TSV seen as a sheet, rows as long as they are, for cross-tabulations; and its encoding."""
    text, encoding, delimiter = read_text(path)
    return Grid("", list(parse(text, delimiter))), encoding


def read_workbook(path: Path) -> dict[str, Grid]:
    """Every sheet of a workbook by name, all cells as text, merged cells filled."""
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            sheets = {name: read_sheet(book, name) for name in book.sheet_names}
    except BaseException as error:
        # A panic of the Rust reader does not derive from Exception; interrupts are not ours to swallow.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(f"the workbook cannot be opened: {reason}") from error
    if not sheets:
        raise ValueError("the workbook has no sheet")
    return sheets


def read_sheet(book: python_calamine.CalamineWorkbook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    cells = [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    covered = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                if (row, column) != (top, left):
                    cells[row][column] = cells[top][left]
                    covered.add((row + 1, column + 1))
    return Grid(name, cells, frozenset(covered))


def as_text(value: object) -> str:
    """A workbook's value as it would be typed: 2020.0 is 2020, a date is ISO, an empty cell is ''."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # Excel shows 15 digits of a fraction; the 16th and 17th are noise of binary arithmetic.
        return str(int(value)) if value.is_integer() else format(Decimal(f"{value:.15g}"), "f")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value).strip()


def column_letters(column: int) -> str:
    """Spreadsheet letters of a column counted from 1: 1 → A, 28 → AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
