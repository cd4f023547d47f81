"""Copies in a real PostgreSQL, read back by stock clients: whole, all or nothing, and no one else's loss."""

from __future__ import annotations

import json
import signal
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from flows.copying.extensions import name
from flows.copying.tables import MARK, read_tables
from flows.copying.target import read_target
from flows.copying.types import postgres_type
from flows.errors import G60Error
from flows.release.current import require_release
from tests.conftest import Published, g60_here
from tests.serving.conftest import wait_for
from tests.serving.copies import ROWS, Database, database_of, engine, release, start_copy

KEYS = """
    select relname::text, pg_get_constraintdef(k.oid)
    from pg_constraint as k inner join pg_class as c on c.oid = conrelid
    where contype = 'p' and connamespace = 'g60'::regnamespace order by 1
"""


@pytest.fixture
def database(postgres: str | None) -> Iterator[Database]:
    yield from database_of(postgres)


def copy(target: str | Database, warehouse: Path, *options: str) -> str:
    """What a copy that is made says."""
    address = target.address if isinstance(target, Database) else target
    run = g60_here("copy", address, "--warehouse", warehouse, *options)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def refusal(target: str | Database, warehouse: Path, *options: str) -> str:
    """The one sentence of a copy that is refused."""
    address = target.address if isinstance(target, Database) else target
    run = g60_here("copy", address, "--warehouse", warehouse, *options)
    assert run.returncode == 1, run.stdout + run.stderr
    assert run.stdout == ""
    assert run.stderr.startswith("error ")
    assert run.stderr.count("\n") == 1
    return run.stderr


def test_every_mart_of_a_release_arrives_with_all_its_values(
    published: Published, database: Database
) -> None:
    said = json.loads(copy(database, published.paths.warehouse, "--json"))
    assert said["is_new"]
    with engine("postgres_scanner") as reader, psycopg.connect(database.address) as client:
        reader.execute(f"attach '{require_release(published.paths).database}' as release (read_only)")
        reader.execute(f"attach '{database.address}' as copy (type postgres, read_only)")
        tables = read_tables(reader)
        marts = [table for table in tables if table.source.startswith('"release"."marts"')]
        [(count,)] = reader.execute(
            "select count(*) from duckdb_tables() where database_name = 'release' and schema_name = 'marts'"
        ).fetchall()
        assert (len(marts), len(tables), sum(table.rows for table in tables)) == (
            count,
            said["tables"],
            said["rows"],
        )
        for table in tables:
            # By a stock client of PostgreSQL, all columns; records as JSON.
            is_json = {c.name for c in table.columns if postgres_type(c.type) == "jsonb"}
            columns = [name(c.name) for c in table.columns]
            asked = f"select {', '.join(columns)} from g60.{name(table.name)}"
            theirs = client.execute(asked.encode()).fetchall()
            values = [f"to_json({c})::varchar" if c.strip('"') in is_json else c for c in columns]
            ours = [
                tuple(
                    json.loads(v) if c.strip('"') in is_json and v else v
                    for c, v in zip(columns, row, strict=True)
                )
                for row in reader.execute(f"select {', '.join(values)} from {table.source}").fetchall()
            ]
            assert sorted(theirs, key=repr) == sorted(ours, key=repr), table.name
            # And by DuckDB's own door, to the last bit.
            plain = ", ".join(c for c in columns if c.strip('"') not in is_json)
            sides = (
                f"select {plain} from {table.source}",
                f"select {plain} from copy.g60.{name(table.name)}",
            )
            for one, other in (sides, sides[::-1]):
                assert reader.execute(f"{one} except all {other} limit 1").fetchall() == [], table.name


def test_descriptions_and_keys_of_a_release_go_with_it(published: Published, database: Database) -> None:
    copy(database, published.paths.warehouse)
    with duckdb.connect(str(require_release(published.paths).database), read_only=True) as connection:
        described = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        columns = connection.execute(
            """select table_name, column_name, c.comment from duckdb_columns() as c
            inner join duckdb_tables() using (schema_name, table_name)
            where schema_name = 'marts' order by all"""
        ).fetchall()
        keyed = {
            table for (table,) in connection.execute("select distinct table_name from meta.key").fetchall()
        }
    assert len(described) > 40
    of = "from pg_class as c {} where relnamespace = 'g60'::regnamespace and relkind = 'r'"
    told = dict(database.ask(f"select relname, obj_description(c.oid, 'pg_class') {of.format('')}"))
    assert [(table, told[table]) for table, _ in described] == [
        (table, f"{comment}\n{MARK}") for table, comment in described
    ]
    attributes = of.format("inner join pg_attribute as a on a.attrelid = c.oid and attnum > 0")
    noted = database.ask(
        f"select relname, attname, col_description(c.oid, attnum) {attributes} and relname not like 'meta_%'"
    )
    assert sorted(noted, key=repr) == sorted(columns, key=repr)
    keys = {table for table, _ in database.ask(KEYS)}
    # Left out are the keys that may be empty in part, or hold for some of the rows.
    assert keys <= keyed
    assert len(keys) > len(described) - 6


def test_all_kinds_of_values_arrive(database: Database, tmp_path: Path) -> None:
    copy(database, release(tmp_path, 1))
    first, second, third = database.ask(
        """select code, text, "real", day::text, moment::text, is_so, big::text, list, whole, record, said,
            exact::text, kind from g60.mart_kinds order by exact desc nulls last"""
    )
    assert first == (
        1, "苏州 'quoted' \"too\" \\n", 0.1, "2024-02-29", "2024-02-29 01:02:03.000004", True, str(2**70),
        ["a", None, "", 'b,"c'], [1, None], [{"a": 1, "b": "中"}, None], {"k": [1, 2.5]}, "1.250", "乙",
    )  # fmt: skip
    assert (second[0], second[1], str(second[2]), second[3], second[7:10]) == (
        None, "", "nan", "0044-03-15 BC", ([], [], []),
    )  # fmt: skip
    assert third == (2, "nul\ufffd", float("-inf"), *[None] * 10)
    kinds = dict(
        database.ask(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute"
            " where attrelid = 'g60.mart_kinds'::regclass and attnum > 0"
        )
    )
    assert kinds["list"] == "text[]"
    assert kinds["record"] == "jsonb"
    assert kinds["exact"] == "numeric(9,3)"
    # The first key has an empty part; that of two columns too; the text alone tells all rows apart.
    assert database.ask(KEYS) == [
        ("mart_first", "PRIMARY KEY (code)"),
        ("mart_kinds", "PRIMARY KEY (text)"),
    ]


def test_a_release_that_is_there_is_not_copied_again_unless_forced(
    database: Database, tmp_path: Path
) -> None:
    warehouse = release(tmp_path, 1)
    assert f"holds release synthetic-1 now: 5 tables, {2 * ROWS + 7} rows" in copy(database, warehouse)
    written = "select sum(xmin::text::bigint) from g60.mart_second"
    before = database.ask(written)
    assert "holds release synthetic-1 already" in copy(database, warehouse)
    assert not json.loads(copy(database, warehouse, "--json"))["is_new"]
    assert database.ask(written) == before
    assert "now" in copy(database, warehouse, "--force")
    assert database.versions() == {1}


def test_only_rows_that_differ_are_written(database: Database, tmp_path: Path) -> None:
    copy(database, release(tmp_path / "a", 1, "alter table marts.mart_first drop of"))
    before = dict(database.ask("select code, xmin::text from g60.mart_first"))
    copy(database, release(tmp_path / "b", 2, "alter table marts.mart_first drop of"))
    after = dict(database.ask("select code, xmin::text from g60.mart_first"))
    assert {code for code in before if before[code] != after[code]} == set(range(0, ROWS, 3))


def test_a_reader_never_sees_a_mix_nor_an_absence_during_ten_copies(
    database: Database, tmp_path: Path
) -> None:
    warehouses = [release(tmp_path / str(version), version) for version in (1, 2)]
    copy(database, warehouses[0])
    seen: set[tuple[Any, ...]] = set()
    within: set[tuple[Any, ...]] = set()
    is_over = threading.Event()
    one = """
        select (select min(of) from g60.mart_first), (select max(of) from g60.mart_first),
            (select count(*) from g60.mart_first), (select min(of) from g60.mart_second),
            (select max(of) from g60.mart_second), (select count(*) from g60.mart_second),
            (select count(*) from g60.mart_kinds),
            (select split_part(release_id, '-', 2)::int from g60.meta_release)
    """

    def read_at_once() -> None:
        with psycopg.connect(database.address, autocommit=True) as client:
            while not is_over.is_set():
                seen.update(client.execute(one).fetchall())

    def read_one_after_another() -> None:
        with psycopg.connect(database.address) as client:
            client.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            while not is_over.is_set():
                with client.transaction():
                    first = client.execute("select max(of), count(*) from g60.mart_first").fetchall()
                    is_over.wait(0.05)
                    second = client.execute("select max(of), count(*) from g60.mart_second").fetchall()
                    within.add((*first, *second))

    readers = [threading.Thread(target=work) for work in (read_at_once, read_one_after_another)]
    for reader in readers:
        reader.start()
    for number in range(1, 11):
        assert "now" in copy(database, warehouses[number % 2])
    is_over.set()
    for reader in readers:
        reader.join(20)
    assert seen == {(v, v, ROWS, v, v, ROWS, 3, v) for v in (1, 2)}
    assert within == {((v, ROWS), (v, ROWS)) for v in (1, 2)}


@pytest.mark.parametrize("end", ["killed", "interrupted", "dropped"])
def test_a_copy_that_ends_half_way_leaves_the_old_set(database: Database, tmp_path: Path, end: str) -> None:
    old, new = release(tmp_path / "old", 1), release(tmp_path / "new", 2)
    copy(database, old)
    copiers = "select pid from pg_stat_activity where application_name = 'g60 copy'"
    with psycopg.connect(database.address) as other:
        # The copy has done with the first mart when it has to wait for the second.
        other.execute("lock table g60.mart_second in share mode")
        process = start_copy(database.address, new)
        waiting = f"{copiers} and wait_event_type = 'Lock'"
        [(pid,)] = wait_for(lambda: database.ask(waiting), 60, "a copy half-way")
        assert database.versions() == {1}
        second = g60_here("copy", database.address, "--warehouse", new)
        assert (second.returncode, "another copy" in second.stderr) == (4, True)
        if end == "dropped":
            database.ask(f"select pg_terminate_backend({pid})")
        else:
            process.send_signal(signal.SIGKILL if end == "killed" else signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        status = {"killed": -signal.SIGKILL, "interrupted": 130, "dropped": 1}[end]
        assert process.returncode == status, said
        if end == "interrupted":
            assert said == "interrupted\n"
        if end == "dropped":
            assert said.startswith("error PostgreSQL refused this: ")
            assert said.count("\n") == 1
        # The server sees that nobody is there any more, while it still waits.
        wait_for(lambda: not database.ask(copiers), 25, "the server to notice")
        assert database.versions() == {1}
    assert "now" in copy(database, new)
    assert database.versions() == {2}


def test_what_others_put_upon_the_tables_and_into_the_schema_stays(
    database: Database, tmp_path: Path
) -> None:
    copy(database, release(tmp_path / "a", 1))
    role = f"reader_{uuid.uuid4().hex[:8]}"
    database.do(
        "create table g60.notes (code bigint references g60.mart_first, note text)",
        "insert into g60.notes values (5, 'mine')",
        "create view g60.of_theirs as select code, of from g60.mart_first where code < 3",
        "create materialized view public.counted as select count(*) from g60.mart_second",
        f"create role {role}",
        f"grant usage on schema g60 to {role}",
        f"grant select on g60.mart_first to {role}",
    )
    change = """
        alter table marts.mart_first add column added varchar;
        update marts.mart_first set added = 'x' || code;
        alter table marts.mart_first drop version; drop table marts.mart_kinds;
        create table marts.mart_new as select 1 as one;
    """
    copy(database, release(tmp_path / "b", 2, change))
    assert database.ask("select * from g60.notes") == [(5, "mine")]
    assert database.ask("select * from g60.of_theirs order by 1") == [(0, 2), (1, 2), (2, 2)]
    assert database.ask("select code, added from g60.mart_first where code = 7") == [(7, "x7")]
    assert database.ask("select one from g60.mart_new") == [(1,)]
    may_read = f"select has_table_privilege('{role}', 'g60.mart_first', 'select')"
    assert database.ask(may_read) == [(True,)]
    assert database.ask("select to_regclass('g60.mart_kinds') is null") == [(True,)]
    # Back again: a column and a table return.
    copy(database, release(tmp_path / "c", 3))
    assert database.versions() == {3}
    database.do(f"drop owned by {role}", f"drop role {role}")


def test_a_key_goes_when_it_no_longer_holds_and_comes_again(database: Database, tmp_path: Path) -> None:
    copy(database, release(tmp_path / "a", 1))
    assert ("mart_first", "PRIMARY KEY (code)") in database.ask(KEYS)
    copy(database, release(tmp_path / "b", 2, "insert into marts.mart_first values (null, 2, 2), (7, 2, 2)"))
    assert [table for table, _ in database.ask(KEYS)] == ["mart_kinds"]
    assert database.ask("select count(*), count(code) from g60.mart_first") == [(ROWS + 2, ROWS + 1)]
    copy(database, release(tmp_path / "c", 3))
    assert ("mart_first", "PRIMARY KEY (code)") in database.ask(KEYS)
    assert database.versions() == {3}


@pytest.mark.parametrize(
    ("statement", "change", "said"),
    [
        (
            "create view public.theirs as select version from g60.mart_first",
            "alter table marts.mart_first drop version",
            "view public.theirs reads g60.mart_first.version, which is gone or of another type now",
        ),
        (
            "create view public.theirs as select version from g60.mart_first",
            "alter table marts.mart_first alter version type varchar",
            "view public.theirs reads g60.mart_first.version, which is gone or of another type now",
        ),
        (
            "create view public.theirs as select count(*) from g60.mart_second",
            "drop table marts.mart_second",
            "view public.theirs reads g60.mart_second, which the release no longer has",
        ),
        (
            "create table g60.mart_new (theirs integer)",
            "create table marts.mart_new as select 1 as one",
            "there is a g60.mart_new that no copy made",
        ),
        (
            "create table public.theirs as select 1::bigint as code;"
            " alter table public.theirs add foreign key (code) references g60.mart_first",
            "delete from marts.mart_first where code = 1",
            'violates foreign key constraint "theirs_code_fkey"',
        ),
    ],
)  # fmt: skip
def test_what_would_break_what_others_made_is_refused_by_name(
    database: Database, tmp_path: Path, statement: str, change: str, said: str
) -> None:
    copy(database, release(tmp_path / "a", 1))
    database.do(*statement.split("; "))
    assert said in refusal(database, release(tmp_path / "b", 2, change))
    assert database.versions() == {1}


def test_a_missing_right_is_told_with_the_grant_that_gives_it(database: Database, tmp_path: Path) -> None:
    warehouse = release(tmp_path, 1)
    role = f"copier_{uuid.uuid4().hex[:8]}"
    name_of = database.address.rpartition("/")[2]
    database.do(f"create role {role} login")
    address = database.address.replace("g60@", f"{role}@")
    assert f"grant create on database {name_of} to {role}" in refusal(address, warehouse)
    database.do("create schema g60")
    assert f"grant usage, create on schema g60 to {role}" in refusal(address, warehouse)
    database.do(f"grant usage, create on schema g60 to {role}")
    assert "now" in copy(address, warehouse)
    other = f"other_{uuid.uuid4().hex[:8]}"
    database.do(f"create role {other} login", f"grant usage, create on schema g60 to {other}")
    database.do(f"grant select on g60.meta_release to {other}")
    refused = refusal(database.address.replace("g60@", f"{other}@"), warehouse, "--force")
    assert "belongs to another role" in refused
    database.do(f"drop owned by {role}, {other} cascade", f"drop role {role}", f"drop role {other}")


def test_passwords_come_from_the_address_or_from_libpqs_own_places_and_are_never_shown(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = release(tmp_path, 1)
    role, password = f"secretive_{uuid.uuid4().hex[:8]}", "tjuv'l@g/ å"
    [(file,)] = database.ask("show hba_file")
    database.do(f"create role {role} login superuser password '{password.replace(chr(39), chr(39) * 2)}'")
    rules = Path(file).read_text(encoding="utf-8")
    Path(file).write_text(f"host all {role} all scram-sha-256\n{rules}", encoding="utf-8")
    database.ask("select pg_reload_conf()")
    try:
        bare = database.address.replace("g60@", f"{role}@")
        full = database.address.replace("g60@", f"{role}:tjuv'l%40g%2F%20%C3%A5@")
        wait_for(lambda: "password" in refusal_or_nothing(bare, warehouse), 20, "the rule to be read")
        said = copy(full, warehouse, "--json")
        assert json.loads(said)["target"] == bare
        assert "tjuv" not in said
        words = f"{Database(full).words} password='tjuv\\'l@g/ å'"
        assert "already" in copy(f"postgres:{words}", warehouse)
        for wrong in (full.replace("%C3%A5", "hemlig"), f"postgres:{words}".replace("å", "hemlig")):
            for options in ((), ("--json",)):
                told = g60_here("copy", wrong, "--warehouse", warehouse, *options)
                assert told.returncode == 1
                assert "password authentication failed" in told.stderr
                assert "tjuv" not in told.stdout + told.stderr
        monkeypatch.setenv("PGPASSWORD", password)
        assert "already" in copy(bare, warehouse)
        monkeypatch.delenv("PGPASSWORD")
        passes = tmp_path / "passes"
        passes.write_text(f"*:*:*:{role}:{password}\n", encoding="utf-8")
        passes.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(passes))
        assert "already" in copy(bare, warehouse)
        services = tmp_path / "services"
        services.write_text("[g60]\n" + "\n".join(Database(full).words.split()) + "\n", encoding="utf-8")
        monkeypatch.setenv("PGSERVICEFILE", str(services))
        assert "already" in copy("postgresql://?service=g60", warehouse)
    finally:
        Path(file).write_text(rules, encoding="utf-8")
        database.do("select pg_reload_conf()", f"drop owned by {role} cascade", f"drop role {role}")


def refusal_or_nothing(address: str, warehouse: Path) -> str:
    return g60_here("copy", address, "--warehouse", warehouse).stderr


@pytest.mark.parametrize(
    ("written", "shown", "password"),
    [
        ("postgresql://u:p@h:5433/d?sslmode=require", "postgresql://u@h:5433/d?sslmode=require", "p"),
        ("postgres://u:p%40q@h1:1,[::1]:2/d", "postgresql://u@h1:1,[::1]:2/d", "p@q"),
        ("postgresql://u:p@q@h/d", "postgresql://u@h/d", "p@q"),
        ("postgresql:///d?host=/run&password=p&user=u", "postgresql:///d?host=/run&user=u", "p"),
        ("postgresql://u@h/d?sslpassword=key", "postgresql://u@h/d?sslpassword=***", None),
        ("postgres:host=h password = 'a b\\'c' dbname=d", "postgres:host=h dbname=d", "a b'c"),
        ("ducklake:postgres:dbname=d password=x", "ducklake:postgres:dbname=d", "x"),
        ("ducklake:postgres:postgresql://u:p@h/d", "ducklake:postgresql://u@h/d", "p"),
        ("ducklake:/tmp/a.ducklake", "ducklake:/tmp/a.ducklake", None),
    ],
)
def test_a_target_is_read_and_shown_without_its_password(
    written: str, shown: str, password: str | None
) -> None:
    target = read_target(written)
    assert (target.shown, target.password) == (shown, password)
    assert password is None or f"{password!r}" not in repr(target)


@pytest.mark.parametrize(
    "written",
    ["", "mysql://u:hemlig@h/d", "g60.duckdb", "postgresql://u:hem/lig@h/d", "postgresql://u:hem?lig@h",
     "postgres:host=h password='hemlig", "postgres:hemlig", "ducklake:sqlite:hemlig"],
)  # fmt: skip
def test_a_target_that_cannot_be_read_is_not_repeated(written: str) -> None:
    with pytest.raises(G60Error) as caught:
        read_target(written)
    assert "hem" not in str(caught.value)


def test_what_is_missing_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = release(tmp_path / "a", 1)
    unreached = refusal("postgresql://u@127.0.0.1:1/d", warehouse)
    assert "the database is not reached" in unreached
    assert "Connection refused" in unreached
    assert "is no name for a schema" in refusal("postgresql:///d", warehouse, "--schema", "pg_mine")
    assert "leave it out" in refusal("postgresql:///d", warehouse, "--data", "x")
    none = g60_here("copy", "postgresql:///d", "--warehouse", tmp_path / "none")
    assert (none.returncode, "run g60 refresh first" in none.stderr) == (3, True)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install -e '.[postgres]'" in refusal("postgresql:///d", warehouse)
