"""What is checked of an indicator: coverage, tests, refused rows, disagreements, revisions, metrics."""

from __future__ import annotations

import re
from typing import Any

from flows.reporting.site.facts import Facts, Row, group
from flows.reporting.site.facts_meta import told_rows

# Every figure goes through these, so a test of one of them is a test of each indicator.
TABLES = ("stg_printed_figure", "fct_observation", "fct_indicator", "mart_coverage", "dim_indicator")
NAMED = r"\b{}\b"


class Checks:
    """The same for every indicator, gathered once."""

    def __init__(self, facts: Facts) -> None:
        self.covered = group(facts["covered"], "indicator_code")
        self.conflicts = group(facts["indicator_conflict"], "indicator_code")
        self.revisions = group(facts["indicator_revision"], "indicator_code")
        self.tests = [row for row in facts["test"] if row["table_name"] in TABLES]
        self.others = [row for row in facts["test"] if row["table_name"] not in TABLES]
        self.refused = group(
            told_rows(facts["failing_row"]), lambda row: str(row["found"].get("indicator_code"))
        )
        self.metrics = facts["metric"]
        self.examples = facts["example"]

    def of(self, code: str) -> dict[str, Any]:
        """What the page of one indicator is given."""
        named = re.compile(NAMED.format(re.escape(code)))
        grid: dict[str, dict[int, Row]] = {}
        for row in self.covered[code]:
            grid.setdefault(row["place_code"], {})[row["year"]] = row
        return {
            "coverage": grid,
            "coverage_years": sorted({row["year"] for row in self.covered[code]}),
            "tests": self.tests + [row for row in self.others if named.search(row["test_name"])],
            "refused": self.refused[code],
            "conflicts": self.conflicts[code],
            "revisions": self.revisions[code],
            "metrics": [row for row in self.metrics if named.search(row["formula"] or "")],
            "examples": [row for row in self.examples if named.search(row["sql"])],
        }


def figure_anchors(facts: Facts) -> set[tuple[str, str, str]]:
    """Indicator, place and period of every figure that has a row on the page of its indicator."""
    pages = {row["indicator_code"] for row in facts["indicator"]}
    shown = {(row["indicator_code"], row["place_code"]) for row in facts["best"]}
    return {
        (row["indicator_code"], row["place_code"], row["period"])
        for row in facts["source"]
        if row["indicator_code"] in pages and (row["indicator_code"], row["place_code"]) in shown
    }
