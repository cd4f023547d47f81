"""A PDF of a page by a browser that the machine has; nothing is installed for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from flows.errors import G60Error

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
NAMED_BY = "G60_BROWSER"
MOST_SECONDS = 90


def find_browser() -> str | None:
    """The browser named by G60_BROWSER, else the first of the known ones."""
    if named := os.environ.get(NAMED_BY):
        return shutil.which(named)
    return next((found for name in (*NAMES, *PLACES) if (found := shutil.which(name))), None)


def require_browser() -> str:
    """The browser, or a sentence that says how to do without."""
    if found := find_browser():
        return found
    remedy = f"install Chromium, Chrome or Edge, name one by {NAMED_BY}, or print the page of --format html"
    raise G60Error("no browser to make the PDF", os.environ.get(NAMED_BY) or "PATH", remedy)


def print_pdf(browser: str, page: Path, pdf: Path) -> None:
    """Print a page into a PDF with a profile of its own, so that no open browser is touched."""
    with tempfile.TemporaryDirectory(prefix="g60-browser-") as profile:
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            page.resolve().as_uri(),
        ]
        # The sandbox of the browser refuses to start for root.
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        remedy = f"take --format html and print it yourself, or name another browser by {NAMED_BY}"
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise G60Error(f"no PDF after {MOST_SECONDS} s", browser, remedy) from error
        except OSError as error:
            raise G60Error(f"the browser does not start: {error}", browser, remedy) from error
        if done.returncode or not pdf.is_file() or not pdf.stat().st_size:
            said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
            raise G60Error(f"the browser made no PDF: {said}", browser, remedy)
