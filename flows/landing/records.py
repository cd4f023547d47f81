"""Parquet and JSON lines: tables with names for columns, every value as text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.landing.limits import MAX_UNPACKED_BYTES, TooLarge, check_text
from flows.landing.readers import decode
from flows.landing.sheets import Columns

MAX_VALUES = 200_000_000
PLAIN = (
    *(pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean, pa.types.is_integer),
    *(pa.types.is_floating, pa.types.is_decimal, pa.types.is_date, pa.types.is_timestamp, pa.types.is_null),
)


def read_parquet(path: Path) -> Columns:
    """A Parquet file; row 1 of its addresses holds the names. Raises ValueError on nested values."""
    try:
        # A text of many rows is stored once; it must not be unfolded before its size is known.
        folded = [f.name for f in pq.read_schema(path) if pa.types.is_string(f.type)]
        with pq.ParquetFile(path, read_dictionary=folded) as file:
            about = file.metadata
            unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
            if unpacked > 4 * MAX_UNPACKED_BYTES or about.num_rows * about.num_columns > MAX_VALUES:
                raise TooLarge(
                    f"the file unpacks to {unpacked:,} bytes, {about.num_rows * about.num_columns:,} values; "
                    f"at most {4 * MAX_UNPACKED_BYTES:,} and {MAX_VALUES:,} are read"
                )
            if nested := [f.name for f in file.schema_arrow if pa.types.is_nested(f.type)]:
                raise ValueError(f"column {nested[0]} holds lists or structs, only plain values are read")
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, TooLarge):
            raise
        raise ValueError(f"the Parquet file cannot be read: {' '.join(str(error).split())}") from error
    check_text(sum(map(text_length, table.columns)), "the file")
    columns = [as_texts(column.combine_chunks()) for column in table.columns]
    rows = np.arange(2, table.num_rows + 2, dtype=np.int64)
    return Columns("", [name.strip() for name in table.column_names], columns, rows)


def text_length(column: pa.ChunkedArray) -> int:
    """Characters of a column of folded texts."""
    return sum(
        pc.sum(pc.take(pc.utf8_length(chunk.dictionary), chunk.indices)).as_py() or 0
        for chunk in column.chunks
        if pa.types.is_dictionary(chunk.type) and pa.types.is_string(chunk.type.value_type)
    )


def as_texts(column: Any) -> pa.Array:
    """Values as they would be typed; a missing one is ''."""
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if not any(is_plain(kind) for is_plain in PLAIN):
        raise ValueError(f"a column holds values of type {kind}, only texts, numbers and dates are read")
    texts = pc.fill_null(pc.cast(column, pa.string()), "")
    return written_out(texts) if pa.types.is_floating(kind) else texts


def written_out(numbers: pa.Array) -> pa.Array:
    """Numbers without exponents, which no statistics prints: 1e+16 is 10000000000000000."""
    if not pc.any(pc.match_substring(numbers, "e")).as_py():
        return numbers
    return pa.array(
        [format(Decimal(text), "f") if "e" in text else text for text in numbers.to_pylist()], pa.string()
    )


def read_json_lines(path: Path) -> Columns:
    """A file with one object a line; numbers keep the digits they are written with. A line that is no plain
    object is set apart. Addresses count the file's own lines."""
    text, encoding = decode(path.read_bytes())
    records: list[dict[str, str]] = []
    rows: list[int] = []
    malformed: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        record = plain_object(line)
        if record is None:
            malformed.append((number, line.strip()))
        else:
            records.append(record)
            rows.append(number)
    if not records and not malformed:
        raise ValueError("the file is empty")
    header = list(dict.fromkeys(key for record in records for key in record))
    columns = [pa.array([record.get(key, "") for record in records], pa.string()) for key in header]
    return Columns(
        "",
        [key.strip() for key in header],
        columns,
        np.array(rows, dtype=np.int64),
        encoding,
        malformed,
        "line_malformed",
    )


def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; of two equal keys the first would vanish unseen."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def plain_object(line: str) -> dict[str, str] | None:
    """A line's keys with their values as text; None when it is no object of plain values, each key once."""
    try:
        found = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=each_key_once
        )
        if not isinstance(found, dict) or any(isinstance(value, dict | list) for value in found.values()):
            return None
        json.dumps(found, ensure_ascii=False).encode()  # raises on half a character, written as \ud800
        return {
            key: "" if value is None else str(value).upper() if isinstance(value, bool) else value
            for key, value in found.items()
        }
    except (ValueError, RecursionError):
        return None
