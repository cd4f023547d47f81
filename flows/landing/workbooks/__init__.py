"""What a workbook says beyond the plain values of its cells, and whether it keeps the limits.

Values are read by python-calamine. Before that each kind of workbook is looked into by a module of its own:
how far its sheets reach and how much text they hold; which cells hold an error, or a formula nobody has
computed; and which show another text than the plain value: raised or struck digits, a format in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flows.landing.sheets import Fault
from flows.landing.shown import as_percent

# Characters of 2022-12-01 that a format of a year or a month shows.
DATES = {"year": 4, "month": 7}


@dataclass
class Found:
    """Of one sheet: its faulty cells; by row and column from 1 the texts that are shown otherwise, and how
    many characters of a date are; and the merged ranges, first and last cell counted from 0, where the reader
    of the values does not tell them."""

    faults: list[Fault] = field(default_factory=list)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    dates: dict[tuple[int, int], int] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    def tell(self, way: str, at: tuple[int, int], value: str) -> None:
        """Note how a format shows a number, where that is not as it is."""
        if way == "other":
            self.faults.append(Fault(*at, "scaled_number", value))
        elif way == "percent" and (percent := as_percent(value)) is not None:
            self.texts[at] = percent
        elif way in DATES:
            self.dates[at] = DATES[way]
        elif way == "zero" and is_zero(value):
            self.texts[at] = "-"


def is_zero(value: str) -> bool:
    try:
        return float(value) == 0
    except ValueError:
        return False


def look_into(path: Path, is_zipped: bool) -> dict[str, Found]:
    """What is found by sheet. Nothing is evaluated, run or followed. Raises TooLarge, or ValueError where the
    workbook cannot be read."""
    if is_zipped:
        from flows.landing.workbooks.zipped import look_into_zipped

        return look_into_zipped(path)
    from flows.landing.workbooks.xls import look_into_xls

    return look_into_xls(path)
