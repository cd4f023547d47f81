"""Land a folder of raw files in DuckDB: every cell as text, with its document and its address.

Writes the tables raw.file, raw.document, raw.statistic, raw.register_cell, raw.event, raw.event_count and
raw.refused anew. They are a pure function of the bytes under the folder: landing the same bytes again changes
nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.digests import FileDigests
from flows.errors import G60Error
from flows.landing import layouts
from flows.landing.cache import Kept, LandingCache
from flows.landing.cards import DEFAULT_LIMIT, Card, card_path, load_card
from flows.landing.layouts import INTEGERS, Landed, RawTable, Rejected, cells_of
from flows.landing.limits import TooLarge, check_file
from flows.landing.pages import read_page
from flows.landing.partitions import PartitionReader, empty_count, is_partitioned, landed_of
from flows.landing.readers import DELIMITED, read_delimited, read_delimited_grid, read_workbook
from flows.landing.records import read_json_lines, read_parquet
from flows.landing.sheets import Columns, Grid, columns_from, grid_of_columns
from flows.pace import Pace
from flows.settings import ROOT, limits

HELP = "see raw/README.md"
NOT_DATA = {".yaml", ".md"}
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
PAGES = (".html", ".htm")
RECORDS = (".parquet", ".jsonl", ".ndjson")
KINDS = (*DELIMITED, *WORKBOOKS, *PAGES, *RECORDS)
# Formats whose files are columns by themselves, read without the detour over cells.
COLUMNAR: dict[str, Callable[[Path], Columns]] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "parquet": read_parquet,
    "jsonl": read_json_lines,
}


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


@dataclass(frozen=True)
class Landing:
    """Totals of a landing in cells. Always: read = landed + quarantined + not_data.

    `reused` counts files whose cells are those of an earlier landing of the same bytes.
    """

    files: int
    documents: int
    read: int
    landed: int
    quarantined: int
    not_data: int
    reused: int = 0


def raw_files(raw: Path) -> list[Path]:
    """Data files under the folder in a stable order; cards, notes and hidden files are not data."""
    if not raw.is_dir():
        raise G60Error("the folder of raw files does not exist", str(raw), "name another one with --raw")
    found = data_files(raw)
    if not found and not partition_files(raw):
        raise G60Error("there is no raw file to land", str(raw), f"add files with their cards, {HELP}")
    return found


def data_files(raw: Path) -> list[Path]:
    """Files that have a card each; partitions share that of their folder."""
    folders = partitioned(raw)
    return [
        path
        for path in visible(raw)
        if path.suffix not in NOT_DATA and not any(parent in folders for parent in path.parents)
    ]


def partitioned(raw: Path) -> set[Path]:
    """Folders under the raw files that are sets of events in partitions."""
    cards = (path.with_suffix("") for path in visible(raw) if path.suffix == ".yaml")
    return {folder for folder in cards if is_partitioned(folder)}


def partition_files(raw: Path) -> list[tuple[Path, Path]]:
    """Every partition with the folder it is part of, in a stable order."""
    return [
        (folder, path)
        for folder in sorted(partitioned(raw))
        for path in visible(folder)
        if path.suffix not in NOT_DATA
    ]


def visible(raw: Path) -> list[Path]:
    """Files under the folder but hidden ones and locks of an open workbook.

    A link counts even if it leads nowhere or to a folder, so that it is refused and not passed over.
    """
    return [
        path
        for path in sorted(raw.rglob("*"))
        if (path.is_file() or path.is_symlink())
        and not any(part.startswith((".", "~$")) for part in path.relative_to(raw).parts)
    ]


def name_of(path: Path, raw: Path) -> str:
    """The path under the folder; bytes of a name that are not UTF-8 show as \\xd6."""
    return os.fsencode(path.relative_to(raw).as_posix()).decode("utf-8", "backslashreplace")


def format_of(path: Path) -> str:
    """The format of a file by its name; a page that was saved as .xls or .xlsx is a page."""
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise ValueError(f"files of kind '{suffix}' are not read, only {', '.join(KINDS)}")
    if suffix in WORKBOOKS:
        with path.open("rb") as handle:
            head = handle.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
            return "html"
    return {"htm": "html", "ndjson": "jsonl"}.get(suffix[1:], suffix[1:])


def read_grids(path: Path, kind: str) -> tuple[dict[str, Grid], str | None]:
    """A file of any kind seen as sheets, and its encoding. Raises ValueError when it cannot be read."""
    if kind in ("xlsx", "xlsm", "xls", "ods"):
        return read_workbook(path), None
    if kind == "html":
        return read_page(path)
    if kind in ("csv", "tsv"):
        grid, encoding = read_delimited_grid(path)
        return {grid.name: grid}, encoding
    table = COLUMNAR[kind](path)
    grid = grid_of_columns(table)
    return {grid.name: grid}, table.encoding


def read_file(path: Path, card: Card, kind: str) -> tuple[Landed, str | None]:
    """One file by the layout of its card, and its encoding. Raises ValueError when it cannot be read."""
    has_header_on_top = card.header_row == 1 and not card.notes
    if card.is_tabular or kind not in COLUMNAR or (kind in ("csv", "tsv") and not has_header_on_top):
        grids, encoding = read_grids(path, kind)
        return laid_out(grids, card), encoding
    table = COLUMNAR[kind](path)
    return one_table(table, card), table.encoding


def laid_out(grids: dict[str, Grid], card: Card) -> Landed:
    """Sheets by the layout of the card; a long table, a register or a list of events lies on one of them."""
    if card.is_tabular:
        return layouts.tables(grids, card)
    name = card.sheet or next(iter(grids))
    if name not in grids:
        raise ValueError(f"the card names sheet '{name}', the file has {', '.join(grids)}")
    landed = one_table(columns_from(grids[name], card.header_row, card.notes), card)
    others = layouts.undeclared_sheets(grids, {name, *card.skip_sheets})
    skipped = sum(grids[other].told for other in grids.keys() - {name} if other in card.skip_sheets)
    return replace(
        landed,
        rejected=[*landed.rejected, *others],
        read=landed.read + skipped + sum(piece.cells for piece in others),
        not_data=landed.not_data + skipped,
    )


ONE_TABLE: dict[str, Callable[[Columns, Card], Landed]] = {
    "long": layouts.long_sheet,
    "register": layouts.register_sheet,
    "events": layouts.event_sheet,
}


def one_table(table: Columns, card: Card) -> Landed:
    return ONE_TABLE[card.layout](layouts.without_empty_edge(table), card)


def leads_out(path: Path, raw: Path) -> bool:
    """Whether a file is a link to somewhere else; one in circles leads nowhere and cannot be opened later."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(raw.resolve())
    except (OSError, RuntimeError):
        return False


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
    if card.layout != "events":
        reason = f"a folder holds events in partitions, its card says layout {card.layout}"
        return intake.refused("card_invalid", reason, "say layout: events, or give each file its card", card)
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
        is_directed=about.is_directed,
        address=about.address,
    )


def land(
    raw: Path,
    database: Path,
    progress: Callable[[str], None] = lambda _: None,
    cache: LandingCache | None = None,
    partitions: PartitionReader | None = None,
) -> Landing:
    """Read every file under `raw` and write the tables of schema raw into `database`.

    `cache` and `partitions` spare reading what was read before; without the latter partitions are read by the
    rules of the repository into a folder beside the database.
    """
    # Arrow's own pool keeps what it has freed; dbt and the scheduler share this process and want the memory.
    pa.set_memory_pool(pa.system_memory_pool())
    files = []
    for path in raw_files(raw):
        progress(name_of(path, raw))
        files.append(take_in(path, raw, cache=cache))
    if cache:
        cache.prune()
    if found := partition_files(raw):
        with ExitStack() as own:
            reader = partitions or own.enter_context(
                PartitionReader(database.parent / "partitions", ROOT / "dbt_project", limits())
            )
            files += take_in_partitions(found, raw, reader, progress)
            reader.prune()
    return write_landing([*files, *orphan_cards(raw)], database)


def take_in_partitions(
    found: list[tuple[Path, Path]], raw: Path, reader: PartitionReader, progress: Callable[[str], None]
) -> list[LandedFile]:
    """Every partition, with the pace of those that are read and the time the rest will take."""
    digests = FileDigests(reader.store.parent / "digests.json")
    pace = Pace(sum(size_of(path) for _, path in found), len(found))
    files = []
    for folder, path in found:
        progress(f"{name_of(path, raw)}  {pace.told()}")
        file = take_in_partition(path, folder, raw, reader, digests)
        pace.passed(size_of(path), is_work=not file.reused)
        files.append(file)
        # A run that is stopped must not read gigabytes again to know that it has read them.
        digests.save()
    return files


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def write_landing(files: list[LandedFile], database: Path) -> Landing:
    """Write what was read into `database`. Raises G60Error where it cannot be written."""
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(database)) as connection:
            write_tables(connection, files)
            (documents,) = connection.execute("select count(*) from raw.document").fetchone() or (0,)
    except (OSError, duckdb.IOException) as error:
        reason = " ".join(str(error).split())
        remedy = "close the program that holds it open, or name another folder with --warehouse"
        raise G60Error(f"the database cannot be written: {reason}", str(database), remedy) from error
    return Landing(
        len(files),
        documents,
        read=sum(f.read for f in files),
        landed=sum(f.kept for f in files),
        quarantined=sum(f.quarantined for f in files),
        not_data=sum(f.not_data for f in files),
        reused=sum(f.reused for f in files),
    )


def orphan_cards(raw: Path) -> list[LandedFile]:
    """Cards whose file is gone: a number would vanish unseen if nobody were told."""
    entries = visible(raw)
    named = [entry.with_suffix("") for entry in entries if entry.suffix == ".yaml"]
    there = {*entries, *(folder for folder, _ in partition_files(raw))}
    remedy = "bring the file back or delete the card"
    piece = Rejected(None, None, "file_missing", "the card has no file", remedy)
    return [LandedFile(name_of(file, raw), "", 0, None, None, [piece]) for file in named if file not in there]


def stacked(files: list[LandedFile], names: tuple[str, ...], table: RawTable) -> pa.Table:
    """The columns of all files of one kind under each other, with the file each row came from."""
    kind = [f for f in files if f.landed and f.landed.table == table]
    schema = pa.schema([(n, pa.int64() if n in INTEGERS else pa.string()) for n in ("file_path", *names)])
    tables = [
        pa.table(
            {"file_path": pa.repeat(f.path, len(f.landed.columns["row_no"]))}
            | {name: f.landed.columns[name] for name in names},
            schema=schema,
        )
        for f in kind
        if f.landed
    ]
    # A thousand small files would be a thousand chunks, each of which the database gives room for many rows.
    return pa.concat_tables(tables).combine_chunks() if tables else schema.empty_table()


CARD_COLUMNS = (
    "title", "title_en", "publisher", "url", "published_on", "accessed_on", "licence", "layout", "note",
    "register_name", "event", "separator", "unit",
)  # fmt: skip


def cards_table(files: list[LandedFile]) -> pa.Table:
    """One row a file: what the card says of it and what landing it gave."""
    own = ("format", "encoding", "sha256", "data_set")
    columns = {name: [getattr(f.card, name, None) for f in files] for name in CARD_COLUMNS}
    columns |= {name: [getattr(f, name) for f in files] for name in own}
    columns["file_path"] = [f.path for f in files]
    strings = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    limits = [f.rejected_limit for f in files]
    numbers = {
        "bytes": pa.array([f.bytes for f in files], pa.int64()),
        "cells_read": pa.array([f.read for f in files], pa.int64()),
        "cells_landed": pa.array([f.kept for f in files], pa.int64()),
        "cells_quarantined": pa.array([f.quarantined for f in files], pa.int64()),
        "cells_not_data": pa.array([f.not_data for f in files], pa.int64()),
        "rejected_limit": pa.array(limits, pa.float64()),
    }
    return pa.table(strings | numbers)


def refused_table(files: list[LandedFile]) -> pa.Table:
    pieces = [(f.path, r) for f in files for r in f.rejected]
    names = ("cell_address", "raw_text", "rule", "reason", "remedy")
    columns = {name: pa.array([getattr(r, name) for _, r in pieces], pa.string()) for name in names}
    columns["cells"] = pa.array([r.cells for _, r in pieces], pa.int32())
    return pa.table({"file_path": pa.array([path for path, _ in pieces], pa.string())} | columns)


def write_tables(connection: duckdb.DuckDBPyConnection, files: list[LandedFile]) -> None:
    # The flow tells its progress itself.
    connection.execute("set enable_progress_bar = false")
    connection.register("landed_card", cards_table(files))
    connection.register("landed_statistic", stacked(files, layouts.STATISTIC, "statistic"))
    connection.register("landed_register", stacked(files, layouts.REGISTER, "register"))
    connection.register("landed_event", stacked(files, layouts.EVENT, "event"))
    connection.register("landed_refused", refused_table(files))
    write_counts(connection, files)
    connection.execute((Path(__file__).parent / "land.sql").read_text(encoding="utf-8"))


def write_counts(connection: duckdb.DuckDBPyConnection, files: list[LandedFile]) -> None:
    """The counts of all partitions under each other, with the file of each."""
    counted = [file for file in files if file.count]
    columns = {
        "count_path": pa.array([str(file.count) for file in counted], pa.string()),
        "file_path": pa.array([file.path for file in counted], pa.string()),
        "is_directed": pa.array([file.is_directed for file in counted], pa.bool_()),
        "address": pa.array([file.address for file in counted], pa.string()),
    }
    connection.register("landed_partition", pa.table(columns))
    if counted:
        paths = ", ".join("'" + str(file.count).replace("'", "''") + "'" for file in counted)
        connection.execute(
            "create or replace temp view landed_count as "
            "select * exclude (filename), filename as count_path "
            f"from read_parquet([{paths}], filename = true)"
        )
    else:
        empty = empty_count().append_column("count_path", pa.array([], pa.string()))
        connection.register("landed_count", empty)
