"""What the start page and the heads of place pages show: standings, changes, late sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flows.reporting.site.facts import MAIN_FRAMEWORK, Facts, Row, group

SHOWN_YEARS = 5
SHOWN_REASONS = 5
SHOWN_LATE = 6
CHANGED = re.compile(
    r"(?P<zh>[\u4e00-\u9fff]+) (?P<en>new document|new file|file removed|file changed)(?P<what> .*)?"
)
SAID_TWICE = re.compile(r"(?P<zh>[\u4e00-\u9fff]+) (?P<en>[^\u4e00-\u9fff]+)")


def start_facts(facts: Facts) -> dict[str, Any]:
    """The nine as cards, the changes since the release before by their reasons, and what is late."""
    return {
        "standings": standings(facts),
        "interval_of": intervals(facts),
        "shown_years": SHOWN_YEARS,
        "changes": {
            kind: sum(row[kind] for row in facts["change_reason"]) for kind in ("added", "changed", "removed")
        },
        "reasons": [row | {"words": change_reason(row["why"])} for row in facts["change_reason"]][
            :SHOWN_REASONS
        ],
        "late": facts["late"][:SHOWN_LATE],
    }


def standings(facts: Facts) -> dict[str, Row]:
    """Each place's latest score that has a rank; of one that never had one, the latest score."""
    found: dict[str, Row] = {}
    for row in facts["index"]:
        kept = found.get(row["place_code"])
        if row["framework"] == MAIN_FRAMEWORK and (kept is None or row["rank"] or not kept["rank"]):
            found[row["place_code"]] = row
    return found


def intervals(facts: Facts) -> dict[tuple[str, int], Row]:
    """The interval of each rank of the main edition."""
    return {
        (row["place_code"], row["year"]): row
        for row in facts["interval"]
        if row["framework"] == MAIN_FRAMEWORK and row["rank"]
    }


def place_glance(best: Iterable[Row], glance: list[str]) -> dict[str, list[Row]]:
    """The latest yearly figure of each indicator asked for most, by place, in their fixed order."""
    wanted = [row for row in best if row["year"] is not None and row["indicator_code"] in glance]
    newest = {(row["place_code"], row["indicator_code"]): row for row in reversed(wanted)}
    return group(sorted(newest.values(), key=lambda row: glance.index(row["indicator_code"])), "place_code")


def change_reason(why: str) -> tuple[str, str]:
    """A reason of the comparison as its Chinese and English; one told in one language stands for both."""
    if found := CHANGED.fullmatch(why):
        what = found["what"] or ""
        return found["zh"] + what, found["en"] + what
    if found := SAID_TWICE.fullmatch(why):
        return found["zh"], found["en"]
    return why, ""
