"""Events in partitions: a folder of files with one card, read file by file, out of core and only once.

A folder with a card beside it (`patents/` and `patents.yaml`) is one set of events in many files. Hundreds of
millions of rows fit into no memory and are never copied whole into the warehouse. Each file is read by the
rules that read every other event (macro event_read) into a folder of its own, named after a digest of its
bytes, its card and the rules:

    event.parquet    the events, a row each: row number in the file, day, places, amount
    count.parquet    how many of them link which places in which year (macro event_count)
    refused.parquet  the rows that cannot be read, with cell, text, rule, reason and remedy
    about.json       cells read, landed, refused and declared not to be data

Such a folder is whole or not there: a run that was stopped goes on where it stopped, and one more file costs
what that file costs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.digests import digest
from flows.engine import one_thread
from flows.fingerprint import digest_of, engines
from flows.landing.cards import Card, card_path, load_card
from flows.landing.layouts import MOST_PIECES, Landed, Rejected
from flows.landing.partition_reading import EventSource, literal, parquet_events, sheet_events
from flows.modelling.rendering import render, seed_tables
from flows.settings import Limits

SEEDS = ("place", "place_alias", "unit", "qualifier", "period_wording", "link_measure")
MACROS = ("dialect_lists", "place_names", "period", "printed_value", "register", "event_read", "event_count")
PARQUET = "(format parquet, compression zstd)"
EVENT = "row_no, period_end, year, place_codes, amount, amount_low, amount_high"
REFUSED = "row_no, cell_address, cells, raw_text, reject_rule, reject_reason, reject_remedy"
TOTALS = """
    select
        count(*) as rows,
        count(*) filter (where reject_rule is not null) as rows_refused,
        coalesce(sum(cells) filter (where reject_rule is null), 0)::bigint as cells_read,
        coalesce(sum(cells) filter (where reject_rule is null and is_within_a_place), 0)::bigint
            as cells_within,
        coalesce(bool_or(is_directed), false) as is_directed
    from judged
"""
COUNT = {
    "year": pa.int32(),
    "from_place_code": pa.string(),
    "to_place_code": pa.string(),
    "places": pa.int32(),
    "events": pa.int64(),
    "amounts": pa.int64(),
    "amounts_with_high": pa.int64(),
    "amount": pa.float64(),
    "amount_low": pa.float64(),
    "amount_high": pa.float64(),
    "first_row_no": pa.int64(),
}


@dataclass(frozen=True)
class About:
    """What a partition gave: `read` cells are those landed, those not data and those of `rejected` pieces."""

    format: str
    encoding: str | None
    read: int
    landed: int
    not_data: int
    rows: int
    rows_refused: int
    is_directed: bool
    address: str
    rejected: list[dict[str, Any]]


def is_partitioned(folder: Path) -> bool:
    """Whether a folder is a set of events in partitions: one with a card of its own that says so.

    With a card that cannot be read, its files are partitions too, so that each is told to be refused for it.
    """
    if not folder.is_dir() or not card_path(folder).is_file():
        return False
    try:
        return load_card(card_path(folder)).layout == "events"
    except (OSError, ValueError):
        return True


class PartitionReader:
    """Reads partitions by the rules of a project into a store. A context; one connection serves them all.

    With `as_of`, a day, only events up to it are counted.
    """

    def __init__(self, store: Path, project: Path, limits: Limits, as_of: str | None = None) -> None:
        self.store, self.project, self.limits, self.as_of = store, project, limits, as_of
        self.used: set[str] = set()
        self.connection: duckdb.DuckDBPyConnection | None = None
        rules = [project / "macros" / f"{name}.sql" for name in MACROS]
        rules += [project / "seeds" / f"{name}.csv" for name in SEEDS]
        code = [digest_of(Path(__file__).parent), engines(), str(as_of)]
        self.code = " ".join([*code, *map(digest, rules)])

    def __enter__(self) -> PartitionReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self.connection:
            self.connection.close()

    def key(self, name: str, sha256: str, card_file: Path) -> str:
        """What names the folder of a partition. Raises OSError where the card is gone."""
        said = f"{self.code}\0{name}\0{sha256}\0".encode() + card_file.read_bytes()
        return hashlib.sha256(said).hexdigest()[:40]

    def kept(self, key: str) -> About | None:
        """What a partition gave when it was read before; None where it never was."""
        self.used.add(key)
        try:
            return About(**json.loads((self.store / key / "about.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def count_of(self, key: str) -> Path:
        return self.store / key / "count.parquet"

    def read(self, key: str, path: Path, name: str, card: Card, kind: str) -> About:
        """Read one partition into the store. Raises ValueError where the file cannot be read."""
        self.used.add(key)
        connection = self.connect()
        if kind == "parquet":
            source = parquet_events(connection, path, card)
        else:
            source = sheet_events(path, card, kind)
        begun = self.store / f".{key}.{os.getpid()}"
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir(parents=True)
        try:
            judge(connection, source, name, card, self.rendered("{{ event_read('event') }}"))
            about = self.write(connection, source, begun, kind)
            shutil.rmtree(self.store / key, ignore_errors=True)
            begun.rename(self.store / key)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
        return about

    def write(
        self, connection: duckdb.DuckDBPyConnection, source: EventSource, folder: Path, kind: str
    ) -> About:
        """Everything that the judged rows give, as files of a folder."""

        def copy(sql: str, name: str) -> None:
            connection.execute(f"copy ({sql}) to {literal(str(folder / f'{name}.parquet'))} {PARQUET}")

        copy(f"select {EVENT} from judged where reject_rule is null", "event")
        known = f"and period_end <= date '{self.as_of}'" if self.as_of else ""
        added = "order by row_no" if source.has_amount else ""
        connection.execute(
            f"create or replace temp view known as {numbered('judged')} "
            f"where reject_rule is null and not is_within_a_place {known} {added}"
        )
        count = f"{{{{ event_count('known', has_amount={source.has_amount}, named='named') }}}}"
        with one_thread(connection) if source.has_amount else contextlib.nullcontext():
            copy(self.rendered(count), "count")
        copy(f"select {REFUSED} from judged where reject_rule is not null order by row_no", "refused")
        [totals] = connection.execute(TOTALS).to_arrow_table().to_pylist()
        told = [*source.rejected, *refused_rows(connection)]
        passed_over = connection.execute(source.unmapped).fetchone() if source.unmapped else None
        connection.execute("drop view known; drop table judged; drop table event")
        not_data = source.not_data + (passed_over[0] if passed_over else 0)
        about = About(
            format=kind,
            encoding=source.encoding,
            read=totals["cells_read"] + not_data + sum(piece.cells for piece in told),
            landed=totals["cells_read"] - totals["cells_within"],
            # What stays within a place is no link and no fault.
            not_data=not_data + totals["cells_within"],
            rows=totals["rows"],
            rows_refused=totals["rows_refused"],
            is_directed=totals["is_directed"],
            address=source.address,
            rejected=[asdict(piece) for piece in told],
        )
        said = json.dumps(asdict(about), ensure_ascii=False)
        (folder / "about.json").write_text(said, encoding="utf-8")
        return about

    def rendered(self, call: str) -> str:
        return render(call, self.project, MACROS)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The one connection, with the seeds that the rules read."""
        if self.connection is None:
            self.store.mkdir(parents=True, exist_ok=True)
            asked: dict[str, Any] = {"temp_directory": str(self.store / ".spilled")}
            asked |= self.limits.settings()
            self.connection = duckdb.connect(config=asked)
            # Rows bear their numbers, and in no order a large file takes less memory.
            self.connection.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
            seed_tables(self.connection, self.project, SEEDS)
            number_places(self.connection, "select distinct place_code from place")
        return self.connection

    def prune(self) -> None:
        """Remove what the landing which has just ended did not use."""
        for folder in self.store.glob("*") if self.store.is_dir() else ():
            if folder.name not in self.used:
                with contextlib.suppress(OSError):
                    shutil.rmtree(folder)


def number_places(connection: duckdb.DuckDBPyConnection, codes: str) -> None:
    """Make the type that stands for a place by a number, which takes less memory to count by."""
    connection.execute(f"create type place_number as enum ({codes} order by all)")


def numbered(events: str) -> str:
    """Rows of events with their places as numbers, which are written and shown as the codes they are."""
    number = "place_codes::place_number[] as place_codes"
    return f"select * replace ({number}), len({events}.place_codes) as named from {events}"


def judge(
    connection: duckdb.DuckDBPyConnection, source: EventSource, name: str, card: Card, read: str
) -> None:
    """Make table judged of a partition's rows. Raises ValueError where the file breaks off or is damaged."""
    if source.table is not None:
        connection.register("landed_event", source.table)
    try:
        connection.execute(f"create or replace temp table event as {source.rows(name, card)}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise ValueError(f"the file cannot be read: {' '.join(str(error).split())}") from error
    finally:
        if source.table is not None:
            connection.unregister("landed_event")
    connection.execute(
        f"create or replace temp table judged as select {EVENT}, is_directed, is_within_a_place, "
        f"{REFUSED.removeprefix('row_no, ')} from ({read})"
    )


def refused_rows(connection: duckdb.DuckDBPyConnection) -> list[Rejected]:
    """The refused rows of table judged, one by one; where there are very many the rest by their rule."""
    connection.execute(
        "create or replace temp view refused as "
        f"select {REFUSED}, row_number() over (order by row_no) as place from judged "
        "where reject_rule is not null"
    )
    listed = connection.execute(f"""
        select cell_address, raw_text, reject_rule, reject_reason, reject_remedy, cells
        from refused where place <= {MOST_PIECES} order by place
    """).fetchall()
    rest = connection.execute(f"""
        select null, null, reject_rule,
            any_value(reject_reason) || ', and the same rule in ' || count(*) || ' more rows',
            any_value(reject_remedy), sum(cells)::integer
        from refused where place > {MOST_PIECES} group by reject_rule order by reject_rule
    """).fetchall()
    connection.execute("drop view refused")
    return [Rejected(*row) for row in [*listed, *rest]]


def landed_of(about: About) -> Landed:
    """A partition in the form that any other landed file has; its rows stay in the store."""
    rejected = [Rejected(**piece) for piece in about.rejected]
    return Landed({}, rejected, about.read, about.not_data, about.landed, "partition")


def empty_count() -> pa.Table:
    return pa.schema(COUNT).empty_table()
