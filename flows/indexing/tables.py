"""Delimited files as columns of text: the data, the framework, weight sets and designs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from flows.errors import G60Error
from flows.indexing.faults import Fault, refuse
from flows.landing.readers import DELIMITED, read_delimited
from flows.landing.shown import seen

# How statistical programs write a cell that holds nothing, in lower case.
MISSING = ("", "na", "nan")


@dataclass(frozen=True)
class Table:
    """A file with one header row. All cells are text; `rows` are row numbers, the header's is 1."""

    file: Path
    header: list[str]
    columns: list[pa.Array]
    rows: list[int]

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Row number and cells by lower-case heading, missing ones ''. For small files."""
        names = [name.lower() for name in self.header]
        cells = [[text_of(cell) for cell in column.to_pylist()] for column in self.columns]
        for row, values in zip(self.rows, zip(*cells, strict=True), strict=True):
            if any(values):
                yield row, dict(zip(names, values, strict=True))


def text_of(cell: str) -> str:
    """A cell without the space around it, '' where it stands for nothing."""
    text = cell.strip()
    return "" if text.lower() in MISSING else text


def read_table(file: Path, what: str) -> Table:
    """Read a CSV or TSV in any encoding the warehouse reads. Raises G60Error where it cannot be a table."""
    if file.suffix.lower() not in DELIMITED:
        raise G60Error(f"{what} is no .csv or .tsv file", seen(str(file)), "save it as CSV in UTF-8")
    try:
        read = read_delimited(file)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "name a file that is there and can be read"
        raise G60Error(f"{what} cannot be read: {reason}", seen(str(file)), remedy) from error
    except ValueError as error:
        raise G60Error(
            f"{what}: {error}", seen(str(file)), "save it as CSV in UTF-8, header first"
        ) from error
    table = Table(file, read.header, list(read.columns), read.rows.tolist())
    refuse(header_faults(table.header), file)
    remedy = f"give each row the {len(table.header)} cells of the header"
    uneven = [row for row, text in read.malformed if text.strip()]
    refuse([Fault(f"row {row} has more or fewer cells than the header", remedy) for row in uneven], file)
    if not table.rows:
        raise G60Error(f"{what} has a header and no rows", seen(str(file)), "put the rows below the header")
    return table


def header_faults(header: list[str]) -> list[Fault]:
    """Headings that are empty or there twice. DuckDB and spreadsheets tell names apart regardless of case."""
    lower = [name.lower() for name in header]
    return [
        Fault(f"row 1: column {position + 1} has no heading", "name every column")
        for position, name in enumerate(header)
        if not name
    ] + [
        Fault(
            f"row 1: column '{name}' is there twice", "give each column a name of its own, in more than case"
        )
        for position, name in enumerate(header)
        if name and name.lower() in lower[:position]
    ]


def need_columns(table: Table, needed: tuple[str, ...], what: str) -> None:
    """Raise G60Error naming the columns that a small file lacks."""
    have = {name.lower() for name in table.header}
    if lacking := [name for name in needed if name not in have]:
        remedy = f"{what} has the columns {', '.join(needed)}"
        refuse([Fault(f"row 1: column '{name}' is missing", remedy) for name in lacking], table.file)


def number_of(text: str) -> float | None:
    """A finite number as it is written in a cell, None where it is none."""
    try:
        value = float(text) if "_" not in text else None
    except ValueError:
        return None
    return value if value is not None and abs(value) != float("inf") and value == value else None
