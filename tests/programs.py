"""Programs of the system that some tests need: without them such a test is skipped, in CI it fails."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

import pytest

# What a Debian package is called; `.ci/run` installs them all.
PACKAGES = {
    "chromium": "chromium fonts-noto-cjk",
    "soffice": "libreoffice-calc-nogui",
    "psql": "postgresql-client",
    "pdftotext": "poppler-utils",
    "java": "openjdk-17-jre-headless",
}


def program(name: str) -> str:
    """Where the program is."""
    if found := shutil.which(name):
        return found
    said = f"{name} is not installed: apt-get install {PACKAGES[name]}"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


def library(name: str) -> None:
    """Need a Python library of an optional extra."""
    if find_spec(name):
        return
    said = f"{name} is not installed: make .venv/.spark"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)
