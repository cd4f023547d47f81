"""The search of the site: what its index holds, and what is found in Chromium, from disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page

from flows.reporting.site import build_site, search
from flows.reporting.site.build import templates
from tests.unit.test_site import HARMFUL, RELEASE

# Names that only the search is tried with; the figures are of the synthetic release.
MORE = """
insert into marts.dim_place values
    ('330400', '嘉兴市', 'Jiaxing', 'prefecture', true, 120.76, 30.77, null, null),
    ('330500', '湖州市', 'Huzhou', 'prefecture', true, 120.09, 30.89, null, null);
insert into marts.dim_document by name
select 'd-3' as document_id, '长三角一体化合成年报' as title, 'unknown' as licence, 'f.csv' as file_path,
    0 as figures, 0 as register_rows, 'cited' as document_kind;
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("searched")
    with duckdb.connect(str(folder / "g60.duckdb")) as connection:
        connection.execute(RELEASE + MORE)
    docs = folder / "docs"
    docs.mkdir()
    build_site(folder / "g60.duckdb", docs)
    field = templates().get_template("search_field.html").render(root="../")
    # A page one folder down with the field alone, so that no other script or style has a part in it.
    (docs / "places" / "try.html").write_text(
        '<!doctype html><html lang="zh-CN" data-lang="zh"><meta charset="utf-8">'
        '<link rel="stylesheet" href="../assets/search.css">' + field + "<textarea></textarea>"
        '<script src="../assets/search_field.js"></script></html>',
        encoding="utf-8",
    )
    return docs


@pytest.fixture(scope="module")
def index(site: Path) -> dict[str, Any]:
    text = (site / "assets" / "search_index.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("window.g60Search=").rstrip().removesuffix(";"))
    return found


@pytest.fixture(scope="module")
def browser_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser_page: Page, site: Path) -> Page:
    browser_page.goto((site / "places" / "try.html").as_uri())
    return browser_page


def ask(page: Page, query: str) -> list[str]:
    """The results of a query, as addresses below the site."""
    page.fill("#search-input", query)
    page.wait_for_selector("#search[data-ready]")
    links = page.eval_on_selector_all(
        "[role=option]", "nodes => nodes.map((node) => node.getAttribute('href'))"
    )
    return [str(link).removeprefix("../") for link in links]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("长三角", "chang san jiao"),
        ("合肥长丰", "he fei chang feng"),
        ("宣城", "xuan cheng"),
        ("芜湖", "wu hu"),
        ("增长率", "zeng zhang lv"),
        ("占比重", "zhan bi zhong"),
        ("北京市朝阳区", "bei jing shi chao yang qu"),
        ("R&D强度", "R & D qiang du"),
    ],
)
def test_names_are_read_as_people_here_read_them(text: str, read: str) -> None:
    assert search.reading(text) == read.split()


def test_only_an_unusual_reading_is_kept_with_an_entry() -> None:
    usual = {"长": "zhang", "三": "san", "角": "jiao"}
    entry = search.Entry("document", "d.html", "长三角", "", "d")
    assert search.packed(entry, usual) == [7, "d.html", "长三角", "", "d", [], {0: "chang"}]
    assert search.packed(entry, usual | {"长": "chang"}) == [7, "d.html", "长三角", "", "d"]


def test_every_entry_and_figure_leads_to_a_page_and_an_anchor(site: Path, index: dict[str, Any]) -> None:
    links = [entry[1] for entry in index["entries"]]
    links += [
        f"indicators/{code}.html#v-{place}-{row.split('=')[0]}"
        for code, of in index["figures"].items()
        for place, rows in of.items()
        for row in rows.split(";")
    ]
    for link in links:
        path, _, anchor = link.partition("#")
        text = (site / path).read_text(encoding="utf-8")
        assert not anchor or "<" in anchor or f'id="{anchor}"' in text, link


def test_a_figure_that_was_not_printed_keeps_its_mark(index: dict[str, Any]) -> None:
    assert index["figures"]["gdp"]["330100"] == "2024=▲ ≥ 21,000 亿元;2022=18,753 亿元"
    assert index["figures"]["gdp_per_head"]["330100"].startswith("2022=◆ ")


def test_nothing_of_the_data_can_end_the_script(site: Path) -> None:
    assert "<" not in (site / "assets" / "search_index.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("嘉兴", "places/330400.html"),
        ("jiaxing", "places/330400.html"),
        ("jx", "places/330400.html"),
        ("Jiaxnig", "places/330400.html"),
        ("330400", "places/330400.html"),
        ("songjiang district", "places/310117.html"),
        ("gdp", "indicators/gdp.html"),
        ("dqsczz", "indicators/gdp.html"),
        ("diqushengchan", "indicators/gdp.html"),
        ("专利", "indicators/patents.html"),
        ("S19", "claims/S19.html"),
        ("mart_corridor", "tables/mart_corridor.html"),
        ("value_low", "tables/fct_indicator.html#columns"),
        ("changsanjiao", "places/G60.html"),
        ("csjyth", "sources/f.csv.html#d-3"),
        ("changsanjiaoyi", "sources/f.csv.html#d-3"),
        ("杭州 GDP 2022", "indicators/gdp.html#v-330100-2022"),
        ("杭州市地区生产总值2022年", "indicators/gdp.html#v-330100-2022"),
        ("hangzhou gdp 2022", "indicators/gdp.html#v-330100-2022"),
        ("gdp hangzhou", "indicators/gdp.html#v-330100-2024"),
        ("２０２２ gdp 松江", "indicators/gdp.html#v-310117-2022"),
    ],
)
def test_a_query_finds_first_what_was_meant(page: Page, query: str, first: str) -> None:
    assert ask(page, query)[:1] == [first]


def test_a_year_without_a_figure_leads_to_no_figure(page: Page) -> None:
    assert not [link for link in ask(page, "杭州 GDP 1999") if "#v-" in link]


def test_what_is_not_there_is_said_to_be_not_there(page: Page) -> None:
    assert ask(page, "qqqqqqqq") == []
    assert page.inner_text("#search-said").strip() == "没有找到"


def test_the_field_is_worked_by_keyboard_alone(page: Page) -> None:
    assert not page.evaluate("'g60Search' in window")
    page.keyboard.press("/")
    field = page.locator("#search-input")
    assert field.evaluate("node => node === document.activeElement") and field.input_value() == ""
    page.wait_for_selector("#search[data-ready]")
    page.keyboard.type("hz")
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowUp")
    last = page.locator("[role=option]").last
    assert field.get_attribute("aria-activedescendant") == last.get_attribute("id")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.count() == 1 and chosen.get_attribute("id") == "search-option-0"
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false" and field.input_value() == "hz"
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    assert field.input_value() == ""
    page.keyboard.type("嘉兴")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/330400.html")


def test_a_stroke_typed_into_another_field_stays_there(page: Page) -> None:
    page.click("textarea")
    page.keyboard.type("a/b")
    assert page.input_value("textarea") == "a/b"


def test_results_are_grouped_by_kind_and_named_in_the_language_chosen(page: Page) -> None:
    ask(page, "杭州 GDP 2022")
    groups = page.locator("[role=listbox] > [role=group]")
    assert groups.count() >= 2
    assert page.locator("[id=search-kind-0]").inner_text() == "数字"
    assert page.locator("[role=option]").first.inner_text().split("\n") == [
        "杭州市 · 地区生产总值 · 2022",
        "18,753 亿元",
    ]
    page.evaluate("document.documentElement.dataset.lang = 'en'")
    assert page.locator("[id=search-kind-0]").inner_text() == "Numbers"
    assert "Hangzhou · Gross domestic product · 2022" in page.locator("[role=option]").first.inner_text()
    ask(page, "changsanjiaoyi")
    assert "长三角一体化合成年报" in page.locator("[role=option]").first.inner_text()


def test_a_name_that_is_markup_is_shown_as_text(page: Page) -> None:
    ask(page, "alert")
    assert HARMFUL in page.locator("[role=listbox]").inner_text()
    assert page.locator("[role=listbox] script").count() == 0
