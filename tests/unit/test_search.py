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

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"

# What only the search is tried with: indicators and their words as the seeds have them, other names and the
# figures made up.
MORE = f"""
insert into marts.dim_indicator by name
select indicator_code, name_zh, name_en, definition_zh, definition_en, base_unit as unit, '' as unit_en,
    measure, domain, is_additive
from read_csv('{SEEDS / "indicator.csv"}', header = true, all_varchar = true) as s
anti join marts.dim_indicator as i using (indicator_code);
insert into staging.indicator_word from read_csv('{SEEDS / "indicator_word.csv"}', header = true);
insert into marts.dim_place values
    ('330400', '嘉兴市', 'Jiaxing', 'prefecture', true, 120.76, 30.77, null, null),
    ('330500', '湖州市', 'Huzhou', 'prefecture', true, 120.09, 30.89, null, null),
    ('320500', '苏州市', 'Suzhou', 'prefecture', true, 120.62, 31.3, null, null),
    ('330700', '金华市', 'Jinhua', 'prefecture', true, 119.65, 29.08, null, null),
    ('340200', '芜湖市', 'Wuhu', 'prefecture', true, 118.38, 31.33, null, null);
insert into marts.dim_document by name
select *, 'unknown' as licence, 'f.csv' as file_path, 0 as figures, 0 as register_rows,
    'cited' as document_kind
from (values
    ('d-3', '长三角一体化合成年报'), ('d-4', '生产总值核算办法'), ('d-5', '专精特新名单'),
    ('d-6', '财政收入季报'), ('d-7', '嘉兴统计')
) as t (document_id, title);
insert into marts.mart_claim
select * replace ('S20' as claim_id, '进出口占全国' as statement_zh)
from marts.mart_claim where claim_id = 'S19';
insert into marts.fct_indicator
select * replace ('320500' as place_code, 'rd_expenditure' as indicator_code)
from marts.fct_indicator where place_code = '330100' and indicator_code = 'gdp' and period = '2022';
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


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("经济总量", "indicators/gdp.html"),
        ("国内生产总值", "indicators/gdp.html"),
        ("财政收入", "indicators/fiscal_revenue.html"),
        ("财政收", "indicators/fiscal_revenue.html"),
        ("caizhengshouru", "indicators/fiscal_revenue.html"),
        ("高新企业", "indicators/hitech_enterprises.html"),
        ("高企", "indicators/hitech_enterprises.html"),
        ("实际使用外资", "indicators/fdi_actual.html"),
        ("研发投入", "indicators/rd_expenditure.html"),
        ("研发经费", "indicators/rd_expenditure.html"),
        ("研發經費", "indicators/rd_expenditure.html"),
        ("研发强度", "indicators/rd_intensity.html"),
        ("research and development", "indicators/rd_expenditure.html"),
        ("R&D强度", "indicators/rd_intensity.html"),
        ("Urbanisation", "indicators/urban_share.html"),
        ("urbanization rate", "indicators/urban_share.html"),
        ("嘉興", "places/330400.html"),
        ("蘇州", "places/320500.html"),
        ("蕪湖市", "places/340200.html"),
        ("金華", "places/330700.html"),
        ("蘇州 研發投入", "indicators/rd_expenditure.html#v-320500-2022"),
        ("苏州研发投入", "indicators/rd_expenditure.html#v-320500-2022"),
        ("suzhou research and development", "indicators/rd_expenditure.html#v-320500-2022"),
        ("下载", "exports.html"),
        ("download", "exports.html"),
        ("COINr", "index_uncertainty.html#check"),
    ],
)
def test_a_thing_is_found_by_the_name_readers_give_it(page: Page, query: str, first: str) -> None:
    assert ask(page, query)[:1] == [first]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("苏州 高企", {"places/320500.html", "indicators/hitech_enterprises.html"}),
        ("杭州 研发强度", {"places/330100.html", "indicators/rd_intensity.html"}),
        ("嘉兴财政收入", {"places/330400.html", "indicators/fiscal_revenue.html"}),
    ],
)
def test_where_there_is_no_figure_the_place_and_the_indicator_are_still_found(
    page: Page, query: str, named: set[str]
) -> None:
    assert named <= set(ask(page, query))


@pytest.mark.parametrize(
    ("query", "last"),
    [
        ("生产总值", "sources/f.csv.html#d-4"),
        ("专精特新", "sources/f.csv.html#d-5"),
        ("嘉兴", "sources/f.csv.html#d-7"),
        ("进出口", "claims/S20.html"),
    ],
)
def test_a_named_place_or_indicator_stands_before_claims_and_sources(
    page: Page, query: str, last: str
) -> None:
    found = ask(page, query)
    assert found[0].startswith(("places/", "indicators/"))
    assert max(
        n for n, link in enumerate(found) if link.startswith(("places/", "indicators/"))
    ) < found.index(last)


def test_an_alias_bound_to_one_source_is_no_name_elsewhere(index: dict[str, Any]) -> None:
    patents = next(entry for entry in index["entries"] if entry[4] == "patents")
    assert "合计" not in str(patents)


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
