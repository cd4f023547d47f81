"""What a method asks of a framework and of data, beyond what each of the three must hold by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from flows.indexing.data import Data, check_known, known
from flows.indexing.faults import Fault, named, refuse
from flows.indexing.framework import Framework
from flows.indexing.method import Method
from flows.indexing.tables import number_of
from flows.indexing.vocabulary import Normalise


def check_method(
    method: Method, normalisations: Sequence[Normalise], framework: Framework, file: Path
) -> None:
    """Refuse levels, targets and goalposts that the framework does not have. Raises G60Error."""
    levels = sorted({node.level for node in framework.of("aggregate") if node.level})
    stray = [level for level in method.aggregate.by_level if level not in levels]
    remedy = f"aggregates stand on the levels {', '.join(map(str, levels))}"
    refuse(
        [Fault(f"'aggregate.by_level': no aggregate stands on level {level}", remedy) for level in stray],
        file,
    )
    indicators = framework.of("indicator")
    if method.denominate and not any(node.denominator for node in indicators):
        what = "denominate is true and no indicator has a denominator"
        refuse([Fault(what, "fill the column denominator, or set denominate: false")], framework.file)
    if any(option.method == "distance_to_target" for option in normalisations):
        remedy = "give every indicator a target, or normalise otherwise"
        lacking = [node for node in indicators if node.target is None]
        refuse(
            [Fault(f"row {n.row}, column target: '{n.code}' has none", remedy) for n in lacking],
            framework.file,
        )
    refuse(list(disagreements(normalisations)), file)
    goalposts_of(normalisations, framework, file)


def disagreements(normalisations: Sequence[Normalise]) -> Iterable[Fault]:
    """What all normalisations of one analysis share, because the engine has one of it."""
    for key in ("reference", "cap", "within", "goalposts"):
        told = [
            value
            for n in normalisations
            if (value := getattr(n, key)) is not None and key in n.model_fields_set
        ]
        if any(value != told[0] for value in told):
            yield Fault(
                f"'uncertainty': alternatives of normalise differ in {key}", f"give all the same {key}"
            )


def shared(normalisations: Sequence[Normalise], key: str) -> object:
    """The one value that any of the normalisations gives to a key."""
    return next((value for n in normalisations if (value := getattr(n, key)) is not None), None)


def goalposts_of(
    normalisations: Sequence[Normalise], framework: Framework, file: Path
) -> dict[str, tuple[float | None, float | None]]:
    """Goalposts by indicator: those of the method's mapping, else the framework's, else the method's pair."""
    asking = [option for option in normalisations if option.method == "goalposts"]
    named_pairs = next((option.goalposts for option in asking if option.goalposts), {})
    pair = next(
        ((o.lower, o.upper) for o in asking if o.lower is not None and o.upper is not None), (None, None)
    )
    nodes = framework.of("indicator")
    codes = {node.code for node in nodes}
    stray = [code for code in named_pairs if code not in codes]
    refuse(
        [Fault(f"'normalise.goalposts': '{code}' is no indicator", "name indicators") for code in stray], file
    )
    found: dict[str, tuple[float | None, float | None]] = {}
    faults = []
    for node in nodes:
        own = (node.goalpost_low, node.goalpost_high)
        low, high = named_pairs.get(node.code, own if own != (None, None) else pair)
        found[node.code] = (low, high)
        if asking and (low is None or high is None):
            remedy = "fill goalpost_low and goalpost_high, or give lower and upper in the method"
            faults.append(Fault(f"row {node.row}: indicator '{node.code}' has no pair of goalposts", remedy))
        elif low is not None and high is not None and low >= high:
            what = f"row {node.row}: '{node.code}' has goalpost_low {low:g}, not below goalpost_high {high:g}"
            faults.append(Fault(what, "set the lower goalpost below the higher one"))
    refuse(faults, framework.file)
    return found


def check_data(
    connection: duckdb.DuckDBPyConnection,
    method: Method,
    normalisations: Sequence[Normalise],
    data: Data,
    file: Path,
) -> None:
    """Refuse periods and units that the data does not have. Raises G60Error."""
    series = [f"impute {method.impute.method}"] if method.impute.method in ("linear", "latest") else []
    within = ["within: period"] if any(option.within == "period" for option in normalisations) else []
    base = ["base_year"] if any(option.method == "base_year" for option in normalisations) else []
    if not data.has_periods:
        remedy = "add a column period to the data"
        refuse(
            [Fault(f"{what} needs periods and the data has none", remedy) for what in series + within + base],
            file,
        )
    if method.impute.method == "linear":
        odd = sorted(period for period in known(connection, "period") if number_of(period) is None)
        what = (
            f"column period: {named([repr(period) for period in odd])} is no number, as impute linear needs"
        )
        refuse([Fault(what, "write periods as years, or impute with latest")] if odd else [], data.file)
    for option in normalisations:
        if option.reference is not None:
            key = "period" if option.method == "base_year" else "unit_code"
            what = "'normalise.reference': " + ("period" if key == "period" else "unit")
            check_known([option.reference], known(connection, key), what, file)
