"""The results of the engine as files: the steps wide like the data, scores and what explains them long."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from flows.errors import G60Error
from flows.indexing.framework import Framework
from flows.landing.shown import seen
from flows.release.durable import sync_tree

# File: table, column and which rows of it.
STEPS = {
    "denominated": ("int_index_imputed", "denominated", "true"),
    "imputed": ("int_index_imputed", "imputed", "true"),
    "screened": ("int_index_imputed", "imputed", "is_kept"),
    "treated": ("int_index_normalised", "treated", "true"),
    "normalised": ("int_index_normalised", "normalised", "true"),
}
# File: table that is written as it is.
AS_THEY_ARE = {"treatment": "int_index_treatment", "coherence": "int_index_coherence"}
# File: table by unit and period, which have the same names in every file.
SUMMARIES = {
    "intervals": "int_index_interval",
    "sensitivity": "int_index_sensitivity",
    "rank_probability": "int_index_rank_probability",
    "outranking": "int_index_outranking",
}
LONG = ("scores", "contributions", "runs", "draws", "left_out")
OURS = {f"{name}.csv" for name in (*STEPS, *AS_THEY_ARE, *SUMMARIES, *LONG)}


def check_folder(folder: Path) -> Path:
    """The folder to write, links followed. Raises G60Error where it holds what an index did not write."""
    try:
        whole = folder.resolve()
        if whole.exists() and not whole.is_dir():
            raise G60Error("the output is a file", seen(str(folder)), "name a folder with --out")
        stray = sorted({path.name for path in whole.iterdir()} - OURS) if whole.exists() else []
    except OSError as error:
        raise unwritable(error, folder) from error
    if stray:
        remedy = "name a folder that is new or holds the files of an earlier index"
        raise G60Error(f"the output folder holds other files, as {seen(stray[0])}", seen(str(folder)), remedy)
    return whole


def unwritable(error: OSError, folder: Path) -> G60Error:
    reason = error.strerror or str(error)
    remedy = "name a folder with --out that can be written"
    return G60Error(f"the output cannot be written: {reason}", seen(str(folder)), remedy)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder to write into; it takes the place of `folder` in the end, or vanishes with a fault."""
    hidden = folder.with_name(f".{folder.name}.{os.getpid()}")
    left = folder.with_name(f".{folder.name}.{os.getpid()}.left")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        hidden.mkdir()
        yield hidden
        sync_tree(hidden)
        if folder.exists():
            folder.rename(left)
        hidden.rename(folder)
    except OSError as error:
        raise unwritable(error, folder) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        if left.exists() and not folder.exists():
            left.rename(folder)
        shutil.rmtree(left, ignore_errors=True)


def write_files(
    connection: duckdb.DuckDBPyConnection, folder: Path, framework: Framework, has_periods: bool
) -> list[str]:
    """Write every result there is, numbers with all their digits. Returns the files' names."""
    # The steps look like the data; long files have the same columns whatever the data.
    wide_keys = "r.unit_code as unit, r.period" if has_periods else "r.unit_code as unit"
    keys = "r.unit_code as unit, nullif(r.period, '') as period"
    made = {
        name for (name,) in connection.execute("select table_name from information_schema.tables").fetchall()
    }
    places = ", ".join(f"({place}, {quoted(node.code)})" for place, node in enumerate(framework.nodes))
    connection.execute(
        f"create or replace table node_place as select * from (values {places}) as t (place, code)"
    )
    queries = {name: wide(*step, framework, wide_keys) for name, step in STEPS.items()}
    has_groups = connection.execute("select rank_group is not null from framework_method").fetchone() == (
        True,
    )
    queries["scores"] = f"""
        select {keys}, s.node_code as code, s.score, s.rank {", s.group_rank" if has_groups else ""}
        from int_index_score as s
        inner join data_row as r on s.unit_code = r.unit_code and s.period = r.period
        inner join framework_node as f on s.node_code = f.node_code and f.kind = 'aggregate'
        inner join node_place as n on s.node_code = n.code
        order by r.row, n.place
    """
    queries["contributions"] = f"""
        select {keys}, c.node_code as code, c.code as indicator, c.weight, c.contribution
        from int_index_contribution as c
        inner join data_row as r on c.unit_code = r.unit_code and c.period = r.period
        inner join node_place as n on c.node_code = n.code
        inner join node_place as i on c.code = i.code
        order by r.row, n.place, i.place
    """
    if "int_index_draw" in made:
        queries |= draws(keys)
    queries |= {name: f"from {table} order by all" for name, table in AS_THEY_ARE.items() if table in made}
    queries |= {
        name: f"""
            select
                * exclude (framework) replace (nullif(unit, '') as unit, nullif(period, '') as period)
            from (select * rename (unit_code as unit) from {table}) order by all
        """
        for name, table in SUMMARIES.items()
        if table in made
    }
    for name, sql in queries.items():
        connection.execute(f"copy ({sql}) to {quoted(str(folder / f'{name}.csv'))} (format csv, header)")
    return [f"{name}.csv" for name in queries]


def draws(keys: str) -> dict[str, str]:
    """Runs by the numbers of their file where there is one, and what the root is without a node."""
    number = "case when u.role = 'given' then u.point else u.run end as run"
    rows = """
        from int_index_draw as d
        inner join int_index_run as u on d.run = u.run
        inner join data_row as r on d.unit_code = r.unit_code and d.period = r.period
    """
    names = """
        left join framework_option as n on n.factor = 'normalise' and u.normalise = n.option
        left join framework_option as a on a.factor = 'aggregate' and u.aggregate = a.option
    """
    return {
        "runs": f"""
            select
                {number}, u.role, u.factor, u.point, u.winmax, n.text as normalise, n.a as normalise_a,
                n.b as normalise_b, u.weight_set, a.text as aggregate, a.a as power,
                u.weight_draw is not null as weights_drawn, u.data_draw is not null as data_drawn
            from int_index_run as u {names}
            where u.role != 'left_out'
            order by run
        """,
        "draws": f"""
            select {number}, {keys}, d.score, d.rank {rows}
            where u.role != 'left_out'
            order by run, r.row
        """,
        "left_out": f"""
            select u.left_out, {keys}, d.score, d.rank {rows}
            inner join node_place as n on u.left_out = n.code
            where u.role = 'left_out'
            order by n.place, r.row
        """,
    }


def wide(table: str, column: str, rows: str, framework: Framework, keys: str) -> str:
    """A step with a column for each indicator, its rows in the order of the data."""
    codes = [node.code for node in framework.of("indicator")]
    columns = ", ".join(f"p.{quoted(code, chr(34))}" for code in codes)
    # No code begins with a space, so none is that of the row.
    return f"""
        select {keys}, {columns}
        from data_row as r
        inner join (
            pivot (
                select d.row as " row", t.code, t.{column} as " value"
                from {table} as t
                inner join data_row as d on t.unit_code = d.unit_code and t.period = d.period
                where {rows}
            ) on code in ({", ".join(map(quoted, codes))}) using any_value(" value") group by " row"
        ) as p on r.row = p." row"
        order by r.row
    """


def quoted(text: str, mark: str = "'") -> str:
    """A text as SQL writes it, or with the double mark a name."""
    return mark + text.replace(mark, mark * 2) + mark
