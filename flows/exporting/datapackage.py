"""datapackage.json: the CSV files of a release as a Frictionless data package, with types, keys and words."""

from __future__ import annotations

from typing import Any

from flows.exporting.dataset import Column, Dataset, Table

TYPES = {
    "VARCHAR": "string",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}


def data_package(dataset: Dataset) -> dict[str, Any]:
    """The descriptor: a resource for the CSV file of each mart."""
    return {
        "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
        "profile": "tabular-data-package",
        "name": dataset.said["name"],
        "id": dataset.release_id,
        "title": f"{dataset.of('title', 'zh')} {dataset.of('title', 'en')}",
        "description": f"{dataset.of('description', 'zh')}\n\n{dataset.of('description', 'en')}",
        "version": dataset.release_id,
        "created": f"{dataset.published_on}T00:00:00Z",
        "keywords": [*dataset.said["keywords_zh"], *dataset.said["keywords_en"]],
        "contributors": [{"title": dataset.of("creator", "en"), "role": "author"}],
        "rights": {"zh": dataset.of("rights", "zh"), "en": dataset.of("rights", "en")},
        "sources": [{"title": name} for name in dataset.publishers],
        "resources": [resource(table) for table in dataset.tables],
    }


def resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.references:
        schema["foreignKeys"] = [
            {
                "fields": list(one.columns),
                "reference": {"resource": one.table, "fields": list(one.to_columns)},
            }
            for one in table.references
        ]
    return {
        "name": table.name,
        "path": f"csv/{table.name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "title": table.name,
        "description": f"{table.zh} {table.en}".strip(),
        "schema": schema,
    }


def field(column: Column) -> dict[str, Any]:
    """A field; lists are arrays and records objects, both JSON within a cell."""
    if column.type.endswith("]"):
        kind = "array"
    elif column.type.startswith(("STRUCT", "MAP")):
        kind = "object"
    else:
        kind = TYPES[column.type]
    said: dict[str, Any] = {"name": column.name, "type": kind}
    if column.zh or column.en:
        said |= {"title": (column.zh or column.en)[:120], "description": f"{column.zh} {column.en}".strip()}
    # In CSV an empty text cannot be told from none, so texts are never demanded.
    if not column.is_nullable and kind != "string":
        said["constraints"] = {"required": True}
    return said
