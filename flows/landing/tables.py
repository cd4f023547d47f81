"""Write what was read as the tables of schema raw."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.engine import connect, one_thread
from flows.errors import G60Error
from flows.landing import layouts
from flows.landing.layouts import INTEGERS, RawTable
from flows.landing.partitions import empty_count
from flows.landing.take_in import LandedFile

CARD_COLUMNS = (
    "title", "title_en", "publisher", "url", "published_on", "accessed_on", "licence", "layout", "note",
    "register_name", "event", "separator", "unit",
)  # fmt: skip


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


def write_landing(files: list[LandedFile], database: Path) -> Landing:
    """Write what was read into `database`. Raises G60Error where it cannot be written."""
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        with connect(database) as connection:
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


def write_counts(connection: duckdb.DuckDBPyConnection, files: list[LandedFile]) -> None:
    """The counts of all partitions under each other, with the file and the set of each."""
    counted = [file for file in files if file.count]
    sets = list(dict.fromkeys(file.data_set for file in counted))
    columns = {
        "count_path": pa.array([str(file.count) for file in counted], pa.string()),
        "file_no": pa.array(range(len(counted)), pa.int64()),
        "set_no": pa.array([sets.index(file.data_set) for file in counted], pa.int32()),
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


def write_tables(connection: duckdb.DuckDBPyConnection, files: list[LandedFile]) -> None:
    # The flow tells its progress itself.
    connection.execute("set enable_progress_bar = false")
    connection.register("landed_card", cards_table(files))
    connection.register("landed_statistic", stacked(files, layouts.STATISTIC, "statistic"))
    connection.register("landed_register", stacked(files, layouts.REGISTER, "register"))
    connection.register("landed_event", stacked(files, layouts.EVENT, "event"))
    connection.register("landed_refused", refused_table(files))
    write_counts(connection, files)
    [(has_amounts,)] = connection.execute("select count_if(amounts > 0) > 0 from landed_count").fetchall()
    with one_thread(connection) if has_amounts else nullcontext():
        connection.execute((Path(__file__).parent / "land.sql").read_text(encoding="utf-8"))
