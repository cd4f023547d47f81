"""Small frameworks written by hand in the tables that the index engine reads, and its models run on them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from flows.indexing.models import run_models

NOMINAL = (
    "int_index_imputed", "int_index_treatment", "int_index_normalised", "int_index_weight", "int_index_score",
    "int_index_contribution",
)  # fmt: skip
DRAWS = ("int_index_run", "int_index_draw")
TABLES = {
    "framework_method": (
        "framework varchar, denominate boolean, impute varchar, impute_group varchar, min_share double, "
        "winmax integer, skew_limit double, kurtosis_limit double, fallback varchar, normalise varchar, "
        "norm_a double, norm_b double, norm_reference varchar, norm_cap boolean, norm_within varchar, "
        "weight varchar, aggregate varchar, power double, aggregate_min_share double, rank_group varchar, "
        "rebase_unit varchar, rebase_period varchar"
    ),
    "framework_level": "framework varchar, level integer, aggregate varchar, power double, min_share double",
    "framework_node": (
        "framework varchar, node_code varchar, parent_code varchar, level integer, kind varchar, "
        "direction integer, weight double, denominator varchar, target double, goalpost_low double, "
        "goalpost_high double"
    ),
    "int_index_unit": "framework varchar, unit_code varchar, period varchar, is_reference boolean",
    "int_index_input": (
        "framework varchar, unit_code varchar, period varchar, code varchar, value double, value_low double, "
        "value_high double, value_kind varchar"
    ),
    "int_index_group": (
        "framework varchar, unit_code varchar, period varchar, group_code varchar, group_value varchar"
    ),
    "framework_design": "framework varchar, kind varchar, n integer, seed integer, data_runs integer",
    "framework_option": "framework varchar, factor varchar, option integer, text varchar, a double, b double",
    "framework_weight_set": "framework varchar, weight_set integer, node_code varchar, weight double",
    "framework_run": (
        "framework varchar, run integer, winmax integer, normalise integer, weight_set integer, "
        "aggregate integer"
    ),
}
# Nothing is imputed, screened or treated; values are scores as they stand.
PLAIN: dict[str, Any] = {
    "denominate": False, "impute": "none", "impute_group": None, "min_share": None, "winmax": None,
    "skew_limit": 2.0, "kurtosis_limit": 3.5, "fallback": "none", "normalise": "scaled", "norm_a": 0.0,
    "norm_b": 1.0, "norm_reference": None, "norm_cap": False, "norm_within": "all", "weight": "given",
    "aggregate": "arithmetic", "power": None, "aggregate_min_share": None, "rank_group": None,
    "rebase_unit": None, "rebase_period": None,
}  # fmt: skip
Cell = float | tuple[float | None, float | None, float | None] | None


def near(expected: Any) -> Any:
    """Equal but for rounding, cell by cell; None and texts are themselves."""
    if isinstance(expected, (list, tuple)):
        return type(expected)(near(cell) for cell in expected)
    return (
        expected
        if expected is None or isinstance(expected, str)
        else pytest.approx(expected, rel=1e-12, abs=1e-12)
    )


@dataclass(frozen=True)
class Framework:
    """An index by hand.

    tree      children by parent; who is nobody's parent is an indicator, of level 1, a parent is one level
              above the highest of its children; what has values and no place in the tree is a denominator
    values    a list by indicator, one cell a unit: a number, None where it is missing, or (value, low, high)
    units     a code each, or (code, period)
    nodes     what differs from weight 1 and direction 1, by node: weight, direction, denominator, target,
              goalposts
    method    what differs from PLAIN
    groups    values by group code, one a unit
    options   (factor, option, text, a, b)
    design    (kind, n, seed, data_runs)
    weight_sets   weights by number and node
    runs      (run, winmax, normalise, weight_set, aggregate)
    """

    tree: Mapping[str, Sequence[str]]
    values: Mapping[str, Sequence[Cell]]
    units: Sequence[str | tuple[str, str]] = ()
    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    method: Mapping[str, Any] = field(default_factory=dict)
    levels: Sequence[tuple[int, str | None, float | None, float | None]] = ()
    references: Sequence[str] = ()
    groups: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    options: Sequence[tuple[str, int, str | None, float | None, float | None]] = ()
    design: tuple[str, int, int, int] | None = None
    weight_sets: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    runs: Sequence[tuple[int, int | None, int | None, int | None, int | None]] = ()

    def with_(self, **changes: Any) -> Framework:
        """The same framework with some fields replaced; `method` adds to what it has."""
        if "method" in changes:
            changes["method"] = {**self.method, **changes["method"]}
        return replace(self, **changes)

    def moments(self) -> list[tuple[str, str]]:
        count = len(next(iter(self.values.values())))
        units = self.units or [chr(ord("a") + n) for n in range(count)]
        return [(unit, "") if isinstance(unit, str) else unit for unit in units]

    def level(self, node: str) -> int:
        return 1 + max((self.level(child) for child in self.tree.get(node, ())), default=0)

    def node_rows(self) -> list[tuple[Any, ...]]:
        parents = {child: parent for parent, children in self.tree.items() for child in children}
        inside = list(dict.fromkeys([*self.tree, *parents]))
        rows = []
        for code in [*inside, *(other for other in self.values if other not in inside)]:
            kind = "aggregate" if code in self.tree else "indicator" if code in inside else "denominator"
            told = {"weight": 1.0, "direction": 1, **self.nodes.get(code, {})}
            low, high = told.get("goalposts", (None, None))
            level = self.level(code) if kind != "denominator" else None
            rows.append(
                (code, parents.get(code), level, kind, told["direction"], told["weight"],
                 told.get("denominator"), told.get("target"), low, high)
            )  # fmt: skip
        return rows

    def load(self) -> duckdb.DuckDBPyConnection:
        """A connection with the input tables of the engine, the framework's name being 'f'."""
        connection = duckdb.connect(config={"threads": 1})
        method = {**PLAIN, **self.method}
        assert method.keys() == PLAIN.keys(), method.keys() - PLAIN.keys()
        moments = self.moments()
        # A cell without a value is one that the engine finds no row for.
        cells = [
            (*moment, code, *(cell if isinstance(cell, tuple) else (cell,) * 3), "observed")
            for code, column in self.values.items()
            for moment, cell in zip(moments, column, strict=True)
            if cell is not None
        ]
        rows: dict[str, Sequence[Sequence[Any]]] = {
            "framework_method": [tuple(method.values())],
            "framework_level": self.levels,
            "framework_node": self.node_rows(),
            "int_index_unit": [(unit, period, unit in self.references) for unit, period in moments],
            "int_index_input": cells,
            "int_index_group": [
                (*moment, code, value)
                for code, column in self.groups.items()
                for moment, value in zip(moments, column, strict=True)
            ],
            "framework_design": [self.design] if self.design else [],
            "framework_option": self.options,
            "framework_weight_set": [
                (number, node, weight)
                for number, each in self.weight_sets.items()
                for node, weight in each.items()
            ],
            "framework_run": self.runs,
        }
        for table, columns in TABLES.items():
            connection.execute(f"create table {table} ({columns})")
            if rows[table]:
                arrays = [
                    pa.array(column) for column in zip(*(("f", *row) for row in rows[table]), strict=True)
                ]
                connection.register("loaded", pa.table(arrays, names=[f"c{n}" for n in range(len(arrays))]))
                connection.execute(f"insert into {table} select * from loaded")
                connection.unregister("loaded")
        return connection

    def run(self, *names: str) -> duckdb.DuckDBPyConnection:
        """The same after the models of the published index, then those of these names."""
        connection = self.load()
        run_models(connection, (*NOMINAL, *names))
        return connection

    def run_to(self, table: str) -> duckdb.DuckDBPyConnection:
        """The same after the models up to the one of this name."""
        connection = self.load()
        run_models(connection, NOMINAL[: NOMINAL.index(table) + 1])
        return connection

    def column(
        self, table: str, column: str, code: str, connection: duckdb.DuckDBPyConnection | None = None
    ) -> Any:
        """One column of a step table for an indicator or node, a cell a unit, None without a row."""
        key = "code" if table in ("int_index_imputed", "int_index_normalised") else "node_code"
        found = (connection or self.run_to(table)).execute(
            f"select unit_code, period, {column} from {table} where {key} = ?", [code]
        )
        cells = {(unit, period): value for unit, period, value in found.fetchall()}
        return [cells.get(moment) for moment in self.moments()]

    def normalised(self, code: str) -> Any:
        return self.column("int_index_normalised", "normalised", code)

    def scores(self, node: str = "index") -> Any:
        return self.column("int_index_score", "score", node)

    def weights(self) -> dict[str, float]:
        """Weights as the method makes them, by node."""
        found = self.run_to("int_index_weight").execute("select node_code, weight from int_index_weight")
        return dict(found.fetchall())


def of_one(*cells: Cell, **more: Any) -> Framework:
    """A framework of one indicator x below the root `index`."""
    return Framework(tree={"index": ["x"]}, values={"x": cells}, **more)


PILLARS = {"index": ["p", "q"], "p": ["x", "y"], "q": ["z", "w", "v"]}


def two_pillars(seed: int = 0, units: int = 8, missing: float = 0.1, **more: Any) -> Framework:
    """Five indicators in two pillars over two years, some missing, a reference at the end."""
    rng = random.Random(seed)
    moments = [(f"u{k}", year) for year in ("2020", "2021") for k in range(units)]
    values = {
        code: [None if rng.random() < missing else round(rng.uniform(1, 100), 3) for _ in moments]
        for code in ("x", "y", "z", "w", "v")
    }
    nodes: dict[str, dict[str, Any]] = {"x": {"weight": 2.0}, "q": {"weight": 1.5}, "z": {"direction": -1}}
    return Framework(
        PILLARS, values, units=moments, nodes=nodes, references=[f"u{units - 1}"],
        method={"normalise": "min_max", "norm_a": 1.0, "norm_b": 100.0, **more.pop("method", {})}, **more,
    )  # fmt: skip


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def drawn(connection: duckdb.DuckDBPyConnection, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Columns of the draws and their runs, sorted."""
    source = "int_index_draw inner join int_index_run using (framework, run)"
    return rows(connection, f"select {columns} from {source} where {where} order by all")
