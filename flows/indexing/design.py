"""The runs of an uncertainty analysis as the engine takes them: numbered options, weight sets, runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

from pydantic import ValidationError

from flows.errors import G60Error
from flows.indexing.faults import Fault, named, refuse
from flows.indexing.framework import SCORED, Framework, weight_faults
from flows.indexing.method import Method
from flows.indexing.tables import Table, need_columns, number_of, read_table
from flows.indexing.uncertainty import MAX_RUNS, Enumeration, Sobol, Uncertainty
from flows.indexing.vocabulary import Mean, Normalise, faulted, our_name

# Columns of designs and weight sets as the field also calls them.
VARIED = ("winmax", "normalise", "weight_set", "aggregate")
SYNONYMS = {"rep": "run", "norm": "normalise", "agg": "aggregate", "icode": "code"}

Sets = dict[int, dict[str, float]]
Option = tuple[str, int, str | None, float | None, float | None]
Run = tuple[int, int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class Design:
    """`options`: factor, number, text, a, b. `sets`: weights by set and code. `runs`: run, winmax, number of
    the normalisation, weight set, number of the aggregation."""

    kind: str = "none"
    n: int | None = None
    seed: int | None = None
    options: list[Option] = field(default_factory=list)
    sets: Sets = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    normalisations: list[Normalise] = field(default_factory=list)


def read_design(method: Method, folder: Path, framework: Framework, has_intervals: bool) -> Design:
    """The design of a method; its files lie relative to `folder`. Raises G60Error with their faults."""
    if method.uncertainty is None:
        return Design()
    asked = method.uncertainty
    if asked.design is not None:
        return file_design(method, asked, folder, framework)
    alternatives = asked.enumerate or asked.sobol
    assert alternatives is not None
    sets, numbers = weight_sets(asked, alternatives, folder, framework)
    normalisations = [nominal_numbers(option, method) for option in alternatives.normalise]
    options = [
        *numbered("winmax", [(None, float(winmax), None) for winmax in alternatives.winmax]),
        *normalise_options(normalisations),
        *aggregate_options(alternatives.aggregate),
        *numbered("weights", [("set", float(number), None) for number in numbers]),
    ]
    if isinstance(alternatives, Sobol):
        if isinstance(alternatives.weights, float) and alternatives.weights > 0:
            options += numbered("weights", [("noise", alternatives.weights, None)])
        data = alternatives.data or ("interval" if has_intervals else "nominal")
        options += numbered("data", [(data, None, None)]) if data == "interval" else []
        kind, n, seed = "sobol", alternatives.n, alternatives.seed
        count = n * (len({factor for factor, *_ in options}) + 2)
    else:
        kind, n, seed = "enumerate", None, None
        count = prod(sum(factor == name for factor, *_ in options) or 1 for name in {o[0] for o in options})
    if not options:
        raise G60Error("the design varies nothing", "uncertainty", "name alternatives of at least one step")
    if count > MAX_RUNS:
        remedy = f"name fewer alternatives: at most {MAX_RUNS:,} runs are made"
        raise G60Error(f"the design asks for {count:,} runs", "uncertainty", remedy)
    return Design(kind, n, seed, options, sets, [], normalisations)


def numbered(factor: str, levels: Sequence[tuple[str | None, float | None, float | None]]) -> list[Option]:
    return [(factor, number, *level) for number, level in enumerate(levels, 1)]


def normalise_options(normalisations: Sequence[Normalise]) -> list[Option]:
    return numbered("normalise", [(option.method, *option.factors) for option in normalisations])


def aggregate_options(means: Sequence[Mean]) -> list[Option]:
    return numbered("aggregate", [(mean.method, mean.power, None) for mean in means])


def nominal_numbers(option: Normalise, method: Method) -> Normalise:
    """A normalisation only named has the numbers of the nominal one, where that is of the same name."""
    only_named = option.model_fields_set == {"method"}
    return method.normalise if only_named and option.method == method.normalise.method else option


def weight_sets(
    asked: Uncertainty, alternatives: Enumeration | Sobol, folder: Path, framework: Framework
) -> tuple[Sets, list[int]]:
    """All weight sets of the file, and the numbers of those that are alternatives."""
    weights = alternatives.weights
    if weights is None or isinstance(weights, float):
        return {}, []
    name = weights if isinstance(weights, str) else asked.weights
    if name is None:
        remedy = "name the file of the weight sets as weights under uncertainty"
        raise G60Error("weight sets are asked for by number and no file holds them", "uncertainty", remedy)
    sets = read_weight_sets(folder / name, framework)
    if isinstance(weights, str):
        return sets, sorted(sets)
    if isinstance(weights, int):
        if weights > len(sets):
            what = f"{weights} weight sets are asked for and there are {len(sets)}"
            raise G60Error(what, str(folder / name), "ask for no more than there are")
        return sets, sorted(sets)[:weights]
    if lacking := [number for number in weights if number not in sets]:
        what = f"weight set {named([str(number) for number in lacking])} is not there"
        raise G60Error(what, str(folder / name), "name sets that the file holds")
    return sets, list(dict.fromkeys(weights))


def read_weight_sets(file: Path, framework: Framework) -> Sets:
    """Weights by set and code. Raises G60Error with the rows at fault."""
    table = renamed(read_table(file, "the file of weight sets"))
    need_columns(table, ("weight_set", "code", "weight"), "a file of weight sets")
    nodes = {node.code: node for node in framework.of(*SCORED)}
    sets: Sets = {}
    faults = []
    for row, cells in table.records():
        number, value = whole(cells["weight_set"]), number_of(cells["weight"])
        code = cells["code"]
        level = cells.get("level", "")
        if number is None:
            what, remedy = (
                f"column weight_set: '{cells['weight_set']}' is no number from 1 up",
                "number the sets",
            )
        elif code not in nodes:
            what, remedy = (
                f"column code: '{code}' is no indicator or aggregate",
                "name a code of the framework",
            )
        elif level and number_of(level) != nodes[code].level:
            what = f"column level: '{code}' stands on level {nodes[code].level} of the framework, not {level}"
            remedy = "leave out the column, or correct it"
        elif value is None or value < 0:
            what = f"column weight: '{cells['weight']}' is not a number that is not negative"
            remedy = "write a weight of 0 or more"
        elif code in sets.get(number, {}):
            what, remedy = f"set {number} has a weight of '{code}' already", "keep one of the rows"
        else:
            sets.setdefault(number, {})[code] = value
            continue
        faults.append(Fault(f"row {row}, {what}", remedy))
    refuse(faults, file)
    for number, weights in sets.items():
        refuse(weight_faults(framework.nodes, weights, f" in set {number}"), file)
    return sets


def file_design(method: Method, asked: Uncertainty, folder: Path, framework: Framework) -> Design:
    """The runs of a file, its normalisations and aggregations numbered in the order in which they appear."""
    file = folder / str(asked.design)
    table = renamed(read_table(file, "the design"))
    need_columns(table, ("run",), "a design")
    if not {name.lower() for name in table.header} & set(VARIED):
        refuse([Fault(f"row 1: no column is one of {', '.join(VARIED)}", "name the steps that vary")], file)
    sets = read_weight_sets(folder / asked.weights, framework) if asked.weights else {}
    normalisations: dict[str, Normalise] = {}
    means: dict[str, Mean] = {}
    runs: dict[int, Run] = {}
    faults = []
    for row, cells in table.records():
        winmax, name, number, mean = (cells.get(step, "") for step in VARIED)
        run = whole(cells["run"])
        if run is None or run in runs:
            what, remedy = f"column run: '{cells['run']}' is no new number", "number the runs from 1"
        elif winmax and whole(winmax, 0) is None:
            what, remedy = f"column winmax: '{winmax}' is no whole number", "write how many points"
        elif number and whole(number) not in sets:
            what = f"column weight_set: '{number}' is no weight set"
            remedy = "name the file of the sets as weights under uncertainty, and sets in it"
        else:
            try:
                column = "normalise"
                if name and name not in normalisations:
                    normalisations[name] = nominal_numbers(asked.normalisation(name), method)
                column = "aggregate"
                if mean and mean not in means:
                    means[mean] = nominal_power(mean, method)
            except ValidationError as error:
                first = error.errors()[0]
                text = name if column == "normalise" else mean
                said = faulted((text,), first["type"], first["msg"], first.get("ctx", {}))
                what, remedy = f"column {column}: {said}", "name one of the README's list"
            else:
                chosen = (number_in(normalisations, name), whole(number), number_in(means, mean))
                runs[run] = (run, whole(winmax, 0), *chosen)
                continue
        faults.append(Fault(f"row {row}, {what}", remedy))
    refuse(faults, file)
    options = normalise_options(list(normalisations.values())) + aggregate_options(list(means.values()))
    return Design("file", len(runs), None, options, sets, list(runs.values()), list(normalisations.values()))


def number_in(known: dict[str, Normalise] | dict[str, Mean], name: str) -> int | None:
    """The number of an option, from 1 in the order in which they appeared; None for the nominal."""
    return list(known).index(name) + 1 if name else None


def nominal_power(name: str, method: Method) -> Mean:
    """A mean by its name, the power mean with the power of the method."""
    power = {"power": method.aggregate.power} if our_name(name) == "power" else {}
    return Mean.model_validate({"method": name, **power})


def renamed(table: Table) -> Table:
    """The same table with its columns under our names."""
    header = [SYNONYMS.get(name.lower(), name) for name in table.header]
    return Table(table.file, header, table.columns, table.rows)


def whole(text: str, least: int = 1) -> int | None:
    value = number_of(text) if text else None
    return int(value) if value is not None and value.is_integer() and least <= value < 2**31 else None
