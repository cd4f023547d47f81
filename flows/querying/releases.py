"""The releases there are, as a table."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from flows.release.current import current_release, read_release
from flows.release.history import release_folders
from flows.release.ledger import Ledger, read_ledger
from flows.settings import Paths

WIDTH = 150


def standing(release_id: str, current: str | None, ledger: Ledger) -> str:
    """What there is to say of a release."""
    said = ["current"] if release_id == current else []
    if why := ledger.pinned.get(release_id):
        said.append(f"pinned: {why}")
    if release_id in ledger.withdrawn.values():
        said.append("rolled back")
    return "; ".join(said)


def print_releases(paths: Paths, console: Console) -> None:
    """Newest first, with what each changed; then what is held, if anything."""
    current, ledger = current_release(paths), read_ledger(paths)
    table = Table("release", "built", "documents", "new", "changed", "gone", "standing")
    for folder in reversed(release_folders(paths)):
        said = read_release(folder).manifest
        moved = [said.get(f"figures_{what}") for what in ("new", "changed", "gone")]
        table.add_row(
            folder.name,
            str(said["built_at"])[:16].replace("T", " "),
            str(said["documents"]),
            *("–" if count is None else str(count) for count in moved),
            standing(folder.name, current.id if current else None, ledger),
        )
    Console(width=None if console.is_terminal else WIDTH).print(table)
    if ledger.held:
        for reason in ledger.held.reasons:
            console.print(f"held     {reason}", soft_wrap=True, highlight=False, markup=False)
        console.print("held     g60 diff shows it, g60 release --accept publishes it", highlight=False)
