"""Which pages there are, and what each of them shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from flows.reporting.site import numbers
from flows.reporting.site.charts import Point, Series, Slope, Whisker, slope, sparkline, trend, whiskers
from flows.reporting.site.facts import MAIN_FRAMEWORK, Facts, Row, group
from flows.reporting.site.pages_access import access_page
from flows.reporting.site.pages_chains import chains_page
from flows.reporting.site.pages_claims import claims_page
from flows.reporting.site.pages_network import network_page
from flows.reporting.site.pages_registers import registers_page
from flows.reporting.site.words import FORMULAS, WORDS, word

GLANCE = ["gdp", "pop_resident", "gdp_per_head", "rd_intensity", "hitech_enterprises", "tertiary_share"]
CHARTED_PLACES = 9
# Two places are told apart where one is ahead in this share of the runs.
SURE = 0.95

# Where a page goes, its template, and what the template is given.
Page = tuple[str, str, dict[str, Any]]


def every_page(facts: Facts, samples: dict[str, list[Row]]) -> Iterator[Page]:
    """All pages of the site. `samples` holds the first rows of each table."""
    yield "index.html", "index.html", front_page(facts)
    yield "documents.html", "documents.html", {"documents": facts["document"]}
    yield "claims.html", "claims.html", claims_page(facts)
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
    yield "release.html", "release.html", {"row_counts": group(facts["row_count"], "schema_name")}
    yield "access.html", "access.html", access_page()
    yield from place_pages(facts)
    yield from indicator_pages(facts)
    columns, tests = group(facts["column"], "table_name"), group(facts["test"], "table_name")
    for table in facts["table"]:
        name = table["table_name"]
        context = {"table": table, "columns": columns[name], "tests": tests[name], "rows": samples[name]}
        yield f"tables/{name}.html", "table.html", context


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
    places = {row["place_code"]: row for row in facts["place"]}
    colours = colour_of_places(facts)
    series = [
        Series(
            short_name(places[code]),
            places[code]["name_en"],
            colours.get(code, "ink"),
            [score_point(row) for row in by_place[code]],
            has_band=code == base,
        )
        for code in order
    ]
    newest = {
        (row["place_code"], row["indicator_code"]): row
        for row in reversed(facts["best"])
        if row["year"] is not None and row["indicator_code"] in GLANCE
    }
    return {
        "index_years": years,
        "index_order": order,
        "scores": {(row["place_code"], row["year"]): row for row in scores},
        "chart": trend(series, "协同创新指数 Collaborative innovation index"),
        "newest": newest,
        "glance": [code for code in GLANCE if any(key[1] == code for key in newest)],
        "verdicts": group(facts["claim"], "verdict"),
        "place_names": [searched_names(row) for row in facts["place"]],
        "other_editions": [
            row
            for row in facts["framework"]
            if row["framework"] in {one["framework"] for one in facts["interval"] if one["rank"]}
            and row["framework"] != MAIN_FRAMEWORK
        ],
    }


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
        "charts": {name: rank_chart(rows, facts) for name, rows in newest.items()},
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


def rank_chart(rows: list[Row], facts: Facts) -> Markup | None:
    """The ranks that each ranked place of a year may have."""
    places, colours = {row["place_code"]: row for row in facts["place"]}, colour_of_places(facts)
    lines = [
        Whisker(
            short_name(places[row["place_code"]]),
            row["place_name_en"],
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
    return whiskers(lines, f"{rows[0]['year']}年名次的区间 Intervals of ranks, {rows[0]['year']}")


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
            places[code]["name_en"],
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
        "chart": trend(series, "耦合协调度 Coupling coordination degree"),
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
        "chart": best and slope_of(best, placed[best["framework"], best["ranking_code"]], facts),
        "editions": editions,
        "totals": group(totals, "data_year"),
        "total_of": {(row["data_year"], row["edition"]): row for row in totals},
        "pillars": group((row for row in values if row["pillar_code"] != "total"), "pillar_code"),
        "other_printings": [row for row in facts["published_index"] if not row["is_best"]],
        "ours": {row["year"]: row for row in ours},
        "beside": trend(
            [sibling_series(edition, totals) for edition in editions]
            + [Series("本库九城市", "The nine, this warehouse", "ink", [score_point(row) for row in ours])],
            "两个指数,以同一年为100 Two indices, the same year = 100",
        ),
    }


def slope_of(ranking: Row, rows: list[Row], facts: Facts) -> Markup:
    """Ranks of one comparison as lines from ours to theirs."""
    colours, places = colour_of_places(facts), {row["place_code"]: row for row in facts["place"]}
    lines = [
        Slope(
            short_name(places[row["place_code"]]),
            row["place_name_en"],
            colours.get(row["place_code"], "ink"),
            row["our_rank_among"],
            row["their_rank_among"],
        )
        for row in rows
    ]
    ours, theirs = f"本指数 Our index {ranking['year']}", f"{ranking['name_zh']} {ranking['period']}"
    return slope(lines, ours, theirs, f"{ranking['name_zh']} {ranking['name_en']}")


def sibling_series(edition: int, totals: list[Row]) -> Series:
    """One edition of the delta's index on the base year of ours; empty where it does not give that year."""
    rows = [row for row in totals if row["edition"] == edition and row["rebased"] is not None]
    points = [
        Point(row["data_year"], row["rebased"], f"{edition}: {row['data_year']} {row['rebased']:.1f}")
        for row in sorted(rows, key=lambda row: row["data_year"])
    ]
    return Series(
        f"长三角 {edition}版", f"The delta, edition {edition}", str(edition % CHARTED_PLACES), points
    )


def place_pages(facts: Facts) -> Iterator[Page]:
    """A page for each place that has figures; those of members and of the corridor show their index too."""
    best = group(facts["best"], "place_code")
    profile = group(facts["profile"], "place_code")
    index, pillars, contributions = (
        group((row for row in facts[name] if row["framework"] == MAIN_FRAMEWORK), "place_code")
        for name in ("index", "pillar", "contribution")
    )
    for place in facts["place"]:
        code = place["place_code"]
        figures = group(best[code], "indicator_code")
        context = {
            "place": place,
            "figures": figures,
            "sparks": {name: sparkline(yearly_values(rows)) for name, rows in figures.items()},
            "yearly": {(row["indicator_code"], row["year"]): row for row in best[code]},
            "profile": profile[code],
            "index": index[code],
            "pillars": group(pillars[code], "pillar_code"),
            "contributions": contributions[code],
        }
        yield f"places/{code}.html", "place.html", context


def indicator_pages(facts: Facts) -> Iterator[Page]:
    """A page for each indicator that has figures."""
    best_of, source_of, gaps_of, corridor_of = (
        group(facts[name], "indicator_code") for name in ("best", "source", "gap", "corridor")
    )
    colours = colour_of_places(facts)
    for indicator in facts["indicator"]:
        code = indicator["indicator_code"]
        best = best_of[code]
        by_place = group(best, "place_code")
        shown = [place for place in facts["place"] if place["place_code"] in by_place]
        charted = [place for place in shown if place["is_member"]] or shown[:CHARTED_PLACES]
        series = [
            Series(
                short_name(place),
                place["name_en"],
                colours.get(place["place_code"], str(n)),
                [figure_point(row, place) for row in reversed(by_place[place["place_code"]]) if row["year"]],
            )
            for n, place in enumerate(charted)
        ]
        periods = {row["period"]: row["period_end"] for row in best}
        context = {
            "indicator": indicator,
            "chart": trend(series, f"{indicator['name_zh']} {indicator['name_en']} ({indicator['unit']})"),
            "shown": shown,
            "periods": sorted(periods, key=lambda period: (periods[period], period), reverse=True),
            "values": {(row["place_code"], row["period"]): row for row in best},
            "sources": group(source_of[code], "place_code"),
            "gaps": group(gaps_of[code], "place_code"),
            "corridor": corridor_of[code],
        }
        yield f"indicators/{code}.html", "indicator.html", context


def figure_point(row: Row, place: Row) -> Point:
    """A best value as a point of a chart."""
    text = f"{place['name_zh']} {row['period']}: {numbers.figure(row)} {row['unit']}"
    kind = " ".join(word("kind", row["value_kind"]))
    is_upper = row["qualifier"] == "at_most"
    return Point(row["year"], row["value"], f"{text} · {kind}", row["value_kind"], is_upper=is_upper)


def score_point(row: Row) -> Point:
    """A score as a point of a chart; an indicative one is hollow."""
    low, high = row["score_low"], row["score_high"]
    text = f"{row['place_name_zh']} {row['year']}: {row['score']:.1f} ({numbers.interval(low, high)})"
    return Point(
        row["year"], row["score"], text, "imputed" if row["is_indicative"] else "observed", low, high
    )


def coordination_point(row: Row) -> Point:
    """A degree of coordination as a point of a chart; an indicative one is hollow."""
    ends = numbers.interval(row["coordination_low"], row["coordination_high"])
    text = f"{row['place_name_zh']} {row['year']}: {row['coordination']:.3f} ({ends})"
    return Point(row["year"], row["coordination"], text, "imputed" if row["is_indicative"] else "observed")


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


def searched_names(place: Row) -> Row:
    """What a reader may type for a place: its names, with and without 市, 区 or 省."""
    zh, en = place["name_zh"], place["name_en"].lower()
    names = sorted({zh, zh.rstrip("市区省") or zh, en, en.removesuffix(" district")}, key=len, reverse=True)
    return {"code": place["place_code"], "label": f"{zh} {place['name_en']}", "names": names}
