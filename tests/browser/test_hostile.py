"""A release whose raw files were written by somebody who means harm, opened in a browser."""

from __future__ import annotations

from pathlib import Path

import duckdb
from playwright.sync_api import Browser, Dialog

from flows.reporting.site import build_site
from tests.unit.test_site import RELEASE

IMAGE = "<img src=x onerror=alert(1)>"


def test_markup_in_names_documents_and_cells_is_shown_as_text_and_never_run(
    browser: Browser, tmp_path: Path
) -> None:
    with duckdb.connect(str(tmp_path / "g60.duckdb")) as connection:
        connection.execute(RELEASE)
        connection.execute("update marts.dim_place set name_en = ?, name_zh = name_zh || ?", [IMAGE, IMAGE])
        connection.execute("update marts.dim_indicator set name_zh = name_zh || ?", [IMAGE])
        connection.execute("update marts.dim_document set title = ?, publisher = ?", [IMAGE, IMAGE])
    docs = tmp_path / "docs"
    docs.mkdir()
    build_site(tmp_path / "g60.duckdb", docs)
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page = browser.new_context(locale="en-US").new_page()
    page.on("dialog", note)
    names = ["index.html", "places/330100.html", "indicators/gdp.html", "documents.html", "network.html"]
    for name in [*names, "tables/dim_place.html", "claims.html", "examples.html", "lineage.html"]:
        page.goto((docs / name).as_uri())
        for chart in page.locator(".vega").all():
            chart.scroll_into_view_if_needed()
            chart.locator("svg").wait_for()
        page.keyboard.press("/")
        page.keyboard.insert_text("330100")
        page.wait_for_timeout(200)
        assert page.locator("img").count() == 0, name
        page.keyboard.press("Escape")
    page.goto((docs / "places/330100.html").as_uri())
    assert IMAGE in page.locator("h1").inner_text()
    assert dialogs == []
