"""The exports of a real release, opened by the tools that its readers have."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import sdmx
from frictionless import Package, system

from flows.release.current import Release, require_release
from tests.conftest import Published
from tests.programs import program


@pytest.fixture(scope="module")
def release(published: Published) -> Release:
    return require_release(published.paths)


@pytest.fixture(scope="module")
def connection(release: Release) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(release.database), read_only=True)


def test_frictionless_finds_the_data_package_valid_down_to_the_last_row(
    release: Release, connection: duckdb.DuckDBPyConnection
) -> None:
    with system.use_context(trusted=True):
        report = Package(source=str(release.folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "message"])[:5]
    tables = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' order by all"
    ).fetchall()
    assert [(task.name,) for task in report.tasks] == tables


@pytest.mark.parametrize(
    ("flow", "table"), [("G60_FIGURES", "fct_indicator"), ("G60_PRINTINGS", "fct_observation")]
)
def test_sdmx_reads_back_every_observation_with_its_value(
    release: Release, connection: duckdb.DuckDBPyConnection, flow: str, table: str
) -> None:
    folder = release.folder / "sdmx"
    structure: Any = sdmx.read_sdmx(str(folder / "structure.xml"))
    data: Any = sdmx.read_sdmx(str(folder / f"{flow.lower()}.csv"), structure=structure.structure[flow])
    read = sorted(
        (str(one.dimension["REF_AREA"].value), str(one.dimension["INDICATOR"].value), float(one.value))
        for one in data.data[0].obs
    )
    ours = connection.execute(
        f"select place_code, indicator_code, value from marts.{table} order by all"
    ).fetchall()
    assert read == ours
    areas = {code.id for code in structure.codelist["CL_AREA"]}
    assert {area for area, _, _ in read} <= areas


def test_each_sheet_of_the_workbook_has_the_rows_of_its_mart(
    release: Release, connection: duckdb.DuckDBPyConnection
) -> None:
    book = openpyxl.load_workbook(release.folder / "g60.xlsx", read_only=True)
    contents = {
        name: rows
        for name, rows, *_ in book.worksheets[0].iter_rows(min_row=5, values_only=True)
        if isinstance(rows, int)
    }
    names = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts'"
    ).fetchall()
    counted = {
        name: connection.execute(f"select count(*) from marts.{name}").fetchall()[0][0] for (name,) in names
    }
    assert {"mart_target", "mart_freshness"} <= counted.keys()
    assert contents == counted
    sheet = book["fct_indicator"]
    heads = [cell.value for cell in next(sheet.iter_rows(max_row=1))]
    values = [row[heads.index("value")] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert all(isinstance(value, int | float) for value in values)
    total = connection.execute("select sum(value) from marts.fct_indicator").fetchall()[0][0]
    assert sum(values) == pytest.approx(total)


def test_libreoffice_opens_the_workbook_and_sees_the_numbers(
    release: Release, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    # -1 at the end writes every sheet to a file of its own.
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [program("soffice"), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    command += ["--convert-to", every_sheet, "--outdir", str(tmp_path), str(release.folder / "g60.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with (tmp_path / "g60-dim_place.csv").open(encoding="utf-8") as lines:
        places = [row[:2] for row in list(csv.reader(lines))[3:]]
    ours = connection.execute("select place_code, name_zh from marts.dim_place").fetchall()
    assert sorted(map(tuple, places)) == sorted(ours)
    assert len(list(tmp_path.glob("g60-*.csv"))) == len(
        openpyxl.load_workbook(release.folder / "g60.xlsx", read_only=True).sheetnames
    )
