"""What a workbook says beyond the plain values of its cells, and whether it keeps the limits.

Values are read by python-calamine. Before that each kind of workbook is looked into by a module of its own:
how far its sheets reach and how much text they hold; which cells hold an error, or a formula nobody has
computed; and which show another text than the plain value: raised or struck digits, a format in per cent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flows.landing.sheets import Fault


@dataclass
class Found:
    """Of one sheet: its faulty cells; by row and column from 1 the texts that are shown otherwise; and the
    merged ranges, first and last cell counted from 0, where the reader of the values does not tell them."""

    faults: list[Fault] = field(default_factory=list)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def look_into(path: Path, is_zipped: bool) -> dict[str, Found]:
    """What is found by sheet. Nothing is evaluated, run or followed. Raises TooLarge, or ValueError where the
    workbook cannot be read."""
    if is_zipped:
        from flows.landing.workbooks.zipped import look_into_zipped

        return look_into_zipped(path)
    from flows.landing.workbooks.xls import look_into_xls

    return look_into_xls(path)
