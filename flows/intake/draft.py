"""Draft the card of a file by looking at it: layout, header rows, labels, unit row and notes.

A draft is for a person to review. What the file does not say is left open, never guessed: a text that no seed
knows is listed for the reviewer, and a refresh refuses the file until the line `draft: true` is gone.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from flows.errors import G60Error
from flows.landing.cards import OPEN, UNNAMED, WIDE, card_path
from flows.landing.layouts import CONSTANTS, LONG_HEADERS, LONG_REQUIRED, UNIT_ROW
from flows.landing.read import format_of, read_grids
from flows.landing.sheets import Grid, column_letters, not_blank
from flows.landing.shown import seen

HEAD_ROWS = 30
NOTES = ("注", "资料来源", "说明", "备注", "Note", "Source", "note", "source")
FIGURE = re.compile(r"^[^\d]{0,6}[+-]?\d[\d, ]*(\.\d+)?([/%‰余多]|\D{0,6})?\d*$")
PERIOD = re.compile(r"(?:19|20)\d{2}年?(?:上半年|下半年|前三季度|1[-—–~至](?:3|6|9|11|12)月)?")
UNNAMED_SHEET = re.compile(r"(?:Sheet|工作表|table )\d*", re.IGNORECASE)
FOOTNOTE = re.compile(r"(\[\d{1,2}\]|[*†‡※])+$")


@dataclass(frozen=True)
class Vocabulary:
    """What the seeds know by name: each name as it is compared, and the patterns of periods."""

    places: frozenset[str]
    indicators: frozenset[str]
    units: frozenset[str]
    missing: frozenset[str]
    periods: tuple[re.Pattern[str], ...]

    def kind(self, text: str) -> str:
        """What a cell holds: '', period, unit, place, indicator, figure or text."""
        key = key_of(text)
        if not key:
            return ""
        if any(pattern.fullmatch(period_key_of(text)) for pattern in self.periods):
            return "period"
        if key in self.places:
            return "place"
        if key in self.indicators or re.sub(r"\([^()]*\)$", "", key) in self.indicators:
            return "indicator"
        if re.sub(r"^\((.*)\)$", r"\1", key) in self.units:
            return "unit"
        return "figure" if key in self.missing or FIGURE.match(key) else "text"


def key_of(text: str) -> str:
    """A name as it is compared: narrow, without blanks, footnote marks and case."""
    # The circled digits of footnotes become bare digits when narrowed, so they go first.
    bare = re.sub(r"[①-⑳⑴-⑽¹²³⁴-⁹]+\s*$", "", text.strip())
    return FOOTNOTE.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", bare))).lower()


def period_key_of(text: str) -> str:
    """A period as the patterns of the seed expect it."""
    narrow = re.sub(r"\(.*$", "", re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    return narrow.translate(str.maketrans("〇零一二三四五六七八九—–~至", "00123456789----"))


def vocabulary(seeds: Path) -> Vocabulary:
    def rows(name: str) -> list[dict[str, str]]:
        with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def names(seed: str, *columns: str) -> frozenset[str]:
        return frozenset(key_of(row[column]) for row in rows(seed) for column in columns)

    return Vocabulary(
        places=names("place", "name_zh", "place_code") | names("place_alias", "alias"),
        indicators=names("indicator", "name_zh", "indicator_code") | names("indicator_alias", "alias"),
        units=names("unit", "unit"),
        missing=names("missing_mark", "mark"),
        periods=tuple(re.compile(row["pattern"]) for row in rows("period_wording")),
    )


@dataclass
class Draft:
    """The keys of a card as far as the file tells them, and what a reviewer has to look at."""

    keys: dict[str, Any]
    remarks: list[str] = field(default_factory=list)
    title: str | None = None


def look(path: Path, words: Vocabulary) -> Draft:
    """What a file seems to be. Raises ValueError when it cannot be read."""
    kind = format_of(path)
    grids, _ = read_grids(path, kind)
    sheets = {name: grid for name, grid in grids.items() if grid.filled.any()}
    if not sheets:
        raise ValueError("the file holds no text at all")
    named = len(grids) > 1
    for name, grid in sheets.items():
        if (found := long_sheet(grid, words)) is not None:
            others = [other for other in sheets if other != name]
            place = {"sheet": name} if named else {}
            skipped = {"skip_sheets": others} if others else {}
            remarks = [f"sheet '{other}' holds cells that this card leaves out" for other in others]
            return Draft({"layout": "long", **place, **skipped, **found.keys}, [*found.remarks, *remarks])
    tables = {name: table for name, grid in sheets.items() if (table := figure_table(grid, words))}
    if not tables:
        return register(sheets, named)
    return tabular(tables, [name for name in sheets if name not in tables], named)


def long_sheet(grid: Grid, words: Vocabulary) -> Draft | None:
    """A row a figure, where one of the first rows bears the headers of a long sheet."""
    key_at = {name: key for key, names in LONG_HEADERS.items() for name in names}
    for number, row in enumerate(grid.cells[:HEAD_ROWS]):
        heads = [str(text).strip() for text in row]
        known = [key_at[head] for head in heads if head in key_at]
        if "value_text" not in known or len(set(known) & set(LONG_REQUIRED)) < 3:
            continue
        keys: dict[str, Any] = {"header_row": number + 1} if number else {}
        if strangers := [head for head in heads if head and head not in key_at]:
            keys["columns"] = dict.fromkeys(strangers, "ignore")
        above = texts_above(grid, number)
        lacking = [key.removesuffix("_text") for key in LONG_REQUIRED if key not in known]
        keys |= {part: mentioned(part, above, words) for part in lacking if part in CONSTANTS}
        remarks = [f"column '{head}' is left out; say under columns what it holds" for head in strangers]
        return Draft(keys, remarks + notes_into(keys, grid, number + 1, 0))
    return None


def register(sheets: dict[str, Grid], named: bool) -> Draft:
    """A row a thing: its header is the first row whose cells all have a text."""
    name, grid = next(iter(sheets.items()))
    filled = not_blank(grid.cells)
    width = int(filled.any(axis=0).sum())
    header = next((row for row in range(len(filled)) if filled[row].sum() == width), 0)
    keys: dict[str, Any] = {"layout": "register", "register": UNNAMED}
    keys |= {"sheet": name} if named else {}
    keys |= {"header_row": header + 1} if header else {}
    if others := list(sheets)[1:]:
        keys["skip_sheets"] = others
    keys["url_column"] = next(
        (str(head) for head in grid.cells[header] if re.search(r"url|网址|链接", str(head), re.IGNORECASE)),
        None,
    )
    remark = f"no table of figures was seen; give the register a name, as star_company, for {UNNAMED}"
    remarks = [remark, *(f"sheet '{other}' is left out" for other in others)]
    if {key_of(str(head)) for head in grid.cells[header]} >= {"转出地", "转入地"}:
        remarks.append(
            "the rows look like events between places; layout: events with event: <kind> reads them"
        )
    return Draft(keys, remarks)


def figure_table(grid: Grid, words: Vocabulary) -> Draft | None:
    """A table of figures on a sheet: where its body begins, what its headers and label columns hold."""
    kinds = [[words.kind(str(text)) for text in row] for row in grid.cells]
    body = next((row for row in range(len(kinds)) if is_body(kinds[row])), None)
    if body is None:
        return None
    labels = label_columns(kinds, body)
    if not labels or body == 0:
        return None
    unit_row = next((row for row in range(body) if unit_in(grid, row)), None)
    top = header_top(grid, body, unit_row)
    if top == body:
        return None
    others = [c for c in range(len(kinds[0])) if c not in labels]
    header = [
        header_kind([(kinds[row][c], str(grid.cells[row, c])) for c in others], alone=body - top == 1)
        for row in range(top, body)
    ]
    meanings = {c: label_kind(kinds, grid, body, c) for c in labels}
    doubled = [
        meaning for meaning in ("place", "indicator", "period") if list(meanings.values()).count(meaning) > 1
    ]
    settle(header, meanings)
    above = texts_above(grid, top)
    keys: dict[str, Any] = {"header_row": top + 1, "header": header}
    keys["labels"] = {column_letters(c + 1): meaning for c, meaning in meanings.items()}
    if unit_row is not None and "unit" not in (*header, *meanings.values()):
        keys["unit_row"] = unit_row + 1
    for part in ("place", "indicator", "period"):
        if part not in header and part not in meanings.values():
            keys[part] = mentioned(part, above, words)
    if "unit" not in (*header, *meanings.values()) and unit_row is None and not units_in_names(grid, words):
        keys["unit"] = OPEN
    named = "" if UNNAMED_SHEET.fullmatch(grid.name) else grid.name
    title = next((text for text in [*above[1:], named] if text and not UNIT_ROW.match(text)), None)
    remarks = notes_into(keys, grid, body, labels[0])
    heads = [(str(grid.cells[r, c]), header[r - top]) for r in range(top, body) for c in others]
    end = next((r for r in range(body, len(kinds)) if starts_notes(grid, r, labels[0])), len(kinds))
    heads += [(str(grid.cells[r, c]), meanings[c]) for r in range(body, end) for c in labels]
    strangers = dict.fromkeys(text.strip() for text, meaning in heads if is_strange(text, meaning, words))
    remarks += [f"several label columns hold a {meaning}, of which the last is taken" for meaning in doubled]
    if any(header.count(meaning) > 1 for meaning in ("indicator", "period", "place")):
        remarks.append("header rows of one meaning are joined; header_join puts a text between them")
    if strangers:
        remarks.append(
            "no seed knows " + ", ".join(list(strangers)[:20]) + ": map them under names, leave them out "
            "under skip_rows or skip_columns, or add them to the seeds"
        )
    return Draft(keys, remarks, title)


def is_body(kinds: list[str]) -> bool:
    """Whether a row holds figures: a figure at least, and more of them than names beyond its labels."""
    figures = kinds.count("figure")
    return figures > 0 and figures >= sum(kind in ("text", "indicator", "unit") for kind in kinds[1:])


def label_columns(kinds: list[list[str]], body: int) -> list[int]:
    """The columns left of the first that mostly holds figures."""
    for column in range(len(kinds[body])):
        below = Counter(row[column] for row in kinds[body : body + 50] if row[column])
        if below["figure"] > sum(below.values()) / 2:
            return list(range(column))
    return []


def unit_in(grid: Grid, row: int) -> bool:
    bare = (re.sub(r"^\s*[(（](.*)[)）]\s*$", r"\1", str(text)) for text in grid.cells[row])
    return any(UNIT_ROW.match(text) for text in bare)


def header_top(grid: Grid, body: int, unit_row: int | None) -> int:
    """The first of the header rows: they stand right above the body and hold more than one text."""
    top = body
    while (
        top > 0 and top - 1 != unit_row and len({str(t) for t in grid.cells[top - 1] if str(t).strip()}) > 1
    ):
        top -= 1
    return top


def header_kind(cells: list[tuple[str, str]], alone: bool) -> str:
    """What a header row holds. A row of Latin text repeats the one above it in English; one unknown text over
    all columns, with another header row beside it, is a caption as 年份."""
    counted = Counter(kind for kind, _ in cells if kind in ("place", "indicator", "period", "unit"))
    if counted:
        return counted.most_common(1)[0][0]
    texts = {text.strip() for _, text in cells} - {""}
    return "ignore" if is_latin(list(texts)) or (len(texts) == 1 and not alone) else "indicator"


def label_kind(kinds: list[list[str]], grid: Grid, body: int, column: int) -> str:
    counted = Counter(
        row[column] for row in kinds[body:] if row[column] in ("place", "indicator", "period", "unit")
    )
    if counted:
        return counted.most_common(1)[0][0]
    return "ignore" if is_latin([str(text) for text in grid.cells[body:, column]]) else "place"


def is_latin(texts: list[str]) -> bool:
    said = [text for text in texts if text.strip()]
    return bool(said) and all(text.isascii() for text in said)


def settle(header: list[str], meanings: dict[int, str]) -> None:
    """One source for each meaning: what the headers say already, a label column repeats; of two label columns
    of one meaning the last is the narrower one, as a district behind its city."""
    taken = set(header)
    for column, meaning in reversed(list(meanings.items())):
        if meaning in taken:
            meanings[column] = "ignore"
        taken.add(meaning)


def units_in_names(grid: Grid, words: Vocabulary) -> bool:
    found = (re.search(r"[(（]([^()（）]+)[)）]\s*$", str(text)) for text in grid.cells[:HEAD_ROWS].ravel())
    return any(match and key_of(match[1]) in words.units for match in found)


def is_strange(text: str, meaning: str, words: Vocabulary) -> bool:
    return bool(text.strip()) and meaning != "ignore" and words.kind(text) != meaning


def starts_notes(grid: Grid, row: int, column: int) -> bool:
    return str(grid.cells[row, column]).strip().startswith(NOTES)


def notes_into(keys: dict[str, Any], grid: Grid, start: int, column: int) -> list[str]:
    """Where the notes begin, written into the keys."""
    for row in range(start, len(grid.cells)):
        if starts_notes(grid, row, column):
            text = str(grid.cells[row, column]).strip()
            keys["notes"] = next(mark for mark in NOTES if text.startswith(mark))
            return [f"rows from {row + 1} on are taken for notes: {text[:40]}"]
    return []


def texts_above(grid: Grid, end: int) -> list[str]:
    """The name of a sheet and all that stands above its table."""
    texts = (str(text).strip() for row in grid.cells[:end] for text in row)
    return list(dict.fromkeys([grid.name, *texts]))


def mentioned(part: str, texts: list[str], words: Vocabulary) -> str:
    """The place, indicator or period that the first of the texts to name one names; else left open."""
    names = {"place": words.places, "indicator": words.indicators}.get(part, frozenset())
    for text in texts:
        if part == "period":
            found = {match[0].removesuffix("年") for match in PERIOD.finditer(text)}
            # A span of years in a title names none of them.
            if len(found) == 1:
                return found.pop()
        elif known := [name for name in names if len(name) > 1 and name in key_of(text)]:
            return max(known, key=len)
    return OPEN


def tabular(tables: dict[str, Draft], others: list[str], named: bool) -> Draft:
    """Tables of one or several sheets under the plainest layout that holds them all."""
    wide = {(meaning,): layout for layout, meaning in WIDE.items()}
    layouts = {wide.get(tuple(found.keys["header"]), "cross_tab") for found in tables.values()}
    layout = layouts.pop() if len(layouts) == 1 else "cross_tab"
    said = []
    for name, found in tables.items():
        keys = dict(found.keys)
        if layout in WIDE:
            del keys["header"]
        said.append({"sheet": name, **keys} if named else keys)
    draft: dict[str, Any] = {"layout": layout}
    if others:
        draft["skip_sheets"] = others
    prefix = {name: f"sheet '{name}': " if named else "" for name in tables}
    remarks = [prefix[name] + remark for name, found in tables.items() for remark in found.remarks]
    remarks += [f"sheet '{name}' shows no table of figures and is left out" for name in others]
    title = next((found.title for found in tables.values() if found.title), None)
    return Draft({**draft, "tables": said}, remarks, title)


def draft_card(path: Path, seeds: Path) -> str:
    """A drafted card with remarks for the reviewer on top. Raises ValueError when the file is unreadable."""
    found = look(path, vocabulary(seeds))
    keys = {
        "title": found.title or path.stem,
        "title_en": OPEN,
        "publisher": None,
        "url": None,
        "published_on": None,
        "accessed_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "licence": "unknown",
        "draft": True,
        **found.keys,
    }
    steps = [
        "Drafted by looking at the file. Before a refresh takes the file in, a person",
        f"- fills in what is null or {OPEN}, from the document itself;",
        f"- compares what g60 check {path.name} says with the file;",
        "- deletes the line draft: true and these remarks.",
        *(f"Look at this: {remark}" for remark in found.remarks),
    ]
    text = yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False)
    return "".join(f"# {seen(step)}\n" for step in steps) + text


def add(file: Path, seeds: Path) -> Path:
    """Write the drafted card beside its file. Raises G60Error where there is one, or the file is not read."""
    if not file.is_file():
        what = "this is a folder" if file.is_dir() else "there is no such file"
        raise G60Error(what, str(file), "name the file to draft a card for")
    card = card_path(file)
    there = G60Error("the file has a card already", str(card), "edit it, or delete it for a new draft")
    if os.path.lexists(card):
        raise there
    try:
        text = draft_card(file, seeds)
    except (OSError, ValueError, RecursionError) as error:
        remedy = "save the file anew, convert it to a kind that is read, or write its card by hand"
        raise G60Error(str(error), str(file), remedy) from error
    try:
        with card.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError as error:
        raise there from error
    except OSError as error:
        raise G60Error(
            f"the card cannot be written: {error.strerror}", str(card), "make its folder writable"
        ) from error
    return card
