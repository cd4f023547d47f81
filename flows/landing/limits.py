"""Limits that a raw file must keep: files are hostile until proven otherwise.

All are checked before the memory they guard is asked for. Raises TooLarge with the limit and what was found.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_FILE_BYTES = 2_000_000_000
MAX_UNPACKED_BYTES = 512_000_000
MAX_RATIO = 200  # of unpacked to packed bytes; an honest workbook stays under 30
RATIO_FROM_BYTES = 50_000_000
MAX_PARTS = 10_000
MAX_SHEET_CELLS = 5_000_000
MAX_CARD_BYTES = 256_000

# A cell of a worksheet's XML that holds something: `<c r="B7" …>` that is not closed at once.
CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
REPEATED_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
REPEATED_COLUMNS = re.compile(rb'number-columns-repeated="(\d+)"')


class TooLarge(ValueError):
    """The file passes a limit."""


def check_file(size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise TooLarge(f"the file has {size:,} bytes, at most {MAX_FILE_BYTES:,} are read")


def check_cells(rows: int, columns: int, name: str) -> None:
    """The area between the first and the last cell of a sheet, which readers hold in memory as a whole."""
    if rows * columns > MAX_SHEET_CELLS:
        raise TooLarge(
            f"{name} spans {rows:,} rows by {columns:,} columns, at most {MAX_SHEET_CELLS:,} cells are read"
        )


@contextmanager
def unpacked(path: Path) -> Iterator[zipfile.ZipFile]:
    """The container of a workbook. Raises ValueError where it cannot be unpacked, for whatever reason."""
    try:
        with zipfile.ZipFile(path) as book:
            yield book
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise ValueError(f"the workbook cannot be unpacked: {' '.join(str(error).split())}") from error


def check_container(path: Path) -> None:
    """Parts and sizes of a zipped workbook as its directory states them, then the extent of its sheets."""
    with unpacked(path) as book:
        parts = book.infolist()
        packed, size = sum(p.compress_size for p in parts), sum(p.file_size for p in parts)
        if len(parts) > MAX_PARTS:
            raise TooLarge(f"the workbook has {len(parts):,} parts, at most {MAX_PARTS:,} are read")
        if size > MAX_UNPACKED_BYTES:
            raise TooLarge(f"the workbook unpacks to {size:,} bytes, at most {MAX_UNPACKED_BYTES:,} are read")
        if size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1):
            times = size // max(packed, 1)
            raise TooLarge(
                f"the workbook unpacks to {times:,} times its size, at most {MAX_RATIO} times are read"
            )
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                check_worksheet(book.read(part), part.filename)
            elif part.filename == "content.xml":
                check_ods(book.read(part))


def check_worksheet(xml: bytes, name: str) -> None:
    """Extent of a worksheet from the references of its cells: two cells far apart make it vast."""
    found = CELL.findall(xml)
    if not found:
        return
    columns = {column_number(letters) for letters in {letters for letters, _ in found}}
    rows = {int(row) for row in {row for _, row in found}}
    check_cells(max(rows) - min(rows) + 1, max(columns) - min(columns) + 1, f"sheet {name}")


def check_ods(xml: bytes) -> None:
    """Extent of OpenDocument sheets, which write a cell or a row once and say how often it is repeated."""
    rows = columns = 0
    for attributes, body in ODS_ROW.findall(xml):
        if b"<text:p" not in body and b"office:value" not in body:
            continue
        rows += repeats(REPEATED_ROWS, attributes)
        # The last empty cell of a row is repeated to the edge of the sheet by every office program.
        cells = [repeats(REPEATED_COLUMNS, cell) for cell in ODS_CELL.findall(body)]
        valued = [b"office:value" in cell for cell in ODS_CELL.findall(body)]
        last = max((i for i, has in enumerate(valued) if has), default=-1)
        columns = max(columns, sum(cells[: last + 1]))
    check_cells(rows, columns, "the sheets together")


def repeats(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1


def column_number(letters: bytes) -> int:
    """Spreadsheet letters to a number: A → 1, AB → 28."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
