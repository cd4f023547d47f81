"""Cards: every fault is told with the key it lies in."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.landing.cards import Card, card_path, load_card, schema
from flows.settings import ROOT

from .files import card, cross_tab, put

RAW_CARDS = sorted((ROOT / "raw").rglob("*.yaml"))


def loaded(folder: Path, said: dict[str, object] | str) -> Card:
    return load_card(card_path(put(folder / "x.csv", "", said)))


def fault(folder: Path, said: dict[str, object] | str) -> str:
    with pytest.raises(ValueError) as caught:
        loaded(folder, said)
    message = str(caught.value)
    assert "\n" not in message
    return message


def without(key: str) -> dict[str, object]:
    return {name: value for name, value in card().items() if name != key}


@pytest.mark.parametrize("path", RAW_CARDS, ids=lambda path: path.relative_to(ROOT / "raw").as_posix())
def test_every_card_in_the_repository_validates_and_has_its_file(path: Path) -> None:
    assert load_card(path).title
    assert path.with_suffix("").is_file()


def test_the_published_schema_is_that_of_the_cards() -> None:
    published = ROOT / "flows" / "landing" / "card.schema.json"
    assert published.read_text(encoding="utf-8") == schema()


def test_there_are_cards_in_the_repository() -> None:
    assert RAW_CARDS


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    assert fault(tmp_path, card(licence_note="CC")) == "unknown key 'licence_note'"


def test_an_unknown_key_of_a_table_is_named_with_its_place(tmp_path: Path) -> None:
    said = card("cross_tab", tables=[cross_tab(header_rows=2)])
    assert fault(tmp_path, said) == "unknown key 'tables.0.header_rows'"


@pytest.mark.parametrize("key", ["title", "title_en", "accessed_on", "licence", "layout"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    assert fault(tmp_path, without(key)) == f"key '{key}' is missing"


def test_all_faults_of_a_card_are_told_at_once(tmp_path: Path) -> None:
    message = fault(tmp_path, {**without("licence"), "licens": "x", "layout": "wide"})
    assert "key 'licence' is missing" in message
    assert "unknown key 'licens'" in message
    assert "'layout'" in message


def test_a_cross_tab_without_tables_is_refused(tmp_path: Path) -> None:
    assert "tables must be given for layouts cross_tab" in fault(tmp_path, card("cross_tab"))


@pytest.mark.parametrize("layout", ["long", "register"])
def test_tables_are_refused_for_other_layouts(tmp_path: Path, layout: str) -> None:
    said = card(layout, tables=[cross_tab()], register="r")
    assert "tables must be given for layouts cross_tab" in fault(tmp_path, said)


def test_a_register_needs_its_name_and_only_a_register_has_one(tmp_path: Path) -> None:
    assert "register must be given for layout register" in fault(tmp_path, card("register"))
    assert "and only for it" in fault(tmp_path, card("long", register="r"))


def test_a_register_name_must_suit_as_a_name_in_sql(tmp_path: Path) -> None:
    assert fault(tmp_path, card("register", register="规划 目标")).startswith("'register'")


def test_events_need_their_kind_and_only_events_have_one(tmp_path: Path) -> None:
    message = "'card': event must be given for layout events, and only for it"
    assert fault(tmp_path, card("events")) == message
    assert fault(tmp_path, card("long", event="patent")) == message


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (card("long", separator=";"), "separator must be given for layout events only"),
        (card("events", event="patent", period="2023"), "period has no meaning for layout events"),
        (
            card("events", event="patent", columns={"a": "value"}),
            "a column of layout events does not hold value",
        ),
        (card("long", columns={"a": "parties"}), "a column of layout long does not hold parties"),
        (
            card("register", register="x", columns={"a": "on"}),
            "columns must be given for layouts long and events only",
        ),
    ],
)
def test_keys_of_one_layout_are_refused_for_another(
    tmp_path: Path, said: dict[str, object], message: str
) -> None:
    assert fault(tmp_path, said) == f"'card': {message}"


@pytest.mark.parametrize(
    ("table", "part"),
    [
        (cross_tab(period="2020"), "period"),
        (cross_tab(header=["ignore"]), "period"),
        (cross_tab(label="indicator"), "place"),
        (cross_tab(indicator=None), "indicator"),
    ],
)
def test_each_label_of_a_table_has_exactly_one_source(
    tmp_path: Path, table: dict[str, object], part: str
) -> None:
    message = fault(tmp_path, card("cross_tab", tables=[table]))
    assert message.startswith("'card': table 1: ")
    assert f"{part} must come from exactly one of" in message


def test_a_header_row_that_is_no_number_is_named(tmp_path: Path) -> None:
    message = fault(tmp_path, card("cross_tab", tables=[cross_tab(header_row="third")]))
    assert message.startswith("'tables.0.header_row'")


def test_dates_and_numbers_in_a_card_stay_as_typed(tmp_path: Path) -> None:
    text = (
        "title: 2.10\ntitle_en: yes\npublished_on: 2023\n"
        "accessed_on: 2026-11-23\nlicence: 010\nlayout: long\n"
    )
    read = loaded(tmp_path, text)
    assert (read.title, read.title_en, read.licence) == ("2.10", "yes", "010")
    assert (read.published_on, read.accessed_on) == ("2023", "2026-11-23")


@pytest.mark.parametrize("empty", ["url:", "url: null", "url: ~"])
def test_an_empty_value_means_nothing_is_said(tmp_path: Path, empty: str) -> None:
    text = f"{empty}\ntitle: t\ntitle_en: t\naccessed_on: 2026-11-23\nlicence: x\nlayout: long\n"
    assert loaded(tmp_path, text).url is None


@pytest.mark.parametrize("date", ["2023-13", "2023-02-30", "20230401", "2023-4-1", "昨天", "2023-W01-1"])
def test_a_date_that_the_calendar_does_not_know_is_refused_by_its_key(tmp_path: Path, date: str) -> None:
    assert fault(tmp_path, card(published_on=date)).startswith("'published_on': ")


@pytest.mark.parametrize("date", ["2023", "2023-04", "2023-04-01"])
def test_a_date_may_be_a_year_a_month_or_a_day(tmp_path: Path, date: str) -> None:
    assert loaded(tmp_path, card(published_on=date)).published_on == date


@pytest.mark.parametrize(
    "text", ["title: [", "\ttitle: t", "a: b: c", "title: t\n---\ntitle: t", "title: \x00", "[" * 500]
)
def test_a_card_that_is_not_yaml_is_refused(tmp_path: Path, text: str) -> None:
    assert fault(tmp_path, text).startswith("the card is not YAML")


@pytest.mark.parametrize("text", ["", "# only a remark", "- a\n- b", "some words"])
def test_a_card_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert fault(tmp_path, text) == "the card is empty or not a mapping of keys to values"


def test_a_card_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.yaml"
    path.write_bytes("title: 松江统计年鉴".encode("gb18030"))
    with pytest.raises(ValueError, match="the card is not YAML"):
        load_card(path)


def test_a_key_given_twice_is_named_since_one_of_the_two_would_be_lost(tmp_path: Path) -> None:
    text = """
title: t
title_en: t
accessed_on: 2026-11-23
licence: x
layout: cross_tab
tables:
- sheet: 甲
  header_row: 1
  header: [period]
  indicator: i
  sheet: 乙
"""
    assert fault(tmp_path, text) == "key 'sheet' is given twice"


def test_half_a_character_in_a_card_is_refused_by_its_key(tmp_path: Path) -> None:
    text = 'title: "\\ud800"\ntitle_en: t\naccessed_on: 2026-11-23\nlicence: x\nlayout: long\n'
    assert fault(tmp_path, text).startswith("'title': ")
