"""The columns that each column of a query is made of.

What a column's expression names is followed through CTEs, subqueries, unions, windows and lateral joins down
to the tables. What only decides which rows there are (where, join conditions, having, qualify, grouping) is
left out: else every column would come from nearly every other. A name that cannot be followed is a fault of
the column, told with its reason and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# Stands for the rows of a table where no one column is read, as in count(*).
ROWS = "*"
NOT_SHOWN = {"SEMI", "ANTI"}
# SQL that the parser does not know, or nested deeper than can be followed.
UNREADABLE = (SqlglotError, RecursionError)


@dataclass(frozen=True)
class Origin:
    """Columns (table, column) that something is made of, and why some of them may be missing."""

    columns: frozenset[tuple[str, str]] = frozenset()
    faults: frozenset[str] = frozenset()

    def __or__(self, other: Origin) -> Origin:
        if not other.columns and not other.faults:
            return self
        return Origin(self.columns | other.columns, self.faults | other.faults)


NOTHING = Origin()


def union(origins: Iterable[Origin]) -> Origin:
    every = list(origins)
    columns = frozenset(column for one in every for column in one.columns)
    return Origin(columns, frozenset(fault for one in every for fault in one.faults))


def fault(reason: str) -> Origin:
    return Origin(faults=frozenset({reason}))


@dataclass(frozen=True)
class Relation:
    """What can be selected from: columns in order, the tables whose rows it holds, and what any other name
    stands for where the names are not known."""

    columns: dict[str, Origin]
    rows: Origin = NOTHING
    other: Origin | None = None

    def renamed(self, names: list[str]) -> Relation:
        old = list(self.columns.items())
        if self.other is not None and not old:
            return Relation(dict.fromkeys(names, self.other), self.rows, self.other)
        new = {
            names[place] if place < len(names) else name: origin for place, (name, origin) in enumerate(old)
        }
        return Relation(new, self.rows, self.other)

    def find(self, name: str) -> Origin | None:
        return self.columns.get(name, self.other)


@dataclass
class Scope:
    """What names mean inside one select."""

    ctes: Mapping[str, Relation]
    outer: Scope | None = None
    sources: dict[str, Relation] = field(default_factory=dict)
    merged: dict[str, Origin] = field(default_factory=dict)
    aliases: dict[str, Origin] = field(default_factory=dict)
    windows: dict[str, exp.Window] = field(default_factory=dict)

    @property
    def rows(self) -> Origin:
        return union(relation.rows for relation in self.sources.values())

    def column(self, parts: list[str]) -> Origin | None:
        """What a name of one or more parts is: table.column, column, or either with fields of a struct."""
        if len(parts) > 1 and parts[0] in self.sources:
            return self.sources[parts[0]].find(parts[1])
        found = [self.merged[parts[0]]] if parts[0] in self.merged else self.known(parts[0])
        if found:
            return union(found)
        if parts[0] in self.aliases:
            return self.aliases[parts[0]]
        if len(parts) == 1 and parts[0] in self.sources:
            return union(self.sources[parts[0]].columns.values())
        return self.outer.column(parts) if self.outer else None

    def known(self, name: str) -> list[Origin]:
        exact = [relation.columns[name] for relation in self.sources.values() if name in relation.columns]
        return exact or [relation.other for relation in self.sources.values() if relation.other is not None]


def columns_of(
    sql: str, tables: Mapping[str, list[str]], parameters: frozenset[str] = frozenset()
) -> dict[str, Origin]:
    """Each output column of a query and what it is made of. `tables` gives the columns of the tables by name,
    those of table macros too; `parameters` are names that stand for arguments. Raises one of UNREADABLE.
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    return Reader(tables, parameters).query(tree, {}, None).columns


class Reader:
    def __init__(self, tables: Mapping[str, list[str]], parameters: frozenset[str]) -> None:
        self.tables = {name.lower(): columns for name, columns in tables.items()}
        self.parameters = parameters

    # Queries

    def query(self, node: exp.Expr, ctes: Mapping[str, Relation], outer: Scope | None) -> Relation:
        ctes = self.with_ctes(node, ctes, outer)
        if isinstance(node, exp.Subquery):
            return self.query(node.this, ctes, outer)
        if isinstance(node, exp.SetOperation):
            return self.set_operation(node, ctes, outer)
        if isinstance(node, exp.Select):
            return self.select(node, ctes, outer)
        if isinstance(node, exp.Values):
            return self.values(node, Scope(ctes, outer))
        if isinstance(node, exp.Table):
            return self.source(node, Scope(ctes, outer))
        return Relation({}, other=fault(f"a {node.key}"))

    def with_ctes(
        self, node: exp.Expr, ctes: Mapping[str, Relation], outer: Scope | None
    ) -> Mapping[str, Relation]:
        found = node.args.get("with_")
        if found is None:
            return ctes
        known = dict(ctes)
        for cte in found.expressions:
            names = [identifier.name.lower() for identifier in cte.args["alias"].columns]
            if found.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                relation = self.recursive(cte, names, known, outer)
            else:
                relation = self.query(cte.this, known, outer)
            known[cte.alias.lower()] = relation.renamed(names)
        return known

    def recursive(
        self, cte: exp.CTE, names: list[str], known: dict[str, Relation], outer: Scope | None
    ) -> Relation:
        """A CTE that reads itself: begun from its first branch, then read until nothing is added."""
        relation = self.query(cte.this.this, known, outer)
        while True:
            known[cte.alias.lower()] = relation.renamed(names)
            more = self.query(cte.this, known, outer)
            if more == relation:
                return relation
            relation = more

    def set_operation(
        self, node: exp.SetOperation, ctes: Mapping[str, Relation], outer: Scope | None
    ) -> Relation:
        left, right = self.query(node.this, ctes, outer), self.query(node.expression, ctes, outer)
        if not isinstance(node, exp.Union):
            return left
        rows = left.rows | right.rows
        other = left.other if right.other is None else right.other | (left.other or NOTHING)
        if node.args.get("by_name"):
            names = [*left.columns, *(name for name in right.columns if name not in left.columns)]
            columns = {name: (left.find(name) or NOTHING) | (right.find(name) or NOTHING) for name in names}
            return Relation(columns, rows, other)
        theirs = list(right.columns.values())
        columns = {
            name: origin | (theirs[place] if place < len(theirs) else right.other or NOTHING)
            for place, (name, origin) in enumerate(left.columns.items())
        }
        return Relation(columns, rows, other)

    def select(self, node: exp.Select, ctes: Mapping[str, Relation], outer: Scope | None) -> Relation:
        scope = Scope(ctes, outer)
        if begin := node.args.get("from_"):
            self.add_source(begin.this, scope)
        for join in node.args.get("joins") or ():
            self.join(join, scope)
        for lateral in node.args.get("laterals") or ():
            self.add_source(lateral, scope)
        scope.windows = {window.name.lower(): window for window in node.args.get("windows") or ()}
        if any(relation.other is not None and relation.other.faults for relation in scope.sources.values()):
            other = union(relation.other for relation in scope.sources.values() if relation.other is not None)
        else:
            other = None
        columns: dict[str, Origin] = {}
        for place, projection in enumerate(node.expressions):
            for name, origin in self.projected(projection, scope, place):
                columns[name] = origin
                scope.aliases.setdefault(name, origin)
        has_star = any(isinstance(one, exp.Star) or one.is_star for one in node.expressions)
        return Relation(columns, scope.rows, other if has_star else None)

    def projected(self, node: exp.Expr, scope: Scope, place: int) -> Iterator[tuple[str, Origin]]:
        star = node.this if isinstance(node, exp.Column) and isinstance(node.this, exp.Star) else node
        if isinstance(star, exp.Columns) and isinstance(star.this, exp.Star):
            star = star.this
        if isinstance(star, exp.Star):
            table = node.args["table"].name.lower() if isinstance(node, exp.Column) else None
            yield from self.starred(star, scope, table)
        elif isinstance(node, exp.Columns):
            yield f"column {place}", fault("columns chosen by a pattern")
        else:
            yield (node.alias_or_name or node.sql("duckdb")).lower(), self.origin(node, scope)

    def starred(self, star: exp.Star, scope: Scope, table: str | None) -> Iterator[tuple[str, Origin]]:
        left_out = {one.name.lower() for one in star.args.get("except_") or ()}
        replaced = {one.alias.lower(): one.this for one in star.args.get("replace") or ()}
        renamed = {one.this.name.lower(): one.alias.lower() for one in star.args.get("rename") or ()}
        told: set[str] = set()
        for alias, relation in scope.sources.items():
            if table not in (None, alias):
                continue
            for name, origin in relation.columns.items():
                if name in left_out or (name in told and name in scope.merged):
                    continue
                told.add(name)
                if name in replaced:
                    yield name, self.origin(replaced[name], scope)
                else:
                    shown = origin if table else scope.merged.get(name, origin)
                    yield renamed.get(name, name), shown

    # Sources

    def join(self, join: exp.Join, scope: Scope) -> None:
        before = dict(scope.sources)
        self.add_source(join.this, scope)
        added = {alias: one for alias, one in scope.sources.items() if alias not in before}
        if (join.args.get("kind") or "").upper() in NOT_SHOWN:
            scope.sources = before
            return
        names = [one.name.lower() for one in join.args.get("using") or ()]
        if (join.args.get("method") or "").upper() == "NATURAL":
            shared = {name for relation in before.values() for name in relation.columns}
            names = [name for relation in added.values() for name in relation.columns if name in shared]
        side = (join.args.get("side") or "").upper()
        for name in names:
            ours = scope.merged.get(name) or union(
                one for relation in before.values() if (one := relation.find(name)) is not None
            )
            theirs = union(one for relation in added.values() if (one := relation.find(name)) is not None)
            scope.merged[name] = {"FULL": ours | theirs, "RIGHT": theirs}.get(side, ours)

    def add_source(self, node: exp.Expr, scope: Scope) -> None:
        relation = self.source(node, scope)
        alias = (node.alias_or_name or f"source {len(scope.sources)}").lower()
        if isinstance(node, exp.Table) and not node.alias and isinstance(node.this, exp.Anonymous):
            alias = node.this.name.lower()
        scope.sources[alias] = relation
        for join in node.args.get("joins") or ():
            self.join(join, scope)

    def source(self, node: exp.Expr, scope: Scope) -> Relation:
        alias = node.args.get("alias")
        names = [one.name.lower() for one in alias.columns] if isinstance(alias, exp.TableAlias) else []
        if node.args.get("pivots"):
            relation = Relation({}, other=fault("a pivot"))
        elif isinstance(node, exp.Lateral):
            inner = node.this
            is_query = isinstance(inner, exp.Query)
            relation = self.query(inner, scope.ctes, scope) if is_query else self.made(inner, scope)
        elif isinstance(node, exp.Values):
            relation = self.values(node, scope)
        elif isinstance(node, exp.Unnest):
            relation = self.made(node, scope)
        elif isinstance(node, exp.Query) and not isinstance(node, exp.Table):
            # Duckdb lets any subquery read what stands before it.
            relation = self.query(node, scope.ctes, scope)
        elif isinstance(node, exp.Table):
            is_named = isinstance(node.this, exp.Identifier)
            relation = self.table(node, scope) if is_named else self.made(node.this, scope)
        else:
            relation = Relation({}, other=fault(f"a source of the kind {node.key}"))
        return relation.renamed(names) if names else relation

    def table(self, node: exp.Table, scope: Scope) -> Relation:
        name = node.name.lower()
        if not node.args.get("db") and name in scope.ctes:
            return scope.ctes[name]
        return self.known(name)

    def known(self, name: str) -> Relation:
        if name not in self.tables:
            return Relation({}, other=fault(f"columns of {name} not known"))
        columns = {
            column.lower(): Origin(frozenset({(name, column.lower())})) for column in self.tables[name]
        }
        return Relation(columns, Origin(frozenset({(name, ROWS)})))

    def made(self, node: exp.Expr, scope: Scope) -> Relation:
        """A function in place of a table: a table macro, or rows made of its arguments."""
        name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
        if name in self.tables:
            return self.known(name)
        if isinstance(node, (exp.Unnest, exp.Explode, exp.GenerateSeries)) or name in {"range", "unnest"}:
            origin = union(
                self.origin(child, scope)
                for child in node.iter_expressions()
                if not isinstance(child, exp.TableAlias)
            )
            return Relation({}, other=origin)
        return Relation({}, other=fault(f"what {name}() gives"))

    def values(self, node: exp.Values, scope: Scope) -> Relation:
        columns: dict[str, Origin] = {}
        for row in node.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            for place, cell in enumerate(cells):
                name = f"col{place}"
                columns[name] = columns.get(name, NOTHING) | self.origin(cell, scope)
        alias = node.args.get("alias")
        names = [one.name.lower() for one in alias.columns] if isinstance(alias, exp.TableAlias) else []
        return Relation(columns).renamed(names)

    # Expressions

    def origin(self, node: exp.Expr, scope: Scope, bound: frozenset[str] = frozenset()) -> Origin:
        """All columns that an expression names. `bound` are the parameters of lambdas around it."""
        columns: set[tuple[str, str]] = set()
        faults: set[str] = set()
        waiting: list[tuple[exp.Expr, frozenset[str]]] = [(node, bound)]
        while waiting:
            one, bound = waiting.pop()
            found = NOTHING
            if isinstance(one, exp.Column):
                found = self.named(one, scope, bound)
            elif isinstance(one, exp.Exists):
                found = self.existence(one, scope)
            elif isinstance(one, exp.Query):
                relation = self.query(one, scope.ctes, scope)
                found = union([*relation.columns.values(), relation.other or NOTHING])
            elif isinstance(one, exp.Star):
                found = scope.rows
            elif isinstance(one, exp.Window):
                found = self.window(one, scope, bound)
            elif isinstance(one, exp.Lambda):
                inner = bound | {parameter.name.lower() for parameter in one.expressions}
                waiting.append((one.this, inner))
            elif isinstance(one, exp.Comprehension):
                inner = bound | {one.expression.name.lower()}
                waiting.append((one.args["iterator"], bound))
                waiting.extend((part, inner) for part in (one.this, one.args.get("condition")) if part)
            elif isinstance(one, (exp.PropertyEQ, exp.Kwarg)):
                # The name of a struct's field is no column.
                waiting.append((one.expression, bound))
            else:
                waiting.extend((child, bound) for child in one.iter_expressions())
            columns |= found.columns
            faults |= found.faults
        return Origin(frozenset(columns), frozenset(faults))

    def named(self, node: exp.Column, scope: Scope, bound: frozenset[str]) -> Origin:
        if isinstance(node.this, exp.Star):
            table = node.table.lower()
            relation = scope.sources.get(table)
            return union(relation.columns.values()) if relation else fault(f"{table}.* not known")
        parts = [part.name.lower() for part in node.parts]
        if parts[0] in bound:
            return NOTHING
        found = scope.column(parts)
        if found is None:
            return NOTHING if parts[0] in self.parameters else fault(f"{'.'.join(parts)} not known")
        return found

    def window(self, node: exp.Window, scope: Scope, bound: frozenset[str]) -> Origin:
        parts = list(node.iter_expressions())
        name = node.args.get("alias")
        if name is not None and (named := scope.windows.get(name.name.lower())):
            parts.extend(part for part in named.iter_expressions() if not isinstance(part, exp.Identifier))
        found = union(self.origin(part, scope, bound) for part in parts)
        # row_number() over () tells of the rows alone.
        return found if found.columns or found.faults else scope.rows

    def existence(self, node: exp.Exists, scope: Scope) -> Origin:
        """Whether rows exist is decided by the conditions on them."""
        query = node.this
        if not isinstance(query, exp.Select):
            return self.query(query, scope.ctes, scope).rows
        inner = query.copy()
        conditions = [part for part in (query.args.get("where"), query.args.get("having")) if part]
        inner.set("expressions", [part.this.copy() for part in conditions] or [exp.Star()])
        relation = self.query(inner, scope.ctes, scope)
        return union([*relation.columns.values(), relation.rows])
