"""Rows on their way to a spreadsheet: what it would run as a formula stays a text."""

from __future__ import annotations

import duckdb
import pytest

from flows.spreadsheet import for_spreadsheets


def exported(value: str) -> object:
    relation = duckdb.sql("select $1 as it", params=[value])
    row = for_spreadsheets(relation).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert exported(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3.2", "+5", "杭州市", "1=1", "a@b", ""])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert exported(text) == text


def test_nested_values_become_json() -> None:
    relation = duckdb.sql("select ['=1', 'a'] as many, {'a': 1} as pair")
    assert for_spreadsheets(relation).fetchall() == [('["=1","a"]', '{"a":1}')]
