"""Parameters of a statement, from the wire to literals of SQL."""

from __future__ import annotations

import datetime as dt
import re
import struct
import uuid

from flows.sql_endpoint.messages import Refused
from flows.sql_endpoint.rows import (
    BOOL,
    BYTEA,
    DATE,
    FLOAT4,
    FLOAT8,
    INT2,
    INT4,
    INT8,
    NUMERIC,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
)

UUID, OID, TEXTS = 2950, 26, 1009
PACKED = {INT2: ">h", INT4: ">i", INT8: ">q", OID: ">I", FLOAT4: ">f", FLOAT8: ">d"}
CASTS = {
    FLOAT4: "float", FLOAT8: "double", DATE: "date", TIME: "time", TIMESTAMP: "timestamp",
    TIMESTAMPTZ: "timestamptz", UUID: "uuid",
}  # fmt: skip
# Types of lists and of what is in them.
LISTS = {
    1005: INT2, 1007: INT4, 1016: INT8, 1021: FLOAT4, 1022: FLOAT8, 1231: NUMERIC, 1182: DATE, 1000: BOOL,
    1009: 25, 1015: 25, 1115: TIMESTAMP, 1185: TIMESTAMPTZ,
}  # fmt: skip
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')
EPOCH = dt.datetime(2000, 1, 1)


def quoted(value: str) -> str:
    if "\0" in value:
        raise Refused("22021", "a text with a zero byte cannot be asked for")
    return "'" + value.replace("'", "''") + "'"


def literal(value: bytes | None, oid: int, is_binary: bool) -> str:
    """A value as a literal; a text of no known type fits itself to what it meets."""
    if value is None:
        return "null"
    try:
        shown = unpacked(value, oid) if is_binary else value.decode()
    except (struct.error, ValueError, OverflowError) as fault:
        raise Refused("22P03", f"a parameter of type {oid} cannot be read") from fault
    return written(shown, oid)


def written(shown: str, oid: int) -> str:
    if oid in LISTS:
        items = [found[1] if found[2] is None else found[2].strip() for found in ITEM.finditer(shown)]
        plain = [
            re.sub(r"\\(.)", r"\1", item) if found[2] is None else item
            for item, found in zip(items, ITEM.finditer(shown), strict=True)
        ]
        return "[" + ", ".join(
            "null" if found[2] is not None and item.lower() == "null" else written(item, LISTS[oid])
            for item, found in zip(plain, ITEM.finditer(shown), strict=True)
        ) + "]"  # fmt: skip
    if oid in (INT2, INT4, INT8, OID, NUMERIC) and NUMBER.fullmatch(shown.strip()):
        return f"({shown.strip()})"
    if oid == BOOL:
        return "true" if shown.strip().lower() in ("t", "true", "1", "on", "yes", "y") else "false"
    if oid == BYTEA:
        return f"from_hex({quoted(shown.removeprefix(chr(92) + 'x'))})"
    return f"({quoted(shown)}::{CASTS[oid]})" if oid in CASTS else quoted(shown)


def unpacked(value: bytes, oid: int) -> str:
    """A value in the binary format as the text that the text format would have."""
    if oid in PACKED:
        return repr(struct.unpack(PACKED[oid], value)[0])
    if oid == BOOL:
        return "t" if value != b"\0" else "f"
    if oid == BYTEA:
        return "\\x" + value.hex()
    if oid == DATE:
        return (EPOCH.date() + dt.timedelta(days=struct.unpack(">i", value)[0])).isoformat()
    if oid in (TIMESTAMP, TIMESTAMPTZ):
        moment = EPOCH + dt.timedelta(microseconds=struct.unpack(">q", value)[0])
        return moment.isoformat(" ") + ("+00" if oid == TIMESTAMPTZ else "")
    if oid == TIME:
        return (EPOCH + dt.timedelta(microseconds=struct.unpack(">q", value)[0])).time().isoformat()
    if oid == UUID:
        return str(uuid.UUID(bytes=value))
    if oid == NUMERIC:
        return unpacked_numeric(value)
    if oid in LISTS:
        return unpacked_list(value)
    return value.decode()


def unpacked_numeric(value: bytes) -> str:
    count, weight, sign, scale = struct.unpack_from(">hhHh", value)
    groups = struct.unpack_from(f">{count}h", value, 8)
    number = sum(group * 10 ** (4 * (count - 1 - at)) for at, group in enumerate(groups))
    shift = 4 * (weight - count + 1)
    digits = str(number * 10**shift if shift >= 0 else number).rjust(max(0, -shift) + 1, "0")
    shown = digits if shift >= 0 else f"{digits[:shift]}.{digits[shift:][:scale]}".rstrip(".")
    return ("-" if sign == 0x4000 else "") + shown


def unpacked_list(value: bytes) -> str:
    dimensions, _, oid = struct.unpack_from(">iiI", value)
    if dimensions > 1:
        raise ValueError("lists of lists are not read")
    at, items = 12 + 8 * dimensions, []
    while at < len(value):
        [size] = struct.unpack_from(">i", value, at)
        at += 4
        if size < 0:
            items.append("NULL")
            continue
        shown = unpacked(value[at : at + size], oid).replace("\\", "\\\\").replace('"', '\\"')
        items.append(f'"{shown}"')
        at += size
    return "{" + ",".join(items) + "}"
