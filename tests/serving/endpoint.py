"""A small synthetic warehouse and a real SQL endpoint over it, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from flows.release.current import point_at
from flows.server import free_port
from flows.settings import ROOT, Paths, paths

TOKEN = "synthetic-token-of-the-tests"
PLACES = [("310117", "松江区"), ("330400", "嘉兴市"), ("320500", "苏州市")]


def publish(where: Paths, name: str) -> None:
    """A synthetic release that says its name, with a table of places and one of rows without end."""
    folder = where.releases / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "g60.duckdb")) as connection:
        connection.execute("create schema marts; create schema meta")
        connection.execute("create table meta.release as select ? as release_id", [name])
        connection.execute("create table marts.mart_place (place_code varchar primary key, name_zh varchar)")
        connection.execute("comment on table marts.mart_place is '地区 Places'")
        connection.execute("comment on column marts.mart_place.name_zh is '中文名 Chinese name'")
        connection.executemany("insert into marts.mart_place values (?, ?)", PLACES)
        connection.execute("create view marts.place_view as select * from marts.mart_place")
    (folder / "manifest.json").write_text(json.dumps({"release_id": name}), encoding="utf-8")
    point_at(where, folder)


@dataclass
class Endpoint:
    """A running endpoint. `process` is its front."""

    where: Paths
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=anybody dbname=g60 password={TOKEN}"

    def connect(self, **more: Any) -> psycopg.Connection:
        return psycopg.connect(self.address, autocommit=True, connect_timeout=10, **more)

    def ask(self, sql: str, *values: Any) -> Any:
        with self.connect() as client:
            return client.execute(sql.encode(), values or None).fetchall()

    def psql(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["psql", "-X", self.address, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    @property
    def memory(self) -> int:
        """Bytes that the front holds now."""
        pages = (Path("/proc") / str(self.process.pid) / "statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def endpoint(
    folder: Path, is_empty: bool = False, cert: Path | None = None, **limits: Any
) -> Iterator[Endpoint]:
    where = paths(None, folder / "warehouse")
    where.releases.mkdir(parents=True)
    if not is_empty:
        publish(where, "synthetic-1")
    port = free_port()
    said = {"warehouse": str(where.warehouse), "port": port, "limits": limits, "cert": cert and str(cert)}
    command = [sys.executable, "-m", "flows.sql_endpoint", json.dumps(said)]
    env = {**os.environ, "G60_SQL_TOKEN": TOKEN}
    log = folder / "endpoint.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=lines, stderr=lines)
    try:
        while "serving at" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
        yield Endpoint(where, port, process)
        assert process.poll() is None, "the endpoint ended by itself"
        assert "Traceback" not in log.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.wait(20)
