"""Which pages there are, and what each of them shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flows.reporting.charting.embedding import Figure, embed
from flows.reporting.charting.maps import Place, corridor_map
from flows.reporting.charting.ranks import Slope, Whisker, slope, whiskers
from flows.reporting.charting.sparks import sparkline
from flows.reporting.charting.trends import Point, Series, trend
from flows.reporting.site import numbers
from flows.reporting.site.facts import MAIN_FRAMEWORK, Facts, Row, group
from flows.reporting.site.facts_meta import told_rows
from flows.reporting.site.pages_access import access_page
from flows.reporting.site.pages_chains import chains_page
from flows.reporting.site.pages_claims import claim_pages, claims_page
from flows.reporting.site.pages_growth import growth_page
from flows.reporting.site.pages_indicators import Checks, figure_anchors
from flows.reporting.site.pages_lineage import entities_page, lineage_page
from flows.reporting.site.pages_metrics import metrics_page
from flows.reporting.site.pages_network import links_by_place, network_page
from flows.reporting.site.pages_registers import registers_page
from flows.reporting.site.pages_sources import documents_page, source_pages
from flows.reporting.site.pages_start import intervals, place_glance, standings, start_facts
from flows.reporting.site.pages_tables import examples_page, table_pages
from flows.reporting.site.words import FORMULAS, WORDS, word

GLANCE = ["gdp", "pop_resident", "gdp_per_head", "rd_intensity", "hitech_enterprises", "tertiary_share"]
CHARTED_PLACES = 9
LONGEST_TITLE = 40
# Two places are told apart where one is ahead in this share of the runs.
SURE = 0.95

# Where a page goes, its template, and what the template is given.
Page = tuple[str, str, dict[str, Any]]


def every_page(facts: Facts, samples: dict[str, list[Row]]) -> Iterator[Page]:
    """All pages of the site. `samples` holds the first rows of each table."""
    yield "index.html", "index.html", front_page(facts)
    yield "documents.html", "documents.html", documents_page(facts)
    yield from source_pages(facts)
    yield "examples.html", "examples.html", examples_page(facts)
    yield "indicators.html", "indicators.html", {}
    yield "tables.html", "tables.html", {}
    yield "claims.html", "claims.html", claims_page(facts)
    yield from claim_pages(facts)
    yield "validation.html", "validation.html", validation_page(facts)
    yield "method.html", "method.html", method_page(facts)
    yield "index_uncertainty.html", "index_uncertainty.html", uncertainty_page(facts)
    yield "index_explained.html", "index_explained.html", explained_page(facts)
    yield "chains.html", "chains.html", chains_page(facts)
    yield "coordination.html", "coordination.html", coordination_page(facts)
    names = {row["place_code"]: short_name(row) for row in facts["place"]}
    yield "network.html", "network.html", network_page(facts, colour_of_places(facts), names)
    yield "registers.html", "registers.html", registers_page(facts)
    yield "quality.html", "quality.html", quality_page(facts)
    yield "access.html", "access.html", access_page()
    yield "growth.html", "growth.html", growth_page()
    yield "exports.html", "exports.html", {}
    yield "metrics.html", "metrics.html", metrics_page(facts)
    yield "release.html", "release.html", release_page(facts)
    yield "lineage.html", "lineage.html", lineage_page(facts)
    yield "entities.html", "entities.html", entities_page(facts)
    yield from place_pages(facts)
    yield from indicator_pages(facts)
    yield from table_pages(facts, samples)


def release_page(facts: Facts) -> dict[str, Any]:
    """Rows of the tables outside the marts, and what tests of severity warn found, test by test."""
    return {
        "row_counts": group(facts["row_count"], "schema_name"),
        "failing": group(told_rows(facts["failing_row"]), "test_name"),
    }


def quality_page(facts: Facts) -> dict[str, Any]:
    """Coverage by place; disagreements by the row of the register that knows them, and those it has not."""
    known = group(facts["disagreement"], "known_cell_address")
    return {
        "coverage": group(facts["coverage"], "place_code"),
        "unknown": known.pop(None, []),
        "known": known,
        "found": sum(rows[0]["rule"] != "known_only" for rows in known.values()),
    }


def front_page(facts: Facts) -> dict[str, Any]:
    """The index of every place and year, its chart, and the latest figures side by side."""
    scores = [row for row in facts["index"] if row["framework"] == MAIN_FRAMEWORK]
    by_place = group(scores, "place_code")
    years = sorted({row["year"] for row in scores}, reverse=True)
    base = {row["framework"]: row["base_place_code"] for row in facts["framework"]}.get(MAIN_FRAMEWORK)
    ranks = {row["place_code"]: row["rank"] for row in scores if row["year"] in years[:1]}
    # The corridor, then the ranked, then those whose score rests on too little for a rank.
    order = sorted(by_place, key=lambda code: (code != base, ranks.get(code) or len(by_place), code))
    newest = {
        (row["place_code"], row["indicator_code"]): row
        for row in reversed(facts["best"])
        if row["year"] is not None and row["indicator_code"] in GLANCE
    }
    return {
        "index_years": years,
        "index_order": order,
        "scores": {(row["place_code"], row["year"]): row for row in scores},
        "explained": {
            (row["place_code"], row["year"])
            for row in facts["contribution"]
            if row["framework"] == MAIN_FRAMEWORK
        },
        "chart": embed(index_trend(facts, order)),
        "map": embed(map_of_the_nine(facts)),
        "newest": newest,
        "glance": [code for code in GLANCE if any(key[1] == code for key in newest)],
        "verdicts": group(facts["claim"], "verdict"),
        "other_editions": [
            row
            for row in facts["framework"]
            if row["framework"] in {one["framework"] for one in facts["interval"] if one["rank"]}
            and row["framework"] != MAIN_FRAMEWORK
        ],
    } | start_facts(facts)


def index_trend(facts: Facts, order: Iterable[str] | None = None) -> Figure | None:
    """The index of every place over the years, those of the corridor with their interval."""
    by_place = group((row for row in facts["index"] if row["framework"] == MAIN_FRAMEWORK), "place_code")
    base = {row["framework"]: row["base_place_code"] for row in facts["framework"]}.get(MAIN_FRAMEWORK)
    places, colours = {row["place_code"]: row for row in facts["place"]}, colour_of_places(facts)
    series = [
        Series(
            short_name(places[code]),
            short_name_en(places[code]),
            colours.get(code, "ink"),
            [score_point(row, f"places/{code}.html#index") for row in by_place[code]],
            has_band=code == base,
        )
        for code in (by_place if order is None else order)
    ]
    title = ("协同创新指数", "Collaborative innovation index")
    unit = ("九城市2018年=100", "the nine in 2018 = 100")
    return trend(series, title, unit, are_bands=True)


def map_of_the_nine(facts: Facts, root: str = "") -> Figure | None:
    """The nine where they lie, by the score and rank of the last year that has ranks."""
    scores = [row for row in facts["index"] if row["framework"] == MAIN_FRAMEWORK]
    year = max((row["year"] for row in scores if row["rank"] is not None), default=None)
    latest = {row["place_code"]: row for row in scores if row["year"] == year}
    points = {row["place_code"]: row for row in facts["place_point"] if row["is_member"]}
    nine = {code: mapped_place(row, latest.get(code), root) for code, row in sorted(points.items())}
    when = f" {year}" if year else ""
    return corridor_map(nine, (f"九地示意图与协同创新指数{when}", f"The nine and their index{when}"))


def mapped_place(row: Row, score: Row | None, root: str) -> Place:
    """A member on the map, with its rank and score where it has them."""
    zh, en = row["name_zh"].rstrip("市区"), short_name_en(row)
    badge, tag, told_zh, told_en = "–", "–", "无指数", "no index"
    if score:
        ends = numbers.interval(score["score_low"], score["score_high"])
        told_zh = told_en = f"{score['year']}: {score['score']:.1f} ({ends})"
        if score["rank"]:
            tag = f"#{score['rank']}"
            badge = f"{tag} · {score['score']:.0f}"
            range_of = numbers.years(score["rank_low"], score["rank_high"])
            told_zh += f"\n第{score['rank']}(可能 {range_of})"
            told_en += f"\nrank {score['rank']} (may be {range_of})"
        else:
            told_zh, told_en = f"{told_zh}\n依据太少,不排名次", f"{told_en}\ntoo little known for a rank"
        if score["is_indicative"]:
            told_zh += f"\n参考值:有据权重 {numbers.percent(score['availability'])}"
            told_en += f"\nindicative: {numbers.percent(score['availability'])} of the weight known"
    return Place(
        zh,
        en,
        row["longitude"],
        row["latitude"],
        "ink",
        is_member=True,
        badge=badge,
        tag=tag,
        text=(f"{row['name_zh']} {told_zh}", f"{row['name_en']} {told_en}"),
        score=score["score"] if score and score["rank"] else None,
        is_indicative=bool(score and score["is_indicative"]),
        href=f"{root}places/{row['place_code']}.html",
    )


def method_page(facts: Facts) -> dict[str, Any]:
    """How values and indices are made; the aggregation of each level of an index, the lowest first."""
    nodes = group(facts["node"], "framework")
    methods = {row["framework"]: row for row in facts["method"]}
    own = {(row["framework"], row["level"]): row for row in facts["level"]}
    return {
        "nodes": nodes,
        "methods": methods,
        "levels": {
            name: [
                {"level": level} | own.get((name, level), methods[name])
                for level in sorted({row["level"] for row in rows if row["kind"] == "aggregate"})
            ]
            for name, rows in nodes.items()
        },
        "formulas": FORMULAS,
    }


def uncertainty_page(facts: Facts) -> dict[str, Any]:
    """Intervals and probabilities of the ranks, what they hang on, and how the engine is checked."""
    by_framework = group(facts["interval"], "framework")
    latest = {
        name: max((row["year"] for row in rows if row["rank"] is not None), default=None)
        for name, rows in by_framework.items()
    }
    newest = {
        name: [row for row in rows if row["year"] == latest[name]] for name, rows in by_framework.items()
    }
    ahead = {
        (row["framework"], row["place_code"], row["other_code"]): row["probability"]
        for row in facts["outranking"]
    }
    sure = {
        name: [p >= SURE or p <= 1 - SURE for (of, a, b), p in ahead.items() if of == name and a < b]
        for name in by_framework
    }
    steps = list(WORDS["check_step"])
    return {
        "editions": [row for row in facts["framework"] if latest.get(row["framework"])],
        "latest": latest,
        "newest": newest,
        "ranked": {name: [row for row in rows if row["rank"]] for name, rows in newest.items()},
        "charts": {name: embed(rank_chart(rows, facts)) for name, rows in newest.items()},
        "interval_of": {(row["framework"], row["place_code"], row["year"]): row for row in facts["interval"]},
        "interval_years": {
            name: sorted({row["year"] for row in rows}, reverse=True) for name, rows in by_framework.items()
        },
        "rank_probability": {
            (row["framework"], row["place_code"], row["rank"]): row["probability"]
            for row in facts["rank_probability"]
        },
        "ranks": {
            name: sorted({row["rank"] for row in rows})
            for name, rows in group(facts["rank_probability"], "framework").items()
        },
        "outranking": ahead,
        "pairs": {name: (sum(told), len(told)) for name, told in sure.items()},
        "wanted": group(facts["wanted"], "framework"),
        "sensitivity": group(facts["sensitivity"], "framework"),
        "left_out": group(facts["left_out"], "framework"),
        "options": {
            name: group(rows, "factor") for name, rows in group(facts["option"], "framework").items()
        },
        "designs": {row["framework"]: row for row in facts["design"]},
        "steps": sorted(facts["engine_step"], key=lambda row: steps.index(row["step"])),
    }


def rank_chart(rows: list[Row], facts: Facts) -> Figure | None:
    """The ranks that each ranked place of a year may have."""
    places, colours = {row["place_code"]: row for row in facts["place"]}, colour_of_places(facts)
    lines = [
        Whisker(
            short_name(places[row["place_code"]]),
            short_name_en(places[row["place_code"]]),
            colours.get(row["place_code"], "ink"),
            row["rank"],
            row["rank_median"],
            row["rank_p05"],
            row["rank_p95"],
            row["rank_best"],
            row["rank_worst"],
        )
        for row in rows
        if row["rank"] is not None
    ]
    year = rows[0]["year"]
    return whiskers(lines, (f"{year}年名次的区间", f"Intervals of ranks, {year}"))


def explained_page(facts: Facts) -> dict[str, Any]:
    """Why a place stands where it does and why it moved; whether the parts of the index belong together."""
    differences = group(
        facts["difference"], lambda row: (row["framework"], row["place_code"], row["relation"])
    )
    part_of = {
        (row["statistic"], row["framework"], row["code_a"]): row["statistic_value"]
        for row in facts["coherence"]
        if row["statistic"] in ("effective_weight", "importance")
    }
    return {
        "editions": [
            row for row in facts["framework"] if any(key[0] == row["framework"] for key in differences)
        ],
        "differences": differences,
        "strengths": group(facts["strength"], lambda row: (row["framework"], row["place_code"])),
        "ordered": {
            name: explained_order(rows) for name, rows in group(facts["interval"], "framework").items()
        },
        "flagged": group(
            (row for row in facts["coherence"] if row["statistic"] == "pearson"),
            lambda row: (row["framework"], row["held_against"]),
        ),
        # Pillars first, then the whole.
        "alphas": group(
            sorted(
                (row for row in facts["coherence"] if row["statistic"] == "cronbach_alpha"),
                key=lambda row: ("effective_weight", row["framework"], row["code_a"]) not in part_of,
            ),
            "framework",
        ),
        "part_of": part_of,
    }


def explained_order(rows: list[Row]) -> list[Row]:
    """Each place once, by its latest rank; those that never had one last. `rows` come newest first."""
    newest: dict[str, Row] = {}
    for row in rows:
        kept = newest.get(row["place_code"])
        if kept is None or (kept["rank"] is None and row["rank"] is not None):
            newest[row["place_code"]] = row
    return sorted(newest.values(), key=lambda row: (row["rank"] is None, -row["year"], row["rank"] or 0))


def coordination_page(facts: Facts) -> dict[str, Any]:
    """How innovation and economy go together, place by place, and how far apart the nine are."""
    places = {row["place_code"]: row for row in facts["place"]}
    by_place = group(facts["coupling"], "place_code")
    latest = max((row["year"] for row in facts["coupling"]), default=None)
    newest = {row["place_code"]: row["coordination"] for row in facts["coupling"] if row["year"] == latest}
    order = sorted(by_place, key=lambda code: (places[code]["is_member"], -newest.get(code, 0), code))
    colours = colour_of_places(facts)
    series = [
        Series(
            short_name(places[code]),
            short_name_en(places[code]),
            colours.get(code, "ink"),
            [coordination_point(row) for row in by_place[code]],
        )
        for code in order
    ]
    split = {row["indicator_code"] for row in facts["inequality"]}
    return {
        "coupling_order": order,
        "coupling_years": sorted({row["year"] for row in facts["coupling"]}, reverse=True),
        "couplings": {(row["place_code"], row["year"]): row for row in facts["coupling"]},
        "chart": embed(trend(series, ("耦合协调度", "Coupling coordination degree"))),
        "subsystems": group(facts["subsystem"], "subsystem_code"),
        "synergy_of": {
            basis: group(rows, lambda row: (row["composite"], row["place_code"]))
            for basis, rows in group(facts["synergy"], "basis").items()
        },
        "never_split": [
            row["indicator_code"] for row in facts["disparity"] if row["indicator_code"] not in split
        ],
    }


def validation_page(facts: Facts) -> dict[str, Any]:
    """Our indices beside published rankings, and the index of the delta, edition by edition, beside ours."""
    placed = group(facts["validation_place"], lambda row: (row["framework"], row["ranking_code"]))
    decided = [row for row in facts["validation"] if row["verdict"] != "not_decidable"]
    # The chart shows the best test there is: independent before inputs, then the most places.
    best = next((row for row in decided if row["framework"] == MAIN_FRAMEWORK), None)
    values = [row for row in facts["published_index"] if row["is_best"]]
    totals = [row for row in values if row["pillar_code"] == "total"]
    base = {row["framework"]: row["base_place_code"] for row in facts["framework"]}.get(MAIN_FRAMEWORK)
    ours = [row for row in facts["index"] if row["framework"] == MAIN_FRAMEWORK and row["place_code"] == base]
    editions = sorted({row["edition"] for row in values})
    return {
        "validations": group(facts["validation"], "framework"),
        "decided": decided,
        "placed": placed,
        "best": best,
        "chart": best and embed(slope_of(best, placed[best["framework"], best["ranking_code"]], facts)),
        "editions": editions,
        "totals": group(totals, "data_year"),
        "total_of": {(row["data_year"], row["edition"]): row for row in totals},
        "pillars": group((row for row in values if row["pillar_code"] != "total"), "pillar_code"),
        "other_printings": [row for row in facts["published_index"] if not row["is_best"]],
        "ours": {row["year"]: row for row in ours},
        "beside": embed(
            trend(
                [sibling_series(edition, totals) for edition in editions]
                + [Series("本库九城市", "The nine, ours", "ink", [score_point(row) for row in ours])],
                ("两个指数,以同一年为100", "Two indices, the same year = 100"),
            )
        ),
    }


def slope_of(ranking: Row, rows: list[Row], facts: Facts) -> Figure:
    """Ranks of one comparison as lines from ours to theirs."""
    colours, places = colour_of_places(facts), {row["place_code"]: row for row in facts["place"]}
    lines = [
        Slope(
            short_name(places[row["place_code"]]),
            short_name_en(places[row["place_code"]]),
            colours.get(row["place_code"], "ink"),
            row["our_rank_among"],
            row["their_rank_among"],
        )
        for row in rows
    ]
    ours = f"本指数 {ranking['year']}", f"Our index {ranking['year']}"
    # The name of a published ranking is long; the caption and the title have it.
    theirs = f"公开排名 {ranking['period']}", f"Published {ranking['period']}"
    return slope(lines, ours, theirs, (ranking["name_zh"], ranking["name_en"]))


def sibling_series(edition: int, totals: list[Row]) -> Series:
    """One edition of the delta's index on the base year of ours; empty where it does not give that year."""
    rows = [row for row in totals if row["edition"] == edition and row["rebased"] is not None]
    points = [
        Point(
            row["data_year"],
            row["rebased"],
            (told := f"{edition}: {row['data_year']} {row['rebased']:.1f}", told),
        )
        for row in sorted(rows, key=lambda row: row["data_year"])
    ]
    return Series(f"长三角 {edition}版", f"Delta, ed. {edition}", str(edition % CHARTED_PLACES), points)


def place_pages(facts: Facts) -> Iterator[Page]:
    """A page for each place that has figures or links; those with an index show it and what it is made of."""
    best = group(facts["best"], "place_code")
    profile = group(facts["profile"], "place_code")
    index, pillars, contributions = (
        group((row for row in facts[name] if row["framework"] == MAIN_FRAMEWORK), "place_code")
        for name in ("index", "pillar", "contribution")
    )
    standing, interval_of, glance = standings(facts), intervals(facts), place_glance(facts["best"], GLANCE)
    nine = embed(map_of_the_nine(facts, "../"))
    anchors = figure_anchors(facts)
    corridor = {(row["indicator_code"], row["year"]) for row in facts["corridor"]}
    base = {row["framework"]: row["base_place_code"] for row in facts["framework"]}.get(MAIN_FRAMEWORK)
    measures, links = {row["measure"]: row for row in facts["link_measure"]}, links_by_place(facts)
    for place in facts["place"]:
        code = place["place_code"]
        figures = group(best[code], "indicator_code")
        context = {
            "place": place,
            "standing": standing.get(code),
            "rank_interval": code in standing and interval_of.get((code, standing[code]["year"])),
            "glance": glance[code],
            "figures": figures,
            "sparks": {name: sparkline(yearly_values(rows)) for name, rows in figures.items()},
            "yearly": {(row["indicator_code"], row["year"]): row for row in best[code]},
            "profile": profile[code],
            "index": index[code],
            "pillars": group(pillars[code], "pillar_code"),
            "contributions": group(contributions[code], "year"),
            "figure_anchors": anchors,
            "corridor_anchors": corridor,
            "corridor_code": base,
            "links": group(links[code], "measure"),
            "measures": measures,
            "map": nine if place["is_member"] else None,
        }
        yield f"places/{code}.html", "place.html", context


def indicator_pages(facts: Facts) -> Iterator[Page]:
    """A page for each indicator, also where no figure of it is held yet."""
    best_of, source_of, gaps_of, corridor_of = (
        group(facts[name], "indicator_code") for name in ("best", "source", "gap", "corridor")
    )
    colours = colour_of_places(facts)
    checks = Checks(facts)
    anchors = figure_anchors(facts)
    titles = {row["document_id"]: row["title"] for row in facts["document"]}
    for indicator in facts["indicator"]:
        code = indicator["indicator_code"]
        best = best_of[code]
        by_place = group(best, "place_code")
        shown = [place for place in facts["place"] if place["place_code"] in by_place]
        charted = [place for place in shown if place["is_member"]] or shown[:CHARTED_PLACES]
        periods = {row["period"]: row["period_end"] for row in best}
        context = {
            "indicator": indicator,
            "chart": embed(indicator_trend(indicator, charted, by_place, source_of[code], titles, colours)),
            "shown": shown,
            "periods": sorted(periods, key=lambda period: (periods[period], period), reverse=True),
            "values": {(row["place_code"], row["period"]): row for row in best},
            "sources": group(source_of[code], "place_code"),
            "gaps": group(gaps_of[code], "place_code"),
            "corridor": corridor_of[code],
            "figure_anchors": anchors,
        } | checks.of(code)
        yield f"indicators/{code}.html", "indicator.html", context


def indicator_trend(
    indicator: Row,
    charted: list[Row],
    by_place: dict[str, list[Row]],
    sources: list[Row],
    titles: dict[str, str | None],
    colours: dict[str, str],
) -> Figure | None:
    """Best values of an indicator by place over the years, and every other printing of them in grey."""
    others = group((row for row in sources if not row["is_best"] and row["value"] is not None), "place_code")
    printings = group(sources, lambda row: (row["place_code"], row["period"], row["cell_address"]))
    series = []
    for n, place in enumerate(charted):
        code = place["place_code"]
        rows = [row for row in reversed(by_place[code]) if row["year"]]
        year_of = {row["period"]: row["year"] for row in rows}
        points = []
        for row in rows:
            printed = printings[code, row["period"], row["cell_address"]]
            points.append(figure_point(row | (printed[0] if printed else {}), row["year"], place, titles))
        earlier = [
            figure_point(row, year_of[row["period"]], place, titles)
            for row in others[code]
            if row["period"] in year_of
        ]
        name = short_name(place), short_name_en(place)
        series.append(Series(*name, colours.get(code, str(n)), points, earlier))
    title = f"{indicator['name_zh']}({indicator['unit']})", f"{indicator['name_en']} ({indicator['unit_en']})"
    return trend(series, title, (indicator["unit"], indicator["unit_en"]))


def figure_point(row: Row, year: int, place: Row, titles: dict[str, str | None]) -> Point:
    """A printing or a derived value as a point of a chart, which leads to its certificate on the page."""
    kind = word("kind", row["value_kind"])
    printed = row.get("value_as_printed")
    as_printed = f"{printed} {row.get('unit_as_printed') or ''}".strip() if printed else row.get("formula")
    ends = numbers.interval(row["value_low"], row["value_high"], 9)
    document = titles.get(row["document_id"] or "") or row["document_id"] or ""
    document = document if len(document) <= LONGEST_TITLE else document[: LONGEST_TITLE - 1] + "…"
    value = f"{row['period']}: {numbers.figure(row)} {row['unit']}"
    rest = f"{as_printed or ''} [{ends}]\n{numbers.day(row['vintage_date'])} {document}"
    return Point(
        year,
        row["value"],
        (
            f"{place['name_zh']} {value} · {kind[0]}",
            f"{place['name_en']} {value} · {kind[1]}",
        ),
        row["value_kind"],
        row["value_low"],
        row["value_high"],
        is_upper=row["qualifier"] == "at_most",
        href=f"#v-{place['place_code']}-{row['period']}",
        more=rest.strip(),
    )


def score_point(row: Row, href: str | None = None) -> Point:
    """A score as a point of a chart; an indicative one is hollow."""
    low, high = row["score_low"], row["score_high"]
    told = f"{row['year']}: {row['score']:.1f} ({numbers.interval(low, high)})"
    kind = "indicative" if row["is_indicative"] else "firm"
    text = f"{row['place_name_zh']} {told}", f"{row['place_name_en']} {told}"
    return Point(row["year"], row["score"], text, kind, low, high, href=href)


def coordination_point(row: Row) -> Point:
    """A degree of coordination as a point of a chart; an indicative one is hollow."""
    low, high = row["coordination_low"], row["coordination_high"]
    told = f"{row['year']}: {row['coordination']:.3f} ({numbers.interval(low, high)})"
    text = f"{row['place_name_zh']} {told}", f"{row['place_name_en']} {told}"
    return Point(row["year"], row["coordination"], text, "indicative" if row["is_indicative"] else "firm")


def yearly_values(rows: list[Row]) -> list[tuple[int, float]]:
    """Year and value of the full years among the figures of one indicator."""
    return [(row["year"], row["value"]) for row in rows if row["year"] is not None]


def colour_of_places(facts: Facts) -> dict[str, str]:
    """One colour a member on all pages."""
    members = [row["place_code"] for row in facts["place"] if row["is_member"]]
    return {code: str(n) for n, code in enumerate(members)}


def short_name(place: Row) -> str:
    """The name of a place where room is short."""
    return "九城市" if place["place_kind"] == "corridor" else str(place["name_zh"])


def short_name_en(place: Row) -> str:
    """Its English name where room is short."""
    return (
        "The nine" if place["place_kind"] == "corridor" else str(place["name_en"]).removesuffix(" District")
    )
