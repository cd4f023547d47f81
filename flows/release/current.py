"""The pointer readers open, and what the release behind it says of itself."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import G60Error, NothingPublished
from flows.settings import Paths


@dataclass(frozen=True)
class Release:
    """A published release: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.manifest.get("release_id", self.folder.name))

    @property
    def database(self) -> Path:
        return self.folder / "g60.duckdb"

    @property
    def docs(self) -> Path:
        return self.folder / "docs" / "index.html"


def read_release(folder: Path) -> Release:
    manifest = folder / "manifest.json"
    try:
        return Release(folder, json.loads(manifest.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise G60Error(
            "the release has no readable manifest", str(manifest), "refresh again with --force"
        ) from error


def current_release(paths: Paths) -> Release | None:
    """The release that the pointer names, or None before the first one."""
    if not paths.current.is_symlink():
        return None
    database = paths.current.resolve()
    return read_release(database.parent) if database.is_file() else None


def require_release(paths: Paths) -> Release:
    """The current release. Raises G60Error when nothing has been published yet."""
    release = current_release(paths)
    if release is None:
        raise NothingPublished(
            "no release has been published yet", str(paths.warehouse), "run g60 refresh first"
        )
    return release


def point_at(paths: Paths, folder: Path) -> None:
    """Flip the pointer in one step: readers see the old release or the new one, never neither."""
    link = paths.current.with_name(f".{paths.current.name}.{os.getpid()}")
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / folder.name / "g60.duckdb")
    link.replace(paths.current)


def is_current(paths: Paths, fingerprint: str) -> bool:
    """Whether the published release already is what these inputs would give."""
    release = current_release(paths)
    return release is not None and release.manifest.get("fingerprint") == fingerprint
