"""Centralities and communities of four places, worked out by hand.

A ─5─ B      Weights 5, 3, 3 and 4 have the mean 3.75, so the links are 0.75, 1.25, 1.25 and 0.9375 long.
 3 \\ / 3
   C ─4─ D   Without directions every shortest path to D leads through C.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations
from typing import Any

import networkx as nx
import pytest

from flows.networking.measures import Network, measure

KITE = {("A", "B"): 5.0, ("A", "C"): 3.0, ("B", "C"): 3.0, ("C", "D"): 4.0}
PLAIN = measure(Network.of(False, KITE))


def of(network: Network, name: str) -> dict[str, float]:
    return {code: getattr(node, name) for code, node in measure(network).nodes.items()}


def test_betweenness_is_the_share_of_shortest_paths_through_a_place() -> None:
    # Of the 3 pairs without C, A-D and B-D lead through it.
    assert of(Network.of(False, KITE), "betweenness") == pytest.approx({"A": 0, "B": 0, "C": 2 / 3, "D": 0})


def test_betweenness_follows_the_direction_of_links() -> None:
    # A→D and B→D lead through C; nothing leads back. Of 3·2 ordered pairs without C that is a third.
    assert of(Network.of(True, KITE), "betweenness") == pytest.approx({"A": 0, "B": 0, "C": 1 / 3, "D": 0})


def test_closeness_is_the_number_of_others_over_their_distances() -> None:
    # A: 0.75 + 1.25 + 1.25 + 0.9375 = 4.1875; C: 1.25 + 1.25 + 0.9375 = 3.4375;
    # D: 2·2.1875 + 0.9375 = 5.3125.
    wanted = {"A": 3 / 4.1875, "B": 3 / 4.1875, "C": 3 / 3.4375, "D": 3 / 5.3125}
    assert of(Network.of(False, KITE), "closeness") == pytest.approx(wanted)
    # Directions are left out of it.
    assert of(Network.of(True, KITE), "closeness") == pytest.approx(wanted)


def test_closeness_and_betweenness_do_not_hang_on_the_unit() -> None:
    in_another_unit = Network.of(False, {pair: 10_000 * value for pair, value in KITE.items()})
    assert measure(in_another_unit).nodes == PLAIN.nodes


def test_a_detour_over_strong_links_is_shorter_than_a_weak_link() -> None:
    # Lengths 4/8, 4/2, 4/8 with a mean of 6 instead of 4: A-C direct is twice as long as over B.
    triangle = Network.of(False, {("A", "B"): 8.0, ("B", "C"): 8.0, ("A", "C"): 2.0})
    assert of(triangle, "betweenness") == {"A": 0, "B": 1, "C": 0}


def test_eigenvector_centrality_solves_the_equation_of_the_weights() -> None:
    # λ = 8, x = (1, 1, 1, ½): A: 5 + 3 = 8; B: 5 + 3 = 8; C: 3 + 3 + 4·½ = 8; D: 4 = 8·½.
    assert of(Network.of(False, KITE), "eigenvector") == pytest.approx({"A": 1, "B": 1, "C": 1, "D": 0.5})


def test_of_unconnected_parts_the_strongest_has_the_eigenvector_and_of_equal_ones_the_larger() -> None:
    parts = {("A", "B"): 1.0, ("C", "D"): 2.0}
    assert of(Network.of(False, parts), "eigenvector") == {"A": 0, "B": 0, "C": 1, "D": 1}
    # A star of four with links of 1 has λ = √4 = 2, as has a pair with a link of 2.
    equal = {("X", "Y"): 2.0, **{("M", leaf): 1.0 for leaf in "NOPQ"}}
    assert of(Network.of(False, equal), "eigenvector") == pytest.approx(
        {"M": 1, "N": 0.5, "O": 0.5, "P": 0.5, "Q": 0.5, "X": 0, "Y": 0}
    )


def test_communities_and_modularity_are_those_of_the_merges_that_pay() -> None:
    # Strengths 8, 8, 10, 4, together 30. Merging A with B gains 5/15 - 64/450 = 0.191, C with D
    # 4/15 - 40/450 = 0.178, both together 6/15 - 16·14/450 = -0.098.
    # Q = 5/15 - (16/30)² + 4/15 - (14/30)² = 22/225.
    assert of(Network.of(False, KITE), "community") == {"A": 1, "B": 1, "C": 2, "D": 2}
    assert PLAIN.modularity == pytest.approx(22 / 225)


def test_links_both_ways_are_added_where_direction_is_left_out() -> None:
    both = {("A", "B"): 2.0, ("B", "A"): 3.0, ("A", "C"): 3.0, ("C", "B"): 3.0, ("D", "C"): 4.0}
    assert measure(Network.of(True, both)).modularity == pytest.approx(22 / 225)


def test_the_order_of_links_makes_no_difference() -> None:
    assert measure(Network.of(False, dict(reversed(KITE.items())))) == PLAIN


@pytest.mark.parametrize(
    "links",
    [
        {},
        {("A", "B"): 0.0},
        {("A", "B"): 1.0, ("A", "C"): -1.0},
        {("A", "B"): float("nan")},
        {("A", "A"): 1.0},
    ],
)
def test_a_network_without_links_or_with_worthless_ones_is_refused(
    links: dict[tuple[str, str], float],
) -> None:
    with pytest.raises(ValueError, match="above zero"):
        measure(Network.of(False, links))


def drawn(seed: int, is_directed: bool, most: int | None) -> dict[tuple[str, str], Any]:
    """Synthetic links of up to 16 places: whole numbers up to `most`, else all unlike."""
    draw = random.Random(seed)
    places = [f"{n:02}" for n in range(draw.randint(3, 16))]
    share = draw.choice((0.2, 0.5, 1.0))
    pairs = [pair for pair in permutations(places, 2) if is_directed or pair[0] < pair[1]]
    links = {pair: draw.randint(1, most) if most else draw.lognormvariate(0, 2) for pair in pairs}
    return {pair: value for pair, value in links.items() if draw.random() < share} or {("00", "01"): 1}


def graph_of(links: dict[tuple[str, str], Any], is_directed: bool) -> Any:
    """The same network for networkx, in fractions: their sums are exact and so are ties."""
    graph = nx.DiGraph() if is_directed else nx.Graph()
    graph.add_nodes_from(sorted({code for pair in links for code in pair}))
    for (a, b), value in links.items():
        before = graph.get_edge_data(a, b, {"weight": Fraction(0)})["weight"]
        graph.add_edge(a, b, weight=before + Fraction(value))
    values = [value for *_, value in graph.edges(data="weight")]
    for *_, link in graph.edges(data=True):
        link["length"] = sum(values) / len(values) / link["weight"]
    return graph


def merged(graph: Any) -> list[list[str]]:
    """Communities by the merges that gain most, none of which loses; of a tie the first codes."""
    total = 2 * sum(value for *_, value in graph.edges(data="weight"))
    strength = {code: value / total for code, value in graph.degree(weight="weight")}
    parts = {code: [code] for code in graph}

    def gain(pair: tuple[str, str]) -> Fraction | None:
        one, other = (parts[code] for code in pair)
        between = sum(graph[a][b]["weight"] for a in one for b in other if graph.has_edge(a, b))
        shares = [sum(strength[code] for code in part) for part in (one, other)]
        return 2 * (between / total - shares[0] * shares[1]) if between else None

    while True:
        pairs = {(a, b): gain((a, b)) for a in sorted(parts) for b in sorted(parts) if a < b}
        gains = {pair: value for pair, value in pairs.items() if value is not None and value >= 0}
        if not gains:
            return sorted(map(sorted, parts.values()))
        gone, kept = max(gains, key=lambda pair: gains[pair])
        parts[kept] += parts.pop(gone)


@pytest.mark.parametrize("most", [1, 3, 12, None])
@pytest.mark.parametrize("is_directed", [True, False])
def test_paths_and_communities_are_those_of_exact_numbers(is_directed: bool, most: int | None) -> None:
    for seed in range(12):
        links = drawn(seed, is_directed, most)
        found = measure(Network.of(is_directed, {pair: float(value) for pair, value in links.items()}))
        plain = graph_of(links, False)
        between = nx.betweenness_centrality(graph_of(links, is_directed), weight="length")
        close = nx.closeness_centrality(plain, distance="length")
        for code, node in found.nodes.items():
            assert node.betweenness == pytest.approx(float(between[code]), abs=1e-11), (seed, code)
            assert node.closeness == pytest.approx(float(close[code]), rel=1e-9), (seed, code)
        parts: dict[int, list[str]] = {}
        for code, node in found.nodes.items():
            parts.setdefault(node.community, []).append(code)
        assert sorted(parts.values()) == merged(plain), seed
        modularity = nx.community.modularity(plain, parts.values(), weight="weight")
        assert found.modularity == pytest.approx(float(modularity), abs=1e-11), seed


@pytest.mark.parametrize("most", [3, None])
def test_no_measure_hangs_on_the_order_of_links_or_on_their_unit(most: int | None) -> None:
    for seed in range(12):
        links = {pair: float(value) for pair, value in drawn(seed, True, most).items()}
        shuffled = random.Random(seed).sample(sorted(links), len(links))
        found = measure(Network.of(True, links))
        assert measure(Network.of(True, {pair: links[pair] for pair in shuffled})) == found
        in_another_unit = measure(Network.of(True, {pair: value / 3 for pair, value in links.items()}))
        for code, node in found.nodes.items():
            other = in_another_unit.nodes[code]
            assert other.community == node.community
            assert [other.betweenness, other.closeness, other.eigenvector] == pytest.approx(
                [node.betweenness, node.closeness, node.eigenvector], abs=1e-11
            )
