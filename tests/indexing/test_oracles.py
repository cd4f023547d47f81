"""Entropy and CRITIC weights of ten random matrices against the formulas of their papers, number by number.

pymcdm computes both, but brings a plotting and a scientific stack that nothing else here needs: its weights
of the same matrices are recorded in tests/fixtures (see pymcdm_weights.py). It takes a column with a share of
zero for one without entropy; so a further opinion is written from the papers, in operations of their own.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Sequence

import pytest

from flows.settings import ROOT
from tests.indexing.handmade import Framework

Columns = Sequence[Sequence[float]]


def entropy(columns: Columns) -> list[float]:
    """Shares of 1 - e, e the entropy of a column's shares over its highest, ln n (Zeleny 1982, chapter 6)."""
    degrees = []
    for column in columns:
        total, disorder = math.fsum(column), 0.0
        for value in column:
            disorder -= value / total * math.log(value / total) if value else 0
        degrees.append(1 - disorder / math.log(len(column)))
    return [degree / math.fsum(degrees) for degree in degrees]


def critic(columns: Columns) -> list[float]:
    """Shares of sd Σ (1 - r) over columns between their ideal and anti-ideal (Diakoulaki et al. 1995)."""
    placed = [[(v - min(c)) / (max(c) - min(c)) for v in c] for c in columns]
    centred = [[v - math.fsum(c) / len(c) for v in c] for c in placed]
    sds = [math.sqrt(math.fsum(v * v for v in c) / (len(c) - 1)) for c in centred]
    information = []
    for a, sd_a in zip(centred, sds, strict=True):
        conflict = 0.0
        for b, sd_b in zip(centred, sds, strict=True):
            product = math.fsum(x * y for x, y in zip(a, b, strict=True)) / (len(a) - 1)
            conflict += 1 - product / (sd_a * sd_b)
        information.append(sd_a * conflict)
    return [c / math.fsum(information) for c in information]


def drawn(seed: int) -> list[list[float]]:
    """Three to nine columns of five to sixty positive values that go with one another more or less."""
    rng = random.Random(seed)
    units = rng.randint(5, 60)
    common = [rng.gauss(0, 1) for _ in range(units)]
    return [
        [math.exp(rng.gauss(0, 0.5) + share * common[unit]) * scale for unit in range(units)]
        for share, scale in ((rng.uniform(-1, 1), 10 ** rng.uniform(-3, 6)) for _ in range(rng.randint(3, 9)))
    ]


def of_engine(columns: Columns, weight: str, normalise: str) -> list[float]:
    names = [f"x{k}" for k in range(len(columns))]
    framework = Framework(
        {"index": names}, dict(zip(names, columns, strict=True)),
        units=[f"u{k:02}" for k in range(len(columns[0]))], method={"weight": weight, "normalise": normalise},
    )  # fmt: skip
    weights = framework.weights()
    return [weights[name] / sum(weights.values()) for name in names]


@pytest.mark.parametrize("seed", range(10))
def test_entropy_and_critic_weights_agree_with_their_papers(seed: int) -> None:
    columns = drawn(seed)
    assert of_engine(columns, "entropy", "scaled") == pytest.approx(entropy(columns), rel=1e-9)
    assert of_engine(columns, "critic", "min_max") == pytest.approx(critic(columns), rel=1e-9)
    # Between the ends of its column each has a share of zero.
    placed = [[(v - min(c)) / (max(c) - min(c)) for v in c] for c in columns]
    assert of_engine(columns, "entropy", "min_max") == pytest.approx(entropy(placed), rel=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_entropy_and_critic_weights_agree_with_pymcdm(seed: int) -> None:
    with (ROOT / "tests" / "fixtures" / "pymcdm_weights.csv").open(encoding="utf-8") as file:
        recorded = [row for row in csv.DictReader(file) if row["matrix"] == str(seed)]
    columns = drawn(seed)
    assert len(recorded) == len(columns)
    for method, normalise in (("entropy", "scaled"), ("critic", "min_max")):
        theirs = [float(row[method]) for row in recorded]
        assert of_engine(columns, method, normalise) == pytest.approx(theirs, rel=1e-9)
