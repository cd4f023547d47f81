"""A public claim is a row and a file: added, judged, and refused where it cannot be read."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from flows.landing.land import land
from flows.modelling.build import held_open, invoke, parse
from flows.settings import ROOT, Paths

CLAIMS = ROOT / "raw" / "claims" / "claims.csv"
MACROS = ROOT / "dbt_project" / "macros" / "claims"
# The claims and what judges them, and of the rest what they read; no tests.
JUDGED = (
    *("build", "--select", "+mart_claim", "+mart_quarantine", "+mart_outcome"),
    *("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
)

# Synthetic: 40 is what the reading below finds, known to a tenth.
READING = """
{% macro claim_T01() %}
select
    {{ reading('exact', '合成', 'synthetic', is_principal=true) }}, 'share_of_nation' as how_computed,
    'derived' as value_kind, 40.0 as value, 39.9 as low, 40.1 as high
union all by name
select
    {{ reading('rough', '合成', 'synthetic') }}, 'share_of_nation' as how_computed, 'bound' as value_kind,
    50.0 as low
{% endmacro %}
"""
ROWS = {
    "T01": {"value_text": "约40%", "comparison": "about"},
    "T02": {"value_text": "超过1/5", "comparison": "above"},
    "T03": {"value_text": "很多", "comparison": "equal"},
    "T04": {"value_text": "1", "comparison": "like"},
    "": {"value_text": "1", "comparison": "equal"},
}


def claims() -> list[dict[str, str]]:
    with CLAIMS.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_each_claim_of_the_register_has_a_file_and_each_file_a_claim() -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in MACROS.glob("*.sql")}
    assert sorted(files) == sorted(row["claim_id"] for row in claims())
    assert [name for name, text in files.items() if f"macro claim_{name}()" not in text] == []


def test_the_register_has_the_thirty_two_claims_of_the_founding_article() -> None:
    founding = [row["claim_id"] for row in claims() if row["claim_set"] == "founding_article"]
    assert founding == [f"S{number:02}" for number in range(1, 33)]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of nothing but claims, with some added after the first parse of its project."""
    folder = tmp_path_factory.mktemp("claims")
    project = Path(shutil.copytree(ROOT / "dbt_project", folder / "dbt_project"))
    raw = Path(shutil.copytree(ROOT / "raw" / "claims", folder / "raw" / "claims"))
    where = Paths(raw=folder / "raw", warehouse=folder / "warehouse", project=project)
    where.build.mkdir(parents=True)
    parse(where)
    (project / "macros" / "claims" / "T01.sql").write_text(READING, encoding="utf-8")
    with (raw / "claims.csv").open("a", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(claims()[0]), lineterminator="\n")
        for claim_id, row in ROWS.items():
            blank = {"claim_set": "synthetic", "said_on": "2024", "statement_zh": "合成", "unit": "%"}
            writer.writerow(blank | {"claim_id": claim_id, "statement_en": "Synthetic"} | row)
        writer.writerow(claims()[0])
    land(where.raw, where.build_database)
    manifest = parse(where)
    with held_open(where.build_database):
        results = invoke(where, JUDGED, manifest).results
    assert [f"{result.node.name}: {result.message}" for result in results if result.status != "success"] == []
    return where.build_database


def test_a_claim_is_added_with_a_row_and_a_file(judged: Path) -> None:
    with duckdb.connect(str(judged), read_only=True) as connection:
        assert connection.sql(
            "select claim_set, claimed_low, claimed_high, verdict, margin, readings, "
            "verdict_depends_on_reading from marts.mart_claim where claim_id = 'T01'"
        ).fetchall() == [("synthetic", 30.0, 50.0, "reproduced", 0.0, 2, True)]
        assert connection.sql(
            "select reading, verdict from marts.mart_claim_reading where claim_id = 'T01' order by reading"
        ).fetchall() == [("exact", "reproduced"), ("rough", "consistent")]


def test_a_claim_without_a_file_is_not_decidable_and_those_that_cannot_be_read_are_quarantined(
    judged: Path,
) -> None:
    with duckdb.connect(str(judged), read_only=True) as connection:
        assert connection.sql("select verdict from marts.mart_claim where claim_id = 'T02'").fetchall() == [
            ("not_decidable",)
        ]
        assert connection.sql(
            "select rule, count(*) from marts.mart_quarantine group by rule order by rule"
        ).fetchall() == [
            ("entered_twice", 1),
            ("id_missing", 1),
            ("text_for_number", 1),
            ("unknown_comparison", 1),
        ]
        assert connection.sql(
            "select sum(cells_read), sum(cells_landed), sum(cells_quarantined) from marts.mart_outcome "
            "where step = 'stage'"
        ).fetchall() == [(38, 34, 4)]
        # Where no other raw file is, no claim is reproduced but by the arithmetic of the claims themselves.
        assert connection.sql(
            "select list(claim_id order by claim_id) from marts.mart_claim where verdict = 'reproduced'"
        ).fetchall() == [(["S12", "T01"],)]
