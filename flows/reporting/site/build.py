"""Write the pages of the docs site from a release database."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.bilingual import two_languages
from flows.engine import connect
from flows.exporting.catalogue import json_ld
from flows.exporting.dataset import read_dataset
from flows.reporting.charting.embedding import library
from flows.reporting.site import (
    facts_chains,
    facts_lineage,
    facts_meta,
    facts_metrics,
    facts_network,
    facts_registers,
    facts_sources,
    facts_start,
    numbers,
)
from flows.reporting.site.citing import bibtex_of
from flows.reporting.site.facts import QUERIES, Facts, Row, first_rows, group, read_facts
from flows.reporting.site.facts_meta import read_optional, run_examples
from flows.reporting.site.menus import DBT, MENUS
from flows.reporting.site.pages import every_page, short_name
from flows.reporting.site.pages_sources import Cells, document_href, fragment
from flows.reporting.site.search import index_script
from flows.reporting.site.words import WORDS, kind_mark, said

HERE = Path(__file__).parent
TITLE_LENGTH = 48
HAN = re.compile(r"[\u4e00-\u9fff]")
EVERY_QUERY = (
    QUERIES
    | facts_chains.QUERIES
    | facts_lineage.QUERIES
    | facts_metrics.QUERIES
    | facts_network.QUERIES
    | facts_registers.QUERIES
    | facts_sources.QUERIES
    | facts_meta.QUERIES
    | facts_start.QUERIES
)
WHERE_THERE = facts_sources.OPTIONAL | facts_meta.OPTIONAL
FOLDERS = ("places", "indicators", "tables", "sources", "claims")


def build_site(database: Path, folder: Path) -> None:
    """Write the docs site of a release into `folder`: plain pages that work from disk and from any server.

    `database` is opened read-only. Other things in `folder`, such as dbt's own docs, are left alone.
    """
    with connect(database, read_only=True) as connection:
        facts = read_facts(connection, EVERY_QUERY) | read_optional(connection, WHERE_THERE)
        facts["example_result"] = run_examples(connection, facts["example"])
        samples = {row["table_name"]: first_rows(connection, row["table_name"]) for row in facts["table"]}
        dataset = read_dataset(connection)
    shutil.copytree(HERE / "assets", folder / "assets", dirs_exist_ok=True)
    (folder / "assets" / "vega.js").write_text(library(), encoding="utf-8")
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    environment = templates()
    pages = list(every_page(facts, samples))
    names = {path for path, *_ in pages}
    (folder / "assets" / "search_index.js").write_text(index_script(facts, names), encoding="utf-8")
    environment.globals |= about(facts)
    environment.globals |= {
        "menus": MENUS,
        "page_names": names | {DBT},
        "dataset": dataset,
        "json_ld": json_ld(dataset),
    }
    for path, template, context in pages:
        root = "../" * path.count("/")
        text = environment.get_template(template).render(root=root, page=path, **context)
        (folder / path).write_text(text, encoding="utf-8")


@cache
def templates() -> Environment:
    """Every template, read and compiled: escaping on, with the formats that every page uses."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "number": numbers.number,
        "computed": numbers.computed,
        "figure": numbers.figure,
        "percent": numbers.percent,
        "power_of_ten": numbers.power_of_ten,
        "moment": numbers.moment,
        "day": numbers.day,
        "web_pieces": numbers.web_pieces,
        "two_languages": two_languages,
        "claim_page": numbers.claim_page,
        "source_page": numbers.source_page,
        "fragment": fragment,
    }
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


def about(facts: Facts) -> dict[str, Any]:
    """The words and names that every page of a release uses."""
    units = {row["unit"]: row["name_en"] for row in facts["unit"]}
    names = {row["name_zh"]: row["name_en"] for row in facts["place_name"]}
    cells = Cells(facts)
    return {
        "unit": cache(lambda text: in_english(text, units)),
        "named": cache(lambda text: in_english(text, names)),
        "cell_pieces": cells.pieces,
        "quoted_lang": quoted_lang,
        "bibtex": bibtex_of(facts["release"][0]),
        "interval": numbers.interval,
        "days": numbers.days,
        "years": numbers.years,
        "said": said,
        "kind_mark": kind_mark,
        "words": WORDS,
        "facts": facts,
        "release": facts["release"][0],
        "places": {row["place_code"]: row | {"label": short_name(row)} for row in facts["place"]},
        "members": [row for row in facts["place"] if row["is_member"]],
        "indicators": {row["indicator_code"]: row for row in facts["indicator"]},
        "domains": by_domain(facts["indicator"]),
        "documents_by_id": {
            row["document_id"]: row | document_names(row) | {"href": document_href(row, cells.files)}
            for row in facts["document"]
        },
    }


def in_english(text: str | None, names: dict[str, str]) -> Markup:
    """A Chinese name beside its English one; a name without one is quoted as it is printed."""
    if text and (english := names.get(text)):
        pair = '<span lang="zh-CN">{}</span><span class="en" lang="en">{}</span>'
        return Markup(pair).format(text, english)
    return Markup('<span lang="zh">{}</span>').format(text) if text else Markup("–")


def quoted_lang(text: str | None) -> Markup:
    """The attribute that tells a screen reader that a text quoted as it was printed is Chinese."""
    return Markup(' lang="zh"') if text and HAN.search(text) else Markup("")


def document_names(row: Row) -> Row:
    """A title that fits a table cell, and the address to link it to."""
    title = str(row["title"] or row["document_id"])
    short = title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
    return {"short": short, "address": numbers.first_address(row["url"])}


def by_domain(rows: list[Row]) -> dict[str, list[Row]]:
    """Indicators by subject, the subjects in a fixed order and unknown ones last."""
    found = group(rows, "domain")
    known = list(WORDS["domain"])
    return {name: found[name] for name in [*known, *sorted(set(found) - set(known))] if name in found}
