"""The report of a run: one text for the scheduler's page, the terminal and the release."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flows.landing.tables import Landing
from flows.modelling.build import Build, failing_rows
from flows.release.compare import Changes
from flows.release.current import Release
from flows.settings import Paths

SHOWN_CHANGES = 20
SHOWN_FAILING = 10
SHOWN_REASONS = 10
COUNTED = {
    "read": "cells read",
    "landed": "landed",
    "quarantined": "quarantined",
    "not_data": "not data (heads, labels, notes, marks for no figure)",
}


@dataclass
class RunFacts:
    """What is known of a run when it ends; what a failed run did not come to is None."""

    landing: Landing | None = None
    build: Build | None = None
    changes: Changes | None = None
    release: Release | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    stopped: str | None = None


def cell(value: object) -> str:
    """Text safe inside a Markdown table."""
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(map(cell, row)) + " |" for row in rows)])


def counts(facts: RunFacts) -> str:
    """Counts of a run. What staging refused is known once there is a release; before it, what landing did."""
    rows: list[tuple[object, ...]] = []
    if landing := facts.landing:
        manifest = facts.release.manifest if facts.release else {}
        rows += [
            ("raw files", f"{landing.files}, of them {landing.files - landing.reused} landed anew"),
            ("documents read", landing.documents),
            *(
                (said, manifest.get(f"cells_{name}", getattr(landing, name)))
                for name, said in COUNTED.items()
            ),
        ]
    if build := facts.build:
        tests = sum(node.is_test for node in build.nodes)
        rows += [
            ("dbt nodes", len(build.nodes)),
            ("tests passed", f"{build.passed_tests} of {tests}"),
            ("tests warned", len(build.warned)),
            ("nodes failed", len(build.failed)),
        ]
    return table(("what", "count"), rows)


def failures(build: Build, paths: Paths) -> str:
    """Every node that failed or warned, with the first rows it refused and the files they came from."""
    parts = []
    for node in [*build.failed, *build.warned]:
        said = node.sentence if node.is_test else node.message or ""
        parts.append(f"### {node.status}: {node.name}\n\n{said}\n")
        if rows := failing_rows(paths, node, SHOWN_FAILING):
            columns = list(dict.fromkeys(name for row in rows for name in row))
            parts.append(table(tuple(columns), [tuple(row.get(c, "") for c in columns) for row in rows]))
            if node.failures > len(rows):
                parts.append(f"\nand {node.failures - len(rows)} more rows")
    return "\n".join(parts)


def changes_in_words(changes: Changes | None, shown: int = SHOWN_CHANGES) -> str:
    """What moved since the last release; the first release has nothing to compare with."""
    if changes is None:
        return "First release: nothing to compare with."
    head = (
        f"{changes.added} figures new, {changes.removed} gone, {changes.changed} changed."
        if changes.total
        else "No published figure changed."
    )
    lost = "; ".join(f"{name} has {rows} rows fewer" for name, rows in changes.lost.items())
    reasons = [
        f"- {figures} because of: {why}" for why, figures in list(changes.reasons.items())[:SHOWN_REASONS]
    ]
    listed = [f"- {change}" for change in changes.shown[:shown]]
    more = changes.total - len(listed)
    tail = [f"- and {more} more: diff.csv of the release has all"] if more > 0 else []
    blocks = [[head, *([lost + "."] if lost else [])], reasons, [*listed, *tail]]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def run_report(facts: RunFacts, paths: Paths, docs: Path | str | None = None) -> str:
    """Markdown of a run: outcome, counts, time, failures with rows, what changed, every node."""
    if facts.release:
        outcome = f"Published release **{facts.release.id}**. Docs: `{docs or facts.release.docs}`"
    else:
        outcome = f"**Not published**: {facts.stopped}\n\nThe last release stays as it was."
    sections = [f"# Refresh\n\n{outcome}", *(f"**Note**: {remark}" for remark in facts.remarks)]
    sections.append(f"## Counts\n\n{counts(facts)}")
    if facts.build and (found := failures(facts.build, paths)):
        sections.append(f"## Failures and warnings\n\n{found}")
    if facts.release or facts.changes:
        sections.append(f"## What changed\n\n{changes_in_words(facts.changes)}")
    if facts.seconds:
        timed: list[tuple[object, ...]] = [(name, f"{spent:.1f}") for name, spent in facts.seconds.items()]
        sections.append(f"## Time\n\n{table(('phase', 'seconds'), timed)}")
    if facts.build:
        nodes: list[tuple[object, ...]] = [
            (n.kind, n.name, n.status, n.failures or "", f"{n.seconds:.2f}") for n in facts.build.nodes
        ]
        sections.append(f"## Nodes\n\n{table(('kind', 'node', 'status', 'rows refused', 'seconds'), nodes)}")
    return "\n\n".join(sections) + "\n"
