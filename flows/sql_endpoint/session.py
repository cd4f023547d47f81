"""One client's conversation: the login, then statements, simple or prepared, until it leaves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.sql_endpoint import messages, scram
from flows.sql_endpoint.answers import shown
from flows.sql_endpoint.messages import Body, Refused
from flows.sql_endpoint.pool import Died
from flows.sql_endpoint.statements import SHOWN, Answer, answered, split

if TYPE_CHECKING:
    from flows.sql_endpoint.pool import Lease
    from flows.sql_endpoint.server import Endpoint

WRONG_TOKEN_SECONDS = 0.5
CANCELLED = Refused("57014", "the query was cancelled, as its client asked")
TOLD = (
    "server_version", "server_encoding", "client_encoding", "DateStyle", "IntervalStyle", "TimeZone",
    "integer_datetimes", "standard_conforming_strings", "default_transaction_read_only", "in_hot_standby",
    "is_superuser",
)  # fmt: skip
# A text as short as this is looked at here; what is longer, by a worker.
SHORT = 300
SETTINGS = 100
AGAIN_SECONDS = 0.2


@dataclass
class Prepared:
    sql: str
    oids: list[int]


@dataclass
class Portal:
    """A statement with its values. It has a lease while it runs."""

    sql: str
    values: list[list[Any]]
    formats: list[int]
    size: int
    answer: Answer | None = None
    lease: Lease | None = None
    is_done: bool = False


@dataclass
class Session:
    """The client, and what it has said so far."""

    endpoint: Endpoint
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    key: bytes = field(default_factory=lambda: secrets.token_bytes(8))
    settings: dict[str, str] = field(default_factory=dict)
    prepared: dict[str, Prepared] = field(default_factory=dict)
    portals: dict[str, Portal] = field(default_factory=dict)
    in_transaction: bool = False
    skips: bool = False
    current: Lease | None = None
    sent: int = 0
    asked_at: float = 0.0

    # Login

    async def startup(self) -> bool:
        """The first messages, up to the login. False where the client wanted no session."""
        for _ in range(3):
            [length] = struct.unpack(">i", await self.reader.readexactly(4))
            if not 8 <= length <= 10_000:
                return False
            body = Body(await self.reader.readexactly(length - 4))
            [code] = body.numbers("i")
            if code == messages.SSL_REQUEST and self.endpoint.tls and not self.is_encrypted:
                self.writer.write(b"S")
                await self.writer.drain()
                if self.reader._buffer:  # type: ignore[attr-defined]
                    # What came in clear before the handshake could be anybody's.
                    return False
                await self.writer.start_tls(self.endpoint.tls)
            elif code in (messages.SSL_REQUEST, messages.GSS_REQUEST):
                self.writer.write(b"N")
                await self.writer.drain()
            elif code == messages.CANCEL_REQUEST:
                self.endpoint.cancel(body.bytes(8))
                return False
            else:
                await self.log_in(code, body)
                return True
        return False

    @property
    def is_encrypted(self) -> bool:
        return self.writer.get_extra_info("ssl_object") is not None

    async def log_in(self, code: int, body: Body) -> None:
        """Raises Refused for whoever has not the token."""
        if code >> 16 != 3:
            raise Refused("08P01", "the endpoint speaks version 3 of the PostgreSQL protocol only")
        said: dict[str, str] = {}
        while name := body.text():
            said[name] = body.text()
        if self.endpoint.tls and not self.is_encrypted and not self.is_local:
            raise Refused("28000", "the endpoint wants TLS: connect with sslmode=require")
        self.endpoint.check_room()
        unknown = [name for name in said if name.startswith("_pq_.")]
        if code & 0xFFFF or unknown:
            listed = b"".join(messages.text(name) for name in unknown)
            self.writer.write(messages.message(b"v", struct.pack(">ii", 0, len(unknown)) + listed))
        exchange = scram.Exchange(self.endpoint.verifier)
        self.writer.write(messages.authentication(10, messages.text(scram.MECHANISM) + b"\0"))
        first = await self.password()
        mechanism = first.text()
        [size] = first.numbers("i")
        if mechanism != scram.MECHANISM:
            raise Refused("28000", f"the endpoint knows {scram.MECHANISM} only")
        self.writer.write(messages.authentication(11, exchange.challenge(first.bytes(size))))
        final = await self.password()
        try:
            proof = exchange.finish(final.data)
        except Refused:
            await asyncio.sleep(WRONG_TOKEN_SECONDS)
            raise
        database = said.get("database", "g60")
        if database not in ("g60", said.get("user")):
            raise Refused("3D000", f"there is no database {database!r}: the one here is g60")
        self.settings = {"application_name": said.get("application_name", "")}
        told = {name: SHOWN[name.lower()] for name in TOLD} | self.settings
        self.writer.write(
            messages.authentication(12, proof)
            + messages.authentication(0)
            + messages.parameters(told | {"session_authorization": said.get("user", "g60")})
            + messages.message(b"K", self.key)
            + messages.ready(in_transaction=False)
        )
        await self.drain()

    @property
    def is_local(self) -> bool:
        peer = self.writer.get_extra_info("peername")
        return bool(peer) and peer[0] in ("127.0.0.1", "::1")

    async def password(self) -> Body:
        await self.writer.drain()
        kind, length = struct.unpack(">ci", await self.reader.readexactly(5))
        if kind != b"p" or not 4 <= length <= 4096:
            raise Refused("08P01", "the login is malformed")
        return Body(await self.reader.readexactly(length - 4))

    # Conversation

    async def converse(self) -> None:
        """Message after message, until the client leaves, is silent for too long or breaks the protocol."""
        limits = self.endpoint.limits
        while True:
            async with asyncio.timeout(limits.idle_seconds):
                kind, length = struct.unpack(">ci", await self.reader.readexactly(5))
            if not 4 <= length <= limits.message_bytes + 4:
                raise Refused("54000", f"a message may have {limits.message_bytes} bytes, not {length}")
            async with asyncio.timeout(limits.stall_seconds):
                body = Body(await self.reader.readexactly(length - 4))
            if kind == b"X":
                return
            if self.skips and kind != b"S":
                continue
            try:
                await self.handle(kind, body)
                if self.writer.transport.get_write_buffer_size() > 1 << 16:
                    await self.drain()
            except Refused as refused:
                self.writer.write(messages.error(refused))
                if kind == b"Q":
                    self.writer.write(messages.ready(self.in_transaction))
                else:
                    self.skips = True
                await self.drain()

    async def handle(self, kind: bytes, body: Body) -> None:
        if kind == b"Q":
            await self.simple(body.text())
        elif kind == b"P":
            self.parse(body)
        elif kind == b"B":
            self.bind(body)
        elif kind == b"D":
            await self.describe(body)
        elif kind == b"E":
            await self.execute(body)
        elif kind == b"C":
            what, name = body.bytes(1), body.text()
            if what == b"S":
                self.prepared.pop(name, None)
            elif name in self.portals:
                self.close(self.portals.pop(name))
            self.writer.write(messages.CLOSE_COMPLETE)
        elif kind == b"S":
            self.skips = False
            if not self.in_transaction:
                self.close_all()
            self.writer.write(messages.ready(self.in_transaction))
            await self.drain()
        elif kind == b"H":
            await self.drain()
        elif kind in (b"d", b"c", b"f"):
            return
        elif kind == b"F":
            raise Refused("0A000", "functions are called by select only")
        else:
            raise Refused("08P01", f"there is no message of the kind {kind!r}")

    async def drain(self) -> None:
        """Wait until the client has read. One that reads nothing for long is left."""
        async with asyncio.timeout(self.endpoint.limits.stall_seconds):
            await self.writer.drain()

    async def simple(self, sql: str) -> None:
        if (
            len(sql) <= SHORT
            and len(asked := split(sql)) == 1
            and (answer := answered(asked[0], self.settings))
        ):
            self.apply(answer)
            self.writer.write(shown(answer, []) + messages.ready(self.in_transaction))
            return await self.drain()
        if not self.in_transaction:
            self.close_all()
        changed = await self.whole("simple", sql=sql, settings=self.settings)
        self.apply(Answer("", settings=changed.get("settings", {})))
        self.in_transaction = changed.get("transaction", self.in_transaction)
        self.writer.write(messages.ready(self.in_transaction))
        return await self.drain()

    def apply(self, answer: Answer) -> None:
        if answer.transaction is not None:
            self.in_transaction = answer.transaction
            if not answer.transaction:
                self.close_all()
        if len(self.settings) < SETTINGS:
            self.settings |= {name: value[:SHORT] for name, value in answer.settings.items()}
        if answer.forgets:
            self.prepared.clear()
        if "application_name" in answer.settings:
            self.writer.write(messages.parameters({"application_name": answer.settings["application_name"]}))

    async def whole(self, do: str, **more: Any) -> dict[str, Any]:
        """A command that a worker answers whole, passed on to the client. Gives its last word."""
        try:
            return await self.once(do, **more)
        except Died:
            if self.sent or time.monotonic() - self.asked_at > AGAIN_SECONDS:
                raise
            # It was gone before it was asked: another is not.
            return await self.once(do, **more)

    async def once(self, do: str, **more: Any) -> dict[str, Any]:
        lease = await self.lent()
        is_clean = False
        try:
            found = await self.ask(lease, do, path=lease.worker.path, **more)
            is_clean = True
        except Refused:
            is_clean = lease.verdict is None
            raise
        finally:
            self.current = None
            self.endpoint.pool.release(lease, is_clean)
        return found

    async def lent(self) -> Lease:
        self.current = await self.endpoint.pool.acquire(self.endpoint.path())
        self.current.client = self.reader
        self.sent, self.asked_at = 0, time.monotonic()
        return self.current

    async def ask(self, lease: Lease, do: str, **more: Any) -> dict[str, Any]:
        """Pass on what the worker answers, no faster than the client reads."""
        lease.worker.command(do, **more)
        most = self.endpoint.limits.result_bytes
        async for kind, body in lease.frames():
            if kind == b"F":
                self.sent += len(body)
                if self.sent > most:
                    lease.stop(
                        Refused("54000", f"a result may have {most} bytes: ask for less, or take the file")
                    )
                    continue
                self.writer.write(body)
                if self.writer.transport.get_write_buffer_size() > 1 << 16:
                    await self.drain()
            elif kind == b"Z":
                if lease.verdict:
                    raise lease.verdict
                found: dict[str, Any] = json.loads(body)
                return found
        raise AssertionError("a worker's answer ends with Z")

    # Prepared statements and portals

    def parse(self, body: Body) -> None:
        name, sql = body.text(), body.text()
        oids = body.counted("I")
        self.check_held(len(sql))
        statements = split(sql)
        if len(statements) > 1:
            raise Refused("42601", "a prepared statement is one statement only")
        self.prepared[name] = Prepared(statements[0] if statements else "", oids)
        self.writer.write(messages.PARSE_COMPLETE)

    def check_held(self, more: int) -> None:
        """Raises Refused where what a client has prepared and bound would be too much to keep."""
        limits = self.endpoint.limits
        texts = sum(len(one.sql) for one in self.prepared.values())
        values = sum(portal.size for portal in self.portals.values())
        if len(self.prepared) + len(self.portals) >= limits.statements or (
            texts + values + more > limits.held_bytes
        ):
            most = f"{limits.statements} prepared statements of {limits.held_bytes} bytes"
            raise Refused("54000", f"a client may have {most} in all: close some")

    def statement(self, name: str) -> Prepared:
        if name not in self.prepared:
            raise Refused("26000", f"there is no prepared statement {name!r}")
        return self.prepared[name]

    def bind(self, body: Body) -> None:
        name, statement = body.text(), self.statement(body.text())
        formats = body.counted("h")
        [count] = body.numbers("H")
        values: list[list[Any]] = []
        for at in range(count):
            [size] = body.numbers("i")
            value = None if size == -1 else body.bytes(size).hex()
            oid = statement.oids[at] if at < len(statement.oids) else 0
            form = formats[at] if len(formats) == count else (formats or [0])[0]
            values.append([value, oid, form])
        if old := self.portals.pop(name, None):
            self.close(old)
        self.check_held(len(body.data))
        portal = Portal(statement.sql, values, body.counted("h"), len(body.data))
        portal.answer = answered(portal.sql, self.settings)
        self.portals[name] = portal
        self.writer.write(messages.BIND_COMPLETE)

    def portal(self, name: str) -> Portal:
        if name not in self.portals:
            raise Refused("34000", f"there is no portal {name!r}")
        return self.portals[name]

    async def describe(self, body: Body) -> None:
        what, name = body.bytes(1), body.text()
        if what == b"S":
            statement = self.statement(name)
            answer = answered(statement.sql, self.settings)
            if not statement.sql or answer:
                columns = shown(answer, [], execute=False) if answer else messages.NO_DATA
                self.writer.write(messages.parameter_description([]) + columns)
            else:
                await self.whole("describe", sql=statement.sql, oids=statement.oids)
            return
        portal = self.portal(name)
        if portal.answer:
            self.writer.write(shown(portal.answer, portal.formats, execute=False))
        elif not portal.sql:
            self.writer.write(messages.NO_DATA)
        else:
            await self.begin(portal, describe=True)

    async def begin(self, portal: Portal, describe: bool) -> None:
        """Have a worker start the statement of a portal; it stays lent until all is read."""
        try:
            await self.begin_once(portal, describe)
        except Died:
            if self.sent or time.monotonic() - self.asked_at > AGAIN_SECONDS:
                raise
            await self.begin_once(portal, describe)

    async def begin_once(self, portal: Portal, describe: bool) -> None:
        portal.lease = await self.lent()
        try:
            await self.ask(
                portal.lease, "open", path=portal.lease.worker.path, sql=portal.sql, values=portal.values,
                formats=portal.formats, describe=describe,
            )  # fmt: skip
        except BaseException as fault:
            self.close(portal, is_clean=isinstance(fault, Refused) and portal.lease.verdict is None)
            raise
        portal.lease.unread_since = time.monotonic()

    async def execute(self, body: Body) -> None:
        portal = self.portal(body.text())
        [limit] = body.numbers("i")
        if portal.answer:
            self.apply(portal.answer)
            self.writer.write(shown(portal.answer, portal.formats, describe=False))
            return
        if not portal.sql:
            self.writer.write(messages.EMPTY_QUERY)
            return
        if portal.is_done:
            self.writer.write(messages.complete("SELECT 0"))
            return
        if portal.lease is None:
            await self.begin(portal, describe=False)
        lease = portal.lease
        assert lease
        if lease.verdict:
            self.close(portal, is_clean=False)
            raise lease.verdict
        lease.unread_since, self.current = None, lease
        try:
            ended = await self.ask(lease, "fetch", limit=max(limit, 0))
        except BaseException as fault:
            self.close(portal, is_clean=isinstance(fault, Refused) and lease.verdict is None)
            raise
        if ended.get("suspended"):
            lease.unread_since = time.monotonic()
        else:
            portal.is_done = True
            self.close(portal)

    def close(self, portal: Portal, is_clean: bool | None = None) -> None:
        """Give back the worker of a portal; one that has more to tell is not worth waiting for."""
        if portal.lease:
            if self.current is portal.lease:
                self.current = None
            self.endpoint.pool.release(portal.lease, portal.is_done if is_clean is None else is_clean)
            portal.lease = None

    def close_all(self) -> None:
        for portal in self.portals.values():
            self.close(portal)
        self.portals.clear()

    def cancel(self) -> None:
        if self.current:
            self.current.stop(CANCELLED)

    def leave(self) -> None:
        """Nothing of a client outlives it."""
        self.close_all()
        if self.current:
            self.endpoint.pool.release(self.current, is_clean=False)
        with contextlib.suppress(Exception):
            self.writer.close()
