"""Landing a folder: good rows go on, nothing vanishes, and every refused piece says what would mend it."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.errors import G60Error
from flows.landing.files import raw_files
from flows.landing.land import land
from flows.landing.tables import Landing, cards_table
from flows.settings import ROOT

from .files import (
    GOOD_LONG,
    GOOD_ROW,
    HEADER,
    card,
    cell_at,
    cross_tab,
    put,
    put_workbook,
    records,
    rows_of,
    workbook,
    write_card,
)

TABLES = ("statistic", "register_cell", "document", "file", "refused")
RAW = ROOT / "raw"


def tables(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of schema raw, in the order in which they are stored."""
    return {name: rows_of(database, f"from raw.{name}") for name in TABLES}


def landed_from(raw: Path) -> tuple[Landing, Path]:
    database = raw.parent / "warehouse" / "g60.duckdb"
    return land(raw, database), database


def rejections(database: Path) -> dict[str, list[str]]:
    """File → the rules it broke."""
    found: dict[str, list[str]] = {}
    for path, rule in rows_of(database, "select file_path, rule from raw.refused order by all"):
        found.setdefault(path, []).append(rule)
    return found


def dirty(raw: Path) -> Path:
    """A folder with good files among files of every kind of fault."""
    bulletins, yearbook = raw / "bulletins", raw / "yearbook"
    put(bulletins / "good.csv", f"{HEADER}\n{GOOD_ROW}\n苏州市,人口,2022,1291.1,万人\n")
    put(
        bulletins / "ragged.csv", f"{HEADER}\n{GOOD_ROW}\n松江区,总值\n\n松江区,人口,2022,,万人\n{GOOD_ROW}\n"
    )
    put(bulletins / "no card.csv", GOOD_LONG).with_name("no card.csv.yaml").unlink()
    put(bulletins / "bad card.csv", GOOD_LONG, card(licens="CC"))
    put(bulletins / "gone.csv", "").unlink()
    put(bulletins / "unclosed.csv", f'{HEADER}\n松江区,"总值,2022,1,亿元\n')
    put(bulletins / "binary.csv", b"PK\x03\x04\x00\x00")
    put(bulletins / "empty.csv", "")
    put(bulletins / "header only.csv", f"{HEADER}\n\n")
    put(bulletins / "scan.pdf", b"%PDF-1.7")
    put(bulletins / "folder.csv" / "inside.csv", GOOD_LONG)
    write_card(bulletins / "folder.csv", card())
    put_workbook(
        yearbook / "两表.xlsx",
        {"甲": [["城市", 2020, None], ["苏州市", 1, 2]]},
        ["B1:C1"],
        card("cross_tab", tables=[cross_tab(sheet="甲"), cross_tab(sheet="乙")]),
    )
    put(yearbook / "renamed.xlsx", "城市,2020\n苏州市,1\n", card("cross_tab", tables=[cross_tab()]))
    put(yearbook / "~$两表.xlsx", b"\x00")
    put(raw / "things" / "register.csv", "名称,网址\n甲, \n乙,http://b\n", THINGS)
    put(raw / "README.md", "not data")
    put(raw / ".cache" / "x.csv", GOOD_LONG)
    return raw


THINGS = card("register", register="things", url_column="网址")
DIRTY_RULES = {
    "bulletins/bad card.csv": ["card_invalid"],
    "bulletins/binary.csv": ["file_unreadable"],
    "bulletins/empty.csv": ["file_unreadable"],
    "bulletins/folder.csv": ["file_missing"],
    "bulletins/gone.csv": ["file_missing"],
    "bulletins/header only.csv": ["file_unreadable"],
    "bulletins/no card.csv": ["card_missing"],
    "bulletins/ragged.csv": ["row_malformed", "value_missing"],
    "bulletins/scan.pdf": ["file_unreadable"],
    "bulletins/unclosed.csv": ["file_unreadable"],
    "yearbook/renamed.xlsx": ["file_unreadable"],
    "yearbook/两表.xlsx": ["sheet_missing"],
}


# Dirty folders


def test_every_fault_of_a_dirty_folder_is_quarantined_under_its_rule(tmp_path: Path) -> None:
    _, database = landed_from(dirty(tmp_path / "raw"))
    assert rejections(database) == DIRTY_RULES


def test_good_rows_of_a_dirty_folder_go_on(tmp_path: Path) -> None:
    _, database = landed_from(dirty(tmp_path / "raw"))
    assert rows_of(database, "select cell_address, value_text from raw.statistic") == [
        ("bulletins/folder.csv/inside.csv#D2", "1750.12"),
        ("bulletins/good.csv#D2", "1750.12"),
        ("bulletins/good.csv#D3", "1291.1"),
        ("bulletins/ragged.csv#D2", "1750.12"),
        ("bulletins/ragged.csv#D6", "1750.12"),
        ("yearbook/两表.xlsx#甲!B2", "1"),
        ("yearbook/两表.xlsx#甲!C2", "2"),
    ]
    assert rows_of(database, "select cell_address, text from raw.register_cell") == [
        ("things/register.csv#A2", "甲"),
        ("things/register.csv#B2", None),
        ("things/register.csv#A3", "乙"),
        ("things/register.csv#B3", "http://b"),
    ]


def test_a_workbook_that_cannot_be_opened_is_quarantined_and_the_other_files_go_on(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    put(raw / "a" / "broken.xlsx", b"no workbook", card("cross_tab", tables=[cross_tab()]))
    put(raw / "b" / "good.csv", GOOD_LONG)
    landing, database = landed_from(raw)
    assert (landing.landed, landing.quarantined) == (1, 1)
    assert rejections(database) == {"a/broken.xlsx": ["file_unreadable"]}


def test_every_refused_piece_names_its_file_its_rule_a_reason_and_a_remedy(tmp_path: Path) -> None:
    _, database = landed_from(dirty(tmp_path / "raw"))
    for path, address, rule, reason, remedy in rows_of(
        database, "select file_path, cell_address, rule, reason, remedy from raw.refused"
    ):
        assert path and rule and reason and remedy, path
        assert address.startswith(path)
        assert "\n" not in reason + remedy


def test_cells_read_are_cells_landed_quarantined_and_no_data_file_by_file(tmp_path: Path) -> None:
    landing, database = landed_from(dirty(tmp_path / "raw"))
    counts = rows_of(
        database, "select cells_read, cells_landed, cells_quarantined, cells_not_data from raw.file"
    )
    assert all(read == good + bad + rest for read, good, bad, rest in counts)
    assert [sum(column) for column in zip(*counts, strict=True)] == [
        landing.read,
        landing.landed,
        landing.quarantined,
        landing.not_data,
    ]
    assert len(counts) == landing.files
    in_tables = """
        select (select count(*) from raw.statistic)
             + (select count(text) from raw.register_cell),
               (select sum(cells) from raw.refused)
    """
    assert rows_of(database, in_tables) == [(landing.landed, landing.quarantined)]


def test_a_dirty_folder_landed_twice_or_elsewhere_gives_the_same_tables(tmp_path: Path) -> None:
    raw = dirty(tmp_path / "one" / "raw")
    _, database = landed_from(raw)
    before = tables(database)
    land(raw, database)
    assert tables(database) == before
    _, elsewhere = landed_from(Path(shutil.copytree(raw, tmp_path / "two" / "原始")))
    assert tables(elsewhere) == before


def test_what_a_mended_folder_gave_before_leaves_no_trace(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    put(raw / "s" / "x.csv", f"{HEADER}\n松江区,总值\n{GOOD_ROW}\n")
    put(raw / "s" / "register.csv", "名称,网址\n甲,http://a\n", THINGS)
    landed_from(raw)
    put(raw / "s" / "x.csv", GOOD_LONG)
    (raw / "s" / "register.csv").unlink()
    (raw / "s" / "register.csv.yaml").unlink()
    _, database = landed_from(raw)
    sizes = {name: len(rows) for name, rows in tables(database).items()}
    assert sizes == {"statistic": 1, "register_cell": 0, "document": 1, "file": 1, "refused": 0}


# Odd files and odd names


def test_names_with_spaces_quotes_and_chinese_characters_are_read(tmp_path: Path) -> None:
    names = ["松江 区/年鉴 2023.csv", 's/it\'s "a" #1!.csv', "s/UPPER.CSV", "顶层.csv"]
    for name in names:
        put(tmp_path / "raw" / name, GOOD_LONG)
    landing, database = landed_from(tmp_path / "raw")
    assert landing.quarantined == 0
    addresses = rows_of(database, "select cell_address from raw.statistic")
    assert sorted(addresses) == sorted((f"{name}#D2",) for name in names)


def test_a_name_that_is_not_utf_8_is_quarantined_and_shown(tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    put(folder / "good.csv", GOOD_LONG)
    try:
        put(folder / os.fsdecode("名".encode("gbk") + b".csv"), GOOD_LONG)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    said: list[str] = []
    land(folder, tmp_path / "x.duckdb", said.append)
    assert rejections(tmp_path / "x.duckdb") == {r"\xc3\xfb.csv": ["name_unreadable"]}
    assert all(name.encode() for name in said)


def test_locks_of_an_open_workbook_and_hidden_files_are_no_data(tmp_path: Path) -> None:
    put(tmp_path / "good.csv", GOOD_LONG)
    for name in ("~$x.xlsx", ".x.csv", "._good.csv", ".git/x.csv"):
        put(tmp_path / name, "x")
    assert [path.name for path in raw_files(tmp_path)] == ["good.csv"]


@pytest.mark.parametrize(
    ("target", "rules"),
    [
        ("good.csv", []),
        ("gone.csv", ["file_unreadable"]),
        ("link.csv", ["file_unreadable"]),
        (".", ["file_unreadable"]),
    ],
)
def test_a_link_is_read_where_it_leads_to_a_file_and_quarantined_elsewhere(
    tmp_path: Path, target: str, rules: list[str]
) -> None:
    raw = tmp_path / "raw"
    put(raw / "good.csv", GOOD_LONG)
    write_card(raw / "link.csv", card())
    (raw / "link.csv").symlink_to(target)
    _, database = landed_from(raw)
    assert rejections(database).get("link.csv", []) == rules
    assert rows_of(database, "select count(*) from raw.file") == [(2,)]


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("gone")])
def test_a_card_that_is_no_file_counts_as_missing(tmp_path: Path, make: Callable[[Path], None]) -> None:
    raw = tmp_path / "raw"
    put(raw / "x.csv", GOOD_LONG).with_name("x.csv.yaml").unlink()
    make(raw / "x.csv.yaml")
    _, database = landed_from(raw)
    assert rejections(database) == {"x.csv": ["card_missing"]}


# Documents


def test_rows_that_cite_one_source_share_a_document_however_it_is_spaced(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    rows = [f"{GOOD_ROW},公报,http://a", f"{GOOD_ROW}, 公报 ,http://a ", f"{GOOD_ROW}, , "]
    put(raw / "x.csv", "\n".join([f"{HEADER},资料名称,网址", *rows]))
    put(raw / "y.csv", "名称,网址\n甲, http://b\n乙,http://b\n丙, \n", THINGS)
    landing, database = landed_from(raw)
    cited = "select title, url, file_path from raw.document where document_kind = 'cited' order by all"
    assert rows_of(database, cited) == [("http://b", "http://b", "y.csv"), ("公报", "http://a", "x.csv")]
    assert landing.documents == 4


def test_every_landed_and_rejected_piece_has_its_document(tmp_path: Path) -> None:
    _, database = landed_from(dirty(tmp_path / "raw"))
    for name in ("statistic", "register_cell", "file", "refused"):
        orphans = f"from raw.{name} anti join raw.document using (document_id)"
        assert rows_of(database, orphans) == []
    twice = (
        "select document_id from raw.document group by all having count(*) > 1 or any_value(title) is null"
    )
    assert rows_of(database, twice) == []


# Faults that end a landing


def one_sentence(error: G60Error) -> str:
    message = str(error)
    assert "\n" not in message
    assert message.endswith(".") and not message.endswith("..")
    return message


def test_a_missing_raw_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(G60Error) as caught:
        land(tmp_path / "nowhere", tmp_path / "x.duckdb")
    message = one_sentence(caught.value)
    assert "does not exist" in message
    assert str(tmp_path / "nowhere") in message
    assert not (tmp_path / "x.duckdb").exists()


@pytest.mark.parametrize("name", [None, ".gitkeep", "README.md", "gone.csv.yaml", "~$x.xlsx", "folder/"])
def test_a_raw_folder_without_data_is_told_in_one_sentence(tmp_path: Path, name: str | None) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    if name and name.endswith("/"):
        (raw / name).mkdir()
    elif name:
        (raw / name).write_text("x")
    with pytest.raises(G60Error) as caught:
        land(raw, tmp_path / "x.duckdb")
    assert "there is no raw file to land" in one_sentence(caught.value)


def test_a_file_given_for_the_raw_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(G60Error) as caught:
        land(put(tmp_path / "x.csv", GOOD_LONG), tmp_path / "x.duckdb")
    one_sentence(caught.value)


def test_a_database_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    raw = put(tmp_path / "raw" / "x.csv", GOOD_LONG).parent
    (tmp_path / "junk.duckdb").write_text("no database" * 1000)
    for database in (tmp_path / "junk.duckdb", tmp_path, raw / "x.csv" / "x.duckdb"):
        with pytest.raises(G60Error) as caught:
            land(raw, database)
        assert str(database) in one_sentence(caught.value)


def test_a_landing_that_fails_half_way_leaves_the_tables_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = put(tmp_path / "raw" / "x.csv", GOOD_LONG).parent
    _, database = landed_from(raw)
    before = tables(database)
    put(raw / "x.csv", f"{GOOD_LONG}{GOOD_ROW}\n")
    # A frame with other columns makes the last statement of the transaction fail.
    monkeypatch.setattr("flows.landing.tables.refused_table", cards_table)
    with pytest.raises(duckdb.Error):
        land(raw, database)
    assert tables(database) == before


def test_a_g60_error_survives_pickling() -> None:
    error = G60Error("the sky fell", "everywhere", "hold it up")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is G60Error
    assert str(copy) == str(error) == "the sky fell (everywhere); hold it up."
    assert (copy.what, copy.where, copy.remedy) == ("the sky fell", "everywhere", "hold it up")


# The repository's own raw files


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("repository") / "g60.duckdb"
    land(RAW, database)
    return database


def test_the_repository_lands_without_a_refused_piece(repository: Path) -> None:
    assert rows_of(repository, "select file_path, reason from raw.refused") == []


def test_the_repository_landed_twice_gives_the_same_tables(repository: Path) -> None:
    before = tables(repository)
    land(RAW, repository)
    assert tables(repository) == before
    assert all(before[name] for name in TABLES if name != "refused")


def test_every_figure_of_the_repository_stands_at_its_address(repository: Path) -> None:
    figures = rows_of(repository, "select cell_address, value_text from raw.statistic")
    kinds = {address.partition("#")[0].rpartition(".")[2] for address, _ in figures}
    assert kinds == {"csv", "xlsx"}
    assert len({address for address, _ in figures}) == len(figures)
    for address, text in figures:
        assert str(cell_at(RAW, address)) == text, address


def test_every_register_cell_of_the_repository_stands_at_its_address(repository: Path) -> None:
    cells = rows_of(repository, "select cell_address, coalesce(text, '') from raw.register_cell")
    for address, text in cells:
        assert str(cell_at(RAW, address)).strip() == text, address


def test_no_row_of_a_csv_in_the_repository_is_left_behind(repository: Path) -> None:
    files = rows_of(
        repository,
        "select file_path, layout, cells_landed from raw.file where layout in ('long', 'register')",
    )
    for path, layout, landed in files:
        rows = records(RAW / path)[1:]
        filled = sum(bool(cell.strip()) for row in rows for cell in row)
        assert landed == (
            filled if layout == "register" else sum(any(map(str.strip, row)) for row in rows)
        ), path


def test_no_cell_of_a_workbook_in_the_repository_is_left_behind(repository: Path) -> None:
    sheets = rows_of(
        repository,
        """
        select file_path, regexp_extract(cell_address, '#(.*)!', 1) as sheet, min(row_no),
            list(regexp_extract(cell_address, '!(.*)$', 1))
        from raw.statistic where file_path like '%.xlsx' group by all
        """,
    )
    assert sheets
    for path, name, first, landed in sheets:
        # From the first figure down and right of the labels, whatever is filled in is a figure.
        rows = workbook(RAW / path)[name].iter_rows(min_row=first, min_col=2)
        filled = {cell.coordinate for row in rows for cell in row if cell.value is not None}
        assert filled == set(landed), f"{path}#{name}"
