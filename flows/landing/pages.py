"""Tables of an HTML page, as bulletins publish them, each as a sheet with its spans un-merged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import numpy as np

from flows.landing.limits import check_cells
from flows.landing.readers import MARKS, decode
from flows.landing.sheets import Grid, grid_from

DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
# A page that says GB2312 means what every browser takes it for.
SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030"}
UNSEEN = {"script", "style", "template", "noscript", "head"}
SQUARE = {"2": "²", "3": "³"}


def read_page(path: Path) -> tuple[dict[str, Grid], str]:
    """Every table of a page by its caption or its number, and the encoding found. No script is run, no link
    followed, no entity of the page's own expanded."""
    text, encoding = page_text(path.read_bytes())
    if not text.strip():
        raise ValueError("the file is empty")
    # The text is decoded already, whatever encoding the page declares.
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        page = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ValueError(f"the page cannot be read: {' '.join(str(error).split())}") from error
    sheets: dict[str, Grid] = {}
    for number, table in enumerate(page.iter("table"), 1):
        caption = table.find("caption")
        name = spoken(caption) if caption is not None else ""
        if not name or name in sheets:
            name = f"table {number}"
        sheets[name] = read_table(table, name)
    if not sheets:
        raise ValueError("the page has no table")
    return sheets, encoding


def page_text(data: bytes) -> tuple[str, str]:
    """Text of a page: a byte-order mark decides, then what the page declares, then what its bytes allow."""
    if not any(data.startswith(mark) for mark in MARKS) and (declared := DECLARED.search(data[:4096])):
        name = declared[1].decode("ascii").lower()
        try:
            return data.decode(SUPERSETS.get(name, name)), SUPERSETS.get(name, name)
        except (UnicodeDecodeError, LookupError):
            pass  # the declaration is wrong, as it often is after a page was saved anew
    return decode(data)


def read_table(table: Any, name: str) -> Grid:
    """One table, each spanning cell shown in every place it covers."""
    placed: dict[tuple[int, int], tuple[str, bool]] = {}
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    area = 0
    for top, row in enumerate(rows):
        left = 0
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            while (top, left) in placed:
                left += 1
            height, width = min(span(cell, "rowspan"), len(rows) - top), span(cell, "colspan")
            area += height * width
            check_cells(area, 1, f"{name} with its spans")
            text = spoken(cell)
            for down in range(height):
                for along in range(width):
                    placed.setdefault((top + down, left + along), (text, down + along > 0))
            left += width
    height = max((row for row, _ in placed), default=-1) + 1
    width = max((column for _, column in placed), default=-1) + 1
    check_cells(height, width, name)
    grid = grid_from(name, [[""] * width for _ in range(height)])
    covered = np.zeros((height, width), bool)
    for at, (text, is_covered) in placed.items():
        grid.cells[at], covered[at] = text, is_covered
    return Grid(name, grid.cells, covered)


def span(cell: Any, name: str) -> int:
    digits = re.match(r"\s*([0-9]{1,12})", cell.get(name) or "")
    return max(int(digits[1]), 1) if digits else 1


def spoken(cell: Any) -> str:
    """Text that a reader of the page sees in a cell, without that of tables inside it; a raised number is the
    mark of a footnote, but for m² and km³."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        if not isinstance(node.tag, str) or node.tag in UNSEEN or (node.tag == "table" and node is not cell):
            return
        if node.tag == "br":
            parts.append(" ")
        inner = node.text or ""
        if node.tag == "sup" and inner.strip().isdigit() and len(node) == 0:
            is_power = "".join(parts).rstrip().endswith("m")
            inner = SQUARE.get(inner.strip(), inner) if is_power else f"[{inner.strip()}]"
        parts.append(inner)
        for child in node:
            walk(child)
            parts.append(child.tail or "")

    walk(cell)
    return " ".join("".join(parts).split(" ")).strip()
