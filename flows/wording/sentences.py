"""A sentence in the user's language, found by its template.

A template is an English sentence with `{}` where something is put in: `there is no place '{}'`. Its Chinese
takes what was put in by number, `{0}` as it is and `{0~}` said in Chinese as well.
"""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path
from typing import NamedTuple

from flows.wording.language import language

CATALOGUE = Path(__file__).parent / "catalogue"
HOLE = "{}"
PUT_IN = re.compile(r"\{(\d+)(~?)\}")
# Several faults are told in one line.
AND = "; "


class Template(NamedTuple):
    """An English sentence, cut at its holes, and its Chinese."""

    pieces: tuple[str, ...]
    zh: str


class Catalogue(NamedTuple):
    """Sentences without holes by their text; the others, those that say most first."""

    whole: dict[str, str]
    templates: list[Template]


def said(text: str) -> str:
    """The sentence in the user's language; as it is where that is English or nobody has translated it."""
    return text if language() == "en" else in_chinese(text)


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a catalogue, each with `en` and `zh`."""
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@functools.cache
def catalogue() -> Catalogue:
    """All catalogues, read when the first sentence is to be said in Chinese."""
    pairs = {row["en"]: row["zh"] for file in sorted(CATALOGUE.glob("*.csv")) for row in rows_of(file)}
    holed = [Template(tuple(en.split(HOLE)), zh) for en, zh in pairs.items() if HOLE in en]
    return Catalogue(
        {en: zh for en, zh in pairs.items() if HOLE not in en},
        sorted(holed, key=lambda template: -sum(map(len, template.pieces))),
    )


def in_chinese(text: str) -> str:
    """The Chinese of a sentence, of each where there are several; what has none stays as it is."""
    if (found := translated(text)) is not None:
        return found
    parts = text.split(AND)
    known = [translated(part) for part in parts] if len(parts) > 1 else []
    if any(part is not None for part in known):
        return ";".join(zh or en for zh, en in zip(known, parts, strict=True))
    return text


def translated(text: str) -> str | None:
    """The Chinese of one sentence that the catalogue has, else None."""
    if (whole := catalogue().whole.get(text)) is not None:
        return whole
    for template in catalogue().templates:
        if (put_in := fill(template.pieces, text)) is not None:
            return PUT_IN.sub(
                lambda hole, put=put_in: in_chinese(put[int(hole[1])]) if hole[2] else put[int(hole[1])],  # type: ignore[misc]
                template.zh,
            )
    return None


def fill(pieces: tuple[str, ...], text: str) -> list[str] | None:
    """What stands in the holes of a template where it makes this text, each as short as can be, else None."""
    first, *between, last = pieces
    if not (text.startswith(first) and text.endswith(last) and len(text) > len(first) + len(last)):
        return None
    put_in, at, end = [], len(first), len(text) - len(last)
    for piece in between:
        found = text.find(piece, at + 1, end)
        if found < 0:
            return None
        put_in.append(text[at:found])
        at = found + len(piece)
    return [*put_in, text[at:end]] if at < end else None
