"""What a refresh would do now: which files it would read, whose documents, and whether it would publish.

Nothing is read but digests: a file counts by its bytes, a card by whether what was landed with it is kept.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb
from rich.console import Console

from flows.digests import FileDigests
from flows.engine import connect
from flows.errors import G60Error
from flows.fingerprint import inputs
from flows.landing.cache import LandingCache
from flows.landing.cards import card_path
from flows.landing.files import name_of, partition_files, raw_files
from flows.landing.partitions import PartitionReader
from flows.release.compare import moved_inputs
from flows.release.current import Release, current_release
from flows.release.ledger import read_ledger
from flows.release.pending import ReleaseHeld, nothing_to_do
from flows.settings import Paths, limits
from flows.terminal import print_line, waiting

Outcome = Literal["publish", "unchanged", "withdrawn", "held"]
MOVES = ("new", "changed", "card", "gone")
SHOWN = 20
DOCUMENTS = """
    select file_path, list(document_id order by document_id) from raw.document group by file_path
"""


@dataclass
class Moved:
    """A raw file that differs from the release: `new`, `changed`, its `card` changed, or `gone`."""

    file: str
    what: str
    documents: list[str]


@dataclass
class RefreshPlan:
    """What a refresh would do. `nodes` are those of the last build: each build makes all of them anew."""

    outcome: Outcome
    why: str
    release: str | None
    files: int
    read_anew: int
    moved: list[Moved] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    nodes: int | None = None


def plan(where: Paths) -> RefreshPlan:
    """Look, and change nothing. Raises G60Error when there is nothing to land."""
    files = {name_of(path, where.raw): path for path in raw_files(where.raw)}
    partitions = {name_of(path, where.raw): (path, folder) for folder, path in partition_files(where.raw)}
    before, now = current_release(where), inputs(where)
    with waiting("the raw files are compared with the release"):
        known = FileDigests(where.digests)
        paths = files | {name: path for name, (path, _) in partitions.items()}
        digests = {name: sha256_of(path, known) for name, path in paths.items()}
        kept = kept_pieces(where, files, digests) | kept_partitions(where, partitions, digests)
        moved = moved_files(before, digests, kept) if before else []
    made = RefreshPlan(
        outcome="publish",
        why="there is no release yet" if before is None else "the inputs changed since the release",
        release=before.id if before else None,
        files=len(paths),
        read_anew=len(paths.keys() - kept),
        moved=moved,
        inputs=moved_inputs(before.manifest.get("inputs", {}), asdict(now)) if before else [],
        nodes=before.manifest.get("nodes") if before else None,
    )
    if before:
        try:
            if why := nothing_to_do(where, before, read_ledger(where), now.fingerprint):
                is_same = before.manifest.get("fingerprint") == now.fingerprint
                made.outcome, made.why = ("unchanged" if is_same else "withdrawn"), why
        except ReleaseHeld as held:
            made.outcome, made.why = "held", held.what
    return made


def sha256_of(path: Path, known: FileDigests) -> str:
    """The digest of a file; that of nothing where it cannot be opened, which a refresh would refuse."""
    try:
        return known.of(path)
    except OSError:
        return ""


def kept_pieces(where: Paths, files: dict[str, Path], digests: dict[str, str]) -> set[str]:
    """The files of which a refresh would take what it landed before."""
    cache, kept = LandingCache(where.landed), set()
    for name, path in files.items():
        try:
            key = cache.key(name, digests[name], card_path(path))
        except OSError:
            continue
        if (where.landed / key).is_file():
            kept.add(name)
    return kept


def kept_partitions(
    where: Paths, partitions: dict[str, tuple[Path, Path]], digests: dict[str, str]
) -> set[str]:
    """The partitions that a refresh would not read again."""
    if not partitions:
        return set()
    kept = set()
    with PartitionReader(where.partitions, where.project, limits(), where.as_of) as reader:
        for name, (_, folder) in partitions.items():
            try:
                key = reader.key(name, digests[name], card_path(folder))
            except OSError:
                continue
            if reader.kept(key):
                kept.add(name)
    return kept


def moved_files(before: Release, digests: dict[str, str], kept: set[str]) -> list[Moved]:
    """The raw files that are not those of the release."""
    try:
        with connect(before.database, read_only=True) as connection:
            there = dict(connection.execute("select file_path, sha256 from raw.file").fetchall())
            documents = dict(connection.execute(DOCUMENTS).fetchall())
    except duckdb.Error as error:
        what = f"the release cannot be read: {' '.join(str(error).splitlines()[0].split())}"
        raise G60Error(what, str(before.database), "look at it with g60 verify") from error
    found = []
    for name in sorted(digests.keys() | there.keys()):
        if name not in digests:
            what = "gone"
        elif name not in there:
            what = "new"
        elif digests[name] != there[name]:
            what = "changed"
        elif kept and name not in kept:
            # With none kept the code that lands has changed, and nothing is known of the cards.
            what = "card"
        else:
            continue
        found.append(Moved(name, what, documents.get(name, [])))
    return found


def plan_facts(made: RefreshPlan) -> dict[str, Any]:
    """The plan for a program."""
    return asdict(made)


def print_plan(made: RefreshPlan, console: Console) -> None:
    """What would be done, and on which files."""
    verdicts = {
        "publish": "a refresh would build, test and publish",
        "unchanged": "a refresh would do nothing",
        "withdrawn": "a refresh would do nothing",
        "held": "a refresh would stop, a person decides: g60 diff, then g60 release --accept",
    }
    print_line(console, "plan", verdicts[made.outcome])
    print_line(console, "because", made.why)
    if made.outcome == "unchanged":
        return
    counts = {what: sum(one.what == what for one in made.moved) for what in MOVES}
    print_line(
        console,
        "files",
        f"{made.files} raw files, {made.read_anew} to be read anew: {counts['new']} new, "
        f"{counts['changed']} changed, {counts['card']} with another card, {counts['gone']} gone",
    )
    for one in made.moved[:SHOWN]:
        print_line(console, one.what, f"{one.file} ({len(one.documents)} documents in the release)")
    if len(made.moved) > SHOWN:
        print_line(console, "files", f"and {len(made.moved) - SHOWN} more")
    for name in made.inputs:
        print_line(console, "changed", name)
    if made.nodes:
        print_line(console, "nodes", f"{made.nodes} of dbt, all of them made anew")
