"""Zipped workbooks, .xlsx, .xlsm and .ods, told apart by what their container holds."""

from __future__ import annotations

from pathlib import Path

from flows.landing.limits import check_container, unpacked
from flows.landing.workbooks import Found
from flows.landing.workbooks.ods import Content
from flows.landing.workbooks.xlsx import look_into_parts
from flows.landing.workbooks.xml import stream


def look_into_zipped(path: Path) -> dict[str, Found]:
    check_container(path)
    with unpacked(path) as book:
        if "content.xml" not in book.namelist():
            return look_into_parts(book)
        content = Content()
        stream(book, "content.xml", content)
        return content.sheets
