"""How long the site and the exports of a release take, and how soon and how heavy its start page is.

Medians; the build of the site beside a bare reading of all that it says, in one run.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

import duckdb
from playwright.sync_api import Request, sync_playwright

from flows.exporting import write
from flows.release.current import require_release
from flows.reporting.site.build import EVERY_QUERY, build_site, templates
from flows.reporting.site.facts import read_facts
from flows.settings import paths
from tests.benchmarks.refresh import ROUNDS

PAINT = """() => new Promise((done) => {
    const first = performance.getEntriesByName("first-contentful-paint")[0];
    if (first) return done(first.startTime);
    new PerformanceObserver((list) => {
        const found = list.getEntriesByName("first-contentful-paint")[0];
        if (found) done(found.startTime);
    }).observe({ type: "paint", buffered: true });
})"""


def median(work: Callable[[Path], None]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            work(Path(folder))
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def start_page(site: Path) -> tuple[int, float, float]:
    """Bytes of the start page with all it loads; milliseconds until it shows, and until it is loaded."""
    weights, paints, loads = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(ROUNDS):
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            asked: list[Request] = []
            page.on("request", partial(list.append, asked))
            page.goto((site / "index.html").as_uri())
            page.locator(".vega svg").first.wait_for()
            page.wait_for_timeout(500)
            paints.append(page.evaluate(PAINT))
            loads.append(
                page.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart")
            )
            files = {Path(request.url.removeprefix("file://")) for request in asked}
            weights.append(sum(file.stat().st_size for file in files))
            page.context.close()
        browser.close()
    return max(weights), statistics.median(paints), statistics.median(loads)


def main() -> None:
    release = require_release(paths())
    templates()

    def read(_: Path) -> None:
        with duckdb.connect(str(release.database), read_only=True) as connection:
            read_facts(connection, EVERY_QUERY)

    def without_workbook(folder: Path) -> None:
        with patch.object(write, "write_workbook"):
            write.export(release.database, folder)

    reading = median(read)
    building = median(lambda folder: build_site(release.database, folder))
    exporting = median(lambda folder: write.export(release.database, folder))
    plain = median(without_workbook)
    weight, paint, load = start_page(release.docs.parent)
    print("| work | against | seconds | ratio | goal |")
    print("|---|---|---|---|---|")
    print(
        f"| site of a release | reading all it says {reading:.2f} s | {building:.2f} | "
        f"{building / reading:.1f} | < 8 s |"
    )
    print(
        f"| exports of a release | without the workbook {plain:.2f} s | {exporting:.2f} | "
        f"{exporting / plain:.1f} | |"
    )
    print(
        f"| start page, first paint | its load {load / 1000:.2f} s | {paint / 1000:.2f} | "
        f"{paint / load:.1f} | < 1 s |"
    )
    print(f"| start page, weight | 1.5 MB | {weight / 1e6:.2f} MB | {weight / 1.5e6:.2f} | < 1.5 MB |")


if __name__ == "__main__":
    main()
