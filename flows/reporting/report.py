"""The report of a run, for the scheduler's page and for the terminal."""

from __future__ import annotations

from flows.landing.land import Landing
from flows.modelling.build import Build, failing_rows
from flows.release.compare import Changes
from flows.release.current import Release
from flows.settings import Paths

SHOWN_CHANGES = 20


def cell(value: object) -> str:
    """Text safe inside a Markdown table."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def counts(landing: Landing, build: Build, release: Release | None) -> str:
    """Counts of a run. What staging refused is known once there is a release; before it, what landing did."""
    cells = {name: getattr(landing, name) for name in ("read", "landed", "quarantined", "not_data")}
    if release:
        cells = {name: release.manifest[f"cells_{name}"] for name in cells}
    tests = sum(node.is_test for node in build.nodes)
    said = {
        "raw files": landing.files,
        "documents read": landing.documents,
        "cells read": cells["read"],
        "landed": cells["landed"],
        "quarantined": cells["quarantined"],
        "not data (heads, labels, notes, marks for no figure)": cells["not_data"],
        "dbt nodes": len(build.nodes),
        "tests passed": f"{build.passed_tests} of {tests}",
        "tests warned": len(build.warned),
        "nodes failed": len(build.failed),
    }
    return "\n".join(
        ["| what | count |", "|---|---|", *(f"| {what} | {count} |" for what, count in said.items())]
    )


def failures(build: Build, paths: Paths) -> str:
    """Every node that failed or warned, with the first rows it refused."""
    parts = []
    for node in [*build.failed, *build.warned]:
        parts.append(
            f"### {node.status}: {node.name}\n\n{node.sentence if node.is_test else node.message or ''}\n"
        )
        if rows := failing_rows(paths, node, limit=10):
            columns = list(rows[0])
            parts.append("| " + " | ".join(columns) + " |")
            parts.append("|" + "---|" * len(columns))
            parts.extend("| " + " | ".join(cell(row[c]) for c in columns) + " |" for row in rows)
    return "\n".join(parts)


def nodes(build: Build) -> str:
    rows = [f"| {n.kind} | {cell(n.name)} | {n.status} | {n.seconds:.2f} |" for n in build.nodes]
    return "\n".join(["| kind | node | status | seconds |", "|---|---|---|---|", *rows])


def changes_in_words(changes: Changes | None) -> str:
    """What moved since the last release; the first release has nothing to compare with."""
    if changes is None:
        return "First release: nothing to compare with."
    if not changes.total:
        return "No published figure changed."
    head = f"{changes.added} figures new, {changes.removed} gone, {changes.changed} changed."
    return "\n".join([head, "", *(f"- {change}" for change in changes.shown[:SHOWN_CHANGES])])


def run_report(
    landing: Landing, build: Build, paths: Paths, release: Release | None, changes: Changes | None
) -> str:
    """Markdown of a run: outcome, counts, failures with rows, what changed, every node."""
    if release:
        outcome = f"Published release **{release.id}**. Docs: `{release.docs}`"
    else:
        outcome = "**Not published**: a test of severity error failed. The last release stays as it was."
    sections = [
        f"# Refresh\n\n{outcome}",
        f"## Counts\n\n{counts(landing, build, release)}",
    ]
    if found := failures(build, paths):
        sections.append(f"## Failures and warnings\n\n{found}")
    if release:
        sections.append(f"## What changed\n\n{changes_in_words(changes)}")
    sections.append(f"## Nodes\n\n{nodes(build)}")
    return "\n\n".join(sections)
