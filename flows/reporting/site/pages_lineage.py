"""Where the columns come from, and how the tables refer to each other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from flows.bilingual import two_languages
from flows.reporting.site.diagrams import Box, Line, diagram
from flows.reporting.site.facts import Facts, Row, group

LAYERS = {
    "raw": ("原始单元格", "raw cells"),
    "seed": ("判断(种子)", "judgements (seeds)"),
    "staging": ("读出", "staging"),
    "intermediate": ("中间步骤", "intermediate"),
    "marts": ("成品", "marts"),
}
SUBJECTS = {
    "core": ("核心", "Core"),
    "innovation": ("指数", "Index"),
    "coordination": ("协调", "Coordination"),
    "network": ("网络", "Networks"),
    "chains": ("产业链", "Chains"),
    "claims": ("论断", "Claims"),
    "registers": ("登记表", "Registers"),
    "quality": ("质量", "Quality"),
    "metrics": ("度量", "Metrics"),
    "as_of": ("某日所知", "As of a day"),
}


def words_of(name: str) -> tuple[str, str]:
    return SUBJECTS.get(name, (name, name))


def subjects_of(facts: Facts) -> dict[str, list[str]]:
    """Tables of the marts by subject, in the order of SUBJECTS, others last."""
    found = group((node for node in facts["lineage_node"] if node["layer"] == "marts"), "subject")
    order = [*SUBJECTS, *sorted(set(found) - set(SUBJECTS))]
    return {name: [node["table_name"] for node in found[name]] for name in order if name in found}


# Lineage


def lineage_page(facts: Facts) -> dict[str, Any]:
    """Every column and what it is made of, for the page's script; and a picture of each subject's tables."""
    nodes = {node["table_name"]: node for node in facts["lineage_node"]}
    reads = tables_read(facts["column_lineage"])
    marts = group(facts["lineage_column"], "table_name")
    followed = {(row["table_name"], row["column_name"]) for row in facts["column_lineage"]}
    in_marts = [
        (table, row["column_name"]) for table, rows in marts.items() if table in nodes for row in rows
    ]
    unfollowed = {(row["table_name"], row["column_name"]) for row in facts["column_unfollowed"]}
    subjects = subjects_of(facts)
    return {
        "subjects": {
            name: {
                "words": words_of(name),
                "picture": subject_picture(tables, nodes, reads, facts),
                "seeds": sorted(
                    one for one in upstream(tables, reads) if nodes.get(one, {}).get("layer") == "seed"
                ),
            }
            for name, tables in subjects.items()
        },
        "data": lineage_data(facts, nodes, subjects),
        "columns": len(in_marts),
        "known": sum(column not in unfollowed for column in in_marts),
        "constant": sorted(column for column in in_marts if column not in followed | unfollowed),
        "unfollowed": facts["column_unfollowed"],
        "steps": len(facts["column_lineage"]),
    }


def tables_read(edges: Iterable[Row]) -> dict[str, list[str]]:
    found = group(edges, "table_name")
    return {table: sorted({row["from_table"] for row in rows}) for table, rows in found.items()}


def upstream(tables: Iterable[str], reads: dict[str, list[str]]) -> set[str]:
    """The tables and all that they come from."""
    found: set[str] = set()
    waiting = list(tables)
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting.extend(reads.get(one, ()))
    return found


def subject_picture(
    tables: list[str], nodes: dict[str, Row], reads: dict[str, list[str]], facts: Facts
) -> Markup:
    """From the raw cells on the left to the marts of a subject on the right; seeds are left out."""
    shown = {one for one in upstream(tables, reads) if nodes.get(one, {}).get("layer") not in (None, "seed")}
    depth: dict[str, int] = {}

    def steps(name: str) -> int:
        if name not in depth:
            depth[name] = 0
            depth[name] = 1 + max((steps(one) for one in reads.get(name, ()) if one in shown), default=-1)
        return depth[name]

    columns: list[list[Box]] = [[] for _ in range(1 + max((steps(name) for name in shown), default=0))]
    for name in sorted(shown):
        layer = nodes[name]["layer"]
        columns[steps(name)].append(Box(name, (), page_of(name, facts), f"l-{layer}"))
    lines = [Line(one, name) for name in sorted(shown) for one in reads.get(name, ()) if one in shown]
    return diagram(columns, lines, "表的来路 Where the tables come from")


def page_of(name: str, facts: Facts) -> str | None:
    return f"tables/{name}.html" if any(row["table_name"] == name for row in facts["table"]) else None


def lineage_data(facts: Facts, nodes: dict[str, Row], subjects: dict[str, list[str]]) -> Markup:
    """Columns by number: of each its table, its name and the numbers of those it is made of."""
    number: dict[tuple[str, str], int] = {}
    for row in facts["lineage_column"]:
        if row["table_name"] in nodes:
            number.setdefault((row["table_name"], row["column_name"]), len(number))
    sources: dict[int, list[int]] = {}
    for row in facts["column_lineage"]:
        key = number.setdefault((row["table_name"], row["column_name"]), len(number))
        source = number.setdefault((row["from_table"], row["from_column"]), len(number))
        sources.setdefault(key, []).append(source)
    tables = {table: n for n, table in enumerate(dict.fromkeys(table for table, _ in number))}
    has_page = {row["table_name"] for row in facts["table"]}
    order = [name for names in subjects.values() for name in names]
    said = {
        "layers": LAYERS,
        "tables": [
            [
                name,
                nodes[name]["layer"] if name in nodes else "seed",
                *two_languages(nodes[name]["description"] if name in nodes else ""),
                int(name in has_page),
            ]
            for name in tables
        ],
        "columns": [[tables[table], name, sources.get(n, [])] for (table, name), n in number.items()],
        "marts": [
            [words_of(subject), [tables[name] for name in names if name in tables]]
            for subject, names in subjects.items()
        ],
        "order": [tables[name] for name in order if name in tables],
        "unfollowed": {
            f"{row['table_name']}.{row['column_name']}": row["reason"] for row in facts["column_unfollowed"]
        },
    }
    return script_data(said)


def script_data(said: object) -> Markup:
    """JSON for a script element: no text in it can end the element."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


# Entities


def entities_page(facts: Facts) -> dict[str, Any]:
    """The tables with their keys and what refers to what: each subject by itself, then the whole."""
    keys = {
        table: [row["columns"] for row in rows] for table, rows in group(facts["key"], "table_name").items()
    }
    marts = {node["table_name"] for node in facts["lineage_node"] if node["layer"] == "marts"}
    references = [row for row in facts["reference"] if row["table_name"] in marts]
    subjects = subjects_of(facts)
    pictures = {}
    for name, tables in subjects.items():
        # Between dimensions and facts that others refer to, only what concerns this subject.
        own = [row for row in references if row["table_name"] in tables]
        if own or name == "core":
            shown = {*tables, *(row["to_table"] for row in own)} & keys.keys()
            pictures[name] = {"words": words_of(name), "picture": entity_picture(shown, own, keys, facts)}
    every = marts & keys.keys()
    return {
        "pictures": pictures,
        "whole": entity_picture(every, references, keys, facts),
        "references": references,
        "entities": len(every),
        "keys": keys,
        "entity_subjects": {
            name: {"words": words_of(name), "tables": [one for one in tables if one in keys]}
            for name, tables in subjects.items()
            if any(one in keys for one in tables)
        },
    }


def entity_picture(
    shown: set[str], references: list[Row], keys: dict[str, list[list[str]]], facts: Facts
) -> Markup:
    """Dimensions on the left, then facts, then marts that others refer to, the other marts on the right."""
    referred = {row["to_table"] for row in references}
    columns: list[list[Box]] = [[], [], [], []]
    for name in sorted(shown):
        kind = name.split("_")[0]
        place = {"dim": 0, "fct": 1}.get(kind, 2 if name in referred else 3)
        columns[place].append(Box(name, key_lines(keys[name][0]), page_of(name, facts), f"e-{kind}"))
    lines = [
        Line(
            row["to_table"],
            row["table_name"],
            f"{row['table_name']} ({', '.join(row['columns'])}) → {row['to_table']}",
        )
        for row in references
        if {row["table_name"], row["to_table"]} <= shown
    ]
    return diagram(columns, list(dict.fromkeys(lines)), "实体关系图 Entity diagram")


def key_lines(columns: list[str]) -> tuple[str, ...]:
    """The columns of a key, one a line, marked as in other entity diagrams."""
    return tuple(f"# {column}" for column in columns)
