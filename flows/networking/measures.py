"""Centralities and communities of weighted networks of places, on dense matrices.

A path is as long as its links are weak: the length of a link is the mean value of the network's links over
its own (Opsahl, Agneessens and Skvoretz 2010), so that lengths of measures in any unit compare. Betweenness
follows the direction of links. Closeness, eigenvector and communities are those of the network without
directions, in which the values of both are added: along one-way links most places are nowhere near another.

Places are a few hundred and nearly all of them linked, so a network is a matrix of places by places: n places
cost about n³ steps of numpy and memory for some ten matrices, however many links there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# Paths whose lengths differ by less are equally long, and merges that gain equally much within this share of
# all links are a tie: sums of the same lengths in another order, or in another unit, are the same sums.
SAME = 1e-12

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False)
class Network:
    """Values of links between places, by numbers of places in the order of their codes.

    `values` is places × places, 0 where there is no link; where there is no direction, a pair has one entry.
    """

    is_directed: bool
    codes: tuple[str, ...]
    values: Matrix

    @classmethod
    def of(cls, is_directed: bool, links: Mapping[tuple[str, str], float]) -> Network:
        """The network of links by their ends. Raises ValueError as `numbered` does."""
        codes = sorted({code for pair in links for code in pair})
        number = {code: n for n, code in enumerate(codes)}
        starts, ends = (np.array([number[pair[end]] for pair in links], dtype=np.intp) for end in (0, 1))
        return cls.numbered(is_directed, codes, starts, ends, np.array([*links.values()], dtype=np.float64))

    @classmethod
    def numbered(
        cls, is_directed: bool, codes: Sequence[str], starts: Numbers, ends: Numbers, values: Matrix
    ) -> Network:
        """The network of links whose ends are numbers of sorted codes, each pair of ends once.

        Raises ValueError where there is no link, one is not above zero or one leads from a place to itself.
        """
        if not len(values) or not values.min() > 0 or (starts == ends).any():
            raise ValueError("a network has links between two places, each with a value above zero")
        matrix = np.zeros((len(codes), len(codes)))
        matrix[starts, ends] = values
        return cls(is_directed, tuple(codes), matrix)


@dataclass(frozen=True)
class Node:
    """What a place is in a network. Communities are numbered from the largest, 1, on."""

    betweenness: float
    closeness: float
    eigenvector: float
    community: int


@dataclass(frozen=True)
class Measured:
    nodes: dict[str, Node]
    modularity: float


def lengths_of(values: Matrix) -> Matrix:
    """Lengths of the links, without end where there is none."""
    lengths = np.full_like(values, np.inf)
    is_link = values > 0
    lengths[is_link] = values[is_link].mean() / values[is_link]
    return lengths


def distances_along(lengths: Matrix) -> Matrix:
    """Lengths of the shortest paths from each place to each (Floyd 1962), 0 to itself."""
    distances = lengths.copy()
    np.fill_diagonal(distances, 0)
    for via in range(len(distances)):
        np.minimum(distances, distances[:, via, None] + distances[via], out=distances)
    return distances


def paths_along(lengths: Matrix, distances: Matrix) -> Matrix:
    """How many shortest paths lead from each place to each, counted outwards from all places at once."""
    places = np.arange(len(distances))
    paths = np.eye(len(distances))
    into = np.ascontiguousarray(lengths.T)
    nearest = np.argsort(distances, axis=1, kind="stable")
    for reached in nearest[:, 1:].T:
        distance = distances[places, reached][:, None]
        # A path to a place is one to a nearer place and the link from there.
        leads_on = (distances + into[reached] <= distance * (1 + SAME)) & (distances < distance)
        paths[places, reached] = np.einsum("st,st->s", paths, leads_on)
    return paths


def betweenness(lengths: Matrix, distances: Matrix) -> Matrix:
    """Of all ordered pairs of other places, the share of whose shortest paths a place is part.

    Of the shortest paths from s to t as many lead through v as there are from s to v times those from v to t,
    where the way over v is a shortest one (Brandes 2001).
    """
    size = len(distances)
    found = np.zeros(size)
    if size < 3:
        return found
    paths = paths_along(lengths, distances)
    is_pair = np.isfinite(distances) & ~np.eye(size, dtype=bool)
    share = np.divide(1.0, paths, out=np.zeros_like(paths), where=is_pair)
    longest = np.where(is_pair, distances, -1.0) * (1 + SAME)
    for via in range(size):
        leads_over = distances[:, via, None] + distances[via] <= longest
        leads_over[via] = leads_over[:, via] = False
        starts, ends = divmod(np.flatnonzero(leads_over), size)
        found[via] = (paths[starts, via] * paths[via, ends] * share[starts, ends]).sum()
    return found / ((size - 1) * (size - 2))


def closeness(distances: Matrix) -> Matrix:
    """The number of others within reach over their distances, times their share of all others."""
    within = np.isfinite(distances)
    others: Matrix = within.sum(axis=1) - 1.0
    total: Matrix = np.where(within, distances, 0).sum(axis=1)
    return others / total * (others / (len(distances) - 1))


def eigenvector(values: Matrix, distances: Matrix) -> Matrix:
    """The leading eigenvector of the values, its largest entry 1.

    Each connected part is reckoned by itself, since a value that two of them share has no one vector; all but
    the part with the largest value, or of these the largest, are 0. No powers: they do not settle on a star.
    """
    first_within = np.isfinite(distances).argmax(axis=1)
    parts: list[tuple[float, int, int, Numbers, Matrix]] = []
    for first in np.unique(first_within):
        part = np.flatnonzero(first_within == first)
        solved, vectors = np.linalg.eigh(values[np.ix_(part, part)])
        parts.append((-round(float(solved[-1]), 9), -len(part), int(first), part, np.abs(vectors[:, -1])))
    *_, part, leading = min(parts, key=lambda one: one[:3])
    found = np.zeros(len(values))
    found[part] = leading / leading.max()
    return found


def communities(values: Matrix) -> tuple[Numbers, float]:
    """The community of each place, numbered from the largest, 1, on, and the modularity of all.

    Places begin each by itself; of two linked communities those whose merge gains most are merged, until no
    merge gains (Clauset, Newman and Moore 2004). Of a tie the pair with the first codes is merged.
    """
    size, total = len(values), values.sum()
    shares = values.sum(axis=1) / total
    strength = shares.copy()
    is_linked = values > 0
    gain = np.where(is_linked, 2 * (values / total - np.outer(strength, strength)), -np.inf)
    member = np.arange(size)
    while (best := gain.max()) >= -SAME:
        # A community has the number of its last place by code, so that ties fall to the first row and column.
        gone, kept = divmod(int(np.argmax(gain >= best - SAME)), size)
        both = is_linked[gone] | is_linked[kept]
        merged = sum(
            np.where(is_linked[one], gain[one], -2 * strength[one] * strength) for one in (gone, kept)
        )
        strength[kept] += strength[gone]
        member[member == gone] = kept
        both[[gone, kept]] = False
        is_linked[kept] = is_linked[:, kept] = both
        gain[kept] = gain[:, kept] = np.where(both, merged, -np.inf)
        is_linked[gone] = is_linked[:, gone] = False
        gain[gone] = gain[:, gone] = -np.inf
    parts = sorted(
        (np.flatnonzero(member == one) for one in np.unique(member)), key=lambda part: (-len(part), part[0])
    )
    number = np.zeros(size, dtype=np.intp)
    modularity = 0.0
    for n, part in enumerate(parts, 1):
        number[part] = n
        modularity += float(values[np.ix_(part, part)].sum() / total - shares[part].sum() ** 2)
    return number, modularity


def measure(network: Network) -> Measured:
    """Everything of one network, values rounded to twelve digits after the point."""
    plain = network.values + network.values.T
    lengths = lengths_of(plain)
    distances = distances_along(lengths)
    between = betweenness(lengths, distances)
    if network.is_directed:
        one_way = lengths_of(network.values)
        between = betweenness(one_way, distances_along(one_way))
    close, leading = closeness(distances), eigenvector(plain, distances)
    number, modularity = communities(plain)
    nodes = {
        code: Node(
            betweenness=round(float(between[n]), 12),
            closeness=round(float(close[n]), 12),
            eigenvector=round(float(leading[n]), 12),
            community=int(number[n]),
        )
        for n, code in enumerate(network.codes)
    }
    return Measured(nodes, round(modularity, 12))
