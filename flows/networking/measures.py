"""Centralities and communities of weighted networks of places, by networkx.

A path is as long as its links are weak: the length of a link is the mean value of the network's links over
its own (Opsahl, Agneessens and Skvoretz 2010), so that lengths of measures in any unit compare. Betweenness
follows the direction of links. Closeness, eigenvector and communities are those of the network without
directions, in which the values of both are added: along one-way links most places are nowhere near another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import networkx as nx
import numpy as np


@dataclass(frozen=True)
class Network:
    """Values of links from place to place, all above zero; one entry a pair where there is no direction."""

    is_directed: bool
    links: dict[tuple[str, str], float] = field(default_factory=dict)


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


def graph_of(network: Network, is_directed: bool) -> Any:
    """Nodes in order of their codes, so that the same links always give the same bits."""
    graph = nx.DiGraph() if is_directed else nx.Graph()
    graph.add_nodes_from(sorted({code for pair in network.links for code in pair}))
    for (a, b), value in sorted(network.links.items()):
        before = graph.get_edge_data(a, b, {"weight": 0.0})["weight"]
        graph.add_edge(a, b, weight=before + value)
    mean = np.mean([value for _, _, value in graph.edges(data="weight")])
    for _, _, link in graph.edges(data=True):
        link["length"] = float(mean) / link["weight"]
    return graph


def eigenvector(graph: Any) -> dict[str, float]:
    """The leading eigenvector of the values, its largest entry 1.

    Each connected part is reckoned by itself, since a value that two of them share has no one vector; all but
    the part with the largest value, or of these the largest, are 0. No powers: they do not settle on a star.
    """
    found: list[tuple[float, int, list[str], Any]] = []
    for part in nx.connected_components(graph):
        codes = sorted(part)
        values, vectors = np.linalg.eigh(nx.to_numpy_array(graph, nodelist=codes, weight="weight"))
        found.append((round(float(values[-1]), 9), len(codes), codes, np.abs(vectors[:, -1])))
    _, _, codes, leading = min(found, key=lambda part: (-part[0], -part[1], part[2]))
    shares = dict(zip(codes, (float(entry / leading.max()) for entry in leading), strict=True))
    return {code: shares.get(code, 0.0) for code in graph}


def measure(network: Network) -> Measured:
    """Everything of one network. Raises ValueError where it has no link or one that is not above zero."""
    if not network.links or min(network.links.values()) <= 0:
        raise ValueError("a network has links, each with a value above zero")
    directed = graph_of(network, network.is_directed)
    plain = graph_of(network, False)
    betweenness = nx.betweenness_centrality(directed, weight="length", normalized=True)
    closeness = nx.closeness_centrality(plain, distance="length", wf_improved=True)
    leading = eigenvector(plain)
    parts = nx.community.greedy_modularity_communities(plain, weight="weight")
    parts = sorted((sorted(part) for part in parts), key=lambda part: (-len(part), part))
    community = {code: number for number, part in enumerate(parts, 1) for code in part}
    nodes = {
        code: Node(
            betweenness=round(betweenness[code], 12),
            closeness=round(closeness[code], 12),
            eigenvector=round(leading[code], 12),
            community=community[code],
        )
        for code in plain
    }
    return Measured(nodes, round(nx.community.modularity(plain, parts, weight="weight"), 12))
