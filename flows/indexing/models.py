"""The index models of the dbt project on any DuckDB connection: the same SQL text, rendered without dbt.

A model may use `ref`, `config` and the macros `index_*`; `ref('x')` is the table x. What depends on the depth
of the frameworks asks the macro framework_depth, which dbt answers from its seed and this module from the
connection. Where the macros ask dbt's adapter for their form in an engine's dialect, `Adapter` stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Macro

from flows.settings import ROOT

PROJECT = ROOT / "dbt_project"
FOLDER = Path("models/intermediate/index")
SHALLOWEST = 2
# Values that a slice of the draws handles at a time: some 100 bytes each.
SLICE = 4_000_000


@dataclass(frozen=True)
class Adapter:
    """What macros see of dbt's adapter: `dispatch` gives a macro's form in the dialect, or the default."""

    dialect: str
    macros: Mapping[str, Any]

    def dispatch(self, name: str) -> Any:
        return self.macros.get(f"{self.dialect}__{name}") or self.macros[f"default__{name}"]


@cache
def engine(depth: int, project: Path, dialect: str) -> Environment:
    """What renders models for frameworks of at most `depth` levels: the macros, parsed once."""
    environment = Environment(undefined=StrictUndefined, extensions=["jinja2.ext.do"])
    environment.globals |= {"ref": str, "config": lambda **_: "", "framework_depth": lambda: depth}
    files = [
        file for kind in ("dialect", "index_") for file in sorted((project / "macros").glob(f"{kind}*.sql"))
    ]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    macros: dict[str, Any] = {}
    # Only the macros see the adapter: what a model asks of it would be dbt's alone.
    module = environment.from_string(text, globals={"adapter": Adapter(dialect, macros)}).module
    macros |= {name: macro for name, macro in vars(module).items() if isinstance(macro, Macro)}
    environment.globals |= {name: macro for name, macro in macros.items() if "__" not in name}
    return environment


def render(text: str, depth: int, project: Path = PROJECT, dialect: str = "duckdb") -> str:
    """The SQL of a model or of a call of a macro, for frameworks of at most `depth` levels.

    `dialect` is the type of dbt's adapter: duckdb or spark.
    """
    return engine(depth, project, dialect).from_string(text).render().strip()


def depth(connection: duckdb.DuckDBPyConnection) -> int:
    """The highest level of the frameworks in table framework_node."""
    found = connection.execute("select max(level) from framework_node").fetchone()
    return max(SHALLOWEST, found[0] if found and found[0] else 0)


def run_models(
    connection: duckdb.DuckDBPyConnection, names: tuple[str, ...], project: Path = PROJECT
) -> None:
    """Build tables of these names, in this order, from the models of the same names."""
    levels = depth(connection)
    for file in (project / "seeds").glob("sobol_*.csv"):
        connection.execute(f"create table if not exists {file.stem} as from read_csv('{file}')")
    for name in names:
        text = (project / FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(f"create or replace table {name} as {render(text, levels, project)}")


def run_draws(connection: duckdb.DuckDBPyConnection, project: Path = PROJECT) -> None:
    """Build table int_index_draw from int_index_run in slices of the runs, so that memory stays bounded.

    Each slice is the same statement, which is that of the model of the same name.
    """
    found = connection.execute("""
        select count(*) / count(distinct framework), (select max(run) from int_index_run)
        from int_index_imputed
    """).fetchone()
    cells, last = found or (1, 0)
    width = max(1, int(SLICE / max(cells or 1, 1)))
    model = "{{ index_draw('slice', ref('int_index_imputed'), ref('int_index_weight')) }}"
    text = render(model, depth(connection), project)
    for first in range(0, (last or 0) + 1, width):
        connection.execute(
            "create or replace temp view slice as "
            f"from int_index_run where run >= {first} and run < {first + width}"
        )
        begin = "create or replace table int_index_draw as" if first == 0 else "insert into int_index_draw"
        connection.execute(f"{begin} {text}")
