"""What changed between two releases, or what a held build would change, in words."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.errors import G60Error
from flows.fingerprint import inputs
from flows.release.compare import Changes, compare, moved_inputs
from flows.release.current import Release, require_release
from flows.release.history import find_release, release_folders
from flows.release.ledger import read_ledger
from flows.reporting.report import changes_in_words
from flows.settings import Paths
from flows.terminal import print_sentence, waiting

HELD = "held"


def sides(paths: Paths, a: str | None, b: str | None) -> tuple[Release, Release | None]:
    """The two sides of a comparison, None for the build that is held. Raises G60Error for a missing one."""
    is_held = read_ledger(paths).held is not None
    if b == HELD or (b is None and a is None and is_held):
        if not is_held:
            raise G60Error("no release is held", str(paths.ledger), "compare two releases, see g60 release")
        return (find_release(paths, a) if a else require_release(paths)), None
    after = find_release(paths, b) if b else require_release(paths)
    if a:
        return find_release(paths, a), after
    older = [folder.name for folder in release_folders(paths) if folder.name < after.id]
    if not older:
        raise G60Error(f"there is no release before {after.id}", str(paths.releases), "refresh first")
    return find_release(paths, older[-1]), after


def differ(paths: Paths, a: str | None, b: str | None, limit: int) -> tuple[str, str, Changes, list[str]]:
    """The names of both sides, what differs, and why the later one is held, if it is."""
    before, after = sides(paths, a, b)
    database: Path = after.database if after else paths.build_database
    there = asdict(inputs(paths)) if after is None else after.manifest.get("inputs", {})
    moved = moved_inputs(before.manifest.get("inputs", {}), there)
    with waiting("the two releases are compared"):
        changes = compare(before.database, database, moved, limit=limit)
    held = read_ledger(paths).held
    reasons = held.reasons if after is None and held else []
    return before.id, after.id if after else HELD, changes, reasons


def diff(paths: Paths, a: str | None, b: str | None, limit: int) -> dict[str, Any]:
    """What differs, for a program."""
    before, after, changes, held = differ(paths, a, b, limit)
    told = asdict(changes)
    listed = told.pop("shown")
    return {"before": before, "after": after, "total": changes.total, **told, "held": held, "changes": listed}


def print_diff(paths: Paths, a: str | None, b: str | None, limit: int, console: Console) -> None:
    """Counts and the first changes, each with its reason."""
    before, after, changes, held = differ(paths, a, b, limit)
    print_sentence(console, f"{before} → {after}")
    for line in changes_in_words(changes, limit).splitlines():
        print_sentence(console, line)
    for reason in held:
        print_sentence(console, f"held: {reason}")
