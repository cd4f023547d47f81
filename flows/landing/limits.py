"""Limits that a raw file must keep: files are hostile until proven otherwise.

All are checked before the memory they guard is asked for. Raises TooLarge with the limit and what was found.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_FILE_BYTES = 500_000_000
MAX_TEXT = 500_000_000  # characters of all cells of a sheet, a repeated text counted each time
MAX_UNPACKED_BYTES = 512_000_000
MAX_RATIO = 200  # of unpacked to packed bytes; an honest workbook stays under 30
RATIO_FROM_BYTES = 50_000_000
MAX_PARTS = 10_000
MAX_SHEET_CELLS = 5_000_000
MAX_CARD_BYTES = 256_000


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


def check_text(characters: int, name: str) -> None:
    """Texts written beside every figure or repeated from cell to cell: a short file can hold vast ones."""
    if characters > MAX_TEXT:
        raise TooLarge(f"the texts of {name} make {characters:,} characters, at most {MAX_TEXT:,} are read")


@contextmanager
def unpacked(path: Path) -> Iterator[zipfile.ZipFile]:
    """The container of a workbook. Raises ValueError where it cannot be unpacked, for whatever reason."""
    try:
        with zipfile.ZipFile(path) as book:
            yield book
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise ValueError(f"the workbook cannot be unpacked: {' '.join(str(error).split())}") from error


def check_container(path: Path) -> None:
    """Parts and sizes of a zipped workbook as its directory states them."""
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
