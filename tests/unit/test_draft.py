"""Drafted cards: what a file itself tells is found, what it does not tell is left open for a person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from flows.errors import G60Error
from flows.intake.draft import add, draft_card, key_of, vocabulary
from flows.landing.cards import Card, card_path, load_card
from flows.landing.files import raw_files
from flows.landing.take_in import LandedFile, take_in
from flows.settings import ROOT
from tests.unit.landing.files import Rows, put_workbook

RAW = ROOT / "raw"
SEEDS = ROOT / "dbt_project" / "seeds"
FIGURES = [path for path in raw_files(RAW) if load_card(card_path(path)).layout != "register"]
YEARBOOK: Rows = [
    ["2-3 主要城市地区生产总值", None, None, None, None],
    ["2-3 Gross Regional Product of Main Cities", None, None, None, None],
    ["单位:亿元", None, None, None, None],
    ["城　市", "City", "2021年", "2022年", "2023年"],
    ["杭　州", "Hangzhou", 18109, 18753, 20059],
    ["合　肥①", "Hefei", 11412.8, 12013.1, "…"],
    ["某某市", "Somewhere", 1, 2, 3],
    ["注:本表按当年价格计算。", None, None, None, None],
]


def drafted(file: Path, folder: Path) -> LandedFile:
    card = folder / "drafted.yaml"
    card.write_text(draft_card(file, SEEDS), encoding="utf-8")
    return take_in(file, file.parent.parent, card, drafts=True)


def card_of(file: Path) -> Card:
    return load_card(add(file, SEEDS))


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.relative_to(RAW).as_posix())
def test_a_drafted_card_finds_every_figure_that_the_reviewed_card_finds(path: Path, tmp_path: Path) -> None:
    reviewed, found = take_in(path, RAW), drafted(path, tmp_path)
    assert found.rejected == []
    assert reviewed.landed
    assert found.landed
    for column in ("cell_address", "value_text", "place_text"):
        assert found.landed.columns[column] == reviewed.landed.columns[column]


def test_a_yearbook_table_is_recognised_with_its_unit_row_its_second_language_and_its_notes(
    tmp_path: Path,
) -> None:
    card = card_of(put_workbook(tmp_path / "yearbook.xlsx", {"2-3": YEARBOOK}))
    [table] = card.tables
    assert (card.layout, card.draft, card.title) == ("wide_by_year", True, "2-3 主要城市地区生产总值")
    assert (table.header_row, table.unit_row, table.notes, table.indicator) == (4, 3, "注", "地区生产总值")
    assert table.labels == {"A": "place", "B": "ignore"}


def test_names_that_no_seed_knows_are_listed_for_the_reviewer(tmp_path: Path) -> None:
    text = draft_card(put_workbook(tmp_path / "yearbook.xlsx", {"2-3": YEARBOOK}), SEEDS)
    assert "no seed knows 某某市:" in text
    assert "杭" not in text


def test_what_a_file_does_not_say_is_left_open(tmp_path: Path) -> None:
    rows: Rows = [["城市", "2021", "2022"], ["杭州市", 1, 2]]
    [table] = card_of(put_workbook(tmp_path / "untitled.xlsx", {"Sheet1": rows})).tables
    assert (table.indicator, table.unit) == ("?", "?")


def test_a_span_of_years_in_a_title_is_no_period(tmp_path: Path) -> None:
    rows: Rows = [
        ["地区生产总值(2001-2017年)", None],
        ["城市", "地区生产总值(亿元)"],
        ["杭州市", 1],
        ["湖州市", 2],
    ]
    [table] = card_of(put_workbook(tmp_path / "span.xlsx", {"Sheet1": rows})).tables
    assert (table.period, table.unit) == ("?", None)


def test_a_long_sheet_with_a_stranger_among_its_columns_is_told(tmp_path: Path) -> None:
    file = tmp_path / "long.csv"
    file.write_text("城市,指标,年份,数值,单位,核对人\n杭州市,地区生产总值,2022,18753,亿元,甲\n", "utf-8")
    card = card_of(file)
    assert (card.layout, card.columns) == ("long", {"核对人": "ignore"})
    assert "column '核对人' is left out" in card_path(file).read_text(encoding="utf-8")


def test_a_list_of_things_is_a_register_to_be_named(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("名称,网址\n甲园区,https://example.org\n乙园区,https://example.org\n", "utf-8")
    card = card_of(file)
    assert (card.layout, card.register_name, card.url_column) == ("register", "unnamed", "网址")


def test_a_draft_is_refused_by_a_landing_until_somebody_has_reviewed_it(tmp_path: Path) -> None:
    file = put_workbook(tmp_path / "yearbook" / "table.xlsx", {"2-3": YEARBOOK})
    card = add(file, SEEDS)
    assert [piece.rule for piece in take_in(file, tmp_path).rejected] == ["card_is_draft"]
    reviewed = card.read_text(encoding="utf-8").replace("draft: true\n", "")
    card.write_text(reviewed, encoding="utf-8")
    [piece] = take_in(file, tmp_path).rejected
    assert piece.reason == "'card': title_en is still open from the draft: fill it in"
    card.write_text(reviewed.replace("'?'", "GDP of main cities"), encoding="utf-8")
    assert take_in(file, tmp_path).kept == 9


def test_a_draft_bears_the_day_it_was_made(tmp_path: Path) -> None:
    card = card_of(put_workbook(tmp_path / "table.xlsx", {"2-3": YEARBOOK}))
    assert abs(dt.date.fromisoformat(card.accessed_on) - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(1)


def test_a_card_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    file = put_workbook(tmp_path / "table.xlsx", {"2-3": YEARBOOK})
    add(file, SEEDS)
    with pytest.raises(G60Error, match="the file has a card already"):
        add(file, SEEDS)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.csv", b"", "the file is empty"),
        ("report.docx", b"PK", "files of kind '.docx' are not read"),
        ("broken.xlsx", b"no workbook", "the workbook cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence_and_no_card(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(G60Error, match=said):
        add(file, SEEDS)
    assert not card_path(file).exists()


def test_footnotes_blanks_and_width_do_not_hide_a_name() -> None:
    assert key_of("北　京①") == key_of("北京") == key_of(" 北 京[1] ")
    assert vocabulary(SEEDS).kind("２０２１年上半年") == "period"


def test_of_two_columns_of_places_the_narrower_is_taken_and_told(tmp_path: Path) -> None:
    rows: Rows = [
        ["城市", "县区", "2021年", "2022年"],
        ["芜湖市", "无为市", 1.5, 2],
        ["芜湖市", "繁昌区", 3.5, 4],
    ]
    file = put_workbook(tmp_path / "counties.xlsx", {"表": rows})
    [table] = card_of(file).tables
    assert table.labels == {"A": "ignore", "B": "place"}
    assert "several label columns hold a place" in card_path(file).read_text(encoding="utf-8")
