"""Land a folder of raw files in DuckDB: every cell as text, with its document and its address.

Writes the tables raw.file, raw.document, raw.statistic, raw.register_cell and raw.rejected anew.
They are a pure function of the bytes under the folder: landing the same bytes again changes nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.errors import G60Error
from flows.landing import layouts
from flows.landing.cards import Card, card_path, load_card
from flows.landing.layouts import Landed, Rejected
from flows.landing.readers import DELIMITED, WORKBOOKS, read_delimited, read_delimited_grid, read_workbook

HELP = "see raw/README.md"
NOT_DATA = {".yaml", ".md"}


@dataclass(frozen=True)
class LandedFile:
    """A raw file with its card (None when it has none) and what came of it."""

    path: str
    sha256: str
    bytes: int
    card: Card | None
    landed: Landed | None
    rejected: list[Rejected]

    @property
    def read(self) -> int:
        """Pieces read; a file refused as a whole counts as one."""
        return self.landed.read if self.landed else len(self.rejected)

    @property
    def kept(self) -> int:
        return self.landed.landed if self.landed else 0


@dataclass(frozen=True)
class Landing:
    """Totals of a landing. Always: read = landed + quarantined."""

    files: int
    documents: int
    read: int
    landed: int
    quarantined: int


def raw_files(raw: Path) -> list[Path]:
    """Data files under the folder in a stable order; cards, notes and hidden files are not data."""
    if not raw.is_dir():
        raise G60Error("the folder of raw files does not exist", str(raw), "name another one with --raw")
    found = [path for path in visible(raw) if path.suffix not in NOT_DATA]
    if not found:
        raise G60Error("there is no raw file to land", str(raw), f"add files with their cards, {HELP}")
    return found


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


def read_file(path: Path, card: Card) -> Landed:
    """One file by the layout of its card. Raises ValueError with the reason when it cannot be read."""
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS:
        if card.layout != "cross_tab":
            raise ValueError(f"a workbook has layout cross_tab, the card says {card.layout}")
        return layouts.cross_tabs(read_workbook(path), card)
    if suffix not in DELIMITED:
        raise ValueError(f"files of kind '{suffix}' are not read, only {', '.join([*DELIMITED, *WORKBOOKS])}")
    if card.layout == "cross_tab":
        grid, encoding = read_delimited_grid(path)
        return layouts.cross_tabs({grid.name: grid}, card, encoding)
    sheet = read_delimited(path)
    return layouts.long_sheet(sheet) if card.layout == "long" else layouts.register_sheet(sheet, card)


def take_in(path: Path, raw: Path) -> LandedFile:
    """Read one file with its card; whatever stands in the way becomes a quarantined piece with a remedy."""
    sha256, size = "", 0
    name = name_of(path, raw)
    card_file = card_path(path)

    def refused(rule: str, reason: str, remedy: str, card: Card | None = None) -> LandedFile:
        piece = Rejected(None, None, rule, reason, remedy)
        return LandedFile(name, sha256, size, card, None, [piece])

    if name != path.relative_to(raw).as_posix():
        return refused("name_unreadable", "the file's name is not UTF-8", "rename the file and its card")
    try:
        data = path.read_bytes()
        sha256, size = hashlib.sha256(data).hexdigest(), len(data)
    except OSError as error:
        reason = f"the file cannot be opened: {error.strerror}"
        return refused("file_unreadable", reason, "bring the file back or delete it with its card")
    if not card_file.is_file():
        return refused("card_missing", "the file has no card", f"add {name}.yaml, {HELP}")
    try:
        card = load_card(card_file)
    except (OSError, ValueError) as error:
        return refused("card_invalid", str(error), f"correct {name}.yaml, {HELP}")
    try:
        landed = read_file(path, card)
        if not landed.read:
            raise ValueError("the file has a header but no row under it")
    except (OSError, ValueError) as error:
        return refused("file_unreadable", str(error), "save the file anew or correct its card", card)
    return LandedFile(name, sha256, size, card, landed, landed.rejected)


def land(raw: Path, database: Path, progress: Callable[[str], None] = lambda _: None) -> Landing:
    """Read every file under `raw` and write the tables of schema raw into `database`."""
    # Arrow's own pool keeps what it has freed; dbt and the scheduler share this process and want the memory.
    pa.set_memory_pool(pa.system_memory_pool())
    files = []
    for path in raw_files(raw):
        progress(name_of(path, raw))
        files.append(take_in(path, raw))
    files += orphan_cards(raw)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(database)) as connection:
            write_tables(connection, files)
            (documents,) = connection.execute("select count(*) from raw.document").fetchone() or (0,)
    except (OSError, duckdb.IOException) as error:
        reason = " ".join(str(error).split())
        remedy = "close the program that holds it open, or name another folder with --warehouse"
        raise G60Error(f"the database cannot be written: {reason}", str(database), remedy) from error
    read, landed = sum(f.read for f in files), sum(f.kept for f in files)
    return Landing(len(files), documents, read, landed, sum(len(f.rejected) for f in files))


def orphan_cards(raw: Path) -> list[LandedFile]:
    """Cards whose file is gone: a number would vanish unseen if nobody were told."""
    entries = visible(raw)
    named = [entry.with_suffix("") for entry in entries if entry.suffix == ".yaml"]
    there = set(entries)
    remedy = "bring the file back or delete the card"
    piece = Rejected(None, None, "file_missing", "the card has no file", remedy)
    return [LandedFile(name_of(file, raw), "", 0, None, None, [piece]) for file in named if file not in there]


def stacked(files: list[LandedFile], names: tuple[str, ...], register: bool) -> pa.Table:
    """The columns of all files of one kind under each other, with the file each row came from."""
    kind = [f for f in files if f.landed and ("column_name" in f.landed.columns) == register]
    integer = {"row_no", "column_no"}
    schema = pa.schema([(n, pa.int64() if n in integer else pa.string()) for n in ("file_path", *names)])
    tables = [
        pa.table(
            {"file_path": pa.array([f.path] * len(f.landed.columns["row_no"]), pa.string())}
            | {name: f.landed.columns[name] for name in names},
            schema=schema,
        )
        for f in kind
        if f.landed
    ]
    return pa.concat_tables(tables) if tables else schema.empty_table()


def cards_table(files: list[LandedFile]) -> pa.Table:
    """One row a file: what the card says of it and what landing it gave."""
    said = sorted(Card.model_fields.keys() - {"tables", "url_column"})
    columns: dict[str, list[object]] = {name: [getattr(f.card, name, None) for f in files] for name in said}
    columns["encoding"] = [f.landed.encoding if f.landed else None for f in files]
    columns["file_path"] = [f.path for f in files]
    columns["sha256"] = [f.sha256 for f in files]
    strings = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    numbers = {
        "bytes": pa.array([f.bytes for f in files], pa.int64()),
        "pieces_read": pa.array([f.read for f in files], pa.int64()),
        "pieces_landed": pa.array([f.kept for f in files], pa.int64()),
        "pieces_quarantined": pa.array([len(f.rejected) for f in files], pa.int64()),
    }
    return pa.table(strings | numbers)


def rejected_table(files: list[LandedFile]) -> pa.Table:
    pieces = [(f.path, r) for f in files for r in f.rejected]
    names = ("cell_address", "raw_text", "rule", "reason", "remedy")
    columns = {name: pa.array([getattr(r, name) for _, r in pieces], pa.string()) for name in names}
    return pa.table({"file_path": pa.array([path for path, _ in pieces], pa.string())} | columns)


def write_tables(connection: duckdb.DuckDBPyConnection, files: list[LandedFile]) -> None:
    connection.register("landed_card", cards_table(files))
    connection.register("landed_statistic", stacked(files, layouts.STATISTIC, register=False))
    connection.register("landed_register", stacked(files, layouts.REGISTER, register=True))
    connection.register("landed_rejected", rejected_table(files))
    connection.execute((Path(__file__).parent / "land.sql").read_text(encoding="utf-8"))
