"""Write every export of a release into its folder."""

from __future__ import annotations

import json
from pathlib import Path

from flows.engine import connect
from flows.exporting.catalogue import citation, json_ld, ro_crate
from flows.exporting.datapackage import data_package
from flows.exporting.dataset import read_dataset
from flows.exporting.sdmx import write_sdmx
from flows.exporting.tables import write_tables
from flows.exporting.workbook import write_workbook

CRATE = "ro-crate-metadata.json"


def export(database: Path, folder: Path) -> None:
    """Parquet, CSV, workbook, data package, SDMX, JSON-LD and citation of a release from its database."""
    with connect(database, read_only=True) as connection:
        dataset = read_dataset(connection)
        write_tables(connection, dataset, folder)
        write_sdmx(connection, dataset, folder / "sdmx")
        write_workbook(connection, dataset, folder / "g60.xlsx")
    write_json(folder / "datapackage.json", data_package(dataset))
    write_json(folder / "dataset.jsonld", json_ld(dataset))
    (folder / "CITATION.cff").write_text(citation(dataset), encoding="utf-8")
    files = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and "docs" not in path.relative_to(folder).parts
    }
    write_json(folder / CRATE, ro_crate(dataset, files))


def write_json(path: Path, said: object) -> None:
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
