"""What work costs by its size: measured at several sizes, the law that these follow, and what it foretells.

growth.csv beside this module is written by `python -m tests.benchmarks.growth` on one machine: a row a piece
of work and size, with seconds, peak megabytes (10⁶ bytes) and the bytes that the data take on disk.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

FILE = Path(__file__).with_name("growth.csv")
ESTIMATES = Path(__file__).with_name("growth_estimates.csv")


@dataclass(frozen=True)
class Work:
    """A piece of work that is measured; `unit` is what its size counts."""

    name: str
    zh: str
    en: str
    unit_zh: str
    unit_en: str


WORKS = (
    Work("landing events", "读入分区事件", "Reading partitions of events", "个事件", "events"),
    Work("links", "由事件得出联系", "Links from events", "个事件", "events"),
    Work("staging", "判读刊印的数字", "Judging printed figures", "个单元格", "cells"),
    Work("best value", "某日的最佳值", "Best values as of a day", "条观测", "observations"),
    Work("index draws", "指数的不确定性(千次)", "Uncertainty of the index, 1,000 runs", "个地区", "places"),
    Work("network measures", "网络度量", "Measures of a network", "条联系", "links"),
)


@dataclass(frozen=True)
class Point:
    size: int
    seconds: float
    megabytes: float
    bytes: int | None


@dataclass(frozen=True)
class Law:
    """seconds = a · sizeᵇ through measured points, by least squares of the logarithms."""

    points: tuple[Point, ...]
    a: float
    b: float

    @property
    def largest(self) -> Point:
        return self.points[-1]

    @property
    def rate(self) -> float:
        """Units of work a second at the largest size."""
        return self.largest.size / self.largest.seconds

    @property
    def bytes_each(self) -> float | None:
        return self.largest.bytes / self.largest.size if self.largest.bytes else None

    def seconds(self, size: float) -> float:
        """Foretold from the largest size; what grew slower than its size is taken to keep step with it."""
        return self.largest.seconds * float((size / self.largest.size) ** max(self.b, 1.0))


@dataclass(frozen=True)
class Estimate:
    """What a size would take, on paper: seconds and bytes on disk by the law of a piece of work."""

    zh: str
    en: str
    work: str
    size: int


@cache
def estimates() -> list[Estimate]:
    """What the page foretells: growth_estimates.csv."""
    with ESTIMATES.open(encoding="utf-8", newline="") as handle:
        return [
            Estimate(row["zh"], row["en"], row["work"], int(row["size"])) for row in csv.DictReader(handle)
        ]


@cache
def laws() -> dict[str, Law]:
    """The law of each piece of work that was measured at two sizes at least."""
    found: dict[str, list[Point]] = {}
    with FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            point = Point(
                int(row["size"]),
                float(row["seconds"]),
                float(row["megabytes"]),
                int(row["bytes"]) if row["bytes"] else None,
            )
            found.setdefault(row["work"], []).append(point)
    return {name: law_of(points) for name, points in found.items() if len(points) > 1}


def law_of(points: list[Point]) -> Law:
    ordered = tuple(sorted(points, key=lambda point: point.size))
    sizes, seconds = [log(p.size) for p in ordered], [log(p.seconds) for p in ordered]
    size, second = sum(sizes) / len(sizes), sum(seconds) / len(seconds)
    b = sum((x - size) * (y - second) for x, y in zip(sizes, seconds, strict=True)) / sum(
        (x - size) ** 2 for x in sizes
    )
    return Law(ordered, exp(second - b * size), b)
