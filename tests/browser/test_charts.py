"""Charts in Chromium: without eval or network, in the reader's language, leading to pages of the site."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.reporting.charting.embedding import embed, library
from flows.reporting.charting.trends import Point, Series, trend

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ASSETS = Path(__file__).parents[2] / "flows" / "reporting" / "site" / "assets"
HARMFUL = "<img src=x onerror=document.title='fallen'>"
POLICY = "default-src 'none'; script-src file: 'self'; style-src file: 'self' 'unsafe-inline'"


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained of and what it asked the network for."""
    return []


@pytest.fixture
def page(browser: Browser, tmp_path: Path, faults: list[str]) -> Iterator[Page]:
    """A page with one chart of a synthetic place, under a policy that forbids eval and every request."""
    points = [
        Point(2018, 1.0, (f"甲 {HARMFUL}", f"A {HARMFUL}"), href="other.html#v"),
        Point(2020, 2.0, ("", ""), href="other.html"),
    ]
    chart = embed(
        trend([Series(f"甲{HARMFUL}", "A", "0", points)], ("图", "Chart"), ("万人", "10,000 people"))
    )
    shutil.copytree(ASSETS, tmp_path / "assets")
    (tmp_path / "assets" / "vega.js").write_text(library(), encoding="utf-8")
    (tmp_path / "other.html").write_text("<!doctype html><title>other</title>", encoding="utf-8")
    (tmp_path / "index.html").write_text(
        f"""<!doctype html><html data-lang="zh"><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>chart</title>
        <link rel="stylesheet" href="assets/style.css"><link rel="stylesheet" href="assets/charts.css">
        <script src="assets/charts.js" defer></script><div class="chart">{chart}</div>""",
        encoding="utf-8",
    )
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("console", lambda said: faults.append(said.text))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("request", lambda asked: faults.extend([asked.url] * (not asked.url.startswith("file:"))))
    opened.goto((tmp_path / "index.html").as_uri())
    opened.wait_for_selector(".vega svg")
    yield opened
    context.close()


def test_a_chart_is_drawn_without_eval_network_or_fault(page: Page, faults: list[str]) -> None:
    assert page.locator(".vega svg path").count() > 3
    assert faults == []


def test_a_chart_speaks_the_language_of_the_page(page: Page) -> None:
    assert "万人" in str(page.locator(".vega svg").text_content())
    page.evaluate("document.documentElement.dataset.lang = 'en'")
    page.evaluate("document.dispatchEvent(new CustomEvent('g60:lang'))")
    page.wait_for_function("document.querySelector('.vega svg').textContent.includes('10,000 people')")
    assert "万人" not in str(page.locator(".vega svg").text_content())


def test_markup_in_a_name_is_shown_as_text_and_run_by_nobody(page: Page) -> None:
    assert HARMFUL in str(page.locator(".vega svg").text_content())
    page.locator(".mark-symbol path").first.hover(force=True)
    assert HARMFUL in page.locator(".chart-tip").inner_text()
    assert page.title() == "chart" and page.locator("img").count() == 0


def test_a_click_on_a_point_leads_to_its_page(page: Page) -> None:
    page.locator(".mark-symbol path").first.click(force=True)
    page.wait_for_url("**/other.html#v")
