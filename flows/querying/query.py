"""One SQL statement against the published release, as a table, CSV, JSON or Parquet."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb
from rich.console import Console

from flows.engine import connect
from flows.errors import G60Error
from flows.landing.shown import seen
from flows.release.current import require_release
from flows.settings import Paths
from flows.spreadsheet import for_spreadsheets
from flows.terminal import print_table, speaker, waiting, write_out

Format = Literal["table", "csv", "json", "parquet"]
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def show(value: object) -> str:
    """A value in a cell: floats without noise, lists as JSON, NULL empty; nothing that moves a terminal."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "\n".join(map(seen, str(value).split("\n")))


def query(paths: Paths, sql: str, form: Format, output: Path | None = None) -> None:
    """Run `sql` read-only on the current release and write the result to `output` or the terminal."""
    release = require_release(paths)
    if form == "parquet" and output is None:
        raise G60Error(
            "Parquet cannot be shown on a terminal", "--format parquet", "name a file with --output"
        )
    with waiting("the query runs"), connect(release.database, read_only=True) as connection:
        try:
            kinds = {statement.type for statement in connection.extract_statements(sql)}
            if not kinds <= READING:
                raise G60Error("a release is only read", sql, "write one select, describe or show")
            relation = connection.sql(sql)
            if form == "table":
                write_table(relation, output)
            elif form == "json":
                rows = [
                    dict(zip(relation.columns, map(finite, row), strict=True)) for row in relation.fetchall()
                ]
                write_text(json.dumps(rows, ensure_ascii=False, default=str, indent=1) + "\n", output)
            elif form == "csv":
                write_csv(relation, output)
            else:
                relation.write_parquet(str(output))
        except duckdb.InterruptException as interrupt:
            raise KeyboardInterrupt from interrupt
        except duckdb.Error as error:
            what = " ".join(str(error).splitlines()[0].split())
            raise G60Error(
                what, sql, "correct the SQL; g60 query 'show all tables' lists what there is"
            ) from error


def finite(value: object) -> object:
    """A value that JSON knows: numbers as numbers, but no NaN and no infinity."""
    if isinstance(value, Decimal):
        return float(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_text(text: str, output: Path | None) -> None:
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        write_out(text)


def write_csv(relation: duckdb.DuckDBPyRelation, output: Path | None) -> None:
    """Straight from the engine, also where the reader of a pipe leaves before the end."""
    try:
        for_spreadsheets(relation).write_csv(str(output) if output else "/dev/stdout")
    except duckdb.IOException as error:
        if output is None and "Broken pipe" in str(error):
            raise BrokenPipeError from error
        raise


def write_table(relation: duckdb.DuckDBPyRelation, output: Path | None) -> None:
    rows = [[show(value) for value in row] for row in relation.fetchall()]
    if output:
        with output.open("w", encoding="utf-8") as handle:
            print_table(Console(file=handle), relation.columns, rows)
    else:
        print_table(speaker(), relation.columns, rows)
