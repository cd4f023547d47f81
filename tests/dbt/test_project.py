"""The dbt project by itself: its formulas, its tests on faulty seeds, its manners with the file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import permutations
from math import factorial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.landing.land import land
from flows.modelling.build import build, invoke
from flows.settings import ROOT, Paths


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    where = Paths(warehouse=tmp_path_factory.mktemp("built"))
    land(where.raw, where.build_database)
    made = build(where)
    assert made.failed == []
    return where


def test_the_unit_test_of_every_formula_passes(built: Paths) -> None:
    results = invoke(built, ("test", "--select", "test_type:unit")).results
    assert len(results) >= 8
    assert [f"{r.node.name}: {r.message}" for r in results if str(r.status) != "pass"] == []


def test_another_process_may_write_the_database_once_the_build_is_over(built: Paths) -> None:
    code = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table main.probe as select 1')"
    run = subprocess.run(
        [sys.executable, "-c", code, str(built.build_database)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def rows_of(where: Paths, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(where.build_database), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_the_exact_p_value_of_a_real_ranking_is_that_of_trying_every_order(built: Paths) -> None:
    [(rho, p_value)] = rows_of(
        built,
        "select spearman_rho, p_value from marts.mart_index_validation "
        "where (framework, ranking_code) = ('g60_collaborative_innovation', 'ict_employment_share')",
    )
    pairs = rows_of(
        built,
        "select our_rank_among::integer, their_rank_among::integer from marts.mart_index_validation_place "
        "where (framework, ranking_code) = ('g60_collaborative_innovation', 'ict_employment_share')",
    )
    ours, theirs = zip(*pairs, strict=True)
    assert sorted(ours) == sorted(theirs) == list(range(1, 10))
    apart = sum((a - b) ** 2 for a, b in pairs)
    assert rho == pytest.approx(1 - 6 * apart / (9 * 80))
    # Without ties, the distance of an order from no association is that of its squared differences from 120.
    far = sum(
        abs(sum((a - b) ** 2 for a, b in zip(ours, order, strict=True)) - 120) >= abs(apart - 120)
        for order in permutations(range(1, 10))
    )
    assert p_value == pytest.approx(far / factorial(9))


def test_every_printing_of_the_published_index_is_there_and_its_derived_pillars_make_its_total(
    built: Paths,
) -> None:
    rows = rows_of(
        built,
        "select count(*), count(*) filter (where is_best) from marts.mart_published_index "
        "union all select count(distinct file_path || row_no), null from raw.register_cell "
        "where register_name like 'yrd_collab_index_%'",
    )
    assert rows[0][0] == rows[1][0] and rows[0][1] == rows[0][0] - 2
    [(mean, total)] = rows_of(
        built,
        "select avg(value) filter (where pillar_code <> 'total'), "
        "any_value(value) filter (where pillar_code = 'total') "
        "from marts.mart_published_index where edition = 2020 and data_year = 2019",
    )
    assert mean == pytest.approx(total, abs=0.02)
    assert rows_of(
        built,
        "select edition, previous_edition, difference from marts.mart_published_index "
        "where pillar_code = 'total' and difference <> 0 order by data_year",
    ) == [(2024, 2020, -6.21), (2024, 2021, -10.78), (2024, 2022, -6.21), (2024, 2023, 0.04)]


def test_what_cannot_be_read_in_a_register_of_figures_is_quarantined_and_counted(tmp_path: Path) -> None:
    where = Paths(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse")
    for name, old, new in (
        ("star_market/star_market_by_city.csv", "杭州,2024-06-30,29,,5,", "杭州,2024-06-30,29,,前五,"),
        ("indices/yrd_collab_index_total.csv", "2020,2019,204.16,", "2020,2019,约二百,"),
        ("indices/yrd_collab_index_total.csv", "2022,2021,247.11,", "2022,2031,247.11,"),
    ):
        copy = where.raw / name
        if not copy.exists():
            copy.parent.mkdir(parents=True)
            for suffix in ("", ".yaml"):
                shutil.copyfile(f"{ROOT / 'raw' / name}{suffix}", f"{copy}{suffix}")
        text = copy.read_text(encoding="utf-8")
        assert text.count(old) == 1
        copy.write_text(text.replace(old, new), encoding="utf-8")
    land(where.raw, where.build_database)
    invoke(where, ("seed",))
    upstream = ("+mart_quarantine", "+mart_outcome", "+mart_published_index")
    results = invoke(where, ("run", "--select", *upstream)).results
    assert {str(r.status) for r in results} == {"success"}
    assert rows_of(where, "select raw_text, rule, cell_address from marts.mart_quarantine order by all") == [
        ("247.11", "unknown_period", "indices/yrd_collab_index_total.csv#C8"),
        ("前五", "text_for_number", "star_market/star_market_by_city.csv#E6"),
        ("约二百", "text_for_number", "indices/yrd_collab_index_total.csv#C3"),
    ]
    assert rows_of(
        where,
        "select file_path, sum(cells_read), sum(cells_landed), sum(cells_quarantined) "
        "from marts.mart_outcome where step = 'stage' group by all order by all",
    ) == [
        ("indices/yrd_collab_index_total.csv", 23, 21, 2),
        ("star_market/star_market_by_city.csv", 6, 5, 1),
    ]
    assert rows_of(where, "select count(*) from marts.mart_published_index") == [(21,)]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The warehouse of a project with faulty rows in two seeds; the tests of seeds have run."""
    folder = tmp_path_factory.mktemp("faulty")
    project = shutil.copytree(
        ROOT / "dbt_project", folder / "project", ignore=shutil.ignore_patterns("target", "logs")
    )
    name = "g60_collaborative_innovation"
    with (project / "seeds" / "framework_node.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{name},second_root,,1,1,,,,,二,second\n")
        handle.write(f"{name},cycle_a,cycle_b,1,1,,,,,甲,a\n{name},cycle_b,cycle_a,1,1,,,,,乙,b\n")
        handle.write(f"{name},weightless,shared_results,0,1,gdp_per_head,0,1,gdp,零,zero\n")
        handle.write(f"{name},stranger,shared_results,1,1,no_such_indicator,0,1,gdp,无,none\n")
        handle.write(f"{name},upside_down,shared_results,1,1,tertiary_share,9,1,gdp,倒,down\n")
    with (project / "seeds" / "publication_calendar.csv").open("a", encoding="utf-8") as handle:
        handle.write("strange,名,name,者,who,gdp gpd,final finl,members 苏州,2018,1,4,30,1,31,据,why\n")
        handle.write("month_13,名,name,者,who,gdp,*,members,2018,1,13,30,1,31,据,why\n")
        handle.write("never_again,名,name,者,who,gdp,*,members,2018,0,4,30,1,31,据,why\n")
        handle.write("in_one_language,名,,者,who,gdp,*,members,2018,1,4,30,1,31,据,why\n")
    with (project / "seeds" / "subsystem_indicator.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{name},economy,rd_intensity\n{name},culture,road_area_per_capita\n")
        handle.write(f"{name},economy,gdp\n")
    with (project / "seeds" / "coordination_grade.csv").open("a", encoding="utf-8") as handle:
        handle.write("11,0.85,过优,Too good\n")
    with (project / "seeds" / "disparity_indicator.csv").open("a", encoding="utf-8") as handle:
        handle.write("loans_to_gdp,gdp,2023,2018,2\n")
    where = Paths(warehouse=folder / "warehouse", project=project)
    where.build.mkdir(parents=True)
    tests = (
        *("framework_is_a_sound_tree", "seeds_name_what_exists", "calendar_is_complete"),
        "coordination_seeds_are_sound",
    )
    selected = ("resource_type:seed", *tests)
    results = invoke(where, ("build", "--select", *selected, "--indirect-selection", "cautious")).results
    assert {r.node.name for r in results if str(r.status) == "fail"} == set(tests)
    return where


def faults_of(where: Paths, columns: str, test: str) -> list[tuple[Any, ...]]:
    return rows_of(where, f"select {columns} from failures.{test} order by all")


def test_a_faulty_framework_is_refused_with_the_row_named(faulty: Paths) -> None:
    faults = faults_of(faulty, "node_code, fault", "framework_is_a_sound_tree")
    assert (None, "has 2 roots") in faults
    assert {node for node, fault in faults if "cannot be reached" in fault} == {"cycle_a", "cycle_b"}
    assert ("weightless", "weight must be above zero") in faults
    assert ("stranger", "unknown indicator no_such_indicator") in faults
    assert any(node == "upside_down" for node, _ in faults)


def test_a_calendar_that_names_what_does_not_exist_or_has_no_due_date_is_refused_with_the_row_named(
    faulty: Paths,
) -> None:
    assert faults_of(
        faulty, "code, target", "seeds_name_what_exists where seed = 'publication_calendar'"
    ) == [
        ("finl", "status"),
        ("gpd", "indicator"),
        ("苏州", "group of places"),
    ]
    assert faults_of(faulty, "series_code", "calendar_is_complete") == [
        ("in_one_language",),
        ("month_13",),
        ("never_again",),
    ]


def test_a_subsystem_grade_or_span_that_makes_no_sense_is_refused_with_the_row_named(faulty: Paths) -> None:
    assert faults_of(faulty, "seed, code, split_part(fault, ' ', 1)", "coordination_seeds_are_sound") == [
        ("coordination_grade", "10", "grades"),
        ("coordination_grade", "11", "grades"),
        ("disparity_indicator", "loans_to_gdp", "stands"),
        ("disparity_indicator", "loans_to_gdp", "the"),
        ("subsystem_indicator", "rd_intensity", "stands"),
        ("subsystem_indicator", "road_area_per_capita", "subsystem"),
    ]
    assert faults_of(faulty, "code", "seeds_name_what_exists where seed = 'subsystem_indicator'") == [
        ("g60_collaborative_innovation.gdp",)
    ]
