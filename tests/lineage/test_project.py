"""The lineage of a project from its manifest: small synthetic manifests, read as those of a build are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.lineage import columns
from flows.lineage.project import follow

TABLES = {"figure": ["place", "value"], "mart_sum": ["place", "total"], "int_fitted": ["place", "value"]}


def node(name: str, sql: str | None, *reads: str, **config: Any) -> dict[str, Any]:
    folder = "marts/core" if name.startswith("mart_") else "intermediate"
    return {
        "name": name,
        "resource_type": "model",
        "language": "sql" if sql else "python",
        "compiled_code": sql,
        "path": f"{folder}/{name}.sql",
        "description": "",
        "depends_on": {"nodes": list(reads)},
        "config": {"materialized": "table", **config},
    }


def manifest(*models: dict[str, Any]) -> dict[str, Any]:
    source = {"name": "figure", "resource_type": "source", "description": "", "config": {}}
    return {"nodes": {one["name"]: one for one in models}, "sources": {"source.figure": source}}


def test_a_model_comes_from_what_the_ephemeral_models_in_it_read(tmp_path: Path) -> None:
    inlined = "with int_doubled as (select place, value * 2 as twice from figure)"
    project = manifest(
        node(
            "mart_sum",
            f"{inlined} select place, sum(twice) as total from int_doubled group by all",
            "int_doubled",
        ),
        node("int_doubled", "select 1", "source.figure", materialized="ephemeral"),
    )
    found = follow(project, TABLES, tmp_path / "cache.json")
    assert sorted(found.edges) == [
        ("mart_sum", "place", "figure", "place"),
        ("mart_sum", "total", "figure", "value"),
    ]
    assert [one[:3] for one in found.nodes] == [("figure", "raw", "raw"), ("mart_sum", "marts", "core")]


def test_a_macro_gives_the_columns_of_its_select_and_its_argument_is_no_column(tmp_path: Path) -> None:
    project = manifest(
        node("mart_sum", "select place, value as total from known_on(day)", "known_on", parameters="day"),
        node(
            "known_on",
            "select place, value, day as asked from figure",
            "source.figure",
            materialized="table_macro",
            parameters="day",
        ),
    )
    found = follow(project, TABLES, tmp_path / "cache.json")
    assert ("mart_sum", "total", "known_on", "value") in found.edges
    assert ("known_on", "value", "figure", "value") in found.edges
    assert found.unfollowed == []


def test_a_python_model_is_what_it_declares_and_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = {"place": ["figure.place"], "value": ["figure.value", "figure.nowhere"]}
    project = manifest(node("int_fitted", None, "source.figure", meta={"lineage": said}))
    found = follow(project, TABLES, tmp_path / "cache.json")
    assert sorted(found.edges) == [
        ("int_fitted", "place", "figure", "place"),
        ("int_fitted", "value", "figure", "value"),
    ]
    assert found.unfollowed == [("int_fitted", "value", "figure.nowhere not known")]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select place from figure", "not found in the SQL of the model"),
        ("select (place from figure", "Expecting"),
        (None, "not found in the SQL of the model"),
    ],
)
def test_what_a_table_has_and_its_sql_does_not_tell_is_listed_with_the_reason(
    sql: str | None, reason: str, tmp_path: Path
) -> None:
    found = follow(manifest(node("mart_sum", sql, "source.figure")), TABLES, tmp_path / "cache.json")
    assert {(table, column) for table, column, _ in found.unfollowed} >= {("mart_sum", "total")}
    assert all(reason in told for _, _, told in found.unfollowed)
    assert not [edge for edge in found.edges if edge[1] == "total"]


def test_a_model_is_read_again_only_when_its_sql_or_the_columns_it_reads_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.json"
    project = manifest(
        node("mart_sum", "select place, total from int_fitted", "int_fitted"),
        node("int_fitted", "select *, value as total from figure", "source.figure"),
    )
    tables = {**TABLES, "int_fitted": ["place", "value", "total"]}
    first = follow(project, tables, cache)
    read: list[str] = []
    real = columns.columns_of

    def noted(sql: str, *rest: Any) -> Any:
        read.append(sql)
        return real(sql, *rest)

    monkeypatch.setattr(columns, "columns_of", noted)
    assert follow(project, tables, cache) == first
    assert read == []
    project["nodes"]["mart_sum"]["compiled_code"] = "select place, value as total from int_fitted"
    assert ("mart_sum", "total", "int_fitted", "value") in follow(project, tables, cache).edges
    assert read == ["select place, value as total from int_fitted"]
    follow(project, {**tables, "figure": ["place", "value", "note"]}, cache)
    assert read[1:] == ["select *, value as total from figure"]
    assert len(json.loads(cache.read_text(encoding="utf-8"))) == 2
