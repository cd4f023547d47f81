"""The printed report of a tiny release: numbers as in the marts, safe text, a PDF with pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from flows.errors import G60Error
from flows.reporting.printed.browser import NAMED_BY, find_browser
from flows.reporting.printed.facts import report_facts
from flows.reporting.printed.findings import findings
from flows.reporting.printed.write import largest_moves, write_report
from tests.unit.test_site import HARMFUL, RELEASE

YEAR = 2020


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("printed") / "g60.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(RELEASE)
    return path


def report(database: Path, folder: Path, place: str | None = None, lang: str = "both") -> str:
    [page] = write_report(database, folder, "r1", place=place, form="html", lang=lang)
    return page.read_text(encoding="utf-8")


def test_the_table_of_the_report_is_the_mart(database: Path, tmp_path: Path) -> None:
    text = report(database, tmp_path)
    with duckdb.connect(str(database), read_only=True) as connection:
        expected = connection.execute(f"""
            select place_code, rank::varchar, format('{{:.1f}}', score),
                format('{{:g}} – {{:g}}', round(score_low, 1), round(score_high, 1))
            from marts.mart_collaborative_innovation_index
            where framework = 'g60_collaborative_innovation' and year = {YEAR}
            order by rank nulls last, place_code
        """).fetchall()
    rows = re.findall(r'<tr data-place="(\w+)"[^>]*>(.*?)</tr>', text, re.DOTALL)
    cells = {code: re.findall(r"<td[^>]*>(.*?)</td>", row) for code, row in rows}
    found = [
        (code, *(re.sub(r"<[^>]+>", "", cell).strip(" □") for cell in row[:3])) for code, row in cells.items()
    ]
    assert found == [(code, rank or "–", score, ends) for code, rank, score, ends in expected]


def test_a_finding_says_what_the_release_says(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        facts = report_facts(connection)
    english = " ".join(en for _, en in findings(facts, YEAR))
    assert "Hangzhou scores highest in 2020: 128.2 (it may lie in 123.2 – 133.2)" in english
    assert "between 0.75 and 2.75: the lead is not certain" in english
    assert "1 of the 1 ranked scores are indicative" in english
    # No year before is in the release, so none is compared with.
    assert "on the year before" not in english


def test_the_moves_and_the_rest_add_up_to_the_change(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        facts = report_facts(connection)
    moves = largest_moves(facts, YEAR)["330100"]
    assert sum(row["contribution_to_gap"] for row in moves) == pytest.approx(moves[0]["gap"])
    assert moves[-1]["indicator_code"] is None and len(moves) == 7


def test_the_page_is_whole_and_runs_nothing(database: Path, tmp_path: Path) -> None:
    text = report(database, tmp_path)
    assert HARMFUL not in text and "<script" not in text
    assert not re.search(r"\b(?:src|href)=|url\((?!#)|@import", text)
    cut = re.findall(r'<clipPath id="([^"]+)"', text)
    assert cut and len(cut) == len(set(cut))
    assert text.count("<svg") == 3


@pytest.mark.parametrize(
    ("lang", "own", "other"), [("zh", "主要发现", "Key findings"), ("en", "Key findings", "主要发现")]
)
def test_a_report_in_one_language_is_in_that_language(
    database: Path, tmp_path: Path, lang: str, own: str, other: str
) -> None:
    text = report(database, tmp_path, lang=lang)
    assert own in text and other not in text and "⇄" not in text


def test_the_report_of_a_place_is_of_that_place(database: Path, tmp_path: Path) -> None:
    text = report(database, tmp_path, "330100")
    assert text.count('class="place"') == 1 and (tmp_path / "g60-report-r1-330100.html").is_file()
    with pytest.raises(G60Error, match="110000 has no index in 2020"):
        report(database, tmp_path, "110000")


def test_without_a_browser_one_sentence_says_what_to_do_and_nothing_is_written(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAMED_BY, str(tmp_path / "none"))
    with pytest.raises(G60Error, match=r"no browser to make the PDF .*install Chromium"):
        write_report(database, tmp_path / "out", "r1", place=None, form="pdf", lang="zh")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(find_browser() is None, reason="no browser")
def test_the_pdf_has_pages(database: Path, tmp_path: Path) -> None:
    page, pdf = write_report(database, tmp_path, "r1", place=None, form="both", lang="both")
    assert page.is_file() and pdf.read_bytes().startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) > 3


def test_a_browser_that_fails_is_told_in_one_sentence(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    browser.chmod(0o755)
    monkeypatch.setenv(NAMED_BY, str(browser))
    with pytest.raises(G60Error, match="the browser made no PDF: no display"):
        write_report(database, tmp_path, "r1", place=None, form="pdf", lang="zh")


def test_the_command_line_starts_without_the_libraries_of_the_report() -> None:
    code = "import sys, flows.cli; print({'altair', 'vl_convert', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
