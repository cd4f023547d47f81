"""Raw files as an office might hand them in, and their cells looked up again without the landing code."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import yaml
from openpyxl.utils.cell import (
    column_index_from_string,
    coordinate_from_string,
)

HEADER = "地区,指标,时期,数值,单位"
GOOD_ROW = "松江区,地区生产总值,2022,1750.12,亿元"
GOOD_LONG = f"{HEADER}\n{GOOD_ROW}\n"

ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="s">{rows}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)

Rows = Sequence[Sequence[object]]


def card(layout: str = "long", **more: object) -> dict[str, object]:
    said = {"title": "表", "title_en": "Table", "accessed_on": "2026-11-23", "licence": "unknown"}
    return {**said, "layout": layout, **more}


def cross_tab(**more: object) -> dict[str, object]:
    """A table of a card: places down, years across, unless told otherwise."""
    return {"header_row": 1, "header": ["period"], "indicator": "地区生产总值", "unit": "亿元", **more}


def write_card(file: Path, said: Mapping[str, object] | str) -> None:
    text = said if isinstance(said, str) else yaml.safe_dump(said, allow_unicode=True)
    file.with_name(file.name + ".yaml").write_text(text, encoding="utf-8")


def put(file: Path, data: str | bytes, said: Mapping[str, object] | str | None = None) -> Path:
    """Write a file as it came and its card: that of a long sheet unless another is given."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    write_card(file, card() if said is None else said)
    return file


def put_workbook(
    file: Path,
    sheets: Mapping[str, Rows],
    merged: Iterable[str] = (),
    said: Mapping[str, object] | None = None,
) -> Path:
    """Write a workbook; `merged` are ranges of its first sheet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    book.save(file)
    if said is not None:
        write_card(file, said)
    return file


def ods(rows: str) -> bytes:
    """An OpenDocument workbook of one sheet `s`, the XML of its rows as given."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        book.writestr("content.xml", ODS.format(rows=rows))
        book.writestr("META-INF/manifest.xml", "<manifest/>")
    return data.getvalue()


def rows_of(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@cache
def records(file: Path, encoding: str = "utf-8-sig") -> list[list[str]]:
    """All rows of a CSV, read without the landing code; each file once."""
    return list(csv.reader(io.StringIO(file.read_bytes().decode(encoding), newline="")))


@cache
def workbook(file: Path) -> Any:
    return openpyxl.load_workbook(file, data_only=True)


def cell_at(raw: Path, address: str, encoding: str = "utf-8-sig") -> object:
    """What stands at an address path#D5 or path#sheet!D5."""
    path, _, cell = address.partition("#")
    sheet, _, cell = cell.rpartition("!")
    if sheet:
        return workbook(raw / path)[sheet][cell].value
    letters, row = coordinate_from_string(cell)
    return records(raw / path, encoding)[row - 1][column_index_from_string(letters) - 1]
