"""Bytes to text: CSV in any of the encodings offices use, and workbooks with their headers un-merged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import python_calamine

WORKBOOKS = {".xlsx", ".xls", ".ods"}
DELIMITED = {".csv": ",", ".tsv": "\t"}
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
    """One sheet as text, row by row; a merged cell shows its text in every cell it covers."""

    name: str
    cells: list[list[str]]

    def at(self, row: int, column: int) -> str:
        """Text of a cell, both counted from 1; empty outside the sheet."""
        if row > len(self.cells) or column > len(self.cells[row - 1]):
            return ""
        return self.cells[row - 1][column - 1]


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding found: a byte-order mark decides, then UTF-8 if it is valid, then GB18030."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig"), "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "utf-16"
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ValueError(f"the text is in none of the encodings {', '.join(('UTF-16', *ENCODINGS))}")


def read_delimited(path: Path) -> Delimited:
    """All cells of a CSV or TSV as text; rows of the wrong length are set apart, not dropped."""
    text, encoding = decode(path.read_bytes())
    if not text.strip():
        raise ValueError("the file is empty")
    delimiter = DELIMITED[path.suffix.lower()]
    header = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=delimiter))]
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


def read_workbook(path: Path) -> dict[str, Grid]:
    """Every sheet of a workbook by name, all cells as text, merged cells filled."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
    except Exception as error:
        raise ValueError(f"the workbook cannot be opened: {' '.join(str(error).split())}") from error
    return {name: read_sheet(book, name) for name in book.sheet_names}


def read_sheet(book: python_calamine.CalamineWorkbook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    cells = [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                cells[row][column] = cells[top][left]
    return Grid(name, cells)


def as_text(value: object) -> str:
    """A workbook's value as it would be typed: 2020.0 is 2020, a date is ISO, an empty cell is ''."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
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
