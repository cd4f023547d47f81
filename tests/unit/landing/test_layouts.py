"""Layouts: which cell is a figure, what its labels are, and where exactly it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from flows.landing.cards import card_path, load_card
from flows.landing.layouts import LONG_HEADERS, Landed
from flows.landing.read import format_of, read_file

from .files import GOOD_LONG, GOOD_ROW, HEADER, Rows, card, cell_at, cross_tab, put, put_workbook

LABELS = ("place_text", "indicator_text", "period_text", "unit_text", "value_text")


def landed(file: Path) -> Landed:
    return read_file(file, load_card(card_path(file)), format_of(file))[0]


def long(folder: Path, text: str | bytes) -> Landed:
    return landed(put(folder / "x.csv", text))


def refusal(file: Path) -> str:
    with pytest.raises(ValueError) as caught:
        landed(file)
    return str(caught.value)


def table(folder: Path, rows: Rows, merged: Sequence[str] = (), /, **said: object) -> Landed:
    """A workbook of one sheet with one table."""
    tables = card("cross_tab", tables=[cross_tab(sheet="表", **said)])
    return landed(put_workbook(folder / "x.xlsx", {"表": rows}, merged, tables))


def figures(read: Landed) -> dict[str, tuple[str | None, ...]]:
    """Address → place, indicator, period, unit and value."""
    columns = [read.columns[name].to_pylist() for name in ("cell_address", *LABELS)]
    return {address: tuple(rest) for address, *rest in zip(*columns, strict=True)}


def rules(read: Landed) -> list[tuple[str | None, str]]:
    return [(piece.cell_address, piece.rule) for piece in read.rejected]


# Long sheets


def test_a_long_sheet_gives_a_figure_a_row_at_the_address_of_its_value(tmp_path: Path) -> None:
    read = long(tmp_path, GOOD_LONG)
    assert figures(read) == {"D2": ("松江区", "地区生产总值", "2022", "亿元", "1750.12")}
    assert read.columns["row_no"].to_pylist() == [2]
    assert read.columns["column_no"].to_pylist() == [4]


def test_addresses_of_a_long_sheet_point_to_the_very_cell(tmp_path: Path) -> None:
    lines = [
        "指标,地区,数值,时期,单位,备注",
        '"总\n值",松江区,11,2020,亿元,"两行\n的备注"',
        "",
        "少一格,松江区,12,2020,亿元",
        ",,,,,",
        '"引号 "" 与逗号,",松江区,13,2020,亿元,x',
        "总值,松江区,,2020,亿元,x",
        "总值,松江区, 14 ,2020,亿元,x",
    ]
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        folder = tmp_path / encoding
        read = long(folder, "\r\n".join(lines).encode(encoding))
        values = {address: value for address, (*_, value) in figures(read).items()}
        assert values == {"C2": "11", "C6": "13", "C8": " 14 "}
        for address, value in values.items():
            assert cell_at(folder, f"x.csv#{address}", encoding) == value


def test_columns_of_a_long_sheet_may_come_in_any_order_and_in_either_language(tmp_path: Path) -> None:
    read = long(tmp_path, "note,value,unit,period,indicator,place\nn,1,%,2020,i,p\n")
    assert figures(read) == {"B2": ("p", "i", "2020", "%", "1")}
    assert read.columns["note_text"].to_pylist() == ["n"]
    assert read.columns["title"].to_pylist() == [None]


@pytest.mark.parametrize("name", ["地区", "指标", "时期", "数值", "单位"])
def test_a_missing_header_is_named(tmp_path: Path, name: str) -> None:
    header = ",".join(other for other in HEADER.split(",") if other != name)
    assert refusal(put(tmp_path / "x.csv", f"{header}\n1,2,3,4\n")) == f"the header lacks {name}"


@pytest.mark.parametrize(("name", "at"), [("增速", "F"), ("", "F"), ("地区 (市)", "F")])
def test_an_unknown_column_is_named_with_its_letter(tmp_path: Path, name: str, at: str) -> None:
    message = refusal(put(tmp_path / "x.csv", f"{HEADER},{name}\n{GOOD_ROW},1\n"))
    assert message == f"the header has an unknown column '{name}' at {at}"


@pytest.mark.parametrize("name", ["数值", "value"])
def test_two_columns_of_one_meaning_are_refused_since_one_would_be_lost(tmp_path: Path, name: str) -> None:
    message = refusal(put(tmp_path / "x.csv", f"{HEADER},{name}\n{GOOD_ROW},1\n"))
    assert message == f"the header names 数值 twice, the second time as '{name}'"


def test_every_header_that_a_long_sheet_may_bear_has_one_meaning() -> None:
    names = [name for names in LONG_HEADERS.values() for name in names]
    assert len(names) == len(set(names))


def test_a_row_without_a_value_is_quarantined_at_the_empty_cell(tmp_path: Path) -> None:
    read = long(tmp_path, f"{HEADER}\n松江区,总值,2020,  ,亿元\n{GOOD_ROW}\n")
    assert rules(read) == [("D2", "value_missing")]
    assert list(figures(read)) == ["D3"]


def test_a_ragged_row_is_quarantined_with_its_text_and_its_row(tmp_path: Path) -> None:
    read = long(tmp_path, f"{HEADER}\n松江区,总值,2020\n{GOOD_ROW}\n{GOOD_ROW},多一格\n")
    assert rules(read) == [("A2", "row_malformed"), ("A4", "row_malformed")]
    assert [piece.raw_text for piece in read.rejected] == ["松江区,总值,2020", f"{GOOD_ROW},多一格"]
    assert "5 cells" in read.rejected[0].remedy
    assert list(figures(read)) == ["D3"]


def test_blank_rows_hold_no_cells(tmp_path: Path) -> None:
    read = long(tmp_path, f"{HEADER}\n\n,,,,\n　, ,,,\n{GOOD_ROW}\n\n\n")
    assert (read.read, read.not_data, list(figures(read)), read.rejected) == (10, 9, ["D5"], [])


def test_a_sheet_of_ragged_rows_only_lands_nothing_and_rejects_all(tmp_path: Path) -> None:
    read = long(tmp_path, f"{HEADER}\n1\n1,2\n")
    assert (read.read, read.landed, len(read.rejected), read.not_data) == (7, 0, 2, 5)


# Cross-tabulations

YEARS: Rows = [
    ["表1 地区生产总值", None, None, None, None],
    ["单位:亿元", None, None, None, None],
    ["城市", 2020, None, 2021, None],
    [None, "总值", "第二产业", "总值", "第二产业"],
    ["苏州市", 20170.5, 9385.6, 22718.3, None],
    [None, None, None, None, None],
    ["松江区", 1637.1, None, "约1800", 0],
    ["注:2021年为初步数", 1, 2, 3, 4],
    ["杭州市", 1, 2, 3, 4],
]
YEARS_MERGED = ("A1:E1", "A2:E2", "A3:A4", "B3:C3", "D3:E3")
YEARS_CARD: Mapping[str, object] = {
    "header_row": 3,
    "header": ["period", "indicator"],
    "indicator": None,
    "unit": None,
    "unit_row": 2,
    "notes": "注",
}


def test_a_cross_tab_takes_its_labels_from_merged_headers_and_its_unit_from_the_unit_row(
    tmp_path: Path,
) -> None:
    read = table(tmp_path, YEARS, YEARS_MERGED, **YEARS_CARD)
    assert figures(read) == {
        "表!B5": ("苏州市", "总值", "2020", "亿元", "20170.5"),
        "表!C5": ("苏州市", "第二产业", "2020", "亿元", "9385.6"),
        "表!D5": ("苏州市", "总值", "2021", "亿元", "22718.3"),
        "表!B7": ("松江区", "总值", "2020", "亿元", "1637.1"),
        "表!D7": ("松江区", "总值", "2021", "亿元", "约1800"),
        "表!E7": ("松江区", "第二产业", "2021", "亿元", "0"),
    }


def test_addresses_of_a_workbook_point_to_the_very_cell(tmp_path: Path) -> None:
    for address, (*_, value) in figures(table(tmp_path, YEARS, YEARS_MERGED, **YEARS_CARD)).items():
        assert str(cell_at(tmp_path, f"x.xlsx#{address}")) == value


def test_a_note_row_ends_the_table_and_without_one_the_table_runs_on(tmp_path: Path) -> None:
    ended = table(tmp_path, YEARS, YEARS_MERGED, **YEARS_CARD)
    running = table(tmp_path, YEARS, YEARS_MERGED, **{**YEARS_CARD, "notes": None})
    assert "表!B9" not in figures(ended)
    assert figures(running)["表!B9"] == ("杭州市", "总值", "2020", "亿元", "1")


@pytest.mark.parametrize(
    ("printed", "unit"),
    [("单位:亿元", "亿元"), ("单位：万人", "万人"), (" 计量单位 : % ", "%"), ("2022年  单位:亿元", "亿元")],
)
def test_a_unit_row_is_read_with_either_colon(tmp_path: Path, printed: str, unit: str | None) -> None:
    rows: Rows = [[None, printed], ["城市", 2020], ["苏州市", 1]]
    read = table(tmp_path, rows, header_row=2, unit=None, unit_row=1)
    assert figures(read)["表!B3"][3] == unit


def test_a_unit_row_without_a_unit_is_refused(tmp_path: Path) -> None:
    said = card("cross_tab", tables=[cross_tab(header_row=2, unit=None, unit_row=1)])
    message = refusal(put(tmp_path / "x.csv", ",亿元\n城市,2020\n苏州市,1\n", said))
    assert message == "the card says unit_row 1, which holds no 单位:… in sheet '1'"


def test_a_cell_without_a_unit_of_its_own_takes_that_of_its_table(tmp_path: Path) -> None:
    rows: Rows = [["城市", "单位", 2020], ["苏州市", None, 1], ["松江区", "万元", 2]]
    read = table(tmp_path, rows, labels={"A": "place", "B": "unit"})
    assert [unit for *_, unit, _ in figures(read).values()] == ["亿元", "万元"]


def test_a_row_that_reaches_beyond_the_header_of_a_csv_is_refused_whole(tmp_path: Path) -> None:
    text = "城市,2020,2021\n苏州市,1,782.28,1,750.1\n松江区,2,3,\n"
    read = landed(put(tmp_path / "x.csv", text, card("cross_tab", tables=[cross_tab()])))
    assert list(figures(read)) == ["B3", "C3"]
    assert [(piece.cell_address, piece.rule, piece.cells) for piece in read.rejected] == [
        ("A2", "row_shifted", 5)
    ]


def test_all_columns_of_a_skipped_head_are_skipped_and_a_label_has_one_column(tmp_path: Path) -> None:
    rows: Rows = [["城市", "2020", "增速", "2021", "增速"], ["苏州市", 1, 9, 2, 9]]
    assert list(figures(table(tmp_path, rows, skip_columns=["增速"]))) == ["表!B2", "表!D2"]
    said = card("cross_tab", tables=[cross_tab(sheet="表", labels={"城市": "place", "增速": "ignore"})])
    message = refusal(put_workbook(tmp_path / "y.xlsx", {"表": rows}, said=said))
    assert message == "the card names column '增速', which heads C, E: name one by its letter"


def test_a_number_under_skip_rows_is_that_of_a_row_and_no_label(tmp_path: Path) -> None:
    rows: Rows = [["城市", 2020], ["苏州市", 1], ["2", 2]]
    assert list(figures(table(tmp_path, rows, skip_rows=[2]))) == ["表!B3"]


def test_header_rows_of_one_meaning_are_joined_and_a_text_merged_over_both_is_said_once(
    tmp_path: Path,
) -> None:
    rows: Rows = [
        ["地区", "户籍人口", None, "面积"],
        [None, "男", "女", None],
        [None, "万人", "万人", "平方公里"],
        ["松江区", 1, 2, 3],
    ]
    read = table(
        tmp_path,
        rows,
        ("A1:A3", "B1:C1", "D1:D2"),
        header=["indicator", "indicator", "unit"],
        header_join="_",
        indicator=None,
        unit=None,
        period="2020",
    )
    assert figures(read) == {
        "表!B4": ("松江区", "户籍人口_男", "2020", "万人", "1"),
        "表!C4": ("松江区", "户籍人口_女", "2020", "万人", "2"),
        "表!D4": ("松江区", "面积", "2020", "平方公里", "3"),
    }


def test_labels_may_stand_in_any_column_and_be_merged_over_rows(tmp_path: Path) -> None:
    rows: Rows = [["序号", "年份", "总值"], [1, 2020, 5], [2, None, 6]]
    read = table(
        tmp_path,
        rows,
        ("B2:B3",),
        header=["indicator"],
        label="period",
        label_column=2,
        place="松江区",
        indicator=None,
    )
    assert figures(read)["表!C3"] == ("松江区", "总值", "2020", "亿元", "6")
    assert figures(read)["表!A2"] == ("松江区", "序号", "2020", "亿元", "1")


def test_a_value_merged_over_several_cells_is_one_figure_and_not_several(tmp_path: Path) -> None:
    rows: Rows = [["城市", 2020, 2021], ["苏州市", 7, None], ["松江区", 8, 9], ["附:口径有变", None, None]]
    read = table(tmp_path, rows, ("B2:C2", "A4:C4"))
    assert {address: value for address, (*_, value) in figures(read).items()} == {
        "表!B2": "7",
        "表!B3": "8",
        "表!C3": "9",
    }


def test_a_value_under_no_header_lands_without_that_label(tmp_path: Path) -> None:
    read = table(tmp_path, [["城市", 2020], ["苏州市", 1, 2]])
    assert figures(read)["表!C2"] == ("苏州市", "地区生产总值", "", "亿元", "2")


def test_a_sheet_that_the_card_names_and_the_file_lacks_is_quarantined_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    said = card("cross_tab", tables=[cross_tab(sheet="乙"), cross_tab(sheet="甲")])
    read = landed(put_workbook(tmp_path / "x.xlsx", {"甲": [["城市", 2020], ["苏州市", 1]]}, said=said))
    assert list(figures(read)) == ["甲!B2"]
    assert [piece.rule for piece in read.rejected] == ["sheet_missing"]
    assert read.rejected[0].reason == "the card names sheet '乙', the file has 甲"


def test_a_sheet_named_for_a_csv_is_quarantined(tmp_path: Path) -> None:
    said = card("cross_tab", tables=[cross_tab(sheet="甲")])
    read = landed(put(tmp_path / "x.csv", "城市,2020\n苏州市,1\n", said))
    assert read.rejected[0].reason == "the card names sheet '甲', the file has no sheets"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], {}),
        ([["城市", 2020]], {}),
        ([["城市", 2020], ["苏州市", None]], {}),
    ],
)
def test_a_table_that_gives_no_figure_is_quarantined(
    tmp_path: Path, rows: Rows, said: dict[str, object]
) -> None:
    read = table(tmp_path, rows, **said)
    assert rules(read) == [(None, "table_empty")]
    assert read.landed == 0


@pytest.mark.parametrize(
    ("rows", "said", "left"),
    [
        ([["城市", 2020], ["苏州市", 1]], {"header_row": 99}, ["A1", "B1", "A2", "B2"]),
        ([["城市", 2020], ["注", 1], ["苏州市", 1]], {"notes": "注"}, ["B2", "B3"]),
    ],
)
def test_cells_that_no_table_of_the_card_holds_are_quarantined_one_by_one(
    tmp_path: Path, rows: Rows, said: dict[str, object], left: list[str]
) -> None:
    read = table(tmp_path, rows, **said)
    assert rules(read) == [(None, "table_empty"), *((f"表!{at}", "cell_not_declared") for at in left)]


def test_a_table_without_a_sheet_name_is_the_first_sheet_and_its_addresses_name_it(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"甲": [["城市", 2020], ["苏州市", 1]], "乙": [["城市", 2020], ["苏州市", 2]]}
    said = card("cross_tab", tables=[cross_tab()])
    assert list(figures(landed(put_workbook(tmp_path / "x.xlsx", sheets, said=said)))) == ["甲!B2"]


@pytest.mark.parametrize("other", [cross_tab(sheet="甲"), cross_tab(), cross_tab(sheet="甲", header_row=2)])
def test_two_tables_that_read_the_same_cell_are_refused(tmp_path: Path, other: dict[str, object]) -> None:
    said = card("cross_tab", tables=[cross_tab(sheet="甲"), other])
    rows: Rows = [["城市", 2020], ["苏州市", 1], ["松江区", 2]]
    message = refusal(put_workbook(tmp_path / "x.xlsx", {"甲": rows}, said=said))
    assert message.startswith("two tables of the card read the same cell 甲!B")


def test_a_cross_tab_kept_as_csv_is_read_like_a_sheet_whatever_the_length_of_its_rows(tmp_path: Path) -> None:
    text = '表1\n单位:亿元\n\n城市,2020,2021\n"苏州\n市",1,2,\n松江区,3\n注:x\n杭州市,9,9\n'
    said = card("cross_tab", tables=[cross_tab(header_row=4, unit=None, unit_row=2, notes="注")])
    read = landed(put(tmp_path / "x.csv", text.encode("gb18030"), said))
    assert {address: labels[0] for address, labels in figures(read).items()} == {
        "B5": "苏州\n市",
        "C5": "苏州\n市",
        "B6": "松江区",
    }
    for address, (*_, value) in figures(read).items():
        assert cell_at(tmp_path, f"x.csv#{address}", "gb18030") == value


def test_periods_without_a_year_take_that_of_the_card_and_others_keep_their_own(tmp_path: Path) -> None:
    rows: Rows = [["城市", "1-3月", "２０２０年1-9月", None], ["苏州市", 1, 2, 3]]
    assert [period for _, _, period, *_ in figures(table(tmp_path, rows, year="2021")).values()] == [
        "2021年1-3月",
        "２０２０年1-9月",
        "",
    ]
    text = f"{HEADER}\n松江区,地区生产总值,上半年,1,亿元\n{GOOD_ROW}\n"
    read = landed(put(tmp_path / "x.csv", text, card(year="2021")))
    assert read.columns["period_text"].to_pylist() == ["2021年上半年", "2022"]


def test_a_figure_carries_the_document_that_its_table_cites(tmp_path: Path) -> None:
    document = {"title": "公报", "publisher": "统计局", "published_on": "2023-03", "note": "第3页"}
    read = table(tmp_path, [["城市", 2020], ["苏州市", 1]], document=document, status="final")
    said = {
        key: read.columns[key].to_pylist() for key in (*document, "note_text", "status_text") if key != "note"
    }
    assert said == {
        "title": ["公报"],
        "publisher": ["统计局"],
        "published_on": ["2023-03"],
        "note_text": ["第3页"],
        "status_text": ["final"],
    }


# Registers


def register(folder: Path, text: str, **said: object) -> Landed:
    return landed(put(folder / "x.csv", text, card("register", register="things", **said)))


def test_a_register_gives_every_cell_under_the_name_of_its_column(tmp_path: Path) -> None:
    read = register(tmp_path, "名称,网址\n甲,http://a\n\n乙,\n", url_column="网址")
    names = ("row_no", "column_no", "column_name", "cell_address", "text", "url")
    found = sorted(zip(*(read.columns[name].to_pylist() for name in names), strict=True), key=lambda c: c[:2])
    assert found == [
        (2, 1, "名称", "A2", "甲", "http://a"),
        (2, 2, "网址", "B2", "http://a", "http://a"),
        (4, 1, "名称", "A4", "乙", ""),
        (4, 2, "网址", "B4", "", ""),
    ]
    assert (read.read, read.landed, read.not_data) == (5, 3, 2)


def test_addresses_of_a_register_point_to_the_very_cell(tmp_path: Path) -> None:
    header = ",".join(f"c{n}" for n in range(30))
    lines = [",".join(f'"{row}\n{column}"' for column in range(30)) for row in range(5)]
    read = register(tmp_path, "\n".join([header, lines[0], "ragged", "", *lines[1:]]))
    addresses, texts = (read.columns[name].to_pylist() for name in ("cell_address", "text"))
    assert len(addresses) == 150
    for address, text in zip(addresses, texts, strict=True):
        assert cell_at(tmp_path, f"x.csv#{address}") == text


@pytest.mark.parametrize("header", ["a,a", "a,", "a, a "])
def test_a_register_whose_columns_have_no_name_of_their_own_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(ValueError, match="every column of a register needs a name of its own"):
        register(tmp_path, f"{header}\n1,2\n")


def test_a_url_column_that_is_not_in_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="url_column '网址' is not in the header"):
        register(tmp_path, "名称\n甲\n", url_column="网址")


def test_a_register_of_ragged_rows_only_lands_nothing_and_rejects_all(tmp_path: Path) -> None:
    read = register(tmp_path, "a,b\n1\n1,2,3\n")
    assert (read.read, read.landed, len(read.rejected)) == (4, 0, 2)


def test_a_register_may_have_one_column(tmp_path: Path) -> None:
    assert register(tmp_path, "名称\n甲\n\n乙\n").columns["cell_address"].to_pylist() == ["A2", "A4"]


# Which file may have which layout


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.csv.zip"])
def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_read(tmp_path: Path, name: str) -> None:
    message = refusal(put(tmp_path / name, GOOD_LONG))
    assert message.endswith(
        "are not read, only .csv, .tsv, .xlsx, .xlsm, .xls, .ods, .html, .htm, .parquet, .jsonl, .ndjson"
    )


# Events

CONTRACTS = "编号,日期,转出地,转入地,金额,经办\n"


def events(folder: Path, text: str, **said: object) -> Landed:
    return landed(put(folder / "x.csv", text, card("events", **{"event": "tech_contract", **said})))


def test_a_file_of_events_gives_a_row_an_event_with_all_it_says(tmp_path: Path) -> None:
    text = f"{CONTRACTS}a,2023-01-05,松江区,苏州市,120,甲\n,,,,,\nb,2023-02,杭州,合肥,,乙\n"
    read = events(tmp_path, text, columns={"经办": "ignore"})
    names = ("row_no", "cell_address", "cells", "event_id", "on_text", "from_text", "to_text", "amount_text")
    assert list(zip(*(read.columns[name].to_pylist() for name in names), strict=True)) == [
        (2, "A2", 5, "a", "2023-01-05", "松江区", "苏州市", "120"),
        (4, "A4", 4, "b", "2023-02", "杭州", "合肥", None),
    ]
    assert read.columns["parties_text"].to_pylist() == [None, None]
    # Six heads and two names of clerks are not data.
    assert (read.table, read.read, read.landed, read.not_data) == ("event", 17, 9, 8)


def test_headers_of_events_that_are_not_the_usual_ones_are_named_by_the_card(tmp_path: Path) -> None:
    said = {"专利号": "event_id", "申请日": "on", "申请人地址": "parties"}
    read = events(
        tmp_path, "专利号,申请日,申请人地址\np,2023-01-05,松江;苏州\n", event="patent", columns=said
    )
    assert read.columns["parties_text"].to_pylist() == ["松江;苏州"]


def test_marks_for_no_figure_and_rows_of_ignored_cells_only_are_not_data(tmp_path: Path) -> None:
    text = f"{CONTRACTS}a,2023,松江,苏州,保密,甲\n,,,,,乙\n"
    read = events(tmp_path, text, columns={"经办": "ignore"}, missing=["保密"])
    assert read.columns["amount_text"].to_pylist() == [None]
    assert (read.read, read.landed, read.not_data) == (13, 4, 9)


def test_a_malformed_row_of_events_is_quarantined_and_the_rest_lands(tmp_path: Path) -> None:
    read = events(tmp_path, "日期,转出地,转入地\n2023,松江\n2023,松江,苏州\n")
    assert rules(read) == [("A2", "row_malformed")]
    assert read.columns["cell_address"].to_pylist() == ["A3"]


def test_a_merged_cell_is_read_in_each_event_it_covers_but_an_amount_once(tmp_path: Path) -> None:
    rows: Rows = [
        ["日期", "转出地", "转入地", "金额"],
        ["2023", "松江", "苏州", 8],
        [None, None, "杭州", None],
    ]
    file = put_workbook(
        tmp_path / "x.xlsx", {"s": rows}, ["A2:A3", "B2:B3", "D2:D3"], card("events", event="tech_contract")
    )
    read = landed(file)
    assert read.columns["from_text"].to_pylist() == ["松江", "松江"]
    assert read.columns["amount_text"].to_pylist() == ["8", None]
    assert (read.columns["cells"].to_pylist(), read.landed) == ([4, 1], 5)


@pytest.mark.parametrize(
    ("header", "said", "message"),
    [
        ("转出地,转入地", {}, "no column says on: an event has a day, and from and to or parties"),
        ("日期,转出地", {}, "no column says to: an event has a day, and from and to or parties"),
        ("日期,参与地,转出地", {}, "the header names both parties and an end"),
        ("日期,参与地,经办", {}, "the header has an unknown column '经办' at C"),
        ("日期,参与地,on", {}, "the header names 日期 twice, the second time as 'on'"),
        ("日期,参与地", {"columns": {"处": "ignore"}}, "columns names '处', which the header does not have"),
        ("日期,参与地,单位", {"unit": "万元"}, "unit is given by the card and by a column of the file"),
    ],
)
def test_a_header_that_is_not_one_of_events_is_refused(
    tmp_path: Path, header: str, said: dict[str, object], message: str
) -> None:
    row = ",".join("x" for _ in header.split(","))
    file = put(tmp_path / "x.csv", f"{header}\n{row}\n", card("events", event="patent", **said))
    assert refusal(file).startswith(message)
