"""The columns of a whole dbt project and what each is made of, from its manifest after a build.

An ephemeral model is no table: its SQL stands in the models that read it, which thus come straight from what
it reads. A model in Python says itself, in its `meta`, what its columns are made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import Any

Node = Mapping[str, Any]
Tables = dict[str, list[str]]
# What is known of the columns of one model: for each its sources and its faults.
Told = dict[str, tuple[list[list[str]], list[str]]]
READER = Path(__file__).with_name("columns.py")


@dataclass
class Lineage:
    """`edges` are (table, column, from table, from column), names without schema; a from column `*` stands
    for the rows of a table. `unfollowed` are columns of which not all is known, each with the reason. `keys`
    are (table, columns), `references` (table, columns, to table, to columns), `nodes` (table, layer, subject,
    description). `examples` and `metrics` are rows of the tables of meta that are named so."""

    nodes: list[tuple[str, str, str, str]] = field(default_factory=list)
    edges: list[tuple[str, str, str, str]] = field(default_factory=list)
    unfollowed: list[tuple[str, str, str]] = field(default_factory=list)
    keys: list[tuple[str, list[str]]] = field(default_factory=list)
    references: list[tuple[str, list[str], str, list[str]]] = field(default_factory=list)
    examples: list[tuple[str, int, str, str, str, str, str, str]] = field(default_factory=list)
    metrics: list[tuple[str, str, str, str, str, str, str, str | None, str]] = field(default_factory=list)


def follow(manifest: Node, tables: Tables, cache: Path) -> Lineage:
    """What every column of every model is made of. `tables` gives the columns that the build made, by table.

    A model is read again only when its SQL, the columns it reads or the reader have changed: `cache` keeps
    the rest.
    """
    kept: dict[str, Told] = json.loads(cache.read_text(encoding="utf-8")) if cache.is_file() else {}
    used: dict[str, Told] = {}
    known = {name.lower(): columns for name, columns in tables.items()}
    lineage = Lineage(nodes=nodes_of(manifest))
    for node in in_order(manifest):
        name = node["name"]
        # An argument of a macro is a name like a column's.
        said = str(node["config"].get("parameters") or "")
        parameters = [one.strip() for one in said.split(",") if one.strip()]
        key = digest(node, {one: known.get(one) for one in tables_read(manifest, node)})
        told = used[key] = kept.get(key) or told_of(node, known, parameters)
        columns = known.setdefault(name, list(told))
        for column in columns:
            sources, faults = told.get(column.lower(), ([], ["not found in the SQL of the model"]))
            lineage.edges.extend((name, column, table, source) for table, source in sources)
            if faults:
                lineage.unfollowed.append((name, column, "; ".join(faults)))
    if used.keys() != kept.keys():
        cache.write_text(json.dumps(used, ensure_ascii=False), encoding="utf-8")
    return lineage


def in_order(manifest: Node) -> list[Node]:
    """Models that a build made, each after those it reads."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    graph = {key: [one for one in node["depends_on"]["nodes"] if one in nodes] for key, node in nodes.items()}
    order = [nodes[key] for key in TopologicalSorter(graph).static_order()]
    return [node for node in order if node["config"]["materialized"] != "ephemeral"]


def nodes_of(manifest: Node) -> list[tuple[str, str, str, str]]:
    """Layer, subject and description of every table, by its place in the project: a folder is a subject."""
    made = [node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    found = []
    for node in [*manifest["sources"].values(), *made]:
        if node["resource_type"] == "source":
            layer, subject = "raw", "raw"
        elif node["resource_type"] == "seed":
            layer, subject = "seed", "seed"
        else:
            layer, *rest, _ = Path(node["path"]).parts
            subject = rest[0] if rest else layer
        if node["config"].get("materialized") != "ephemeral":
            found.append((node["name"], layer, subject, node["description"]))
    return sorted(found)


def tables_read(manifest: Node, node: Node) -> list[str]:
    """Names of the tables whose columns stand in a model's SQL, through ephemeral models too."""
    found: set[str] = set()
    waiting = list(node["depends_on"]["nodes"])
    while waiting:
        key = waiting.pop()
        read = manifest["nodes"].get(key) or manifest["sources"][key]
        if read.get("config", {}).get("materialized") == "ephemeral":
            waiting.extend(read["depends_on"]["nodes"])
        else:
            found.add(read["name"])
    return sorted(found)


def digest(node: Node, columns: Mapping[str, list[str] | None]) -> str:
    """What the lineage of a model depends on."""
    said = [node["compiled_code"], declared(node), columns, version("sqlglot"), reader_digest()]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def reader_digest() -> str:
    return hashlib.sha256(READER.read_bytes()).hexdigest()


def declared(node: Node) -> dict[str, list[str]] | None:
    """What a model says of its columns: `{column: [table.column, …]}` in its `meta` as `lineage`."""
    said: dict[str, list[str]] | None = (node["config"].get("meta") or {}).get("lineage")
    return said


def told_of(node: Node, tables: Tables, parameters: list[str]) -> Told:
    if (said := declared(node)) is not None:
        return as_declared(said, tables)
    if node["language"] != "sql":
        return {}
    # The parser is imported only when there is something new to read.
    from flows.lineage.columns import UNREADABLE, columns_of

    try:
        found = columns_of(node["compiled_code"] or "", tables, frozenset(parameters))
    except UNREADABLE as error:
        reason = str(error).strip().splitlines()[0]
        return {column.lower(): ([], [reason]) for column in tables.get(node["name"], [])}
    return {
        name: (sorted(list(one) for one in origin.columns), sorted(origin.faults))
        for name, origin in found.items()
    }


def as_declared(said: dict[str, list[str]], tables: Tables) -> Told:
    """A declaration is taken at its word, but not where it names a column that there is not."""
    told: Told = {}
    for column, sources in said.items():
        pairs = [source.rsplit(".", 1) for source in sources]
        faults = [f"{table}.{name} not known" for table, name in pairs if name not in tables.get(table, [])]
        told[column] = ([pair for pair in pairs if pair[1] in tables.get(pair[0], [])], faults)
    return told
