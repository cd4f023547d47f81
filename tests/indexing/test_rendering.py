"""The engine has one meaning: what dbt compiles is what runs without it, but for relations and space."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from flows.indexing.models import FOLDER, PROJECT, depth, render
from flows.modelling.build import invoke
from flows.settings import Paths


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Paths, dict[str, Any]]:
    """Every model in SQL as dbt compiles it, by name; the seed tells it how deep frameworks are."""
    where = Paths(warehouse=tmp_path_factory.mktemp("compiled"))
    where.build.mkdir(parents=True)
    seeded = invoke(where, ("seed", "--select", "framework_node")).results
    assert [str(result.status) for result in seeded] == ["success"]
    results = invoke(where, ("compile", "--select", f"path:{FOLDER}")).results
    return where, {r.node.name: r.node for r in results if r.node.resource_type == "model" and is_sql(r.node)}


def is_sql(node: Any) -> bool:
    return bool(node.language == "sql")


def bare(sql: str) -> str:
    """Without the database and schema of relations and without space."""
    sql = re.sub(r'"\w+"\."\w+"\."(\w+)"', r"\1", sql)
    return "".join(sql.replace("__dbt__cte__", "").split())


def test_models_render_without_dbt_as_dbt_compiles_them(compiled: tuple[Paths, dict[str, Any]]) -> None:
    where, nodes = compiled
    files = {file.stem: file.read_text(encoding="utf-8") for file in (PROJECT / FOLDER).glob("*.sql")}
    assert nodes.keys() == files.keys() and len(files) >= 18
    with duckdb.connect(str(where.build_database), read_only=True) as connection:
        connection.execute("set schema = 'staging'")
        levels = depth(connection)
    assert levels == 3
    differing = []
    for name, node in nodes.items():
        text = node.compiled_code
        for cte in node.extra_ctes:
            # What is no table in the warehouse stands before the model instead.
            text = text.replace(f"{cte.sql}, ", "", 1)
        if bare(text) != bare(render(files[name], levels)):
            differing.append(name)
    assert differing == []


def test_a_model_may_not_use_what_only_dbt_has() -> None:
    for text in (
        "{{ source('raw', 'document') }}",
        "{{ this }}",
        "{{ adapter.quote('x') }}",
        "{{ var('as_of') }}",
    ):
        with pytest.raises(Exception, match="is undefined"):
            render(text, 2)
