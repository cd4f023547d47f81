"""The page of metrics: each with its definition and its values, members and the nine together."""

from __future__ import annotations

from typing import Any

from flows.reporting.site.facts import Facts, group

SHOWN_YEARS = 8


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
    }
