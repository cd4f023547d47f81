"""Layouts: what each cell of a sheet means. Text in, text out; no value is judged here.

`long` and `cross_tab` give figures (a value cell with the labels that belong to it);
`register` gives the cells of things, row by row. All columns are pyarrow strings of equal length.
"""

from __future__ import annotations

import re
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
UNIT_ROW = re.compile(r"^\s*(?:计量)?单位\s*[::]\s*(?P<unit>.+?)\s*$")


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
    remedy = f"give the row {len(sheet.header)} cells, quoting those that hold the separator"
    return [
        Rejected(f"A{row}", text, "row_malformed", "the row has another number of cells than the header", remedy)
        for row, text in sheet.malformed
    ]


def addresses(column: int, rows: np.ndarray[Any, Any]) -> pa.Array:
    return pa.array(np.char.add(column_letters(column), rows.astype(str)), pa.string())


def blank(array: pa.Array) -> pa.Array:
    return pc.equal(pc.utf8_trim_whitespace(array), "")


def long_sheet(sheet: Delimited) -> Landed:
    """A row a figure. Raises ValueError when a required header is missing."""
    place_of = {name: i for i, name in enumerate(sheet.header)}
    found = {key: next((place_of[h] for h in names if h in place_of), None) for key, names in LONG_HEADERS.items()}
    if lacking := [LONG_HEADERS[key][0] for key in LONG_REQUIRED if found[key] is None]:
        raise ValueError(f"the header lacks {', '.join(lacking)}")
    if unknown := [h for h in sheet.header if not any(h in names for names in LONG_HEADERS.values())]:
        raise ValueError(f"the header has unknown columns {', '.join(unknown)}")
    empty = pa.nulls(len(sheet.rows), pa.string())
    text = {key: empty if at is None else sheet.columns[at] for key, at in found.items()}
    has_content = pc.invert(pa.array(np.logical_and.reduce([blank(c).to_numpy(False) for c in sheet.columns])))
    has_value = pc.invert(blank(text["value_text"]))
    value_column = (found["value_text"] or 0) + 1
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
    return Landed(columns, rejected, len(columns["row_no"]) + len(rejected), sheet.encoding)


def register_sheet(sheet: Delimited, card: Card) -> Landed:
    """A row a thing: every cell of every row, under the name of its column."""
    if "" in sheet.header or len(set(sheet.header)) < len(sheet.header):
        raise ValueError("every column of a register needs a name of its own")
    if card.url_column and card.url_column not in sheet.header:
        raise ValueError(f"url_column '{card.url_column}' is not in the header")
    kept = pc.invert(pa.array(np.logical_and.reduce([blank(c).to_numpy(False) for c in sheet.columns])))
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
    only = next(iter(grids.values()))
    figures: list[dict[str, object]] = []
    rejected: list[Rejected] = []
    for table in card.tables:
        grid = grids.get(table.sheet) if table.sheet else only
        if grid is None:
            reason = f"the card names sheet '{table.sheet}', the file has {', '.join(grids)}"
            rejected.append(Rejected(None, table.sheet, "sheet_missing", reason, "correct the sheet in the card"))
            continue
        figures.extend(cross_tab(grid, table))
    number = ("row_no", "column_no")
    columns = {
        key: pa.array([figure.get(key) for figure in figures], pa.int64() if key in number else pa.string())
        for key in STATISTIC
    }
    return Landed(columns, rejected, len(figures) + len(rejected), encoding)


def cross_tab(grid: Grid, table: Table) -> list[dict[str, object]]:
    """The figures of one cross-tabulation; empty cells and the rows from `notes` on are no figures."""
    first = table.header_row + len(table.header)
    unit = table.unit or (unit_of_row(grid, table.unit_row) if table.unit_row else None)
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
            if not text.strip():
                continue
            constants = {"place": table.place, "indicator": table.indicator, "period": table.period, "unit": unit}
            labels = constants | head | {table.label: label}
            address = f"{column_letters(column)}{row}"
            figures.append(
                {f"{key}_text": value for key, value in labels.items()}
                | {
                    "sheet": table.sheet,
                    "row_no": row,
                    "column_no": column,
                    "cell_address": f"{table.sheet}!{address}" if table.sheet else address,
                    "value_text": text,
                    "status_text": table.status,
                }
                | source
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


def delimited_grid(sheet: Delimited) -> Grid:
    """A delimited file seen as a sheet, for cross-tabulations kept as CSV."""
    height = int(sheet.rows.max(initial=1))
    cells = [[""] * len(sheet.header) for _ in range(height)]
    cells[0] = list(sheet.header)
    for column, array in enumerate(sheet.columns):
        for row, text in zip(sheet.rows.tolist(), array.to_pylist(), strict=True):
            cells[row - 1][column] = text
    return Grid("", cells)
