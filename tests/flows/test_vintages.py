"""What was known when, and what reviewers decided: asked of a real release."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest

from flows.settings import ROOT
from tests.conftest import Published, Scheduler

SHOWN = (
    "place_code, indicator_code, period, year, period_end, value, value_low, value_high, unit, qualifier, "
    "value_kind, status, vintage_date, document_id, cell_address, formula"
)
SCORES = (
    "framework, place_code, year, round(score, 9), round(score_low, 9), round(score_high, 9), rank, "
    "round(availability, 9)"
)


def difference(connection: duckdb.DuckDBPyConnection, first: str, second: str) -> list[tuple[object, ...]]:
    """Rows that stand in one of two queries only."""
    return connection.sql(f"(({first}) except ({second})) union all (({second}) except ({first}))").fetchall()


def test_as_of_today_is_what_the_release_holds(published: Published) -> None:
    with duckdb.connect(str(published.paths.current), read_only=True) as release:
        assert (
            difference(
                release, f"select {SHOWN} from as_of(today())", f"select {SHOWN} from marts.fct_indicator"
            )
            == []
        )
        assert (
            difference(
                release,
                f"select {SCORES} from index_as_of(today())",
                f"select {SCORES} from marts.mart_collaborative_innovation_index",
            )
            == []
        )


def test_around_a_revision_three_days_give_three_answers(published: Published) -> None:
    """The nation's GDP of 2019: first printed, final to the trillion's second digit, final in full."""
    with duckdb.connect(str(published.paths.current), read_only=True) as release:

        def known(place: str, period: str, day: str) -> list[tuple[object, ...]]:
            return release.execute(
                "select value, status from as_of(?) "
                "where (place_code, indicator_code, period) = (?, 'gdp', ?)",
                [day, place, period],
            ).fetchall()

        assert known("100000", "2019", "2020-06-30") == [(990900.0, "preliminary")]
        assert known("100000", "2019", "2020-12-31") == [(986500.0, "final")]
        assert known("100000", "2019", "2021-06-30") == [(986515.0, "final")]
        assert known("330400", "2021", "2021-12-30") == []
        assert known("330400", "2021", "2022-06-30") == [(6355.28, "preliminary")]
        assert known("330400", "2021", "2023-06-30") == [(6388.38, "final")]


def test_the_index_inputs_of_a_day_rest_on_nothing_known_later(published: Published) -> None:
    with duckdb.connect(str(published.paths.current), read_only=True) as release:
        [(later,)] = release.sql("""
            select count(*)
            from index_inputs_as_of('2023-06-30') as i
            inner join marts.mart_collaborative_innovation_index_contribution as c
                on
                    i.framework = c.framework and i.place_code = c.place_code and i.year = c.year
                    and i.indicator_code = c.indicator_code
            where i.value_kind = 'observed' and c.value_kind = 'imputed'
        """).fetchall()
        years = release.sql("select max(year) from index_as_of('2023-06-30')").fetchall()
    assert later == 0
    assert years == [(2022,)]


def test_a_refresh_as_of_a_day_publishes_beside_and_agrees_with_the_macros(
    scheduler: Scheduler, published: Published
) -> None:
    before = published.paths.current.resolve()

    run = scheduler.g60("refresh", "--warehouse", published.paths.warehouse, "--as-of", "2023-06-30")

    assert run.returncode == 0, run.stderr
    assert published.paths.current.resolve() == before
    beside = published.paths.warehouse / "as_of" / "2023-06-30" / "current.duckdb"
    with duckdb.connect(str(published.paths.current), read_only=True) as connection:
        connection.execute(f"attach '{beside}' as beside (read_only)")
        assert connection.sql("select as_of from beside.meta.release").fetchall() == [("2023-06-30",)]
        assert (
            difference(
                connection,
                f"select {SHOWN} from as_of('2023-06-30')",
                f"select {SHOWN} from beside.marts.fct_indicator",
            )
            == []
        )
        assert (
            difference(
                connection,
                f"select {SCORES} from index_as_of('2023-06-30')",
                f"select {SCORES} from beside.marts.mart_collaborative_innovation_index",
            )
            == []
        )


@pytest.mark.parametrize(
    ("day", "said"), [("2023-02-30", "'2023-02-30' is no day"), ("2999-01-01", "2999-01-01 has not come yet")]
)
def test_a_day_that_is_none_or_has_not_come_is_refused(
    scheduler: Scheduler, tmp_path: Path, day: str, said: str
) -> None:
    run = scheduler.g60("refresh", "--warehouse", tmp_path, "--as-of", day)
    assert run.returncode == 1
    assert said in run.stderr


def test_a_correction_whose_source_is_mended_stops_the_refresh_and_is_named(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    raw = shutil.copytree(ROOT / "raw", tmp_path / "raw")
    file = raw / "yearbook" / "gdp_by_sector_2000_2023.xlsx"
    book = openpyxl.load_workbook(file)
    cell = book["地区生产总值"]["BR7"]
    assert str(cell.value) == "13160.72"
    cell.value = 12556.0
    book.save(file)
    before = published.paths.current.resolve()

    run = scheduler.g60("refresh", "--warehouse", published.paths.warehouse, "--raw", raw)

    assert run.returncode == 1
    assert "corrections_meet_the_text_they_expect" in run.stderr
    assert "correction_id=C001" in run.stderr
    assert "expect=13160.72" in run.stderr
    assert "12556 at yearbook/gdp_by_sector_2000_2023.xlsx" in run.stderr
    assert published.paths.current.resolve() == before


def test_a_file_mostly_refused_or_with_a_broken_card_closes_the_gate(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    raw = shutil.copytree(ROOT / "raw", tmp_path / "raw")
    sheet = raw / "songjiang" / "indicators.csv"
    with sheet.open("a", encoding="utf-8") as handle:
        handle.writelines(
            f"松江县,地区生产总值,{year},较快增长,亿元,未注明,,,,,\n" for year in range(2000, 2015)
        )
    with (raw / "sharing" / "sharing.csv.yaml").open("a", encoding="utf-8") as card:
        card.write("colour: red\n")
    (raw / "suzhou" / "awaiting_a_card.csv").write_text("地区\n苏州市\n", encoding="utf-8")

    run = scheduler.g60("refresh", "--warehouse", published.paths.warehouse, "--raw", raw)

    assert run.returncode == 1
    assert "quarantine_stays_within_the_limit_of_each_card" in run.stderr
    assert "songjiang/indicators.csv" in run.stderr
    assert "sharing/sharing.csv" in run.stderr
    assert "awaiting_a_card.csv" not in run.stderr


def test_census_revisions_and_new_boundaries_are_breaks_and_never_growth(published: Published) -> None:
    with duckdb.connect(str(published.paths.current), read_only=True) as release:
        assert release.sql("""
            select first_value, latest_value, revision_kind, is_series_break from marts.mart_revision
            where (place_code, indicator_code, period) = ('330100', 'pop_resident', '2019')
        """).fetchall() == [(1036.0, 1161.3, "census_back_revision", True)]
        assert release.sql("""
            select distinct growth_percent, break_kind from marts.mart_growth
            where place_code in ('340100', '340200') and year = 2011
        """).fetchall() == [(None, "boundary_change")]


def test_a_corrected_figure_shows_both_values_and_the_reviewer(published: Published) -> None:
    with duckdb.connect(str(published.paths.current), read_only=True) as release:
        assert release.sql("""
            select correction_id, action, value_as_printed, decided_by is not null, decided_on is not null
            from marts.mart_correction order by all
        """).fetchall() == [
            ("C001", "flag", "13160.72", True, True),
            ("C002", "flag", "2110.04", True, True),
            ("C003", "drop", "5.8万亿元", True, True),
            ("C004", "drop", "459.8亿元", True, True),
        ]
