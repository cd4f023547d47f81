"""The workers: so many at most, one statement each, replaced when they end."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.settings import ROOT
from flows.sql_endpoint.limits import Limits
from flows.sql_endpoint.messages import Refused

FRAME = struct.Struct(">cI")
LOOK_SECONDS = 0.2
# How long an interrupt may take before the process is ended instead.
GRACE_SECONDS = 1.0
# Statements younger than this go first on the processor.
YOUNG_SECONDS, NICE = 1.0, 10
# How long one may wait before a statement that runs for long gives way.
PATIENCE_SECONDS = 0.5
BUFFER_BYTES = 1 << 18
TOO_LONG = "the query took longer than the {:g} s that one may have: ask for less"
YIELDED = "the query ran for {:.0f} s while others waited, and was stopped: ask for less, or later"
IDLE = "the cursor lay unread for {:g} s and was closed: read on sooner"
DIED = "the query ended the process that ran it, most likely for want of memory: ask for less at once"
BUSY = "all workers are taken: try again in a moment"


class Died(Refused):
    """The process is gone."""


class Worker:
    """One process that asks DuckDB, seen from the front."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, control: socket.socket
    ) -> None:
        self.reader, self.writer, self.control = reader, writer, control
        self.pid = 0
        self.path = ""

    def command(self, do: str, **more: Any) -> None:
        body = json.dumps({"do": do, **more}).encode()
        self.writer.write(struct.pack(">I", len(body)) + body)

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame. Raises Died where the process is gone."""
        try:
            kind, length = FRAME.unpack(await self.reader.readexactly(FRAME.size))
            return kind, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as gone:
            raise Died("53200", DIED) from gone

    @property
    def is_alive(self) -> bool:
        # The nursery's children leave nothing behind, so that a number without a process is a dead worker's.
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return not self.reader.at_eof()

    def interrupt(self) -> None:
        with contextlib.suppress(OSError):
            self.control.send(b"i")

    def end(self) -> None:
        """For good: the process notices a closed socket, and a busy one is killed."""
        with contextlib.suppress(ProcessLookupError):
            if self.pid:
                os.kill(self.pid, 9)
        self.writer.close()
        self.control.close()

    def give_way(self) -> None:
        """Let others go first. The process cannot take that back and is replaced afterwards."""
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{self.pid}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(thread.name), NICE)


class Lease:
    """A worker lent to one statement. `verdict` is why it is being stopped."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.client: asyncio.StreamReader | None = None
        self.began = time.monotonic()
        self.spent = 0.0
        self.waits_since: float | None = None
        self.unread_since: float | None = None
        self.stopped_at: float | None = None
        self.verdict: Refused | None = None
        self.worn = False

    @property
    def is_forlorn(self) -> bool:
        """Whether the client has hung up: nobody reads what it asked for."""
        return self.client is not None and bool(getattr(self.client, "_eof", False))

    def working(self, now: float) -> float:
        """Seconds in which the worker worked; those in which the client read are not counted."""
        return self.spent + (now - self.waits_since if self.waits_since is not None else 0.0)

    def stop(self, verdict: Refused) -> None:
        """Interrupt what runs. The one who waits for frames is told the verdict."""
        if self.verdict is None:
            self.verdict, self.stopped_at = verdict, time.monotonic()
            self.worker.interrupt()

    async def frames(self) -> AsyncIterator[tuple[bytes, bytes]]:
        """Frames up to the last, Z. What stops the statement is raised as Refused."""
        while True:
            self.waits_since = time.monotonic()
            try:
                kind, body = await self.worker.frame()
            except Refused as died:
                self.worn = True
                raise self.verdict or died from None
            finally:
                self.spent += time.monotonic() - self.waits_since
                self.waits_since = None
            if kind == b"E":
                raise self.verdict or Refused(*json.loads(body))
            yield kind, body
            if kind == b"Z":
                return


class Pool:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.idle: list[Worker] = []
        self.lent: set[Lease] = set()
        self.waiting: collections.deque[tuple[float, asyncio.Future[None]]] = collections.deque()
        self.starting = 0
        self.nursery: subprocess.Popen[bytes] | None = None
        self.line: socket.socket | None = None

    def start_nursery(self) -> None:
        self.line, theirs = socket.socketpair()
        said = json.dumps(asdict(self.limits))
        module = "flows.sql_endpoint.worker"
        command = [sys.executable, "-m", module, str(theirs.fileno()), said, str(os.getpid())]
        self.nursery = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
        theirs.close()

    async def start_worker(self) -> Worker:
        if self.nursery is None or self.nursery.poll() is not None:
            self.start_nursery()
        assert self.line
        ours, theirs = socket.socketpair()
        control, their_control = socket.socketpair()
        control.setblocking(False)
        with theirs, their_control:
            socket.send_fds(self.line, [b"w"], [theirs.fileno(), their_control.fileno()])
        reader, writer = await asyncio.open_connection(sock=ours, limit=BUFFER_BYTES)
        worker = Worker(reader, writer, control)
        _, body = await worker.frame()
        worker.pid = json.loads(body)["pid"]
        return worker

    @property
    def count(self) -> int:
        return len(self.idle) + len(self.lent) + self.starting

    async def acquire(self, path: str) -> Lease:
        """A worker of one's own, best one that has `path` open; waited for in line. Raises Refused."""
        began = time.monotonic()
        while not (self.idle or self.count < self.limits.workers):
            turn = asyncio.get_running_loop().create_future()
            self.waiting.append((began, turn))
            try:
                await asyncio.wait_for(turn, self.limits.seconds - (time.monotonic() - began))
            except TimeoutError:
                raise Refused("53300", BUSY) from None
            finally:
                self.waiting = collections.deque(one for one in self.waiting if one[1] is not turn)
        self.idle = [worker for worker in self.idle if worker.is_alive]
        if self.idle:
            # The last used is the warmest.
            at = next((at for at in reversed(range(len(self.idle))) if self.idle[at].path == path), -1)
            worker = self.idle.pop(at)
        else:
            self.starting += 1
            try:
                worker = await self.start_worker()
            finally:
                self.starting -= 1
        worker.path = path
        lease = Lease(worker)
        self.lent.add(lease)
        return lease

    def release(self, lease: Lease, is_clean: bool) -> None:
        """Give a worker back; one that is in the midst of something, slow or dead is ended."""
        if lease not in self.lent:
            return
        self.lent.remove(lease)
        if is_clean and not lease.worn:
            self.idle.append(lease.worker)
        else:
            lease.worker.end()
        for _, turn in self.waiting:
            if not turn.done():
                turn.set_result(None)
                break

    async def watch(self) -> None:
        """Stop what takes too long, kill what does not stop, have the old give way to the young."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.monotonic()
            for lease in list(self.lent):
                self.look_at(lease, now)
            waiting = [since for since, turn in self.waiting if not turn.done()]
            if waiting and now - min(waiting) > PATIENCE_SECONDS:
                old = [one for one in self.lent if one.working(now) > self.limits.yield_seconds]
                # One that is being stopped already makes room in a moment.
                if old and not any(one.verdict for one in self.lent):
                    oldest = max(old, key=lambda one: one.working(now))
                    oldest.stop(Refused("57014", YIELDED.format(oldest.working(now))))

    def look_at(self, lease: Lease, now: float) -> None:
        working = lease.working(now)
        if lease.stopped_at is not None:
            if now - lease.stopped_at > GRACE_SECONDS and lease.waits_since is not None:
                lease.worn = True
                lease.worker.end()
        elif lease.is_forlorn:
            lease.stop(Refused("57014", "the client has gone"))
        elif working > self.limits.seconds:
            lease.stop(Refused("57014", TOO_LONG.format(self.limits.seconds)))
        elif lease.unread_since is not None and now - lease.unread_since > self.limits.portal_seconds:
            lease.stop(Refused("57014", IDLE.format(self.limits.portal_seconds)))
            self.release(lease, is_clean=False)
        elif working > YOUNG_SECONDS and not lease.worn:
            lease.worn = True
            lease.worker.give_way()

    def everyone(self) -> Iterator[Worker]:
        yield from self.idle
        for lease in self.lent:
            yield lease.worker

    def end(self) -> None:
        for worker in self.everyone():
            worker.end()
        if self.line:
            self.line.close()
        if self.nursery:
            self.nursery.kill()
            self.nursery.wait()
