"""Workbooks of before 2007, .xls, whose formats and errors only a reader of that kind tells."""

from __future__ import annotations

import io
from pathlib import Path

import xlrd

from flows.landing.limits import check_cells, check_text
from flows.landing.sheets import Fault
from flows.landing.shown import Shown, way_of
from flows.landing.workbooks import Found

FILLED = (xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)


def look_into_xls(path: Path) -> dict[str, Found]:
    """What is found by sheet. Raises TooLarge, or ValueError where the workbook cannot be read."""
    try:
        book = xlrd.open_workbook(str(path), logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
    except Exception as error:  # damaged files end in errors of any kind
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(f"the workbook cannot be opened: {reason}") from error
    return {sheet.name: found_in(book, sheet) for sheet in book.sheets()}


def found_in(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Found:
    check_cells(sheet.nrows, sheet.ncols, f"sheet {sheet.name}")
    found = Found()
    characters = 0
    ways = [way_of(format_of(book, style.format_key)) for style in book.xf_list]
    struck = [book.font_list[style.font_index].struck_out for style in book.xf_list]
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            at = (row + 1, column + 1)
            if cell.ctype == xlrd.XL_CELL_TEXT:
                # Equal texts are one object here; the reader of the values makes each its own.
                characters += len(str(cell.value))
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                text = xlrd.error_text_from_code.get(int(cell.value), "")
                found.faults.append(Fault(*at, "error_cell", text))
            elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                found.tell(ways[cell.xf_index or 0], at, repr(cell.value))
            if cell.ctype in FILLED and struck[cell.xf_index or 0]:
                found.faults.append(Fault(*at, "struck_out", str(cell.value)))
    check_text(characters, f"sheet {sheet.name}")
    for (row, column), runs in sheet.rich_text_runlist_map.items():
        text = str(sheet.cell_value(row, column))
        if (shown := shown_text(book, text, runs)) != text:
            found.texts[row + 1, column + 1] = shown
    return found


def format_of(book: xlrd.Book, key: int) -> str:
    style = book.format_map.get(key)
    return style.format_str if style else ""


def shown_text(book: xlrd.Book, text: str, runs: list[tuple[int, int]]) -> str:
    """A text whose pieces, from each offset on, are set in the fonts named."""
    shown = Shown([text[: runs[0][0]]] if runs else [text])
    ends = [offset for offset, _ in runs[1:]] + [len(text)]
    for (offset, number), end in zip(runs, ends, strict=True):
        font = book.font_list[number] if number < len(book.font_list) else None
        if font is None or not font.struck_out:
            shown.add(text[offset:end], font is not None and font.escapement == 1)
    return str(shown)
