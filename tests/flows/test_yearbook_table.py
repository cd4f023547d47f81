"""Yearbook tables as yearbooks print them, landed whole from a card and without a line of code.

The main table's figures are those of raw/yearbook/gdp_by_sector_2000_2023.xlsx (地区生产总值 of 2021 and
2022, 第二产业增加值 and 第三产业增加值 of 2022); the half-years are those of
raw/anhui/tech_contracts_absorbed_2022H1.csv; the other layouts print figures of
raw/yearbook/population_and_land_1998_2024.xlsx. Sub-totals, marks and notes are laid around them (synthetic).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.landing.land import land
from flows.landing.take_in import take_in
from flows.modelling.build import judge
from flows.settings import Paths
from tests.fixtures.mutations import Grid, Range, Table, html, ods, xls, xlsx
from tests.fixtures.recount import is_same, landed_cells, recount
from tests.unit.landing.files import card, put, rows_of

WRITERS: dict[str, Callable[[Table], bytes]] = {
    "xlsx": xlsx,
    "xls": xls,
    "ods": ods,
    "html": lambda table: html(table, "utf-8"),
}
TITLE = {"title": "合成版式,真实数字 synthetic layout", "publisher": "合成 synthetic"}
Figure = tuple[str, str, str, float, str]


@dataclass(frozen=True)
class Example:
    """A printed table, its card, and what it must give: place, indicator, period, value and base unit."""

    grid: Grid
    said: dict[str, object]
    figures: set[Figure]
    merged: tuple[Range, ...] = ()
    missing: int = 0
    suffixes: tuple[str, ...] = tuple(WRITERS)
    registers: dict[str, int] = field(default_factory=dict)


YEARBOOK: Grid = [
    ["2-3　各市地区生产总值", None, None, None, None, None, None],
    ["2-3 Gross Regional Product by City", None, None, None, None, None, None],
    ["(单位:亿元)", None, None, None, None, None, "(100 million yuan)"],
    ["地　区", "City", "地区生产总值", None, "第二产业增加值", "第三产业增加值", "Notes"],
    [None, None, "Gross Regional Product", None, "Secondary Industry", "Tertiary Industry", None],
    [None, None, "2021年", "2022年", "2022年", "2022年", None],
    ["杭　州", "Hangzhou", 18109.42, 18753, 5620, "１２７８７", None],
    ["嘉　兴", "Jiaxing", "6,355.28", "6 739.45", 3719.61, 2875.83, "a"],
    ["合　计", "Subtotal", 24464.7, 25492.45, 9339.61, 15662.83, None],
    ["湖　州①", "Huzhou", 3644.87, "3850②", "—", "1723*", None],
    ["金　华", "Jinhua", 5355.44, 5562, 2328, "…", None],
    ["注:①包括南太湖新区。②初步核算数。", None, None, None, None, None, None],
    ["Note: synthetic remarks.", None, None, None, None, None, None],
    ["资料来源:统计年鉴。", None, None, None, None, None, None],
]
YEARBOOK_MERGED: tuple[Range, ...] = (
    (0, 0, 0, 6), (1, 0, 1, 6), (3, 0, 5, 0), (3, 1, 5, 1), (3, 2, 3, 3), (4, 2, 4, 3), (3, 6, 5, 6),
    (11, 0, 11, 6), (12, 0, 12, 6), (13, 0, 13, 6),
)  # fmt: skip
HALVES: Grid = [
    ["各市吸纳技术合同成交额", None, None, None, None],
    ["市", "2022年", None, "2023年", None],
    [None, "上半年", "1-9月", "1-9月", "全年"],
    [None, "亿元", "亿元", "亿元", "亿元"],
    ["合　肥", 142.5, "…", "…", "…"],
    ["芜　湖", 15.2, "…", "…", "…"],
    ["宣　城", 7.9, "…", 12.5, 18.75],
]
EXAMPLES = {
    "yearbook": Example(
        YEARBOOK,
        card(
            "cross_tab",
            **TITLE,
            tables=[
                {
                    "unit_row": 3,
                    "header_row": 4,
                    "header": ["indicator", "ignore", "period"],
                    "labels": {"A": "place", "City": "ignore"},
                    "skip_columns": ["Notes"],
                    "skip_rows": ["合　计"],
                    "notes": "注",
                }
            ],
        ),
        {
            ("330100", "gdp", "2021", 18109.42, "亿元"),
            ("330100", "gdp", "2022", 18753.0, "亿元"),
            ("330100", "va_secondary", "2022", 5620.0, "亿元"),
            ("330100", "va_tertiary", "2022", 12787.0, "亿元"),
            ("330400", "gdp", "2021", 6355.28, "亿元"),
            ("330400", "gdp", "2022", 6739.45, "亿元"),
            ("330400", "va_secondary", "2022", 3719.61, "亿元"),
            ("330400", "va_tertiary", "2022", 2875.83, "亿元"),
            ("330500", "gdp", "2021", 3644.87, "亿元"),
            ("330500", "gdp", "2022", 3850.0, "亿元"),
            ("330500", "va_tertiary", "2022", 1723.0, "亿元"),
            ("330700", "gdp", "2021", 5355.44, "亿元"),
            ("330700", "gdp", "2022", 5562.0, "亿元"),
            ("330700", "va_secondary", "2022", 2328.0, "亿元"),
        },
        YEARBOOK_MERGED,
        missing=2,
    ),
    "halves": Example(
        HALVES,
        card(
            "cross_tab",
            **TITLE,
            tables=[
                {
                    "header_row": 2,
                    "header": ["period", "period", "unit"],
                    "indicator": "吸纳技术合同成交额",
                }
            ],
        ),
        {
            ("340100", "tech_contract_absorbed_value", "2022H1", 142.5, "亿元"),
            ("340200", "tech_contract_absorbed_value", "2022H1", 15.2, "亿元"),
            ("341800", "tech_contract_absorbed_value", "2022H1", 7.9, "亿元"),
            ("341800", "tech_contract_absorbed_value", "2023Q1-Q3", 12.5, "亿元"),
            ("341800", "tech_contract_absorbed_value", "2023", 18.75, "亿元"),
        },
        ((0, 0, 0, 4), (1, 0, 3, 0), (1, 1, 1, 2), (1, 3, 1, 4)),
        missing=7,
    ),
    "years": Example(
        [
            ["行政区域土地面积与常住人口", None, None, None, None],
            ["指　标", "计量单位", 2020, "2021年", "2022 年"],
            ["行政区域土地面积", "平方公里", 16853, 16853, "16,853"],
            ["常住人口③", "万人", 1196.5, 1220.4, "1237.6"],
            ["注:常住人口为年末数", None, None, None, None],
        ],
        card(
            "wide_by_year",
            **TITLE,
            tables=[
                {
                    "header_row": 2,
                    "place": "杭州市",
                    "labels": {"指　标": "indicator", "计量单位": "unit"},
                    "notes": "注",
                }
            ],
        ),
        {
            *(("330100", "land_area", year, 16853.0, "平方公里") for year in ("2020", "2021", "2022")),
            ("330100", "pop_resident", "2020", 1196.5, "万人"),
            ("330100", "pop_resident", "2021", 1220.4, "万人"),
            ("330100", "pop_resident", "2022", 1237.6, "万人"),
        },
        ((0, 0, 0, 4), (4, 0, 4, 4)),
        suffixes=(*WRITERS, "csv"),
    ),
    "places": Example(
        [
            ["指标(2022年)", "杭 州", "嘉　兴", "湖州市", "金华①"],
            ["常住人口（万人）", 1237.6, 555.1, "341.31", "712.7万人"],
            ["地区生产总值（亿元）", "18 753", 6739.45, 3850, "5 562"],
        ],
        card("wide_by_place", **TITLE, tables=[{"period": "2022", "labels": {"指标(2022年)": "indicator"}}]),
        {
            ("330100", "pop_resident", "2022", 1237.6, "万人"),
            ("330400", "pop_resident", "2022", 555.1, "万人"),
            ("330500", "pop_resident", "2022", 341.31, "万人"),
            ("330700", "pop_resident", "2022", 712.7, "万人"),
            ("330100", "gdp", "2022", 18753.0, "亿元"),
            ("330400", "gdp", "2022", 6739.45, "亿元"),
            ("330500", "gdp", "2022", 3850.0, "亿元"),
            ("330700", "gdp", "2022", 5562.0, "亿元"),
        },
        suffixes=(*WRITERS, "csv"),
    ),
    "long": Example(
        [
            ["表3 摘录", None, None, None, None],
            ["城市", "指标", "年份", "数值", "计量单位"],
            ["湖　州", "常住人口", "2022", "341.31", "万人"],
            ["金　华", "常住人口", 2022, 712.7, "万人"],
            ["资料来源:统计年鉴", None, None, None, None],
        ],
        card("long", **TITLE, header_row=2, notes="资料来源", status="最终数"),
        {
            ("330500", "pop_resident", "2022", 341.31, "万人"),
            ("330700", "pop_resident", "2022", 712.7, "万人"),
        },
        ((0, 0, 0, 4),),
        suffixes=(*WRITERS, "csv"),
    ),
    "register": Example(
        [
            ["序号", "名称", "所在地", "网址"],
            [1, "合成示范基地甲", "杭　州", "https://example.org/a"],
            [2, "合成示范基地乙", None, None],
            ["注:名单为合成数据", None, None, None],
        ],
        card("register", **TITLE, register="synthetic_bases", url_column="网址", notes="注"),
        set(),
        suffixes=(*WRITERS, "csv"),
        registers={"synthetic_bases": 6},
    ),
}
CASES = [(name, suffix) for name, example in EXAMPLES.items() for suffix in example.suffixes]


def as_bytes(example: Example, suffix: str) -> bytes:
    if suffix != "csv":
        return WRITERS[suffix](Table(example.grid, example.merged, {}))
    lines = [",".join("" if c is None else f'"{c}"' for c in row) for row in example.grid]
    return "\n".join(lines).encode("gb18030")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Every example in every format that can hold it, judged together."""
    folder = tmp_path_factory.mktemp("yearbook")
    paths = Paths(raw=folder / "raw", warehouse=folder / "warehouse")
    for name, suffix in CASES:
        put(paths.raw / name / f"{name}.{suffix}", as_bytes(EXAMPLES[name], suffix), EXAMPLES[name].said)
    land(paths.raw, paths.build_database)
    judge(paths)
    return paths


def path_of(name: str, suffix: str) -> str:
    return f"{name}/{name}.{suffix}"


def figures_of(judged: Paths, path: str, what: str) -> list[tuple[Any, ...]]:
    sql = f"""
        select place_code, indicator_code, period, value, unit from staging.stg_statistic
        where file_path = '{path}' and {what}
    """
    return rows_of(judged.build_database, sql)


@pytest.mark.parametrize(("name", "suffix"), CASES)
def test_every_figure_is_told_by_place_indicator_period_and_unit(
    judged: Paths, name: str, suffix: str
) -> None:
    found = figures_of(judged, path_of(name, suffix), "not is_missing")
    assert set(found) == EXAMPLES[name].figures
    assert len(found) == len(EXAMPLES[name].figures)


@pytest.mark.parametrize(("name", "suffix"), CASES)
def test_marks_for_no_figure_are_told_apart_and_keep_their_labels(
    judged: Paths, name: str, suffix: str
) -> None:
    found = figures_of(judged, path_of(name, suffix), "is_missing")
    assert len(found) == EXAMPLES[name].missing
    assert all(place and indicator and period for place, indicator, period, _, _ in found)


def test_nothing_of_any_table_is_refused(judged: Paths) -> None:
    assert (
        rows_of(judged.build_database, "select cell_address, rule, reason from marts.mart_quarantine") == []
    )


@pytest.mark.parametrize(("name", "suffix"), CASES)
def test_every_cell_is_accounted_for(judged: Paths, name: str, suffix: str) -> None:
    """By the file's own count, by that of another reader, and by what was written."""
    path = judged.raw / path_of(name, suffix)
    file = take_in(path, judged.raw)
    again = recount(path, file)
    assert again is not None
    written = sum(bool(str(cell).strip()) for row in EXAMPLES[name].grid for cell in row if cell is not None)
    assert (file.read, again.cells) == (written, written)
    assert file.quarantined == 0
    assert file.kept + file.not_data == written
    outcome = f"""
        select cells_read, cells_landed, cells_not_data, is_within_limit from marts.mart_outcome
        where file_path = '{path_of(name, suffix)}' and step = 'land'
    """
    assert rows_of(judged.build_database, outcome) == [(written, file.kept, file.not_data, True)]


@pytest.mark.parametrize(("name", "suffix"), CASES)
def test_every_address_leads_another_reader_to_the_cell(judged: Paths, name: str, suffix: str) -> None:
    path = judged.raw / path_of(name, suffix)
    file = take_in(path, judged.raw)
    again = recount(path, file)
    assert again is not None
    cells = list(landed_cells(file))
    assert cells
    assert [(address, text) for address, text in cells if not is_same(text, again.at(address))] == []


@pytest.mark.parametrize("suffix", EXAMPLES["register"].suffixes)
def test_a_list_of_things_is_landed_row_by_row(judged: Paths, suffix: str) -> None:
    sql = f"""
        select register_name, count(text) from raw.register_cell
        where file_path = '{path_of("register", suffix)}' group by all
    """
    assert dict(rows_of(judged.build_database, sql)) == EXAMPLES["register"].registers


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_notes_the_sub_total_and_the_titles_of_the_yearbook_land_as_no_figure(
    judged: Paths, suffix: str
) -> None:
    path = path_of("yearbook", suffix)
    rows = rows_of(
        judged.build_database,
        f"select distinct row_no from raw.statistic where file_path = '{path}' order by 1",
    )
    assert [row for (row,) in rows] == [7, 8, 10, 11]


def test_the_cards_are_all_that_the_tables_needed(judged: Paths) -> None:
    """No file of the folder is anything but a table or its card."""
    kinds = {path.suffix for path in Path(judged.raw).rglob("*") if path.is_file()}
    assert kinds == {".yaml", ".csv", *(f".{suffix}" for suffix in WRITERS)}
