"""The SQL endpoint met by stock clients and by those who mean no good. All traffic stays on loopback."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import socket
import stat
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flows.errors import G60Error
from flows.settings import paths
from flows.sql_endpoint.plan import Sql, checked_sql
from flows.sql_endpoint.token import token, token_file
from tests.serving.endpoint import PLACES, TOKEN, Endpoint, endpoint, publish

HEAVY = "select count(*) from range(100_000_000_000) as a (i), range(1000) as b (j) where i % 7 = j % 5"
WORKERS, CLIENTS = 3, 80
LIMITS: dict[str, Any] = {
    "seconds": 3.0, "yield_seconds": 1.0, "workers": WORKERS, "megabytes": 300, "clients": CLIENTS,
}  # fmt: skip
has_psql = pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    with endpoint(tmp_path_factory.mktemp("endpoint"), **LIMITS, message_bytes=100_000) as running:
        yield running


def refusal(served: Endpoint, sql: str) -> tuple[str | None, str]:
    with served.connect() as client, pytest.raises(psycopg.Error) as caught:
        client.execute(sql.encode()).fetchall()
    return caught.value.sqlstate, str(caught.value).split("\nLINE")[0]


def test_a_stock_client_reads_a_mart_with_its_types_and_parameters(served: Endpoint) -> None:
    assert served.ask("select * from marts.mart_place order by place_code") == sorted(PLACES)
    for is_binary in (False, True):
        with served.connect() as client:
            row = client.execute(
                """select %s::int + 1, %s, %s::date, 12345.678::decimal(10, 3), -0.05::decimal(4, 2), true,
                    1.5, timestamp '2020-01-02 03:04:05.6', null::int, [1, 2], {'a': '嘉'}, 'inf'::double,
                    time '01:02:03', map {'k': date '2020-01-01'}, 7::hugeint, 'ab'::blob, -1.25::double,
                    interval 3 month""",
                (41, "it's 中 $1; --", dt.date(2020, 1, 2)),
                binary=is_binary,
            ).fetchone()
        assert row == (
            42, "it's 中 $1; --", dt.date(2020, 1, 2), Decimal("12345.678"), Decimal("-0.05"), True,
            Decimal("1.5"), dt.datetime(2020, 1, 2, 3, 4, 5, 600_000), None, [1, 2], {"a": "嘉"},
            float("inf"), dt.time(1, 2, 3),
            {"k": "2020-01-01"}, Decimal(7), b"ab", -1.25, "3 months",
        )  # fmt: skip


def test_lists_texts_and_prepared_statements_find_their_rows(served: Endpoint) -> None:
    with served.connect() as client:
        sql = "select name_zh from marts.mart_place where place_code = any(%s) and name_zh <> %s order by 1"
        for _ in range(8):  # From the sixth on psycopg prepares it at the server.
            assert client.execute(sql, (["330400", "310117", 'a,"b'], "松江区")).fetchall() == [("嘉兴市",)]
        assert client.execute("select i from range(9) as t (i) where i = any(%s)", ([2, 3],)).fetchall() == [
            (2,),
            (3,),
        ]


def test_transactions_and_settings_of_clients_are_granted_and_mean_nothing(served: Endpoint) -> None:
    with served.connect() as client:
        client.autocommit = False
        assert client.execute("select 1").fetchone() == (1,)
        assert client.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
        client.commit()
        client.execute("set application_name = 'tests'")
        assert client.execute("show application_name").fetchone() == ("tests",)
        assert client.execute("show transaction_read_only").fetchone() == ("on",)
        assert client.execute("select 1; select 2").nextset()


@has_psql
def test_psql_lists_the_tables_and_describes_them_with_their_comments(served: Endpoint) -> None:
    tables = served.psql("-c", r"\dt+ marts.*").stdout
    assert "mart_place" in tables
    assert "地区 Places" in tables
    assert "place_view" in served.psql("-c", r"\dv marts.*").stdout
    described = served.psql("-c", r"\d+ marts.mart_place")
    assert described.returncode == 0, described.stderr
    assert "中文名 Chinese name" in described.stdout
    for command in (r"\l", r"\dn+", r"\du", r"\df", r"\d", r"\d marts.place_view", r"\conninfo"):
        run = served.psql("-v", "ON_ERROR_STOP=1", "-c", command)
        assert (run.returncode, run.stderr) == (0, ""), command


def test_what_dbeaver_and_jdbc_ask_of_the_catalogue_is_answered(served: Endpoint) -> None:
    remarks = served.ask(
        """select n.nspname, c.relname, d.description from pg_catalog.pg_namespace n, pg_catalog.pg_class c
        left join pg_catalog.pg_description d on
            (c.oid = d.objoid and d.objsubid = 0 and d.classoid = 'pg_class'::regclass)
        where c.relnamespace = n.oid and n.nspname like 'marts' order by 2"""
    )
    assert remarks == [("marts", "mart_place", "地区 Places"), ("marts", "place_view", None)]
    columns = served.ask(
        """select a.attname, a.atttypid, a.attnotnull, pg_catalog.format_type(a.atttypid, a.atttypmod)
        from pg_catalog.pg_attribute a join pg_catalog.pg_class c on a.attrelid = c.oid
        where c.oid = 'marts.mart_place'::regclass and a.attnum > 0
        order by a.attnum"""
    )
    assert columns == [("place_code", 25, True, "text"), ("name_zh", 25, False, "text")]
    [[version]] = served.ask("select pg_catalog.version()")
    assert version.startswith("PostgreSQL 15")
    assert served.ask("select count(*) from mart_place") == [(3,)], "marts are found without their schema"
    found = "select table_name from information_schema.tables where table_schema = any(current_schemas(true))"
    assert ("mart_place",) in served.ask(found)


@pytest.mark.parametrize(
    ("password", "said"), [("", "no password supplied"), ("wrong" * 5, "the token is wrong")]
)
def test_without_the_token_nobody_gets_in(served: Endpoint, password: str, said: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=said):
        psycopg.connect(f"host=127.0.0.1 port={served.port} user=x dbname=g60", password=password)
    assert served.ask("select 1") == [(1,)]


WRITES = (
    "create table x (i int)", "create temp table x as select 1",
    "insert into marts.mart_place values ('a', 'b')",
    "update marts.mart_place set name_zh = ''", "delete from marts.mart_place", "drop table marts.mart_place",
    "attach '/tmp/synthetic.db' as other", "detach g60", "copy marts.mart_place to '/tmp/synthetic.csv'",
    "copy marts.mart_place from '/etc/passwd'", "export database '/tmp/synthetic'",
    "pragma version", "checkpoint",
    "install httpfs", "load httpfs", "call pragma_version()", "use memory", "vacuum",
    "select 1; drop table x",
    "explain analyze create temp table x as select 1", "explain (analyze) copy marts.mart_place to '/tmp/x'",
    "explain /* */ analyze /* */ create temp table x as select 1",
    "prepare p as select 1", "set variable x = 1",
    "/* a */ create table x (i int)", "-- a\ncreate table x (i int)",
)  # fmt: skip
CLOSED = (
    "from read_csv('/etc/passwd')", "from read_text('/proc/self/environ')", "from glob('/etc/*')",
    "from read_blob('/etc/passwd')", "from read_parquet('https://localhost/x')",
    "from sniff_csv('/etc/passwd')",
    "from duckdb_secrets()", "from enable_logging()", "select write_log('x')", 'from "enable_profiling"()',
    "select * from query('select 1')", 'from "query" (\'select 1\')', "from json_execute_serialized_sql('x')",
    "from arrow_scan(1, 2, 3)", "from duckdb_logs", "set memory_limit = '100GB'", "set threads to 64",
    "set session enable_external_access = true", "select set_config('temp_directory', '/tmp', false)",
)  # fmt: skip


@pytest.mark.parametrize("sql", WRITES)
def test_what_does_not_read_is_refused_in_one_sentence(served: Endpoint, sql: str) -> None:
    state, sentence = refusal(served, sql)
    assert (state, sentence.partition(":")[0]) == ("25006", "a release is only read")


@pytest.mark.parametrize("sql", CLOSED)
def test_what_leads_out_of_the_release_is_closed(served: Endpoint, sql: str) -> None:
    state, sentence = refusal(served, sql)
    assert state == "42501"
    assert "\n" not in sentence.strip()


def test_a_file_is_no_table_and_the_environment_no_function(served: Endpoint) -> None:
    assert refusal(served, "from '/etc/passwd'")[0] == "42P01"
    assert refusal(served, "select getenv('HOME')")[0] == "42883"


@pytest.mark.parametrize(
    ("sql", "state"),
    [("select (", "42601"), ("select nope from marts.mart_place", "42703"), ("from nope", "42P01"),
     ("select 'a'::int", "22P02")],
)  # fmt: skip
def test_a_slip_is_told_with_its_state_and_the_session_goes_on(
    served: Endpoint, sql: str, state: str
) -> None:
    with served.connect() as client:
        with pytest.raises(psycopg.Error) as caught:
            client.execute(sql.encode())
        assert caught.value.sqlstate == state
        assert client.execute("select 1").fetchone() == (1,)


def test_a_query_without_end_is_stopped_and_others_are_answered_meanwhile(served: Endpoint) -> None:
    with ThreadPoolExecutor() as pool:
        runaway = pool.submit(refusal, served, HEAVY)
        answers = 0
        while not runaway.done():
            assert served.ask("select count(*) from marts.mart_place") == [(3,)]
            answers += 1
        assert runaway.result() == (
            "57014",
            "the query took longer than the 3 s that one may have: ask for less",
        )
    assert answers > 3


def test_when_all_workers_run_for_long_the_oldest_gives_way(served: Endpoint) -> None:
    with ThreadPoolExecutor() as pool:
        runaways = [pool.submit(refusal, served, HEAVY) for _ in range(WORKERS)]
        time.sleep(0.3)
        assert served.ask("select 1") == [(1,)]
        stopped = [runaway.result()[1] for runaway in runaways]
    assert any("while others waited" in sentence for sentence in stopped)


@pytest.mark.parametrize(
    "sql",
    [
        "select array_agg(i) from range(100_000_000_000) as t (i)",
        "select list_transform(range(400_000_000), lambda x: x + 1)[1]",
        "select i, count(*) from range(100_000_000_000) as t (i) group by i order by 2",
    ],
)
def test_a_query_that_would_eat_all_memory_is_stopped_alone(served: Endpoint, sql: str) -> None:
    with served.connect() as other:
        state, sentence = refusal(served, sql)
        assert state in ("53200", "57014")
        assert "memory" in sentence or "longer" in sentence
        assert other.execute("select count(*) from marts.mart_place").fetchone() == (3,)


def test_a_worker_that_is_killed_is_replaced(served: Endpoint) -> None:
    with ThreadPoolExecutor() as pool:
        runaway = pool.submit(refusal, served, HEAVY)
        time.sleep(0.5)
        children = children_of(served.process.pid)
        assert len(children) == 1, "the nursery"
        for worker in children_of(children[0]):
            os.kill(worker, 9)
        assert runaway.result()[0] == "53200"
    assert served.ask("select 1") == [(1,)]


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in found.split()]


def test_fifty_clients_at_once_are_all_answered_aright(tmp_path: Path) -> None:
    # None gives way to another: on a busy machine the least of queries may take a second.
    with endpoint(tmp_path, **LIMITS | {"seconds": 60.0, "yield_seconds": 60.0}) as patient:

        def client(number: int) -> bool:
            with patient.connect() as mine:
                return all(
                    mine.execute("select %s::int + i from range(200) as t (i)", (number * turn,)).fetchall()
                    == [(number * turn + i,) for i in range(200)]
                    for turn in range(5)
                )

        with ThreadPoolExecutor(50) as pool:
            assert all(pool.map(client, range(50)))


def test_too_many_clients_are_told_so_and_those_inside_go_on(served: Endpoint) -> None:
    inside = [served.connect() for _ in range(CLIENTS)]
    try:
        with pytest.raises(psycopg.OperationalError, match="too many clients"):
            served.connect()
        assert inside[0].execute("select 1").fetchone() == (1,)
    finally:
        for client in inside:
            client.close()
    time.sleep(0.2)
    assert served.ask("select 1") == [(1,)]


def test_a_flip_of_the_release_is_not_noticed_by_connected_clients(tmp_path: Path) -> None:
    with endpoint(tmp_path, **LIMITS) as served, served.connect() as client, served.connect() as reader:
        name = "select release_id from meta.release"
        assert client.execute(name).fetchone() == ("synthetic-1",)
        with reader.transaction(), reader.cursor() as rows:
            old = rows.stream("select r.release_id, i from meta.release as r, range(300_000) as t (i)")
            first = next(old)
            publish(served.where, "synthetic-2")
            shutil.rmtree(served.where.releases / "synthetic-1")
            assert client.execute(name).fetchone() == ("synthetic-2",)
            assert {first[0], *(row[0] for row in old)} == {"synthetic-1"}
        assert reader.execute(name).fetchone() == ("synthetic-2",)


def test_before_the_first_release_clients_get_one_sentence_and_then_the_release(tmp_path: Path) -> None:
    with endpoint(tmp_path, is_empty=True, **LIMITS) as served, served.connect() as client:
        with pytest.raises(
            psycopg.OperationalError, match="no release has been published yet: run g60 refresh first"
        ):
            client.execute("select 1")
        publish(served.where, "synthetic-1")
        assert client.execute("select release_id from meta.release").fetchone() == ("synthetic-1",)


def test_a_cancel_stops_the_query_and_not_the_session(served: Endpoint) -> None:
    with served.connect() as client:
        threading.Timer(0.5, client.cancel).start()
        with pytest.raises(psycopg.errors.QueryCanceled, match="was cancelled, as its client asked"):
            client.execute(HEAVY)
        assert client.execute("select 1").fetchone() == (1,)


def test_what_nobody_waits_for_any_more_is_stopped(tmp_path: Path) -> None:
    with endpoint(tmp_path, **LIMITS | {"seconds": 60.0, "yield_seconds": 60.0}) as served:
        for _ in range(WORKERS):
            client = served.connect()
            client.pgconn.send_query(HEAVY.encode())
            client.close()
        began = time.monotonic()
        assert served.ask("select 1") == [(1,)]
        assert time.monotonic() - began < 10


def test_one_client_cannot_prepare_without_end(tmp_path: Path) -> None:
    with endpoint(tmp_path, **LIMITS, statements=20) as served, served.connect() as client:
        client.prepare_threshold = 0
        with pytest.raises(
            psycopg.errors.ProgramLimitExceeded, match="a client may have 20 prepared statements"
        ):
            for number in range(30):
                client.execute(f"select {number} + %s::int".encode(), (1,))
        assert served.ask("select 1") == [(1,)]


def test_a_result_of_many_megabytes_streams_through_little_memory(served: Endpoint) -> None:
    before, most, rows = served.memory, 0, 0
    with served.connect() as client, client.cursor() as cursor:
        for _ in cursor.stream("select i, repeat('x', 100) from range(1_000_000) as t (i)"):
            rows += 1
            if rows % 100_000 == 0:
                most = max(most, served.memory)
    assert rows == 1_000_000
    assert most - before < 30_000_000


def test_a_result_beyond_the_bound_is_ended_with_a_sentence(tmp_path: Path) -> None:
    with endpoint(tmp_path, **LIMITS, result_bytes=1_000_000) as served:
        state, sentence = refusal(served, "select i from range(1_000_000) as t (i)")
        assert (state, sentence.partition(":")[0]) == ("54000", "a result may have 1000000 bytes")
        assert served.ask("select 1") == [(1,)]


def test_noise_of_any_kind_ends_nothing_but_its_own_connection(served: Endpoint) -> None:
    rng = random.Random(60)
    startup = struct.pack(">ii", 196608, 0)
    noises = [
        b"", b"\0", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 5000,
        struct.pack(">i", 2**31 - 1), struct.pack(">i", -5),
        struct.pack(">ii", 8, 80877103) + b"\x16\x03\x01", struct.pack(">ii", 16, 80877102) + b"12345678",
        struct.pack(">ii", 9, 196608) + b"\0", struct.pack(">i", len(startup) + 4) + startup,
        struct.pack(">ii", 9, 196608) + b"\0" + b"p" + struct.pack(">i", 2**31 - 1),
        struct.pack(">ii", 9, 196608) + b"\0" + b"p\0\0\0\x18SCRAM-SHA-256\0" + b"\0\0\0\x02n,",
        *(rng.randbytes(rng.randrange(1, 400)) for _ in range(40)),
    ]  # fmt: skip
    for noise in noises:
        with socket.create_connection(("127.0.0.1", served.port), timeout=5) as stranger:
            stranger.sendall(noise)
    assert served.ask("select 1") == [(1,)]


def test_malformed_and_oversized_messages_of_one_who_is_inside_end_that_session_only(
    served: Endpoint,
) -> None:
    for message in (
        b"Q\x7f\xff\xff\xff",
        b"Q\0\0\0\0",
        b"?\0\0\0\4",
        b"B\0\0\0\x06\0\0",
        b"Q\0\0\0\x06\xff\0",
    ):
        with served.connect() as client, socket.socket(fileno=os.dup(client.fileno())) as wire:
            wire.setblocking(True)
            wire.sendall(message)
            answer = wire.recv(500)
            assert answer.startswith(b"E"), message
    with served.connect() as client, pytest.raises(psycopg.Error, match="a message may have 100000 bytes"):
        client.execute(f"select '{'x' * 200_000}'".encode())
    assert served.ask("select 1") == [(1,)]


def test_one_who_does_not_log_in_is_let_go(tmp_path: Path) -> None:
    with (
        endpoint(tmp_path, **LIMITS, login_seconds=0.5) as served,
        socket.create_connection(("127.0.0.1", served.port), timeout=5) as stranger,
    ):
        assert b"silent for too long" in stranger.recv(200)


def certificate(folder: Path) -> Path:
    file = folder / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    made = subprocess.run(
        [*command.split(), "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        capture_output=True,
        check=True,
    )
    assert made.returncode == 0
    file.write_text("".join((folder / name).read_text() for name in ("key.pem", "cert.pem")))
    return file


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_with_a_certificate_the_wire_is_encrypted(tmp_path: Path) -> None:
    with endpoint(tmp_path, cert=certificate(tmp_path), **LIMITS) as served:
        address = f"host=localhost port={served.port} user=x dbname=g60 password={TOKEN}"
        verified = f"{address} sslmode=verify-full sslrootcert={tmp_path / 'cert.pem'}"
        with psycopg.connect(verified) as client:
            assert client.pgconn.ssl_in_use
            rows = client.execute("select i from range(100_000) as t (i)").fetchall()
            assert len(rows) == 100_000
        with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
            psycopg.connect(f"{address} sslmode=verify-full sslrootcert=system")


def test_the_token_is_made_once_and_its_owner_s_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("G60_SQL_TOKEN", raising=False)
    where = paths(None, tmp_path)
    made = token(where)
    assert token(where) == made
    assert len(made) > 40
    assert stat.S_IMODE(token_file(where).stat().st_mode) == 0o600
    token_file(where).chmod(0o644)
    with pytest.raises(G60Error, match="can be read by others"):
        token(where)
    monkeypatch.setenv("G60_SQL_TOKEN", "short")
    with pytest.raises(G60Error, match="too short"):
        token(where)


def test_beyond_this_machine_there_is_no_endpoint_without_tls(tmp_path: Path) -> None:
    where = paths(None, tmp_path)
    with pytest.raises(G60Error, match="beyond this machine the SQL endpoint speaks TLS only"):
        checked_sql(where, Sql("0.0.0.0", 0))
    with pytest.raises(G60Error, match="the certificate cannot be used"):
        checked_sql(where, Sql("127.0.0.1", 0, tmp_path / "none.pem"))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(G60Error, match="cannot listen"):
        checked_sql(where, Sql("127.0.0.1", taken.getsockname()[1]))
