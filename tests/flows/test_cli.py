"""The reading commands against a published release."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.release.current import require_release
from flows.settings import ROOT
from tests.conftest import Published


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def g60(published: Published, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--warehouse", str(published.paths.warehouse)])


def test_explain_prints_value_unit_document_url_file_and_cell(published: Published) -> None:
    said = g60(published, "explain", "320500", "rd_expenditure", "2022").stdout
    for part in (
        "961.4 亿元",
        "final",
        "2023-10-25",
        "江苏省科技经费投入统计公报",
        "http://www.jschemnet.cn",
        "raw/bulletins/320500_suzhou.csv",
        "D55",
    ):
        assert part in said


def test_explain_lists_every_vintage_and_marks_the_chosen_one(published: Published) -> None:
    said = g60(published, "explain", "嘉兴", "地区生产总值", "2021").stdout
    assert "● printed 6388.38 亿元" in said
    assert "○ printed 6355.28 亿元" in said


def test_explain_of_a_derived_value_names_formula_and_inputs(published: Published) -> None:
    said = g60(published, "explain", "Songjiang District", "rd_expenditure", "2022").stdout
    assert "derived = rd_intensity × gdp" in said
    assert "printed 6.79 %" in said
    assert "printed 1750.12 亿元" in said


@pytest.mark.parametrize(
    ("place", "indicator", "period", "said"),
    [
        ("苏洲", "gdp", "2022", "there is no place '苏洲'"),
        ("苏州", "gpd", "2022", "there is no indicator 'gpd'"),
        ("杭州", "hitech_enterprises", "2022", "never_found_for_place"),
    ],
)
def test_explain_of_what_is_not_there_says_what_is_wrong(
    published: Published, place: str, indicator: str, period: str, said: str
) -> None:
    result = g60(published, "explain", place, indicator, period)
    assert result.exit_code == 1
    assert said in result.stderr


def test_query_gives_json_csv_and_parquet(published: Published, tmp_path: Path) -> None:
    sql = (
        "select place_code, value from marts.fct_indicator "
        "where indicator_code = 'gdp' and period = '2023' order by 1"
    )
    rows = json.loads(g60(published, "query", sql, "--format", "json").stdout)
    assert {"place_code": "320500", "value": 24653.4} in rows
    for form in ("csv", "parquet"):
        target = tmp_path / f"gdp.{form}"
        assert g60(published, "query", sql, "--format", form, "--output", str(target)).exit_code == 0
        [(count,)] = duckdb.sql(f"select count(*) from '{target}'").fetchall()
        assert count == len(rows)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("selec 1", "syntax error"),
        ("select * from marts.no_such_table", "no_such_table"),
        ("drop table marts.dim_place", "a release is only read"),
        ("copy (select 1) to 'stolen.csv'", "a release is only read"),
    ],
)
def test_a_query_that_cannot_be_run_ends_in_one_sentence(published: Published, sql: str, said: str) -> None:
    result = g60(published, "query", sql)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_json_holds_null_where_a_number_is_not_one(published: Published) -> None:
    said = g60(
        published, "query", "select 'nan'::double as a, 'inf'::double as b, 1.5 as c", "--format", "json"
    )
    assert json.loads(said.stdout) == [{"a": None, "b": None, "c": 1.5}]


def test_status_tells_release_inputs_and_counts(published: Published) -> None:
    said = g60(published, "status").stdout
    assert require_release(published.paths).id in said
    assert "unchanged since" in said
    assert re.search(r"(\d+) read, (\d+) landed, 0 quarantined, (\d+) not data", said)


@pytest.mark.parametrize("command", [["status"], ["query", "select 1"], ["explain", "a", "b", "c"], ["docs"]])
def test_before_the_first_release_each_command_says_what_to_do(tmp_path: Path, command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--warehouse", str(tmp_path)])
    assert result.exit_code == 3
    assert "no release has been published yet" in result.stderr
    assert "g60 refresh" in result.stderr


def test_the_docs_of_the_current_release_are_served_on_loopback(published: Published) -> None:
    from flows.reporting.serve import docs_server

    with docs_server(published.paths, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        for page in ("/", "/docs/indicators/gdp.html", "/docs/dbt/index.html", "/csv/dim_place.csv"):
            with urllib.request.urlopen(address + page, timeout=10) as response:
                assert response.status == 200
                assert response.read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/../../current.duckdb", timeout=10)
        server.shutdown()


def test_the_docs_hold_dbts_own_page_and_lead_to_the_exports(published: Published) -> None:
    docs = require_release(published.paths).docs.parent
    assert (docs / "dbt" / "index.html").stat().st_size > 1_000_000
    page = (docs / "tables" / "fct_indicator.html").read_text(encoding="utf-8")
    assert 'href="../../parquet/fct_indicator.parquet"' in page


def readme_queries() -> list[tuple[str, str]]:
    """Each query that the README shows, with the output printed under it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```\n\$ g60 query \"(.+?)\"\n(.+?)\n```", readme, flags=re.DOTALL)


def test_the_readme_shows_at_least_three_queries() -> None:
    assert len(readme_queries()) >= 3


@pytest.mark.parametrize(("sql", "output"), readme_queries())
def test_the_queries_of_the_readme_give_the_output_it_shows(
    published: Published, sql: str, output: str
) -> None:
    assert g60(published, "query", sql).stdout.rstrip("\n") == output
