"""One refresh of a warehouse, without any scheduler: land → build → gate → publish → record.

Each step is a function of the run; whoever calls may wrap them, as the flow does to make tasks of them.
However a run ends, the ledger says how and report.md tells the whole of it.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from flows.errors import G60Error, in_words
from flows.fingerprint import digest_of, inputs
from flows.landing.cache import LandingCache
from flows.landing.files import raw_files
from flows.landing.land import land as land_files
from flows.landing.partitions import PartitionReader
from flows.lineage.process import LineageReader
from flows.modelling.process import Modeller
from flows.release.compare import Changes, compare, list_nothing, moved_inputs
from flows.release.current import Release, current_release
from flows.release.durable import write_whole
from flows.release.gate import GateClosed, beyond_limits, check_gate, release_limits
from flows.release.history import KEPT, clock_behind, prune
from flows.release.ledger import Held, Outcome, change_ledger, read_ledger
from flows.release.ledger import Run as RunRecord
from flows.release.lock import lock
from flows.release.pending import ReleaseHeld, held, nothing_to_do
from flows.release.publish import Candidate, Writers
from flows.release.publish import publish as publish_release
from flows.reporting.notes import release_notes
from flows.reporting.process import SiteWriter
from flows.reporting.progress import Progress, Silent
from flows.reporting.report import RunFacts, changes_in_words, run_report
from flows.settings import Paths, limits

MOST_LANDINGS = 3
Step = Callable[[], None]


def as_it_is(_: str, step: Step) -> Step:
    return step


@dataclass
class Refresh:
    """A run in the making. `accept` is what a person says who lets a held difference through."""

    where: Paths
    force: bool = False
    accept: str | None = None
    keep: int = KEPT
    progress: Progress | Silent = field(default_factory=Silent)
    wrap: Callable[[str, Step], Step] = as_it_is
    modeller_of: Callable[[Paths], Modeller] = Modeller
    facts: RunFacts = field(default_factory=RunFacts)
    given_up: bool = False
    children: ExitStack = field(default_factory=ExitStack)

    def run(self) -> str:
        """Do what there is to do. Returns the id of the release readers hold. Raises G60Error.

        With inputs unchanged since the published release nothing is done, unless `force`.
        """
        with lock(self.where):
            began = dt.datetime.now(dt.UTC)
            self.inputs = inputs(self.where)
            self.before = current_release(self.where)
            self.ledger = read_ledger(self.where)
            if self.accept is not None:
                self.require_held()
            try:
                if self.before and (unchanged := self.nothing_to_do(self.before)):
                    self.record(began, "unchanged", unchanged)
                    return self.before.id
                self.make_release()
            except BaseException as error:
                fault = in_words(error, self.where.warehouse)
                kinds: dict[type, Outcome] = {GateClosed: "refused", ReleaseHeld: "held"}
                self.facts.stopped = str(fault) or type(fault).__name__
                self.record(began, kinds.get(type(fault), "failed"), self.facts.stopped)
                if isinstance(fault, G60Error) and fault is not error:
                    raise fault from error
                raise
            assert self.facts.release is not None
            self.record(began, "published", changes_in_words(self.facts.changes).splitlines()[0])
            return self.facts.release.id

    def nothing_to_do(self, before: Release) -> str | None:
        if self.force or self.accept is not None:
            return None
        return nothing_to_do(self.where, before, self.ledger, self.inputs.fingerprint)

    def require_held(self) -> None:
        """Refuse to accept what was never shown. Raises G60Error."""
        if self.ledger.held is None:
            raise G60Error("no release is held", str(self.where.ledger), "run g60 refresh first")
        if self.ledger.held.fingerprint != self.inputs.fingerprint:
            remedy = "run g60 refresh and look at the new difference"
            raise G60Error("the inputs changed since the release was held", str(self.where.raw), remedy)

    def make_release(self) -> None:
        raw_files(self.where.raw)
        now = dt.datetime.now(dt.UTC)
        if behind := clock_behind(self.where, now):
            self.facts.remarks.append(behind)
            self.progress.note(behind)
        with self.children:
            self.modeller = self.children.enter_context(self.modeller_of(self.where))
            for step in (self.land, self.build, self.gate, self.publish):
                self.timed(step.__name__, step)

    def timed(self, name: str, step: Step) -> None:
        began = time.monotonic()
        self.progress.step(name)
        try:
            if not self.given_up:
                self.wrap(name, step)()
        except Exception as error:
            # What breaks because its processes were stopped is no fault of theirs.
            if not self.given_up:
                raise
            raise KeyboardInterrupt from error
        finally:
            self.facts.seconds[name] = time.monotonic() - began
        if self.given_up:
            raise KeyboardInterrupt

    def give_up(self) -> None:
        """From another thread: stop as on an interrupt, before anything is published."""
        self.given_up = True
        self.children.close()

    def land(self) -> None:
        """Every raw file, cell by cell, into a new scratch database; again if they changed meanwhile."""
        for _ in range(MOST_LANDINGS):
            self.where.build_database.unlink(missing_ok=True)
            cache = LandingCache(self.where.landed)
            with PartitionReader(
                self.where.partitions, self.where.project, limits(), self.where.as_of
            ) as partitions:
                landing = land_files(
                    self.where.raw, self.where.build_database, self.progress.detail, cache, partitions
                )
            if self.inputs.raw == digest_of(self.where.raw, keep=self.where.digests):
                break
            self.inputs = inputs(self.where)
        else:
            remedy = "wait until copying is done, then refresh again"
            raise G60Error("the raw files keep changing while they are read", str(self.where.raw), remedy)
        self.facts.landing = landing
        self.progress.done(
            f"{landing.files} files ({landing.files - landing.reused} anew), {landing.documents} documents: "
            f"{landing.read} cells read, {landing.landed} landed, {landing.quarantined} quarantined, "
            f"{landing.not_data} not data"
        )

    def build(self) -> None:
        """Seeds, models and data tests of the dbt project."""
        built = self.facts.build = self.modeller.build(self.progress.detail)
        self.progress.done(
            f"{len(built.nodes)} nodes, {built.passed_tests} tests passed, {len(built.warned)} warned"
        )

    def gate(self) -> None:
        """Closed while a test of severity error fails or the difference is beyond limits nobody accepted."""
        assert self.facts.build is not None
        check_gate(self.facts.build, self.where)
        self.lineage = self.children.enter_context(LineageReader(self.where))
        # It reads its templates while the release's database is written.
        self.site = self.children.enter_context(SiteWriter())
        self.facts.changes = self.difference()
        if self.facts.changes is None:
            return
        reasons = beyond_limits(self.facts.changes, release_limits(self.where.build_database))
        if reasons and self.accept is None:
            now = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S+00:00}"
            kept = Held(fingerprint=self.inputs.fingerprint, at=now, reasons=reasons)
            self.ledger = change_ledger(self.where, held=kept)
            raise held(reasons, self.where)

    def difference(self) -> Changes | None:
        """What this build changes for readers; all of it beside the build as Parquet."""
        if self.before is None:
            list_nothing(self.where.changes)
            return None
        moved = moved_inputs(self.before.manifest.get("inputs", {}), asdict(self.inputs))
        return compare(self.before.database, self.where.build_database, moved, self.where.changes)

    def publish(self) -> None:
        """A new immutable release, then one flip of the pointer."""
        facts = self.facts
        assert facts.landing is not None
        assert facts.build is not None
        previous = self.before.id if self.before else None
        candidate = Candidate(
            self.inputs,
            facts.landing,
            facts.build,
            facts.changes,
            self.where.changes,
            previous,
            self.accept,
            self.lineage.read(),
        )
        writers = Writers(self.site.write, self.write_lineage, self.texts)
        release = facts.release = publish_release(self.where, candidate, writers)
        cleared = prune(self.where, self.keep)
        gone = f"; cleared away {len(cleared)} old" if cleared else ""
        self.progress.done(f"release {release.id}: {changes_in_words(facts.changes).splitlines()[0]}{gone}")

    def write_lineage(self, docs: Path) -> None:
        """dbt's own page beside the docs site."""
        target = docs / "dbt" / "index.html"
        target.parent.mkdir(parents=True)
        target.write_bytes(self.modeller.write_docs().read_bytes())

    def texts(self, release: Release) -> dict[str, str]:
        """The report and the notes that a release carries."""
        told = RunFacts(**{**vars(self.facts), "release": release})
        before = self.before.database if self.before else None
        return {
            "report.md": run_report(told, self.where, "docs/index.html"),
            "notes.md": release_notes(release.database, before),
        }

    def record(self, began: dt.datetime, outcome: Outcome, sentence: str) -> None:
        """Say in the ledger how the run ended; and in its report, where it came to do anything."""
        now = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S+00:00}"
        current = self.facts.release or self.before
        run = RunRecord(
            began=f"{began:%Y-%m-%dT%H:%M:%S+00:00}",
            ended=now,
            outcome=outcome,
            release=current.id if current else None,
            sentence=sentence,
            fingerprint=self.inputs.fingerprint,
        )
        changed: dict[str, object] = {"last_run": run}
        if current and current.manifest.get("fingerprint") == self.inputs.fingerprint:
            withdrawn = {k: v for k, v in self.ledger.withdrawn.items() if k != self.inputs.fingerprint}
            changed |= {"held": None, "withdrawn": withdrawn}
        try:
            if self.facts.seconds:
                write_whole(self.where.report, run_report(self.facts, self.where, docs_address()))
            change_ledger(self.where, **changed)
        except OSError:
            # On a full disk the run's own sentence matters more than its record.
            if outcome == "published":
                raise


def docs_address() -> str | None:
    """Where the docs of the current release are served, when they are."""
    return os.environ.get("G60_DOCS_URL")
