"""Keys and references from a synthetic manifest, held against synthetic rows."""

from __future__ import annotations

from typing import Any

import duckdb

from flows.lineage.keys import Reference, holds, keys_of, references_of

TABLES = {
    "dim_place": ["place_code", "name"],
    "fct_figure": ["place_code", "period", "value"],
    "mart_link": ["from_place_code", "to_place_code", "period"],
    "mart_share": ["place_code", "period", "share"],
    "mart_note": ["note", "replace_code"],
    "stg_figure": ["place_code"],
}


def check_on(name: str, model: str, column: str | None = None, **said: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "name": f"{name}_{model}",
        "attached_node": f"model.g60.{model}",
        "column_name": column,
        "test_metadata": {"name": name, "kwargs": said},
        "depends_on": {"nodes": ["model.g60.dim_place", f"model.g60.{model}"]},
        "config": {},
    }


def project() -> dict[str, Any]:
    declared = {"references": [{"columns": ["note"], "to": "dim_place", "to_columns": ["name"]}]}
    nodes = [
        check_on("unique", "dim_place", "place_code"),
        check_on("not_null", "dim_place", "name"),
        check_on("unique_key", "fct_figure", columns=["place_code", "period"]),
        check_on("unique_key", "mart_note", columns=["note"]) | {"config": {"where": "is_best"}},
        check_on("relationships", "stg_figure", "place_code", to="ref('dim_place')", field="place_code"),
        {"resource_type": "model", "name": "mart_note", "config": {"meta": declared}},
    ]
    return {"nodes": {str(n): one for n, one in enumerate(nodes)}}


def test_keys_are_what_a_test_holds_to_be_unique() -> None:
    assert keys_of(project()) == [("dim_place", ("place_code",)), ("fct_figure", ("place_code", "period"))]


def test_references_are_declared_or_told_by_the_whole_key_under_the_same_names_or_with_a_role() -> None:
    found = references_of(project(), keys_of(project()), TABLES)
    code = ("place_code",)
    both = ("place_code", "period")
    assert found == [
        Reference("fct_figure", code, "dim_place", code),
        Reference("mart_link", ("from_place_code",), "dim_place", code),
        Reference("mart_link", ("to_place_code",), "dim_place", code),
        Reference("mart_note", ("note",), "dim_place", ("name",)),
        Reference("mart_share", code, "dim_place", code),
        Reference("mart_share", both, "fct_figure", both),
        Reference("stg_figure", code, "dim_place", code),
    ]


def test_a_reference_holds_when_some_row_refers_and_each_that_does_finds_its_row() -> None:
    with duckdb.connect() as connection:
        connection.execute("""
            create schema marts;
            create table marts.dim_place as from (values ('A'), ('B'), (null)) as t (place_code);
            create table marts.mart_sound as from (values ('A'), (null), ('B')) as t (place_code);
            create table marts.mart_orphan as from (values ('A'), ('Z')) as t (place_code);
            create table marts.mart_empty as select null::varchar as place_code;
        """)
        told = {
            table: holds(connection, Reference(table, ("place_code",), "dim_place", ("place_code",)))
            for table in ("mart_sound", "mart_orphan", "mart_empty")
        }
    assert told == {"mart_sound": True, "mart_orphan": False, "mart_empty": False}
