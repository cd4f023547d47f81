"""What the project says in words: its example queries and its metrics, from the manifest."""

from __future__ import annotations

import re
from typing import Any

from flows.bilingual import two_languages

REF = re.compile(r"\{\{\s*ref\('(\w+)'\)\s*\}\}")
FILTER = re.compile(r"\{\{\s*Dimension\('\w+?__(\w+)'\)\s*\}\}")
COMMENT = re.compile(r"^--.*\n", re.MULTILINE)

Example = tuple[str, int, str, str, str, str, str, str]
Metric = tuple[str, str, str, str, str, str, str, str | None, str]


def examples_of(manifest: dict[str, Any]) -> list[Example]:
    """The analyses in the order they are meant to be read, as SQL that runs on a release as it is."""
    schemas = {
        node["name"]: node["schema"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "analysis":
            continue
        said = node["config"]["meta"]
        sql = REF.sub(lambda ref: f"{schemas[ref[1]]}.{ref[1]}", COMMENT.sub("", node["raw_code"])).strip()
        names = (said["title_zh"], said["title_en"], *two_languages(node["description"]))
        found.append((node["name"], int(said["sort_no"]), said["subject"], *names, sql))
    return sorted(found, key=lambda row: row[1])


def metrics_of(manifest: dict[str, Any]) -> list[Metric]:
    """The metrics of the semantic layer; the formula says which column of which mart each reads."""
    measures = {
        measure["name"]: (model["node_relation"], measure)
        for model in manifest["semantic_models"].values()
        for measure in model["measures"]
    }
    found = []
    for metric in manifest["metrics"].values():
        said, read = metric["config"]["meta"], metric["type_params"]["measure"]
        relation, measure = measures[read["name"]]
        name_zh, _, name_en = metric["label"].partition(" ")
        wanted = [one["where_sql_template"] for one in (read["filter"] or {}).get("where_filters", [])]
        where = " and ".join(FILTER.sub(r"\1", one) for one in wanted)
        formula = f"{relation['schema_name']}.{relation['alias']}.{measure['expr']}"
        formula += f" where {where}" if where else ""
        words = two_languages(metric["description"])
        names = (metric["name"], name_zh, name_en, said["unit"], said["unit_en"])
        found.append((*names, *words, said.get("indicator"), formula))
    return sorted(found)
