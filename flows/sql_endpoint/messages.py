"""Messages of the PostgreSQL protocol, version 3, as bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

PROTOCOL = 196608
SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102

PARSE_COMPLETE, BIND_COMPLETE, CLOSE_COMPLETE = b"1\0\0\0\4", b"2\0\0\0\4", b"3\0\0\0\4"
NO_DATA, EMPTY_QUERY, PORTAL_SUSPENDED = b"n\0\0\0\4", b"I\0\0\0\4", b"s\0\0\0\4"


class Refused(Exception):
    """What a client is told instead of an answer: an SQLSTATE and one sentence."""

    def __init__(self, state: str, sentence: str) -> None:
        super().__init__(sentence)
        self.state, self.sentence = state, sentence


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">i", len(body) + 4) + body


def text(value: str) -> bytes:
    return value.replace("\0", "").encode() + b"\0"


def error(refused: Refused, severity: str = "ERROR") -> bytes:
    fields = {"S": severity, "V": severity, "C": refused.state, "M": refused.sentence}
    return message(b"E", b"".join(key.encode() + text(value) for key, value in fields.items()) + b"\0")


def authentication(code: int, body: bytes = b"") -> bytes:
    return message(b"R", struct.pack(">i", code) + body)


def parameters(said: Mapping[str, str]) -> bytes:
    return b"".join(message(b"S", text(name) + text(value)) for name, value in said.items())


def ready(in_transaction: bool) -> bytes:
    return message(b"Z", b"T" if in_transaction else b"I")


def complete(tag: str) -> bytes:
    return message(b"C", text(tag))


def parameter_description(oids: Iterable[int]) -> bytes:
    listed = list(oids)
    return message(b"t", struct.pack(f">h{len(listed)}I", len(listed), *listed))


class Body:
    """The body of a client's message, read piece by piece. Raises Refused where it ends too soon."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def text(self) -> str:
        end = self.data.find(b"\0", self.at)
        if end < 0:
            raise Refused("08P01", "the message is malformed: a text without an end")
        found, self.at = self.data[self.at : end], end + 1
        try:
            return found.decode()
        except UnicodeDecodeError as fault:
            raise Refused("22021", "the text is not UTF-8") from fault

    def bytes(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise Refused("08P01", "the message is malformed: it ends too soon")
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, kind: str, count: int = 1) -> list[int]:
        form = f">{count}{kind}"
        return [int(number) for number in struct.unpack(form, self.bytes(struct.calcsize(form)))]

    def counted(self, kind: str) -> list[int]:
        """As many numbers as a leading number says."""
        [count] = self.numbers("H")
        return self.numbers(kind, count)
