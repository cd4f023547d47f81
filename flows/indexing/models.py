"""The index models of the dbt project on any DuckDB connection: the same SQL text, rendered without dbt.

A model may use `ref`, `config` and the macros `index_*`; `ref('x')` is the table x. What depends on the depth
of the frameworks asks the macro framework_depth, which dbt answers from its seed and this module from the
connection.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
from jinja2 import Environment

from flows.modelling.rendering import environment
from flows.settings import ROOT

PROJECT = ROOT / "dbt_project"
FOLDER = Path("models/intermediate/index")
SHALLOWEST = 2
# Made in arrays, by the same text in dbt's model of this name.
IN_ARRAYS = "int_index_draw"


@cache
def engine(depth: int, project: Path, dialect: str) -> Environment:
    """What renders models for frameworks of at most `depth` levels: the macros, parsed once."""
    files = [
        file for kind in ("dialect", "index_") for file in sorted((project / "macros").glob(f"{kind}*.sql"))
    ]
    return environment(files, dialect, config=lambda **_: "", framework_depth=lambda: depth)


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
        if name == IN_ARRAYS:
            # What draws renders its macros here.
            from flows.indexing.drawing.tables import run_draws

            run_draws(connection)
            continue
        text = (project / FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(f"create or replace table {name} as {render(text, levels, project)}")
