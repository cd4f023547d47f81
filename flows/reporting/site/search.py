"""The index that the search field looks in: what a reader may ask for, how it is spelt, where it is told."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from flows.bilingual import two_languages
from flows.reporting.site import numbers
from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.menus import MENUS
from flows.reporting.site.pages import GLANCE
from flows.reporting.site.pages_sources import document_href
from flows.reporting.site.words import SHAPES, WORDS

HERE = Path(__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A result is one line; what is longer is found by its beginning.
NAME_LENGTH = 60


class Entry(NamedTuple):
    """One thing to find: its kind, page, names and code, what it belongs to, what else it is called."""

    kind: str
    href: str
    zh: str
    en: str
    code: str
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


KINDS = {
    "number": ("数字", "Numbers"),
    "place": ("地区", "Places"),
    "indicator": ("指标", "Indicators"),
    "claim": ("论断", "Claims"),
    "example": ("查询示例", "Example queries"),
    "table": ("数据表", "Tables"),
    "column": ("列", "Columns"),
    "document": ("来源", "Sources"),
    "page": ("页面", "Pages"),
}
# Parts of pages that no menu leads to.
PARTS = [
    Entry(
        "page",
        "index_uncertainty.html#check",
        "引擎怎样检验",
        "How the engine is checked",
        "",
        (),
        ("COINr",),
    )
]


def index_script(facts: Facts, pages: Collection[str]) -> str:
    """The index as a script: a page opened from disk may load a script, but not fetch a file."""
    found = [*entries(facts), *page_entries(pages)]
    texts = "".join(entry.zh + "".join(entry.also + entry.words) for entry in found)
    letters = sorted(set(CHINESE.findall(texts)))
    usual = {letter: reading(letter)[0] for letter in letters}
    index = {
        "kinds": KINDS,
        "glance": GLANCE,
        "members": [row["place_code"] for row in facts["place"] if row["is_member"]],
        "pinyin": syllable_table(usual),
        "traditional": traditional(letters),
        "entries": [packed(entry, usual) for entry in found],
        "units": {row["unit"]: row["unit_en"] for row in facts["indicator"]},
        "figures": figures(facts["best"]),
    }
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    return "window.g60Search=" + text.replace("<", "\\u003c").replace("\u2028", "\\u2028") + ";\n"


def entries(facts: Facts) -> Iterator[Entry]:
    """Everything that can be found, kind by kind."""
    for row in facts["place"]:
        also = ("九城市", "nine cities") if row["place_kind"] == "corridor" else ()
        yield Entry(
            "place",
            f"places/{row['place_code']}.html",
            row["name_zh"],
            row["name_en"],
            row["place_code"],
            also,
        )
    words = group(facts["indicator_word"], "indicator_code")
    for row in facts["indicator"]:
        code = row["indicator_code"]
        domain = WORDS["domain"].get(row["domain"], ("", ""))
        called = tuple(one["word"] for one in words.get(code, []))
        yield Entry(
            "indicator", f"indicators/{code}.html", row["name_zh"], row["name_en"], code, domain, called
        )
    for row in facts["claim"]:
        said = short(row["statement_zh"]), short(row["statement_en"])
        yield Entry("claim", numbers.claim_page(row["claim_id"]), *said, row["claim_id"])
    for row in facts.get("example", []):
        href = f"examples.html#{row['example_name']}"
        yield Entry("example", href, short(row["title_zh"]), short(row["title_en"]), row["example_name"])
    for row in facts["table"]:
        name = row["table_name"]
        yield Entry("table", f"tables/{name}.html", *first_sentences(row["comment"]), name)
    for name, rows in group(facts["column"], "column_name").items():
        tables = tuple(row["table_name"] for row in rows)
        href = f"tables/{tables[0]}.html#columns"
        yield Entry("column", href, *first_sentences(rows[0]["comment"]), name, (shown_tables(tables),))
    files = {row["file_path"] for row in facts["file"]}
    for row in facts["document"]:
        title = row["title"] if row["title"] != row["url"] else row["publisher"] or row["title"]
        names = short(title or row["document_id"]), short(row["title_en"])
        yield Entry("document", document_href(row, files), *names, row["document_id"])


def page_entries(pages: Collection[str]) -> Iterator[Entry]:
    """The pages that the menus name, and parts of pages, as far as the site has them."""
    listed = [Entry("page", href, zh, en, "") for *_, menu in MENUS for href, zh, en in menu]
    return (entry for entry in listed + PARTS if entry.href.partition("#")[0] in pages)


def short(text: str | None) -> str:
    """The beginning of a text, one line long."""
    line = " ".join((text or "").split())
    return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1] + "…"


def first_sentences(comment: str | None) -> tuple[str, str]:
    """What a description says first, in each language."""
    zh, en = two_languages(comment)
    return short(re.split(r"(?<=[。；])", zh)[0].rstrip("。；")), short(re.split(r"[.;:](?:\s|$)", en)[0])


def shown_tables(tables: tuple[str, ...]) -> str:
    """The table of a column, and how many more have it."""
    return tables[0] if len(tables) == 1 else f"{tables[0]} +{len(tables) - 1}"


def figures(best: Iterable[Row]) -> dict[str, dict[str, str]]:
    """Best figures by indicator and place, the latest first: `2023=20,059;2022=◆ 18,753`."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in best:
        mark = "" if row["value_kind"] == "observed" else SHAPES.get(row["value_kind"], "?") + " "
        text = f"{row['period']}={mark}{numbers.figure(row)} {row['unit']}"
        found.setdefault(row["indicator_code"], {}).setdefault(row["place_code"], []).append(text)
    return {code: {place: ";".join(rows) for place, rows in of.items()} for code, of in found.items()}


def packed(entry: Entry, usual: dict[str, str]) -> list[Any]:
    """An entry without what the reader's side can make again, such as the usual pinyin."""
    kind = list(KINDS).index(entry.kind)
    full = [kind, entry.href, entry.zh, entry.en, entry.code, list(entry.also), unusual(entry.zh, usual)]
    full.append(list(entry.words))
    while not full[-1]:
        full.pop()
    return full


def unusual(text: str, usual: dict[str, str]) -> dict[int, str]:
    """Syllables of characters that are read here otherwise than alone, by position."""
    return {
        n: syllable
        for n, (letter, syllable) in enumerate(zip(text, reading(text), strict=True))
        if letter in usual and usual[letter] != syllable
    }


def syllable_table(usual: dict[str, str]) -> dict[str, str]:
    """The characters of each syllable."""
    table: dict[str, str] = {}
    for letter, syllable in usual.items():
        table[syllable] = table.get(syllable, "") + letter
    return table


def traditional(letters: Collection[str]) -> dict[str, str]:
    """The simplified character of each traditional one; one that the index itself has means itself."""
    with (HERE / "traditional.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["traditional"], row["simplified"]) for row in csv.DictReader(file)]
    return {old: new for old, new in pairs if new in letters and old not in letters}


def reading(text: str) -> list[str]:
    """The pinyin of each Chinese character; any other character stands for itself."""
    read = converter()
    found: list[str] = []
    for run in re.findall(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]", text):
        found += read(run) if CHINESE.match(run) else [run]
    return found


@cache
def converter() -> Any:
    """Read Chinese aloud, with the phrases that the dictionary reads otherwise than people here do."""
    # Imported late: its dictionaries cost a sixth of a second, and most commands write no site.
    from pypinyin import lazy_pinyin, load_phrases_dict

    with (HERE / "pinyin.csv").open(encoding="utf-8", newline="") as file:
        phrases = {row["phrase"]: row["pinyin"].split() for row in csv.DictReader(file)}
    load_phrases_dict({phrase: [[syllable] for syllable in said] for phrase, said in phrases.items()})
    return lazy_pinyin
