"""Synthetic contracts in a file and patents in partitions on their way to links, a network and an index."""

from __future__ import annotations

import csv
import random
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.landing.land import land
from flows.modelling.build import build
from flows.settings import ROOT, Paths
from tests.unit.landing.files import card, write_card

NAMES = {
    "310117": ("松江区", "上海松江"),
    "320500": ("苏州市", "苏州"),
    "330100": ("杭州市", "杭州"),
    "330400": ("嘉兴市", "嘉兴"),
    "340100": ("合肥市", "合肥"),
    "320100": ("南京市", "南京"),  # no member of the corridor
}
BASE = ("320500", 2022)
FRAMEWORK = {
    "framework": [
        {
            "framework": "synthetic_links",
            "family": "synthetic_links",
            "edition": 1,
            "name_zh": "合成",
            "name_en": "Synthetic",
            "base_place_code": BASE[0],
            "base_year": BASE[1],
            "first_year": 2022,
            "last_year": 2023,
            "indicative_below": 0.5,
            "ranked_from": 0.1,
            "description_zh": "合成",
            "description_en": "Synthetic",
            "changes_zh": "首版",
            "changes_en": "First edition",
        }
    ],
    "framework_node": [
        {"node_code": "index", "level": 3, "kind": "aggregate", "weight": 1, "direction": 1},
        {
            "node_code": "cooperation",
            "parent_code": "index",
            "level": 2,
            "kind": "aggregate",
            "weight": 1,
            "direction": 1,
        },
        {
            "node_code": "tech_contract_with_corridor",
            "parent_code": "cooperation",
            "level": 1,
            "kind": "indicator",
            "weight": 1,
            "direction": 1,
            "indicator_code": "tech_contract_with_corridor",
            "goalpost_low": 0,
            "goalpost_high": 1000,
        },
    ],
    "framework_method": [
        {
            "denominate": "false",
            "impute": "none",
            "fallback": "none",
            "normalise": "goalposts",
            "norm_a": 0,
            "norm_b": 100,
            "norm_cap": "true",
            "norm_within": "all",
            "weight": "given",
            "aggregate": "arithmetic",
            "rebase_unit": BASE[0],
            "rebase_period": BASE[1],
        }
    ],
}


@dataclass(frozen=True)
class Contract:
    year: int
    seller: str
    buyer: str
    ten_thousand_yuan: int


def fifty() -> list[Contract]:
    draw = random.Random(2026)
    ends = [draw.sample(sorted(NAMES), 2) for _ in range(50)]
    return [Contract(2022 + n % 2, a, b, draw.randrange(100, 30_000)) for n, (a, b) in enumerate(ends)]


def write(contracts: list[Contract], file: Path) -> None:
    """The contracts as an office might list them: names and days in two spellings, amounts in two units."""
    file.parent.mkdir()
    with file.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["合同编号", "登记日", "卖方所在地", "买方所在地", "成交额", "计价", "领域"])
        for n, one in enumerate(contracts):
            day = f"{one.year}年{1 + n % 9}月3日" if n % 3 else f"{one.year}-0{1 + n % 9}-15"
            amount = (
                (one.ten_thousand_yuan, "万元") if n % 4 else (f"{one.ten_thousand_yuan * 10_000:,}", "元")
            )
            rows.writerow(
                [f"syn-{n}", day, NAMES[one.seller][n % 2], NAMES[one.buyer][n % 2], *amount, "合成"]
            )
    columns = {
        "合同编号": "event_id",
        "登记日": "on",
        "卖方所在地": "from",
        "买方所在地": "to",
        "成交额": "amount",
        "计价": "unit",
    }
    write_card(file, card("events", title="合成数据 synthetic", event="tech_contract", columns=columns))


def write_patents(folder: Path) -> None:
    """Patents in two partitions, one Parquet and one text, each with a row that cannot be read."""
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (select * from (values
                ('p1', date '2022-03-01', ['苏州', '松江区', '杭州市']),
                ('p2', date '2022-04-01', ['苏州市', '杭州']),
                ('p3', date '2022-05-01', ['无此地', '杭州市']), ('p4', date '2022-06-01', ['杭州市'])
            ) as t (event_id, "on", parties)) to '{folder}/one.parquet'
        """)
    text = "event_id,on,parties\nq1,2022-07-01,杭州市;苏州市\nq2,someday,杭州市;苏州市\n"
    (folder / "two.csv").write_text(text, encoding="utf-8")
    said = card("events", title="合成数据 synthetic", event="patent", rejected_limit=0.6)
    write_card(folder, said)


def add_rows(seeds: Path, name: str, rows: list[dict[str, Any]]) -> None:
    path = seeds / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    with path.open("a", encoding="utf-8", newline="") as handle:
        for row in rows:
            csv.DictWriter(handle, header, lineterminator="\n").writerow(
                {"framework": "synthetic_links", **row}
            )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The repository's own raw files and rules, with the contracts and a framework of one indicator."""
    folder = tmp_path_factory.mktemp("contracts")
    raw, project = folder / "raw", folder / "dbt_project"
    shutil.copytree(ROOT / "raw", raw)
    shutil.copytree(ROOT / "dbt_project", project)
    write(fifty(), raw / "synthetic" / "contracts.csv")
    write_patents(raw / "synthetic" / "patents")
    for name, rows in FRAMEWORK.items():
        add_rows(project / "seeds", name, rows)
    where = Paths(raw=raw, warehouse=folder / "warehouse", project=project)
    land(where.raw, where.build_database)
    assert build(where).failed == []
    return duckdb.connect(str(where.build_database), read_only=True)


def in_yuan(contracts: list[Contract]) -> float:
    """Their value in 亿元."""
    return sum(one.ten_thousand_yuan for one in contracts) / 10_000


def by_pair() -> dict[tuple[int, str, str], list[Contract]]:
    found: dict[tuple[int, str, str], list[Contract]] = defaultdict(list)
    for one in fifty():
        found[one.year, one.seller, one.buyer].append(one)
    return found


def rows_of(built: duckdb.DuckDBPyConnection, sql: str) -> dict[tuple[Any, ...], Any]:
    return {tuple(key): value for *key, value in built.execute(sql).fetchall()}


def test_every_contract_becomes_part_of_one_link(built: duckdb.DuckDBPyConnection) -> None:
    links = rows_of(
        built,
        "select year, from_place_code, to_place_code, links from marts.fct_link "
        "where measure = 'tech_contract_value' and method = 'events'",
    )
    assert links == {pair: len(contracts) for pair, contracts in by_pair().items()}
    assert sum(links.values()) == 50


def test_the_matrix_holds_the_sums_of_both_spellings_and_units(built: duckdb.DuckDBPyConnection) -> None:
    matrix = rows_of(
        built,
        "select year, from_place_code, to_place_code, value from marts.mart_link_matrix "
        "where measure = 'tech_contract_value' and value_kind = 'observed'",
    )
    assert matrix == pytest.approx({pair: in_yuan(contracts) for pair, contracts in by_pair().items()})


def test_the_share_inside_the_corridor_and_of_the_printed_delta_follow(
    built: duckdb.DuckDBPyConnection,
) -> None:
    inside = [one for one in fifty() if one.year == 2022 and "320100" not in (one.seller, one.buyer)]
    all_of_it = [one for one in fifty() if one.year == 2022]
    [(share, delta)] = built.execute(
        "select corridor_share, delta_share from marts.mart_network "
        "where (measure, year, value_kind, counting) = ('tech_contract_value', 2022, 'observed', 'full')"
    ).fetchall()
    assert share == pytest.approx(in_yuan(inside) / in_yuan(all_of_it))
    # 1863.45 亿元 is the real printed total between the three provinces and Shanghai in 2022.
    assert delta == pytest.approx(in_yuan(inside) / 1863.45)


def test_links_are_an_indicator_that_an_index_is_made_of(built: duckdb.DuckDBPyConnection) -> None:
    wanted: dict[tuple[str, int], float] = defaultdict(float)
    for one in fifty():
        for place, other in ((one.seller, one.buyer), (one.buyer, one.seller)):
            if other != "320100":
                wanted[place, one.year] += one.ten_thousand_yuan / 10_000
    figures = built.execute(
        "select place_code, year, value, value_kind from marts.fct_indicator "
        "where indicator_code = 'tech_contract_with_corridor'"
    ).fetchall()
    assert {(place, year): value for place, year, value, _ in figures} == pytest.approx(dict(wanted))
    assert {kind for *_, kind in figures} == {"derived"}
    scores = rows_of(
        built,
        "select place_code, year, score from marts.mart_collaborative_innovation_index "
        "where framework = 'synthetic_links' and availability = 1",
    )
    # One indicator and a base of 100: the index is the value over that of the base.
    members = {key: value for key, value in wanted.items() if key[0] != "320100"}
    assert scores == pytest.approx({key: 100 * value / wanted[BASE] for key, value in members.items()})


def test_patents_of_all_partitions_are_links_in_full_and_in_fractions(
    built: duckdb.DuckDBPyConnection,
) -> None:
    links = built.execute("""
        select l.from_place_code, l.to_place_code, l.counting, l.value, l.links, d.file_path, l.cell_address
        from marts.fct_link as l inner join marts.dim_document as d on l.document_id = d.document_id
        where l.measure = 'co_invention' and l.method = 'events' order by all
    """).fetchall()
    first = "synthetic/patents/one.parquet#A"
    suzhou_hangzhou = ("320500", "330100", "synthetic/patents", f"{first}2")
    found = {(a, b, counting, where, cell): (value, n) for a, b, counting, value, n, where, cell in links}
    assert found == {
        ("310117", "320500", "full", "synthetic/patents", f"{first}2"): (1, 1),
        ("310117", "320500", "fractional", "synthetic/patents", f"{first}2"): (pytest.approx(1 / 3), 1),
        ("310117", "330100", "full", "synthetic/patents", f"{first}2"): (1, 1),
        ("310117", "330100", "fractional", "synthetic/patents", f"{first}2"): (pytest.approx(1 / 3), 1),
        (*suzhou_hangzhou[:2], "full", *suzhou_hangzhou[2:]): (3, 3),
        (*suzhou_hangzhou[:2], "fractional", *suzhou_hangzhou[2:]): (pytest.approx(2 + 1 / 3), 3),
    }


def test_rows_of_partitions_that_cannot_be_read_are_shown_with_their_address(
    built: duckdb.DuckDBPyConnection,
) -> None:
    refused = built.execute("""
        select cell_address, rule, raw_text, cells from marts.mart_quarantine
        where file_path like 'synthetic/patents/%' order by cell_address
    """).fetchall()
    assert refused == [
        ("synthetic/patents/one.parquet#A4", "unknown_place", "无此地", 3),
        ("synthetic/patents/two.csv#A3", "unknown_period", "someday", 3),
    ]
    outcome = built.execute("""
        select file_path, cells_read, cells_landed, cells_quarantined, cells_not_data from marts.mart_outcome
        where file_path like 'synthetic/patents/%' order by file_path
    """).fetchall()
    # Three heads each, and a patent within one place.
    assert outcome == [
        ("synthetic/patents/one.parquet", 15, 6, 3, 6),
        ("synthetic/patents/two.csv", 9, 3, 3, 3),
    ]


def test_all_cells_of_the_file_are_accounted_for(built: duckdb.DuckDBPyConnection) -> None:
    outcome = built.execute(
        "select step, cells_read, cells_landed, cells_quarantined, cells_not_data from marts.mart_outcome "
        "where file_path = 'synthetic/contracts.csv' order by step"
    ).fetchall()
    # Seven heads, and fifty rows of seven cells.
    assert outcome == [("land", 357, 350, 0, 7), ("stage", 350, 350, 0, 0)]
