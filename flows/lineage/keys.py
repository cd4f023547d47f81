"""Keys of the tables and the references between them, from what the project declares and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

# Tables that others refer to by name alone: dimensions and facts.
NAMED = ("dim_", "fct_")
MARTS = ("dim_", "fct_", "mart_")


@dataclass(frozen=True)
class Reference:
    """Columns of a table that hold the key of another."""

    table: str
    columns: tuple[str, ...]
    to_table: str
    to_columns: tuple[str, ...]


def keys_of(manifest: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """What a test holds to be unique, by table; among all its rows, not some."""
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for node in tests_of(manifest, "unique", "unique_key"):
        if node["config"].get("where"):
            continue
        columns = node["test_metadata"]["kwargs"].get("columns") or [node["column_name"]]
        found[str(node["attached_node"]).rsplit(".", 1)[-1], tuple(columns)] = None
    return sorted(found)


def tests_of(manifest: Mapping[str, Any], *names: str) -> Iterator[Mapping[str, Any]]:
    for node in manifest["nodes"].values():
        tested = node.get("test_metadata") if node["resource_type"] == "test" else None
        if tested and tested["name"] in names and node.get("attached_node"):
            yield node


def references_of(
    manifest: Mapping[str, Any], keys: list[tuple[str, tuple[str, ...]]], tables: Mapping[str, list[str]]
) -> list[Reference]:
    """References that the project declares, and those that names tell.

    Declared are the tests of kind `relationships` and what a model's `meta` gives as `references`. By name:
    the whole key of a dimension or fact is found in another mart, column for column; a key of one column also
    under a name that puts its role before it, as from_place_code holds a place_code. Names alone prove
    nothing: see `holds`.
    """
    found = dict.fromkeys([*by_test(manifest), *by_meta(manifest), *by_name(keys, tables)])
    return sorted(found, key=lambda one: (one.table, one.to_table, one.columns))


def by_test(manifest: Mapping[str, Any]) -> Iterator[Reference]:
    for node in tests_of(manifest, "relationships"):
        said = node["test_metadata"]["kwargs"]
        to_table = next(
            key for key in node["depends_on"]["nodes"] if said["to"].split("'")[1] == key.rsplit(".", 1)[-1]
        )
        table = str(node["attached_node"]).rsplit(".", 1)[-1]
        yield Reference(table, (node["column_name"],), to_table.rsplit(".", 1)[-1], (said["field"],))


def by_meta(manifest: Mapping[str, Any]) -> Iterator[Reference]:
    for node in manifest["nodes"].values():
        for said in (node["config"].get("meta") or {}).get("references", ()):
            columns = tuple(said["columns"])
            yield Reference(node["name"], columns, said["to"], tuple(said.get("to_columns", columns)))


def by_name(keys: list[tuple[str, tuple[str, ...]]], tables: Mapping[str, list[str]]) -> Iterator[Reference]:
    for to_table, key in keys:
        if not to_table.startswith(NAMED):
            continue
        for table, columns in tables.items():
            if table == to_table or not table.startswith(MARTS):
                continue
            if set(key) <= set(columns):
                yield Reference(table, key, to_table, key)
            if len(key) == 1:
                for column in columns:
                    if column.endswith(f"_{key[0]}"):
                        yield Reference(table, (column,), to_table, key)


def holds(connection: duckdb.DuckDBPyConnection, reference: Reference) -> bool:
    """Whether some rows refer, and each that does finds its row."""
    pairs = zip(reference.columns, reference.to_columns, strict=True)
    same = " and ".join(f'ours."{column}" = theirs."{key}"' for column, key in pairs)
    given = " and ".join(f'ours."{column}" is not null' for column in reference.columns)
    ours, theirs = f'marts."{reference.table}" as ours', f'marts."{reference.to_table}" as theirs'
    sql = f"""
        select
            exists (select 1 from {ours} where {given})
            and not exists (select 1 from {ours} anti join {theirs} on {same} where {given})
    """
    return bool((connection.execute(sql).fetchone() or (False,))[0])
