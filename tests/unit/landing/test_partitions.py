"""Events in partitions: read file by file, by content and only once; nothing of them is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.errors import G60Error
from flows.intake.check import check
from flows.landing.land import land
from flows.landing.partitions import PartitionReader
from flows.landing.tables import Landing
from flows.querying.plan import plan
from flows.settings import ROOT, Limits, Paths, limits
from tests.unit.landing.files import card, write_card

SONGJIANG, SUZHOU, HANGZHOU = "310117", "320500", "330100"
ROWS = [
    ("a", "2021-03-01", ["松江区", "苏州市"]),
    ("b", "2021-05-01", ["苏州", "松江", "杭州市"]),
    ("c", "2021-12-31", ["杭州市"]),
    ("d", "2022-01-01", ["杭州市", "苏州市", "杭州"]),
]
COUNTS = [
    (2021, SONGJIANG, SUZHOU, 2, 1),
    (2021, SONGJIANG, SUZHOU, 3, 1),
    (2021, SONGJIANG, HANGZHOU, 3, 1),
    (2021, SUZHOU, HANGZHOU, 3, 1),
    (2022, SUZHOU, HANGZHOU, 2, 1),
]


def sql(statement: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(statement)


def write(file: Path, rows: list[tuple[str, str, list[str]]] = ROWS, on: str = "date") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f'create table t (event_id varchar, "on" {on}, parties varchar[])')
        connection.executemany("insert into t values (?, ?, ?)", rows)
        connection.execute(f"copy t to '{file}'")
    return file


class Warehouse:
    """Raw files in a folder of the test, and how they are landed."""

    def __init__(self, folder: Path) -> None:
        self.raw, self.store, self.database = folder / "raw", folder / "partitions", folder / "g60.duckdb"
        self.set = self.raw / "synthetic" / "patents"
        self.set.mkdir(parents=True)
        self.card()
        self.seen: list[str] = []

    def card(self, **more: Any) -> None:
        said = card("events") | {"title": "合成数据 synthetic", "event": "patent"} | more
        write_card(self.set, said)

    def land(
        self, project: Path = ROOT / "dbt_project", as_of: str | None = None, asked: Limits | None = None
    ) -> Landing:
        with PartitionReader(self.store, project, asked or Limits(), as_of) as partitions:
            return land(self.raw, self.database, self.seen.append, None, partitions)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def counts(self) -> list[tuple[Any, ...]]:
        return self.ask("""
            select year, from_place_code, to_place_code, places, sum(events) from raw.event_count
            group by all order by all
        """)

    def refused(self) -> list[tuple[Any, ...]]:
        return self.ask("select cell_address, raw_text, rule, cells from raw.refused order by all")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def balanced(landing: Landing) -> bool:
    return landing.read == landing.landed + landing.quarantined + landing.not_data


def test_events_of_a_folder_are_added_up_by_pair_year_and_number_of_places(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    landing = warehouse.land()
    assert warehouse.counts() == sorted(COUNTS)
    assert warehouse.refused() == []
    assert balanced(landing)
    # Three heads and a patent within Hangzhou are no data: twelve cells in four rows.
    assert (landing.read, landing.landed, landing.not_data) == (15, 9, 6)
    assert warehouse.ask("select document_id, title, file_path from raw.document")[0][1:] == (
        "合成数据 synthetic",
        "synthetic/patents",
    )
    [(address,)] = warehouse.ask("select cell_address from raw.event_count where year = 2022")
    assert address == "synthetic/patents/one.parquet#A5"


def test_files_of_a_folder_are_added_up_to_one_count_that_keeps_its_first_address(
    warehouse: Warehouse,
) -> None:
    write(warehouse.set / "one.parquet")
    write(warehouse.set / "two.parquet", [("e", "2021-07-01", ["苏州", "松江"]), *ROWS])
    warehouse.land()
    assert warehouse.ask("""
        select year, places, events, cell_address from raw.event_count
        where from_place_code = '310117' and to_place_code = '320500' order by places
    """) == [
        (2021, 2, 3, "synthetic/patents/one.parquet#A2"),
        (2021, 3, 2, "synthetic/patents/one.parquet#A3"),
    ]


def test_amounts_of_partitions_add_up_to_the_same_bits_every_time(warehouse: Warehouse) -> None:
    write_card(warehouse.set, card("events", title="合成数据 synthetic", event="tech_contract", unit="万元"))
    for name in ("one", "two"):
        sql(f"""
            copy (
                select '{name}' || no as event_id, 2021 as "on", '松江区' as "from", '苏州市' as "to",
                    (hash(no, '{name}') % 100000 / 7)::decimal(9, 2)::varchar as amount
                from range(20000) as t (no)
            ) to '{warehouse.set}/{name}.parquet' (format parquet, row_group_size 2048)
        """)
    asked = "select amount, amount_low, amount_high from raw.event_count"
    warehouse.land()
    first = warehouse.ask(asked)
    assert len(first) == 1
    for _ in range(3):
        shutil.rmtree(warehouse.store)
        warehouse.land()
        assert warehouse.ask(asked) == first


def test_the_rows_of_a_partition_stay_in_its_store_with_their_numbers(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    warehouse.land()
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select row_no, period_end::varchar, place_codes "
            f"from '{warehouse.store}/*/event.parquet' order by 1"
        ).fetchall()
    assert rows == [
        (2, "2021-03-01", [SONGJIANG, SUZHOU]),
        (3, "2021-05-01", sorted([SUZHOU, SONGJIANG, HANGZHOU])),
        (4, "2021-12-31", [HANGZHOU]),
        (5, "2022-01-01", sorted([HANGZHOU, SUZHOU])),
    ]


def test_only_a_new_partition_is_read_and_the_sum_is_that_of_all(warehouse: Warehouse) -> None:
    write(warehouse.set / "2021" / "one.parquet")
    assert warehouse.land().reused == 0
    write(warehouse.set / "2022" / "two.parquet", ROWS[:1])
    landing = warehouse.land()
    assert (landing.files, landing.reused) == (2, 1)
    assert (2021, SONGJIANG, SUZHOU, 2, 2) in warehouse.counts()
    (warehouse.set / "2021" / "one.parquet").unlink()
    assert warehouse.land().reused == 1
    assert warehouse.counts() == COUNTS[:1]
    assert len(list(warehouse.store.glob("*/count.parquet"))) == 1


def test_a_partition_of_new_content_under_an_old_name_and_time_is_read_anew(warehouse: Warehouse) -> None:
    file = write(warehouse.set / "one.parquet")
    then = file.stat()
    warehouse.land()
    write(file, [("a", "2021-03-01", ["松江区", "杭州市"]), *ROWS[1:]])
    os.utime(file, ns=(then.st_atime_ns, then.st_mtime_ns))
    assert warehouse.land().reused == 0
    assert (2021, SONGJIANG, HANGZHOU, 2, 1) in warehouse.counts()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_partition_counts_like_the_same_rows_in_parquet(warehouse: Warehouse, encoding: str) -> None:
    lines = ["编号,日期,参与地", *(f"{key},{on},{'、'.join(parties)}" for key, on, parties in ROWS)]
    (warehouse.set / "one.csv").write_bytes("\r\n".join(lines).encode(encoding))
    warehouse.card(separator="、")
    assert balanced(warehouse.land())
    assert warehouse.counts() == sorted(COUNTS)


def test_rows_with_unknown_places_are_named_and_counted_and_the_rest_goes_on(warehouse: Warehouse) -> None:
    rows = [(f"e{n}", "2021-01-01", ["松江区", "苏州市" if n % 100 else "苏洲"]) for n in range(1000)]
    write(warehouse.set / "one.parquet", rows)
    landing = warehouse.land()
    assert warehouse.counts() == [(2021, SONGJIANG, SUZHOU, 2, 990)]
    refused = warehouse.refused()
    assert len(refused) == 10
    assert {piece[1:] for piece in refused} == {("苏洲", "unknown_place", 3)}
    assert {address for address, *_ in refused} == {
        f"synthetic/patents/one.parquet#A{row + 2}" for row in range(0, 1000, 100)
    }
    assert (landing.quarantined, balanced(landing)) == (30, True)


def test_very_many_refused_rows_are_listed_up_to_a_limit_and_all_of_them_counted(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.landing.partitions.MOST_PIECES", 5)
    write(warehouse.set / "one.parquet", [(f"e{n}", "2021-01-01", ["苏洲", "松江"]) for n in range(40)])
    landing = warehouse.land()
    assert len(warehouse.refused()) == 6
    assert (landing.quarantined, balanced(landing)) == (120, True)
    [(reason,)] = warehouse.ask("select reason from raw.refused where raw_text is null")
    assert reason.endswith("in 35 more rows")


def truncate(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def damage(file: Path) -> None:
    """Bytes turned within the data of a file whose beginning and end are whole."""
    data = bytearray(file.read_bytes())
    data[8:200] = bytes(255 - byte for byte in data[8:200])
    file.write_bytes(bytes(data))


def empty(file: Path) -> None:
    file.write_bytes(b"")


def of_another_type(file: Path) -> None:
    sql(f"copy (select 'x' as event_id, 2021.5::double as \"on\", ['松江'] as parties) to '{file}'")


def with_a_struct(file: Path) -> None:
    sql(f"copy (select 'x' as event_id, date '2021-01-01' as \"on\", [{{'a': 1}}] as parties) to '{file}'")


def without_a_day(file: Path) -> None:
    sql(f"copy (select 'x' as event_id, ['松江'] as parties) to '{file}'")


def with_a_strange_column(file: Path) -> None:
    sql(f"copy (select 'x' as event_id, '2021' as \"on\", ['松江'] as parties, 1 as weight) to '{file}'")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (truncate, "cannot be read"),
        (damage, "cannot be read"),
        (empty, "cannot be read"),
        (
            of_another_type,
            "column 'on' is of type DOUBLE: a day is a date, a whole number (a year) or a text",
        ),
        (with_a_struct, "column 'parties' is of type"),
        (without_a_day, "no column says on"),
        (with_a_strange_column, "the header has an unknown column 'weight'"),
    ],
)
def test_a_partition_that_cannot_be_read_is_named_and_the_others_go_on(
    warehouse: Warehouse, spoil: Callable[[Path], None], said: str
) -> None:
    write(warehouse.set / "good.parquet")
    spoil(write(warehouse.set / "spoilt.parquet"))
    landing = warehouse.land()
    assert warehouse.counts() == sorted(COUNTS)
    [(file, rule, reason, remedy)] = warehouse.ask("select file_path, rule, reason, remedy from raw.refused")
    assert (file, rule) == ("synthetic/patents/spoilt.parquet", "file_unreadable")
    assert said in reason
    assert remedy
    assert (landing.quarantined, balanced(landing)) == (1, True)
    # It is tried again the next time: nothing of it was kept.
    assert warehouse.land().reused == 1


def test_a_new_name_for_a_place_has_every_partition_read_again(warehouse: Warehouse, tmp_path: Path) -> None:
    write(warehouse.set / "one.parquet", [("a", "2021-03-01", ["松江区", "苏洲"])])
    project = tmp_path / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    warehouse.land(project)
    assert warehouse.counts() == []
    with (project / "seeds" / "place_alias.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"苏洲,{SUZHOU},,\n")
    assert warehouse.land(project).reused == 0
    assert warehouse.counts() == COUNTS[:1]
    assert warehouse.refused() == []


def test_as_of_a_day_only_events_up_to_it_are_counted(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    warehouse.land(as_of="2021-04-01")
    assert warehouse.counts() == COUNTS[:1]


def test_what_a_killed_run_left_half_written_is_no_partition_and_is_cleared(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    half = warehouse.store / ".abc.1"
    half.mkdir(parents=True)
    (half / "event.parquet").write_bytes(b"PAR1")
    assert warehouse.land().reused == 0
    assert not half.exists()
    assert warehouse.counts() == sorted(COUNTS)


def test_contracts_in_partitions_keep_their_direction_and_their_amounts(warehouse: Warehouse) -> None:
    write_card(warehouse.set, card("events", title="合成数据 synthetic", event="tech_contract", unit="万元"))
    sql(f"""
        copy (select * from (values
            ('a', 2021, '松江区', '苏州市', '120'), ('b', 2021, '苏州市', '松江区', '超过30'),
            ('c', 2021, '松江区', '苏州市', null), ('d', 2021, '松江', '松江区', '5'),
            ('a', 2021, '松江区', '苏州市', '7'), ('e', 2021, '松江区', '苏州市', '面议')
        ) as t (event_id, "on", "from", "to", amount)) to '{warehouse.set}/one.parquet'
    """)
    assert balanced(warehouse.land())
    found = warehouse.ask("""
        select from_place_code, to_place_code, events, amounts, amounts_with_high, amount, amount_low,
            is_directed
        from raw.event_count order by all
    """)
    assert found == [
        (SONGJIANG, SUZHOU, 2, 1, 1, pytest.approx(0.012), pytest.approx(0.01195), True),
        (SUZHOU, SONGJIANG, 1, 1, 0, pytest.approx(0.003), pytest.approx(0.003), True),
    ]
    assert [(rule, text) for _, text, rule, _ in warehouse.refused()] == [
        ("link_to_itself", "松江 – 松江区"),
        ("entered_twice", "a"),
        ("text_for_number", "面议"),
    ]


def test_a_folder_whose_card_is_no_card_of_events_is_a_card_without_a_file(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    write_card(warehouse.set, card("long", title="合成数据 synthetic"))
    warehouse.land()
    assert [(address, rule) for address, _, rule, _ in warehouse.refused()] == [
        ("synthetic/patents", "file_missing"),
        ("synthetic/patents/one.parquet", "card_missing"),
    ]


def test_partitions_under_a_card_that_cannot_be_read_are_each_refused_for_it(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    warehouse.card(layout="nothing")
    warehouse.land()
    [(address, _, rule, _)] = warehouse.refused()
    assert (address, rule) == ("synthetic/patents/one.parquet", "card_invalid")


def test_a_folder_without_a_file_is_a_card_without_its_file(warehouse: Warehouse) -> None:
    (warehouse.raw / "notes.csv").write_text("a\n", encoding="utf-8")
    warehouse.land()
    assert ("synthetic/patents", None, "file_missing", 1) in warehouse.refused()


def test_progress_tells_the_file_and_how_many_there_are(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    write(warehouse.set / "two.parquet")
    warehouse.land()
    assert warehouse.seen[0].startswith("synthetic/patents/one.parquet  1/2")
    assert warehouse.seen[1].startswith("synthetic/patents/two.parquet  2/2")


def test_limits_of_the_machine_come_from_the_environment(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("G60_MEMORY_LIMIT", "300MB")
    monkeypatch.setenv("G60_TEMP_DIRECTORY", str(tmp_path / "spill"))
    monkeypatch.setenv("G60_THREADS", "1")
    write(warehouse.set / "one.parquet")
    with PartitionReader(warehouse.store, ROOT / "dbt_project", limits()) as reader:
        asked = [f"current_setting('{name}')" for name in ("memory_limit", "temp_directory", "threads")]
        found = reader.connect().execute(f"select {', '.join(asked)}").fetchall()
    assert found == [("286.1 MiB", str(tmp_path / "spill"), 1)]


@pytest.mark.parametrize(
    ("name", "value"), [("G60_MEMORY_LIMIT", "much"), ("G60_THREADS", "0"), ("G60_TEMP_DIRECTORY", __file__)]
)
def test_a_limit_that_is_none_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(G60Error) as refused:
        limits()
    assert str(refused.value).endswith(".")


def test_a_plan_counts_the_partitions_that_would_be_read_anew(warehouse: Warehouse) -> None:
    write(warehouse.set / "one.parquet")
    where = Paths(raw=warehouse.raw, warehouse=warehouse.database.parent)
    with PartitionReader(where.partitions, where.project, limits()) as partitions:
        land(where.raw, where.build_database, partitions=partitions)
    write(warehouse.set / "two.parquet", ROWS[:1])
    made = plan(where)
    assert (made.files, made.read_anew) == (2, 1)


def test_a_check_tells_what_of_a_partition_would_land(warehouse: Warehouse) -> None:
    file = write(warehouse.set / "one.parquet", [*ROWS, ("e", "2022-01-01", ["苏洲", "松江"])])
    verdict = check(file, None, Paths(raw=warehouse.raw, warehouse=warehouse.database.parent))
    assert verdict.would_pass is False
    assert [piece.raw_text for piece in verdict.refused] == ["苏洲"]
    assert [(row["year"], row["places"], row["events"], row["first"]) for row in verdict.events] == [
        (2021, f"{SONGJIANG} – {SUZHOU}", 2, "A2"),
        (2021, f"{SONGJIANG} – {HANGZHOU}", 1, "A3"),
        (2021, f"{SUZHOU} – {HANGZHOU}", 1, "A3"),
        (2022, f"{SUZHOU} – {HANGZHOU}", 1, "A5"),
    ]
    assert not warehouse.store.exists()
