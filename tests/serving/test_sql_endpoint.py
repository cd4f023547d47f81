"""The SQL endpoint as its clients meet it: a real server, stock clients, and those who mean harm."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flows.release.current import point_at, require_release
from flows.server import free_port
from flows.settings import Paths, paths
from tests.conftest import Published
from tests.programs import program
from tests.serving.conftest import wait_for

TOKEN = "token-of-these-tests"
# Small enough for a test to meet each of them.
LIMITS = {"seconds": 4.0, "yield_seconds": 2.0, "megabytes": 500, "workers": 4, "login_seconds": 3.0}


@dataclass(frozen=True)
class Served:
    """An endpoint over a warehouse of its own, whose pointer a test may flip."""

    where: Paths
    port: int
    pid: int

    def connect(self, password: str = TOKEN, **more: Any) -> psycopg.Connection[Any]:
        named = {"host": "127.0.0.1", "port": self.port, "user": "analyst", "dbname": "g60"}
        return psycopg.connect(**{**named, "password": password, "autocommit": True, **more})

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(sql).fetchall()


@contextlib.contextmanager
def serving(warehouse: Path, **more: object) -> Iterator[Served]:
    port = free_port()
    told = {"warehouse": str(warehouse), "host": "127.0.0.1", "port": port, "limits": LIMITS, **more}
    command = [sys.executable, "-m", "flows.sql_endpoint", json.dumps(told)]
    process = subprocess.Popen(
        command, env={**os.environ, "G60_SQL_TOKEN": TOKEN}, stderr=subprocess.DEVNULL, cwd=Path.cwd()
    )
    try:

        def answers() -> bool:
            with socket.create_connection(("127.0.0.1", port), 1):
                return True

        wait_for(answers, 30, "the endpoint listens")
        yield Served(paths(None, warehouse), port, process.pid)
        assert process.poll() is None, "the endpoint ended by itself"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def served(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    warehouse = tmp_path_factory.mktemp("asked")
    release = require_release(published.paths)
    folder = warehouse / "releases" / release.id
    folder.mkdir(parents=True)
    for name in ("g60.duckdb", "manifest.json"):
        shutil.copy(release.folder / name, folder / name)
    point_at(paths(None, warehouse), folder)
    with serving(warehouse) as endpoint:
        yield endpoint


def refusal(served: Served, sql: str) -> tuple[str | None, str]:
    """SQLSTATE and sentence with which a statement is refused."""
    with served.connect() as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(sql).fetchall()
    return refused.value.sqlstate, refused.value.diag.message_primary or ""


def test_a_stock_client_reads_a_mart_with_typed_values(served: Served) -> None:
    with served.connect() as connection:
        found = connection.execute(
            "select place_code, value, vintage_date, year from marts.fct_indicator "
            "where place_code = %s and indicator_code = %s and year = %s",
            ("320500", "gdp", 2022),
        ).fetchall()
    [(code, value, vintage, year)] = found
    assert (code, value, year) == ("320500", 23958.34, 2022)
    assert vintage.year >= 2022


def test_psql_lists_the_marts_and_reads_one(served: Served) -> None:
    address = f"host=127.0.0.1 port={served.port} user=analyst dbname=g60"
    command = [program("psql"), address, "--no-psqlrc", "--tuples-only", "--no-align"]
    command += ["-c", r"\dt marts.*", "-c", "select count(*) from marts.dim_place where is_member"]
    run = subprocess.run(
        command,
        env={**os.environ, "PGPASSWORD": TOKEN},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "marts|fct_indicator|table" in run.stdout
    assert run.stdout.splitlines()[-1] == "9"


@pytest.mark.parametrize("password", ["", "wrong", TOKEN + "x"])
def test_without_the_token_nobody_is_let_in(served: Served, password: str) -> None:
    with pytest.raises(psycopg.OperationalError) as refused:
        served.connect(password=password)
    assert "token" in str(refused.value) or "password" in str(refused.value)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into marts.dim_place select * from marts.dim_place",
        "update marts.dim_place set name_en = ''",
        "delete from marts.dim_place",
        "drop table marts.dim_place",
        "create table t (a integer)",
        "create temp table t as select 1",
        "attach '/etc/passwd' as other",
        "copy marts.dim_place to '/tmp/g60_stolen.csv'",
        "copy marts.dim_place from '/etc/passwd'",
        "export database '/tmp/g60_stolen'",
        "pragma database_list",
        "call pragma_version()",
        "install httpfs",
        "load httpfs",
        "vacuum",
        "select 1; drop table marts.dim_place",
    ],
)
def test_a_statement_that_is_no_question_is_refused_as_read_only(served: Served, sql: str) -> None:
    state, sentence = refusal(served, sql)
    assert state == "25006"
    assert "only read" in sentence
    assert not Path("/tmp/g60_stolen.csv").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from read_blob('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from '/etc/passwd'",
        "select * from read_parquet('http://127.0.0.1:1/x.parquet')",
        "select * from duckdb_secrets()",
        "select getenv('HOME')",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
    ],
)
def test_nothing_outside_the_release_can_be_read_and_no_limit_be_moved(served: Served, sql: str) -> None:
    state, sentence = refusal(served, sql)
    assert state in ("42501", "42P01", "42883")
    assert "\n" not in sentence.strip() and sentence


def test_a_query_that_would_run_for_an_hour_is_stopped_while_others_are_answered(served: Served) -> None:
    endless = "select count(*) from range(1000000000000) as a (x), range(1000000) as b (y) where x % 7 = y"
    refused: list[tuple[str | None, str]] = []
    thread = threading.Thread(target=lambda: refused.append(refusal(served, endless)))
    thread.start()
    until = time.monotonic() + 2
    answered = 0
    while time.monotonic() < until:
        assert served.ask("select count(*) from marts.dim_place where is_member") == [(9,)]
        answered += 1
    thread.join(30)
    assert answered >= 5
    [(state, sentence)] = refused
    assert state == "57014"
    assert "longer than" in sentence


def test_a_query_that_would_eat_all_memory_is_stopped_and_the_next_one_answered(served: Served) -> None:
    state, sentence = refusal(served, "select list(x) from range(40000000000) as t (x)")
    assert state == "53200"
    assert "memory" in sentence
    assert served.ask("select 1") == [(1,)]


def test_fifty_clients_at_once_get_the_same_answer(served: Served) -> None:
    sql = (
        "select place_code, value from marts.mart_metric where metric_code = 'gdp' and year = 2022 order by 1"
    )
    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(served.ask, [sql] * 50))
    assert len(answers[0]) > 8
    assert all(answer == answers[0] for answer in answers)


def test_a_flip_of_the_release_goes_unnoticed_and_the_next_question_meets_the_new_one(
    served: Served,
) -> None:
    before = require_release(served.where)
    other = before.folder.with_name("99990101T000000Z-flipped0")
    shutil.copytree(before.folder, other)
    import duckdb

    with duckdb.connect(str(other / "g60.duckdb")) as connection:
        connection.execute("update meta.release set release_id = '99990101T000000Z-flipped0'")
    with served.connect() as connection:
        [(first,)] = connection.execute("select release_id from meta.release").fetchall()
        cursor = connection.execute("select release_id from meta.release")
        point_at(served.where, other)
        try:
            [(second,)] = connection.execute("select release_id from meta.release").fetchall()
        finally:
            point_at(served.where, before.folder)
        [(third,)] = connection.execute("select release_id from meta.release").fetchall()
        assert cursor.fetchall() == [(first,)]
    assert (first, second, third) == (before.id, "99990101T000000Z-flipped0", before.id)


def test_a_client_may_cancel_its_own_query(served: Served) -> None:
    with served.connect() as connection:
        threading.Timer(0.5, connection.cancel).start()
        began = time.monotonic()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute(
                "select count(*) from range(1000000000000) as a (x), range(10) where x % 7 = 3"
            )
        assert time.monotonic() - began < 3
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_large_result_comes_whole_through_a_cursor_of_the_server(served: Served) -> None:
    with served.connect(autocommit=False) as connection, connection.cursor() as cursor:
        total = sum(n for (n,) in cursor.stream("select x from range(300000) as t (x)"))
    assert total == 299999 * 300000 // 2


@pytest.mark.parametrize(
    "noise",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        struct.pack(">ii", 2**31 - 1, 196608),
        struct.pack(">ii", 8, 196608),
        struct.pack(">ii", 9, 196608) + b"\xff",
        b"\x00" * 64,
    ],
)
def test_noise_on_the_port_ends_nothing_but_its_own_connection(served: Served, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 5) as line:
        line.sendall(noise)
        with contextlib.suppress(OSError):
            line.settimeout(5)
            line.recv(4096)
    assert served.ask("select 1") == [(1,)]


def test_before_the_first_release_a_client_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    with serving(tmp_path) as empty, empty.connect() as connection:
        with pytest.raises(psycopg.Error) as refused:
            connection.execute("select * from marts.dim_place")
        assert "no release has been published yet" in str(refused.value)


def test_with_a_certificate_what_is_said_is_encrypted(served: Served, tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of this test")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    with (
        serving(served.where.warehouse, cert=str(certificate), key=str(key)) as endpoint,
        endpoint.connect(sslmode="require") as connection,
    ):
        assert connection.pgconn.ssl_in_use
        assert connection.execute("select 1").fetchall() == [(1,)]
