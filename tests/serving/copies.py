"""Synthetic releases to be copied, and a database of its own for each test that receives them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from flows.copying.extensions import SETTINGS, extension_file, literal
from flows.release.current import point_at
from flows.settings import ROOT, paths

ROWS = 300
# Two marts that tell the version they are of, and one with all kinds of values that never changes.
MARTS = """
    create schema marts; create schema meta;
    create table meta.release as select '{release}' as release_id;
    create table meta.key (table_name varchar, columns varchar[]);
    insert into meta.key values
        ('mart_first', ['code']), ('mart_kinds', ['code', 'text']), ('mart_kinds', ['text']);
    create table marts.mart_first as
        select i as code, if(i % 3 = 0, {version}, 0) as version, {version} as of from range({rows}) as t (i);
    create table marts.mart_second as select i % 7 as code, {version} as of from range({rows}) as t (i);
    create table marts.mart_kinds (
        code integer, text varchar, real double, day date, moment timestamp, is_so boolean, big hugeint,
        list varchar[], whole integer[], record struct(a integer, b varchar)[], said json,
        exact decimal(9, 3), kind enum ('甲', '乙')
    );
    insert into marts.mart_kinds values
        (1, '苏州 ''quoted'' "too" \\n', 0.1, '2024-02-29', '2024-02-29 01:02:03.000004', true,
            1::hugeint << 70, ['a', null, '', 'b,"c'], [1, null], [{{a: 1, b: '中'}}, null],
            '{{"k": [1, 2.50]}}', 1.25, '乙'),
        (null, '', 'nan', '0044-03-15 (BC)', '1969-12-31 23:59:59', false,
            -1, [], [], [], 'null', -0.001, '甲'),
        (2, 'nul' || chr(0), '-inf', null, null, null, null, null, null, null, null, null, null);
    create view marts.mart_view as select * from marts.mart_first;
    comment on table marts.mart_first is '第一。 First.';
    comment on column marts.mart_first.of is '它''s 版本。 Its version.';
"""


def release(folder: Path, version: int, change: str = "") -> Path:
    """A warehouse in `folder` whose current release is this version; `change` is SQL run on it at the end."""
    where = paths(None, folder)
    name = f"synthetic-{version}"
    made = where.releases / f"{name}-{uuid.uuid4().hex[:6]}"
    made.mkdir(parents=True)
    with duckdb.connect(str(made / "g60.duckdb")) as connection:
        connection.execute(MARTS.format(release=name, version=version, rows=ROWS))
        if change:
            connection.execute(change)
    (made / "manifest.json").write_text(json.dumps({"release_id": name}), encoding="utf-8")
    point_at(where, made)
    return folder


@dataclass(frozen=True)
class Database:
    """A database of PostgreSQL that one test has for itself. `address` is that of a superuser."""

    address: str

    @property
    def words(self) -> str:
        """The address in libpq's other form."""
        with psycopg.connect(self.address) as client:
            about = client.info
            return f"dbname={about.dbname} host={about.host} port={about.port} user={about.user}"

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address, autocommit=True) as client:
            return client.execute(sql.encode()).fetchall()

    def do(self, *statements: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as client:
            for sql in statements:
                client.execute(sql.encode())

    def versions(self, schema: str = "g60") -> set[int]:
        """What the marts of a copy say they are of: one number, unless they are a mix."""
        found = self.ask(
            f"select of from {schema}.mart_first union select of from {schema}.mart_second"
            f" union select nullif(version, 0) from {schema}.mart_first where code = 0"
            f" union select split_part(release_id, '-', 2)::int from {schema}.meta_release"
        )
        return {version for (version,) in found}


def database_of(server: str | None) -> Iterator[Database]:
    """A database on the server of the tests, for as long as one test takes."""
    if server is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    made = f"copy_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as client:
        client.execute(f"create database {made}".encode())
        yield Database(f"{server.rpartition('/')[0]}/{made}")
        client.execute(f"drop database {made} with (force)".encode())


def engine(*extensions: str) -> duckdb.DuckDBPyConnection:
    """DuckDB as a reader of copies has it."""
    connection = duckdb.connect(config=SETTINGS)
    for one in extensions:
        connection.execute(f"load {literal(str(extension_file(one)))}")
    return connection


def start_copy(target: str, warehouse: Path, *options: str) -> subprocess.Popen[str]:
    """`g60 copy` in a process of its own."""
    command = [sys.executable, "-m", "flows", "copy", target, "--warehouse", str(warehouse), *options]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
