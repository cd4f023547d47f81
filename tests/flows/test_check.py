"""A dry run says what a refresh would do, file by file, and touches nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.fingerprint import fingerprint
from flows.settings import ROOT, Paths
from tests.conftest import g60_here
from tests.unit.landing.files import HEADER, card, put

MIXED = f"""{HEADER}
杭州市,地区生产总值,2024,21860,万元
杭洲市,地区生产总值,2024,21860,亿元
杭州市,地区生产总值,2024,较快增长,亿元
杭州市,常住人口,2024,…,万人
杭州市,常住人口,2024,1262.4,万人
"""


def test_a_mixed_file_is_told_cell_by_cell_and_ends_with_status_1(
    tmp_path: Path,
) -> None:
    put(tmp_path / "inbox" / "hangzhou.csv", MIXED, card(title="合成数据 synthetic"))

    run = g60_here("check", tmp_path / "inbox" / "hangzhou.csv")

    assert run.returncode == 1
    for said in (
        "inbox/hangzhou.csv (long, csv, utf-8): 30 cells read, 5 landed, 0 quarantined, 25 not data",
        "1262.4",
        "1 are marks for no figure",
        "inbox/hangzhou.csv#D2 '21860' [magnitude_slip]: 21860 万元 would be 2.186 亿元; "
        "2023 has 20059 亿元: unit?; perhaps 21860 亿元;",
        "inbox/hangzhou.csv#D3 '21860' [unknown_place]: the place is not known: 杭洲市; "
        "perhaps 杭州市 (330100);",
        "inbox/hangzhou.csv#D4 '较快增长' [text_for_number]: the value is a text, not a number;",
        "verdict  a refresh would not publish: 60.0% of its figures are refused, its card allows 10%",
    ):
        assert said in run.stdout
    assert run.stderr == ""


def test_a_raw_file_of_the_repository_passes_and_nothing_is_touched() -> None:
    before = fingerprint(Paths())
    run = g60_here("check", ROOT / "raw" / "songjiang" / "indicators.csv")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "songjiang/indicators.csv (long, csv, utf-8): 205 cells read, 21 landed" in run.stdout
    assert "verdict  a refresh would take it in: 0.0% of its figures are refused" in run.stdout
    assert fingerprint(Paths()) == before


def test_a_file_from_elsewhere_with_a_drafted_card_stands_in_for_the_raw_file_of_its_name(
    tmp_path: Path,
) -> None:
    file = tmp_path / "songjiang" / "indicators.csv"
    file.parent.mkdir()
    shutil.copy(ROOT / "raw" / "songjiang" / "indicators.csv", file)
    drafted = g60_here("add", file)
    assert drafted.returncode == 0, drafted.stderr
    assert "draft: true" in drafted.stdout
    assert "review it, then run g60 check" in drafted.stdout

    run = g60_here("check", file)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "judged in place of the raw file of the same name, raw/songjiang/indicators.csv" in run.stdout
    assert "verdict  good but for its card, a draft: fill in title_en and delete the line" in run.stdout


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    file = put(tmp_path / "inbox" / "broken.xlsx", b"this is no workbook")
    run = g60_here("check", file)
    assert run.returncode == 1
    assert "inbox/broken.xlsx: nothing of it would land" in run.stdout
    assert "[file_unreadable]: the workbook cannot be opened" in run.stdout


@pytest.mark.parametrize("command", ["check", "add"])
def test_a_file_that_is_not_there_ends_in_one_sentence(tmp_path: Path, command: str) -> None:
    run = g60_here(command, tmp_path / "nowhere.csv")
    assert run.returncode == 1
    assert run.stderr.startswith("error there is no such file")
    assert run.stderr.count("\n") == 1


def test_a_file_of_events_is_told_event_by_event(tmp_path: Path) -> None:
    rows = "a,2023-01-05,松江区,苏州市,120\nb,2023-01-06,苏州,苏州市,5\nc,2023,苏洲,杭州,5\n"
    said = card("events", title="合成数据 synthetic", event="tech_contract", unit="万元")
    put(tmp_path / "inbox" / "contracts.csv", f"编号,日期,转出地,转入地,金额\n{rows}", said)

    run = g60_here("check", tmp_path / "inbox" / "contracts.csv")

    assert run.returncode == 1
    for told in (
        "inbox/contracts.csv (events, csv, utf-8): 20 cells read, 15 landed, 0 quarantined, 5 not data",
        "would land: 1 events between places",
        "310117 → 320500",
        "'苏州 – 苏州市' [link_to_itself]: the link leads from a place to itself: 苏州 – 苏州市",
        "'苏洲' [unknown_place]: the place is not known: 苏洲",
        "verdict  a refresh would not publish: 66.7% of its figures are refused, its card allows 10%",
    ):
        assert told in run.stdout
    assert run.stderr == ""


def test_a_drafted_list_of_events_says_which_layout_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "inbox" / "contracts.csv"
    file.parent.mkdir()
    file.write_text("编号,转出地,转入地,经办\na,松江区,苏州市,甲\n", encoding="utf-8")
    run = g60_here("add", file)
    assert run.returncode == 0, run.stderr
    assert "layout: events with event: <kind> reads them" in run.stdout
