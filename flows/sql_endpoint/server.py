"""The endpoint: it listens, lets clients in by the token, and knows which release is current."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import ssl

from flows.settings import Paths
from flows.sql_endpoint import messages
from flows.sql_endpoint.limits import Limits
from flows.sql_endpoint.messages import Refused
from flows.sql_endpoint.pool import Pool
from flows.sql_endpoint.scram import Verifier
from flows.sql_endpoint.session import Session

NOTHING_YET = Refused("57P03", "no release has been published yet: run g60 refresh first")
FULL = Refused("53300", "too many clients: try again in a moment")
SILENT = Refused("57P05", "the client was silent for too long")
LOG = logging.getLogger("g60.sql")
WRITE_AHEAD_BYTES = 1 << 20


class Endpoint:
    def __init__(self, where: Paths, token: str, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self.where, self.limits, self.tls = where, limits, tls
        self.verifier = Verifier(token)
        self.pool = Pool(limits)
        self.sessions: dict[bytes, Session] = {}
        self.logins = 0

    def path(self) -> str:
        """The database of the release that is current now. Raises Refused while there is none."""
        try:
            path = self.where.warehouse / self.where.current.readlink()
        except OSError:
            raise NOTHING_YET from None
        if not path.is_file():
            raise NOTHING_YET
        return str(path)

    async def serve(self, host: str, port: int) -> None:
        """Until SIGTERM or SIGINT."""
        server = await asyncio.start_server(self.welcome, host, port, limit=1 << 16, backlog=256)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        watch = asyncio.create_task(self.pool.watch())
        LOG.info("serving at %s:%s", *server.sockets[0].getsockname()[:2])
        with contextlib.suppress(Refused, OSError):
            await self.warm()
        try:
            await stop.wait()
        finally:
            watch.cancel()
            server.close()
            self.pool.end()

    async def warm(self) -> None:
        """Have some workers open the release before anybody asks."""
        path = self.path()
        leases = [await self.pool.acquire(path) for _ in range(min(2, self.limits.workers))]
        for lease in leases:
            is_clean = False
            try:
                lease.worker.command("prepare", path=path)
                async for _ in lease.frames():
                    pass
                is_clean = True
            finally:
                self.pool.release(lease, is_clean)

    def check_room(self) -> None:
        if len(self.sessions) >= self.limits.clients:
            raise FULL

    def cancel(self, key: bytes) -> None:
        if session := self.sessions.get(key):
            session.cancel()

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first byte to its last. Whatever it sends, it ends nothing but itself."""
        writer.transport.set_write_buffer_limits(WRITE_AHEAD_BYTES)
        session = Session(self, reader, writer)
        try:
            if await self.let_in(session):
                await session.converse()
        except Refused as refused:
            writer.write(messages.error(refused, "FATAL"))
        except TimeoutError:
            writer.write(messages.error(SILENT, "FATAL"))
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, OSError):
            pass
        except Exception:
            LOG.exception("a session ended by a fault of the endpoint")
        finally:
            self.sessions.pop(session.key, None)
            session.leave()

    async def let_in(self, session: Session) -> bool:
        if self.logins >= self.limits.logins:
            return False
        self.logins += 1
        try:
            async with asyncio.timeout(self.limits.login_seconds):
                if not await session.startup():
                    return False
        finally:
            self.logins -= 1
        self.sessions[session.key] = session
        return True
