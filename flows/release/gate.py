"""The gate: a build whose tests fail, or which changes more than it may, is no release by itself."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from flows.engine import connect
from flows.errors import G60Error
from flows.modelling.build import Build, Node, failing_rows
from flows.release.compare import Changes
from flows.settings import Paths

ROWS_IN_SENTENCE = 3


class GateClosed(G60Error):
    """A test of severity error failed; the published release stays as it was."""


class Limit(NamedTuple):
    """How much of a measure may move unseen: always `allowed`, beyond that `percent` of what there was."""

    measure: str
    table_name: str | None
    percent: float
    allowed: int


def describe(node: Node, paths: Paths) -> str:
    """A failed node in words: what was tested, how many rows failed, and the first of them."""
    if not node.is_test or node.status != "fail":
        return f"{node.kind} {node.name}: {' '.join((node.message or node.status).split())}"
    rows = failing_rows(paths, node, ROWS_IN_SENTENCE)
    shown = " | ".join(", ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in rows)
    return f"test {node.name} refused {node.failures} row(s): {shown}"


def check_gate(build: Build, paths: Paths) -> None:
    """Let a clean build through. Raises GateClosed naming each failed test and its first rows."""
    if failed := build.failed:
        what = "; ".join(describe(node, paths) for node in failed)
        remedy = "mend the raw file or the model named and refresh again; the published release is untouched"
        raise GateClosed(what, str(paths.build_database), remedy)


def release_limits(database: Path) -> list[Limit]:
    """The limits of a build, which are data: seeds/release_limit.csv."""
    with connect(database, read_only=True) as connection:
        rows = connection.execute("select measure, table_name, percent, allowed from staging.release_limit")
        return [Limit(*row) for row in rows.fetchall()]


def beyond_limits(changes: Changes, limits: list[Limit]) -> list[str]:
    """Sentences that say which limit the difference to the published release breaks."""
    found = []
    for limit in limits:
        name = limit.table_name or ""
        moved, had, what = {
            "rows_lost": (changes.lost.get(name, 0), changes.rows.get(name, 0), f"rows of {name} are gone"),
            "values_gone": (changes.removed, changes.published, "published figures are gone"),
            "values_changed": (
                changes.unexplained,
                changes.published,
                "published figures changed without a new document",
            ),
        }[limit.measure]
        if moved > limit.allowed and moved > had * limit.percent / 100:
            share = f"{moved / had:.1%}" if had else "all"
            found.append(f"{moved} of {had} {what} ({share}, the limit is {limit.percent:g} %)")
    return found
