"""One Excel workbook: a sheet of contents, a sheet of notes, and a sheet for every mart."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from flows.exporting.dataset import SCHEMA, Column, Dataset, Table

# A sheet holds 1,048,576 rows; long before that it takes minutes to write and to open.
MOST_ROWS = 200_000
MOST_TEXT = 32_767
SHEET_NAME = 31
EXACT_INTEGER = 10**15
WIDTHS = {"DATE": 11, "BOOLEAN": 8, "INTEGER": 9, "DOUBLE": 13}
# A sheet's name has 31 characters: long marts lose their kind, then the index its long name.
SHORTER = (("mart_", ""), ("collaborative_innovation_index", "index"))
LANGUAGES = ("zh", "en")
NOTED = [
    (
        "value_kind:observed 刊印,derived 由刊印值按公式推算,bound 只知界限,imputed 插补。"
        "value_low、value_high 为印出的位数所容许的区间。",
        "value_kind: observed is printed, derived is made of printed values by a formula, bound is a limit "
        "only, imputed is a filled gap. value_low and value_high are what the printed digits allow.",
    ),
    (
        "各表第二行为中文说明,第三行为英文说明;嵌套值为 JSON。",
        "The second row of a sheet describes its columns in Chinese, the third in English; nested values are "
        "JSON.",
    ),
]
TOO_LONG = (
    "本表 {rows:,} 行,多于一张工作表所载的 {most:,} 行;全部数据见 parquet/{name}.parquet 与 csv/{name}.csv。",
    "The table has {rows:,} rows, more than the {most:,} that a sheet here holds: all of them are in "
    "parquet/{name}.parquet and csv/{name}.csv.",
)
CONTENTS, NOTES = "目录 Contents", "说明 Notes"
HEAD_ROWS = 3
SOFT = "#566370"


def write_workbook(connection: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path) -> None:
    """Write the workbook: numbers are numbers, dates are dates, nested values are JSON, no text is ever run
    as a formula. The sheet of a mart of more than MOST_ROWS rows says where these are."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    names = sheet_names(dataset.tables)
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": dataset.of("title", "zh"), "comments": dataset.release_id})
        book.set_calc_mode("manual")
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "note": book.add_format(
                {"italic": True, "font_color": "#566370", "text_wrap": True, "valign": "top"}
            ),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "link": book.add_format({"font_color": "#0b6470", "underline": 1}),
        }
        write_contents(book.add_worksheet(CONTENTS), dataset, names, styles)
        write_notes(connection, book.add_worksheet(NOTES), dataset, styles)
        for table in dataset.tables:
            write_sheet(connection, book.add_worksheet(names[table.name]), table, styles)


def sheet_names(tables: tuple[Table, ...]) -> dict[str, str]:
    """A name of at most 31 characters for each table, no two alike whatever the case."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for table in tables:
        name = table.name
        for long, short in SHORTER:
            if len(name) > SHEET_NAME:
                name = name.replace(long, short)
        name, number = name[:SHEET_NAME], 1
        while name.lower() in taken:
            number += 1
            ending = f"_{number}"
            name = name[: SHEET_NAME - len(ending)] + ending
        taken.add(name.lower())
        names[table.name] = name
    return names


def write_contents(sheet: Worksheet, dataset: Dataset, names: dict[str, str], styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 9)
    sheet.set_column(2, 3, 70, styles["wrap"])
    sheet.write_string(0, 0, f"{dataset.of('title', 'zh')} {dataset.of('title', 'en')}", styles["head"])
    sheet.write_string(1, 0, f"发布 Release {dataset.release_id}")
    for column, text in enumerate(("表 Table", "行 Rows", "说明", "Description")):
        sheet.write_string(3, column, text, styles["head"])
    for row, table in enumerate(dataset.tables, 4):
        sheet.write_url(row, 0, f"internal:'{names[table.name]}'!A1", styles["link"], string=table.name)
        sheet.write_number(row, 1, table.rows)
        sheet.write_string(row, 2, table.zh, styles["wrap"])
        sheet.write_string(row, 3, table.en, styles["wrap"])
    sheet.freeze_panes(4, 1)


def write_notes(
    connection: duckdb.DuckDBPyConnection, sheet: Worksheet, dataset: Dataset, styles: dict[str, Any]
) -> None:
    """Rights, kinds of values, how to cite; then every indicator with its unit and definition."""
    sheet.set_column(0, 1, 26)
    sheet.set_column(2, 5, 48, styles["wrap"])
    lines = [
        tuple(dataset.of("description", one) for one in LANGUAGES),
        tuple(dataset.of("rights", one) for one in LANGUAGES),
        *NOTED,
        (
            f"引用:{dataset.of('title', 'zh')},发布 {dataset.release_id}。",
            f"Cite as: {dataset.of('title', 'en')}, release {dataset.release_id}.",
        ),
    ]
    for row, (zh, en) in enumerate(lines):
        sheet.write_string(row, 2, zh, styles["wrap"])
        sheet.write_string(row, 3, en, styles["wrap"])
    first = len(lines) + 1
    heads = ("指标 Indicator", "单位 Unit", "名称", "Name", "定义", "Definition")
    for column, text in enumerate(heads):
        sheet.write_string(first, column, text, styles["head"])
    indicators = connection.execute(
        "select indicator_code, unit, name_zh, name_en, definition_zh, definition_en "
        "from marts.dim_indicator order by indicator_code"
    )
    for row, values in enumerate(indicators.fetchall(), first + 1):
        for column, text in enumerate(values):
            sheet.write_string(row, column, text or "")


def write_sheet(
    connection: duckdb.DuckDBPyConnection, sheet: Worksheet, table: Table, styles: dict[str, Any]
) -> None:
    for at, column in enumerate(table.columns):
        width = WIDTHS.get(column.type, 18)
        sheet.set_column(at, at, max(width, min(len(column.name) + 2, 28)))
        sheet.write_string(0, at, column.name, styles["head"])
    for row, language in ((1, "zh"), (2, "en")):
        for at, column in enumerate(table.columns):
            sheet.write_string(row, at, getattr(column, language)[:255], styles["note"])
    sheet.freeze_panes(HEAD_ROWS, 1)
    if table.rows > MOST_ROWS:
        for row, text in enumerate(TOO_LONG, HEAD_ROWS):
            sheet.write_string(row, 0, text.format(rows=table.rows, most=MOST_ROWS, name=table.name))
        return
    if table.rows:
        sheet.autofilter(HEAD_ROWS - 1, 0, HEAD_ROWS - 1 + table.rows, len(table.columns) - 1)
    shown = ", ".join(selected(column) for column in table.columns)
    found = connection.execute(f'select {shown} from {SCHEMA}."{table.name}"')
    dates = {at for at, column in enumerate(table.columns) if column.type == "DATE"}
    row = HEAD_ROWS
    while rows := found.fetchmany(5000):
        for values in rows:
            for at, value in enumerate(values):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(row, at, value[:MOST_TEXT])
                elif isinstance(value, bool):
                    sheet.write_boolean(row, at, value)
                elif isinstance(value, int) and abs(value) >= EXACT_INTEGER:
                    sheet.write_string(row, at, str(value))
                elif isinstance(value, int | float):
                    if isfinite(value):
                        sheet.write_number(row, at, value)
                elif at in dates:
                    sheet.write_datetime(row, at, value, styles["date"])
                else:
                    sheet.write_string(row, at, json.dumps(value, ensure_ascii=False, default=str))
            row += 1


def selected(column: Column) -> str:
    """Nested values as JSON text, made by the database."""
    name = '"' + column.name.replace('"', '""') + '"'
    return f"to_json({name})::varchar as {name}" if column.is_nested else name
