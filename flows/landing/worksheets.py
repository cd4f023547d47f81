"""What the XML of a zipped workbook says before its values are read: how far its sheets reach, how much text
they hold, which formulas nobody has computed and which cells hold an error.

The XML is read as a stream and never as a whole; a part that declares a document type is refused.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from xml.parsers import expat

from flows.landing.limits import check_cells, check_container, check_text, unpacked
from flows.landing.sheets import Fault

REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
CHUNK = 1 << 20
WORKBOOK = "xl/workbook.xml"


def look_into(path: Path) -> dict[str, list[Fault]]:
    """Check a zipped workbook against the limits, and give the faulty cells by sheet. Nothing is evaluated.

    Every part is looked at, wherever it lies: a workbook says by itself which of them are its sheets. Raises
    TooLarge, or ValueError where a sheet cannot be read.
    """
    check_container(path)
    parts: dict[str, Part] = {}
    with unpacked(path) as book:
        names = sheet_parts(book)
        for part in book.namelist():
            reader = OdsContent() if part == "content.xml" else Part(names.get(part, part))
            try:
                stream(book, part, reader)
                reader.settle()
            except NotXml:
                if part in names:
                    raise
            if isinstance(reader, Part):
                parts[part] = reader
    lengths = max((reader.lengths for reader in parts.values()), key=sum, default=[])
    for reader in parts.values():
        # A long text that every cell points at takes its length once a cell.
        check_text(
            sum(lengths[index] * times for index, times in reader.shared.items() if index < len(lengths)),
            f"sheet {reader.name}",
        )
    return {reader.name: reader.faults for part, reader in parts.items() if part in names}


class NotXml(ValueError):
    """A part that is no well-formed XML, or declares a document type, which a workbook has no use for."""


class Xml:
    """A part read as a stream: its tags and its texts."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def text(self, text: str) -> None: ...

    def settle(self) -> None:
        """Judge what was read last."""


def stream(book: zipfile.ZipFile, part: str, reader: Xml) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise NotXml(f"{part} declares a document type, which a workbook has no use for")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    try:
        with book.open(part) as handle:
            while chunk := handle.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise NotXml(f"the workbook is damaged in {part}: {error}") from error


class Part(Xml):
    """The cells of an .xlsx sheet, where they reach and which are faulty; or the texts that cells share."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.shared: Counter[int] = Counter()
        self.lengths: list[int] = []
        self.rows = self.columns = self.row = self.column = 0
        self.holder = self.kind = self.inside = self.value = ""
        self.has_formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        self.inside = tag
        if tag == "c":
            self.settle()
            self.holder, self.kind = tag, attributes.get("t", "")
            self.column += 1
            if place := REFERENCE.fullmatch(attributes.get("r", "")):
                self.row, self.column = int(place[2]), column_number(place[1])
        elif tag == "row":
            self.settle()
            number = attributes.get("r", "")
            self.row = int(number) if re.fullmatch("[0-9]{1,7}", number) else self.row + 1
            self.column = 0
        elif tag == "f":
            self.has_formula = True
        elif tag == "si":
            self.settle()
            self.holder = tag

    def text(self, text: str) -> None:
        if self.inside in ("v", "t"):
            self.value += text

    def settle(self) -> None:
        """Judge the cell or the shared text that was read last."""
        if self.holder == "si":
            self.lengths.append(len(self.value))
        elif self.holder == "c":
            self.judge(self.value.strip())
        self.holder = self.value = self.inside = ""
        self.has_formula = False

    def judge(self, value: str) -> None:
        if self.kind == "e":
            self.faults.append(Fault(self.row, self.column, "error_cell", value))
        elif self.has_formula and not value:
            self.faults.append(Fault(self.row, self.column, "formula_without_value", ""))
        if value:
            if self.row > self.rows or self.column > self.columns:
                self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
                check_cells(self.rows, self.columns, f"sheet {self.name}")
            if self.kind == "s" and re.fullmatch("[0-9]{1,9}", value):
                self.shared[int(value)] += 1


class OdsContent(Xml):
    """OpenDocument sheets, which write a cell or a row once and say how often it is repeated."""

    def __init__(self) -> None:
        self.name = ""
        self.rows = self.columns = self.characters = 0
        self.row_times = self.cell_times = self.at = self.length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.settle()
            self.name, self.rows, self.columns = attributes.get("table:name", ""), 0, 0
        elif tag == "table:table-row":
            self.settle()
            self.rows += self.row_times
            self.row_times = repeats(attributes, "table:number-rows-repeated")
            self.at = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.settle()
            self.cell_times = repeats(attributes, "table:number-columns-repeated")
            self.at += self.cell_times
            # The last empty cell of a row is repeated to the edge of the sheet by every office program.
            if "office:value-type" in attributes:
                self.reach()
        elif tag.startswith("table:"):
            self.settle()

    def text(self, text: str) -> None:
        if self.cell_times and not text.isspace():
            self.length += len(text)
            self.reach()

    def reach(self) -> None:
        self.columns = max(self.columns, self.at)
        check_cells(self.rows + self.row_times, self.columns, f"sheet {self.name}")

    def settle(self) -> None:
        self.characters += self.length * self.cell_times * self.row_times
        check_text(self.characters, f"sheet {self.name}")
        self.length = self.cell_times = 0


def repeats(attributes: dict[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return max(int(said), 1) if re.fullmatch("[0-9]{1,12}", said) else 1


class Elements(Xml):
    """The attributes of all elements of one tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == self.tag:
            self.found.append(attributes)


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """The parts that hold the sheets of an .xlsx, each with its sheet's name; none for another container."""
    try:
        top = targets_of(book, "")
        home = next((target for kind, target in top.values() if kind == "officeDocument"), WORKBOOK)
        sheets = Elements("sheet")
        stream(book, home, sheets)
        links = targets_of(book, home)
    except KeyError:
        return {}
    # The prefix of the attribute is the writer's choice.
    named = {
        sheet.get("name", ""): [v for k, v in sheet.items() if k.endswith(":id")] for sheet in sheets.found
    }
    return {links[ids[0]][1]: name for name, ids in named.items() if ids and ids[0] in links}


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


@cache
def column_number(letters: str) -> int:
    """Spreadsheet letters to a number: A → 1, AB → 28."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
