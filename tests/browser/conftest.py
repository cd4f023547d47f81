"""The docs site of a real release, opened from disk in Debian's Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
)

from flows.release.current import require_release
from tests.conftest import Published

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def site(published: Published) -> Path:
    """The folder of the site."""
    return require_release(published.paths).docs.parent


class Watch:
    """What a page must never do: complain, or ask for anything that is not on the disk."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def follow(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.listen(page, said))
        page.on("request", lambda asked: self.hear(page, asked.url))
        page.on("requestfailed", lambda asked: self.miss(page, asked))
        return page

    def listen(self, page: Page, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.note(page, said.text)

    def hear(self, page: Page, address: str) -> None:
        if address.split(":")[0] not in LOCAL:
            self.note(page, address)

    def miss(self, page: Page, asked: Request) -> None:
        if asked.failure != LEFT:
            self.note(page, f"not there: {asked.url}")

    def note(self, page: Page, text: str) -> None:
        self.faults.append(f"{page.url}: {text}")


# What the browser says of a request that a reader walked away from.
LEFT = "net::ERR_ABORTED"
LOCAL = ("file", "data", "blob", "about")


@pytest.fixture
def open_page(browser: Browser, site: Path) -> Iterator[Open]:
    """Opens a page of the site as a reader of a language, with a screen and a scheme of colours.

    After the test no page may have complained or asked the network for anything.
    """
    watch, contexts = Watch(), []

    def open_(name: str, *, locale: str = "zh-CN", screen: ViewportSize = DESKTOP, **more: Any) -> Page:
        context = browser.new_context(locale=locale, viewport=screen, **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = watch.follow(context.new_page())
        path, _, fragment = name.partition("#")
        page.goto(f"{(site / path).as_uri()}{'#' + fragment if fragment else ''}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert watch.faults == []
