"""Rows of registers that cannot be true are refused with a reason and counted, and the rest goes on."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from flows.landing.land import land
from flows.modelling.build import judge
from flows.settings import Paths

CARD = """title: 合成登记表
title_en: Synthetic register
publisher: 合成数据
url: null
published_on: null
accessed_on: '2025-06-30'
licence: unknown
layout: register
register: {register}
url_column: source_url
rejected_limit: 1
"""


class Case(NamedTuple):
    """A synthetic file of a register, and the rule that refuses each of its rows; None where it is taken."""

    register: str
    header: str
    rows: dict[str, str | None]


CASES = [
    Case(
        "concept_verification_centres",
        "batch,unit_name,city,field,awarded_on",
        {
            "9,合成一中心,苏州,新材料,2025-01-01": None,
            "9,合成两地中心,苏州、杭州,新材料,2025-01-01": "several_places",
            "9,合成一中心,苏州,生物医药,2025-01-02": "entered_twice",
            "8,合成一中心,苏州,新材料,2024-01-01": None,
            "9,合成无此地中心,乌有市,新材料,2025-01-01": "unknown_place",
            "9,合成无名地中心,,,": None,
            "9,合成时日中心,苏州,,不久前": "unknown_period",
        },
    ),
    Case(
        "verification_funnel",
        "programme,batch,stage,centres,as_of",
        {
            "合成,9,applied,20,2025-01-01": None,
            "合成,9,awarded,6,2025-01-01": None,
            "合成,9,awarded,7,2025-02-01": "entered_twice",
            "合成,9,dreamt,5,2025-01-01": "unknown_class",
            "合成,9,named,several,2025-01-01": "text_for_number",
            "合成,8,awarded,,2025-01-01": "value_missing",
        },
    ),
    Case(
        "certificate",
        "enterprise,certificate,place,valid_from,valid_to",
        {
            "合成企业一,小巨人,松江,2022-07-01,2025-06-30": "unknown_class",
            "合成企业二,national little giant,松江,2022-07-01,2025-06-30": None,
            "合成企业三,national little giant,松江,2025-06-30,2022-07-01": "ends_before_it_begins",
            "合成企业四,national little giant,松江,2025-02-30,": "unknown_period",
            "合成企业五,national little giant,,2022-07-01,": "unknown_place",
        },
    ),
    Case(
        "sharing_use",
        "resource,kind,owner_place,user_place,date,quantity,unit",
        {
            "合成仪器,仪器,松江,嘉兴,2025-01-01,8,小时": None,
            "合成仪器 ,仪器,松江,松江,2025-01-02,8,小时": "link_to_itself",
            "合成仪器,仪器,松江,杭州、嘉兴,2025-01-03,8,小时": "several_places",
            "合成仪器,仪器,松江,嘉兴,2025-01-04,一整天,小时": "text_for_number",
        },
    ),
    Case(
        "targets",
        "plan,place,version_date,metric,target_year,value,unit",
        {
            "合成规划,松江,2024-01-01,合成指标,2026,100,家": None,
            "合成规划,松江,2025-01-01,合成指标,2027,100,家": None,
            "合成规划,松江,2025-01-01,合成指标,2027,120,家": "entered_twice",
            "合成规划,松江,2025-01-01,合成指标,将来,120,家": "unknown_period",
            "合成规划,松江,2025-01-01,合成指标,2024-08-27,120,家": "unknown_period",
            "合成规划,松江,2025-01-01,合成指标,2030,,家": "value_missing",
        },
    ),
]


class Judged(NamedTuple):
    """What staging said of each row, and what the reader is told."""

    rules: dict[tuple[str, int], str | None]
    reasons: dict[str, list[tuple[str, str]]]
    counts: dict[str, tuple[int, int, int]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    scratch = tmp_path_factory.mktemp("bad registers")
    folder = scratch / "raw" / "synthetic"
    folder.mkdir(parents=True)
    for case in CASES:
        write(folder / f"{case.register}.csv", case)
    paths = Paths(raw=scratch / "raw", warehouse=scratch / "warehouse")
    land(paths.raw, paths.build_database)
    judge(paths)
    with duckdb.connect(str(paths.build_database), read_only=True) as connection:
        rules = connection.execute(
            "select register_name, row_no, reject_rule from staging.stg_register_entry"
        ).fetchall()
        reasons = connection.execute(
            "select indicator_text, reason, remedy from marts.mart_quarantine order by cell_address"
        ).fetchall()
        counts = connection.execute("""
            select file_path, sum(cells_read), sum(cells_landed), sum(cells_quarantined)
            from marts.mart_outcome where step = 'stage' group by file_path
        """).fetchall()
    return Judged(
        {(register, row): rule for register, row, rule in rules},
        {case.register: [pair[1:] for pair in reasons if pair[0] == case.register] for case in CASES},
        {Path(file).stem: (int(read), int(taken), int(refused)) for file, read, taken, refused in counts},
    )


def write(file: Path, case: Case) -> None:
    lines = [f"{case.header},source_url", *(f"{row},https://example.org/synthetic" for row in case.rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.with_name(f"{file.name}.yaml").write_text(CARD.format(register=case.register), encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[case.register for case in CASES])
def test_each_row_is_taken_or_refused_by_the_rule_it_breaks(judged: Judged, case: Case) -> None:
    found = {row: rule for (register, row), rule in judged.rules.items() if register == case.register}
    assert [found[row] for row in sorted(found)] == list(case.rows.values())


@pytest.mark.parametrize("case", CASES, ids=[case.register for case in CASES])
def test_every_row_is_counted_once_as_taken_or_refused(judged: Judged, case: Case) -> None:
    refused = sum(rule is not None for rule in case.rows.values())
    assert judged.counts[case.register] == (len(case.rows), len(case.rows) - refused, refused)
    assert len(judged.reasons[case.register]) == refused
    assert all(reason and remedy for reason, remedy in judged.reasons[case.register])


def test_the_reason_says_what_is_wrong_with_the_very_row(judged: Judged) -> None:
    said = {reason for pairs in judged.reasons.values() for reason, _ in pairs}
    assert "the row names several places where it has one: 苏州、杭州" in said
    assert "it ends before it begins: 2025-06-30 to 2022-07-01" in said
    assert "the place is not known: 乌有市" in said
    assert "an earlier row of the file has the same entry, batch" in said
