"""Good files damaged in every way we could think of: nothing crashes, no cell is lost, no number is made up.

All figures are synthetic. The same damage ten thousand times over, judged by the models too, is
`python -m tests.benchmarks.mutations`.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from random import Random

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.landing.take_in import LandedFile, take_in
from tests.benchmarks.mutations import Fault, faults_of, lost_of
from tests.fixtures.guarded import ProcessEnded, take_in_guarded
from tests.fixtures.mutations import CARDS, KINDS, Grid, Mutant, Table, card_text, drawn, good_bytes, written
from tests.fixtures.recount import recount

from .files import GOOD_LONG, GOOD_ROW, HEADER, Rows, card, cross_tab, put, put_workbook

bounded = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEEDS = st.integers(0, 2**32 - 1)


def faults(mutant: Mutant) -> list[Fault]:
    """All that taking in a file should not have given; an exception is let through."""
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder) / mutant.name, mutant.data, mutant.card.encode(errors="replace").decode())
        file = take_in_guarded(path, Path(folder), mutant.is_hurt)
        found = faults_of(file)
        if file.landed is not None and (again := recount(path, file)) is not None:
            found += lost_of(file, again, mutant.is_hurt)
        return found


def damage(where: str) -> st.SearchStrategy[Mutant]:
    return st.builds(
        lambda seed, what: drawn(Random(seed), where, what),
        SEEDS,
        st.sampled_from([what for place, what in KINDS if place == where]),
    )


# Damage of every kind


@settings(bounded, max_examples=150)
@given(damage("bytes"))
def test_hurt_bytes_crash_nothing_lose_no_cell_and_make_up_no_number(mutant: Mutant) -> None:
    assert faults(mutant) == []


@settings(bounded, max_examples=80)
@given(damage("part"))
def test_hurt_parts_of_a_container_crash_nothing_lose_no_cell_and_make_up_no_number(mutant: Mutant) -> None:
    assert faults(mutant) == []


@settings(bounded, max_examples=300)
@given(damage("cells"))
def test_hurt_cells_crash_nothing_lose_no_cell_and_make_up_no_number(mutant: Mutant) -> None:
    assert faults(mutant) == []


@settings(bounded, max_examples=100)
@given(damage("header"))
def test_hurt_headers_crash_nothing_lose_no_cell_and_make_up_no_number(mutant: Mutant) -> None:
    assert faults(mutant) == []


@settings(bounded, max_examples=150)
@given(damage("markup"))
def test_odd_markup_crashes_nothing_loses_no_cell_and_makes_up_no_number(mutant: Mutant) -> None:
    assert faults(mutant) == []


@settings(bounded, max_examples=250)
@given(damage("card"))
def test_hurt_cards_crash_nothing_lose_no_cell_and_make_up_no_number(mutant: Mutant) -> None:
    assert faults(mutant) == []


# Halves of characters cannot be written by any encoding that a file of cells may have.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES: Grid = [["地区", "指标", "时期", "数值", "单位", "备注"]]


@settings(bounded, max_examples=150)
@given(
    st.lists(st.lists(TEXTS, min_size=6, max_size=6), min_size=1, max_size=5),
    st.sampled_from(["csv", "tsv", "jsonl", "parquet", "html", "xlsx"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_at_all_lands_as_it_is_or_is_refused(
    rows: list[list[str]], suffix: str, encoding: str
) -> None:
    grid: Grid = [*NAMES, *[list[str | int | float | None](row) for row in rows]]
    data = written(Table(grid, (), {}), suffix, encoding)
    assert faults(Mutant(0, "any text", suffix, data, card_text(CARDS["long"]))) == []


@settings(bounded, max_examples=60)
@given(
    st.sampled_from(["csv", "tsv", "xlsx", "xls", "ods", "html", "jsonl", "parquet"]),
    st.dictionaries(
        TEXTS, st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner))
    ),
)
def test_a_card_of_anything_crashes_nothing(suffix: str, said: dict[str, object]) -> None:
    assert faults(Mutant(0, "any card", suffix, good_bytes("long", suffix, "utf-8"), card_text(said))) == []


# The good files themselves


@pytest.mark.parametrize("layout", CARDS)
@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "xls", "ods", "html", "jsonl", "parquet"])
def test_the_undamaged_files_land_whole_by_every_reader(tmp_path: Path, layout: str, suffix: str) -> None:
    if layout == "cross_tab" and suffix in ("jsonl", "parquet"):
        pytest.skip("records have one row of names")
    path = put(tmp_path / f"x.{suffix}", good_bytes(layout, suffix, "utf-8"), card_text(CARDS[layout]))
    file = take_in(path, tmp_path)
    again = recount(path, file)
    assert again is not None
    assert (file.rejected, faults_of(file), lost_of(file, again)) == ([], [], [])
    assert file.kept


# What damage has taught: the smallest files that did harm


def taken(tmp_path: Path, name: str, data: str | bytes, said: object = None) -> LandedFile:
    file = put(tmp_path / name, data, said)  # type: ignore[arg-type]
    return take_in_guarded(file, tmp_path)


def values(file: LandedFile) -> list[str]:
    return list(file.landed.columns["value_text"].to_pylist()) if file.landed else []


def rules(file: LandedFile) -> list[str]:
    return [piece.rule for piece in file.rejected]


GOOD_CARD = card_text(dict(CARDS["long"]))


@pytest.mark.parametrize(
    "line", ["draft: !!bool maybe", "note: !!timestamp x", 'note: !!float ""', 'note: !!int ""']
)
def test_a_card_whose_tags_do_not_fit_their_values_is_refused(tmp_path: Path, line: str) -> None:
    assert rules(taken(tmp_path, "x.csv", GOOD_LONG, f"{GOOD_CARD}{line}\n")) == ["card_invalid"]


@pytest.mark.parametrize(
    "line", ['"\\ud800": x\n"\\ud800": y', '"a\\nb": 1', '"\\e[2J": 1', '"a\\u202eb": 1']
)
def test_what_a_card_says_amiss_is_told_in_one_line_that_can_be_stored(tmp_path: Path, line: str) -> None:
    assert faults_of(taken(tmp_path, "x.csv", GOOD_LONG, f"{GOOD_CARD}{line}\n")) == []


def test_what_a_header_says_amiss_is_told_in_one_line(tmp_path: Path) -> None:
    assert faults_of(taken(tmp_path, "x.csv", f'{HEADER},"地区\n(市)"\n{GOOD_ROW},1\n')) == []


@pytest.mark.parametrize("column", [99, 10**30])
@pytest.mark.parametrize("notes", [None, "注"])
def test_a_label_column_beyond_the_sheet_is_refused(tmp_path: Path, column: int, notes: str | None) -> None:
    said = card("cross_tab", tables=[cross_tab(label_column=column, notes=notes)])
    assert taken(tmp_path, "x.csv", "城市,2020\n杭州市,1\n", said).kept == 0


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            said = source.read(name)
            assert name != part or old in said
            target.writestr(name, said.replace(old, new, 1) if name == part else said)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
YEARS: Rows = [["城市", 2020, 2021, 2022], ["杭州市", 11, 22, 33], ["苏州市", 44, 55, 66]]


def workbook(tmp_path: Path, merged: tuple[str, ...] = ()) -> bytes:
    return put_workbook(tmp_path / "good.xlsx", {"S": YEARS}, merged).read_bytes()


@pytest.mark.parametrize("encoding", [b"foo", b"rot13", b"base64"])
def test_a_workbook_in_an_encoding_that_nobody_knows_is_refused(tmp_path: Path, encoding: bytes) -> None:
    head = b'<?xml version="1.0" encoding="%s"?><worksheet' % encoding
    data = rewritten(workbook(tmp_path), SHEET, b"<worksheet", head)
    said = card("cross_tab", tables=[cross_tab()])
    assert rules(taken(tmp_path / "raw", "x.xlsx", data, said)) == ["file_unreadable"]


def test_merged_ranges_that_overlap_hide_no_cell(tmp_path: Path) -> None:
    merge = b'<mergeCell ref="B2:C2"/>'
    data = rewritten(workbook(tmp_path, ("B2:C2",)), SHEET, merge, merge + b'<mergeCell ref="C2:C3"/>')
    file = taken(tmp_path / "raw", "x.xlsx", data, card("cross_tab", tables=[cross_tab()]))
    # Either the sheet is refused, or 55 is landed and 11, which stands in B2 alone, is landed once.
    assert file.kept == 0 or sorted(values(file)) == ["11", "33", "44", "55", "66"]


def test_an_error_on_a_sheet_that_the_card_is_silent_on_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in YEARS:
        book.active.append(row)
    book.create_sheet("旁表")["A1"] = "#DIV/0!"
    out = io.BytesIO()
    book.save(out)
    file = taken(tmp_path, "x.xlsx", out.getvalue(), card("cross_tab", tables=[cross_tab()]))
    assert rules(file) == ["sheet_not_declared"] or "error_cell" in rules(file)


def test_a_share_that_a_workbook_shows_in_per_cent_is_no_bare_number(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [HEADER.split(","), ["宣城市", "地区生产总值增速", 2021, 0.101, "%"]]:
        book.active.append(row)
    book.active["D2"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    # The reader of the sheet sees 10.1%; 0.101 with the unit % would be a hundredth of it.
    assert values(taken(tmp_path, "x.xlsx", out.getvalue())) != ["0.101"]


PAGE = (
    "<meta charset=utf-8><table><tr><th>地区<th>指标<th>时期<th>数值<th>单位</tr>"
    "<tr><td>松江区<td>地区生产总值<td>2022<td>{}<td>亿元</tr></table>"
)


@pytest.mark.parametrize(
    ("markup", "wrong"),
    [
        ("<p>12</p><p>34</p>", "1234"),
        ("<div>12</div>34", "1234"),
        ("<ul><li>12<li>34</ul>", "1234"),
        ("12<br>345", "12 345"),
        ('<span style="display:none">99</span>12', "9912"),
        ("<span hidden>9</span>12", "912"),
        ("<del>12</del>13", "1213"),
        # A tag that no page knows lies around the cells that follow.
        ("12<d><td>34</td></d>", "1234"),
    ],
)
def test_numbers_apart_on_a_page_are_not_run_together(tmp_path: Path, markup: str, wrong: str) -> None:
    assert values(taken(tmp_path, "x.html", PAGE.format(markup))) != [wrong]


def test_a_span_of_time_is_not_told_in_microseconds(tmp_path: Path) -> None:
    columns = {
        name: pa.array([text]) for name, text in zip(HEADER.split(","), GOOD_ROW.split(","), strict=True)
    }
    out = io.BytesIO()
    pq.write_table(pa.table({**columns, "数值": pa.array([86_400_000_000], pa.duration("us"))}), out)
    assert values(taken(tmp_path, "x.parquet", out.getvalue())) != ["86400000000"]


@pytest.mark.parametrize("number", [1e16, 123_456_789_012.5, 1e-7])
def test_a_number_of_a_parquet_file_is_told_without_an_exponent(tmp_path: Path, number: float) -> None:
    columns = {
        name: pa.array([text]) for name, text in zip(HEADER.split(","), GOOD_ROW.split(","), strict=True)
    }
    out = io.BytesIO()
    pq.write_table(pa.table({**columns, "数值": pa.array([number])}), out)
    (text,) = values(taken(tmp_path, "x.parquet", out.getvalue()))
    assert float(text) == number and "e" not in text


def test_a_workbook_whose_sectors_run_in_a_circle_does_not_end_the_process(tmp_path: Path) -> None:
    data = bytearray(good_bytes("long", "xls", "utf-8"))
    directory, table = (int.from_bytes(data[at : at + 4], "little") for at in (48, 76))
    # The sector that holds the directory names itself as the one that follows it.
    at = 512 * (table + 1) + 4 * directory
    data[at : at + 4] = data[48:52]
    try:
        assert rules(taken(tmp_path, "x.xls", bytes(data))) in (["file_unreadable"], ["too_large"])
    except ProcessEnded as ended:
        pytest.fail(str(ended))
