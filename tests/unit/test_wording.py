"""What the command line says in Chinese: every sentence has its pair, and is found again when it is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from flows.landing.layouts import FAULTS
from flows.settings import ROOT
from flows.wording import language, said, use
from flows.wording.collect import missing, said_in
from flows.wording.sentences import CATALOGUE, HOLE, PUT_IN, catalogue, fill, rows_of, translated


@pytest.fixture
def chinese() -> Iterator[None]:
    use("zh")
    yield
    use("en")


def test_every_sentence_of_the_code_has_its_chinese() -> None:
    lacking = [f"{file}: {template}" for template, file in missing().items()]
    assert lacking == [], "print rows to fill in with python -m flows.wording.collect"


def test_every_fault_of_a_cell_has_its_chinese() -> None:
    assert [text for pair in FAULTS.values() for text in pair if translated(text) is None] == []


def test_no_pair_loses_what_is_put_in_and_none_is_empty() -> None:
    for file in CATALOGUE.glob("*.csv"):
        for row in rows_of(file):
            holes = {str(number) for number in range(row["en"].count(HOLE))}
            put_in = {hole[1] for hole in PUT_IN.finditer(row["zh"])} if holes else set()
            is_brackets = row["en"] in {"{} ({}); {}.", "[default: {}]", "perhaps {}"}
            assert row["zh"].strip(), row["en"]
            assert put_in == holes or is_brackets, row["en"]


def test_no_sentence_has_two_translations() -> None:
    rows = [row["en"] for file in sorted(CATALOGUE.glob("*.csv")) for row in rows_of(file)]
    assert sorted(rows) == sorted(set(rows))


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("no release has been published yet", "尚未发布任何版本"),
        ("there is no place '苏洲'", "没有地区“苏洲”"),
        ("'2023-02-30' is no day", "“2023-02-30”不是日期"),
        ("row 3, column weight: 'x' is not a number", "第 3 行 weight 列:“x”不是数字"),
        ("csv/a.csv is missing, so it seems", "csv/a.csv is missing, so it seems"),
        ("published 2 hours ago: No published figure changed.", "已发布于 2 小时前:已发布的数据没有变动。"),
        (
            "the row has no value; a sentence nobody has translated",
            "该行没有数值;a sentence nobody has translated",
        ),
    ],
)
@pytest.mark.usefixtures("chinese")
def test_a_sentence_is_said_in_chinese_with_what_is_put_into_it(english: str, expected: str) -> None:
    assert said(english) == expected


def test_english_stays_as_it_is() -> None:
    assert said("no release has been published yet") == "no release has been published yet"


def test_what_is_put_in_is_as_short_as_can_be() -> None:
    assert fill(("a ", " b ", ""), "a 1 b 2 b 3") == ["1", "2 b 3"]
    assert fill(("a ", " b"), "a  b") is None
    assert fill(("a", "b"), "ab") is None


@pytest.mark.parametrize(
    ("environ", "wanted", "expected"),
    [
        ({}, None, "en"),
        ({"LANG": "zh_CN.UTF-8"}, None, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, None, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN"}, None, "zh"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "zh_CN:en"}, None, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANGUAGE": "zh"}, None, "en"),
        ({"LANG": "zh_CN.UTF-8", "G60_LANG": "en"}, None, "en"),
        ({"LANG": "fr_FR.UTF-8"}, None, "en"),
        ({"G60_LANG": "en"}, "zh", "zh"),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_environment(
    environ: dict[str, str], wanted: str | None, expected: str
) -> None:
    use(wanted, environ)
    try:
        assert language() == expected
    finally:
        use("en")


def test_a_new_error_without_its_chinese_is_named() -> None:
    import ast

    source = """
def work(name):
    remedy = "name another" if name else "name one"
    what = f"there is no thing '{name}'"
    raise G60Error(what, str(name), remedy)
"""
    found = list(said_in(ast.parse(source), ROOT / "flows" / "synthetic.py"))
    assert {"there is no thing '{}'", "name another", "name one"} <= set(found)
    assert "there is no thing '{}'" not in {HOLE.join(t.pieces) for t in catalogue().templates}


def test_no_catalogue_is_read_where_english_is_spoken() -> None:
    code = (
        "import sys; from flows.cli import app; from flows.wording import sentences, use; use('en');"
        "sentences.said('error'); "
        "print(sentences.catalogue.cache_info().currsize, 'flows.wording.collect' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["0", "False"]
