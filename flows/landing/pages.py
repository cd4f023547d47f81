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
from flows.landing.sheets import Fault, Grid, grid_from
from flows.landing.shown import Shown

DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
# What a declared encoding means by the rules of HTML: GB2312 is its superset, and a page whose declaration
# can be read is not UTF-16.
MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
}
UNSEEN = {"script", "style", "template", "noscript", "head", "del", "s", "strike"}
# What stands apart from the text around it; parts of a table do so within a cell by faulty markup.
APART = {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre",
    "td", "th", "tr", "caption",
}  # fmt: skip
FIELDS = {"input", "select", "textarea", "img", "svg", "canvas", "object", "embed"}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|text-decoration[^;]*line-through")
RAISED = re.compile(r"vertical-align\s*:\s*super")


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
    if any("depth" in fault.message for fault in parser.error_log):
        raise ValueError("the page cannot be read: its tags lie too deep within each other")
    sheets: dict[str, Grid] = {}
    seen_tables = (table for table in page.iter("table") if not lies_hidden(table))
    for number, table in enumerate(seen_tables, 1):
        caption = table.find("caption")
        name = shown_text(caption) if caption is not None else ""
        if not name or name in sheets:
            name = f"table {number}"
        while name in sheets:
            name = f"{name} (2)"
        sheets[name] = read_table(table, name)
    if not sheets:
        raise ValueError("the page has no table")
    return sheets, encoding


def page_text(data: bytes) -> tuple[str, str]:
    """Text of a page: a byte-order mark decides, then what the page declares, then what its bytes allow."""
    if not any(data.startswith(mark) for mark in MARKS) and (declared := DECLARED.search(data[:4096])):
        name = declared[1].decode("ascii").lower()
        name = MEANT.get(name, name)
        try:
            return data.decode(name), name
        except (UnicodeDecodeError, LookupError):
            pass  # the declaration is wrong, as it often is after a page was saved anew
    return decode(data)


def read_table(table: Any, name: str) -> Grid:
    """One table, each spanning cell shown in every place it covers."""
    placed: dict[tuple[int, int], tuple[str, bool]] = {}
    faults: list[Fault] = []
    rows = [
        row for row in table.iter("tr") if next(row.iterancestors("table")) is table and not lies_hidden(row)
    ]
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
            text = shown_text(cell)
            if not text and any(holds_more(part) for part in cell.iter()):
                faults.append(Fault(top + 1, left + 1, "cell_without_text", ""))
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
    return Grid(name, grid.cells, covered, faults)


def span(cell: Any, name: str) -> int:
    digits = re.match(r"\s*([0-9]{1,12})", cell.get(name) or "")
    return max(int(digits[1]), 1) if digits else 1


def holds_more(part: Any) -> bool:
    """Whether a part of a cell shows its reader something that is no text of the page."""
    return part.tag in FIELDS and not is_hidden(part) and part.get("type") != "hidden"


def is_hidden(part: Any) -> bool:
    return part.get("hidden") is not None or bool(HIDDEN.search((part.get("style") or "").lower()))


def lies_hidden(part: Any) -> bool:
    """Whether a part of a page, or what it lies in, is not shown."""
    return any(is_hidden(whole) for whole in (part, *part.iterancestors()))


def shown_text(cell: Any) -> str:
    """Text that a reader of the page sees in a cell, without that of tables inside it: what stands apart on
    the page stands on a line of its own, what is raised is the mark of a footnote."""
    shown = Shown()

    def walk(part: Any, is_raised: bool) -> None:
        if not isinstance(part.tag, str) or part.tag in UNSEEN or is_hidden(part):
            return
        if part.tag == "table" and part is not cell:
            return
        is_raised = is_raised or part.tag == "sup" or bool(RAISED.search((part.get("style") or "").lower()))
        apart = part.tag in APART or part.tag == "br"
        if apart:
            shown.parts.append("\n")
        shown.add(blanks_as_one(part.text), is_raised)
        for child in part:
            walk(child, is_raised)
            shown.add(blanks_as_one(child.tail), is_raised)
        if part.tag in APART:
            shown.parts.append("\n")

    walk(cell, False)
    lines = (line.strip() for line in str(shown).split("\n"))
    return "\n".join(line for line in lines if line)


def blanks_as_one(text: str | None) -> str:
    """White space of a page's source as the page shows it."""
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")
