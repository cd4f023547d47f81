"""The page of metrics: each with its definition and its values, members and the nine together."""

from __future__ import annotations

from typing import Any

from flows.reporting.site.facts import MAIN_FRAMEWORK, Facts, group
from flows.reporting.site.pages_indicators import figure_anchors

SHOWN_YEARS = 8
# The mart of the nine together, by which a metric is known to be made from all of them.
CORRIDOR = "mart_corridor"


def metrics_page(facts: Facts) -> dict[str, Any]:
    """Values by metric, then by place and year: the latest years that have any."""
    shown = {row["place_code"] for row in facts["place"] if row["is_member"]} | {"G60", "100000"}
    values = group((row for row in facts["metric_value"] if row["place_code"] in shown), "metric_code")
    years = {
        code: sorted({row["year"] for row in rows}, reverse=True)[:SHOWN_YEARS]
        for code, rows in values.items()
    }
    return {
        "metric_years": years,
        "metric_places": {
            code: list(dict.fromkeys(row["place_code"] for row in rows if row["year"] in years[code]))
            for code, rows in values.items()
        },
        "metric_values": {
            (row["metric_code"], row["place_code"], row["year"]): row for row in facts["metric_value"]
        },
        "certificates": certificates(facts),
    }


def certificates(facts: Facts) -> dict[tuple[str, str, int], str]:
    """Where the page of each value's indicator or place says what it is made of, from the root."""
    figures = figure_anchors(facts)
    nine = {(row["indicator_code"], row["year"]) for row in facts["corridor"]}
    scores = {
        (row["place_code"], row["year"])
        for row in facts["contribution"]
        if row["framework"] == MAIN_FRAMEWORK
    }
    metrics = {row["metric_code"]: row for row in facts["metric"]}
    found = {}
    for row in facts["metric_value"]:
        metric, place, year = metrics[row["metric_code"]], row["place_code"], row["year"]
        indicator, formula = metric["indicator_code"], metric["formula"] or ""
        if indicator and CORRIDOR in formula and (indicator, year) in nine:
            href = f"indicators/{indicator}.html#nine-{year}"
        elif indicator and (indicator, place, str(year)) in figures:
            href = f"indicators/{indicator}.html#v-{place}-{year}"
        elif MAIN_FRAMEWORK in formula and (place, year) in scores:
            href = f"places/{place}.html#index-{year}"
        else:
            continue
        found[row["metric_code"], place, year] = href
    return found
