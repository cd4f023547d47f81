"""Files landed before: what a file gave is kept under a digest of its bytes, card and name and of the code.

A kept piece is what reading the same bytes again would give, so a refresh reads only the files that are new
or changed, and what it lands is the same as from nothing. Deleting the folder costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from pathlib import Path
from typing import NamedTuple

from flows.fingerprint import digest_of, engines
from flows.landing.layouts import Landed


class Kept(NamedTuple):
    """What reading a file gave."""

    landed: Landed
    format: str
    encoding: str | None


class LandingCache:
    """A folder of kept pieces, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = f"{digest_of(Path(__file__).parent)} {engines()} {sys.version}"
        self.used: set[str] = set()

    def key(self, name: str, sha256: str, card: Path) -> str:
        """The digest that names the piece of a file with this card. Raises OSError when the card is gone."""
        said = f"{self.code}\0{name}\0{sha256}\0".encode() + card.read_bytes()
        return hashlib.sha256(said).hexdigest()

    def get(self, key: str) -> Kept | None:
        """A kept piece; None when there is none or a crash left it torn."""
        self.used.add(key)
        try:
            kept = pickle.loads((self.folder / key).read_bytes())
        except Exception:
            # Whatever is wrong with it: the file itself is still there to be read.
            return None
        return kept if isinstance(kept, Kept) else None

    def put(self, key: str, kept: Kept) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.folder / f".{key}.{os.getpid()}"
        written.write_bytes(pickle.dumps(kept, protocol=5))
        written.replace(self.folder / key)

    def prune(self) -> None:
        """Remove pieces that the landing which has just ended did not use."""
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            if path.name not in self.used:
                with contextlib.suppress(OSError):
                    path.unlink()
