"""Layouts: what each cell of a sheet means. Text in, text out; no value is judged here.

`long`, `wide_by_year`, `wide_by_place` and `cross_tab` give figures (a value cell with its labels);
`register` gives the cells of things, row by row, and `events` whole rows. All columns are pyarrow strings of
equal length. Every cell that holds a text is counted once: landed, quarantined or declared by the card not to
be data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.landing.cards import Card, Citation, Label, Table
from flows.landing.limits import check_text
from flows.landing.sheets import (
    Cells,
    Columns,
    Fault,
    Grid,
    Mask,
    Rows,
    column_letters,
    column_number,
    not_blank,
    note_row,
)
from flows.landing.shown import seen

# Column of a long sheet: the headers it may bear. The first five must be there, or be given by the card.
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
# Column of a file of events: the headers it may bear. A day there must be, and the places at both ends or all
# those that took part.
EVENT_HEADERS: dict[str, tuple[str, ...]] = {
    "event_id": ("编号", "event_id"),
    "on_text": ("日期", "on"),
    "from_text": ("转出地", "from"),
    "to_text": ("转入地", "to"),
    "parties_text": ("参与地", "parties"),
    "from_name": ("转出方", "from_name"),
    "to_name": ("转入方", "to_name"),
    "party_names": ("参与方", "party_names"),
    "amount_text": ("金额", "amount"),
    "unit_text": ("单位", "unit"),
    "field_text": ("领域", "field"),
    "url": ("网址", "url"),
    "note_text": ("备注", "note"),
}
LONG_REQUIRED = ("place_text", "indicator_text", "period_text", "value_text", "unit_text")
CONSTANTS = ("place", "indicator", "period", "unit", "status")
STATISTIC = ("sheet", "row_no", "column_no", "cell_address", *LONG_HEADERS)
REGISTER = ("row_no", "column_no", "column_name", "cell_address", "text", "url")
EVENT = ("row_no", "cell_address", "cells", *EVENT_HEADERS)
RawTable = Literal["statistic", "register", "event", "partition"]
INTEGERS = {"row_no", "column_no", "cells"}
MOST_PIECES = 10_000
UNIT_ROW = re.compile(r"(?:^|\s)(?:计量)?单位\s*[:\uff1a]\s*(?P<unit>.+?)\s*$")
FAULTS = {
    "error_cell": ("the cell holds an error", "mend the formula in the workbook and save it anew"),
    "cell_under_merge": (
        "the cell lies under a merged one, which shows another text",
        "take the merged cell apart or clear what lies under it",
    ),
    "cell_without_text": (
        "the cell holds a field or a picture and no text",
        "write what it shows into the cell",
    ),
    "struck_out": (
        "the cell is struck out",
        "clear it, or take the line away if its text holds",
    ),
    "scaled_number": (
        "the cell's number format shows another number than the cell holds",
        "give the cell a plain number format, so that both are the same",
    ),
    "formula_without_value": (
        "the cell holds a formula without a stored value, and formulas are not evaluated",
        "open the workbook in an office program and save it, or write the value",
    ),
}


@dataclass(frozen=True)
class Rejected:
    """A piece of a file that could not be landed, what would mend it, and how many cells it stands for."""

    cell_address: str | None
    raw_text: str | None
    rule: str
    reason: str
    remedy: str
    cells: int = 1

    def __post_init__(self) -> None:
        # Messages repeat texts of files and cards.
        for name in ("reason", "remedy"):
            object.__setattr__(self, name, seen(getattr(self, name)))


def cells_of(pieces: list[Rejected]) -> int:
    return sum(piece.cells for piece in pieces)


def told(pieces: Iterator[Rejected], total: int) -> list[Rejected]:
    """Refused pieces of one kind, one by one; where there are very many the rest as one, so that no file
    fills the memory with complaints about it."""
    first = list(islice(pieces, MOST_PIECES))
    if rest := total - len(first):
        like = first[-1]
        first.append(
            Rejected(None, None, like.rule, f"{like.reason}, in {rest:,} more cells", like.remedy, rest)
        )
    return first


@dataclass(frozen=True)
class Landed:
    """What one file gave: columns for one raw table, what was refused, and what became of every cell.

    `landed` are the cells landed: figures, the filled cells of a register, those of events.
    """

    columns: dict[str, pa.Array]
    rejected: list[Rejected] = field(default_factory=list)
    read: int = 0
    not_data: int = 0
    landed: int = 0
    table: RawTable = "statistic"

    def __post_init__(self) -> None:
        assert self.read == self.landed + self.quarantined + self.not_data, "a cell of the file went missing"

    @property
    def quarantined(self) -> int:
        return cells_of(self.rejected)


def blank(array: pa.Array) -> pa.Array:
    return pc.equal(pc.utf8_trim_whitespace(array), "")


def filled_count(array: pa.Array) -> int:
    return int(pc.sum(pc.invert(blank(array)), min_count=0).as_py())


def addresses(sheet: str, column: int, rows: Rows) -> pa.Array:
    prefix = f"{sheet}!" if sheet else ""
    return pc.binary_join_element_wise(
        prefix + column_letters(column), pc.cast(pa.array(rows), pa.string()), ""
    )


def malformed_rows(table: Columns) -> list[Rejected]:
    """Rows that are no rows of this table, each standing for the cells it would have."""
    reason = "the row has another number of cells than the header"
    remedy = f"give the row {len(table.header)} cells, quoting those that hold the separator"
    if table.malformed_rule == "line_malformed":
        reason, remedy = (
            "the line is no object of plain values, each key once",
            "write one JSON object a line, without nesting and without a key twice",
        )
    pieces = (
        Rejected(f"A{row}", text, table.malformed_rule, reason, remedy) for row, text in table.malformed
    )
    return told(pieces, len(table.malformed))


def faulty(name: str, faults: list[Fault]) -> list[Rejected]:
    """Cells that the file itself says are of no use."""
    prefix = f"{name}!" if name else ""
    pieces = (
        Rejected(
            f"{prefix}{column_letters(fault.column)}{fault.row}", fault.text, fault.rule, *FAULTS[fault.rule]
        )
        for fault in faults
    )
    return told(pieces, len(faults))


def filled_masks(table: Columns) -> list[pa.Array]:
    """Where each column holds a text of its own, not that of a merged cell."""
    masks = [pc.invert(blank(column)) for column in table.columns]
    if table.covered is None:
        return masks
    return [pc.and_(m, pa.array(~table.covered[:, i])) for i, m in enumerate(masks)]


def count(masks: list[pa.Array]) -> int:
    return sum(int(pc.sum(mask, min_count=0).as_py()) for mask in masks)


def any_of(masks: list[pa.Array], length: int) -> pa.Array:
    return pa.array(
        np.logical_or.reduce([mask.to_numpy(False) for mask in masks] or [np.zeros(length, bool)])
    )


def heads(table: Columns) -> int:
    return sum(bool(name) for name in table.header)


def without_empty_edge(table: Columns) -> Columns:
    """A table without the columns at its right that hold nothing, as spreadsheets leave them."""
    width = len(table.header)
    while width > 1 and not table.header[width - 1] and not filled_count(table.columns[width - 1]):
        width -= 1
    if width == len(table.header):
        return table
    return replace(
        table,
        header=table.header[:width],
        columns=table.columns[:width],
        covered=None if table.covered is None else table.covered[:, :width],
    )


def positions(table: Columns, card: Card, headers: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Column of a raw table: position in the sheet. Raises ValueError on a header that is not known."""
    key_of = {name: key for key, names in headers.items() for name in names}
    found: dict[str, int] = {}
    for position, name in enumerate(table.header):
        said = card.columns.get(name)
        if said == "ignore":
            continue
        key = key_of.get(said or name)
        if key is None:
            raise ValueError(f"the header has an unknown column '{name}' at {column_letters(position + 1)}")
        if key in found:
            raise ValueError(f"the header names {headers[key][0]} twice, the second time as '{name}'")
        found[key] = position
    return found


def long_positions(table: Columns, card: Card) -> dict[str, int]:
    found = positions(table, card, LONG_HEADERS)
    for key in CONSTANTS:
        if f"{key}_text" in found and getattr(card, key) is not None:
            raise ValueError(f"{key} is given by the card and by a column of the file")
    given = {f"{key}_text" for key in CONSTANTS if getattr(card, key) is not None}
    if lacking := [LONG_HEADERS[key][0] for key in LONG_REQUIRED if key not in found and key not in given]:
        raise ValueError(f"the header lacks {', '.join(lacking)}")
    return found


def long_sheet(table: Columns, card: Card) -> Landed:
    """A row a figure. Raises ValueError when a required header is missing."""
    found = long_positions(table, card)
    size = len(table.rows)
    masks = filled_masks(table)
    constants = {f"{key}_text": getattr(card, key) for key in CONSTANTS}
    check_text(size * sum(len(said) for said in constants.values() if said), "the card")
    text = {
        key: table.columns[found[key]]
        if key in found
        else pa.array([constants.get(key)] * size, pa.string())
        if constants.get(key) is not None
        else pa.nulls(size, pa.string())
        for key in LONG_HEADERS
    }
    if card.year:
        text["period_text"] = with_year(text["period_text"], card.year)
    value_column = found["value_text"]
    has_value = masks[value_column]
    labelled = any_of([mask for position, mask in enumerate(masks) if position != value_column], size)
    where = addresses(table.name, value_column + 1, table.rows)
    # A cell that is told to be faulty is not told to be empty as well.
    faults = [fault.row for fault in table.faults if fault.column == value_column + 1]
    is_empty = pc.and_(pc.invert(has_value), pa.array(~np.isin(table.rows, faults)))
    lacking = where.filter(pc.and_(labelled, is_empty)).to_pylist()
    remedy = "fill in the value or delete the row"
    rejected = [
        *malformed_rows(table),
        *faulty(table.name, table.faults),
        *told(
            (Rejected(at, "", "value_missing", "the row has no value", remedy) for at in lacking),
            len(lacking),
        ),
    ]
    is_mark = pc.is_in(
        pc.utf8_trim_whitespace(text["value_text"]), value_set=pa.array(card.missing, pa.string())
    )
    kept = pc.and_(has_value, pc.invert(is_mark))
    columns = {key: array.filter(kept) for key, array in text.items()}
    landed = len(columns["value_text"])
    columns |= {
        "sheet": pa.array([table.name or None] * landed, pa.string()),
        "row_no": pa.array(table.rows).filter(kept),
        "column_no": pa.array(np.full(landed, value_column + 1)),
        "cell_address": where.filter(kept),
    }
    labels = count([mask for position, mask in enumerate(masks) if position != value_column])
    marks = count([pc.and_(has_value, is_mark)])
    read = heads(table) + table.outside + count(masks) + cells_of(rejected)
    return Landed(columns, rejected, read, heads(table) + table.outside + labels + marks, landed)


def register_sheet(table: Columns, card: Card) -> Landed:
    """A row a thing: every cell of every row, under the name of its column."""
    if "" in table.header or len(set(table.header)) < len(table.header):
        raise ValueError("every column of a register needs a name of its own")
    if card.url_column and card.url_column not in table.header:
        raise ValueError(f"url_column '{card.url_column}' is not in the header")
    masks = filled_masks(table)
    kept = any_of(masks, len(table.rows))
    rows = table.rows[kept.to_numpy(False)]
    cells = [
        pc.if_else(pc.or_(mask, blank(column)), column, "").filter(kept)
        for mask, column in zip(masks, table.columns, strict=True)
    ]
    urls = cells[table.header.index(card.url_column)] if card.url_column else pa.nulls(len(rows), pa.string())
    width = len(cells)
    repeated = len(rows) * sum(map(len, table.header)) + width * int(
        pc.sum(pc.utf8_length(urls)).as_py() or 0
    )
    check_text(repeated, "headers and urls, written beside every cell,")
    columns = {
        "row_no": pa.array(np.tile(rows, width)),
        "column_no": pa.array(np.repeat(np.arange(1, width + 1), len(rows))),
        "column_name": pa.array(np.repeat(table.header, len(rows)), pa.string()),
        "cell_address": pa.concat_arrays([addresses(table.name, i + 1, rows) for i in range(width)]),
        "text": pa.concat_arrays(cells),
        "url": pa.concat_arrays([urls] * width),
    }
    rejected = [*malformed_rows(table), *faulty(table.name, table.faults)]
    outside = heads(table) + table.outside
    read = outside + count(masks) + cells_of(rejected)
    return Landed(columns, rejected, read, outside, filled_count(columns["text"]), "register")


def event_positions(table: Columns, card: Card) -> dict[str, int]:
    found = positions(table, card, EVENT_HEADERS)
    if stray := sorted(card.columns.keys() - set(table.header)):
        raise ValueError(f"columns names '{stray[0]}', which the header does not have")
    lacking = [] if "on_text" in found else ["on"]
    if "parties_text" not in found:
        lacking += [key for key in ("from", "to") if f"{key}_text" not in found]
    if lacking:
        raise ValueError(
            f"no column says {' nor '.join(lacking)}: an event has a day, and from and to or parties"
        )
    if "parties_text" in found and {"from_text", "to_text"} & found.keys():
        raise ValueError("the header names both parties and an end: an event has from and to, or parties")
    if card.unit is not None and "unit_text" in found:
        raise ValueError("unit is given by the card and by a column of the file")
    return found


def event_sheet(table: Columns, card: Card) -> Landed:
    """A row an event, all columns as they stand. Raises ValueError when a required header is missing."""
    found = event_positions(table, card)
    own = filled_masks(table)
    marks = pa.array(card.missing, pa.string())
    texts = {key: table.columns[at] for key, at in found.items()}
    is_mark = {key: pc.is_in(pc.utf8_trim_whitespace(text), value_set=marks) for key, text in texts.items()}
    told_of = {key: pc.and_(own[at], pc.invert(is_mark[key])) for key, at in found.items()}
    cells: Rows = np.zeros(len(table.rows), np.int64)
    for mask in told_of.values():
        cells += mask.to_numpy(False)
    kept = pa.array(cells > 0)
    rows = table.rows[cells > 0]
    columns = {key: pa.nulls(len(rows), pa.string()) for key in EVENT_HEADERS}
    for key, at in found.items():
        # A merged cell is read in every row it covers, but an amount is the amount of one event.
        shown = told_of[key] if key == "amount_text" else pc.or_(told_of[key], pc.invert(own[at]))
        columns[key] = pc.if_else(shown, texts[key], pa.scalar(None, pa.string())).filter(kept)
    first = found.get("event_id", found["on_text"])
    columns |= {
        "row_no": pa.array(rows),
        "cell_address": addresses(table.name, first + 1, rows),
        "cells": pa.array(cells[cells > 0]),
    }
    rejected = [*malformed_rows(table), *faulty(table.name, table.faults)]
    outside, filled, landed = heads(table) + table.outside, count(own), int(cells.sum())
    read = outside + filled + cells_of(rejected)
    return Landed(columns, rejected, read, outside + filled - landed, landed, "event")


def tables(grids: dict[str, Grid], card: Card) -> Landed:
    """Every table that the card declares, one under the other, and what it does not declare."""
    first = next(iter(grids))
    claims = {name: np.zeros(grid.cells.shape, np.int8) for name, grid in grids.items()}
    parts: list[dict[str, Any]] = []
    rejected: list[Rejected] = []
    used: set[str] = set()
    for number, table in enumerate(card.tables, 1):
        name = table.sheet or first
        if name not in grids:
            reason = f"the card names sheet '{name}', the file has {', '.join(grids) or 'no sheets'}"
            rejected.append(Rejected(None, name, "sheet_missing", reason, "correct the sheet in the card"))
            continue
        used.add(name)
        part = figures(grids[name], table, card, claims[name])
        if len(part["value_text"]):
            parts.append(part)
        else:
            reason = f"table {number} of the card gives no figure"
            rejected.append(Rejected(None, name, "table_empty", reason, "correct its rows in the card"))
    rejected += undeclared_sheets(grids, used | set(card.skip_sheets))
    not_data = read = 0
    for name in used:
        filled, claim = grids[name].filled, claims[name]
        not_data += int((filled & (claim == DECLARED)).sum())
        read += int(filled.sum())
        rejected += undeclared_cells(grids[name], filled & (claim == UNCLAIMED))
        rejected += shifted_rows(grids[name], filled & (claim == SHIFTED))
        rejected += faulty(name, grids[name].faults)
    skipped = sum(grids[name].told for name in grids.keys() - used if name in card.skip_sheets)
    absent = sum(piece.cells for piece in rejected if piece.rule not in IN_THE_COUNT)
    columns = stack(parts)
    return Landed(columns, rejected, read + skipped + absent, not_data + skipped, len(columns["row_no"]))


UNCLAIMED, FIGURE, DECLARED, SHIFTED = 0, 1, 2, 3
# Refused cells that the count of a sheet's filled cells holds already.
IN_THE_COUNT = ("cell_not_declared", "row_shifted")


def longer_rows(grid: Grid, table: Table, body: Rows, depth: int) -> Rows:
    """Rows of a delimited text that reach beyond its header: a separator within a number has shifted them."""
    head = not_blank(grid.cells[table.header_row - 1 : table.header_row - 1 + depth]).any(axis=0)
    width = int(np.flatnonzero(head).max(initial=-1)) + 1
    return body[not_blank(grid.cells[body, width:]).any(axis=1)]


def shifted_rows(grid: Grid, cells: Mask) -> list[Rejected]:
    """Rows set apart by `longer_rows`, each with all its cells."""
    reason = "the row reaches beyond the header, so its cells may stand under the wrong heads"
    remedy = "quote the cells that hold the separator, or give every column a header"
    rows = np.flatnonzero(cells.any(axis=1))
    return [
        Rejected(
            f"A{row + 1}", ",".join(grid.cells[row]), "row_shifted", reason, remedy, int(cells[row].sum())
        )
        for row in rows
    ]


def undeclared_sheets(grids: dict[str, Grid], declared: set[str]) -> list[Rejected]:
    """Sheets with content that the card says nothing of."""
    remedy = "declare a table on it in the card, or name it under skip_sheets"
    return [
        Rejected(name, None, "sheet_not_declared", f"the card says nothing of sheet '{name}'", remedy, cells)
        for name, grid in grids.items()
        if name not in declared and (cells := grid.told)
    ]


def undeclared_cells(grid: Grid, left: Mask) -> list[Rejected]:
    remedy = "declare its table in the card, or its row or column under skip_rows or skip_columns"
    prefix = f"{grid.name}!" if grid.name else ""
    rows, columns = np.nonzero(left)
    pieces = (
        Rejected(
            f"{prefix}{column_letters(int(column) + 1)}{row + 1}",
            grid.cells[row, column],
            "cell_not_declared",
            "no table of the card holds the cell",
            remedy,
        )
        for row, column in zip(rows, columns, strict=True)
    )
    return told(pieces, len(rows))


def stack(parts: list[dict[str, Any]]) -> dict[str, pa.Array]:
    return {
        key: pa.array(
            np.concatenate([part[key] for part in parts]) if parts else [],
            pa.int64() if key in INTEGERS else pa.string(),
        )
        for key in STATISTIC
    }


def figures(grid: Grid, table: Table, card: Card, claim: Any) -> dict[str, Any]:
    """The figures of one table as numpy columns, claiming the cells of the grid that it accounts for."""
    header = card.header_of(table)
    top = table.header_row - 1 + len(header)
    if table.header_row > len(grid.cells):
        return {key: np.array([], object) for key in STATISTIC}
    labels = label_columns(grid, table, len(header))
    first_label = min(labels)
    bottom = top + note_row(grid.cells[top:], first_label, table.notes)
    skipped = skipped_columns(grid, table, len(header))
    body = np.arange(top, bottom)
    body = body[~np.isin(body, skipped_rows(grid, table, body, first_label))]
    if grid.is_delimited:
        longer = longer_rows(grid, table, body, len(header))
        claim[longer] = np.where(claim[longer] == FIGURE, FIGURE, SHIFTED)
        body = body[~np.isin(body, longer)]
    columns = np.array(
        [c for c in range(grid.cells.shape[1]) if c not in labels and c not in skipped], dtype=np.int64
    )
    block = grid.cells[np.ix_(body, columns)]
    filled = not_blank(block) & ~grid.covered[np.ix_(body, columns)]
    is_mark = np.frompyfunc(lambda text: text.strip() in card.missing, 1, 1)
    marks = is_mark(block).astype(bool) & filled if card.missing else np.zeros(block.shape, bool)
    at_row, at_column = np.nonzero(filled & ~marks)
    rows = body[at_row]
    letters = np.array([column_letters(c + 1) for c in range(grid.cells.shape[1])], object)
    claim_cells(grid, table, claim, top, bottom, rows, columns[at_column])
    said: dict[str, Any] = {}
    for position, meaning in labels.items():
        if meaning != "ignore":
            said[f"{meaning}_text"] = renamed(stripped(grid.cells[rows, position]), table.names)
    for level, texts in column_heads(grid, table, header, columns).items():
        said[f"{level}_text"] = renamed(texts, table.names)[at_column]
    unit = table.unit or (unit_of_row(grid, table.unit_row) if table.unit_row else None)
    if unit and "unit_text" in said:
        said["unit_text"] = np.array([text if text.strip() else unit for text in said["unit_text"]], object)
    constants = {"place": table.place, "indicator": table.indicator, "period": table.period, "unit": unit}
    for key, constant in [*constants.items(), ("status", table.status)]:
        if constant is not None:
            said.setdefault(f"{key}_text", np.full(len(rows), constant, object))
    if table.year:
        said["period_text"] = with_year(pa.array(said["period_text"], pa.string()), table.year).to_numpy(
            False
        )
    prefix = f"{grid.name}!" if grid.name else ""
    cited = {key: np.full(len(rows), value, object) for key, value in citation(table.document).items()}
    check_text(sum(len(text) for texts in said.values() for text in texts), f"sheet {grid.name or 1}")
    return {
        **{key: np.full(len(rows), None, object) for key in STATISTIC},
        **said,
        **cited,
        "sheet": np.full(len(rows), grid.name or None, object),
        "row_no": rows + 1,
        "column_no": columns[at_column] + 1,
        "cell_address": prefix + letters[columns[at_column]] + (rows + 1).astype(str).astype(object),
        "value_text": block[at_row, at_column],
    }


def claim_cells(
    grid: Grid, table: Table, claim: Any, top: int, bottom: int, rows: Rows, columns: Rows
) -> None:
    """Mark figures and all else that the table declares: what stands above it, heads, labels, skipped rows
    and columns, marks for no figure, notes. Raises ValueError where another table has the same figure."""
    taken = claim[rows, columns] == FIGURE
    if taken.any():
        row, column = rows[taken][0], columns[taken][0]
        prefix = f"{grid.name}!" if grid.name else ""
        raise ValueError(
            f"two tables of the card read the same cell {prefix}{column_letters(column + 1)}{row + 1}"
        )
    # Notes are rows of one cell: what stands beside a note, or in a table under it, is not declared by it.
    notes = grid.filled[bottom:]
    first = notes & (np.cumsum(notes, axis=1) == 1)
    free = claim == UNCLAIMED
    free[bottom:] &= first
    claim[free] = DECLARED
    claim[rows, columns] = FIGURE


def label_columns(grid: Grid, table: Table, depth: int) -> dict[int, Label]:
    """Positions of the label columns and what they hold. Raises ValueError where a column is not there."""
    if not table.labels:
        if table.label_column > (width := grid.cells.shape[1]):
            said = f"the card says label_column {table.label_column}, sheet '{grid.name or 1}'"
            raise ValueError(f"{said} has {width} columns")
        return {table.label_column - 1: table.label}
    return {position_of(grid, table, key, depth): meaning for key, meaning in table.labels.items()}


def positions_of(grid: Grid, table: Table, key: str, depth: int) -> list[int]:
    """Positions of the columns that bear a text among their heads, else of the one with these letters."""
    head = grid.cells[table.header_row - 1 : table.header_row - 1 + depth]
    named = [c for c in range(grid.cells.shape[1]) if any(text.strip() == key for text in head[:, c])]
    lettered = [column_number(key) - 1] if key.isupper() else []
    lettered = [c for c in lettered if 0 <= c < grid.cells.shape[1]]
    if named and lettered and named != lettered:
        raise ValueError(f"the card names column '{key}', which is the letter of one and the head of another")
    if not named and not lettered:
        raise ValueError(f"the card names column '{key}', which no header of sheet '{grid.name or 1}' bears")
    return named or lettered


def position_of(grid: Grid, table: Table, key: str, depth: int) -> int:
    """Position of the one column of that name."""
    found = positions_of(grid, table, key, depth)
    if len(found) > 1 and not all(grid.covered[table.header_row - 1, c] for c in found[1:]):
        letters = ", ".join(column_letters(c + 1) for c in found)
        raise ValueError(f"the card names column '{key}', which heads {letters}: name one by its letter")
    return found[0]


def skipped_columns(grid: Grid, table: Table, depth: int) -> set[int]:
    return {position for key in table.skip_columns for position in positions_of(grid, table, key, depth)}


def skipped_rows(grid: Grid, table: Table, body: Rows, label: int) -> list[int]:
    """Rows named by their number or by the text of their first label."""
    numbers = [int(key) - 1 for key in table.skip_rows if key.isdecimal()]
    texts = {key for key in table.skip_rows if not key.isdecimal()}
    return numbers + [int(row) for row in body if texts and grid.cells[row, label].strip() in texts]


def stripped(texts: Cells) -> Any:
    return np.frompyfunc(str.strip, 1, 1)(texts) if len(texts) else texts


def renamed(texts: Any, names: dict[str, str]) -> Any:
    return np.frompyfunc(lambda text: names.get(text, text), 1, 1)(texts) if names and len(texts) else texts


def with_year(periods: pa.Array, year: str) -> pa.Array:
    """Periods that print no year, as 1-9月, with the year that the card gives."""
    bare = pc.and_(
        pc.invert(blank(periods)), pc.invert(pc.match_substring_regex(periods, r"^\s*(19|20|１９|２０)"))
    )
    return pc.if_else(bare, pc.binary_join_element_wise(f"{year}年", periods, ""), periods)


def column_heads(grid: Grid, table: Table, header: list[Label], columns: Rows) -> dict[str, Any]:
    """What the header rows say of each column: rows of one meaning joined, a merged text said once."""
    said: dict[str, list[list[str]]] = {level: [[] for _ in columns] for level in header if level != "ignore"}
    for offset, level in enumerate(header):
        if level == "ignore" or table.header_row - 1 + offset >= len(grid.cells):
            continue
        for parts, text in zip(
            said[level], stripped(grid.cells[table.header_row - 1 + offset, columns]), strict=True
        ):
            if text and text not in parts[-1:]:
                parts.append(text)
    return {
        level: np.array([table.header_join.join(parts) for parts in texts], dtype=object)
        for level, texts in said.items()
    }


def unit_of_row(grid: Grid, row: int) -> str:
    """The unit that a 单位 row declares for the table under it. Raises ValueError where it declares none."""
    texts = grid.cells[row - 1] if row <= len(grid.cells) else []
    bare = [re.sub(r"^\s*[(（](.*)[)）]\s*$", r"\1", text) for text in texts]
    for text in bare:
        if match := UNIT_ROW.search(text):
            return match["unit"]
    raise ValueError(f"the card says unit_row {row}, which holds no 单位:… in sheet '{grid.name or 1}'")


def citation(document: Citation | None) -> dict[str, str | None]:
    if document is None:
        return {}
    said = document.model_dump(exclude={"note"})
    return {**said, "note_text": document.note}
