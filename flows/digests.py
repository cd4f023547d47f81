"""SHA-256 of files. That of a large one is known while its size, times and place on disk stay the same.

Git and make take it so too: to read gigabytes again and see that nothing changed costs more than a change.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

LARGE = 4_000_000  # bytes; smaller ones are read anew each time


class FileDigests:
    """Digests of files, kept in a file of their own where one is named."""

    def __init__(self, keep: Path | None = None) -> None:
        self.keep = keep
        self.known: dict[str, list[int | str]] = {}
        self.has_changed = False
        if keep:
            with contextlib.suppress(OSError, ValueError):
                self.known = dict(json.loads(keep.read_text(encoding="utf-8")))

    def of(self, path: Path) -> str:
        """The digest of a file. Raises OSError where it cannot be read."""
        about = path.stat()
        if about.st_size < LARGE or not self.keep:
            return digest(path)
        stamp = [about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino]
        name = os.fsencode(path).decode("utf-8", "surrogateescape")
        found = self.known.get(name)
        if found and found[:-1] == stamp:
            return str(found[-1])
        said = digest(path)
        self.known[name] = [*stamp, said]
        self.has_changed = True
        return said

    def save(self) -> None:
        """Keep what was found. On a full disk nothing is kept, and the files are read again next time."""
        if not self.keep or not self.has_changed:
            return
        with contextlib.suppress(OSError):
            self.keep.parent.mkdir(parents=True, exist_ok=True)
            written = self.keep.with_name(f".{self.keep.name}.{os.getpid()}")
            written.write_text(json.dumps(self.known, ensure_ascii=True), encoding="utf-8")
            written.replace(self.keep)
            self.has_changed = False


def digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
