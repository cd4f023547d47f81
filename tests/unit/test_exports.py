"""The exports of a tiny release: types, keys and hostile names survive each form."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml
from frictionless import Package, system
from lxml import etree

from flows.exporting import workbook
from flows.exporting.dataset import Table, read_dataset
from flows.exporting.sdmx import TIME_PERIOD
from flows.exporting.workbook import sheet_names
from flows.exporting.write import export

HOSTILE = '=HYPERLINK("http://example.org","x")'
MARKUP = "<script>alert(1)</script>&\"'"

RELEASE = f"""
create schema marts; create schema meta;
create table meta.release as
select '20260101T000000Z-0000aaaa' as release_id, timestamp '2026-01-01' as built_at;
create table meta.key (table_name varchar, columns varchar[]);
insert into meta.key values
    ('dim_place', ['place_code']), ('fct_indicator', ['place_code', 'indicator_code', 'period']);
create table meta.reference (table_name varchar, columns varchar[], to_table varchar, to_columns varchar[]);
insert into meta.reference values ('fct_indicator', ['place_code'], 'dim_place', ['place_code']);
create table marts.dim_place as
select * from (values
    ('310117', '松江区', 'Songjiang'), ('330100', '{MARKUP.replace("'", "''")}', '{HOSTILE}')
) as t (place_code, name_zh, name_en);
create table marts.dim_indicator as
select 'gdp' as indicator_code, '地区生产总值' as name_zh, 'GDP' as name_en, '亿元' as unit,
    '100 million yuan' as unit_en, '当年价' as definition_zh, 'At current prices' as definition_en;
create table marts.dim_document as select 'd-1' as document_id, '统计局' as publisher;
create table marts.fct_indicator (
    place_code varchar not null, indicator_code varchar, period varchar, year integer, value double not null,
    value_low double, value_high double, unit varchar, qualifier varchar, value_kind varchar, status varchar,
    vintage_date date, document_id varchar, cell_address varchar
);
insert into marts.fct_indicator values
    ('310117', 'gdp', '2022', 2022, 1750.12, 1750.115, 1750.125, '亿元', 'exact', 'observed', 'final',
        date '2023-03-01', 'd-1', 'f.csv#B1'),
    ('330100', 'gdp', '2021Q1-Q3', null, 1800, 1800, null, '亿元', 'at_least', 'bound', 'preliminary', null,
        'd-1', 'f.csv#B2');
create table marts.fct_observation as from marts.fct_indicator;
create table marts.mart_all_types as
select true as yes, 9007199254740993::bigint as large, date '2024-02-29' as day, [1, 2] as list,
    {{'a': '{HOSTILE}', 'b': 1}} as record, null::varchar as nothing, 'NaN'::double as no_number;
create view marts.mart_view as select date '2026-01-01' as as_of, 1 as late;
comment on table marts.dim_place is '地区。 Places.';
comment on column marts.dim_place.name_zh is '中文名。 Chinese name.';
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    database = folder / "g60.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(RELEASE)
    export(database, folder)
    return folder


def test_every_table_is_in_each_export_and_a_view_as_it_stood_that_day(exported: Path) -> None:
    tables = {
        "dim_document",
        "dim_indicator",
        "dim_place",
        "fct_indicator",
        "fct_observation",
        "mart_all_types",
        "mart_view",
    }
    package = json.loads((exported / "datapackage.json").read_text("utf-8"))
    assert {path.stem for path in (exported / "parquet").iterdir()} == tables
    assert {path.stem for path in (exported / "csv").iterdir()} == tables
    assert {one["name"] for one in package["resources"]} == tables
    book = openpyxl.load_workbook(exported / "g60.xlsx")
    assert set(book.sheetnames[2:]) == tables
    assert [*book["mart_view"].iter_rows(min_row=4, values_only=True)] == [(dt.datetime(2026, 1, 1), 1)]
    assert (exported / "csv" / "mart_view.csv").read_text("utf-8").splitlines()[1] == "2026-01-01,1"


def test_numbers_dates_and_truth_values_keep_their_type_in_the_workbook(exported: Path) -> None:
    book = openpyxl.load_workbook(exported / "g60.xlsx")
    yes, large, day, listed, record, nothing, no_number = next(
        book["mart_all_types"].iter_rows(min_row=4, max_row=4)
    )
    assert (yes.value, yes.data_type) == (True, "b")
    assert large.value == "9007199254740993"
    assert day.is_date
    assert listed.value == "[1,2]"
    assert json.loads(record.value) == {"a": HOSTILE, "b": 1}
    assert nothing.value is None
    assert no_number.value is None
    value = book["fct_indicator"]["E4"]
    assert (value.value, value.data_type) == (1750.12, "n")


def test_the_sheet_of_a_mart_too_long_for_it_says_where_its_rows_are(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    with duckdb.connect(str(exported / "g60.duckdb"), read_only=True) as connection:
        workbook.write_workbook(connection, read_dataset(connection), tmp_path / "g60.xlsx")
    book = openpyxl.load_workbook(tmp_path / "g60.xlsx")
    zh, en = (book["dim_place"].cell(row, 1).value for row in (4, 5))
    assert "本表 2 行" in zh and "parquet/dim_place.parquet" in zh
    assert "2 rows" in en and "csv/dim_place.csv" in en
    assert book["dim_place"].max_row == 5
    assert book["dim_indicator"]["A4"].value == "gdp"


def test_a_text_that_looks_like_a_formula_is_run_by_no_spreadsheet(exported: Path) -> None:
    cell = openpyxl.load_workbook(exported / "g60.xlsx")["dim_place"]["C5"]
    assert (cell.value, cell.data_type) == (HOSTILE, "s")
    with (exported / "csv" / "dim_place.csv").open(encoding="utf-8") as lines:
        assert list(csv.reader(lines))[2][2] == "'" + HOSTILE


def test_markup_in_a_name_stays_text_in_the_sdmx_structure(exported: Path) -> None:
    tree = etree.parse(str(exported / "sdmx" / "structure.xml"))
    names = tree.xpath("//*[local-name()='Code'][@id='330100']/*[local-name()='Name']/text()")
    assert names == [MARKUP, HOSTILE]


def test_the_data_package_is_valid_with_all_its_rows(exported: Path) -> None:
    with system.use_context(trusted=True):
        report = Package(source=str(exported / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "message"])


def test_the_data_package_names_keys_and_references(exported: Path) -> None:
    package = json.loads((exported / "datapackage.json").read_text("utf-8"))
    schema = {one["name"]: one["schema"] for one in package["resources"]}["fct_indicator"]
    assert schema["primaryKey"] == ["place_code", "indicator_code", "period"]
    assert schema["foreignKeys"] == [
        {"fields": ["place_code"], "reference": {"resource": "dim_place", "fields": ["place_code"]}}
    ]


def test_a_parquet_file_says_what_it_is(exported: Path) -> None:
    said = pq.read_metadata(exported / "parquet" / "dim_place.parquet").metadata
    assert said[b"release"] == b"20260101T000000Z-0000aaaa"
    assert said[b"description"].decode() == "地区。 Places."


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2022", "2022"),
        ("2021H1", "2021-S1"),
        ("2021Q2", "2021-Q2"),
        ("2022M06", "2022-06"),
        ("2021Q1-Q3", "2021-01-01/P9M"),
        ("2023M01-M11", "2023-01-01/P11M"),
        ("2023M03-M04", "2023-03-01/P2M"),
        ("2022-06-30", "2022-06-30"),
    ],
)
def test_each_period_has_its_sdmx_form(period: str, expected: str) -> None:
    assert duckdb.execute(f"select {TIME_PERIOD} from (select ? as period)", [period]).fetchone() == (
        expected,
    )


def test_names_of_sheets_are_short_and_different() -> None:
    long = "mart_collaborative_innovation_index_contribution"
    tables = [
        Table(name, "", "", 0, (), (), ()) for name in (long, long + "_of_places", long + "_of_pillars", "x")
    ]
    names = sheet_names(tuple(tables))
    assert all(len(name) <= 31 for name in names.values())
    assert len({name.lower() for name in names.values()}) == 4
    assert names[long] == "index_contribution"


def test_the_citation_names_the_release(exported: Path) -> None:
    said = yaml.safe_load((exported / "CITATION.cff").read_text("utf-8"))
    assert said["version"] == "20260101T000000Z-0000aaaa"
    assert said["cff-version"] == "1.2.0"


def test_the_crate_lists_the_files_that_are_there(exported: Path) -> None:
    crate = json.loads((exported / "ro-crate-metadata.json").read_text("utf-8"))
    files = [one["@id"] for one in crate["@graph"] if one["@type"] == "File"]
    assert files
    assert all((exported / path).is_file() for path in files)
