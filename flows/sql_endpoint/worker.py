"""`python -m flows.sql_endpoint.worker FD`: the processes that ask DuckDB, one statement at a time each.

The module is a nursery: it has read the libraries and forks a worker whenever the socket FD brings two more,
one for statements and one to interrupt them. A worker holds the release open, read-only and locked. Whatever
a statement does to it, it is this process alone that it does it to.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.processes import end_with_parent
from flows.sql_endpoint import statements
from flows.sql_endpoint.answers import shown
from flows.sql_endpoint.catalogue import Catalogue, asks_catalogue
from flows.sql_endpoint.messages import (
    EMPTY_QUERY,
    NO_DATA,
    PORTAL_SUSPENDED,
    Refused,
    complete,
    parameter_description,
)
from flows.sql_endpoint.rows import (
    TEXT,
    data_rows,
    formats_of,
    oid_of,
    oid_of_name,
    row_description,
)
from flows.sql_endpoint.values import CASTS, TEXTS, literal

FRAME = struct.Struct(">cI")
BATCH_ROWS = 8192
GATHERED_BYTES = 1 << 16
# Above DuckDB's own limit: what it does not count, and the libraries.
SPARE_BYTES = 2**30
PLACES = "marts,main,meta"
STATES = (
    (duckdb.ParserException, "42601"),
    (duckdb.CatalogException, "42P01"),
    (duckdb.BinderException, "42703"),
    (duckdb.PermissionException, "42501"),
    (duckdb.InterruptException, "57014"),
    (duckdb.OutOfMemoryException, "53200"),
    (duckdb.ConversionException, "22P02"),
    (duckdb.OutOfRangeException, "22003"),
    (duckdb.InvalidInputException, "22023"),
    (duckdb.NotImplementedException, "0A000"),
)
TOO_MUCH_MEMORY = "the query needs more memory than the {} MB that one may have: ask for less at once"


class Portal:
    """A statement that runs: its columns, and its rows as they are asked for."""

    def __init__(self, result: duckdb.DuckDBPyConnection, sql: str, formats: list[int]) -> None:
        self.reader = result.to_arrow_reader(BATCH_ROWS)
        schema = self.reader.schema
        self.columns = [(column.name, oid_of(column.type)) for column in schema]
        self.formats = formats_of(formats, len(self.columns))
        self.tag = "EXPLAIN" if sql.lstrip()[:7].lower() == "explain" else "SELECT"
        self.rows = 0
        self.left: pa.RecordBatch | None = None

    def description(self) -> bytes:
        return row_description(self.columns, self.formats)

    def next_rows(self, limit: int) -> pa.RecordBatch | None:
        batch, self.left = self.left, None
        while batch is None or not batch.num_rows:
            try:
                batch = self.reader.read_next_batch()
            except StopIteration:
                return None
        if limit and batch.num_rows > limit:
            batch, self.left = batch.slice(0, limit), batch.slice(limit)
        return batch


class Worker:
    def __init__(self, commands: socket.socket, control: socket.socket, limits: dict[str, Any]) -> None:
        self.commands, self.control, self.limits = commands, control, limits
        self.path = ""
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.catalogue: Catalogue | None = None
        self.portal: Portal | None = None
        self.gathered: list[bytes] = []
        self.gathered_bytes = 0
        self.running = threading.Lock()
        self.asked: duckdb.DuckDBPyConnection | None = None

    def serve(self) -> None:
        threading.Thread(target=self.listen, name="control", daemon=True).start()
        self.send(b"P", json.dumps({"pid": os.getpid()}).encode())
        while head := self.received(4):
            command = json.loads(self.received(struct.unpack(">I", head)[0]))
            try:
                ended = getattr(self, "do_" + command.pop("do"))(**command)
                self.send(b"Z", json.dumps(ended or {}).encode())
            except Refused as refused:
                self.fail(refused)
            except (duckdb.Error, pa.ArrowException, MemoryError) as fault:
                self.fail(self.sentence(fault))
            except (OSError, SystemExit):
                raise
            except Exception as fault:
                self.fail(
                    Refused("XX000", f"the endpoint cannot answer this: {type(fault).__name__}: {fault}")
                )

    def listen(self) -> None:
        """Interrupt at a byte; end at once where the front is gone."""
        while self.control.recv(1):
            with self.running:
                if self.asked:
                    self.asked.interrupt()
        os._exit(0)

    def received(self, count: int) -> bytes:
        parts = []
        while count:
            part = self.commands.recv(min(count, 1 << 16))
            if not part:
                os._exit(0)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def send(self, kind: bytes, body: bytes) -> None:
        """Send a frame; messages for the client, F, are gathered to some size first."""
        if kind == b"F":
            self.gathered.append(body)
            self.gathered_bytes += len(body)
            if self.gathered_bytes < GATHERED_BYTES:
                return
        messages = b"".join(self.gathered)
        sent = FRAME.pack(b"F", len(messages)) + messages if messages else b""
        self.gathered, self.gathered_bytes = [], 0
        self.commands.sendall(sent if kind == b"F" else sent + FRAME.pack(kind, len(body)) + body)

    def fail(self, refused: Refused) -> None:
        self.portal = None
        self.send(b"E", json.dumps([refused.state, refused.sentence]).encode())

    def sentence(self, fault: Exception) -> Refused:
        said = str(fault)
        state = next((state for kind, state in STATES if isinstance(fault, kind)), "XX000")
        if (
            isinstance(fault, MemoryError | pa.ArrowMemoryError)
            or "Out of Memory" in said
            or "bad_alloc" in said
        ):
            return Refused("53200", TOO_MUCH_MEMORY.format(self.limits["megabytes"]))
        if "INTERRUPT" in said:
            return Refused("57014", "the query was interrupted")
        if "read-only mode" in said:
            return Refused(statements.READ_ONLY, statements.ONLY_READ)
        if state == "42P01" and "Function with name" in said:
            state = "42883"
        first = said.split("\n\nLINE", 1)[0]
        return Refused(state, " ".join(first.split()))

    def open(self, path: str) -> duckdb.DuckDBPyConnection:
        """The release at `path`, opened once and kept until another is asked for."""
        if self.connection and path == self.path:
            return self.connection
        if self.connection:
            self.connection.close()
        self.connection = self.catalogue = None
        config = {
            "threads": self.limits["threads"],
            "memory_limit": f"{self.limits['megabytes']}MB",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
        connection = duckdb.connect(path, read_only=True, config=config)
        connection.execute(f"set timezone = 'UTC'; set search_path = '{PLACES}'")
        connection.execute("set enable_progress_bar = false; set temp_directory = ''")
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        self.connection, self.path = connection, path
        return connection

    def run(self, path: str, statement: str) -> duckdb.DuckDBPyConnection:
        """Ask for what passes every check."""
        statements.checked(statement)
        connection = self.open(path)
        if asks_catalogue(statement):
            self.catalogue = self.catalogue or Catalogue(connection)
            connection, statement = self.catalogue.connection, self.catalogue.rewritten(statement)
        for checked in filter(None, (statement, statements.explained(statement))):
            parsed = connection.extract_statements(checked)
            kinds = {one.type for one in parsed}
            if len(parsed) != 1 or not kinds <= {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
                pivots = duckdb.StatementType.CREATE in kinds and "pivot" in checked.lower()
                hint = "; name the columns of a pivot as in (…)" if pivots else ""
                raise Refused(statements.READ_ONLY, statements.ONLY_READ + hint)
        with self.running:
            self.asked = connection
        return connection.execute(statement)

    def do_prepare(self, path: str) -> None:
        """Open a release before anybody asks."""
        self.open(path)

    def do_simple(self, path: str, sql: str, settings: dict[str, str]) -> dict[str, Any]:
        """All statements of a text, one after the other, as messages; what they change of the session."""
        changed: dict[str, Any] = {"settings": {}}
        asked = statements.split(sql)
        if not asked:
            self.send(b"F", EMPTY_QUERY)
        for statement in asked:
            answer = statements.answered(statement, {**settings, **changed["settings"]})
            if answer:
                self.send(b"F", shown(answer, []))
                if answer.transaction is not None:
                    changed["transaction"] = answer.transaction
                changed["settings"].update(answer.settings)
                continue
            portal = Portal(self.run(path, statement), statement, [])
            head = portal.description()
            while (batch := portal.next_rows(0)) is not None:
                portal.rows += batch.num_rows
                self.send(b"F", head + data_rows(batch, portal.formats))
                head = b""
            self.send(
                b"F", head + complete(f"{portal.tag} {portal.rows}" if portal.tag == "SELECT" else portal.tag)
            )
        self.asked = None
        return changed

    def do_open(self, path: str, sql: str, values: list[Any], formats: list[int], describe: bool) -> None:
        """Begin a statement of the extended protocol. A value is its bytes in hex, type and format."""

        def given(number: int, is_list: bool) -> str:
            if not 0 < number <= len(values):
                raise Refused(
                    "08P01", f"the statement has a parameter {number}, and {len(values)} were given"
                )
            value, oid, form = values[number - 1]
            known = oid or (TEXTS if is_list else 0)
            return literal(None if value is None else bytes.fromhex(value), known, form == 1)

        statement = statements.with_parameters(sql, given)
        self.portal = Portal(self.run(path, statement), statement, formats)
        if describe:
            self.send(b"F", self.portal.description())

    def do_fetch(self, limit: int) -> dict[str, Any]:
        """Rows of the statement begun, so many or all."""
        portal = self.portal
        assert portal
        sent = 0
        while not limit or sent < limit:
            batch = portal.next_rows(limit and limit - sent)
            if batch is None:
                break
            sent += batch.num_rows
            self.send(b"F", data_rows(batch, portal.formats))
        portal.rows += sent
        if limit and sent == limit:
            self.send(b"F", PORTAL_SUSPENDED)
            return {"suspended": True}
        self.send(b"F", complete(f"SELECT {sent}" if portal.tag == "SELECT" else portal.tag))
        self.do_close()
        return {}

    def do_close(self) -> None:
        with self.running:
            self.portal = self.asked = None

    def do_describe(self, path: str, sql: str, oids: list[int]) -> None:
        """Parameters and columns of a statement before it has values."""
        count = statements.parameter_count(sql)
        oids = (oids + [0] * count)[: max(count, len(oids))]

        def unknown(number: int, is_list: bool) -> str:
            if is_list:
                return "[null]"

            return f"(null::{CASTS[oids[number - 1]]})" if oids[number - 1] in CASTS else "null"

        statement = statements.with_parameters(sql, unknown)
        self.send(b"F", parameter_description(oid or TEXT for oid in oids))
        if statement.lstrip()[:4].lower() in ("desc", "show", "summ", "expl") or asks_catalogue(statement):
            columns = Portal(self.run(path, statement), statement, []).columns
        else:
            statements.checked(statement)
            described = self.run(path, f"describe {statement}").fetchall()
            columns = [(name, oid_of_name(kind)) for name, kind, *_ in described]
        self.send(b"F", row_description(columns, [0] * len(columns)) if columns else NO_DATA)
        self.do_close()


def nursery(front: socket.socket, limits: dict[str, Any]) -> None:
    """Fork a worker for each pair of sockets that comes, until the front is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    me = os.getpid()
    while True:
        said, fds, _, _ = socket.recv_fds(front, 1, 2)
        if not said:
            return
        if os.fork() == 0:
            front.close()
            end_with_parent(me)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            most = limits["megabytes"] * 10**6 + SPARE_BYTES
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            with contextlib.suppress(OSError):
                # Where memory is short, the system shall end this process and not the front.
                Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
            commands, control = (socket.socket(fileno=fd) for fd in fds)
            try:
                Worker(commands, control, limits).serve()
            finally:
                os._exit(1)
        for fd in fds:
            os.close(fd)


if __name__ == "__main__":
    end_with_parent(int(sys.argv[3]))
    with contextlib.closing(socket.socket(fileno=int(sys.argv[1]))) as given:
        nursery(given, json.loads(sys.argv[2]))
