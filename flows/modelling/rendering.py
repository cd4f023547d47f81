"""Macros of the dbt project as SQL text, without dbt: for what runs before dbt does, or without it.

`ref('x')` is the table x. A macro may call those of the files named with it and nothing else of dbt. Where it
asks dbt's adapter for its form in an engine's dialect, `Adapter` stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Macro

DUCKDB = "duckdb"


@dataclass(frozen=True)
class Adapter:
    """What macros see of dbt's adapter: `dispatch` gives a macro's form in the dialect, or the default."""

    dialect: str
    macros: Mapping[str, Any]

    def dispatch(self, name: str) -> Any:
        return self.macros.get(f"{self.dialect}__{name}") or self.macros[f"default__{name}"]


def environment(files: Iterable[Path], dialect: str = DUCKDB, **more: Any) -> Environment:
    """What renders calls of the macros of these files; `more` are names that macros may use besides."""
    made = Environment(undefined=StrictUndefined, extensions=["jinja2.ext.do"])
    made.globals |= {"ref": str, **more}
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    macros: dict[str, Any] = {}
    # Only the macros see the adapter: what a model asks of it would be dbt's alone.
    module = made.from_string(text, globals={"adapter": Adapter(dialect, macros)}).module
    macros |= {name: macro for name, macro in vars(module).items() if isinstance(macro, Macro)}
    made.globals |= {name: macro for name, macro in macros.items() if "__" not in name}
    return made


@cache
def of_files(project: Path, names: tuple[str, ...]) -> Environment:
    return environment(project / "macros" / f"{name}.sql" for name in names)


def render(call: str, project: Path, files: tuple[str, ...]) -> str:
    """The SQL of a call of a macro that these files of dbt_project/macros hold."""
    return of_files(project, files).from_string(call).render().strip()


def seed_tables(connection: duckdb.DuckDBPyConnection, project: Path, names: tuple[str, ...]) -> None:
    """Seeds as tables, with the column types that the project declares."""
    declared = yaml.safe_load((project / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))
    types = {seed["name"]: seed.get("config", {}).get("column_types", {}) for seed in declared["seeds"]}
    for name in names:
        file = str(project / "seeds" / f"{name}.csv")
        connection.read_csv(file, header=True, dtype=types.get(name) or None).create(name)
