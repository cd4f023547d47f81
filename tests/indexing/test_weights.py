"""Weights from the data against their definitions in numpy, and weights that the data do not tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.indexing.handmade import Framework, near

Matrix = npt.NDArray[np.float64]
FROM_DATA = ("entropy", "critic", "pca", "optimised")


def over(columns: Mapping[str, Any], method: str, **more: Any) -> Framework:
    """An index over these columns, a reference far off at the end."""
    values = {
        code: [*(None if v is None else float(v) for v in column), 1e4] for code, column in columns.items()
    }
    units = [f"u{k:03}" for k in range(len(next(iter(values.values()))))]
    return Framework(
        more.pop("tree", {"index": list(columns)}), values, units=units, references=[units[-1]],
        method={"weight": method, **more.pop("method", {})}, **more,
    )  # fmt: skip


def shares(weights: Mapping[str, float]) -> list[float]:
    """Weights of the indicators in the order of their codes, as shares of their sum."""
    found = [weight for code, weight in sorted(weights.items()) if code.startswith("x")]
    return [weight / sum(found) for weight in found]


def sample(seed: int, units: int = 30, columns: int = 4) -> Matrix:
    """Positive columns that go with one another more or less."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(units, 1))
    made = common * rng.uniform(0.2, 1.5, columns) + rng.normal(size=(units, columns))
    return np.asarray(made - made.min() + 0.5, float)


def named(matrix: Matrix) -> dict[str, Any]:
    return {f"x{k:02}": column for k, column in enumerate(matrix.T)}


def test_given_weights_are_taken_and_equal_ones_are_equal_at_every_level() -> None:
    tree = {"index": ["p", "q"], "p": ["x", "y"], "q": ["z"]}
    values: dict[str, Any] = {"x": [1.0], "y": [2.0], "z": [3.0]}
    nodes = {"x": {"weight": 2.0}, "y": {"weight": 0.5}, "p": {"weight": 3.0}}
    framework = Framework(tree, values, nodes=nodes)
    assert framework.weights() == {"p": 3, "q": 1, "x": 2, "y": 0.5, "z": 1}
    assert framework.with_(method={"weight": "equal"}).weights() == dict.fromkeys("pqxyz", 1)


@pytest.mark.parametrize("seed", range(3))
def test_pca_weights_are_the_squared_loadings_of_the_first_component(seed: int) -> None:
    matrix = sample(seed, columns=3 + seed)
    _, vectors = np.linalg.eigh(np.corrcoef(matrix.T))
    assert shares(over(named(matrix), "pca").weights()) == pytest.approx(list(vectors[:, -1] ** 2), rel=1e-9)


def test_pca_finds_the_first_component_however_far_it_is_from_the_first_indicator() -> None:
    # Hundreds of indicators of one kind, and one by itself whose code comes first.
    rng = np.random.default_rng(0)
    common = rng.normal(size=60)
    alone = rng.normal(size=60)
    alone -= common * (alone @ common) / (common @ common)
    block = [common + rng.normal(size=60) / 20 for _ in range(40)]
    columns = np.column_stack([alone, *block])
    _, vectors = np.linalg.eigh(np.corrcoef(columns.T))
    assert shares(over(named(columns), "pca").weights()) == pytest.approx(list(vectors[:, -1] ** 2), abs=1e-9)


def test_a_share_of_zero_adds_nothing_to_the_entropy() -> None:
    weights = over({"x1": [0, 0, 1, 1], "x2": [1, 2, 3, 2]}, "entropy").weights()
    p = np.array([1, 2, 3, 2]) / 8
    first = 1 - math.log(2) / math.log(4)
    second = float(1 + np.sum(p * np.log(p)) / math.log(4))
    assert shares(weights) == pytest.approx([first / (first + second), second / (first + second)])


@pytest.mark.parametrize("targets", [(1.0, 1.0, 1.0, 1.0), (1.0, 0.9, 1.1, 1.2)])
@pytest.mark.parametrize("seed", range(2))
def test_optimised_weights_make_correlations_with_the_mean_stand_as_the_given_weights_do(
    targets: tuple[float, ...], seed: int
) -> None:
    matrix = sample(seed)
    nodes = {f"x{k:02}": {"weight": target} for k, target in enumerate(targets)}
    weights = shares(over(named(matrix), "optimised", nodes=nodes).weights())
    # These targets can be reached: the weights that solve for them are above zero.
    covariance = np.cov(matrix.T)
    solved = np.linalg.solve(covariance, np.sqrt(np.diag(covariance)) * targets)
    assert (solved > 0).all()
    assert weights == pytest.approx(list(solved / solved.sum()), abs=1e-6)
    mean = matrix @ np.array(weights)
    reached = np.array([np.corrcoef(column, mean)[0, 1] for column in matrix.T])
    assert list(reached / reached.sum()) == pytest.approx([t / sum(targets) for t in targets], abs=1e-6)


# What the data do not tell


@pytest.mark.parametrize("method", FROM_DATA)
def test_a_constant_weighs_nothing_whatever_its_place_among_its_siblings(method: str) -> None:
    x, y = [1, 5, 2, 3], [2, 1, 4, 3]
    alone = shares(over({"x1": x, "x2": y}, method).weights())
    for constant in ("x0", "x3"):
        with_constant = over({"x1": x, "x2": y, constant: [0.1] * 4}, method).weights()
        assert with_constant[constant] == 0
        assert [w for w in shares(with_constant) if w] == near(alone)
    assert shares(over({"x1": x, "x2": [0.0] * 4}, method).weights()) == [1, 0]


@pytest.mark.parametrize("method", FROM_DATA)
def test_the_given_weights_stand_where_the_data_tell_none(method: str) -> None:
    nodes = {"x1": {"weight": 3.0}}
    for columns in ({"x1": [0.1] * 3, "x2": [0.7] * 3}, {"x1": [1], "x2": [2]}, {"x1": [None], "x2": [None]}):
        framework = over(columns, method, nodes=nodes)
        assert framework.weights() == {"x1": 3, "x2": 1}
    alone = {"p": ["x1"], "q": ["x2", "x3"], "index": ["p", "q"]}
    framework = over({"x1": [1, 2, 4], "x2": [3, 1, 2], "x3": [5, 5, 9]}, method, tree=alone)
    assert framework.weights()["x1"] == 1
    assert None not in framework.scores("p")


def test_values_below_zero_have_no_entropy() -> None:
    nodes = {"x1": {"weight": 3.0}}
    assert over({"x1": [-1, 2, 4], "x2": [3, 1, 2]}, "entropy", nodes=nodes).weights() == {"x1": 3, "x2": 1}


@pytest.mark.parametrize("method", FROM_DATA)
def test_an_indicator_that_nobody_has_weighs_nothing(method: str) -> None:
    weights = (
        over({"x1": [1, 2, 4, 3], "x2": [None] * 4, "x3": [4, 1, 1, 2]}, method)
        .with_(references=[])
        .weights()
    )
    assert all(math.isfinite(weight) for weight in weights.values())
    few = over({"x1": [1, 2, 4, 3], "x2": [None] * 4, "x3": [4, 1, 1, 2]}, method)
    few = few.with_(values={code: [*column[:-1], None] for code, column in few.values.items()})
    assert few.weights()["x2"] == 0


@pytest.mark.parametrize("method", FROM_DATA)
def test_siblings_that_no_unit_has_both_of_spoil_nothing(method: str) -> None:
    columns = {"x1": [1, 2, 4, None, None, None], "x2": [None, None, None, 3, 1, 5], "x3": [2, 1, 1, 4, 2, 1]}
    weights = shares(over(columns, method).weights())
    assert all(math.isfinite(weight) and weight >= 0 for weight in weights) and sum(weights) == near(1.0)


@pytest.mark.parametrize("method", FROM_DATA)
def test_aggregates_keep_their_weight_and_indicators_beside_them_share_theirs(method: str) -> None:
    tree = {"index": ["p", "x1", "x2"], "p": ["x3", "x4"]}
    columns = {"x1": [1, 2, 4, 3], "x2": [4, 1, 1, 2], "x3": [5, 1, 2, 2], "x4": [1, 6, 2, 2]}
    nodes = {"p": {"weight": 2.0}, "x1": {"weight": 3.0}, "x2": {"weight": 1.0}}
    weights = over(columns, method, tree=tree, nodes=nodes).weights()
    assert weights["p"] == 2
    assert weights["x1"] + weights["x2"] == near(4.0)
    assert weights["x3"] + weights["x4"] == near(2.0)
