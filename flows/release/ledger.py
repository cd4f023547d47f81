"""What people decided about releases and how the last run ended: one small file beside the releases.

Written in one step, under the warehouse's lock. Losing it loses no figure, only pins and withdrawals.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from flows.errors import G60Error
from flows.release.durable import write_whole
from flows.settings import Paths

Outcome = Literal["published", "unchanged", "refused", "held", "failed"]


class Held(BaseModel):
    """A build whose tests passed and whose difference to the release awaits a person."""

    fingerprint: str
    at: str
    reasons: list[str]


class Run(BaseModel):
    """How a run ended. `release`: what readers hold since; None before the first publication."""

    began: str
    ended: str
    outcome: Outcome
    sentence: str
    release: str | None = None
    fingerprint: str | None = None


class Ledger(BaseModel):
    """Releases kept for ever (id → why), fingerprints rolled back (→ release), what is held, the last run."""

    pinned: dict[str, str] = {}
    withdrawn: dict[str, str] = {}
    held: Held | None = None
    last_run: Run | None = None


def read_ledger(paths: Paths) -> Ledger:
    """The ledger, empty before the first run. Raises G60Error when it cannot be understood."""
    try:
        return Ledger.model_validate_json(paths.ledger.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        what = f"the ledger of releases cannot be read: {str(error).splitlines()[0]}"
        remedy = "correct it or delete it; then pins and withdrawals are forgotten"
        raise G60Error(what, str(paths.ledger), remedy) from error


def write_ledger(paths: Paths, ledger: Ledger) -> None:
    write_whole(paths.ledger, ledger.model_dump_json(indent=1, exclude_none=True))


def change_ledger(paths: Paths, **changed: Any) -> Ledger:
    """Replace some of it."""
    ledger = read_ledger(paths).model_copy(update=changed)
    write_ledger(paths, ledger)
    return ledger
