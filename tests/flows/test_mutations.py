"""Some hundred damaged files landed and judged by the models, and printed texts by the thousand.

`python -m tests.benchmarks.mutations` is the very same run over ten thousand files.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

import duckdb
import pytest

from flows.landing.land import land
from flows.modelling.build import judge
from flows.settings import Paths
from tests.benchmarks.mutations import FIGURES, PROMISES, SEED, Report, column_unit, is_other, run
from tests.fixtures.mutations import KINDS, NASTY, NUMBERS
from tests.fixtures.printed import reading
from tests.unit.landing.files import HEADER, card, put, rows_of

FILES = 800
# Text, period or unit → the period read, the value and the rule that refused it.
Directed = dict[str, tuple[str | None, float | None, str | None]]
TEXTS = 6_000
# Units of several kinds. Series of these indicators are not compared, so that each text is read alone.
INDICATORS = (
    ("一般公共预算收入", "亿元"), ("工业固定资产投资", "万元"), ("地区生产总值增速", "%"),
    ("境内外上市公司数", "家"), ("科创板上市公司数占全国比重", "占全国比重"), ("新设市场主体", "万户"),
    ("新设市场主体数", "户"), ("外省流入人口", "人"),
)  # fmt: skip
PIECES = (
    *"0123456789", *"0123456789", ",", ".", " ", "/", "-", "+", "(", ")", "%", "‰", "万", "亿", "元", "家",
    "余", "多", "约", "近", "超过", "不足", "突破", "以上", "左右", "→", "①", "*", "[1]", "注", "²", "，",
    "．", "－", "（", "）", "％", "　", "\n", "万元", "亿元", "123", "456", "1,234", "12 345",
)  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return run(tmp_path_factory.mktemp("mutants"), FILES, SEED)


@pytest.mark.parametrize("promise", PROMISES, ids=list(PROMISES.values()))
def test_whatever_is_done_to_files(report: Report, promise: str) -> None:
    assert report.violations[promise] == []


def test_the_files_are_a_test_worth_its_name(report: Report) -> None:
    """Every kind of damage is there, every outcome too, and most landed files were counted a second time."""
    assert set(report.counts) == {f"{where} {damage}" for where, damage in KINDS}
    assert report.total("files") == FILES
    for outcome in ("whole", "in part", "refused", "taken", "missing", "refused figures", "quarantined"):
        assert report.total(outcome) > 25, outcome
    assert report.total("recounted") > 0.9 * (report.total("whole") + report.total("in part"))


def texts() -> list[str]:
    dice = Random(SEED)
    made = [str(text) for text in NASTY if "\0" not in str(text) and not has_half(str(text))]
    while len(made) < TEXTS:
        made.append(
            dice.choice(NUMBERS)(dice)
            if dice.random() < 0.4
            else "".join(dice.choices(PIECES, k=dice.randint(1, 7)))
        )
    return made


def has_half(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def judged(folder: Path, rows: list[tuple[str, str, str, str, str]]) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER.split(","), *rows])
    paths = Paths(raw=folder / "raw", warehouse=folder / "warehouse")
    put(paths.raw / "synthetic" / "texts.csv", out.getvalue(), card(title="合成数据 synthetic"))
    land(paths.raw, paths.build_database)
    judge(paths)
    return paths.build_database


@pytest.fixture(scope="module")
def printed_texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = []
    for number, text in enumerate(texts()):
        indicator, unit = INDICATORS[number % len(INDICATORS)]
        rows.append(("杭州市", indicator, str(2001 + number % 20), text, unit))
    return judged(tmp_path_factory.mktemp("texts"), rows)


def test_no_number_is_taken_that_a_text_does_not_print(printed_texts: Path) -> None:
    """Read by a second grammar: what it does not read as one plain number must not have been taken, and what
    both read is the same number."""
    with duckdb.connect(str(printed_texts), read_only=True) as connection:
        figures = connection.execute(f"{FIGURES} where s.reject_rule is null and not s.is_missing").fetchall()
    wrong = []
    for _, _, text, unit, indicator, base, value, *_ in figures:
        expected = reading(text, column_unit(unit, indicator), base)
        if expected is None or is_other(expected, value):
            wrong.append((text, unit, value, base, None if expected is None else float(expected)))
    assert len(figures) > TEXTS / 20
    assert wrong == []


# Texts that are not plainly one number.
UNCLEAR = (
    "1,234.5 105",  # two numbers side by side
    "1.5 123 456",
    "3 100.5 200",
    "1,234.567,890",
    "1/15 123 456",
    "12 345,678",  # groups of two kinds
    "-万",  # a sign without a number
    "万",
    "不足100以上",  # below and above at once
    "近50余",
)
LONG = ("1" * 400, "1" * 400 + "/3", "3/" + "1" * 400)
PARTS = ("2021年(1-9月)", "2021年（上半年）", "2021(前三季度)", "2021年(6月末)")
NINE_MONTHS = ("2021年1～9月", "2021年1~9月", "2021年1—9月", "2021年1至9月", "2021年1-9月", "2021年１－９月")
UNITS = {"％": "3.2", "（％）": "3.2", "‰": "32"}


@pytest.fixture(scope="module")
def directed(tmp_path_factory: pytest.TempPathFactory) -> Directed:
    """Rows that differ from a good one in one text each."""
    amount = ("工业固定资产投资", "2021", "12.5", "亿元")
    rows = {text: (amount[0], amount[1], text, amount[3]) for text in UNCLEAR}
    rows |= {text: (amount[0], text, amount[2], amount[3]) for text in (*PARTS, *NINE_MONTHS)}
    rows |= {unit: ("地区生产总值增速", "2021", value, unit) for unit, value in UNITS.items()}
    database = judged(
        tmp_path_factory.mktemp("directed"),
        [("杭州市", indicator, period, text, unit) for indicator, period, text, unit in rows.values()],
    )
    found = rows_of(
        database, "select cell_address, period, round(value, 9), reject_rule from staging.stg_statistic"
    )
    at = {address.rpartition("D")[2]: (period, value, rule) for address, period, value, rule in found}
    return {key: at[str(number)] for number, key in enumerate(rows, 2)}


@pytest.mark.parametrize("text", UNCLEAR)
def test_a_text_that_is_not_plainly_one_number_is_refused(directed: Directed, text: str) -> None:
    assert directed[text][2] is not None


@pytest.mark.parametrize("text", PARTS)
def test_a_part_of_a_year_in_brackets_is_not_taken_for_the_whole(directed: Directed, text: str) -> None:
    period, _, rule = directed[text]
    assert rule is not None or period != "2021"


@pytest.mark.parametrize("text", NINE_MONTHS)
def test_a_span_of_months_is_read_with_any_dash(directed: Directed, text: str) -> None:
    assert directed[text] == ("2021Q1-Q3", 12.5, None)


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_in_full_width_is_the_unit(directed: Directed, unit: str) -> None:
    assert directed[unit] == ("2021", 3.2, None)


def test_numbers_too_long_for_any_figure_are_refused_and_end_nothing(tmp_path: Path) -> None:
    database = judged(tmp_path, [("杭州市", "工业固定资产投资", "2021", text, "亿元") for text in LONG])
    found = rows_of(database, "select reject_rule is null from staging.stg_statistic")
    assert found == [(False,)] * len(LONG)
