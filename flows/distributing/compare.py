"""Hold the models that Spark wrote against the same tables of DuckDB: same columns, same rows, same values.

Floating-point values may differ by 1e-12 of the larger, since engines add up in different orders; everything
else is equal. Compared is with the last build of DuckDB, as a release leaves out the intermediate tables.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.engine import connect
from flows.errors import G60Error
from flows.settings import Paths

TOLERANCE = 1e-12
SHOWN = 3
FLOATS = {"DOUBLE", "FLOAT"}
# Engines choose the width of a whole number by themselves.
WHOLE = {
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
}


@dataclass(frozen=True)
class Compared:
    """One model: rows on both sides, the largest relative difference of a float, and a sentence per fault."""

    model: str
    rows: int
    rows_of_duckdb: int
    largest_difference: float
    faults: list[str]

    @property
    def facts(self) -> dict[str, Any]:
        return asdict(self)


def compare(paths: Paths, folder: Path) -> list[Compared]:
    """Each model of a folder that `refresh --engine spark` wrote, compared. Raises G60Error where the folder
    is not whole or there is no build of DuckDB."""
    manifest = read_manifest(folder)
    if not paths.build_database.is_file():
        what = "DuckDB has built nothing to compare with"
        raise G60Error(what, str(paths.build_database), "run g60 refresh first")
    with connect(paths.build_database, read_only=True) as connection:
        return [
            compare_model(connection, name, said, folder / name) for name, said in manifest["models"].items()
        ]


def read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = "name the folder that g60 refresh --engine spark wrote"
        raise G60Error("the folder has no readable manifest", str(path), remedy) from error
    return found


def compare_model(
    connection: duckdb.DuckDBPyConnection, name: str, said: dict[str, Any], folder: Path
) -> Compared:
    """One model. Its rows are paired by the key that the project declares, which must name a row once."""
    try:
        parts = f"{folder}/*.parquet".replace("'", "''")
        connection.execute(f"create or replace temp view theirs as from read_parquet('{parts}')")
        ours, theirs = connection.table(said["table"]), connection.table("theirs")
        own, other = columns_of(ours), columns_of(theirs)
        (rows,), (rows_of_duckdb,) = (one.aggregate("count(*)").fetchall()[0] for one in (theirs, ours))
        if own != other:
            return Compared(name, rows, rows_of_duckdb, 0.0, other_columns(own, other))
        key = said["key"] or [column for column, kind in own.items() if kind not in FLOATS]
        if twice := rows_twice(connection, said["table"], key) or rows_twice(connection, "theirs", key):
            return Compared(name, rows, rows_of_duckdb, 0.0, twice)
        largest, faults = differences(connection, said["table"], key, own)
        return Compared(name, rows, rows_of_duckdb, largest, faults)
    except duckdb.Error as error:
        reason = " ".join(str(error).split())
        return Compared(name, 0, 0, 0.0, [f"it cannot be compared: {reason}"])


def columns_of(table: duckdb.DuckDBPyRelation) -> dict[str, str]:
    """Columns with their types, any width of a whole number as one."""
    kinds = (str(kind) for kind in table.types)
    return {
        column: "WHOLE" if kind in WHOLE else kind for column, kind in zip(table.columns, kinds, strict=True)
    }


def other_columns(own: dict[str, str], other: dict[str, str]) -> list[str]:
    faults = [f"column {name} is missing" for name in own if name not in other]
    faults += [f"column {name} is unknown to DuckDB" for name in other if name not in own]
    faults += [
        f"column {name} is {other[name]} instead of {own[name]}"
        for name in own
        if name in other and own[name] != other[name]
    ]
    return faults or ["the columns are in another order"]


def rows_twice(connection: duckdb.DuckDBPyConnection, table: str, key: list[str]) -> list[str]:
    """Keys that name more than one row, in words."""
    names = ", ".join(map(quoted, key))
    found = connection.execute(
        f"select {names} from {table} group by {names} having count(*) > 1 order by all limit {SHOWN}"
    ).fetchall()
    where = "Spark" if table == "theirs" else "DuckDB"
    return [f"{named(key, row)} is there more than once in {where}" for row in found]


def differences(
    connection: duckdb.DuckDBPyConnection, table: str, key: list[str], columns: dict[str, str]
) -> tuple[float, list[str]]:
    """The largest relative difference of a float, and the first rows that differ by more than the tolerance
    or are on one side only."""
    rest = [column for column in columns if column not in key]
    gaps = [gap(column) if columns[column] in FLOATS else unlike(column) for column in rest]
    floats = [place for place, column in enumerate(rest) if columns[column] in FLOATS]
    pairs = " and ".join(f"o.{quoted(one)} is not distinct from t.{quoted(one)}" for one in key)
    connection.execute(f"""
        create or replace temp table paired as
        select {", ".join(f"coalesce(o.{quoted(one)}, t.{quoted(one)}) as {quoted(one)}" for one in key)},
            o.here as here, t.there as there
            {"".join(f", {one} as gap_{place}" for place, one in enumerate(gaps))}
            {"".join(f", o.{quoted(one)}::varchar as own_{place}" for place, one in enumerate(rest))}
            {"".join(f", t.{quoted(one)}::varchar as other_{place}" for place, one in enumerate(rest))}
        from (select *, true as here from {table}) as o
        full join (select *, true as there from theirs) as t on {pairs}
    """)
    largest = 0.0
    if floats:
        greatest = f"greatest({', '.join(f'max(gap_{place})' for place in floats)})"
        (found,) = connection.execute(f"select {greatest} from paired where here and there").fetchall()[0]
        largest = float(found or 0.0)
    wrong = "".join(f" or gap_{place} > {TOLERANCE}" for place in range(len(rest)))
    names = ", ".join(map(quoted, key))
    faulty = connection.sql(
        f"from paired where here is null or there is null{wrong} order by {names} limit {SHOWN}"
    )
    return largest, [
        sentence(dict(zip(faulty.columns, row, strict=True)), key, rest) for row in faulty.fetchall()
    ]


def gap(column: str) -> str:
    """Difference of two floats over the larger of them; infinite where only one is there or is a number."""
    a, b = f"o.{quoted(column)}", f"t.{quoted(column)}"
    return (
        f"case when {a} is not distinct from {b} then 0.0 when isfinite({a}) and isfinite({b}) "
        f"then abs({a} - {b}) / greatest(abs({a}), abs({b})) else 'inf'::double end"
    )


def unlike(column: str) -> str:
    return f"case when o.{quoted(column)} is distinct from t.{quoted(column)} then 1.0 else 0.0 end"


def sentence(row: dict[str, Any], key: list[str], rest: list[str]) -> str:
    """What is wrong with one pair of rows."""
    which = named(key, [row[one] for one in key])
    if not row["there"]:
        return f"{which} is missing"
    if not row["here"]:
        return f"{which} is unknown to DuckDB"
    place = next(place for place in range(len(rest)) if row[f"gap_{place}"] > TOLERANCE)
    return f"{which}: {rest[place]} is {row[f'other_{place}']} instead of {row[f'own_{place}']}"


def named(key: list[str], row: Any) -> str:
    return "row " + ", ".join(f"{name} {value}" for name, value in zip(key, row, strict=True))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
