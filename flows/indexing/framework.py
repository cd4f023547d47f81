"""The framework of an index: what its file says of indicators and their tree, checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.indexing.faults import Fault, refuse
from flows.indexing.tables import Table, need_columns, number_of, read_table

KINDS = ("indicator", "aggregate", "denominator", "group")
NEEDED = ("code", "parent", "level", "type", "direction", "weight")
COLUMNS = (*NEEDED, "name", "unit", "denominator", "target", "goalpost_low", "goalpost_high")
SCORED = ("indicator", "aggregate")
# Columns of the outputs that a code would collide with.
RESERVED = ("unit", "period")


@dataclass(frozen=True)
class Node:
    """A row of the framework. Cells that its kind has no use for are None."""

    row: int
    code: str
    kind: str
    name: str = ""
    parent: str | None = None
    level: int | None = None
    direction: int = 1
    weight: float | None = None
    denominator: str | None = None
    target: float | None = None
    goalpost_low: float | None = None
    goalpost_high: float | None = None


@dataclass(frozen=True)
class Framework:
    """A tree of scored nodes, and the columns of the data that are no part of it."""

    file: Path
    nodes: tuple[Node, ...]
    unused: list[str] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Node]:
        return [node for node in self.nodes if node.kind in kinds]

    @property
    def root(self) -> Node:
        return next(node for node in self.nodes if node.kind == "aggregate" and node.parent is None)

    @property
    def codes(self) -> dict[str, Node]:
        return {node.code: node for node in self.nodes}


def read_framework(file: Path, weighs: bool = True) -> Framework:
    """Read and check a framework; `weighs` where its weights are used. Raises G60Error with its faults."""
    table = read_table(file, "the framework")
    need_columns(table, NEEDED, "a framework")
    nodes = tuple(read_nodes(table, weighs))
    framework = Framework(file, nodes, [name for name in table.header if name.lower() not in COLUMNS])
    # What a later rule takes for granted, an earlier one has made sure of.
    for rule in (code_faults, parent_faults, cycle_faults, root_faults, tree_faults):
        refuse(list(rule(framework)), file)
    if weighs:
        refuse(weight_faults(framework.nodes, {}), file)
    return framework


def read_nodes(table: Table, weighs: bool) -> Iterator[Node]:
    """The rows as nodes. Raises G60Error with the cells that hold no value of their column."""
    faults: list[Fault] = []
    for row, cells in table.records():
        kind = cells["type"].lower()
        if kind not in KINDS:
            what = f"row {row}, column type: '{cells['type']}' is none of {', '.join(KINDS)}"
            faults.append(Fault(what, "say what the row is"))
            continue

        def read(
            column: str,
            parse: Callable[[str], float | None],
            what: str,
            needed: bool = False,
            row: int = row,
            cells: dict[str, str] = cells,
        ) -> float | None:
            text = cells.get(column, "")
            value = parse(text) if text else None
            if value is None and (text or needed):
                faults.append(Fault(f"row {row}, column {column}: '{text}' is not {what}", f"write {what}"))
            return value

        level = read("level", whole, "a whole number from 1 up", kind in SCORED)
        needs_weight = weighs and kind in SCORED and bool(cells["parent"])
        yield Node(
            row,
            cells["code"],
            kind,
            cells.get("name", ""),
            (cells["parent"] or None) if kind in SCORED else None,
            None if level is None else int(level),
            int(read("direction", direction, "1 or -1", kind == "indicator") or 1),
            read("weight", weight, "a number that is not negative", needs_weight),
            (cells.get("denominator") or None) if kind == "indicator" else None,
            read("target", number_of, "a number"),
            read("goalpost_low", number_of, "a number"),
            read("goalpost_high", number_of, "a number"),
        )
    refuse(faults, table.file)


def whole(text: str) -> float | None:
    value = number_of(text)
    return value if value is not None and value.is_integer() and 1 <= value < 1000 else None


def direction(text: str) -> float | None:
    value = number_of(text)
    return value if value in (1, -1) else None


def weight(text: str) -> float | None:
    value = number_of(text)
    return value if value is not None and value >= 0 else None


def code_faults(framework: Framework) -> Iterator[Fault]:
    """Codes missing, given twice or that an output could not have as a heading beside its own."""
    seen_in: dict[str, Node] = {}
    for node in framework.nodes:
        lower = node.code.lower()
        if not node.code:
            yield Fault(f"row {node.row}, column code: there is none", "give the row a code")
        elif lower in RESERVED:
            yield Fault(
                f"row {node.row}: code '{node.code}' is the name of a key of the data", "choose another code"
            )
        elif first := seen_in.get(lower):
            same = "is also that" if first.code == node.code else f"differs in case only from '{first.code}'"
            what = f"row {node.row}: code '{node.code}' {same} of row {first.row}"
            yield Fault(what, "give each row a code of its own")
        else:
            seen_in[lower] = node


def parent_faults(framework: Framework) -> Iterator[Fault]:
    """Parents and denominators that are not there, or not of the kind it takes."""
    codes = framework.codes
    for node in framework.nodes:
        if node.parent is not None and (parent := codes.get(node.parent)) is None:
            what = f"row {node.row}, column parent: '{node.parent}' is no code of the framework"
            yield Fault(what, "name a code of type aggregate")
        elif node.parent is not None and parent is not None and parent.kind != "aggregate":
            what = f"row {node.row}, column parent: '{node.parent}' is of type {parent.kind}"
            yield Fault(what, "name a code of type aggregate")
        elif node.kind == "indicator" and node.parent is None:
            yield Fault(
                f"row {node.row}: indicator '{node.code}' has no parent", "name the aggregate it is part of"
            )
        if node.denominator is not None and (under := codes.get(node.denominator)) is None:
            what = f"row {node.row}, column denominator: '{node.denominator}' is no code of the framework"
            yield Fault(what, "add a row of type denominator with this code")
        elif (
            node.denominator is not None
            and under is not None
            and under.kind not in ("denominator", "indicator")
        ):
            what = f"row {node.row}, column denominator: '{node.denominator}' is of type {under.kind}"
            yield Fault(what, "name a code of type denominator")


def cycle_faults(framework: Framework) -> Iterator[Fault]:
    """Nodes that are their own ancestors, each circle once."""
    codes, told = framework.codes, set[str]()
    for node in framework.nodes:
        path: list[str] = []
        at: str | None = node.code
        while at is not None and at not in path and at not in told:
            path.append(at)
            at = codes[at].parent
        if at in path:
            circle = [*path[path.index(at) :], at]
            what = f"row {codes[at].row}: the parents run in a circle, {' -> '.join(map(str, circle))}"
            yield Fault(what, "let one of them have a parent outside it, or none")
        told.update(path)


def root_faults(framework: Framework) -> Iterator[Fault]:
    """Other than one aggregate without a parent."""
    roots = [node for node in framework.of("aggregate") if node.parent is None]
    if not roots:
        yield Fault("no row is an aggregate without a parent", "add the index itself, of type aggregate")
    if len(roots) > 1:
        rows = " and ".join(f"'{node.code}' of row {node.row}" for node in roots)
        yield Fault(f"{rows} have no parent", "give all but one a parent: an index has one root")


def tree_faults(framework: Framework) -> Iterator[Fault]:
    """Aggregates of nothing, and children that stand no lower than their parent."""
    codes, parents = framework.codes, {node.parent for node in framework.nodes}
    for node in framework.of(*SCORED):
        if node.kind == "aggregate" and node.code not in parents:
            what = f"row {node.row}: aggregate '{node.code}' has no children"
            yield Fault(what, "name it as the parent of another row, or delete it")
        parent = codes[node.parent] if node.parent else None
        if parent and node.level is not None and parent.level is not None and node.level >= parent.level:
            what = (
                f"row {node.row}, column level: {node.level} of '{node.code}' is not below"
                f" {parent.level} of its parent '{parent.code}'"
            )
            yield Fault(what, "give children a lower level than their parent")


def weight_faults(nodes: Sequence[Node], instead: dict[str, float], which: str = "") -> list[Fault]:
    """Parents whose children weigh nothing together, with weights `instead` of their own."""
    total: dict[str, float] = {}
    for node in nodes:
        if node.parent is not None:
            total[node.parent] = total.get(node.parent, 0) + instead.get(node.code, node.weight or 0)
    rows = {node.code: node.row for node in nodes}
    place = {code: "" if which else f"row {rows[code]}: " for code in total}
    remedy = "give at least one of them a weight above 0"
    return [
        Fault(f"{place[code]}the weights of the children of '{code}'{which} sum to 0", remedy)
        for code, weights in total.items()
        if weights == 0
    ]
