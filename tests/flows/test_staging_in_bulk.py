"""Staging reads each text once and judges only the years in question, as if it had looked at all."""

from __future__ import annotations

import math
import random
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.staging import MODELS, database_in, prepare, write

CELLS, FAULTY = 20_000, "10"
FACTOR = 1.6
BREAKS = {"P1": 2008}
# A figure as it comes from reading: what the judge asks of it, the rest empty.
FIGURE = """
    create or replace table staging.stg_printed_figure as
    select cell_address, place_code, 'gdp' as indicator_code, year::varchar as period, 'year' as period_kind,
        make_date(year, 12, 31) as period_end, value, value as closed_low, value as closed_high,
        '亿元' as unit,
        factor::double as max_yearly_factor, value::varchar as value_as_printed, '亿元' as unit_as_printed,
        'd' as document_id, 'synthetic.csv' as file_path, 1 as row_no, 4 as column_no, false as is_missing,
        null::varchar as correction_action, case when not is_in_range then 'out_of_range' end as reject_rule,
        null::varchar as reject_reason, null::varchar as reject_remedy, null::varchar as suggestion
    from figure
"""


@dataclass(frozen=True)
class Figure:
    cell: str
    place: str
    year: int
    value: float
    is_in_range: bool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQL of the models, and a database of synthetic cells with the project's seeds."""
    folder = tmp_path_factory.mktemp("staging")
    prepare(str(folder))
    write(str(folder), str(CELLS), "5", "2", FAULTY)
    return folder


@pytest.fixture
def connection(folder: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    # The models name the database g60, after its file.
    with duckdb.connect(str(shutil.copy(database_in(str(folder)), tmp_path / "g60.duckdb"))) as connection:
        yield connection


def build(connection: duckdb.DuckDBPyConnection, folder: Path, *models: str) -> None:
    for model in models:
        sql = (folder / f"{model}.sql").read_text(encoding="utf-8")
        connection.execute(f"create or replace table staging.{model} as {sql}")


def fingerprint(connection: duckdb.DuckDBPyConnection, table: str) -> object:
    return connection.execute(f"select count(*), bit_xor(hash(t)) from {table} as t").fetchone()


def figures_at_random(seed: int) -> list[Figure]:
    """Series with several vintages a year, many equal; some slip, some jump, some are out of range."""
    chance = random.Random(seed)
    spread, slips = chance.choice([0.02, 0.1, 0.5]), chance.choice([0.02, 0.1, 0.3])
    found = []
    for place in ("P0", "P1", "P2", "P3"):
        for year in sorted(chance.sample(range(1990, 2025), 24)):
            for vintage in range(chance.randint(1, 6)):
                value = 1000 * 1.08 ** (year - 1990)
                if chance.random() < 0.4:
                    value *= 10 ** chance.uniform(-spread, spread)
                if chance.random() < slips:
                    value *= 10.0 ** chance.choice([-6, -4, -3, 1, 2, 3, 4])
                found.append(
                    Figure(f"{place}.{year}.{vintage}", place, year, round(value, 6), chance.random() > 0.05)
                )
    return found


def judged_by_looking_at_all(figures: list[Figure]) -> dict[str, str]:
    """The verdict on each figure from comparing it with each other of its series; no verdict, no entry."""
    series = defaultdict(list)
    for figure in figures:
        series[figure.place, figure.year >= BREAKS.get(figure.place, 9999)].append(figure)
    verdicts = {}
    for those in series.values():
        slipped = {a.cell for a in those if has_slipped(a, those)}
        for a in those:
            if a.cell in slipped:
                verdicts[a.cell] = "magnitude_slip"
            elif a.is_in_range and (before := implausible_after(a, those, slipped)):
                verdicts[a.cell] = f"{a.value:g} 亿元 after {before.value:g} in {before.year}:"
    return verdicts


def allowed(years: int) -> float:
    return min(max(abs(years), 1) * math.log10(FACTOR), 0.99)


def has_slipped(a: Figure, those: list[Figure]) -> bool:
    votes = dict.fromkeys(["earlier for", "earlier against", "later for", "later against"], 0)
    for b in those:
        if b is not a and b.is_in_range and abs(a.year - b.year) <= 10:
            decades, may = math.log10(a.value / b.value), allowed(a.year - b.year)
            when, power = "earlier" if b.year <= a.year else "later", math.floor(abs(decades) + 0.5)
            votes[f"{when} for"] += abs(decades) <= may
            votes[f"{when} against"] += power >= 3 and abs(abs(decades) - power) <= may
    if votes["earlier for"] + votes["earlier against"]:
        has_company_later = votes["earlier against"] == 1 and votes["later for"] >= 2
        return votes["earlier against"] > votes["earlier for"] and not has_company_later
    return votes["later against"] >= 2 and not votes["later for"]


def implausible_after(a: Figure, those: list[Figure], slipped: set[str]) -> Figure | None:
    """The lowest figure of the nearest year of the three before, where none of that year agrees."""
    before = [
        b for b in those if b.is_in_range and b.cell not in slipped and 1 <= a.year - b.year <= 3
    ]  # fmt: skip
    nearest = [b for b in before if b.year == max(c.year for c in before)]
    if any(abs(math.log10(a.value / b.value)) <= allowed(a.year - b.year) for b in nearest):
        return None
    return min(nearest, key=lambda b: b.value, default=None)


@pytest.mark.parametrize("seed", range(12))
def test_the_verdict_on_a_figure_is_that_of_comparing_it_with_each_other_of_its_series(
    seed: int, connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    figures = figures_at_random(seed)
    connection.execute("create table figure (cell_address text, place_code text, year int, value double, "
                       "is_in_range boolean, factor double)")  # fmt: skip
    connection.executemany(
        "insert into figure values (?, ?, ?, ?, ?, ?)",
        [(f.cell, f.place, f.year, f.value, f.is_in_range, FACTOR) for f in figures],
    )
    connection.execute("delete from staging.series_break")
    for place, year in BREAKS.items():
        connection.execute(
            "insert into staging.series_break (place_code, indicator_code, first_year) values (?, '*', ?)",
            [place, year],
        )
    connection.execute(FIGURE)
    build(connection, folder, "stg_statistic")
    found = connection.execute("""
        select cell_address, coalesce(split_part(doubt, ':', 1) || ':', reject_rule)
        from staging.stg_statistic
        where reject_rule = 'magnitude_slip' or doubt_rule = 'implausible_change'
    """).fetchall()
    expected = judged_by_looking_at_all(figures)
    assert expected
    assert dict(found) == expected


def test_every_cell_is_staged_once_and_alike_with_any_number_of_threads(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    seen = []
    for threads in (1, 2, 4):
        connection.execute(f"set threads = {threads}")
        build(connection, folder, *MODELS)
        seen.append([fingerprint(connection, f"staging.{model}") for model in MODELS])
        [(rows, cells)] = connection.execute(
            "select count(*), count(distinct cell_address) from staging.stg_statistic"
        ).fetchall()
        assert rows == cells == CELLS
    assert seen[0] == seen[1] == seen[2]


def test_synthetic_cells_are_the_same_for_the_same_seed_and_faulty_as_they_are_meant_to_be(
    connection: duckdb.DuckDBPyConnection, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "again" / "build").mkdir(parents=True)
    shutil.copy(folder / "build" / "g60.duckdb", tmp_path / "again" / "build")
    write(str(tmp_path / "again"), str(CELLS), "5", "1", FAULTY)
    with duckdb.connect(str(database_in(str(tmp_path / "again")))) as again:
        assert fingerprint(again, "raw.statistic") == fingerprint(connection, "raw.statistic")
    build(connection, folder, *MODELS)
    rules = connection.execute("""
        select distinct unnest([reject_rule, doubt_rule]) from staging.stg_statistic
    """).fetchall()
    assert {rule for (rule,) in rules if rule} >= {
        *("text_for_number", "unknown_place", "unknown_period", "unknown_status", "unknown_qualifier"),
        *("unknown_unit", "unknown_indicator", "identity_broken"),
    }
