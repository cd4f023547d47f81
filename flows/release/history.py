"""Releases over time: which are there, going back to an earlier one, keeping and clearing away."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from flows.errors import G60Error
from flows.release.current import Release, current_release, point_at, read_release, require_release
from flows.release.ledger import Ledger, change_ledger, read_ledger
from flows.settings import Paths

KEPT = 10
UNFINISHED = ".unfinished-"
DOOMED = ".doomed-"
ID_TIME = "%Y%m%dT%H%M%SZ"


def release_folders(paths: Paths) -> list[Path]:
    """Folders of finished releases, oldest first; their names sort by time."""
    return sorted(folder for folder in paths.releases.glob("[0-9]*") if folder.is_dir())


def new_id(paths: Paths, fingerprint: str, now: dt.datetime) -> str:
    """An id that sorts after every release there is, also when the clock was set back."""
    last = time_of_last(paths)
    moment = max(now, last + dt.timedelta(seconds=1)) if last else now
    return f"{moment:{ID_TIME}}-{fingerprint[:8]}"


def time_of_last(paths: Paths) -> dt.datetime | None:
    """The moment in the name of the newest release."""
    folders = release_folders(paths)
    if not folders:
        return None
    return dt.datetime.strptime(folders[-1].name[:16], ID_TIME).replace(tzinfo=dt.UTC)


def clock_behind(paths: Paths, now: dt.datetime) -> str | None:
    """A sentence when this machine's clock is behind the newest release, as after it was set back."""
    last = time_of_last(paths)
    if last is None or now >= last - dt.timedelta(seconds=1):
        return None
    return (
        f"the clock says {now:%Y-%m-%d %H:%M} UTC, which is before release {release_folders(paths)[-1].name} "
        "was made; the new release is numbered after it all the same, but check the clock"
    )


def find_release(paths: Paths, name: str) -> Release:
    """The release of this id, or of the only id that begins so. Raises G60Error when there is none."""
    found = [folder for folder in release_folders(paths) if folder.name.startswith(name)]
    exact = [folder for folder in found if folder.name == name]
    if len(exact or found) != 1:
        what = f"{len(found)} releases begin with '{name}'" if found else f"there is no release '{name}'"
        raise G60Error(what, str(paths.releases), "list them with g60 release")
    return read_release((exact or found)[0])


def previous_release(paths: Paths) -> Release:
    """The release before the current one that nobody withdrew. Raises G60Error when there is none."""
    current = require_release(paths)
    withdrawn = read_ledger(paths).withdrawn.values()
    older = [f for f in release_folders(paths) if f.name < current.id and f.name not in withdrawn]
    if not older:
        remedy = "refresh, or name a release with its id"
        raise G60Error(f"there is no release before {current.id}", str(paths.releases), remedy)
    return read_release(older[-1])


def rollback(paths: Paths, name: str | None) -> tuple[Release, Release]:
    """Point readers at an earlier release (the one before, unless named); call with the lock held.

    The release left behind is withdrawn: the same inputs are not published again until they change or
    somebody goes forward to it by name. Returns the release left and the one readers now hold.
    """
    left = require_release(paths)
    target = find_release(paths, name) if name else previous_release(paths)
    if target.id == left.id:
        raise G60Error(f"readers hold release {left.id} already", str(paths.current), "name another one")
    withdrawn = dict(read_ledger(paths).withdrawn)
    withdrawn.pop(target.manifest["fingerprint"], None)
    if target.id < left.id:
        withdrawn[left.manifest["fingerprint"]] = left.id
    # The ledger first: a crash between the two leaves a release that would not be made again, never one that
    # comes back by itself.
    change_ledger(paths, withdrawn=withdrawn)
    point_at(paths, target.folder)
    return left, target


def pin(paths: Paths, name: str, why: str) -> Release:
    """Keep a release for ever."""
    release = find_release(paths, name)
    change_ledger(paths, pinned={**read_ledger(paths).pinned, release.id: why})
    return release


def unpin(paths: Paths, name: str) -> Release:
    release = find_release(paths, name)
    pinned = dict(read_ledger(paths).pinned)
    if pinned.pop(release.id, None) is None:
        raise G60Error(f"release {release.id} is not pinned", str(paths.ledger), "see g60 release")
    change_ledger(paths, pinned=pinned)
    return release


def prunable(folders: list[Path], current: str | None, ledger: Ledger, keep: int) -> list[Path]:
    """Releases to clear away: all but the newest `keep`, the current one, its predecessor and the pinned."""
    names = [folder.name for folder in folders]
    kept = {*names[-keep:], *ledger.pinned}
    if current in names:
        kept |= {current, *names[: names.index(current)][-1:]}
    return [folder for folder in folders if folder.name not in kept]


def prune(paths: Paths, keep: int = KEPT) -> list[str]:
    """Clear away old releases; call with the lock held. Returns their ids.

    A release is renamed before it is deleted, so that a crash leaves none that is there by half. Who has one
    open keeps reading it.
    """
    if keep < 1:
        raise G60Error(f"{keep} releases cannot be kept", "--keep", "keep at least one")
    current = current_release(paths)
    gone = prunable(release_folders(paths), current.id if current else None, read_ledger(paths), keep)
    for folder in gone:
        folder.rename(folder.with_name(f"{DOOMED}{folder.name}"))
    remove_leftovers(paths)
    return [folder.name for folder in gone]


def remove_leftovers(paths: Paths) -> None:
    """What a crash left: releases cut short, to which nobody was pointed, old ones half deleted, files that
    were about to replace another; call with the lock held."""
    for kind in (UNFINISHED, DOOMED):
        for folder in paths.releases.glob(f"{kind}*"):
            shutil.rmtree(folder)
    for replaced in (paths.current, paths.ledger, paths.report):
        for new in paths.warehouse.glob(f".{replaced.name}.*"):
            new.unlink()
