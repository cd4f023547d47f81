"""Answers about the session as messages, alike from the front and from a worker."""

from __future__ import annotations

import struct

from flows.sql_endpoint.messages import NO_DATA, complete, message, text
from flows.sql_endpoint.statements import Answer

TEXT = 25


def shown(answer: Answer, formats: list[int], describe: bool = True, execute: bool = True) -> bytes:
    """The line that an answer shows, where it shows one, and its tag."""
    found = b""
    if answer.shown:
        name, value = answer.shown
        if describe:
            form = (formats or [0])[0]
            found += message(
                b"T", struct.pack(">h", 1) + text(name) + struct.pack(">IhIhih", 0, 0, TEXT, -1, -1, form)
            )
        if execute:
            body = value.encode()
            found += message(b"D", struct.pack(">hi", 1, len(body)) + body)
    elif describe and not execute:
        found = NO_DATA
    return found + (complete(answer.tag) if execute else b"")
