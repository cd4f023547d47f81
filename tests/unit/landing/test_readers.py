"""Readers: bytes of any office to text, each row and cell under its own number."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import xlwt  # type: ignore[import-untyped]
from openpyxl.styles import Font

from flows.landing.pages import read_page
from flows.landing.readers import (
    as_text,
    decode,
    read_delimited,
    read_delimited_grid,
    read_workbook,
)
from flows.landing.sheets import Columns, column_letters, column_number
from flows.landing.shown import way_of

from .files import Rows, ods, put, put_workbook

TEXT = "地区,数值\n松江区,1\n㐀,2\n"


def read(folder: Path, data: str | bytes, name: str = "x.csv") -> Columns:
    return read_delimited(put(folder / name, data))


def cells(sheet: Columns) -> dict[int, list[str]]:
    """Row number → the row's cells."""
    columns = [column.to_pylist() for column in sheet.columns]
    return dict(zip(sheet.rows.tolist(), map(list, zip(*columns, strict=True)), strict=True))


def refusal(folder: Path, data: str | bytes) -> str:
    with pytest.raises(ValueError) as caught:
        read(folder, data)
    return str(caught.value)


# Encodings


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_same_text_is_read_from_every_encoding_that_offices_use(
    tmp_path: Path, data: bytes, encoding: str
) -> None:
    sheet = read(tmp_path, data)
    assert sheet.encoding == encoding
    assert sheet.header == ["地区", "数值"]
    assert cells(sheet) == {2: ["松江区", "1"], 3: ["㐀", "2"]}


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n\xff\xff,1\n",
        b"\xef\xbb\xbfa,b\n1,\xff\n",
        TEXT.encode("utf-16")[:-1],
    ],
)
def test_bytes_that_are_no_text_are_refused_and_no_character_is_guessed(data: bytes) -> None:
    with pytest.raises(ValueError, match="the text cannot be read as"):
        decode(data)


@pytest.mark.parametrize("data", [b"a,b\n1,\x002\n", b"\x00" * 100, "a,b\n".encode("utf-32")])
def test_a_file_with_nul_bytes_is_no_text_file(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data) == "the file holds NUL bytes, so it is not a text file"


# Rows and their numbers


@pytest.mark.parametrize("data", ["", "\n\n", "  \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_refused(tmp_path: Path, data: str | bytes) -> None:
    assert refusal(tmp_path, data) == "the file is empty"


@pytest.mark.parametrize("data", ["\na,b\n1,2\n", ",\na,b\n1,2\n", '"",""\n1,2\n'])
def test_a_first_row_without_names_is_refused(tmp_path: Path, data: str) -> None:
    assert refusal(tmp_path, data) == "the first row is empty, the header belongs there"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_is_read(tmp_path: Path, newline: str) -> None:
    assert cells(read(tmp_path, newline.join(["a,b", "1,2", "3,4"]))) == {2: ["1", "2"], 3: ["3", "4"]}


def test_quoted_cells_keep_separators_quotes_and_line_breaks_and_count_as_one_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, 'a,b\n"x, ""y""\nz",1\n"p\r\nq",2\n')
    assert cells(sheet) == {2: ['x, "y"\nz', "1"], 3: ["p\r\nq", "2"]}


def test_a_header_may_hold_quotes_and_line_breaks(tmp_path: Path) -> None:
    sheet = read(tmp_path, '"地区\n(全称)"," 数值 "\na,1\n')
    assert sheet.header == ["地区\n(全称)", "数值"]
    assert cells(sheet) == {2: ["a", "1"]}


def test_cells_are_kept_as_text(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a,b,c,d,e\n007,1.50,NULL,NaN, x \n")
    assert cells(sheet) == {2: ["007", "1.50", "NULL", "NaN", " x "]}


def test_ragged_rows_are_set_apart_and_no_other_row_changes_its_number(tmp_path: Path) -> None:
    sheet = read(tmp_path, 'a,b\n"1\n1",2\n3\n"4\n4",5,6\n\n7,8\n')
    assert sheet.malformed == [(3, "3"), (4, '"4\n4",5,6')]
    assert cells(sheet) == {2: ["1\n1", "2"], 5: ["", ""], 6: ["7", "8"]}


def test_row_numbers_hold_across_the_blocks_of_a_large_file(tmp_path: Path) -> None:
    ragged = {3, 4_000, 59_999}
    lines = ["a,b"] + ["x,y,z" if n in ragged else f'"{n}\n{n:040}",{n}' for n in range(2, 60_001)]
    sheet = read(tmp_path, "\n".join(lines))
    assert {number for number, _ in sheet.malformed} == ragged
    assert sheet.columns[1].to_pylist() == [str(number) for number in sheet.rows]


def test_rows_and_numbers_agree_with_pythons_own_reader_on_any_text(tmp_path: Path) -> None:
    pieces = ["a", "中", "1", ",", ",", "\n", "\r\n", "\r", '"', '"', '""', '"\n"', " "]
    path = tmp_path / "x.csv"
    compared = 0
    for seed in range(1_500):
        dice = random.Random(seed)
        text = dice.choice(["a", "a,b", '"a\nb",c,d']) + "\n" + "".join(dice.choices(pieces, k=20))
        path.write_bytes(text.encode())
        try:
            header, *rest = csv.reader(io.StringIO(text, newline=""), strict=True)
        except csv.Error:
            with pytest.raises(ValueError, match="quotation marks"):
                read_delimited(path)
            continue
        rows = dict(enumerate(rest, 2))
        sheet = read_delimited(path)
        fitting = {n: row or [""] * len(header) for n, row in rows.items() if len(row) in (0, len(header))}
        assert cells(sheet) == fitting, text
        assert [n for n, _ in sheet.malformed] == [n for n in rows if n not in fitting], text
        compared += 1
    assert compared > 300


@pytest.mark.parametrize(
    "data",
    [
        'a,"b\n1,2\n',
        'a,b\n1,"2\n3,4\n',
        'a,b\n1,2\n3,"4',
        'a,b\n1,"2\n3,4\n5,"6\n7,8\n',
        'a,b\n1,"' + "x\n" * 200_000,
    ],
)
def test_quotes_that_do_not_pair_refuse_the_file_instead_of_swallowing_its_rows(
    tmp_path: Path, data: str
) -> None:
    assert refusal(tmp_path, data).startswith("the quotation marks do not pair at or before line")


def test_a_quote_inside_an_unquoted_cell_is_a_character_like_any_other(tmp_path: Path) -> None:
    assert cells(read(tmp_path, 'a,b\n5" disk,1\n')) == {2: ['5" disk', "1"]}


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a\n1\n\n2\n")) == {2: ["1"], 3: [""], 4: ["2"]}


def test_a_header_alone_gives_no_rows(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a,b\n")) == {}


def test_tabs_separate_the_cells_of_a_tsv(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a\tb\n1,000\t2\n", "x.TSV")) == {2: ["1,000", "2"]}


def test_a_csv_read_as_a_sheet_keeps_rows_of_any_length(tmp_path: Path) -> None:
    grid, encoding = read_delimited_grid(put(tmp_path / "x.csv", "表1\n\na,b,c\n1\n".encode("gb18030")))
    assert grid.cells.tolist() == [["表1", "", ""], ["", "", ""], ["a", "b", "c"], ["1", "", ""]]
    assert encoding == "gb18030"


# Column letters


@pytest.mark.parametrize(
    ("column", "letters"),
    [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")],
)
def test_columns_are_lettered_as_in_a_spreadsheet(column: int, letters: str) -> None:
    assert column_letters(column) == letters
    assert column_number(letters) == column


# Workbooks


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2020.0, "2020"),
        (2020, "2020"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1234567890123456.0, "1234567890123456"),
        (1e22, "10000000000000000000000"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2023, 3, 1), "2023-03-01"),
        (dt.datetime(2023, 3, 1), "2023-03-01"),
        (dt.datetime(2023, 3, 1, 8, 30), "2023-03-01 08:30:00"),
        (dt.time(8, 30), "08:30:00"),
        ("  松江区 ", "松江区"),
        ("", ""),
    ],
)
def test_a_value_of_a_workbook_is_written_as_it_would_be_typed(value: object, text: str) -> None:
    assert as_text(value) == text


def test_values_of_a_workbook_come_out_as_text_at_their_own_cells(tmp_path: Path) -> None:
    rows: Rows = [[], [None, 2020.0, 0.1, True], [None, dt.date(2023, 3, 1), None, "1,234 亿元"]]
    grid = read_workbook(put_workbook(tmp_path / "x.xlsx", {"表": rows}))["表"]
    assert grid.cells[1].tolist() == ["", "2020", "0.1", "TRUE"]
    assert grid.cells[2].tolist() == ["", "2023-03-01", "", "1,234 亿元"]


def test_merged_cells_show_their_text_everywhere_and_tell_which_cells_they_cover(tmp_path: Path) -> None:
    rows: Rows = [["地区", 2020, None, 2021], [None, "甲", "乙", "甲"]]
    grid = read_workbook(put_workbook(tmp_path / "x.xlsx", {"S": rows}, ["A1:A2", "B1:C1"]))["S"]
    assert grid.cells.tolist() == [["地区", "2020", "2020", "2021"], ["地区", "甲", "乙", "甲"]]
    assert np.argwhere(grid.covered).tolist() == [[0, 2], [1, 0]]


def test_a_merge_beyond_the_data_is_harmless(tmp_path: Path) -> None:
    path = put_workbook(tmp_path / "x.xlsx", {"S": [["a"], [1]]}, ["A2:F9", "H20:K30"])
    assert read_workbook(path)["S"].cells.tolist() == [["a"], ["1"]]


def test_a_sheet_without_cells_has_no_rows(tmp_path: Path) -> None:
    sheets = read_workbook(put_workbook(tmp_path / "x.xlsx", {"空": [], "S": [[1]]}))
    assert {name: grid.cells.tolist() for name, grid in sheets.items()} == {"空": [], "S": [["1"]]}


@pytest.mark.parametrize("name", ["x.xlsx", "x.xls", "x.ods"])
@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(ValueError, match="the workbook "):
        read_workbook(put(tmp_path / name, data))


def rewritten(folder: Path, part: str, old: bytes, new: bytes | None) -> Path:
    """A workbook with one piece of its XML replaced; the whole part goes when `new` is None."""
    good = put_workbook(folder / "good.xlsx", {"S": [["a", "b"], [1, 2]]})
    path = folder / "x.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name != part:
                target.writestr(name, data)
            elif new is not None:
                assert old in data
                target.writestr(name, data.replace(old, new))
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"", None),
        (SHEET, b"</sheetData>", b""),
        (SHEET, b'r="A2"', b'r="2A"'),
        (SHEET, b'r="B2"', b'r="ZZZZZZZZ99999999999"'),
        (SHEET, b"<v>2</v>", b"<v>two</v>"),
        (SHEET, b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="x"/></mergeCells>'),
        ("xl/workbook.xml", b"", None),
        ("xl/_rels/workbook.xml.rels", b"", None),
        ("_rels/.rels", b"", None),
    ],
)
def test_a_damaged_workbook_is_refused_wherever_the_damage_sits(
    tmp_path: Path, part: str, old: bytes, new: bytes | None
) -> None:
    with pytest.raises(ValueError, match="the workbook "):
        read_workbook(rewritten(tmp_path, part, old, new))


def test_random_damage_to_a_workbook_never_ends_in_another_kind_of_error(tmp_path: Path) -> None:
    good = put_workbook(tmp_path / "good.xlsx", {"S": [["a", "b"], [1, 2]]}, ["A1:B1"]).read_bytes()
    path = tmp_path / "x.xlsx"
    refused = 0
    for seed in range(300):
        dice = random.Random(seed)
        data = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            read_workbook(path)
        except ValueError:
            refused += 1
    assert refused


def test_an_interrupt_while_a_workbook_is_read_is_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.landing.readers.read_sheet", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_workbook(put_workbook(tmp_path / "x.xlsx", {"S": [[1]]}))


# Pages


def test_a_raised_mark_that_is_no_number_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "x.html"
    file.write_text(
        "<meta charset=utf-8><table><tr><td>湖州<sup>①</sup><td>12<sup>2</sup><td>9 km<sup>2</sup></table>",
        encoding="utf-8",
    )
    grids, _ = read_page(file)
    assert grids["table 1"].cells.tolist() == [["湖州①", "12[2]", "9 km²"]]


@pytest.mark.parametrize(
    ("number_format", "way"),
    [
        ("General", ""),
        ("#,##0.00", ""),
        ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "zero"),
        ("#,##0.00_);[Red]\\(#,##0.00\\)", ""),
        ("[$¥-804]#,##0", ""),
        ("[$-804]0.0", ""),
        ("0.00%", "percent"),
        ('0.0"%"', "other"),
        ('0.00"万"', "other"),
        ("0!.0,", "other"),
        ("#,##0,", "other"),
        ("[$$-409]#,##0", "other"),
        (";;;", "other"),
        ('yyyy"年"', "year"),
        ('yyyy"年"m"月"', "month"),
        ('yyyy"年"m"月"d"日"', ""),
        ('m"月"d"日"', "other"),
        ("", ""),
    ],
)
def test_a_number_format_tells_how_a_cell_is_shown(number_format: str, way: str) -> None:
    assert way_of(number_format) == way


def test_a_workbook_lands_as_its_reader_sees_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row, (value, number_format) in enumerate(
        [
            (dt.date(2021, 1, 1), 'yyyy"年"'),
            (dt.date(2022, 12, 1), 'yyyy"年"m"月"'),
            (dt.date(2022, 12, 31), "yyyy-mm-dd"),
            (0.085, "0.0%"),
            (0, '#,##0;-#,##0;"-"'),
            (2.27, '0.00"万"'),
            (18753, "0"),
        ],
        1,
    ):
        sheet.cell(row, 1, value).number_format = number_format
    sheet["A7"].font = Font(strike=True)
    book.save(tmp_path / "x.xlsx")
    grid = read_workbook(tmp_path / "x.xlsx")["Sheet"]
    assert grid.cells[:, 0].tolist() == ["2021", "2022-12", "2022-12-31", "8.5%", "-", "", ""]
    assert [(fault.row, fault.rule) for fault in grid.faults] == [(6, "scaled_number"), (7, "struck_out")]


def test_an_old_workbook_lands_as_its_reader_sees_it(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row, (value, number_format) in enumerate(
        [(dt.date(2021, 1, 1), 'yyyy"年"'), (0.085, "0.0%"), (0, '#,##0;-#,##0;"-"'), (2.27, '0.00"万"')]
    ):
        sheet.write(row, 0, value, xlwt.easyxf(num_format_str=number_format))
    sheet.write(4, 0, 18753, xlwt.easyxf("font: struck_out on"))
    raised = xlwt.easyfont("escapement superscript")
    sheet.write_rich_text(5, 0, ["163", ("1", raised)])
    book.save(str(tmp_path / "x.xls"))
    grid = read_workbook(tmp_path / "x.xls")["表"]
    assert grid.cells[:, 0].tolist() == ["2021", "8.5%", "-", "", "", "163[1]"]
    assert [(fault.row, fault.rule) for fault in grid.faults] == [(4, "scaled_number"), (5, "struck_out")]


def test_an_opendocument_workbook_lands_as_its_reader_sees_it(tmp_path: Path) -> None:
    def cell(said: str, text: str) -> str:
        return (
            f"<table:table-row><table:table-cell {said}><text:p>{text}</text:p></table:table-cell>"
            "</table:table-row>"
        )

    rows = (
        cell('office:value-type="date" office:date-value="2021-01-01"', "2021年")
        + cell('office:value-type="percentage" office:value="0.085"', "8.5%")
        + cell('office:value-type="float" office:value="0"', "-")
        + cell('office:value-type="float" office:value="18753.4"', "1.8753万")
        + cell('office:value-type="float" office:value="181090000"', "18109")
        + cell('office:value-type="float" office:value="18753.44"', "18,753.4")
    )
    (tmp_path / "x.ods").write_bytes(ods(rows))
    grid = read_workbook(tmp_path / "x.ods")["s"]
    assert grid.cells[:, 0].tolist() == ["2021年", "8.5%", "-", "1.8753万", "", "18753.44"]
    assert [(fault.row, fault.rule) for fault in grid.faults] == [(5, "scaled_number")]
