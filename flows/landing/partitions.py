"""Events in partitions: a folder of files with one card, read file by file, out of core and only once.

A folder with a card beside it (`patents/` and `patents.yaml`) is one set of events in many files. Hundreds of
millions of rows fit into no memory and are never copied whole into the warehouse: each file is read by the rules
that read every other event (macro event_read) into a folder of its own, named after a digest of its bytes, its
card and the rules:

    event.parquet    the events, a row each: row number in the file, day, places, amount
    count.parquet    how many of them link which places in which year (macro event_count)
    refused.parquet  the rows that cannot be read, with cell, text, rule, reason and remedy
    about.json       cells read, landed, refused and declared not to be data

Such a folder is whole or not there, so a run that was stopped goes on where it stopped, and one more file costs
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

from flows.fingerprint import digest_of, engines
from flows.landing.cards import Card, card_path
from flows.landing.layouts import EVENT_HEADERS, MOST_PIECES, Landed, Rejected
from flows.landing.partition_reading import EventSource, parquet_events, sheet_events
from flows.modelling.rendering import render, seed_tables
from flows.settings import Limits

SEEDS = ("place", "place_alias", "unit", "qualifier", "period_wording", "link_measure")
MACROS = ("place_names", "period", "printed_value", "register", "event_read", "event_count")
JUDGED = """
    create or replace temp table judged as
    select
        row_no, cell_address, cells, period_end, year, place_codes, is_directed, is_within_a_place, amount,
        amount_low, amount_high, reject_rule, raw_text, reject_reason, reject_remedy
    from ({read})
"""
TOTALS = """
    select
        count(*) as rows,
        count(*) filter (where reject_rule is not null) as rows_refused,
        coalesce(sum(cells) filter (where reject_rule is null and not is_within_a_place), 0)::bigint as landed,
        coalesce(sum(cells) filter (where reject_rule is null and is_within_a_place), 0)::bigint as within_a_place,
        coalesce(sum(cells) filter (where reject_rule is not null), 0)::bigint as refused,
        coalesce(bool_or(is_directed), false) as is_directed
    from judged
"""
PARQUET = "(format parquet, compression zstd)"
COUNT = """
    (year integer, from_place_code varchar, to_place_code varchar, places integer, events bigint, amounts bigint,
    amounts_with_high bigint, amount double, amount_low double, amount_high double, first_row_no bigint)
"""


@dataclass(frozen=True)
class About:
    """What a partition gave, in cells and rows. read = landed + refused + not_data + cells of malformed rows."""

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
    """Whether a folder is a set of events in partitions: one with a card of its own."""
    return folder.is_dir() and card_path(folder).is_file()


class PartitionReader:
    """Reads partitions with the seeds of a project into a store. Use as a context; one connection serves all."""

    def __init__(self, store: Path, project: Path, limits: Limits, as_of: str | None = None) -> None:
        self.store, self.project, self.limits, self.as_of = store, project, limits, as_of
        self.used: set[str] = set()
        self.connection: duckdb.DuckDBPyConnection | None = None
        rules = [project / "macros" / f"{name}.sql" for name in MACROS]
        rules += [project / "seeds" / f"{name}.csv" for name in SEEDS]
        self.code = " ".join(
            [digest_of(Path(__file__).parent), engines(), str(as_of), *(file_digest(rule) for rule in rules)]
        )

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
        """What a partition gave when it was read before; None when it never was."""
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
        source = (
            parquet_events(connection, path, card) if kind == "parquet" else sheet_events(path, card, kind)
        )
        folder = self.store / f".{key}.{os.getpid()}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            about = self.judge(connection, source, folder, name, card, kind)
            (folder / "about.json").write_text(
                json.dumps(asdict(about), ensure_ascii=False), encoding="utf-8"
            )
            shutil.rmtree(self.store / key, ignore_errors=True)
            folder.rename(self.store / key)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return about

    def judge(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: EventSource,
        folder: Path,
        name: str,
        card: Card,
        kind: str,
    ) -> About:
        if source.table is not None:
            connection.register("landed_event", source.table)
        try:
            connection.execute(f"create or replace temp table event as {event_rows(source, name, card)}")
            connection.execute(JUDGED.format(read=render("{{ event_read('event') }}", self.project, MACROS)))
            unmapped = connection.execute(source.unmapped).fetchone() if source.unmapped else None
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise ValueError(f"the file cannot be read: {' '.join(str(error).split())}") from error
        finally:
            if source.table is not None:
                connection.unregister("landed_event")
        totals = connection.execute(TOTALS).fetch_arrow_table().to_pylist()[0]
        connection.execute(
            "copy (select row_no, period_end, year, place_codes, amount, amount_low, amount_high from judged "
            f"where reject_rule is null) to '{quoted(folder / 'event.parquet')}' {PARQUET}"
        )
        known = f"and period_end <= date '{self.as_of}'" if self.as_of else ""
        connection.execute(
            "create or replace temp view known as "
            f"select * from judged where reject_rule is null and not is_within_a_place {known}"
        )
        call = "{{ event_count('known', has_amount=%s) }}" % str(source.has_amount).lower()
        count = render(call, self.project, MACROS)
        connection.execute(f"copy ({count}) to '{quoted(folder / 'count.parquet')}' {PARQUET}")
        connection.execute(
            "copy (select row_no, cell_address, cells, raw_text, reject_rule, reject_reason, reject_remedy from judged "
            f"where reject_rule is not null order by row_no) to '{quoted(folder / 'refused.parquet')}' {PARQUET}"
        )
        connection.execute("drop table judged")
        told = [*source.rejected, *refused_rows(connection, folder / "refused.parquet")]
        not_data = source.not_data + (unmapped[0] if unmapped else 0) + totals["within_a_place"]
        return About(
            format=kind,
            encoding=source.encoding,
            read=totals["landed"] + not_data + sum(piece.cells for piece in told),
            landed=totals["landed"],
            not_data=not_data,
            rows=totals["rows"],
            rows_refused=totals["rows_refused"],
            is_directed=totals["is_directed"],
            address=source.address,
            rejected=[asdict(piece) for piece in told],
        )

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The one connection, with the seeds that the rules read."""
        if self.connection is None:
            self.store.mkdir(parents=True, exist_ok=True)
            asked = {"temp_directory": str(self.store / ".spilled"), **self.limits.settings()}
            self.connection = duckdb.connect(config=asked)
            self.connection.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
            seed_tables(self.connection, self.project, SEEDS)
        return self.connection

    def prune(self) -> None:
        """Remove what the landing which has just ended did not use."""
        for folder in self.store.glob("*") if self.store.is_dir() else ():
            if folder.name not in self.used:
                with contextlib.suppress(OSError):
                    shutil.rmtree(folder)


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def quoted(path: Path) -> str:
    """A path inside a literal of SQL."""
    return str(path).replace("'", "''")


def text(value: str | None) -> str:
    return "null::varchar" if value is None else "'" + value.replace("'", "''") + "'"


def event_rows(source: EventSource, name: str, card: Card) -> str:
    """The rows of a partition in the columns of raw.event."""
    columns = {key: f"nullif(trim({expression}), '')" for key, expression in source.columns.items()}
    columns["unit_text"] = f"coalesce({columns.get('unit_text', 'null')}, {text(card.unit)})"
    told = ", ".join(f"{columns.get(key, 'null::varchar')} as {key}" for key in EVENT_HEADERS)
    return f"""
        select
            {text(card.event)} as event_kind, null::varchar as document_id, {text(name)} as file_path, row_no,
            {text(source.address)} || row_no as cell_address, cells::integer as cells,
            {text(source.separator)} as separator, {told}
        from ({source.relation})
        where cells > 0
    """


def refused_rows(connection: duckdb.DuckDBPyConnection, file: Path) -> list[Rejected]:
    """The refused rows, one by one; where there are very many the rest by their rule."""
    listed = connection.execute(
        "select cell_address, raw_text, reject_rule, reject_reason, reject_remedy, cells "
        f"from '{quoted(file)}' order by row_no limit {MOST_PIECES}"
    ).fetchall()
    rest = connection.execute(f"""
        select null, null, reject_rule, reject_rule || ', in ' || count(*) || ' more rows', any_value(reject_remedy),
            sum(cells)::integer
        from (select * from '{quoted(file)}' order by row_no offset {MOST_PIECES})
        group by reject_rule order by reject_rule
    """).fetchall()
    return [Rejected(*row) for row in [*listed, *rest]]


def landed_of(about: About) -> Landed:
    """A partition in the form that any other file has when it was landed; its rows stay in the store."""
    rejected = [Rejected(**piece) for piece in about.rejected]
    return Landed({}, rejected, about.read, about.not_data, about.landed, "partition")


def empty_count() -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute(f"create table count {COUNT}")
        return connection.table("count").to_arrow_table()
