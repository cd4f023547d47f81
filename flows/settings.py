"""Where things lie: the raw files, the dbt project and the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
