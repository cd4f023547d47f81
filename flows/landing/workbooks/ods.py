"""The content of an OpenDocument workbook, which writes a cell or a row once and how often it is repeated."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from flows.landing.limits import check_cells, check_text
from flows.landing.sheets import Fault
from flows.landing.shown import Shown, as_percent
from flows.landing.workbooks import Found
from flows.landing.workbooks.xml import Xml

PART_OF_DATE = re.compile(r"(?:19|20)\d{2}(?:年|[-/.年]\d{1,2}月?)?")
PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
CELLS = ("table:table-cell", "table:covered-table-cell")


class Content(Xml):
    """Its sheets: where they reach, which cells hold an error and what they show."""

    def __init__(self) -> None:
        self.sheets: dict[str, Found] = {}
        self.found = Found()
        self.name = self.style = ""
        self.raised: set[str] = set()
        self.struck: set[str] = set()
        self.spans: list[str] = []
        self.rows = self.columns = self.characters = 0
        self.row_times = self.cell_times = self.at = self.length = 0
        self.cell: dict[str, str] = {}
        self.plain: list[str] = []
        self.shown = Shown()

    def is_in_value(self) -> bool:
        return self.cell_times > 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:text-properties":
            if attributes.get("style:text-position", "").startswith("super"):
                self.raised.add(self.style)
            if attributes.get("style:text-line-through-style", "none") != "none":
                self.struck.add(self.style)
        elif tag == "table:table":
            self.settle()
            self.name, self.rows, self.columns, self.row_times = attributes.get("table:name", ""), 0, 0, 0
            self.found = self.sheets[self.name] = Found()
        elif tag == "table:table-row":
            self.settle()
            self.rows += self.row_times
            self.row_times = repeats(attributes, "table:number-rows-repeated")
            self.at = 0
        elif tag in CELLS:
            self.settle()
            self.cell = attributes
            self.cell_times = repeats(attributes, "table:number-columns-repeated")
            self.at += self.cell_times
            # The last empty cell of a row is repeated to the edge of the sheet by every office program.
            if "office:value-type" in attributes:
                self.reach()
        elif tag.startswith("table:"):
            self.settle()
        elif tag == "text:span":
            self.spans.append(attributes.get("text:style-name", ""))

    def end(self, tag: str) -> None:
        if tag == "text:span":
            self.spans.pop()
        elif tag in CELLS:
            self.settle()

    def text(self, text: str) -> None:
        if not self.cell_times:
            return
        self.length += len(text)
        self.plain.append(text)
        if not self.struck.intersection(self.spans):
            self.shown.add(text, bool(self.raised.intersection(self.spans)))
        if not text.isspace():
            self.reach()

    def reach(self) -> None:
        self.columns = max(self.columns, self.at)
        check_cells(self.rows + self.row_times, self.columns, f"sheet {self.name}")

    def settle(self) -> None:
        """Judge the cell that was read last."""
        self.characters += self.length * self.cell_times * self.row_times
        check_text(self.characters, f"sheet {self.name}")
        if self.cell_times and (self.cell or self.plain):
            self.judge()
        self.length = self.cell_times = 0
        self.cell, self.plain, self.shown = {}, [], Shown()

    def judge(self) -> None:
        height = repeats(self.cell, "table:number-rows-spanned")
        width = repeats(self.cell, "table:number-columns-spanned")
        if height * width > 1:
            top, left = self.rows, self.at - self.cell_times
            self.found.merged.append(((top, left), (top + height - 1, left + width - 1)))
        text, shown = "".join(self.plain), None
        kind, value = self.cell.get("office:value-type"), self.cell.get("office:value", "")
        rule = "error_cell" if self.cell.get("calcext:value-type") == "error" else None
        if self.cell.get("table:style-name", "") in self.struck and text:
            rule = "struck_out"
        elif kind == "percentage":
            shown = as_percent(value)
        elif kind == "date" and PART_OF_DATE.fullmatch(text.strip()):
            shown = text.strip()
        elif kind in ("float", "currency") and text.strip() and not is_rounded(text, value):
            # What is no plain number says by itself what it means, as 1.8753万.
            shown = text.strip()
            rule = rule or ("scaled_number" if PLAIN.fullmatch(bare(text)) else None)
        elif str(self.shown) != text:
            shown = str(self.shown)
        if shown is None and rule is None:
            return
        for row in range(self.rows + 1, self.rows + self.row_times + 1):
            for column in range(self.at - self.cell_times + 1, self.at + 1):
                if rule:
                    self.found.faults.append(Fault(row, column, rule, text))
                elif shown is not None:
                    self.found.texts[row, column] = shown


def bare(text: str) -> str:
    """A number as shown, without what groups its digits and the sign of the yuan."""
    return re.sub(r"[\s,，¥￥]", "", text)


def is_rounded(text: str, value: str) -> bool:
    """Whether a text shows a number, rounded to its own last digit."""
    shown = bare(text)
    if "e" in shown.lower() or not PLAIN.fullmatch(shown):
        return "e" in shown.lower()
    try:
        step = Decimal(1).scaleb(-len(shown.partition(".")[2]))
        return abs(Decimal(shown) - Decimal(value)) <= step
    except InvalidOperation:
        return False


def repeats(attributes: dict[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return max(int(said), 1) if re.fullmatch("[0-9]{1,12}", said) else 1
