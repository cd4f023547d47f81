"""The dbt project by itself: its formulas, its tests on faulty seeds, its manners with the file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
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


def test_rules_find_every_known_disagreement_and_no_code_knows_one_by_name(built: Paths) -> None:
    [(known, found, only)] = rows_of(
        built,
        "select (select count(distinct row_no) from raw.register_cell "
        "where register_name = 'source_conflicts'), "
        "count(distinct known_cell_address) filter (where rule <> 'known_only'), "
        "count(*) filter (where rule = 'known_only') from marts.mart_conflict",
    )
    assert (known, found, only) == (18, 18, 0)
    project = ROOT / "dbt_project"
    files = (*project.rglob("*.sql"), project / "seeds" / "conflict_rule.csv")
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    topics = rows_of(
        built,
        "select text from raw.register_cell where register_name = 'source_conflicts' "
        "and column_name in ('topic', 'version_a', 'version_b', 'source_url')",
    )
    assert [text for (text,) in topics if text in code] == []


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


@dataclass(frozen=True)
class Faulty:
    """A warehouse of nothing but faulty seeds, and the queries of the tests that found them so."""

    where: Paths
    queries: dict[str, str]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    """The warehouse of a project with faulty rows in its seeds; the tests of seeds have run."""
    folder = tmp_path_factory.mktemp("faulty")
    project = shutil.copytree(
        ROOT / "dbt_project", folder / "project", ignore=shutil.ignore_patterns("target", "logs")
    )
    name = "g60_collaborative_innovation"
    with (project / "seeds" / "framework_node.csv").open("a", encoding="utf-8") as handle:
        # framework, node, parent, level, kind, weight, direction, indicator, goalposts, denominator, target,
        # weight in the corridor, names
        for row in (
            "second_root,,3,aggregate,1,1,,,,,,,二,second",
            "leaf_of_it,second_root,1,indicator,1,1,gdp_per_head,0,1,,,gdp,叶,leaf",
            "cycle_a,cycle_b,2,aggregate,1,1,,,,,,,甲,a",
            "cycle_b,cycle_a,2,aggregate,1,1,,,,,,,乙,b",
            "negative,shared_results,1,indicator,-1,1,gdp_per_head,0,1,,,gdp,负,negative",
            "weightless,shared_results,2,aggregate,,1,,,,,,,零,zero",
            "nothing,weightless,1,indicator,0,1,gdp_per_head,0,1,,,gdp,无重,nothing",
            "stranger,shared_results,1,indicator,1,1,no_such_indicator,0,1,,,gdp,无,none",
            "over_nobody,shared_results,1,indicator,1,1,gdp_per_head,0,1,nobody,,gdp,除,over nobody",
            "upside_down,shared_results,1,indicator,1,1,tertiary_share,9,1,,,gdp,倒,down",
            "without_goalposts,shared_results,1,indicator,1,1,tertiary_share,,,,,gdp,缺,without",
            "sideways,shared_results,1,indicator,1,0,tertiary_share,0,1,,,gdp,横,sideways",
            "childless,index,2,aggregate,1,1,,,,,,,独,childless",
            "of_no_kind,shared_results,1,pillar,1,1,,,,,,,怪,strange",
            "rd_intensity,shared_results,1,indicator,1,1,rd_intensity,0,1,,,gdp,重,twice",
        ):
            handle.write(f"{name},{row}\n")
    with (project / "seeds" / "framework.csv").open("a", encoding="utf-8") as handle:
        handle.write(
            "without_method,without_method,1,无,none,G60,2018,2018,2019,2018,0.6,0.1,无,none,无,none\n"
        )
    with (project / "seeds" / "framework_method.csv").open("a", encoding="utf-8") as handle:
        handle.write("stray,false,guess,,,,,,sqrt,zscore,0,100,,true,all,ahp,topsis,,,province,999999,2018\n")
    with (project / "seeds" / "framework_level.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{name},9,mean,,\n")
    with (project / "seeds" / "framework_design.csv").open("a", encoding="utf-8") as handle:
        handle.write("unknown_framework,bootstrap,1,1,1\n")
    with (project / "seeds" / "framework_option.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{name},weather,1,rain,,\n{name},weights,9,dice,,\n{name},normalise,9,zscore,,\n")
        handle.write("without_method,winmax,1,,3,\n")
    with (project / "seeds" / "framework_weight_set.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{name},1,no_such_node,1\n")
    with (project / "seeds" / "framework_run.csv").open("a", encoding="utf-8") as handle:
        handle.write("without_method,1,,,,\n")
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
    queries = {r.node.name: r.node.compiled_code for r in results if str(r.status) == "fail"}
    assert queries.keys() == set(tests)
    return Faulty(where, queries)


def faults_of(faulty: Faulty, columns: str, test: str) -> list[tuple[Any, ...]]:
    """What a test found; `test` is its name and, where wanted, a condition behind it."""
    name, _, condition = test.partition(" ")
    return rows_of(faulty.where, f"select {columns} from ({faulty.queries[name]}) {condition} order by all")


def test_a_faulty_framework_is_refused_with_the_row_named(faulty: Faulty) -> None:
    faults = faults_of(
        faulty,
        "node_code, fault",
        "framework_is_a_sound_tree where framework = 'g60_collaborative_innovation'",
    )
    assert faults == [
        ("childless", "an aggregate must have children"),
        ("cycle_a", "cannot be reached from the root"),
        ("cycle_a", "level 2 is not below that of its parent"),
        ("cycle_b", "cannot be reached from the root"),
        ("cycle_b", "level 2 is not below that of its parent"),
        ("negative", "weight must not be below zero"),
        ("of_no_kind", "kind must be indicator, aggregate, denominator or group"),
        ("over_nobody", "unknown denominator nobody"),
        ("rd_intensity", "is there twice"),
        ("sideways", "direction must be 1 or -1"),
        ("stranger", "unknown indicator no_such_indicator"),
        ("upside_down", "goalposts must rise and be given for indicators only"),
        ("weightless", "level 2 is not below that of its parent"),
        ("weightless", "weight must not be below zero"),
        ("weightless", "weights of its children add up to nothing"),
        ("without_goalposts", "goalposts must rise and be given for indicators only"),
        (None, "has 2 roots"),
        (None, "weights of the pillars must add up to 1"),
    ]
    assert faults_of(
        faulty, "framework, fault", "framework_is_a_sound_tree where framework = 'without_method'"
    ) == [("without_method", "has 0 roots")]


def test_a_method_or_design_that_names_what_does_not_exist_is_refused_with_the_seed_named(
    faulty: Faulty,
) -> None:
    name = "g60_collaborative_innovation"
    assert faults_of(
        faulty, "seed, code, target", "seeds_name_what_exists where starts_with(seed, 'framework')"
    ) == [
        ("framework", "without_method", "framework with a method"),
        ("framework_design", "bootstrap", "kind of design"),
        ("framework_design", "unknown_framework", "framework"),
        ("framework_level", f"{name}.9", "level of a framework"),
        ("framework_level", "mean", "aggregation"),
        ("framework_method", "999999", "place"),
        ("framework_method", "ahp", "weighting"),
        ("framework_method", "guess", "imputation"),
        ("framework_method", "sqrt", "fallback of treatment"),
        ("framework_method", "stray", "framework"),
        ("framework_method", "topsis", "aggregation"),
        ("framework_method", "zscore", "normalisation"),
        ("framework_option", "dice", "option of weights"),
        ("framework_option", "rain", "option of weather"),
        ("framework_option", "weather", "uncertain factor"),
        ("framework_option", "without_method", "framework with a design"),
        ("framework_option", "zscore", "normalisation"),
        ("framework_run", "without_method", "framework with a design"),
        ("framework_weight_set", f"{name}.no_such_node", "node of a framework"),
    ]


def test_a_calendar_that_names_what_does_not_exist_or_has_no_due_date_is_refused_with_the_row_named(
    faulty: Faulty,
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


def test_a_subsystem_grade_or_span_that_makes_no_sense_is_refused_with_the_row_named(faulty: Faulty) -> None:
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
