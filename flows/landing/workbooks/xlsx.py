"""The parts of an .xlsx: sheets, shared texts and number formats."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import dataclass

from flows.landing.limits import check_cells, check_text
from flows.landing.sheets import Fault, column_number
from flows.landing.shown import Shown, way_of
from flows.landing.workbooks import Found
from flows.landing.workbooks.xml import Elements, NotXml, Xml, stream

WORKBOOK = "xl/workbook.xml"
# Formats that files name by number only; the others of that kind show a cell as it is.
BUILT_IN = {"9": "0%", "10": "0.00%", "16": "d-mmm", "17": "mmm-yy"}
BUILT_IN |= dict.fromkeys(("27", "36", "50", "52", "57"), "yyyy-m")
BUILT_IN |= dict.fromkeys(("28", "29", "51", "53", "54", "58"), "m-d")
OFF = {"0", "false", "none"}


def look_into_parts(book: zipfile.ZipFile) -> dict[str, Found]:
    """What is found by sheet. Every part is looked at, wherever it lies: a workbook says by itself which of
    them are its sheets."""
    links = links_of(book)
    sheets = {part: name for name, part in links.sheets.items()}
    styles, texts = Styles(), Part("the shared texts")
    for part, reader in ((links.styles, styles), (links.texts, texts)):
        if part in book.namelist():
            stream(book, part, reader)
    shown = {index: text for index, text in enumerate(texts.shown) if text is not None}
    parts: dict[str, Part] = {}
    for part in book.namelist():
        reader = Part(sheets.get(part, part), styles.ways, shown)
        try:
            stream(book, part, reader)
        except NotXml:
            if part in sheets:
                raise
        parts[part] = reader
    lengths = max((reader.lengths for reader in parts.values()), key=sum, default=[])
    for reader in parts.values():
        # A long text that every cell points at takes its length once a cell.
        used = sum(lengths[index] * times for index, times in reader.shared.items() if index < len(lengths))
        check_text(used, f"sheet {reader.name}")
    return {name: parts[part].found for part, name in sheets.items() if part in parts}


class Styles(Xml):
    """How each style that a cell may name shows its number: by its format, or struck out."""

    def __init__(self) -> None:
        self.codes = dict(BUILT_IN)
        self.ways: dict[str, str] = {}
        self.struck_fonts: list[bool] = []
        self.is_of_cells = self.is_of_fonts = False
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            self.is_of_cells = tag == "cellXfs"
        elif tag in ("fonts", "fills"):
            self.is_of_fonts = tag == "fonts"
        elif tag == "font" and self.is_of_fonts:
            self.struck_fonts.append(False)
        elif tag == "strike" and self.is_of_fonts:
            self.struck_fonts[-1] = attributes.get("val", "1") not in OFF
        elif tag == "xf" and self.is_of_cells:
            way = way_of(self.codes.get(attributes.get("numFmtId", ""), ""))
            font = attributes.get("fontId", "")
            is_struck = font.isdecimal() and self.struck_fonts[int(font) : int(font) + 1] == [True]
            self.ways[str(self.count)] = "struck" if is_struck else way
            self.count += 1


class Part(Xml):
    """The cells of a sheet: where they reach, which are faulty, what they show. Or texts that cells share."""

    def __init__(
        self, name: str, ways: dict[str, str] | None = None, shown: dict[int, str] | None = None
    ) -> None:
        self.name = name
        self.found = Found()
        self.shared: Counter[int] = Counter()
        self.lengths: list[int] = []
        self.shown: list[str | None] = []
        self.shown_texts = shown or {}
        self.ways = {style: way for style, way in (ways or {}).items() if way}
        self.rows = self.columns = self.row = self.column = 0
        self.holder = self.kind = self.style = self.inside = self.value = ""
        self.has_formula = self.has_value = False
        self.rich: Shown | None = None
        self.is_raised = self.is_struck = False

    def is_in_value(self) -> bool:
        return self.inside in ("v", "t")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        self.inside = tag
        if tag == "c":
            if self.holder:
                self.settle()
            self.holder = tag
            self.kind = attributes.get("t", "")
            self.style = attributes.get("s", "")
            self.place(attributes.get("r"))
        elif tag == "v":
            self.has_value = True
        elif tag == "row":
            self.settle()
            number = attributes.get("r", "")
            row = int(number) if re.fullmatch("[0-9]{1,7}", number) else self.row + 1
            # Rows out of their order are told by the cells in them.
            self.row, self.column = (row, 0) if row > self.row else (self.row, self.column)
        elif tag == "f":
            self.has_formula = True
        elif tag == "si":
            self.settle()
            self.holder = tag
        elif tag == "r":
            self.rich = self.rich or Shown([self.value])
            self.is_raised = self.is_struck = False
        elif tag == "vertAlign":
            self.is_raised = attributes.get("val") == "superscript"
        elif tag == "strike":
            self.is_struck = attributes.get("val", "1") not in OFF
        elif tag == "rPh":
            # How a name is spoken, which readers of workbooks pass over.
            self.holder = self.holder and f"{self.holder} spoken"

    def place(self, reference: str | None) -> None:
        before = (self.row, self.column)
        self.column += 1
        if reference is not None:
            self.row, self.column = position(reference) or (0, 0)
        if (self.row, self.column) <= before:
            where = f"holds cell {reference or self.column} twice or out of its order"
            raise NotXml(f"the workbook is damaged: sheet {self.name} {where}")

    def text(self, text: str) -> None:
        if self.inside in ("v", "t") and not self.holder.endswith(" spoken"):
            self.value += text
            if self.rich is not None and not self.is_struck:
                self.rich.add(text, self.is_raised)

    def settle(self) -> None:
        """Judge the cell or the shared text that was read last."""
        if self.holder:
            shown = None if self.rich is None or str(self.rich) == self.value else str(self.rich)
            if self.holder.startswith("si"):
                self.lengths.append(len(self.value))
                self.shown.append(shown)
            else:
                self.judge(self.value.strip(), shown)
        self.holder = self.value = self.inside = ""
        self.has_formula = self.has_value = False
        self.rich = None

    def judge(self, value: str, shown: str | None) -> None:
        at = (self.row, self.column)
        if self.kind == "e":
            self.found.faults.append(Fault(*at, "error_cell", value))
        elif self.has_formula and not value and not (self.kind == "str" and self.has_value):
            self.found.faults.append(Fault(*at, "formula_without_value", ""))
        if not value:
            return
        if self.row > self.rows or self.column > self.columns:
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            check_cells(self.rows, self.columns, f"sheet {self.name}")
        way = self.ways.get(self.style, "")
        if way == "struck":
            self.found.faults.append(Fault(*at, "struck_out", value))
        if self.kind == "s" and re.fullmatch("[0-9]{1,9}", value):
            self.shared[int(value)] += 1
            shown = self.shown_texts.get(int(value))
        elif way and self.kind in ("", "n"):
            self.found.tell(way, at, value)
        if shown is not None:
            self.found.texts[at] = shown


@dataclass(frozen=True)
class Links:
    """Where the parts of a workbook lie: its sheets by name, number formats and shared texts."""

    sheets: dict[str, str]
    styles: str
    texts: str


def links_of(book: zipfile.ZipFile) -> Links:
    """The parts of a workbook; nothing where the container is none."""
    try:
        top = targets_of(book, "")
        home = next((target for kind, target in top.values() if kind == "officeDocument"), WORKBOOK)
        sheets = Elements("sheet")
        stream(book, home, sheets)
        links = targets_of(book, home)
    except KeyError:
        return Links({}, "", "")
    # The prefix of the attribute is the writer's choice.
    named = {
        sheet.get("name", ""): [v for k, v in sheet.items() if k.endswith(":id")] for sheet in sheets.found
    }
    by_kind = dict(links.values())
    return Links(
        {name: links[ids[0]][1] for name, ids in named.items() if ids and ids[0] in links},
        by_kind.get("styles", ""),
        by_kind.get("sharedStrings", ""),
    )


def targets_of(book: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: by id the kind and the part. Raises KeyError where it refers to nothing."""
    folder, name = posixpath.split(part)
    links = Elements("Relationship")
    stream(book, posixpath.join(folder, "_rels", f"{name}.rels"), links)
    return {
        link.get("Id", ""): (
            link.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/"),
        )
        for link in links.found
    }


def position(reference: str) -> tuple[int, int] | None:
    """Row and column of a cell, counted from 1: B7 → 7, 2."""
    letters = reference.rstrip("0123456789")
    column, digits = column_number(letters), reference[len(letters) :]
    return (int(digits), column) if column and 0 < len(digits) < 8 else None
