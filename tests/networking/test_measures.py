"""Centralities and communities of four places, worked out by hand.

A ─5─ B      Weights 5, 3, 3 and 4 have the mean 3.75, so the links are 0.75, 1.25, 1.25 and 0.9375 long.
 3 \\ / 3
   C ─4─ D   Without directions every shortest path to D leads through C.
"""

from __future__ import annotations

import pytest

from flows.networking.measures import Network, measure

KITE = {("A", "B"): 5.0, ("A", "C"): 3.0, ("B", "C"): 3.0, ("C", "D"): 4.0}
PLAIN = measure(Network(False, KITE))


def of(network: Network, name: str) -> dict[str, float]:
    return {code: getattr(node, name) for code, node in measure(network).nodes.items()}


def test_betweenness_is_the_share_of_shortest_paths_through_a_place() -> None:
    # Of the 3 pairs without C, A-D and B-D lead through it.
    assert of(Network(False, KITE), "betweenness") == pytest.approx({"A": 0, "B": 0, "C": 2 / 3, "D": 0})


def test_betweenness_follows_the_direction_of_links() -> None:
    # A→D and B→D lead through C; nothing leads back. Of 3·2 ordered pairs without C that is a third.
    assert of(Network(True, KITE), "betweenness") == pytest.approx({"A": 0, "B": 0, "C": 1 / 3, "D": 0})


def test_closeness_is_the_number_of_others_over_their_distances() -> None:
    # A: 0.75 + 1.25 + 1.25 + 0.9375 = 4.1875; C: 1.25 + 1.25 + 0.9375 = 3.4375;
    # D: 2·2.1875 + 0.9375 = 5.3125.
    wanted = {"A": 3 / 4.1875, "B": 3 / 4.1875, "C": 3 / 3.4375, "D": 3 / 5.3125}
    assert of(Network(False, KITE), "closeness") == pytest.approx(wanted)
    # Directions are left out of it.
    assert of(Network(True, KITE), "closeness") == pytest.approx(wanted)


def test_closeness_and_betweenness_do_not_hang_on_the_unit() -> None:
    in_another_unit = Network(False, {pair: 10_000 * value for pair, value in KITE.items()})
    assert measure(in_another_unit).nodes == PLAIN.nodes


def test_a_detour_over_strong_links_is_shorter_than_a_weak_link() -> None:
    # Lengths 4/8, 4/2, 4/8 with a mean of 6 instead of 4: A-C direct is twice as long as over B.
    triangle = Network(False, {("A", "B"): 8.0, ("B", "C"): 8.0, ("A", "C"): 2.0})
    assert of(triangle, "betweenness") == {"A": 0, "B": 1, "C": 0}


def test_eigenvector_centrality_solves_the_equation_of_the_weights() -> None:
    # λ = 8, x = (1, 1, 1, ½): A: 5 + 3 = 8; B: 5 + 3 = 8; C: 3 + 3 + 4·½ = 8; D: 4 = 8·½.
    assert of(Network(False, KITE), "eigenvector") == pytest.approx({"A": 1, "B": 1, "C": 1, "D": 0.5})


def test_of_unconnected_parts_the_strongest_has_the_eigenvector_and_of_equal_ones_the_larger() -> None:
    parts = {("A", "B"): 1.0, ("C", "D"): 2.0}
    assert of(Network(False, parts), "eigenvector") == {"A": 0, "B": 0, "C": 1, "D": 1}
    # A star of four with links of 1 has λ = √4 = 2, as has a pair with a link of 2.
    equal = {("X", "Y"): 2.0, **{("M", leaf): 1.0 for leaf in "NOPQ"}}
    assert of(Network(False, equal), "eigenvector") == pytest.approx(
        {"M": 1, "N": 0.5, "O": 0.5, "P": 0.5, "Q": 0.5, "X": 0, "Y": 0}
    )


def test_communities_and_modularity_are_those_of_the_merges_that_pay() -> None:
    # Strengths 8, 8, 10, 4, together 30. Merging A with B gains 5/15 - 64/450 = 0.191, C with D
    # 4/15 - 40/450 = 0.178, both together 6/15 - 16·14/450 = -0.098.
    # Q = 5/15 - (16/30)² + 4/15 - (14/30)² = 22/225.
    assert of(Network(False, KITE), "community") == {"A": 1, "B": 1, "C": 2, "D": 2}
    assert PLAIN.modularity == pytest.approx(22 / 225)


def test_links_both_ways_are_added_where_direction_is_left_out() -> None:
    both = {("A", "B"): 2.0, ("B", "A"): 3.0, ("A", "C"): 3.0, ("C", "B"): 3.0, ("D", "C"): 4.0}
    assert measure(Network(True, both)).modularity == pytest.approx(22 / 225)


def test_the_order_of_links_makes_no_difference() -> None:
    assert measure(Network(False, dict(reversed(KITE.items())))) == PLAIN


@pytest.mark.parametrize("links", [{}, {("A", "B"): 0.0}, {("A", "B"): 1.0, ("A", "C"): -1.0}])
def test_a_network_without_links_or_with_worthless_ones_is_refused(
    links: dict[tuple[str, str], float],
) -> None:
    with pytest.raises(ValueError, match="above zero"):
        measure(Network(False, links))
