"""Hostile files: each is refused within moments, with the limit it passes, before it takes the memory."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from flows.landing.cards import card_path, load_card
from flows.landing.limits import MAX_FILE_BYTES
from flows.landing.read import format_of, read_file
from flows.landing.take_in import take_in

from .files import GOOD_ROW, HEADER, card, cross_tab, ods, put, put_workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(rows: str, shared: str = "", head: str = "") -> bytes:
    """A workbook of one sheet `s`, its XML as given."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr(
            "xl/workbook.xml",
            f'{head}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        for part, kind, target in (
            ("_rels/.rels", "officeDocument", "xl/workbook.xml"),
            ("xl/_rels/workbook.xml.rels", "worksheet", "worksheets/sheet1.xml"),
        ):
            book.writestr(
                part,
                f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/{kind}" '
                f'Target="{target}"/></Relationships>',
            )
        book.writestr(
            "xl/worksheets/sheet1.xml", f"{head}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
        )
        book.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{shared}</sst>")
    return data.getvalue()


def refusal(folder: Path, name: str, data: bytes | str, said: dict[str, object] | None = None) -> str:
    file = put(folder / name, data, said)
    [piece] = take_in(file, folder).rejected
    return f"{piece.rule}: {piece.reason}"


CELL = '<c r="{at}" t="s"><v>0</v></c>'


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (CELL.format(at="XFD1048576"), "too_large: sheet s spans 1,048,576 rows by 16,384 columns"),
        (
            '<row r="9000000"><c><v>1</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>',
            "too_large: sheet s spans 9,000,000 rows by 1 columns",
        ),
        # Attributes in between do not hide where a cell lies.
        (f'<c x="{"y" * 5000}" r="XFD1048576" t="n"><v>1</v></c>', "too_large: sheet s spans 1,048,576 rows"),
        ("<x:c xmlns:x='u' r='XFD1048576'><x:v>1</x:v></x:c>", "too_large: sheet s spans 1,048,576 rows"),
    ],
)
def test_a_cell_far_away_makes_a_sheet_too_large(tmp_path: Path, rows: str, said: str) -> None:
    assert refusal(tmp_path, "x.xlsx", xlsx(rows)).startswith(said)


def test_a_sheet_hides_nowhere_in_its_container(tmp_path: Path) -> None:
    """The workbook itself says where it lies; the office programs' own folder is a habit only."""
    data, moved = io.BytesIO(xlsx(CELL.format(at="XFD1048576"))), io.BytesIO()
    with zipfile.ZipFile(data) as book, zipfile.ZipFile(moved, "w") as copy:
        for part in book.namelist():
            text = book.read(part).replace(b"xl/workbook.xml", b"cave/book.xml")
            copy.writestr(part.replace("xl/", "cave/").replace("workbook.xml", "book.xml"), text)
    said = "too_large: sheet s spans 1,048,576 rows by 16,384 columns"
    assert refusal(tmp_path, "x.xlsx", moved.getvalue()).startswith(said)


def test_a_format_without_a_value_does_not_make_a_sheet_larger(tmp_path: Path) -> None:
    cells = '<c r="A1"><v>1</v></c><c r="XFD1048576" s="1"/><c r="XFD1048575" s="1"></c>'
    file = put(tmp_path / "x.xlsx", xlsx(cells))
    [piece] = take_in(file, tmp_path).rejected
    assert piece.rule != "too_large"


def test_a_long_text_that_every_cell_points_at_counts_once_a_cell(tmp_path: Path) -> None:
    rows = "".join(CELL.format(at=f"A{row}") for row in range(1, 2001))
    shared = f"<si><t>{'长' * 300_000}</t></si>"
    said = "too_large: the texts of sheet s make 600,000,000 characters, at most 500,000,000 are read"
    assert refusal(tmp_path, "x.xlsx", xlsx(rows, shared)) == said


def test_a_long_header_counts_once_a_figure(tmp_path: Path) -> None:
    rows = "\n".join(["城市," + "长" * 100_000, *(f"苏州市,{number}" for number in range(6000))])
    said = card("cross_tab", tables=[cross_tab()])
    assert refusal(tmp_path, "x.csv", rows, said).startswith("too_large: the texts of sheet 1 make 600,")
    assert refusal(tmp_path, "y.csv", rows, card("register", register="things")).startswith(
        "too_large: the texts of headers and urls, written beside every cell, make 600,"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
            "</table:table-row>",
            "too_large: sheet s spans 1,048,576 rows by 16,384 columns",
        ),
        (
            '<table:table-row table:number-rows-repeated="1000"><table:table-cell '
            'table:number-columns-repeated="1000" office:value-type="string"><text:p>'
            f"{'长' * 1000}</text:p></table:table-cell></table:table-row>",
            "too_large: the texts of sheet s make 1,000,000,000 characters",
        ),
    ],
)
def test_a_repeated_cell_of_opendocument_counts_as_often_as_it_is_repeated(
    tmp_path: Path, rows: str, said: str
) -> None:
    assert refusal(tmp_path, "x.ods", ods(rows)).startswith(said)


def test_empty_rows_repeated_to_the_edge_do_not_make_an_opendocument_sheet_larger(tmp_path: Path) -> None:
    row = "<table:table-row>{}</table:table-row>"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    edge = '<table:table-cell table:number-columns-repeated="16380"/>'
    rows = "".join(
        row.format("".join(map(cell.format, line.split(","))) + edge) for line in (HEADER, GOOD_ROW)
    )
    rows += f'<table:table-row table:number-rows-repeated="1048574">{edge}</table:table-row>'
    assert take_in(put(tmp_path / "x.ods", ods(rows)), tmp_path).kept == 1


@pytest.mark.parametrize("part", ["<!DOCTYPE w>", '<!DOCTYPE w [<!ENTITY a "ha">]>'])
def test_a_part_that_declares_a_document_type_is_refused(tmp_path: Path, part: str) -> None:
    said = "file_unreadable: xl/workbook.xml declares a document type, which a workbook has no use for"
    assert refusal(tmp_path, "x.xlsx", xlsx("", head=part)) == said


def test_tags_that_never_end_do_not_keep_the_reader_busy(tmp_path: Path) -> None:
    """Where every opening was searched to the end of the file, this one took hours."""
    said = refusal(tmp_path, "x.xlsx", xlsx("<c><f>" * 400_000))
    assert said.startswith("file_unreadable: the workbook is damaged in xl/worksheets/sheet1.xml: ")


def test_a_file_of_too_many_bytes_is_refused_unread(tmp_path: Path) -> None:
    file = put(tmp_path / "x.csv", "")
    os.truncate(file, MAX_FILE_BYTES + 1)
    [piece] = take_in(file, tmp_path).rejected
    assert piece.reason == "the file has 500,000,001 bytes, at most 500,000,000 are read"


def test_a_merged_label_counts_once_a_row(tmp_path: Path) -> None:
    html = f"<table><tr><th>{'</th><th>'.join(HEADER.split(','))}</th></tr>"
    cells = f"<td rowspan=20000>{'长' * 30_000}</td>" + "<td>1</td>" * 4
    html += f"<tr>{cells}</tr>" + f"<tr>{'<td>1</td>' * 4}</tr>" * 19_999 + "</table>"
    assert refusal(tmp_path, "x.html", html).startswith(
        "too_large: the texts of sheet table 1 with its merged"
    )


def test_formulas_links_and_macros_are_neither_run_nor_followed(tmp_path: Path) -> None:
    """The value that was stored is the value, whatever the formula beside it says."""
    head = HEADER.split(",")
    cells = "".join(
        f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in zip("ABCDE", head, strict=True)
    )
    good = GOOD_ROW.split(",")
    stored = "".join(
        f'<c r="{c}2" t="str"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>{t}</v></c>'
        for c, t in zip("ABCDE", good, strict=True)
    )
    file = put(tmp_path / "x.xlsm", xlsx(f'<row r="1">{cells}</row><row r="2">{stored}</row>'))
    landed, _ = read_file(file, load_card(card_path(file)), format_of(file))
    assert landed.columns["value_text"].to_pylist() == ["1750.12"]


def test_columns_that_a_spreadsheet_left_empty_at_the_right_are_no_columns(tmp_path: Path) -> None:
    file = put(tmp_path / "x.csv", f"{HEADER},,\n{GOOD_ROW},,\n")
    assert take_in(file, tmp_path).kept == 1
    stray = take_in(put(tmp_path / "y.csv", f"{HEADER},,\n{GOOD_ROW},,x\n"), tmp_path)
    assert stray.rejected[0].reason == "the header has an unknown column '' at F"


def test_a_key_given_twice_in_a_line_of_json_loses_no_value(tmp_path: Path) -> None:
    good = dict(zip(HEADER.split(","), GOOD_ROW.split(","), strict=True))
    line = "{" + ",".join(f'"{key}":"{value}"' for key, value in good.items()) + "}"
    file = put(tmp_path / "x.jsonl", f'{line}\n{line[:-1]},"数值":"2"}}\n')
    read = take_in(file, tmp_path)
    assert read.kept == 1
    assert [(piece.cell_address, piece.rule) for piece in read.rejected] == [("A2", "line_malformed")]


def test_a_sheet_of_a_workbook_beside_the_declared_one_is_told(tmp_path: Path) -> None:
    rows = [HEADER.split(","), GOOD_ROW.split(",")]
    file = put_workbook(tmp_path / "x.xlsx", {"表": rows, "藏": [["x"]]}, said=card())
    assert [piece.rule for piece in take_in(file, tmp_path).rejected] == ["sheet_not_declared"]


def test_complaints_without_end_are_told_together_and_counted_one_by_one(tmp_path: Path) -> None:
    ragged = put(tmp_path / "ragged.csv", f"{HEADER}\n" + "a,b\n" * 12_000)
    stray = put(
        tmp_path / "stray.csv",
        "城市,2020\n苏州市,1\n注:\n" + "1,2\n" * 12_000,
        card("cross_tab", tables=[cross_tab(notes="注")]),
    )
    for file, rule in ((ragged, "row_malformed"), (stray, "cell_not_declared")):
        read = take_in(file, tmp_path)
        assert len(read.rejected) == 10_001
        assert read.quarantined == 12_000
        assert read.rejected[-1].rule == rule
        assert read.rejected[-1].reason.endswith("in 2,000 more cells")


def test_a_faulty_value_is_one_cell_and_told_once(tmp_path: Path) -> None:
    faulty = [
        ["松江区", "地区生产总值", 2022, "=1/0", "亿元"],
        ["松江区", "地区生产总值", 2023, "#N/A", "亿元"],
    ]
    file = put_workbook(tmp_path / "x.xlsx", {"表": [HEADER.split(","), *faulty]}, said=card())
    read = take_in(file, tmp_path)
    assert [piece.rule for piece in read.rejected] == ["formula_without_value", "error_cell"]
    assert read.read == 15
