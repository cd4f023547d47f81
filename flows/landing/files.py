"""The raw files under a folder: what is data, what is a card, and which folders are sets of partitions."""

from __future__ import annotations

import os
from pathlib import Path

from flows.errors import G60Error
from flows.landing.partitions import is_partitioned

HELP = "see raw/README.md"
NOT_DATA = {".yaml", ".md"}


def data_files(raw: Path) -> list[Path]:
    """Files that have a card each; partitions share that of their folder."""
    folders = partitioned(raw)
    return [
        path
        for path in visible(raw)
        if path.suffix not in NOT_DATA and not any(parent in folders for parent in path.parents)
    ]


def raw_files(raw: Path) -> list[Path]:
    """Data files under the folder in a stable order; cards, notes and hidden files are not data."""
    if not raw.is_dir():
        raise G60Error("the folder of raw files does not exist", str(raw), "name another one with --raw")
    found = data_files(raw)
    if not found and not partition_files(raw):
        raise G60Error("there is no raw file to land", str(raw), f"add files with their cards, {HELP}")
    return found


def partitioned(raw: Path) -> set[Path]:
    """Folders under the raw files that are sets of events in partitions."""
    cards = (path.with_suffix("") for path in visible(raw) if path.suffix == ".yaml")
    return {folder for folder in cards if is_partitioned(folder)}


def partition_files(raw: Path) -> list[tuple[Path, Path]]:
    """Every partition with the folder it is part of, in a stable order."""
    return [
        (folder, path)
        for folder in sorted(partitioned(raw))
        for path in visible(folder)
        if path.suffix not in NOT_DATA
    ]


def visible(raw: Path) -> list[Path]:
    """Files under the folder but hidden ones and locks of an open workbook.

    A link counts even if it leads nowhere or to a folder, so that it is refused and not passed over.
    """
    return [
        path
        for path in sorted(raw.rglob("*"))
        if (path.is_file() or path.is_symlink())
        and not any(part.startswith((".", "~$")) for part in path.relative_to(raw).parts)
    ]


def name_of(path: Path, raw: Path) -> str:
    """The path under the folder; bytes of a name that are not UTF-8 show as \\xd6."""
    return os.fsencode(path.relative_to(raw).as_posix()).decode("utf-8", "backslashreplace")


def leads_out(path: Path, raw: Path) -> bool:
    """Whether a file is a link to somewhere else; one in circles leads nowhere and cannot be opened later."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(raw.resolve())
    except (OSError, RuntimeError):
        return False


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
