"""Pages of lineage and entities: pictures that mislead nobody, data that is no script, a walk by keyboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from flows.reporting.site import build_site
from flows.reporting.site.diagrams import Box, Line, diagram
from flows.reporting.site.pages_lineage import SUBJECTS, script_data
from flows.settings import ROOT
from tests.conftest import Published


def test_a_line_over_several_columns_passes_beside_the_boxes_between() -> None:
    columns = [[Box("dim_place")], [Box(f"fct_{n}", ("# key",)) for n in range(3)], [Box("mart_far")]]
    svg = str(diagram(columns, [Line("dim_place", "mart_far")], "synthetic"))
    boxes = [
        (float(y), float(y) + float(height))
        for y, height in re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="\d+" height="(\d+)"', svg)
    ]
    [path] = re.findall(r'<path d="([^"]+)"', svg)
    [level] = re.findall(r"([\d.]+)h", path)
    assert len(boxes) == 5
    assert not [box for box in boxes[1:4] if box[0] <= float(level) <= box[1]]


def test_every_subject_of_the_marts_has_its_words_in_both_languages() -> None:
    folders = {path.parent.name for path in (ROOT / "dbt_project" / "models" / "marts").glob("*/*.sql")}
    assert folders <= SUBJECTS.keys()


def test_names_in_a_picture_are_text() -> None:
    harmful = "<img src=x onerror=alert(1)>"
    svg = str(
        diagram([[Box(harmful, (harmful,), f'"{harmful}')]], [Line(harmful, harmful, harmful)], harmful)
    )
    assert "<img" not in svg and svg.count("&lt;img") >= 4


def test_data_for_the_script_cannot_end_its_element_and_reads_back_as_it_was() -> None:
    said = {"a": "</script><script>alert(1)</script>", "b": "长三角 & <!-- "}
    text = str(script_data(said))
    assert "<" not in text and "&" not in text
    assert json.loads(text) == said


@pytest.fixture(scope="module")
def site(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "docs"
    build_site(published.paths.current, folder)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_a_column_is_walked_back_by_address_and_by_keyboard_and_nothing_is_asked_of_the_network(
    site: Path, page: Page
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{(site / 'lineage.html').as_uri()}#mart_corridor.share_of_nation")
    assert page.locator("#walk-said code").inner_text() == "mart_corridor.share_of_nation"
    assert "int_member_series.value" in page.locator("#walk-tree").inner_text()
    begins = page.locator("#walk-ends").inner_text()
    assert "statistic" in begins and "value_text" in begins
    # The next column by the arrow key: the address follows, so that it can be passed on.
    page.focus("#walk-column")
    page.keyboard.press("ArrowUp")
    address = page.evaluate("location.hash")
    assert address.startswith("#mart_corridor.") and address != "#mart_corridor.share_of_nation"
    # A step leads on to the column it names, one of an intermediate model too.
    page.locator("#walk-tree a", has_text="int_member_series.value").first.click()
    assert page.evaluate("location.hash").startswith("#int_member_series.value")
    assert page.locator("#walk-said code").inner_text().startswith("int_member_series.value")
    assert said == []
    assert {url.split(":")[0] for url in asked} == {"file"}


def test_the_pages_stay_within_a_phone(site: Path, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for name in ("lineage.html", "entities.html"):
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.locator("svg.tables").first.locator("text").count() > 0
