"""What the XML of an .xlsx says and its values do not: formulas nobody has computed, errors as #DIV/0!."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from flows.landing.limits import column_number, unpacked
from flows.landing.sheets import Fault

NAMESPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL = re.compile(
    rb'<c\b(?P<said>[^>]*?\sr="(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})"[^>]*)(?<!/)>(?P<body>.*?)</c>',
    re.DOTALL,
)
VALUE = re.compile(rb"<v>([^<]+)</v>")


def faulty_cells(path: Path) -> dict[str, list[Fault]]:
    """Cells by sheet that hold a formula without a stored value, or an error. Nothing is evaluated."""
    found: dict[str, list[Fault]] = {}
    with unpacked(path) as book:
        parts = set(book.namelist())
        for name, part in sheet_parts(book).items():
            if part not in parts:
                continue
            xml = book.read(part)
            if b"<f" in xml or b't="e"' in xml:
                found[name] = [fault for match in CELL.finditer(xml) if (fault := fault_of(match))]
    return found


def fault_of(match: re.Match[bytes]) -> Fault | None:
    value = VALUE.search(match["body"])
    row, column = int(match["row"]), column_number(match["column"])
    if b't="e"' in match["said"]:
        return Fault(row, column, "error_cell", value[1].decode() if value else "")
    if b"<f" in match["body"] and value is None and b"<is>" not in match["body"]:
        return Fault(row, column, "formula_without_value", "")
    return None


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names and the part of the container that each lies in; nothing for another kind of container."""
    try:
        sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).findall("m:sheets/m:sheet", NAMESPACE)
        links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    return {
        str(sheet.get("name")): (target[1:] if target.startswith("/") else f"xl/{target}")
        for sheet in sheets
        if (target := targets.get(sheet.get(LINK), ""))
    }
