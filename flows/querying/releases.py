"""The releases there are, as a table."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from flows.release.current import current_release, read_release
from flows.release.history import release_folders
from flows.release.ledger import Ledger, read_ledger
from flows.settings import Paths
from flows.terminal import print_line, print_table
from flows.wording import said

NAMES = ("release", "built", "documents", "new", "changed", "gone", "standing")
MOVED = ("new", "changed", "gone")


def standing(release_id: str, current: str | None, ledger: Ledger) -> str:
    """What there is to say of a release, in the user's language."""
    parts = [said("current")] if release_id == current else []
    if why := ledger.pinned.get(release_id):
        parts.append(said(f"pinned: {why}"))
    if release_id in ledger.withdrawn.values():
        parts.append(said("rolled back"))
    return "; ".join(parts)


def list_releases(paths: Paths) -> dict[str, Any]:
    """Newest first, with what each changed; and why a build is held, if one is."""
    current, ledger = current_release(paths), read_ledger(paths)
    releases = []
    for folder in reversed(release_folders(paths)):
        manifest = read_release(folder).manifest
        releases.append(
            {
                "release": folder.name,
                "built_at": manifest["built_at"],
                "documents": manifest["documents"],
                **{f"figures_{what}": manifest.get(f"figures_{what}") for what in MOVED},
                "is_current": current is not None and folder.name == current.id,
                "pinned": ledger.pinned.get(folder.name),
                "is_rolled_back": folder.name in ledger.withdrawn.values(),
            }
        )
    return {
        "current": current.id if current else None,
        "releases": releases,
        "held": ledger.held.reasons if ledger.held else None,
    }


def print_releases(paths: Paths, console: Console) -> None:
    """All of them as a table; then what is held, if anything."""
    listed, ledger = list_releases(paths), read_ledger(paths)
    rows = [
        (
            one["release"],
            str(one["built_at"])[:16].replace("T", " "),
            str(one["documents"]),
            *("–" if one[f"figures_{what}"] is None else str(one[f"figures_{what}"]) for what in MOVED),
            standing(one["release"], listed["current"], ledger),
        )
        for one in listed["releases"]
    ]
    print_table(console, [said(name) for name in NAMES], rows)
    for reason in listed["held"] or ():
        print_line(console, "held", reason)
    if listed["held"]:
        print_line(console, "held", "g60 diff shows it, g60 release --accept publishes it")
