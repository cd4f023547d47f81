"""Macros of the dbt project as SQL text, without dbt: for what runs before dbt does.

`ref('x')` is the table x. A macro may call those of the files named with it and nothing else of dbt.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import yaml
from jinja2 import Environment, StrictUndefined


@cache
def environment(project: Path, files: tuple[str, ...]) -> Environment:
    made = Environment(undefined=StrictUndefined, extensions=["jinja2.ext.do"])
    made.globals["ref"] = str
    text = "".join((project / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in files)
    made.globals |= {
        name: macro for name, macro in vars(made.from_string(text).module).items() if not name.startswith("_")
    }
    return made


def render(call: str, project: Path, files: tuple[str, ...]) -> str:
    """The SQL of a call of a macro that these files of dbt_project/macros hold."""
    return environment(project, files).from_string(call).render().strip()


def seed_tables(connection: duckdb.DuckDBPyConnection, project: Path, names: tuple[str, ...]) -> None:
    """Seeds as tables, with the column types that the project declares."""
    declared = yaml.safe_load((project / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))
    types = {seed["name"]: seed.get("config", {}).get("column_types", {}) for seed in declared["seeds"]}
    for name in names:
        file = str(project / "seeds" / f"{name}.csv")
        read = connection.read_csv(file, header=True, dtype=types.get(name) or None)
        read.create(name)
