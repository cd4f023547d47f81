"""What a reader does on the docs site: looks around, changes language, follows a number to its cell."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect

from flows.release.current import require_release
from tests.browser.conftest import PHONE, Open
from tests.conftest import Published

# One page of every kind.
KINDS = [
    "index.html",
    "places/330100.html",
    "indicators/gdp.html",
    "tables/fct_indicator.html",
    "claims/S02.html",
    "claims.html",
    "documents.html",
    "release.html",
    "metrics.html",
    "examples.html",
    "exports.html",
    "access.html",
    "indicators.html",
    "tables.html",
    "lineage.html",
    "entities.html",
    "index_uncertainty.html",
    "index_explained.html",
    "coordination.html",
    "chains.html",
    "network.html",
    "registers.html",
    "method.html",
    "validation.html",
    "quality.html",
    "growth.html",
    "places/341700.html",
    "indicators/co_inventions_elsewhere.html",
]


def draw_all(page: Page) -> int:
    """Scroll through the page until each of its charts is drawn; how many there are."""
    charts = page.locator(".vega")
    for number in range(charts.count()):
        if charts.nth(number).is_visible():
            charts.nth(number).scroll_into_view_if_needed()
            expect(charts.nth(number).locator("svg")).to_be_visible()
    return charts.count()


@pytest.mark.parametrize("name", KINDS)
def test_a_page_shows_itself_whole_on_a_phone_without_complaint_or_network(
    open_page: Open, name: str
) -> None:
    page = open_page(name, screen=PHONE)
    expect(page.locator("h1")).to_be_visible()
    draw_all(page)
    # What is wider than the screen scrolls by itself; the page never does.
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_source_page_shows_itself_on_a_phone_too(open_page: Open, site: Path) -> None:
    name = max((site / "sources").iterdir(), key=lambda path: path.stat().st_size).name
    page = open_page(f"sources/{name}", screen=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_language_is_the_readers_until_the_switch_says_otherwise(open_page: Open) -> None:
    page = open_page("places/330100.html", locale="en-US")
    heading = page.locator("h1")
    expect(heading.locator('[lang="en"]')).to_be_visible()
    expect(heading.locator('[lang="zh-CN"]')).to_be_hidden()
    page.locator("#language").click()
    expect(heading.locator('[lang="zh-CN"]')).to_be_visible()
    expect(heading.locator('[lang="en"]')).to_be_hidden()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_the_language_chosen_stays_on_the_next_page(open_page: Open) -> None:
    page = open_page("index.html", locale="zh-CN")
    page.locator("#language").click()
    page.locator(".brand").click()
    page.wait_for_load_state()
    expect(page.locator('h1 [lang="en"]')).to_be_visible()


def test_a_language_may_be_asked_for_in_the_address(open_page: Open) -> None:
    page = open_page("index.html", locale="zh-CN")
    page.goto(page.url + "?lang=en")
    expect(page.locator('h1 [lang="en"]')).to_be_visible()
    expect(page.locator('h1 [lang="zh-CN"]')).to_be_hidden()


def test_the_colours_are_the_systems_until_the_switch_says_otherwise(open_page: Open) -> None:
    page = open_page("index.html", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    light = page.evaluate(paper)
    assert dark != light
    page.locator("#theme").click()
    assert page.evaluate(paper) == dark


def test_the_menus_work_by_keyboard(open_page: Open) -> None:
    page = open_page("index.html")
    page.locator("details.menu summary").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.menu").nth(1).locator("a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert "index_uncertainty.html" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Escape")
    expect(page.locator("details.menu").nth(1).locator("a").first).to_be_hidden()


def test_only_one_menu_is_open_and_it_leads_to_its_page(open_page: Open) -> None:
    page = open_page("index.html", locale="en-US")
    menus = page.locator("details.menu")
    menus.nth(0).locator("summary").click()
    menus.nth(3).locator("summary").click()
    expect(menus.nth(0).locator("a").first).to_be_hidden()
    menus.nth(3).get_by_role("link", name="Quality").click()
    page.wait_for_load_state()
    assert page.url.endswith("/quality.html")


def test_a_chart_is_drawn_in_the_language_and_colours_of_the_page(open_page: Open) -> None:
    page = open_page("indicators/gdp.html", locale="zh-CN")
    assert draw_all(page) >= 1
    chart = page.locator(".vega svg").first
    expect(chart).to_contain_text("苏州")
    assert chart.locator("path").count() > 20
    page.locator("#language").click()
    expect(page.locator(".vega svg").first).to_contain_text("Suzhou")
    expect(page.locator(".vega svg").first).not_to_contain_text("苏州")


def test_a_number_is_followed_from_its_place_to_the_cell_that_printed_it(
    open_page: Open, published: Published
) -> None:
    page = open_page("places/320500.html")
    page.locator('a[href*="indicators/gdp.html#v-320500-2022"]').first.click()
    page.wait_for_load_state()
    row = page.locator("#v-320500-2022")
    expect(row).to_be_in_viewport()
    address = row.locator("a code.cell").first.inner_text()
    with duckdb.connect(str(require_release(published.paths).database), read_only=True) as connection:
        printed, unit, text = connection.execute(
            """
            select o.value_as_printed, o.unit_as_printed, r.value_text
            from marts.fct_observation as o inner join raw.statistic as r using (cell_address)
            where o.cell_address = ? and o.place_code = '320500'
            """,
            [address],
        ).fetchall()[0]
    expect(row).to_contain_text(printed)
    row.locator("a:has(code.cell)").first.click()
    page.wait_for_load_state()
    assert "/sources/" in page.url
    cell = page.locator(":target")
    expect(cell).to_be_in_viewport()
    expect(cell).to_contain_text(text)
    assert unit


def test_a_score_of_an_earlier_year_is_followed_to_its_parts_and_to_a_cell(open_page: Open) -> None:
    page = open_page("index.html")
    page.locator('a[href="places/320500.html#index-2020"]').first.click()
    page.wait_for_load_state()
    parts = page.locator("#index-2020")
    expect(parts).to_be_in_viewport()
    expect(parts).to_be_visible()
    parts.locator('a[href*="#v-320500-2020"]').first.click()
    page.wait_for_load_state()
    row = page.locator(":target")
    expect(row).to_be_in_viewport()
    expect(row.locator("code.cell").first).to_be_visible()


def test_the_way_back_of_a_column_is_shown_at_its_address(open_page: Open) -> None:
    page = open_page("lineage.html#fct_indicator.value")
    expect(page.locator("main")).to_contain_text("int_indicator")


def test_without_script_both_languages_are_there(open_page: Open) -> None:
    page = open_page("places/330100.html", java_script_enabled=False)
    expect(page.locator('h1 [lang="zh-CN"]')).to_be_visible()
    expect(page.locator('h1 [lang="en"]')).to_be_visible()


@pytest.mark.parametrize(
    "name",
    ["index.html", "metrics.html", "places/341700.html", "index_explained.html", "indicators/gdp.html"],
)
def test_no_word_of_the_other_language_is_left_in_english(open_page: Open, name: str) -> None:
    page = open_page(name, locale="en-US")
    stray = page.evaluate("""() => {
        const found = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode, owner = node.parentElement;
            if (!/[\\u4e00-\\u9fff]/.test(node.textContent)) continue;
            if (owner.closest('[lang^=zh], script, noscript, code, pre')) continue;
            if (owner.checkVisibility()) found.push(node.textContent.trim());
        }
        return found;
    }""")
    assert stray == []


@pytest.mark.parametrize(
    ("asked", "locale", "shown"),
    [
        ("嘉兴", "zh-CN", "嘉兴市"),
        ("jiaxing", "zh-CN", "嘉兴市"),
        ("jx", "zh-CN", "嘉兴市"),
        ("jiaxing", "en-US", "Jiaxing"),
        ("patnets", "en-US", "Patents granted"),
        ("changsanjiao", "zh-CN", "长三角"),
        ("share_of_nation", "en-US", "Share of the nation"),
    ],
)
def test_a_thing_is_found_by_its_name_its_pinyin_or_its_code(
    open_page: Open, asked: str, locale: str, shown: str
) -> None:
    page = open_page("quality.html", locale=locale)
    page.keyboard.press("/")
    page.keyboard.insert_text(asked)
    expect(page.locator("#search-results [role=option]").first).to_contain_text(shown)


def test_a_number_is_found_by_place_indicator_and_year_and_leads_to_its_certificate(
    open_page: Open,
) -> None:
    page = open_page("claims/S02.html", locale="zh-CN")
    page.keyboard.press("/")
    page.keyboard.insert_text("杭州 GDP 2023")
    expect(page.locator("#search-results [role=option]").first).to_contain_text("20,059")
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators/gdp.html#v-330100-2023")
    expect(page.locator("#v-330100-2023")).to_be_in_viewport()


def test_what_is_typed_into_the_search_is_never_markup(open_page: Open) -> None:
    page = open_page("quality.html")
    page.keyboard.press("/")
    page.keyboard.insert_text("<img src=x onerror=alert(1)>")
    page.wait_for_timeout(300)
    assert page.locator("#search-results img").count() == 0
