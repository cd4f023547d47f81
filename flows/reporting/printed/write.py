"""Write the printed report of a release: one self-contained page, and on demand a PDF."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from flows.engine import connect
from flows.errors import G60Error
from flows.reporting.charting.embedding import Figure, picture
from flows.reporting.charting.marking import legend
from flows.reporting.printed import findings
from flows.reporting.printed.browser import print_pdf, require_browser
from flows.reporting.printed.facts import by_place, latest_year, of_year, report_facts
from flows.reporting.site import numbers
from flows.reporting.site.facts import MAIN_FRAMEWORK, Facts, Row, group
from flows.reporting.site.pages import index_trend, map_of_the_nine, rank_chart
from flows.reporting.site.words import SHAPES, word
from flows.settings import Paths

CHART_WIDTH = 680
LARGEST_MOVES = 6


def write_report(
    database: Path, output: Path, release_id: str, *, place: str | None, form: str, lang: str
) -> list[Path]:
    """Write the report into a folder and say which files it is. Nothing is written when it cannot be made."""
    browser = None if form == "html" else require_browser()
    with connect(database, read_only=True) as connection:
        facts = report_facts(connection)
    text = render(facts, place, lang)
    output.mkdir(parents=True, exist_ok=True)
    name = f"g60-report-{release_id}" + (f"-{place}" if place else "")
    page, pdf = output / f"{name}.html", output / f"{name}.pdf"
    page.write_text(text, encoding="utf-8")
    if browser is None:
        return [page]
    print_pdf(browser, page, pdf)
    if form == "pdf":
        page.unlink()
        return [pdf]
    return [page, pdf]


def report_of_release(where: Paths, asked: str | None, output: Path, form: str, lang: str) -> list[Path]:
    """The report of the current release, of all places or of the one that was asked for by code or name."""
    from flows.querying.explain import PLACE, one_code
    from flows.release.current import require_release

    release = require_release(where)
    place = None
    if asked:
        with connect(release.database, read_only=True) as connection:
            place = one_code(connection, PLACE, asked, "place")
    return write_report(release.database, output, release.id, place=place, form=form, lang=lang)


def render(facts: Facts, place: str | None, lang: str) -> str:
    """The whole report as one page."""
    year = latest_year(facts)
    if year is None:
        raise G60Error("the release has no ranked index", "g60 report", "refresh with more figures")
    rows = of_year(facts, year)
    codes = [row["place_code"] for row in rows]
    if place and place not in codes:
        remedy = f"name one of {', '.join(codes)}, or none for all"
        raise G60Error(f"{place} has no index in {year}", "g60 report", remedy)

    def told(zh: str, en: str) -> Markup:
        return in_words(lang, zh, en)

    def drawn(figure: Figure | None) -> Markup:
        if figure is None:
            return Markup("")
        marks = legend(figure.marks) if lang == "both" else one_language(legend(figure.marks), lang)
        return Markup('<figure aria-label="{}">{}{}</figure>').format(
            figure.title[lang == "en"], picture(figure, lang, CHART_WIDTH), marks
        )

    before = {row["place_code"]: row for row in of_year(facts, year - 1)}
    ranked_of_year = [row for row in facts["interval"] if row["year"] == year]
    context: dict[str, Any] = {
        "lang": lang,
        "t": told,
        "year": year,
        "place": next((row for row in rows if row["place_code"] == place), None),
        "release": facts["release"][0],
        "rows": rows,
        "shown": [row for row in rows if row["place_code"] == place] if place else rows,
        "change": {
            row["place_code"]: findings.signed(findings.change(row, before.get(row["place_code"])))
            for row in rows
        },
        "findings": findings.findings(facts, year, place),
        "findings_of": {code: findings.findings(facts, year, code) for code in codes},
        "intervals": {row["place_code"]: row for row in ranked_of_year},
        "trend": drawn(index_trend(facts, codes)),
        "ranks": drawn(rank_chart(ranked_of_year, facts) if ranked_of_year else None),
        "map": drawn(map_of_the_nine(facts)),
        "pillar_of": {
            (row["place_code"], row["pillar_code"]): row for row in facts["pillar"] if row["year"] == year
        },
        "pillars": {row["pillar_code"]: row for row in facts["pillar"]},
        "contributions": by_place([row for row in facts["contribution"] if row["year"] == year]),
        "moved": largest_moves(facts, year),
        "validation": facts["validation"],
        "nodes": facts["node"],
        "indicators": {row["indicator_code"]: row for row in facts["indicator"]},
        "sources": [row for row in facts["source_of_index"] if row["year"] == year],
        "kinds": kinds(facts, year),
        "intake": {
            name: sum(row[name] for row in facts["outcome"])
            for name in ("cells_read", "cells_landed", "cells_quarantined", "cells_not_data")
        },
        "main": MAIN_FRAMEWORK,
    }
    return templates().get_template("report.html").render(context)


def largest_moves(facts: Facts, year: int) -> dict[str, list[Row]]:
    """The contributions that changed a score most since the year before, and what is left of the change."""
    found = {}
    for code, rows in by_place([row for row in facts["moved"] if row["year"] == year]).items():
        first = [row for row in rows if abs(row["contribution_to_gap"]) > 1e-9][:LARGEST_MOVES]
        rest = rows[0]["gap"] - sum(row["contribution_to_gap"] for row in first)
        other: Row = {"indicator_code": None, "contribution_to_gap": rest, "gap": rows[0]["gap"]}
        found[code] = [*first, other] if first else []
    return found


def kinds(facts: Facts, year: int) -> list[tuple[str, int]]:
    """How many inputs of the nine are of which kind in a year."""
    members = {row["place_code"] for row in facts["place"] if row["is_member"]}
    inputs = [row for row in facts["contribution"] if row["year"] == year and row["place_code"] in members]
    return [(kind, len(rows)) for kind, rows in sorted(group(inputs, "value_kind").items())]


def in_words(lang: str, zh: str, en: str) -> Markup:
    """A text in the language of the report, or in both."""
    if lang != "both":
        return escape(zh if lang == "zh" or not en else en)
    return Markup('<span lang="zh-CN">{}</span> <span class="en" lang="en">{}</span>').format(zh, en)


def one_language(text: Markup, lang: str) -> Markup:
    """A bilingual piece of the site with the words of one language only."""
    import re

    gone = r'<span class="en" lang="en">[^<]*</span>' if lang == "zh" else r'<span lang="zh-CN">[^<]*</span>'
    return Markup(re.sub(gone, "", text))


@cache
def templates() -> Environment:
    """The template of the report with the formats it uses."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "number": numbers.number,
        "computed": numbers.computed,
        "percent": numbers.percent,
        "moment": numbers.moment,
        "day": numbers.day,
        "web_pieces": numbers.web_pieces,
    }
    environment.globals |= {
        "interval": numbers.interval,
        "years": numbers.years,
        "signed": findings.signed,
        "word": word,
        "shapes": SHAPES,
    }
    return environment
