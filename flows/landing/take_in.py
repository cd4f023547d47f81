"""Take in one raw file or one partition: what it gave, or why it is quarantined as a whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flows.digests import FileDigests
from flows.landing.cache import Kept, LandingCache
from flows.landing.cards import DEFAULT_LIMIT, Card, card_path, load_card
from flows.landing.files import HELP, leads_out, name_of
from flows.landing.layouts import Landed, Rejected, cells_of
from flows.landing.limits import TooLarge, check_file
from flows.landing.partitions import PartitionReader, landed_of
from flows.landing.read import format_of, read_file


@dataclass(frozen=True)
class LandedFile:
    """A raw file with its card (None when it has none) and what came of it."""

    path: str
    sha256: str
    bytes: int
    card: Card | None
    landed: Landed | None
    rejected: list[Rejected]
    format: str | None = None
    encoding: str | None = None
    reused: bool = False
    # Of a partition: the folder it is part of, and where its counts of events lie.
    data_set: str | None = None
    count: Path | None = None
    rows: int = 0
    is_directed: bool = False
    address: str | None = None

    @property
    def rejected_limit(self) -> float | None:
        """Share of figures that may be refused. A file nobody has taken in yet has no limit: it is shown and
        stops nobody. One whose card is damaged or whose bytes are gone keeps the limit of a plain card."""
        if self.card:
            return self.card.rejected_limit
        awaited = {"card_missing", "card_is_draft"}
        return None if awaited & {piece.rule for piece in self.rejected} else DEFAULT_LIMIT

    @property
    def read(self) -> int:
        """Cells read; a file refused as a whole counts as one."""
        return self.landed.read if self.landed else self.quarantined

    @property
    def kept(self) -> int:
        return self.landed.landed if self.landed else 0

    @property
    def quarantined(self) -> int:
        return cells_of(self.rejected)

    @property
    def not_data(self) -> int:
        return self.landed.not_data if self.landed else 0


@dataclass
class Intake:
    """One file on its way in: what is known of it so far, and how it is refused."""

    name: str
    raw: Path
    path: Path
    card_file: Path
    sha256: str = ""
    size: int = 0

    def refused(self, rule: str, reason: str, remedy: str, card: Card | None = None) -> LandedFile:
        piece = Rejected(None, None, rule, reason, remedy)
        return LandedFile(self.name, self.sha256, self.size, card, None, [piece])

    def obstacle(self) -> LandedFile | None:
        """What its name or its place on disk has against it."""
        if self.name != self.path.relative_to(self.raw).as_posix():
            return self.refused(
                "name_unreadable", "the file's name is not UTF-8", "rename the file and its card"
            )
        if leads_out(self.path, self.raw) or leads_out(self.card_file, self.raw):
            remedy = "copy what it points at into the folder"
            reason = "the file or its card is a link that leads out of the folder"
            return self.refused("outside_raw", reason, remedy)
        return None

    def unopened(self, error: OSError) -> LandedFile:
        reason = f"the file cannot be opened: {error.strerror}"
        return self.refused("file_unreadable", reason, "bring the file back or delete it with its card")

    def card(self, drafts: bool) -> Card | LandedFile:
        """Its card, or why it has none that counts."""
        if not self.card_file.is_file():
            remedy = f"run g60 add on it to draft one, {HELP}"
            return self.refused("card_missing", "the file has no card", remedy)
        try:
            card = load_card(self.card_file)
        except (OSError, ValueError) as error:
            inside = self.card_file.is_relative_to(self.raw)
            its_name = name_of(self.card_file, self.raw) if inside else str(self.card_file)
            return self.refused("card_invalid", str(error), f"correct {its_name}, {HELP}")
        if card.draft and not drafts:
            remedy = "review the card and delete the line draft: true"
            return self.refused("card_is_draft", "nobody has reviewed the drafted card", remedy)
        return card

    def unreadable(self, error: Exception, card: Card) -> LandedFile:
        if isinstance(error, TooLarge):
            remedy = "split the file, or clear what lies far from the table"
            return self.refused("too_large", str(error), remedy, card)
        return self.refused("file_unreadable", str(error), "save the file anew or correct its card", card)


def take_in(
    path: Path,
    raw: Path,
    card_file: Path | None = None,
    drafts: bool = False,
    cache: LandingCache | None = None,
) -> LandedFile:
    """Read one file with its card; whatever stands in the way becomes a quarantined piece with a remedy.

    `card_file` names a card that does not lie beside the file; `drafts` takes cards nobody has reviewed;
    `cache` spares reading a file that was read before.
    """
    intake = Intake(name_of(path, raw), raw, path, card_file or card_path(path))
    if obstacle := intake.obstacle():
        return obstacle
    try:
        check_file(path.stat().st_size)
        data = path.read_bytes()
        intake.sha256, intake.size = hashlib.sha256(data).hexdigest(), len(data)
        del data
    except TooLarge as error:
        return intake.refused("too_large", str(error), "split the file")
    except OSError as error:
        return intake.unopened(error)
    card = intake.card(drafts)
    if isinstance(card, LandedFile):
        return card
    name, sha256, size = intake.name, intake.sha256, intake.size
    try:
        key = cache.key(name, sha256, intake.card_file) if cache else ""
        if cache and (kept := cache.get(key)):
            landed, kind, encoding = kept
            return LandedFile(name, sha256, size, card, landed, landed.rejected, kind, encoding, reused=True)
        kind = format_of(path)
        landed, encoding = read_file(path, card, kind)
        if not landed.read:
            raise ValueError("the file holds no text at all")
        if not landed.landed and not landed.rejected:
            raise ValueError("the file has a header but no row under it")
    except (OSError, ValueError, RecursionError) as error:
        return intake.unreadable(error, card)
    if cache:
        cache.put(key, Kept(landed, kind, encoding))
    return LandedFile(name, sha256, size, card, landed, landed.rejected, kind, encoding)


def take_in_partition(
    path: Path, folder: Path, raw: Path, reader: PartitionReader, digests: FileDigests, drafts: bool = False
) -> LandedFile:
    """Read one partition by the card of its folder, unless it was read before."""
    intake = Intake(name_of(path, raw), raw, path, card_path(folder))
    if obstacle := intake.obstacle():
        return obstacle
    try:
        intake.sha256, intake.size = digests.of(path), path.stat().st_size
    except OSError as error:
        return intake.unopened(error)
    card = intake.card(drafts)
    if isinstance(card, LandedFile):
        return card
    try:
        key = reader.key(intake.name, intake.sha256, intake.card_file)
        about = kept = reader.kept(key)
        if about is None:
            about = reader.read(key, path, intake.name, card, format_of(path))
        if not about.rows and not about.rejected:
            raise ValueError("the file has a header but no row under it")
    except (OSError, ValueError, RecursionError) as error:
        return intake.unreadable(error, card)
    landed = landed_of(about)
    return LandedFile(
        intake.name,
        intake.sha256,
        intake.size,
        card,
        landed,
        landed.rejected,
        about.format,
        about.encoding,
        reused=kept is not None,
        data_set=name_of(folder, raw),
        count=reader.count_of(key),
        rows=about.rows,
        is_directed=about.is_directed,
        address=about.address,
    )
