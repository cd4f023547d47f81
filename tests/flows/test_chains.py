"""Registers of the satellite chain and of quantum links with dirty rows: each is told, the rest goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.landing.land import land
from flows.modelling.build import held_open, invoke, judge, parse
from flows.settings import Paths
from tests.unit.landing.files import card, put

ENTERPRISES = """\
enterprise,kind,project,city,segment,sub_segment,status,fact,date,source_url
合成卫星甲,enterprise,,松江 (九亭),上游,卫星制造,in operation,synthetic,2023,https://example.org/1
合成卫星乙,enterprise,,合肥,太空,卫星制造,signed,synthetic: unknown segment,2023,https://example.org/2
合成卫星丙,enterprise,,合成市,上游,卫星制造,signed,synthetic: unknown place,2023,https://example.org/3
合成卫星丁,enterprise,,,中游,测控,signed,synthetic: no place,2023,https://example.org/4
合成卫星戊,enterprise,,合肥,中游,测控,signed,synthetic: ends before it begins,2024 to 2023,https://example.org/5
合成卫星甲,enterprise,,松江 (九亭),上游,卫星制造,in operation,synthetic,2023,https://example.org/1
合成卫星己,enterprise,,合肥,not stated,,,synthetic: segment not stated,近期,https://example.org/7
合成卫星庚,enterprise,,合肥,not stated,,,synthetic: segment not stated,undated,https://example.org/8
"""

LAUNCHES = """\
launch_date_utc,constellation,batch,satellites,rocket,site,manufacturer,cumulative_after,cumulative_elsewhere,note,source_url
2024-08-06T06:42Z,合成星座,1,18,,,,18,,synthetic,https://example.org/1
2024-08-06T06:42Z,合成星座,1,36,,,,36,,synthetic: the batch again,https://example.org/2
2024-10-15T11:06Z,合成星座,2,十八颗,,,,,,synthetic: no number,https://example.org/3
2024-12-05T04:41Z,合成星座,3,18,,,,54,,synthetic: the total misses a batch,https://example.org/4
"""

TARGETS = """\
subject,place,metric,value,unit,kind,date,target_year,plan,version_date,note,source_url
合成计划,松江,satellites,300,颗,target,,2026,合成,2024-08,synthetic,https://example.org/1
合成计划,松江,satellites,600,颗,wish,,2026,合成,2024-08,synthetic: unknown kind,https://example.org/2
合成计划,松江,satellites,600,颗,target,,soon,合成,2024-09,synthetic: no year,https://example.org/3
合成计划,松江,satellites,600,颗,target,,2026,合成,2024-08,synthetic: the version again,https://example.org/4
合成计划,松江,satellites,约300,颗,target,,2027,合成,2025,synthetic,https://example.org/5
"""

LINKS = """\
network,from_place,to_place,link_type,length_km,date,vendor,from_vendor,to_vendor,joins,status,detail,source_url
合成,上海,杭州,干线,260,2017-03,,甲,乙,,in operation,synthetic,https://example.org/1
合成,合肥,合肥,干线,10,2017-03,,,,,in operation,synthetic: to itself,https://example.org/2
合成,合肥,合肥,城域网,10,2017-03,,,,,in operation,synthetic: a metro network may,https://example.org/3
合成,合肥,上海,虫洞,10,2017-03,,,,,in operation,synthetic: unknown kind of link,https://example.org/4
合成,上海,杭州,干线,270,2017-03,,,,,in operation,synthetic: the link again,https://example.org/5
合成,上海,嘉兴,干线,90,2017-03,,,,,in operation,synthetic: another link of that day,https://example.org/6
合成,合肥,上海,干线,10,2019-05 to 2018-01,,,,,in operation,synthetic: ends before it begins,https://example.org/7
"""

SCENARIOS = """\
scenario,batch,city,user,sector,as_of,detail,source_url
合成印章,1,合肥,政务中心,政务,2024-05,synthetic,https://example.org/1
合成印章,1,合肥,政务中心,金融,2024-06,synthetic: the scenario of the batch again,https://example.org/2
合成印章,2,合肥,政务中心,政务,2024-06,synthetic: another batch,https://example.org/3
合成印章,3,合肥 + 金华,政务中心,政务,2024-06,synthetic: two places,https://example.org/4
"""

FILES = {
    "satellite_enterprises": ENTERPRISES,
    "satellite_launches": LAUNCHES,
    "satellite_internet": TARGETS,
    "quantum_links": LINKS,
    "quantum_scenarios": SCENARIOS,
}

REFUSED = {
    ("satellite_enterprises", 3): "unknown_class",
    ("satellite_enterprises", 4): "unknown_place",
    ("satellite_enterprises", 5): "unknown_place",
    ("satellite_enterprises", 6): "ends_before_it_begins",
    ("satellite_enterprises", 7): "entered_twice",
    ("satellite_enterprises", 8): "unknown_period",
    ("satellite_launches", 3): "entered_twice",
    ("satellite_launches", 4): "text_for_number",
    ("satellite_internet", 3): "unknown_class",
    ("satellite_internet", 4): "unknown_period",
    ("satellite_internet", 5): "entered_twice",
    ("quantum_links", 3): "link_to_itself",
    ("quantum_links", 5): "unknown_class",
    ("quantum_links", 6): "entered_twice",
    ("quantum_links", 8): "ends_before_it_begins",
    ("quantum_scenarios", 3): "entered_twice",
    ("quantum_scenarios", 5): "several_places",
}

CHAINS = (
    *("build", "--select", "+mart_satellite_chain", "+mart_satellite_progress", "+mart_quantum_first"),
    *("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chain marts over nothing but the dirty files."""
    scratch = tmp_path_factory.mktemp("chains")
    paths = Paths(raw=scratch / "raw", warehouse=scratch / "warehouse")
    for name, text in FILES.items():
        put(
            paths.raw / "chains" / f"{name}.csv",
            text,
            card("register", title="合成数据", register=name, url_column="source_url", rejected_limit=1.0),
        )
    land(paths.raw, paths.build_database)
    judge(paths)
    with held_open(paths.build_database):
        built = invoke(paths, CHAINS, parse(paths)).results
    assert {str(result.status) for result in built} == {"success"}
    return paths.build_database


def ask(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def test_each_dirty_row_is_refused_by_its_rule_with_a_reason_and_a_remedy(database: Path) -> None:
    rows = ask(
        database,
        "select register_name, row_no, reject_rule, reject_reason, reject_remedy "
        "from staging.stg_register_entry where reject_rule is not null",
    )
    assert {(name, row): rule for name, row, rule, _, _ in rows} == REFUSED
    assert all(reason and remedy for *_, reason, remedy in rows)


def test_what_is_refused_is_counted_and_nothing_vanishes(database: Path) -> None:
    told = ask(database, "select rule, count(*) from marts.mart_quarantine group by rule")
    rules = list(REFUSED.values())
    assert dict(told) == {rule: rules.count(rule) for rule in rules}
    counted = ask(
        database,
        "select file_path, cells_read - cells_landed - cells_quarantined - cells_not_data, cells_quarantined "
        "from marts.mart_outcome where step = 'stage'",
    )
    assert {(path, lost) for path, lost, _ in counted} == {(f"chains/{name}.csv", 0) for name in FILES}
    assert sum(refused for *_, refused in counted) == len(REFUSED)


def test_the_good_rows_reach_the_marts_and_no_other_does(database: Path) -> None:
    assert ask(
        database,
        "select segment_code, place_code, entity_names from marts.mart_satellite_chain "
        "where sub_segment_code = 'all' and is_member and entity_names is not null "
        "order by segment_code desc",
    ) == [("upstream", "310117", ["合成卫星甲"]), ("unstated", "340100", ["合成卫星庚"])]
    assert ask(
        database,
        "select element, from_place_code, to_place_code, is_cross_province from marts.mart_quantum_network "
        "order by element, to_place_code",
    ) == [
        ("link", "310000", "330100", True),
        ("link", "310000", "330400", True),
        ("metro", "340100", "340100", False),
    ]
    assert ask(
        database, "select batch, operating_metro_networks from marts.mart_quantum_scenario order by batch"
    ) == [
        ("1", 1),
        ("2", 1),
    ]


def test_a_printed_total_shows_that_a_batch_was_refused(database: Path) -> None:
    assert ask(
        database,
        "select batch, cumulative, cumulative_difference, is_cumulative_disputed "
        "from marts.mart_satellite_progress where element = 'launch' order by batch",
    ) == [("1", 18, 0, False), ("3", 36, 18, True)]


def test_a_plan_issued_anew_is_a_version_and_overwrites_nothing(database: Path) -> None:
    assert ask(
        database,
        "select version_no, target_year, is_latest, target_change from marts.mart_satellite_progress "
        "where element = 'target' order by version_no",
    ) == [(1, 2026, False, "first"), (2, 2027, True, "postponed")]


def test_vendors_at_both_ends_decide_a_first_and_what_they_do_not_tell_stays_undecided(
    database: Path,
) -> None:
    assert ask(
        database,
        "select first_code, verdict, qualifying from marts.mart_quantum_first order by first_code",
    ) == [
        ("heterogeneous_network", "holds", 1),
        ("industry_with_quantum", "not_decidable", 0),
        ("metro_interconnection", "not_decidable", 0),
    ]
