"""The data of an index: one row a unit and period, its cells unpivoted, typed and checked in the database.

Makes the tables data_row (row, unit_code, period), data_cell (row, position, value, text) of all cells that
say something, and data_column (position, heading, code, part): value, value_low, value_high or group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.indexing.faults import SHOWN, Fault, named, refuse
from flows.indexing.framework import Framework
from flows.indexing.tables import MISSING, Table, read_table

# Headings of a figure and of the ends of its interval, behind its code.
PARTS = {"value": "", "value_low": "_low", "value_high": "_high"}
KEYS = ("unit", "period")


@dataclass(frozen=True)
class Data:
    """What was read: the file, whether it has periods, which of its columns nothing asks for."""

    file: Path
    has_periods: bool
    has_intervals: bool
    unused: list[str]


def read_data(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    framework: Framework,
    groups: Sequence[str],
    denominate: bool,
) -> Data:
    """Read the columns that are asked for. Raises G60Error with the rows and columns at fault."""
    table = read_table(file, "the data")
    if table.header[0].lower() != "unit":
        what = f"row 1: the first column is '{table.header[0]}', not unit"
        refuse([Fault(what, "put the codes of the units into a first column named unit")], file)
    has_periods = "period" in (name.lower() for name in table.header)
    asked = asked_for(table, framework, groups, denominate)
    load_cells(connection, table, asked)
    for rule in (key_faults, number_faults, interval_faults):
        rule(connection, file, has_periods)
    if denominate:
        zero_faults(connection, file, framework)
    used = {heading for heading, _, _ in asked}
    unused = [name for name in table.header if name not in used and name.lower() not in KEYS]
    has_intervals = any(part in ("value_low", "value_high") for _, _, part in asked)
    return Data(file, has_periods, has_intervals, unused)


def asked_for(
    table: Table, framework: Framework, groups: Sequence[str], denominate: bool
) -> list[tuple[str, str, str]]:
    """Heading, code and part of each column to read. Raises G60Error where one of them is not there."""
    codes = framework.codes
    faults, asked = [], list[tuple[str, str, str]]()
    under = (
        {node.denominator for node in framework.of("indicator") if node.denominator} if denominate else set()
    )
    figures = [node for node in framework.nodes if node.kind == "indicator" or node.code in under]
    for node in figures:
        if node.code not in table.header:
            where = f"row {node.row} of {framework.file.name}"
            what = f"row 1: there is no column for {node.kind} '{node.code}', {where}"
            faults.append(Fault(what, "add the column, or delete the row of the framework"))
        for part, ending in PARTS.items():
            heading = node.code + ending
            if heading in table.header and (not ending or heading not in codes):
                asked.append((heading, node.code, part))
    for group in dict.fromkeys([*(node.code for node in framework.of("group")), *groups]):
        if group not in table.header:
            said = "the framework" if group in codes else "the method"
            what = f"row 1: there is no column for group '{group}' of {said}"
            faults.append(Fault(what, "add the column, or name another"))
        asked.append((group, group, "group"))
    refuse(faults, table.file)
    return asked


def load_cells(
    connection: duckdb.DuckDBPyConnection, table: Table, asked: list[tuple[str, str, str]]
) -> None:
    """The tables of the module's head."""
    places = {name: f"c{position}" for position, name in enumerate(table.header)}
    cells = dict(zip(places.values(), table.columns, strict=True))
    as_read = pa.table({"row": pa.array(table.rows, pa.int64()), **cells})
    period = next((places[name] for name in table.header if name.lower() == "period"), None)
    connection.execute(
        "create or replace table data_column (position varchar, heading varchar, code varchar, part varchar)"
    )
    connection.executemany(
        "insert into data_column values (?, ?, ?, ?)",
        [[places[heading], heading, *rest] for heading, *rest in asked],
    )
    connection.register("data_as_read", as_read)
    # A spreadsheet leaves rows of nothing but commas behind.
    connection.execute(f"""
        create or replace table data_row as
        select row, trim(c0) as unit_code, {f"trim({period})" if period else "''"} as period
        from data_as_read
        where trim(concat_ws('', {", ".join(cells)})) != ''
        order by row
    """)
    missing = ", ".join(f"'{text}'" for text in MISSING)
    connection.execute(f"""
        create or replace table data_cell as
        select
            row, position, trim(text) as text,
            case when not contains(text, '_') then try_cast(trim(text) as double) end as value
        from (unpivot data_as_read on {", ".join(dict.fromkeys(places[heading] for heading, _, _ in asked))}
            into name position value text)
        where lower(trim(text)) not in ({missing})
    """)
    connection.unregister("data_as_read")


def refuse_rows(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    sql: str,
    what: str,
    remedy: str,
    more: Sequence[object] = (),
) -> None:
    """Raise G60Error where the query finds rows, their number first; `what` is filled with its columns."""
    found = connection.execute(
        f"select *, count(*) over () from ({sql}) order by 1 limit {SHOWN}", more
    ).fetchall()
    refuse([Fault(what.format(*row), remedy) for row in found], file, found[0][-1] if found else None)


def key_faults(connection: duckdb.DuckDBPyConnection, file: Path, has_periods: bool) -> None:
    """Rows without unit or period, or with those of an earlier row."""
    for column, key in (("unit", "unit_code"), ("period", "period"))[: 1 + has_periods]:
        sql = f"select row from data_row where {key} = ''"
        refuse_rows(
            connection, file, sql, f"row {{}}, column {column}: there is none", f"give each row a {column}"
        )
    sql = """
        select row, unit_code || case when period = '' then '' else ' ' || period end as key, first_row
        from (
            select *, min(row) over (partition by unit_code, period) as first_row from data_row
        ) where row > first_row
    """
    refuse_rows(
        connection, file, sql, "row {}: '{}' is in row {} already", "keep one row for each unit and period"
    )


def number_faults(connection: duckdb.DuckDBPyConnection, file: Path, _: bool) -> None:
    """Cells of figures that hold something else than a finite number."""
    sql = """
        select c.row, h.heading, c.text
        from data_cell as c
        inner join data_column as h on c.position = h.position
        where h.part != 'group' and (c.value is null or not isfinite(c.value))
    """
    what = "row {}, column {}: '{}' is no number"
    refuse_rows(
        connection, file, sql, what, "write digits with a point, or leave the cell empty where it is unknown"
    )


def interval_faults(connection: duckdb.DuckDBPyConnection, file: Path, _: bool) -> None:
    """Ends of an interval that do not enclose a figure."""
    sql = """
        select
            c.row, h.code, max(c.value) filter (where h.part = 'value') as value,
            max(c.value) filter (where h.part = 'value_low') as low,
            max(c.value) filter (where h.part = 'value_high') as high
        from data_cell as c inner join data_column as h on c.position = h.position
        where h.code in (select code from data_column where part in ('value_low', 'value_high'))
        group by c.row, h.code
        having value is null or low > value or high < value
    """
    what = "row {}, column {}: {} does not lie between its ends {} and {}"
    refuse_rows(
        connection, file, sql, what, "write a figure inside its interval, or leave all three cells empty"
    )


def zero_faults(connection: duckdb.DuckDBPyConnection, file: Path, framework: Framework) -> None:
    """Denominators of zero."""
    under = sorted({node.denominator for node in framework.of("indicator") if node.denominator})
    sql = """
        select c.row, h.heading from data_cell as c inner join data_column as h on c.position = h.position
        where h.part != 'group' and h.code in (select unnest(?::varchar[])) and c.value = 0
    """
    remedy = "leave the cell empty where it is unknown, or set denominate: false"
    refuse_rows(connection, file, sql, "row {}, column {}: a denominator of 0 divides", remedy, [under])


def known(connection: duckdb.DuckDBPyConnection, key: str) -> set[str]:
    """The units (unit_code) or the periods (period) of the data."""
    return {text for (text,) in connection.execute(f"select distinct {key} from data_row").fetchall()}


def check_known(texts: Sequence[str], among: set[str], what: str, file: Path) -> None:
    """Raise G60Error where a method names what the data does not hold."""
    remedy = f"name one of {named(sorted(among))}"
    refuse(
        [Fault(f"{what} '{text}' is not in the data", remedy) for text in texts if text not in among], file
    )
