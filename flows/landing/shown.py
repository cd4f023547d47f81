"""What a reader sees of a cell whose text is partly raised, struck out or scaled by a number format."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# Parts of a number format that show a text or a colour and scale nothing.
LITERAL = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^-\]]*)[^\]]*\]|\[[^\]]*\]|_.|\*.'
)
# Beside a number these make it another one.
MEANINGFUL = re.compile("[万亿千百%‰$€£]")
# A comma after the last digit divides what is shown by a thousand; an escaped point among digits shifts it.
SCALES = re.compile(r"[0#?],+(?![0#?,])|[0#?]!\.[0#?]")


@dataclass
class Shown:
    """Text put together piece by piece. A raised number marks a footnote, but for m², km³ and 10⁴."""

    parts: list[str] = field(default_factory=list)

    def add(self, text: str, is_raised: bool = False) -> None:
        number = text.strip()
        if is_raised and number.isdecimal():
            is_power = "".join(self.parts).rstrip().endswith(("m", "10"))
            text = number.translate(RAISED) if is_power else f"[{number}]"
        self.parts.append(text)

    def __str__(self) -> str:
        return "".join(self.parts)


def seen(text: str) -> str:
    """A text of a file as a message shows it: in one line, an unseen sign seen, or it would not say what is
    wrong."""
    if text.isprintable():
        return text
    return "".join("�" if unicodedata.category(c).startswith("C") else c for c in " ".join(text.splitlines()))


def way_of(number_format: str) -> str:
    """How a number format shows what a cell holds: '' as it is, 'percent', as a 'year' or a 'month' of a
    date, a 'zero' as a dash, or in some 'other' way."""
    sections = number_format.split(";")
    first = sections[0]
    bare = LITERAL.sub("", first).lower()
    beside = "".join(text for match in LITERAL.finditer(first) for text in match.groups("") if text)
    if "%" in bare:
        return "percent"
    if SCALES.search(bare) or MEANINGFUL.search(beside) or (number_format.strip() and not first.strip()):
        return "other"
    if "y" in bare:
        return "" if "d" in bare else "month" if "m" in bare else "year"
    if "m" in bare and "d" in bare and "h" not in bare:
        return "other"
    if len(sections) > 2 and not re.search("[0#]", LITERAL.sub("", sections[2])):
        return "zero" if "-" in sections[2] else "other"
    return ""


def as_percent(value: str) -> str | None:
    """A stored number as a percent format shows it, all its digits kept; None where it is no number."""
    try:
        # Office programs carry 15 digits; what binary arithmetic adds behind them is noise.
        number = Decimal(f"{float(value):.15g}") * 100
        return f"{number.normalize():f}%"
    except (ValueError, InvalidOperation, OverflowError):
        return None
