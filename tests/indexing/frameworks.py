"""Frameworks of random shape and method with scores, computed one number at a time as the textbook has it."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

MEANS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0, "power": None}
CELL = tuple[str, str]  # unit and period


@dataclass
class Framework:
    """A tree with its method and, by cell and node, the scores; indicators hold their normalised values."""

    name: str
    parents: dict[str, str | None]
    levels: dict[str, int]
    weights: dict[str, float]
    methods: Mapping[
        int, tuple[str, float | None, float | None]
    ]  # of a level: aggregation, power, least share
    references: frozenset[str] = frozenset()
    points: float = 1.0  # what a rebased framework multiplies its aggregates by
    scores: dict[CELL, dict[str, float]] = field(default_factory=dict)
    # Of a Copeland node, by cell, node and child: the victories it owes to the child.
    owed: dict[CELL, dict[tuple[str, str], float]] = field(default_factory=dict)

    def children(self, node: str) -> list[str]:
        return [code for code, parent in self.parents.items() if parent == node]

    def leaves(self, node: str) -> list[str]:
        below = self.children(node)
        return [leaf for child in below for leaf in self.leaves(child)] if below else [node]

    def counted(self, node: str) -> list[str]:
        """The indicators below a node that weigh something in it."""
        below = self.children(node)
        return [leaf for c in below if self.weights[c] for leaf in self.counted(c)] if below else [node]

    @property
    def root(self) -> str:
        return next(code for code, parent in self.parents.items() if parent is None)

    def score(self) -> None:
        """Fill in the scores of the aggregates from those of the indicators."""
        aggregates = sorted((n for n in self.parents if self.children(n)), key=self.levels.__getitem__)
        for node in aggregates:
            method, power, least = self.methods[self.levels[node]]
            siblings = [child for child in self.children(node) if self.weights[child] > 0]
            there = {
                cell: {child: known[child] for child in siblings if child in known}
                for cell, known in self.scores.items()
            }
            for cell, known in there.items():
                if known and len(known) >= (least or 0) * len(self.children(node)) - 1e-9:
                    if method == "copeland":
                        self.compare(node, cell, known, there)
                    else:
                        exponent = power if method == "power" else MEANS[method]
                        assert exponent is not None
                        mean = self.mean(known, exponent)
                        if mean is not None:
                            self.scores[cell][node] = mean

    def mean(self, known: dict[str, float], power: float) -> float | None:
        weights = {child: self.weights[child] for child in known}
        total = sum(weights.values())
        if power == 1:
            return sum(weights[child] * x for child, x in known.items()) / total
        if min(known.values()) < 0:
            return None
        if power <= 0 and min(known.values()) == 0:
            return 0.0
        if power == 0:
            return math.exp(sum(weights[child] * math.log(x) for child, x in known.items()) / total)
        return float((sum(weights[child] * x**power for child, x in known.items()) / total) ** (1 / power))

    def compare(
        self, node: str, cell: CELL, mine: dict[str, float], there: dict[CELL, dict[str, float]]
    ) -> None:
        rivals = [
            known for (unit, period), known in there.items()
            if period == cell[1] and unit != cell[0] and unit not in self.references and known
        ]  # fmt: skip
        owed = dict.fromkeys(mine, 0.0)
        for rival in rivals:
            duel = {c: self.weights[c] * sign(mine[c] - rival[c]) for c in mine if c in rival}
            ahead = sum(duel.values())
            for child, points in duel.items():
                owed[child] += sign(ahead) * points / ahead if abs(ahead) > 1e-12 else 0
        self.scores[cell][node] = sum(owed.values())
        self.owed.setdefault(cell, {}).update({(node, child): points for child, points in owed.items()})


def sign(x: float) -> int:
    return (x > 1e-12) - (x < -1e-12)


def random_framework(seed: int) -> Framework:
    """Two to four levels, some skipped, every aggregation, missing cells, ties, zeros and a reference."""
    rng = random.Random(seed)
    depth = rng.randint(2, 4)
    parents: dict[str, str | None] = {"root": None}
    levels = {"root": depth}
    queue = ["root"]
    while queue:
        node = queue.pop()
        for k in range(rng.randint(2, 4)):
            code = f"{node}.{k}"
            parents[code] = node
            levels[code] = rng.randint(1, levels[node] - 1) if rng.random() < 0.3 else levels[node] - 1
            if levels[code] > 1:
                queue.append(code)
    powers = (2.0, 3.0, 0.5, -2.0)
    methods = {
        level: (
            rng.choice(("arithmetic", "geometric", "harmonic", "power", "copeland")),
            rng.choice(powers),
            rng.choice((None, None, 0.5, 0.7)),
        )
        for level in range(2, depth + 1)
    }
    weights = {code: rng.choice((0.0, 0.2, 0.5, 1.0, 1.0, 3.0, 3.0)) for code in parents}
    made = Framework(
        f"random_{seed}", parents, levels, weights, methods, frozenset({"ref"}), rng.choice((1.0, 2.5))
    )
    missing, zeros = rng.choice((0.0, 0.15, 0.3)), rng.choice((0.0, 0.0, 0.1))
    lowest = rng.choice((-20, 1, 1, 1))
    for period in ("2020", "2021", "2022"):
        for unit in ("a", "b", "c", "d", "ref"):
            made.scores[unit, period] = {
                leaf: 0.0 if rng.random() < zeros else rng.choice((rng.uniform(lowest, 100), 50.0))
                for leaf in made.leaves("root")
                if rng.random() >= missing
            }
    made.score()
    return made


def load(connection: duckdb.DuckDBPyConnection, frameworks: list[Framework]) -> None:
    """The tables that the explanations read."""
    connection.execute("""
        create table framework_method (
            framework varchar, aggregate varchar, power double, aggregate_min_share double, min_share double);
        create table framework_level (
            framework varchar, level integer, aggregate varchar, power double, min_share double);
        create table framework_node (
            framework varchar, node_code varchar, parent_code varchar, level integer, kind varchar,
            direction integer, weight double);
        create table int_index_weight (
            framework varchar, node_code varchar, parent_code varchar, level integer, weight double);
        create table int_index_score (
            framework varchar, unit_code varchar, period varchar, node_code varchar, level integer,
            score double, rank integer, group_rank integer, available_share double, points double,
            is_reference boolean, unit_id integer);
        create table int_index_contribution (
            framework varchar, unit_code varchar, period varchar, node_code varchar, code varchar,
            weight double, contribution double)
    """)
    for f in frameworks:
        connection.execute(
            "insert into framework_method values (?, 'arithmetic', null, null, null)", [f.name]
        )
        many(connection, "framework_level", [(f.name, level, *method) for level, method in f.methods.items()])
        nodes = [
            (f.name, code, parent, f.levels[code], "aggregate" if f.children(code) else "indicator", 1)
            for code, parent in f.parents.items()
        ]
        many(connection, "framework_node", [(*node, f.weights[node[1]]) for node in nodes])
        many(connection, "int_index_weight", [(*n[:4], f.weights[n[1]]) for n in nodes if n[2] is not None])
        rows, points = [], []
        for unit_id, ((unit, period), known) in enumerate(f.scores.items()):
            for node, score in known.items():
                rivals = [
                    others[node] for (other, when), others in f.scores.items()
                    if when == period and node in others and other not in f.references
                ]  # fmt: skip
                rank = None if unit in f.references else 1 + sum(r > score for r in rivals)
                key = (f.name, unit, period, node)
                scale = f.points if f.children(node) else 1.0
                is_reference = unit in f.references
                rows.append(
                    (*key, f.levels[node], scale * score, rank, None, None, f.points, is_reference, unit_id)
                )
            for (node, child), owed in f.owed.get((unit, period), {}).items():
                leaves = f.counted(child)
                part = f.points * owed / len(leaves)
                points += [(f.name, unit, period, node, leaf, None, part) for leaf in leaves]
        many(connection, "int_index_score", rows)
        many(connection, "int_index_contribution", points)


def many(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Append rows to a table, all at once."""
    if rows:
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        made = pa.table(columns, names=[f"c{k}" for k in range(len(columns))])
        connection.register("rows_to_add", made)
        connection.execute(f"insert into {table} select * from rows_to_add")
        connection.unregister("rows_to_add")
