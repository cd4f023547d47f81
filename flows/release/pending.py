"""What stands in the way of making a release of these inputs: nothing new, a rollback, or a person's word."""

from __future__ import annotations

from flows.errors import G60Error
from flows.release.current import Release
from flows.release.ledger import Ledger
from flows.settings import Paths


class ReleaseHeld(G60Error):
    """All tests passed, but the difference to the published release is beyond limits: a person decides."""


def held(reasons: list[str], paths: Paths) -> ReleaseHeld:
    """The refusal to publish a difference beyond limits."""
    remedy = "see g60 diff; g60 release --accept publishes it, and until then the last release stays"
    return ReleaseHeld("; ".join(reasons), str(paths.build_database), remedy)


def nothing_to_do(paths: Paths, before: Release, ledger: Ledger, fingerprint: str) -> str | None:
    """Why a refresh of these inputs changes nothing, if so.

    Raises ReleaseHeld while what they would change awaits a person.
    """
    if before.manifest.get("fingerprint") == fingerprint:
        return f"nothing changed since release {before.id}"
    if withdrawn := ledger.withdrawn.get(fingerprint):
        return (
            f"release {withdrawn} of these inputs was rolled back; it is not made again until they change "
            f"(g60 rollback {withdrawn} goes forward to it)"
        )
    if ledger.held and ledger.held.fingerprint == fingerprint:
        raise held(ledger.held.reasons, paths)
    return None
