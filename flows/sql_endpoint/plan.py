"""Where the SQL endpoint is to listen, checked before anything starts."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from dataclasses import dataclass, replace
from pathlib import Path

from flows.errors import G60Error, InUse
from flows.settings import Paths
from flows.sql_endpoint.token import token


@dataclass(frozen=True)
class Sql:
    """Host and port, 0 for a free one, and the certificate and key of TLS."""

    host: str
    port: int
    cert: Path | None = None
    key: Path | None = None

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{host}:{self.port}/g60" + ("?sslmode=require" if self.cert else "")

    def told(self, where: Paths) -> str:
        """What the process of the endpoint is given."""
        said = {"warehouse": where.warehouse, "host": self.host, "port": self.port}
        return json.dumps(
            said | {"cert": self.cert, "key": self.key}, default=lambda path: path and str(path)
        )


def checked_sql(where: Paths, wanted: Sql) -> Sql:
    """Raises G60Error for an address that is taken or open to all without TLS, and for a bad certificate."""
    if wanted.key and not wanted.cert:
        raise G60Error("a key without a certificate is no use", "--sql-key", "give --sql-cert as well")
    if not wanted.cert and not is_loopback(wanted.host):
        remedy = "give --sql-cert and --sql-key, or listen on 127.0.0.1"
        raise G60Error("beyond this machine the SQL endpoint speaks TLS only", "--sql-host", remedy)
    if wanted.cert:
        try:
            tls_context(wanted.cert, wanted.key)
        except (OSError, ssl.SSLError) as error:
            remedy = "give a certificate in PEM and its key, readable by this user"
            raise G60Error(f"the certificate cannot be used: {error}", str(wanted.cert), remedy) from error
    where.warehouse.mkdir(parents=True, exist_ok=True)
    token(where)
    cert, key = (path.expanduser().resolve() if path else None for path in (wanted.cert, wanted.key))
    return replace(wanted, port=open_port_at(wanted.host, wanted.port), cert=cert, key=key)


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_port_at(host: str, port: int) -> int:
    try:
        with socket.create_server((host, port), family=family(host)) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        remedy = "end what uses it, or choose another --sql-port or --sql-host"
        raise InUse(f"the SQL endpoint cannot listen: {error.strerror}", f"{host}:{port}", remedy) from error


def family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def tls_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context
