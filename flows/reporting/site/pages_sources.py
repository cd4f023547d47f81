"""Pages of sources: each raw file as it was read, cell by cell, and what each cell became."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.numbers import CELL_SEPARATOR, cell_href, claim_page, source_page

Page = tuple[str, str, dict[str, Any]]

# Rows a table: what is far down a long page is laid out only when it comes into view.
CHUNK = 150
# What the label of a figure may vary over, in the order that it is read.
LABELS = ("indicator_text", "place_text", "period_text", "unit_text", "status_text", "title", "note_text")
EVENT_COLUMNS = (
    *("event_id", "on_text", "from_text", "to_text", "parties_text"),
    *("amount_text", "unit_text", "field_text", "note_text"),
)


class Cells:
    """Where an address leads: to its cell, or to the page of its file where the cell has no anchor."""

    def __init__(self, facts: Facts) -> None:
        self.files = {row["file_path"] for row in facts["file"]}
        names = ("statistic", "register_cell", "event", "refused")
        self.anchored = {
            row["cell_address"]
            for name in names
            for row in facts[name]
            if str(row["cell_address"]).startswith(f"{row['file_path']}#")
        }

    def pieces(self, addresses: str | None) -> list[tuple[str, str | None]]:
        """Each address in a text of one or several, with where it leads."""
        return [(one, self.href(one)) for one in (addresses or "").split(CELL_SEPARATOR) if one]

    def href(self, address: str) -> str | None:
        """From the root of the site."""
        file_path = address.partition("#")[0]
        if address in self.anchored and file_path in self.files:
            return cell_href(address)
        return source_page(file_path) if file_path in self.files else None


def document_href(document: Row, files: set[str]) -> str:
    """Where a document is told of: on the page of the file that it was found in."""
    if document["file_path"] in files:
        return f"{source_page(document['file_path'])}#{document['document_id']}"
    return "documents.html"


def figures_by_cell(facts: Facts) -> dict[str, list[Row]]:
    """What was made of each cell: the anchors of its figures on the pages of indicators, and claims."""
    shown = {(row["indicator_code"], row["place_code"]) for row in facts["best"]}
    known = {row["indicator_code"] for row in facts["indicator"]}
    found: list[Row] = []
    for row in facts["figure_cell"]:
        code = row["indicator_code"]
        if code not in known or (code, row["place_code"]) not in shown:
            continue
        href = f"indicators/{code}.html#v-{row['place_code']}-{row['period']}"
        found += [
            row | {"href": href, "cell_address": one, "label": f"{code} {row['place_code']} {row['period']}"}
            for one in (row["cell_address"] or "").split(CELL_SEPARATOR)
        ]
    for row in facts["claim"]:
        code = row["claim_id"]
        found.append({"cell_address": row["cell_address"], "href": claim_page(code), "label": code})
    return group(found, "cell_address")


def documents_page(facts: Facts) -> dict[str, Any]:
    """The raw files, a line each, with how many documents and figures each holds."""
    documents = group(facts["document"], "file_path")
    files = facts["file"] or [
        row | {"source": row["file_path"].split("/")[0], "layout": None, "format": None}
        for row in facts["document"]
        if row["document_kind"] == "file"
    ]
    return {
        "files": files,
        "counts": {
            path: {
                "documents": len(rows),
                "figures": sum(row["figures"] or 0 for row in rows),
                "register_rows": sum(row["register_rows"] or 0 for row in rows),
                # A reader who looks for a publisher or a title finds the file that cites it.
                "words": " ".join(
                    sorted({str(row[name]) for row in rows for name in ("title", "publisher") if row[name]})
                ),
            }
            for path, rows in documents.items()
        },
        "nothing": {"documents": 0, "figures": 0, "register_rows": 0, "words": ""},
        "outcomes": {row["file_path"]: row for row in facts["outcome"]},
        "has_pages": bool(facts["file"]),
    }


def source_pages(facts: Facts) -> Iterator[Page]:
    """A page for each raw file."""
    documents, statistics, registers, events, refused = (
        group(facts[name], "file_path")
        for name in ("document", "statistic", "register_cell", "event", "refused")
    )
    outcomes = {row["file_path"]: row for row in facts["outcome"]}
    made = figures_by_cell(facts)
    for file in facts["file"]:
        path = file["file_path"]
        landed = statistics[path]
        anchors = {row["cell_address"] for row in [*landed, *registers[path], *events[path]]}
        context = {
            "file": file,
            "outcome": outcomes.get(path),
            "documents": documents[path],
            "refused": anchored(refused[path], anchors),
            "refused_at": {row["cell_address"]: row for row in refused[path]},
            "landed_at": anchors,
            "made": made,
            "long": landed if file["layout"] == "long" else [],
            "sheets": [] if file["layout"] == "long" else sheets(landed),
            "register": register(registers[path]),
            "events": events[path],
            "event_columns": [name for name in EVENT_COLUMNS if any(row[name] for row in events[path])],
        }
        yield source_page(path), "source.html", context


def anchored(rows: list[Row], landed: set[str]) -> list[Row]:
    """Refused cells, each with its anchor unless its cell landed or was refused before."""
    taken, told = set(landed), []
    for row in rows:
        address = row["cell_address"]
        told.append(row | {"anchor": None if address in taken else fragment(address)})
        taken.add(address)
    return told


def fragment(address: str) -> str:
    """The anchor of a cell on the page of its file."""
    return address.partition("#")[2]


def sheets(rows: list[Row]) -> list[dict[str, Any]]:
    """The tables of a file: figures by row and column, labels where they do not repeat themselves."""
    found = group(rows, lambda row: fragment(row["cell_address"]).rpartition("!")[0])
    return [{"name": name} | grid(of) for name, of in found.items()]


def grid(rows: list[Row]) -> dict[str, Any]:
    """Rows and columns of one sheet.

    A label that is the same all over the sheet stands above it, one that is the same along each row or
    column at its head, any other in the cells.
    """
    by_row, by_column = group(rows, "row_no"), group(rows, "column_no")

    def is_one(name: str, parts: list[list[Row]]) -> bool:
        return all(len({row[name] for row in part}) == 1 for part in parts)

    told = [name for name in LABELS if any(row[name] for row in rows)]
    above = [name for name in told if is_one(name, [rows])]
    down = [name for name in told if name not in above and is_one(name, list(by_row.values()))]
    across = [name for name in told if name not in above + down and is_one(name, list(by_column.values()))]
    inside = [name for name in told if name not in above + down + across]
    columns = sorted(by_column)
    return {
        "above": [(name, rows[0][name]) for name in above],
        "down": down,
        "inside": inside,
        "heads": [(name, [by_column[no][0][name] for no in columns]) for name in across],
        "letters": [letters(no) for no in columns],
        "lines": [
            {"row_no": no, "labels": [line[0][name] for name in down], "cells": placed(line, columns)}
            for no, line in sorted(by_row.items())
        ],
    }


def placed(line: list[Row], columns: list[int]) -> list[Row | None]:
    """The cells of a row in their columns."""
    at = {row["column_no"]: row for row in line}
    return [at.get(no) for no in columns]


def letters(number: int) -> str:
    """The letters of a column: 28 is AB."""
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def register(rows: list[Row]) -> dict[str, Any] | None:
    """A register as its rows and columns, in tables of a length that a browser lays out when seen."""
    if not rows:
        return None
    names = {row["column_no"]: row["column_name"] for row in rows}
    columns = sorted(names)
    lines = [(no, placed(line, columns)) for no, line in sorted(group(rows, "row_no").items())]
    return {
        "heads": [(letters(no), names[no]) for no in columns],
        "chunks": [lines[start : start + CHUNK] for start in range(0, len(lines), CHUNK)],
        "lines": len(lines),
    }
