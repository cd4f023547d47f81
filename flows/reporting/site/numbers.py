"""How numbers, intervals, dates and links read on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any
from urllib.parse import quote

from flows.reporting.site.facts import Row

SIGNS = {"at_least": "≥ ", "at_most": "≤ ", "about": "≈ "}
# Printed figures came through 32-bit floats in some files: seven digits are all they carry.
PRINTED_DIGITS = 7
COMPUTED_DIGITS = 5
COMPUTED_KINDS = ("derived", "imputed", "index")
# What is smaller is what floats leave over when they cancel out.
ROUNDING = 1e-12
BEIJING = timezone(timedelta(hours=8))
# Between the addresses of the cells that one figure was made from.
CELL_SEPARATOR = " ; "
WEB_ADDRESS = re.compile(r"https?://[^\s;,；，()（）<>\"']+")


def number(value: Any, digits: int = PRINTED_DIGITS) -> str:
    """A number with thousands separators, at most four decimals and no digits that say nothing."""
    if value is None:
        return "–"
    size = abs(float(value))
    if size < ROUNDING:
        return "0"
    if 0 < size < 0.0001:
        return f"{value:.2g}"
    whole = len(str(int(size))) if size >= 1 else 0
    text = f"{float(value):,.{min(4, max(1, digits - whole))}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def computed(value: Any) -> str:
    """A number that came out of a calculation."""
    return number(value, COMPUTED_DIGITS)


def figure(row: Row) -> str:
    """A figure with the sign of its qualifier: ≥ 1,800."""
    is_computed = row.get("formula") or row.get("value_kind") in COMPUTED_KINDS
    digits = COMPUTED_DIGITS if is_computed else PRINTED_DIGITS
    return SIGNS.get(row.get("qualifier") or "", "") + number(row["value"], digits)


def interval(low: Any, high: Any, digits: int = COMPUTED_DIGITS) -> str:
    """An interval as text; a missing end is open."""
    return between(low, high, lambda value: number(value, digits))


def days(low: Any, high: Any) -> str:
    """An interval of years with fractions as its first and last day; a missing end is open."""
    return between(low, high, day_of)


def between(low: Any, high: Any, shown: Callable[[Any], str]) -> str:
    if low is None and high is None:
        return "–"
    if high is None:
        return "≥ " + shown(low)
    if low is None:
        return "≤ " + shown(high)
    ends = shown(low), shown(high)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"


def day_of(year: Any) -> str:
    """The day at a year with a fraction: 2024.5 is 2024-07-02."""
    whole = int(year)
    first = date(whole, 1, 1)
    length = (date(whole + 1, 1, 1) - first).days
    return str(first + timedelta(round((float(year) - whole) * length)))


def power_of_ten(value: float) -> str:
    """A tiny number to one digit: 7 × 10⁻¹⁵."""
    digit, exponent = f"{value:.0e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "0" if value == 0 else f"{digit} × 10{raised}"


def percent(share: Any) -> str:
    """A share of one as a whole percentage."""
    return "–" if share is None else f"{100 * float(share):.0f} %"


def years(first: Any, last: Any) -> str:
    """A run of years or of ranks."""
    return str(first) if first == last else f"{first}–{last}"


def moment(seconds: Any) -> str:
    """A moment as its readers' clocks show it."""
    return datetime.fromtimestamp(float(seconds), BEIJING).strftime("%Y-%m-%d %H:%M")


def day(value: date | None) -> str:
    """A date, or a dash."""
    return "–" if value is None else str(value)


def web_pieces(text: str | None) -> list[tuple[str, bool]]:
    """A source address in pieces, each with whether it may be a link: only http addresses may."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in WEB_ADDRESS.finditer(text or ""):
        pieces += [((text or "")[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [piece for piece in [*pieces, ((text or "")[end:], False)] if piece[0]]


def first_address(text: str | None) -> str | None:
    """The first http address in a text; nothing else is ever a link."""
    match = WEB_ADDRESS.search(text or "")
    return match.group() if match else None


@cache
def slug(text: str) -> str:
    """A file name for a path or a code: plain letters, and no two texts share one."""
    return re.sub(r"[^A-Za-z0-9_.]", lambda found: slug_of(found.group()), text)


def slug_of(character: str) -> str:
    """A slash is two dashes; whatever else no file name should have is its number between dashes."""
    return "--" if character == "/" else f"-{ord(character):x}-"


def source_page(file_path: str) -> str:
    """The page of a raw file, from the root of the site."""
    return f"sources/{slug(file_path)}.html"


def claim_page(claim_id: str) -> str:
    """The page of a claim, from the root of the site."""
    return f"claims/{slug(claim_id)}.html"


@cache
def cell_href(address: str) -> str:
    """Where the cell of one address stands, from the root of the site: the anchor on the page of its file."""
    file_path, _, cell = address.partition("#")
    return source_page(file_path) + (f"#{quote(cell, safe='!')}" if cell else "")
