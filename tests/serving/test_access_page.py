"""The snippets of the page on access do what they say, on a release that a real refresh published."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.release.current import require_release
from flows.reporting.site.pages_access import COPIES, ENDPOINT, FILE, Snippet
from flows.server import free_port
from flows.settings import ROOT
from tests.conftest import Published
from tests.serving.endpoint import TOKEN


@pytest.fixture(scope="module")
def port(published: Published) -> Iterator[int]:
    port = free_port()
    said = json.dumps({"warehouse": str(published.paths.warehouse), "port": port})
    command = [sys.executable, "-m", "flows.sql_endpoint", said]
    env = {**os.environ, "G60_SQL_TOKEN": TOKEN}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE)
    assert process.stderr
    assert b"serving at" in process.stderr.readline()
    yield port
    process.terminate()
    process.wait(20)


def run(snippet: Snippet, folder: Path, code: str) -> str:
    command = [sys.executable, "-c", code] if snippet.runs == "python" else ["sh", "-euc", code]
    env = {**os.environ, "PGPASSWORD": TOKEN}
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("snippet", [one for one in FILE if one.runs], ids=lambda one: one.name)
def test_a_snippet_for_the_file_runs_in_the_folder_of_a_release(
    published: Published, snippet: Snippet
) -> None:
    run(snippet, require_release(published.paths).folder, snippet.code)


@pytest.mark.parametrize("snippet", [one for one in ENDPOINT if one.runs], ids=lambda one: one.name)
def test_a_snippet_for_the_endpoint_runs_against_it(
    published: Published, port: int, tmp_path: Path, snippet: Snippet
) -> None:
    if snippet.runs == "sh" and shutil.which("psql") is None:
        pytest.skip("psql is not installed")
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "sql_token").write_text(TOKEN + "\n", encoding="ascii")
    said = run(snippet, tmp_path, snippet.code.replace("5460", str(port)))
    if snippet.runs == "sh":
        assert "松江区" in said
        assert 'Table "marts.fct_indicator"' in said


def test_the_page_shows_every_way_in_both_languages(published: Published) -> None:
    page = (require_release(published.paths).folder / "docs" / "access.html").read_text(encoding="utf-8")
    for snippet in FILE + ENDPOINT + COPIES:
        assert snippet.name in page
    assert "SQL from anywhere" in page
    assert "从任何地方查询" in page
    assert "57014" in page
