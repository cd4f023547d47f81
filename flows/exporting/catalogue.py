"""What a release is, for machines that look for data: schema.org, DCAT, RO-Crate and a citation file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from flows.exporting.dataset import Dataset

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTEXT = {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}
# Name pattern → media type and what it is, in both languages. The first that fits counts.
FILES = [
    ("g60.duckdb", "application/vnd.duckdb", "DuckDB 数据库", "DuckDB database"),
    (
        "g60.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel 工作簿",
        "Excel workbook",
    ),
    ("datapackage.json", "application/json", "Frictionless 数据包", "Frictionless data package"),
    ("parquet", "application/vnd.apache.parquet", "每表一个 Parquet", "Parquet, a file for each table"),
    ("csv", "text/csv", "每表一个 CSV", "CSV, a file for each table"),
    (
        "sdmx",
        "application/vnd.sdmx.data+csv;version=2.0.0",
        "SDMX-CSV 与结构定义",
        "SDMX-CSV with its structure",
    ),
]


def json_ld(dataset: Dataset) -> dict[str, Any]:
    """The release as a schema.org Dataset that is a DCAT dataset too; files by their path within it."""
    return {
        "@context": [
            "https://schema.org",
            {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        ],
        "@type": ["Dataset", "dcat:Dataset"],
        "@id": "./",
        "identifier": dataset.release_id,
        "version": dataset.release_id,
        "name": in_both(dataset, "title"),
        "description": in_both(dataset, "description"),
        "keywords": [*dataset.said["keywords_zh"], *dataset.said["keywords_en"]],
        "inLanguage": ["zh-CN", "en"],
        "isAccessibleForFree": True,
        "creator": {
            "@type": "Organization",
            "name": dataset.of("creator", "zh"),
            "alternateName": dataset.of("creator", "en"),
        },
        "datePublished": str(dataset.published_on),
        "temporalCoverage": f"{dataset.first_year}/{dataset.last_year}",
        "spatialCoverage": {
            "@type": "Place",
            "name": f"{dataset.of('spatial', 'zh')} {dataset.of('spatial', 'en')}",
        },
        "usageInfo": in_both(dataset, "rights"),
        "isBasedOn": [{"@type": "Organization", "name": name} for name in dataset.publishers],
        "variableMeasured": [table.name for table in dataset.tables if table.name.startswith("fct_")],
        "distribution": [
            {
                "@type": ["DataDownload", "dcat:Distribution"],
                "name": f"{zh} {en}",
                "encodingFormat": media,
                "contentUrl": name if "." in name else f"{name}/",
            }
            for name, media, zh, en in FILES
        ],
    }


def in_both(dataset: Dataset, name: str) -> list[dict[str, str]]:
    return [{"@language": one, "@value": dataset.of(name, one)} for one in ("zh", "en")]


def ro_crate(dataset: Dataset, files: dict[str, int]) -> dict[str, Any]:
    """RO-Crate 1.1 of the release folder: `files` are paths within it and their bytes."""
    parts = [
        {
            "@id": path,
            "@type": "File",
            "name": path,
            "contentSize": str(size),
            "encodingFormat": media_type(path),
        }
        for path, size in sorted(files.items())
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{dataset.of('title', 'zh')} {dataset.of('title', 'en')}",
        "description": f"{dataset.of('description', 'zh')} {dataset.of('description', 'en')}",
        "identifier": dataset.release_id,
        "datePublished": str(dataset.published_on),
        "license": {"@id": "#rights"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    rights = {
        "@id": "#rights",
        "@type": "CreativeWork",
        "name": "权利说明 Rights",
        "description": f"{dataset.of('rights', 'zh')} {dataset.of('rights', 'en')}",
    }
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [descriptor, root, rights, *parts]}


def media_type(path: str) -> str:
    endings = {
        ".duckdb": "application/vnd.duckdb",
        ".parquet": "application/vnd.apache.parquet",
        ".csv": "text/csv",
        ".json": "application/json",
        ".jsonld": "application/ld+json",
        ".xml": "application/xml",
        ".xlsx": WORKBOOK,
        ".cff": "application/yaml",
        ".html": "text/html",
        ".md": "text/markdown",
    }
    return endings.get(Path(path).suffix, "application/octet-stream")


def citation(dataset: Dataset) -> str:
    """CITATION.cff: how to cite this release."""
    said = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": f"{dataset.of('rights', 'zh')} {dataset.of('rights', 'en')}",
        "title": dataset.of("title", "en"),
        "abstract": f"{dataset.of('description', 'zh')} {dataset.of('description', 'en')}",
        "authors": [{"name": dataset.of("creator", "en"), "alias": dataset.of("creator", "zh")}],
        "version": dataset.release_id,
        "date-released": dataset.published_on,
        "keywords": [*dataset.said["keywords_zh"], *dataset.said["keywords_en"]],
    }
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110))
