"""The example queries and metrics of a real release: they run as they are, and their numbers are right."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from flows.release.current import require_release
from tests.conftest import Published

# In the bundled files no cell is refused.
MAY_BE_EMPTY = {"what_was_refused"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def connection(published: Published) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(require_release(published.paths).database), read_only=True)


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def answers(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    [(sql,)] = connection.execute("select sql from meta.example where example_name = ?", [name]).fetchall()
    found = connection.sql(sql)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_every_example_runs_on_the_release_as_it_is_and_answers(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    examples = rows(connection, "select example_name, sql from meta.example order by sort_no")
    assert len(examples) >= 25
    empty = {name for name, sql in examples if not rows(connection, sql)}
    assert empty <= MAY_BE_EMPTY


def test_every_example_gives_the_same_rows_in_the_same_order_twice(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for name, sql in rows(connection, "select example_name, sql from meta.example"):
        assert rows(connection, sql) == rows(connection, sql), name


def test_every_example_has_its_question_and_its_prose_in_both_languages(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    for name, title_zh, title_en, prose_zh, prose_en in rows(
        connection, "select example_name, title_zh, title_en, prose_zh, prose_en from meta.example"
    ):
        assert CHINESE.search(title_zh), name
        assert CHINESE.search(prose_zh), name
        assert re.match(r"[A-Z].*\?$", title_en), name
        assert re.match(r"[A-Za-z]", prose_en), name


def test_the_share_of_2022_is_the_sum_of_the_nine_over_the_nation(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    [row] = [row for row in answers(connection, "corridor_share_of_gdp") if row["year"] == 2022]
    # As printed: the nine in 2022, and the nation's final 1204724.
    nine = 1750.12 + 23958.34 + 18753 + 6739.45 + 3850 + 5562.47 + 12013.1 + 4502.13 + 1914
    assert row["share"] == pytest.approx(100 * nine / 1204724, rel=1e-3)


def test_the_order_of_gdp_per_head_is_that_of_its_values(connection: duckdb.DuckDBPyConnection) -> None:
    found = answers(connection, "gdp_per_head_ranking")
    latest = [row for row in found if row["year"] == max(one["year"] for one in found)]
    assert [row["yuan"] for row in latest] == sorted((row["yuan"] for row in latest), reverse=True)
    assert latest[0]["place_name_en"] == "Suzhou"


def test_the_nations_gdp_of_2019_as_known_in_mid_2021_is_the_verified_one(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    [row] = answers(connection, "what_was_known_then")
    assert (row["value"], row["status"]) == (986515, "final")


def test_a_number_walks_back_to_the_cell_that_prints_it(connection: duckdb.DuckDBPyConnection) -> None:
    [row] = answers(connection, "walk_a_number_to_its_cell")
    assert (row["value"], row["value_as_printed"]) == (23958.34, "23958.34")
    assert row["cell_address"].partition("#")[0].endswith((".csv", ".xlsx"))


def test_the_gap_between_first_and_second_is_the_difference_of_their_scores(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    gap = answers(connection, "why_first_is_ahead")[0]["gap"]
    [(first,), (second,)] = rows(
        connection,
        """
        select score from marts.mart_collaborative_innovation_index
        where framework = 'g60_collaborative_innovation' and rank in (1, 2)
        qualify year = max(year) over () order by rank
        """,
    )
    assert abs(gap) == pytest.approx(first - second, abs=0.01)


def test_both_readings_of_rd_intensity_come_from_one_definition_each(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        connection,
        """
        select count(*) from marts.mart_metric as m
        inner join marts.mart_corridor as c on m.indicator_code = c.indicator_code and m.year = c.year
        where (m.metric_code = 'rd_intensity_mean_of_ratios' and m.value <> c.mean_of_ratios)
            or (m.metric_code = 'rd_intensity_ratio_of_sums' and m.value <> c.ratio_of_sums)
        """,
    ) == [(0,)]
    assert len(answers(connection, "rd_intensity_both_ways")) > 10


def test_every_metric_has_values_and_every_value_a_metric(connection: duckdb.DuckDBPyConnection) -> None:
    defined = rows(connection, "select metric_code from meta.metric order by all")
    assert len(defined) >= 10
    assert rows(connection, "select distinct metric_code from marts.mart_metric order by all") == defined
