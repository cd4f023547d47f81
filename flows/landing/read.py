"""One file of any format by the layout of its card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flows.landing import layouts
from flows.landing.cards import Card
from flows.landing.layouts import Landed
from flows.landing.pages import read_page
from flows.landing.readers import DELIMITED, read_delimited, read_delimited_grid, read_workbook
from flows.landing.records import read_json_lines, read_parquet
from flows.landing.sheets import Columns, Grid, columns_from, grid_of_columns

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")

PAGES = (".html", ".htm")

RECORDS = (".parquet", ".jsonl", ".ndjson")

KINDS = (*DELIMITED, *WORKBOOKS, *PAGES, *RECORDS)

# Formats whose files are columns by themselves, read without the detour over cells.
COLUMNAR: dict[str, Callable[[Path], Columns]] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "parquet": read_parquet,
    "jsonl": read_json_lines,
}


def format_of(path: Path) -> str:
    """The format of a file by its name; a page that was saved as .xls or .xlsx is a page."""
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise ValueError(f"files of kind '{suffix}' are not read, only {', '.join(KINDS)}")
    if suffix in WORKBOOKS:
        with path.open("rb") as handle:
            head = handle.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
            return "html"
    return {"htm": "html", "ndjson": "jsonl"}.get(suffix[1:], suffix[1:])


def read_grids(path: Path, kind: str) -> tuple[dict[str, Grid], str | None]:
    """A file of any kind seen as sheets, and its encoding. Raises ValueError when it cannot be read."""
    if kind in ("xlsx", "xlsm", "xls", "ods"):
        return read_workbook(path), None
    if kind == "html":
        return read_page(path)
    if kind in ("csv", "tsv"):
        grid, encoding = read_delimited_grid(path)
        return {grid.name: grid}, encoding
    table = COLUMNAR[kind](path)
    grid = grid_of_columns(table)
    return {grid.name: grid}, table.encoding


def read_file(path: Path, card: Card, kind: str) -> tuple[Landed, str | None]:
    """One file by the layout of its card, and its encoding. Raises ValueError when it cannot be read."""
    has_header_on_top = card.header_row == 1 and not card.notes
    if card.is_tabular or kind not in COLUMNAR or (kind in ("csv", "tsv") and not has_header_on_top):
        grids, encoding = read_grids(path, kind)
        return laid_out(grids, card), encoding
    table = COLUMNAR[kind](path)
    return one_table(table, card), table.encoding


def laid_out(grids: dict[str, Grid], card: Card) -> Landed:
    """Sheets by the layout of the card; a long table, a register or a list of events lies on one of them."""
    if card.is_tabular:
        return layouts.tables(grids, card)
    name = card.sheet or next(iter(grids))
    if name not in grids:
        raise ValueError(f"the card names sheet '{name}', the file has {', '.join(grids)}")
    landed = one_table(columns_from(grids[name], card.header_row, card.notes), card)
    others = layouts.undeclared_sheets(grids, {name, *card.skip_sheets})
    skipped = sum(grids[other].told for other in grids.keys() - {name} if other in card.skip_sheets)
    return replace(
        landed,
        rejected=[*landed.rejected, *others],
        read=landed.read + skipped + sum(piece.cells for piece in others),
        not_data=landed.not_data + skipped,
    )


ONE_TABLE: dict[str, Callable[[Columns, Card], Landed]] = {
    "long": layouts.long_sheet,
    "register": layouts.register_sheet,
    "events": layouts.event_sheet,
}


def one_table(table: Columns, card: Card) -> Landed:
    return ONE_TABLE[card.layout](layouts.without_empty_edge(table), card)
