"""The gate: a build whose tests fail never becomes a release."""

from __future__ import annotations

from flows.errors import G60Error
from flows.modelling.build import Build, Node, failing_rows
from flows.settings import Paths

ROWS_IN_SENTENCE = 3


class GateClosed(G60Error):
    """A test of severity error failed; the published release stays as it was."""


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
