"""Record batches as rows of the protocol, column by column in Arrow's own loops."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.sql_endpoint.messages import message, text

BOOL, BYTEA, INT8, INT2, INT4, TEXT, JSON = 16, 17, 20, 21, 23, 25, 114
FLOAT4, FLOAT8, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, NUMERIC = 700, 701, 1082, 1083, 1114, 1184, 1700
SIZES = {
    BOOL: 1,
    INT8: 8,
    INT2: 2,
    INT4: 4,
    FLOAT4: 4,
    FLOAT8: 8,
    DATE: 4,
    TIME: 8,
    TIMESTAMP: 8,
    TIMESTAMPTZ: 8,
}
# Days and microseconds from 1970, where Arrow counts from, to 2000, where the protocol does.
DAYS, MICROSECONDS = 10957, 10957 * 86_400_000_000
NUMBERS = {INT2: ">i2", INT4: ">i4", INT8: ">i8", FLOAT4: ">f4", FLOAT8: ">f8"}
OF_DUCKDB = {
    "BOOLEAN": BOOL, "BLOB": BYTEA, "BIGINT": INT8, "UINTEGER": INT8, "SMALLINT": INT2, "TINYINT": INT2,
    "UTINYINT": INT2, "INTEGER": INT4, "USMALLINT": INT4, "FLOAT": FLOAT4, "DOUBLE": FLOAT8, "DATE": DATE,
    "TIME": TIME, "TIMESTAMP": TIMESTAMP, "TIMESTAMP WITH TIME ZONE": TIMESTAMPTZ, "HUGEINT": NUMERIC,
    "UBIGINT": NUMERIC, "UHUGEINT": NUMERIC, "TIMESTAMP_S": TIMESTAMP, "TIMESTAMP_MS": TIMESTAMP,
    "TIMESTAMP_NS": TIMESTAMP,
}  # fmt: skip


def oid_of_name(name: str) -> int:
    """The type of the protocol for a type as DuckDB writes it. Lists, structs and maps go as JSON."""
    if name.startswith(("STRUCT", "MAP", "UNION")) or name.endswith("]"):
        return JSON
    return NUMERIC if name.startswith("DECIMAL") else OF_DUCKDB.get(name, TEXT)


def oid_of(kind: pa.DataType) -> int:
    """The type of the protocol for a type of Arrow; the same as `oid_of_name` of what DuckDB calls it."""
    of = pa.types
    for oid, tests in (
        (BOOL, (of.is_boolean,)),
        (INT2, (of.is_int8, of.is_uint8, of.is_int16)),
        (INT4, (of.is_int32, of.is_uint16)),
        (INT8, (of.is_int64, of.is_uint32)),
        (NUMERIC, (of.is_decimal, of.is_uint64)),
        (FLOAT4, (of.is_float32,)),
        (FLOAT8, (of.is_float64,)),
        (DATE, (of.is_date,)),
        (TIME, (of.is_time,)),
        (JSON, (of.is_nested,)),
        (BYTEA, (of.is_binary, of.is_large_binary)),
    ):
        if any(test(kind) for test in tests):
            return oid
    if of.is_timestamp(kind):
        return TIMESTAMPTZ if kind.tz else TIMESTAMP
    return TEXT


def row_description(columns: list[tuple[str, int]], formats: list[int]) -> bytes:
    """Names and types, and the format (0 text, 1 binary) that each was asked in."""
    body = [struct.pack(">h", len(columns))]
    for (name, oid), form in zip(columns, formats, strict=True):
        body.append(text(name) + struct.pack(">IhIhih", 0, 0, oid, SIZES.get(oid, -1), -1, form))
    return message(b"T", b"".join(body))


def formats_of(asked: list[int], count: int) -> list[int]:
    """One format a column, from none, one for all, or one each."""
    if len(asked) == count:
        return asked
    return (asked or [0])[:1] * count


def data_rows(batch: pa.RecordBatch, formats: list[int]) -> bytes:
    """All rows of a batch as DataRow messages."""
    rows = batch.num_rows
    if not rows:
        return b""
    shown = [
        (binary if form else textual)(column, oid_of(column.type))
        for column, form in zip(batch.columns, formats, strict=True)
    ]
    if any(pa.types.is_binary(one.type) for one in shown):
        shown = [one.cast(pa.binary()) for one in shown]
    # All columns behind one another: what each call costs is paid once, and not once a column.
    whole = pa.concat_arrays(shown) if shown else pa.array([], pa.string())
    length = pc.fill_null(pc.binary_length(whole), -1).to_numpy(zero_copy_only=False)
    sizes = fixed(length.astype(">i4"), 4)
    values = (pc.fill_null(whole, "") if whole.null_count else whole).cast(pa.binary())
    pieces = [part.slice(at * rows, rows) for at in range(len(shown)) for part in (sizes, values)]
    lengths = 4 * len(shown) + np.maximum(length, 0).reshape(len(shown), rows).sum(axis=0, dtype=np.int64)
    head = np.empty(rows, dtype=[("kind", "S1"), ("length", ">i4"), ("columns", ">i2")])
    head["kind"], head["length"], head["columns"] = b"D", lengths + 6, batch.num_columns
    joined = pc.binary_join_element_wise(fixed(head, 7), *pieces, b"")
    _, offsets, data = joined.buffers()
    ends = np.frombuffer(offsets, dtype="i4")
    return memoryview(data)[ends[joined.offset] : ends[joined.offset + rows]].tobytes()


def fixed(values: Any, size: int, valid: Any = None) -> pa.Array:
    """Numbers as an array of byte strings of one size, null where not valid."""
    offsets = np.arange(0, size * (len(values) + 1), size, dtype="i4")
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(values))]
    whole = pa.Array.from_buffers(pa.binary(), len(values), buffers)
    return whole if valid is None else pc.if_else(valid, whole, pa.scalar(None, pa.binary()))


def textual(column: pa.Array, oid: int) -> pa.Array:
    """Values as PostgreSQL writes them."""
    kind = column.type
    if oid == BOOL:
        shown = pc.if_else(column, "t", "f")
    elif oid in (FLOAT4, FLOAT8):
        shown = column.cast(pa.string())
        if not pc.all(pc.is_finite(column)).as_py():
            shown = pc.replace_substring(pc.replace_substring(shown, "inf", "Infinity"), "nan", "NaN")
    elif oid == BYTEA:
        shown = each(column, lambda value: "\\x" + value.hex())
    elif oid == JSON:
        plain = dict if pa.types.is_map(kind) else (lambda value: value)
        shown = each(column, lambda value: json.dumps(plain(value), ensure_ascii=False, default=str))
    elif oid == TIMESTAMPTZ:
        shown = pc.binary_join_element_wise(column.cast(pa.timestamp("us")).cast(pa.string()), "+00", "")
    elif oid == TIMESTAMP:
        shown = column.cast(pa.timestamp("us"), safe=False).cast(pa.string())
    elif pa.types.is_string(kind):
        shown = column
    elif oid == TEXT and not pa.types.is_dictionary(kind):
        shown = each(column, interval if pa.types.is_interval(kind) else str)
    else:
        shown = column.cast(pa.string())
    return shown


def binary(column: pa.Array, oid: int) -> pa.Array:
    """Values as PostgreSQL packs them; text and JSON are the same either way."""
    if oid in (TEXT, JSON):
        return textual(column, oid)
    if oid == BYTEA:
        return column.cast(pa.binary())
    if oid == NUMERIC:
        return each(column, packed_numeric, pa.binary())
    if oid == BOOL:
        values = pc.fill_null(column, False).to_numpy(zero_copy_only=False).astype("u1")
        return fixed(values, 1, column.is_valid())
    if oid == DATE:
        values = pc.fill_null(column.cast(pa.date32()).cast(pa.int32()), DAYS).to_numpy() - DAYS
        return fixed(values.astype(">i4"), 4, column.is_valid())
    if oid in (TIMESTAMP, TIMESTAMPTZ):
        whole = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
        values = pc.fill_null(whole, MICROSECONDS).to_numpy() - MICROSECONDS
        return fixed(values.astype(">i8"), 8, column.is_valid())
    if oid == TIME:
        values = pc.fill_null(column.cast(pa.time64("us")).cast(pa.int64()), 0).to_numpy()
        return fixed(values.astype(">i8"), 8, column.is_valid())
    values = pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
    return fixed(values.astype(NUMBERS[oid]), SIZES[oid], column.is_valid())


def each(column: pa.Array, show: Callable[[Any], Any], kind: pa.DataType | None = None) -> pa.Array:
    """For the few types that Arrow has no loop for."""
    return pa.array(
        [None if value is None else show(value) for value in column.to_pylist()], kind or pa.string()
    )


def interval(value: Any) -> str:
    """Months, days and seconds, which do not add up to one number."""
    parts = (value.months, "months"), (value.days, "days"), (value.nanoseconds / 1e9, "seconds")
    return " ".join(f"{count:g} {unit}" for count, unit in parts if count) or "0 seconds"


def packed_numeric(value: Decimal | int) -> bytes:
    """A decimal in groups of four digits, as the protocol has it."""
    sign, digits, exponent = Decimal(value).as_tuple()
    assert isinstance(exponent, int)
    scale = max(0, -exponent)
    whole = "".join(map(str, digits)) + "0" * max(0, exponent)
    whole = whole.rjust(scale + 1, "0")
    left, right = whole[: len(whole) - scale], whole[len(whole) - scale :]
    left = left.rjust(-(-len(left) // 4) * 4, "0")
    right = right.ljust(-(-len(right) // 4) * 4, "0")
    groups = [int((left + right)[at : at + 4]) for at in range(0, len(left + right), 4)]
    weight = len(left) // 4 - 1
    while groups and groups[0] == 0:
        groups, weight = groups[1:], weight - 1
    while groups and groups[-1] == 0:
        groups.pop()
    head = (len(groups), weight if groups else 0, 0x4000 if sign else 0, scale)
    return struct.pack(f">hhHh{len(groups)}h", *head, *groups)
