"""The lineage of a real release: complete, true to its tables, and the exposures true to what is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml

from flows.lineage.process import CACHE, read_build
from flows.reporting.site.build import EVERY_QUERY
from flows.settings import ROOT
from tests.conftest import Published

LEAST_KNOWN = 0.95
VIEWS_OF_MARTS = {"rejected", "outcome"}


@pytest.fixture(scope="module")
def release(published: Published) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published.paths.current), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


MART_COLUMNS = """
    select table_name, column_name from duckdb_columns()
    where schema_name = 'marts' and database_name = current_database()
"""


def test_the_lineage_of_nearly_every_column_of_the_marts_is_known_and_the_rest_is_listed(
    release: duckdb.DuckDBPyConnection,
) -> None:
    columns = set(rows(release, MART_COLUMNS))
    unfollowed = set(rows(release, "select table_name, column_name from meta.column_unfollowed"))
    assert len(columns) > 1000
    assert len(columns - unfollowed) >= LEAST_KNOWN * len(columns), sorted(columns & unfollowed)


def test_a_column_made_of_no_column_is_a_constant_a_clock_or_a_made_up_series(
    release: duckdb.DuckDBPyConnection,
) -> None:
    without = rows(
        release,
        f"from ({MART_COLUMNS}) anti join meta.column_lineage using (table_name, column_name) "
        "anti join meta.column_unfollowed using (table_name, column_name)",
    )
    distinct = {
        (table, column): rows(release, f'select count(distinct "{column}") from marts."{table}"')[0][0]
        for table, column in without
    }
    series = {("mart_coverage", "year")}
    # The words of a metric stand in the semantic layer, not in a table.
    worded = {key for key in distinct if key[0] == "mart_metric"}
    # Few values, as of branches of a union that each give a word.
    assert {key for key, number in distinct.items() if number > 6} <= series | worded


def test_every_step_names_columns_that_the_build_made(
    release: duckdb.DuckDBPyConnection, published: Published
) -> None:
    with duckdb.connect(str(published.build / "g60.duckdb"), read_only=True) as built:
        made = set(
            rows(
                built,
                "select lower(table_name), lower(column_name) from duckdb_columns() "
                "where database_name = current_database() and not internal",
            )
        )
    macros = {name for (name,) in rows(release, "select table_name from meta.node where subject = 'as_of'")}
    ends = rows(
        release,
        "select table_name, column_name from meta.column_lineage "
        "union select from_table, from_column from meta.column_lineage where from_column <> '*'",
    )
    assert [one for one in ends if one not in made and one[0] not in macros] == []


@pytest.mark.parametrize(
    ("table", "column", "start"),
    [
        ("fct_indicator", "value", ("statistic", "value_text")),
        ("mart_collaborative_innovation_index", "score", ("statistic", "value_text")),
        ("mart_collaborative_innovation_index", "score", ("framework_node", "weight")),
        ("mart_claim", "computed_value", ("statistic", "value_text")),
        ("mart_network_place", "betweenness", ("event", "amount_text")),
    ],
)
def test_a_figure_is_followed_back_to_the_raw_text_it_was_read_from(
    release: duckdb.DuckDBPyConnection, table: str, column: str, start: tuple[str, str]
) -> None:
    back = rows(
        release,
        f"""
        with recursive back as (
            select '{table}' as t, '{column}' as c
            union
            select l.from_table, l.from_column from back
            inner join meta.column_lineage as l on (l.table_name, l.column_name) = (back.t, back.c)
        )
        from back
        """,
    )
    assert start in back


def test_reading_again_gives_the_same_from_what_was_kept(published: Published) -> None:
    cache = published.build / CACHE
    before = cache.stat().st_mtime_ns
    again = read_build(published.build)
    assert cache.stat().st_mtime_ns == before
    with duckdb.connect(str(published.paths.current), read_only=True) as connection:
        assert sorted(again.edges) == sorted(rows(connection, "from meta.column_lineage"))


def test_every_mart_has_a_key_and_every_reference_finds_its_row(release: duckdb.DuckDBPyConnection) -> None:
    keyless = rows(
        release,
        f"select distinct table_name from ({MART_COLUMNS}) anti join meta.key using (table_name)",
    )
    # What is refused may be refused twice in the same words: it is listed, not keyed.
    assert keyless == [("mart_quarantine",)]
    for table, columns, to_table, to_columns in rows(release, "from meta.reference"):
        ours, theirs = ", ".join(columns), ", ".join(to_columns)
        given = " and ".join(f"{column} is not null" for column in columns)
        orphans = (
            f"select {ours} from marts.{table} where {given} except select {theirs} from marts.{to_table}"
        )
        assert rows(release, orphans) == [], table


def test_every_reference_that_a_model_declares_holds(release: duckdb.DuckDBPyConnection) -> None:
    declared = {
        (model["name"], tuple(one["columns"]), one["to"])
        for path in (ROOT / "dbt_project" / "models" / "marts").rglob("_*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ())
        for one in model.get("config", {}).get("meta", {}).get("references", ())
    }
    listed = rows(release, "select table_name, columns, to_table from meta.reference")
    assert len(declared) >= 10
    assert declared - {(table, tuple(columns), to) for table, columns, to in listed} == set()


def exposed(name: str) -> set[str]:
    text = (ROOT / "dbt_project" / "models" / "exposures.yml").read_text(encoding="utf-8")
    [found] = [one for one in yaml.safe_load(text)["exposures"] if one["name"] == name]
    return {re.findall(r"'(\w+)'", one)[-1] for one in found["depends_on"]}


def marts(connection: duckdb.DuckDBPyConnection, of: str) -> set[str]:
    sql = f"select {of}_name from duckdb_{of}s() where schema_name = 'marts'"
    return {name for (name,) in rows(connection, sql)}


def test_the_exposure_of_the_site_names_what_its_pages_read(release: duckdb.DuckDBPyConnection) -> None:
    named = re.findall(r"\b(raw|staging|marts)\.(\w+)", "\n".join(EVERY_QUERY.values()))
    read = {table for schema, table in named if schema != "raw" or table not in VIEWS_OF_MARTS}
    # A page for every mart shows its first rows.
    read |= marts(release, "table") | marts(release, "view")
    assert exposed("site") == read


def test_the_exposures_of_exports_copies_and_endpoint_name_what_they_give(
    release: duckdb.DuckDBPyConnection,
) -> None:
    macros = {name for (name,) in rows(release, "select table_name from meta.node where subject = 'as_of'")}
    tables, views = marts(release, "table"), marts(release, "view")
    assert exposed("exports") == tables | views
    assert exposed("copies") == tables
    assert exposed("sql_endpoint") == tables | views | macros


def test_the_exposure_of_the_report_names_marts_that_there_are(release: duckdb.DuckDBPyConnection) -> None:
    assert exposed("report") <= marts(release, "table") | marts(release, "view")


def test_names_without_schema_are_enough_for_every_table_of_the_build(published: Published) -> None:
    with duckdb.connect(str(published.build / "g60.duckdb"), read_only=True) as built:
        twice = rows(
            built,
            "select table_name from information_schema.tables "
            "where table_catalog = current_database() group by all having count(*) > 1",
        )
    assert twice == []
