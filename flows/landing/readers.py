"""Bytes to text: delimited files in any of the encodings offices use, and workbooks with headers un-merged.

No value is judged here, and nothing in a file is run or followed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import python_calamine

from flows.landing.limits import check_cells
from flows.landing.sheets import Columns, Fault, Grid, grid_from, not_blank
from flows.landing.workbooks import Found, look_into

BLOCK = 1 << 24  # bytes read at a time; no row may be longer
DELIMITED = {".csv": ",", ".tsv": "\t"}
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = ("utf-8", "gb18030")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Name of the stream that holds a workbook behind a password, as the container writes it.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding found: a byte-order mark decides, then where the NUL bytes of UTF-16 stand, then
    UTF-8 if it is valid, then GB18030."""
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    for encoding in (marked,) if marked else (*unmarked_utf16(data[:400]), *ENCODINGS):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise ValueError("the file holds NUL bytes, so it is not a text file")
        return text, encoding
    raise ValueError(f"the text cannot be read as {marked or ' or '.join(ENCODINGS)}")


def unmarked_utf16(data: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark shows in the zero halves of its ASCII letters: commas and line ends at least. A
    few zeros among many characters are no such sign."""
    odd, even = data[1::2].count(0), data[::2].count(0)
    if max(odd, even) < max(2, len(data) / 50):
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


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
        reason = f"the quotation marks do not pair at or before line {reader.line_num}"
        if "field limit" in str(error):
            reason += f", or a cell there holds more than {csv.field_size_limit():,} characters"
        else:
            reason += f": {error}"
        raise ValueError(reason) from error


def read_delimited(path: Path) -> Columns:
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

    try:
        table = csv_table(text, delimiter, names, set_apart)
    except pa.ArrowInvalid as error:
        reason = f"a row holds more than {BLOCK:,} bytes" if "straddl" in str(error) else str(error)
        raise ValueError(f"the rows cannot be told apart: {reason}") from error
    apart = np.array([number for number, _ in malformed], dtype=np.int64)
    rows = np.delete(np.arange(1, table.num_rows + len(apart) + 1), apart - 1)
    columns = [column.combine_chunks() for column in table.columns]
    return Columns("", header, [column.slice(1) for column in columns], rows[1:], encoding, malformed)


def csv_table(
    text: str, delimiter: str, names: list[str], set_apart: Callable[[pa.csv.InvalidRow], str]
) -> pa.Table:
    """Every row of a delimited text, its first among them, all cells as text."""
    data = text.encode("utf-8")
    return pa.csv.read_csv(
        io.BytesIO(data),
        # The numbers of skipped rows are known on one thread only.
        read_options=pa.csv.ReadOptions(
            column_names=names, use_threads=False, block_size=min(len(data) + 1, BLOCK)
        ),
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


def read_delimited_grid(path: Path) -> tuple[Grid, str]:
    """A CSV or TSV seen as a sheet, rows as long as they are; and its encoding."""
    text, encoding, delimiter = read_text(path)
    return replace(grid_from("", list(parse(text, delimiter))), is_delimited=True), encoding


def read_workbook(path: Path) -> dict[str, Grid]:
    """Every sheet of a workbook by name, all cells as text, merged cells filled. Nothing in it is run or
    followed: a formula shows the value the office program last stored, a link and a macro nothing."""
    head = path.open("rb").read(8)
    if head.startswith(OLE) and ENCRYPTED in path.read_bytes():
        raise ValueError("the workbook is locked with a password: save it without one")
    if not head.startswith((OLE, b"PK")):
        raise ValueError("the workbook cannot be opened: it is neither a zipped one nor one of before 2007")
    found = look_into(path, head.startswith(b"PK"))
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            sheets = {name: read_sheet(book, name, found.get(name, Found())) for name in book.sheet_names}
    except BaseException as error:
        # A panic of the Rust reader does not derive from Exception; interrupts are not ours to swallow.
        if isinstance(error, ValueError) or (
            not isinstance(error, Exception) and type(error).__name__ != "PanicException"
        ):
            raise
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(f"the workbook cannot be opened: {reason}") from error
    if not sheets:
        raise ValueError("the workbook has no sheet")
    return sheets


def read_sheet(book: python_calamine.CalamineWorkbook, name: str, found: Found) -> Grid:
    sheet = book.get_sheet_by_name(name)
    check_cells(sheet.total_height, sheet.total_width, f"sheet {name}")
    rows = [[as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    grid = grid_from(name, rows, found.faults)
    height, width = grid.cells.shape
    for (row, column), text in found.texts.items():
        if row <= height and column <= width:
            grid.cells[row - 1, column - 1] = text
    for (row, column), length in found.dates.items():
        if row <= height and column <= width:
            grid.cells[row - 1, column - 1] = grid.cells[row - 1, column - 1][:length]
    for fault in found.faults:
        if fault.row <= height and fault.column <= width:
            grid.cells[fault.row - 1, fault.column - 1] = ""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or found.merged:
        merge(grid, top, left, min(bottom, height - 1), min(right, width - 1))
    return grid


def merge(grid: Grid, top: int, left: int, bottom: int, right: int) -> None:
    """Show a merged cell's text in all that it covers. What these hold themselves, unseen, is a fault."""
    area = np.s_[top : bottom + 1, left : right + 1]
    if not grid.cells[area].size:
        return
    if grid.covered[area].any():
        raise ValueError(f"the workbook is damaged: sheet {grid.name} merges one cell twice")
    hidden = not_blank(grid.cells[area])
    hidden[0, 0] = False
    for row, column in zip(*np.nonzero(hidden), strict=True):
        text = str(grid.cells[top + row, left + column])
        grid.faults.append(Fault(int(top + row) + 1, int(left + column) + 1, "cell_under_merge", text))
    grid.cells[area] = grid.cells[top, left]
    grid.covered[area] = True
    grid.covered[top, left] = False


def as_text(value: object) -> str:
    """A workbook's value as it would be typed: 2020.0 is 2020, a date is ISO, an empty cell is ''."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        # Excel shows 15 digits of a fraction; the 16th and 17th are noise of binary arithmetic.
        text = f"{value:.15g}"
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value).strip()
