"""Layouts: what each cell of a sheet means. Text in, text out; no value is judged here.

`long` and `cross_tab` give figures (a value cell with the labels that belong to it);
`register` gives the cells of things, row by row. All columns are pyarrow strings of equal length.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.landing.cards import Card, Citation, Table
from flows.landing.readers import Delimited, Grid, column_letters

# Column of a long sheet: the headers it may bear. The first five must be there.
LONG_HEADERS: dict[str, tuple[str, ...]] = {
    "place_text": ("地区", "城市", "place"),
    "indicator_text": ("指标", "indicator"),
    "period_text": ("时期", "年份", "period"),
    "value_text": ("数值", "value"),
    "unit_text": ("单位", "计量单位", "unit"),
    "status_text": ("数据性质", "status"),
    "title": ("资料名称", "title"),
    "publisher": ("发布机构", "publisher"),
    "url": ("网址", "url"),
    "published_on": ("发布日期", "published_on"),
    "note_text": ("备注", "note"),
}
LONG_REQUIRED = ("place_text", "indicator_text", "period_text", "value_text", "unit_text")
STATISTIC = ("sheet", "row_no", "column_no", "cell_address", *LONG_HEADERS)
REGISTER = ("row_no", "column_no", "column_name", "cell_address", "text", "url")
UNIT_ROW = re.compile(r"^\s*(?:计量)?单位\s*[:\uff1a]\s*(?P<unit>.+?)\s*$")


@dataclass(frozen=True)
class Rejected:
    """A piece of a file that could not be landed, and what would mend it."""

    cell_address: str | None
    raw_text: str | None
    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Landed:
    """What one file gave: columns for one raw table, what was refused, and how many pieces were read."""

    columns: dict[str, pa.Array]
    rejected: list[Rejected] = field(default_factory=list)
    read: int = 0
    encoding: str | None = None

    def __post_init__(self) -> None:
        assert self.read == self.landed + len(self.rejected), "a piece of the file went missing"

    @property
    def landed(self) -> int:
        """Pieces landed: figures, or rows of a register."""
        if "column_name" not in self.columns:
            return len(self.columns["row_no"])
        return len(pc.unique(self.columns["row_no"]))


def malformed_rows(sheet: Delimited) -> list[Rejected]:
    reason = "the row has another number of cells than the header"
    remedy = f"give the row {len(sheet.header)} cells, quoting those that hold the separator"
    return [Rejected(f"A{row}", text, "row_malformed", reason, remedy) for row, text in sheet.malformed]


def addresses(column: int, rows: np.ndarray[Any, Any]) -> pa.Array:
    return pa.array(np.char.add(column_letters(column), rows.astype(str)), pa.string())


def blank(array: pa.Array) -> pa.Array:
    return pc.equal(pc.utf8_trim_whitespace(array), "")


def rows_with_content(sheet: Delimited) -> pa.Array:
    return pc.invert(pa.array(np.logical_and.reduce([blank(c).to_numpy(False) for c in sheet.columns])))


def long_sheet(sheet: Delimited) -> Landed:
    """A row a figure. Raises ValueError when a required header is missing."""
    key_of = {name: key for key, names in LONG_HEADERS.items() for name in names}
    found: dict[str, int] = {}
    for position, name in enumerate(sheet.header):
        if (key := key_of.get(name)) is None:
            raise ValueError(f"the header has an unknown column '{name}' at {column_letters(position + 1)}")
        if key in found:
            raise ValueError(f"the header names {LONG_HEADERS[key][0]} twice, the second time as '{name}'")
        found[key] = position
    if lacking := [LONG_HEADERS[key][0] for key in LONG_REQUIRED if key not in found]:
        raise ValueError(f"the header lacks {', '.join(lacking)}")
    empty = pa.nulls(len(sheet.rows), pa.string())
    text = {key: sheet.columns[found[key]] if key in found else empty for key in LONG_HEADERS}
    has_content = rows_with_content(sheet)
    has_value = pc.invert(blank(text["value_text"]))
    value_column = found["value_text"] + 1
    where = addresses(value_column, sheet.rows)
    missing = where.filter(pc.and_(has_content, pc.invert(has_value)))
    rejected = malformed_rows(sheet) + [
        Rejected(at, "", "value_missing", "the row has no value", "fill in the value or delete the row")
        for at in missing.to_pylist()
    ]
    kept = pc.and_(has_content, has_value)
    columns = {key: array.filter(kept) for key, array in text.items()}
    columns |= {
        "sheet": pa.nulls(len(columns["value_text"]), pa.string()),
        "row_no": pa.array(sheet.rows).filter(kept),
        "column_no": pa.array(np.full(len(columns["value_text"]), value_column)),
        "cell_address": where.filter(kept),
    }
    read = pc.sum(has_content, min_count=0).as_py() + len(sheet.malformed)
    return Landed(columns, rejected, read, sheet.encoding)


def register_sheet(sheet: Delimited, card: Card) -> Landed:
    """A row a thing: every cell of every row, under the name of its column."""
    if "" in sheet.header or len(set(sheet.header)) < len(sheet.header):
        raise ValueError("every column of a register needs a name of its own")
    if card.url_column and card.url_column not in sheet.header:
        raise ValueError(f"url_column '{card.url_column}' is not in the header")
    kept = rows_with_content(sheet)
    rows = sheet.rows[kept.to_numpy(False)]
    cells = [column.filter(kept) for column in sheet.columns]
    urls = cells[sheet.header.index(card.url_column)] if card.url_column else pa.nulls(len(rows), pa.string())
    width = len(cells)
    columns = {
        "row_no": pa.array(np.tile(rows, width)),
        "column_no": pa.array(np.repeat(np.arange(1, width + 1), len(rows))),
        "column_name": pa.array(np.repeat(sheet.header, len(rows)), pa.string()),
        "cell_address": pa.concat_arrays([addresses(i + 1, rows) for i in range(width)]),
        "text": pa.concat_arrays(cells),
        "url": pa.concat_arrays([urls] * width),
    }
    rejected = malformed_rows(sheet)
    return Landed(columns, rejected, len(rows) + len(rejected), sheet.encoding)


def cross_tabs(grids: dict[str, Grid], card: Card, encoding: str | None = None) -> Landed:
    """Every table that the card declares, one under the other."""
    first = next(iter(grids.values()))
    figures: list[dict[str, object]] = []
    rejected: list[Rejected] = []
    for number, table in enumerate(card.tables, 1):
        grid = grids.get(table.sheet) if table.sheet else first
        if grid is None:
            reason = f"the card names sheet '{table.sheet}', the file has {', '.join(grids) or 'no sheets'}"
            remedy = "correct the sheet in the card"
            rejected.append(Rejected(None, table.sheet, "sheet_missing", reason, remedy))
        elif found := cross_tab(grid, table):
            figures.extend(found)
        else:
            reason = f"table {number} of the card gives no figure"
            remedy = "correct its rows in the card"
            rejected.append(Rejected(None, table.sheet, "table_empty", reason, remedy))
    times = Counter(figure["cell_address"] for figure in figures)
    if twice := next((address for address, count in times.items() if count > 1), None):
        raise ValueError(f"two tables of the card read the same cell {twice}")
    integer = ("row_no", "column_no")
    columns = {
        key: pa.array([figure.get(key) for figure in figures], pa.int64() if key in integer else pa.string())
        for key in STATISTIC
    }
    return Landed(columns, rejected, len(figures) + len(rejected), encoding)


def cross_tab(grid: Grid, table: Table) -> list[dict[str, object]]:
    """The figures of one cross-tabulation; empty cells and the rows from `notes` on are no figures."""
    first = table.header_row + len(table.header)
    unit = table.unit or (unit_of_row(grid, table.unit_row) if table.unit_row else None)
    constants = {"place": table.place, "indicator": table.indicator, "period": table.period, "unit": unit}
    source = citation(table.document)
    heads = {
        column: column_head(grid, table, column)
        for column in range(1, max((len(row) for row in grid.cells), default=0) + 1)
        if column != table.label_column
    }
    figures: list[dict[str, object]] = []
    for row in range(first, len(grid.cells) + 1):
        label = grid.at(row, table.label_column).strip()
        if table.notes and label.startswith(table.notes):
            break
        for column, head in heads.items():
            text = grid.at(row, column)
            if not text.strip() or (row, column) in grid.covered:
                continue
            labels = constants | head | {table.label: label}
            address = f"{column_letters(column)}{row}"
            figures.append(
                {
                    **{f"{key}_text": value for key, value in labels.items()},
                    "sheet": grid.name or None,
                    "row_no": row,
                    "column_no": column,
                    "cell_address": f"{grid.name}!{address}" if grid.name else address,
                    "value_text": text,
                    "status_text": table.status,
                    **source,
                }
            )
    return figures


def column_head(grid: Grid, table: Table, column: int) -> dict[str, str]:
    """What the header rows say of a column: rows of one meaning joined, a text merged over both said once."""
    parts: dict[str, list[str]] = {}
    for offset, level in enumerate(table.header):
        text = grid.at(table.header_row + offset, column).strip()
        said = parts.setdefault(level, [])
        if level != "ignore" and text and text not in said[-1:]:
            said.append(text)
    return {level: table.header_join.join(said) for level, said in parts.items() if level != "ignore"}


def unit_of_row(grid: Grid, row: int) -> str | None:
    """The unit that a 单位 row declares for the table under it."""
    texts = grid.cells[row - 1] if row <= len(grid.cells) else []
    return next((match["unit"] for text in texts if (match := UNIT_ROW.match(text))), None)


def citation(document: Citation | None) -> dict[str, str | None]:
    if document is None:
        return {}
    said = document.model_dump(exclude={"note"})
    return {**said, "note_text": document.note}
