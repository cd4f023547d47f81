"""Where things lie: raw files, dbt project and warehouse; and how much of the machine a run may take."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import G60Error

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Paths:
    """All the places a refresh touches. `raw` and `project` are read, `warehouse` is written.

    `as_of` is a day: the warehouse then holds what was known at its end.
    """

    raw: Path = ROOT / "raw"
    warehouse: Path = ROOT / "warehouse"
    project: Path = ROOT / "dbt_project"
    as_of: str | None = None

    @property
    def build(self) -> Path:
        """Scratch space of the running refresh; readers never look here."""
        return self.warehouse / "build"

    @property
    def build_database(self) -> Path:
        return self.build / "g60.duckdb"

    @property
    def landed(self) -> Path:
        """Files as they were landed before, so that only what changed is read again."""
        return self.build / "landed"

    @property
    def partitions(self) -> Path:
        """Partitions of events as they were read before: rows, refused rows and counts of each."""
        return self.build / "partitions"

    @property
    def digests(self) -> Path:
        """Digests of large files, known while a file's size and times stay as they were."""
        return self.build / "digests.json"

    @property
    def changes(self) -> Path:
        """What the build changes against the published release, figure by figure."""
        return self.build / "changes.parquet"

    @property
    def dbt_target(self) -> Path:
        return self.build / "target"

    @property
    def releases(self) -> Path:
        return self.warehouse / "releases"

    @property
    def current(self) -> Path:
        """The pointer that readers open: a link to the database of the published release."""
        return self.warehouse / "current.duckdb"

    @property
    def ledger(self) -> Path:
        """What people decided about releases, and how the last run ended."""
        return self.warehouse / "ledger.json"

    @property
    def report(self) -> Path:
        """The report of the last run, published or not."""
        return self.warehouse / "report.md"

    @property
    def lock(self) -> Path:
        return self.warehouse / ".refresh.lock"

    @property
    def lock_holder(self) -> Path:
        """Who holds the lock."""
        return self.warehouse / ".refresh.holder"


def paths(raw: Path | None = None, warehouse: Path | None = None, as_of: str | None = None) -> Paths:
    """Paths with the folders a caller chose, made absolute; the rest as in the repository.

    A warehouse as of a day is one of its own, in a folder below the other: readers of today's never meet it.
    """
    default = Paths()
    whole = (warehouse or default.warehouse).expanduser().resolve()
    return Paths(
        raw=(raw or default.raw).expanduser().resolve(),
        warehouse=whole / "as_of" / as_of if as_of else whole,
        project=default.project,
        as_of=as_of,
    )


SIZE = re.compile(r"[0-9]+(\.[0-9]+)? ?([KMGT]i?B|%)")


@dataclass(frozen=True)
class Limits:
    """How much of the machine a run may take. None: what DuckDB takes by itself, which is four fifths of the
    memory and, for what does not fit into it, a folder beside the database."""

    memory: str | None = None
    temp: Path | None = None
    threads: int | None = None

    def settings(self) -> dict[str, Any]:
        """As settings of DuckDB."""
        told = {
            "memory_limit": self.memory,
            "temp_directory": str(self.temp) if self.temp else None,
            "threads": self.threads,
        }
        return {name: value for name, value in told.items() if value is not None}


def limits() -> Limits:
    """The limits that the environment gives: G60_MEMORY_LIMIT, G60_TEMP_DIRECTORY, G60_THREADS.

    Raises G60Error where one of them is none.
    """
    memory = os.environ.get("G60_MEMORY_LIMIT") or None
    if memory and not SIZE.fullmatch(memory):
        raise G60Error(f"'{memory}' is no size of memory", "G60_MEMORY_LIMIT", "write it as 4GB or 50%")
    threads = os.environ.get("G60_THREADS") or None
    if threads and not (threads.isdecimal() and int(threads) > 0):
        raise G60Error(
            f"'{threads}' is no number of threads", "G60_THREADS", "write a whole number from 1 on"
        )
    temp = os.environ.get("G60_TEMP_DIRECTORY") or None
    folder = Path(temp).expanduser().resolve() if temp else None
    if folder and folder.exists() and not folder.is_dir():
        raise G60Error(
            "what should hold spilled data is no folder", str(folder), "name a folder in G60_TEMP_DIRECTORY"
        )
    return Limits(memory, folder, int(threads) if threads else None)
