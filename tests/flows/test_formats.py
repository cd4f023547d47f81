"""One bulletin in every format that offices save: as many landings, and the same observations.

The figures are those of raw/bulletins/320500_suzhou.csv, with its 超过, 近, 余 and 突破.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.landing.land import land
from flows.landing.take_in import take_in
from flows.modelling.build import judge
from flows.settings import ROOT, Paths
from tests.fixtures.mutations import Cell, Table, html, ods, xls, xlsx
from tests.fixtures.recount import is_same, landed_cells, recount
from tests.unit.landing.files import rows_of

BULLETIN = ROOT / "raw" / "bulletins" / "320500_suzhou.csv"
SAME = """
    select place_code, indicator_code, period, value, value_low, value_high, unit, qualifier, status,
        is_missing, value_as_printed, unit_as_printed, reclassified_from, published_by, note_text, reject_rule
    from staging.stg_statistic where file_path = 'bulletins/{}' order by all
"""


def rows() -> list[list[str]]:
    return list(csv.reader(io.StringIO(BULLETIN.read_text(encoding="utf-8"), newline="")))


def typed(text: str) -> Cell:
    """A value as an office program would keep it: a number where that prints the same digits. 1036.0 stays a
    text, since its last digit says how well it is known."""
    return float(text) if "." in text and plain(text) else int(text) if plain(text) else text or None


def plain(text: str) -> bool:
    return bool(re.fullmatch(r"0|-?[1-9][0-9]{0,12}|-?(0|[1-9][0-9]{0,9})\.[0-9]{0,3}[1-9]", text))


def table() -> Table:
    head, *body = rows()
    return Table([list[Cell](head), *[[typed(text) for text in row] for row in body]], (), {})


def text_of(delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows())
    return out.getvalue()


def json_lines() -> bytes:
    head, *body = rows()
    records = [{name: typed(text) for name, text in zip(head, row, strict=True)} for row in body]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def parquet() -> bytes:
    head, *body = rows()
    out = io.BytesIO()
    columns = [pa.array([row[i] or None for row in body], pa.string()) for i in range(len(head))]
    pq.write_table(pa.Table.from_arrays(columns, names=head), out)
    return out.getvalue()


# File name → how it is written, and the format and encoding that landing must find.
FORMATS: dict[str, tuple[Callable[[], bytes], str, str | None]] = {
    "utf-8.csv": (lambda: text_of().encode(), "csv", "utf-8"),
    "bom.csv": (lambda: text_of().encode("utf-8-sig"), "csv", "utf-8-sig"),
    "gb18030.csv": (lambda: text_of().encode("gb18030"), "csv", "gb18030"),
    "utf-16.csv": (lambda: text_of().encode("utf-16"), "csv", "utf-16"),
    "tabs.tsv": (lambda: text_of("\t").encode(), "tsv", "utf-8"),
    "new.xlsx": (lambda: xlsx(table()), "xlsx", None),
    "old.xls": (lambda: xls(table()), "xls", None),
    "open.ods": (lambda: ods(table()), "ods", None),
    "page.html": (lambda: html(table(), "utf-8"), "html", "utf-8"),
    "page_gb.html": (lambda: html(table(), "gb18030"), "html", "gb18030"),
    "page_named.xls": (lambda: html(table(), "utf-8"), "html", "utf-8"),
    "columns.parquet": (parquet, "parquet", None),
    "lines.jsonl": (json_lines, "jsonl", "utf-8"),
}
# What differs by format: where one counts names once for all records, there is no row of names.
FIGURES = len(rows()) - 1


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """All copies beside each other, judged as a refresh would."""
    folder = tmp_path_factory.mktemp("formats")
    paths = Paths(raw=folder / "raw", warehouse=folder / "warehouse")
    (paths.raw / "bulletins").mkdir(parents=True)
    for name, (write, _, _) in FORMATS.items():
        path = paths.raw / "bulletins" / name
        path.write_bytes(write())
        shutil.copy(f"{BULLETIN}.yaml", f"{path}.yaml")
    land(paths.raw, paths.build_database)
    judge(paths)
    return paths


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """The observations of the bulletin itself, alone in a warehouse."""
    folder = tmp_path_factory.mktemp("original")
    paths = Paths(raw=folder / "raw", warehouse=folder / "warehouse")
    (paths.raw / "bulletins").mkdir(parents=True)
    for path in (BULLETIN, Path(f"{BULLETIN}.yaml")):
        shutil.copy(path, paths.raw / "bulletins")
    land(paths.raw, paths.build_database)
    judge(paths)
    return rows_of(paths.build_database, SAME.format(BULLETIN.name))


def test_the_bulletin_prints_more_than_plain_numbers(original: list[tuple[Any, ...]]) -> None:
    printed = {row[10] for row in original}
    assert {"超过4", "近18000", "11000余", "突破1000"} <= printed
    assert {row[7] for row in original} >= {"exact", "at_least", "at_most"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_one_landing_of_the_same_number_of_figures(judged: Paths, name: str) -> None:
    _, kind, encoding = FORMATS[name]
    found = rows_of(
        judged.build_database,
        f"""
        select step, format, encoding, cells_landed, cells_quarantined, cells_read = cells_landed
            + cells_quarantined + cells_not_data
        from marts.mart_outcome where file_path = 'bulletins/{name}' and step = 'land'
        """,
    )
    assert found == [("land", kind, encoding, FIGURES, 0, True)]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_very_observations_of_the_bulletin(
    judged: Paths, original: list[tuple[Any, ...]], name: str
) -> None:
    found = rows_of(judged.build_database, SAME.format(name))
    assert len(found) == FIGURES
    assert found == original


def test_no_figure_of_any_format_is_refused(judged: Paths) -> None:
    assert (
        rows_of(judged.build_database, "select cell_address, rule, reason from marts.mart_quarantine") == []
    )


def test_all_formats_read_the_same_number_of_cells(judged: Paths) -> None:
    counts = rows_of(judged.build_database, "select file_path, cells_read from raw.file")
    assert len(counts) == len(FORMATS)
    assert len({count for _, count in counts}) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_every_address_leads_another_reader_to_the_same_cell(judged: Paths, name: str) -> None:
    path = judged.raw / "bulletins" / name
    file = take_in(path, judged.raw)
    again = recount(path, file)
    assert again is not None
    assert again.cells == file.read
    assert sum(is_same(text, again.at(address)) for address, text in landed_cells(file)) == FIGURES


def test_a_figure_of_each_format_is_found_by_the_address_in_the_warehouse(judged: Paths) -> None:
    """The first figure of the bulletin: row 2 where names have a row, line 1 where they have none."""
    first = rows()[1][3]
    with duckdb.connect(str(judged.build_database), read_only=True) as connection:
        for name in FORMATS:
            sheet = {"html": "table 1!", "xlsx": "Sheet!", "xls": "Sheet!", "ods": "Sheet!"}.get(
                FORMATS[name][1], ""
            )
            address = f"bulletins/{name}#{sheet}D{1 if name.endswith('jsonl') else 2}"
            sql = "select value_text from raw.statistic where cell_address = ?"
            assert connection.execute(sql, [address]).fetchall() == [(first,)], address
