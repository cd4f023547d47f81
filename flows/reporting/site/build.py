"""Write the pages of the docs site from a release database."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.reporting.site import facts_chains, facts_network, facts_registers, facts_start, numbers
from flows.reporting.site.facts import QUERIES, Facts, Row, first_rows, group, read_facts
from flows.reporting.site.pages import every_page, short_name
from flows.reporting.site.search import index_script
from flows.reporting.site.words import WORDS, kind_mark, said

HERE = Path(__file__).parent
TITLE_LENGTH = 48
EVERY_QUERY = (
    QUERIES | facts_chains.QUERIES | facts_network.QUERIES | facts_registers.QUERIES | facts_start.QUERIES
)


def build_site(database: Path, folder: Path) -> None:
    """Write the docs site of a release into `folder`: plain pages that work from disk and from any server.

    `database` is opened read-only. Other things in `folder`, such as dbt's own docs, are left alone.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        facts = read_facts(connection, EVERY_QUERY)
        samples = {row["table_name"]: first_rows(connection, row["table_name"]) for row in facts["table"]}
    shutil.copytree(HERE / "assets", folder / "assets", dirs_exist_ok=True)
    (folder / "assets" / "search_index.js").write_text(index_script(facts), encoding="utf-8")
    for name in ("places", "indicators", "tables"):
        (folder / name).mkdir(exist_ok=True)
    environment = templates()
    environment.globals |= about(facts)
    for path, template, context in every_page(facts, samples):
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
        "two_languages": numbers.two_languages,
    }
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


def about(facts: Facts) -> dict[str, Any]:
    """The words and names that every page of a release uses."""
    return {
        "interval": numbers.interval,
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
        "documents_by_id": {row["document_id"]: row | document_names(row) for row in facts["document"]},
    }


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
