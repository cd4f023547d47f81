"""Correlations, reliability, importance and availability: index_coherence."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from flows.indexing.models import run_models
from flows.settings import ROOT
from tests.indexing.frameworks import load, many

COINR = ROOT.parent / "shared" / "reference" / "coinr"
MISSING = None
# Two pillars: p over w, x and y, q over z alone; z's weight of 10 is shared with nobody.
LEAVES = {"w": "p", "x": "p", "y": "p", "z": "q"}
VALUES: dict[str, tuple[float | None, ...]] = {
    "w": (1, 2, 3, 4, 5),
    "x": (2, 4, 6, 8, 10),
    "y": (3, 3, 1, 1, MISSING),
    "z": (1, 1, 1, 1, 1),
    "p": (2, 3, 3, 4, 7.5),
    "q": (1, 1, 1, 1, 1),
    "root": (1.5, 2, 2, 2.5, 4.25),
}


@pytest.fixture(scope="module")
def small() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    load(connection, [])
    many(connection, "framework_method", [("f", "arithmetic", None, None, None)])
    nodes = [("root", None, 3), ("p", "root", 2), ("q", "root", 2)]
    nodes += [(leaf, pillar, 1) for leaf, pillar in LEAVES.items()]
    kinds = {1: "indicator", 2: "aggregate", 3: "aggregate"}
    weights = {"w": 1.0, "x": 2.0, "y": 1.0, "z": 10.0, "p": 3.0, "q": 1.0, "root": 1.0}
    many(
        connection,
        "framework_node",
        [("f", n, up, level, kinds[level], 1, weights[n]) for n, up, level in nodes],
    )
    many(connection, "int_index_weight", [("f", n, up, level, weights[n]) for n, up, level in nodes if up])
    levels = {node: level for node, _, level in nodes}
    scores = [(n, k, x) for n, values in VALUES.items() for k, x in enumerate(values) if x is not None]
    scores += [(n, 5, 1000.0) for n in VALUES]  # a reference, which must not count
    many(
        connection,
        "int_index_score",
        [("f", f"u{k}", "", n, levels[n], x, None, None, 1.0, 1.0, k == 5, k) for n, k, x in scores],
    )
    connection.execute("""
        create table int_index_imputed (
            framework varchar, unit_code varchar, period varchar, code varchar, denominated double,
            value_kind varchar, is_kept boolean, is_reference boolean)
    """)
    cells = [(leaf, k, VALUES[leaf][k]) for leaf in LEAVES for k in range(5)]
    kind = {"w": "observed", "x": "derived", "y": "observed", "z": "imputed"}
    many(
        connection,
        "int_index_imputed",
        [("f", f"u{k}", "", c, x, None if x is None else kind[c], True, False) for c, k, x in cells],
    )
    many(connection, "int_index_imputed", [("f", "bare", "", c, None, None, False, False) for c in LEAVES])
    run_models(connection, ("int_index_coherence",))
    return connection


def found(connection: duckdb.DuckDBPyConnection, statistic: str, a: str, b: str) -> tuple[Any, ...]:
    rows = connection.execute(
        "select value, n, flag from int_index_coherence where statistic = ? and code_a = ? and code_b = ?",
        [statistic, a, b],
    ).fetchall()
    assert len(rows) == 1
    return tuple(rows[0])


def test_correlations_take_the_pairs_that_are_known(small: duckdb.DuckDBPyConnection) -> None:
    assert found(small, "pearson", "w", "x") == (pytest.approx(1), 5, "collinear")
    assert found(small, "pearson", "w", "y") == (pytest.approx(-(0.8**0.5)), 4, "negative")


def test_ties_share_the_mean_of_their_ranks_in_spearman(small: duckdb.DuckDBPyConnection) -> None:
    # Ranks 1 2 3 4 against 3.5 3.5 1.5 1.5.
    assert found(small, "spearman", "w", "y") == (pytest.approx(-(0.8**0.5)), 4, "negative")


def test_kendall_is_tau_b(small: duckdb.DuckDBPyConnection) -> None:
    # Of six pairs two are tied in y, four discordant.
    assert found(small, "kendall", "w", "y") == (pytest.approx(-4 / (6 * 4) ** 0.5), 4, None)


def test_a_constant_has_no_correlation_and_no_flag(small: duckdb.DuckDBPyConnection) -> None:
    for statistic in ("pearson", "spearman", "kendall"):
        assert found(small, statistic, "z", "root") == (None, 5, None)


def test_every_node_is_held_against_its_parent_and_the_root_once(small: duckdb.DuckDBPyConnection) -> None:
    pairs = small.sql(
        "select relation, code_a, code_b from int_index_coherence where statistic = 'pearson' order by all"
    )
    assert pairs.fetchall() == [
        *(
            ("parent", a, b)
            for a, b in (("p", "root"), ("q", "root"), ("w", "p"), ("x", "p"), ("y", "p"), ("z", "q"))
        ),
        *(("root", leaf, "root") for leaf in "wxyz"),
        *(("siblings", a, b) for a, b in (("p", "q"), ("w", "x"), ("w", "y"), ("x", "y"))),
    ]


def test_alpha_takes_the_units_that_have_every_item(small: duckdb.DuckDBPyConnection) -> None:
    alpha = small.sql("""
        select code_a, relation, value, n, flag from int_index_coherence
        where statistic = 'cronbach_alpha' order by all
    """).fetchall()
    # Four units; sample variances 5/3, 20/3, 4/3, of the sum 6 9 10 13: 25/3.
    of_pillar = 3 / 2 * (1 - (5 + 20 + 4) / 25)
    assert alpha == [
        ("p", "level 1", pytest.approx(of_pillar), 4, "unreliable"),
        ("root", "level 1", pytest.approx(4 / 3 * (1 - 29 / 25)), 4, "unreliable"),
        ("root", "level 2", pytest.approx(0), 5, "unreliable"),
    ]


def test_effective_weights_are_the_products_down_the_tree(small: duckdb.DuckDBPyConnection) -> None:
    weights = small.sql(
        "select code_a, value from int_index_coherence where statistic = 'effective_weight'"
    ).fetchall()
    assert dict(weights) == pytest.approx(
        {"p": 0.75, "q": 0.25, "w": 3 / 16, "x": 3 / 8, "y": 3 / 16, "z": 0.25}
    )


def test_importance_is_the_share_of_the_variance_explained_at_a_level(
    small: duckdb.DuckDBPyConnection,
) -> None:
    explained = {code: found(small, "variance_explained", code, "root")[0] or 0.0 for code in "wxyz"}
    for code in "wxy":
        r = found(small, "pearson", code, "root")[0]
        assert r is not None and explained[code] == pytest.approx(r * r)
        assert found(small, "importance", code, "root")[0] == pytest.approx(
            explained[code] / sum(explained.values())
        )


def test_availability_counts_what_was_printed_or_derived(small: duckdb.DuckDBPyConnection) -> None:
    share = small.sql(
        "select code_a, value, n, flag from int_index_coherence where statistic = 'availability'"
    ).fetchall()
    assert {code: rest for code, *rest in share} == {
        "bare": [0, 4, "screened_out"],
        **{f"u{k}": [0.75 if k < 4 else 0.5, 4, None] for k in range(5)},
        "w": [1, 5, None], "x": [1, 5, None], "y": [pytest.approx(0.8), 5, None], "z": [0, 5, None],
        "p": [pytest.approx(14 / 15), 15, None], "q": [0, 5, None], "root": [pytest.approx(0.7), 20, None],
    }  # fmt: skip


def test_beyond_three_hundred_units_kendall_is_left_out_and_the_others_stay() -> None:
    connection = duckdb.connect()
    load(connection, [])
    many(connection, "framework_method", [("f", "arithmetic", None, None, None)])
    many(connection, "framework_node", [("f", "root", None, 2, "aggregate", 1, 1.0)])
    many(connection, "framework_node", [("f", "x", "root", 1, "indicator", 1, 1.0)])
    connection.execute("""
        insert into int_index_score
        select 'f', 'u' || k, '', node, 2, k, null, null, 1, 1, false, k
        from range(301) as t (k), (values ('root'), ('x')) as n (node);
        create table int_index_imputed as
        select 'f' as framework, 'u' as unit_code, '' as period, 'x' as code, 1.0 as denominated,
            'observed' as value_kind, true as is_kept, false as is_reference
    """)
    run_models(connection, ("int_index_coherence",))
    made = connection.sql(
        "select statistic, value from int_index_coherence where code_b = 'root' and n = 301 order by all"
    )
    assert [statistic for statistic, _ in made.fetchall()] == [
        "importance",
        "pearson",
        "spearman",
        "variance_explained",
    ]


@pytest.fixture(scope="module")
def asem() -> duckdb.DuckDBPyConnection:
    if not COINR.is_dir():
        pytest.skip("the results of COINr are not at hand")
    connection = duckdb.connect()
    load(connection, [])
    connection.execute(f"""
        insert into framework_method values ('asem', 'arithmetic', null, null, null);
        insert into framework_node
        select 'asem', iCode, Parent, Level, lower(Type), Direction, Weight
        from read_csv('{COINR}/ASEM_iMeta.csv', nullstr = ['', 'NA'])
        where Type in ('Indicator', 'Aggregate');
        insert into int_index_weight
        select framework, node_code, parent_code, level, weight from framework_node
        where parent_code is not null;
        insert into int_index_score
        select 'asem', uCode, '', code, n.level, value, null, null, 1, 1, false,
            dense_rank() over (order by uCode)
        from (unpivot '{COINR}/dset_Aggregated.csv' on columns(* exclude (uCode)) into name code value value)
        join framework_node as n on code = n.node_code;
        create table int_index_imputed as
        select 'asem' as framework, unit_code, '' as period, node_code as code, score as denominated,
            'observed' as value_kind, true as is_kept, false as is_reference from int_index_score
    """)
    run_models(connection, ("int_index_coherence",))
    return connection


def test_correlations_agree_with_coinr(asem: duckdb.DuckDBPyConnection) -> None:
    theirs = asem.sql(f"from '{COINR}/corr_pearson_L1_family.csv'").fetchall()
    assert len(theirs) == 16
    for above, node, r in theirs:
        parent = asem.execute("select parent_code from framework_node where node_code = ?", [node]).fetchone()
        assert parent is not None
        other = above if above == "Index" else parent[0]
        assert found(asem, "pearson", node, other)[0] == pytest.approx(r, abs=1e-9)


def test_alpha_agrees_with_coinr(asem: duckdb.DuckDBPyConnection) -> None:
    theirs = asem.sql(
        f"from '{COINR}/cronbach_alpha.csv' where dset in ('Normalised', 'Aggregated')"
    ).fetchall()
    assert len(theirs) == 11
    for data, scope, alpha in theirs:
        node, level = (
            (scope, "level 1") if data == "Normalised" else ("Index", scope.replace("Level", "level "))
        )
        ours = asem.execute(
            "select value from int_index_coherence where statistic = ? and code_a = ? and relation = ?",
            ["cronbach_alpha", node, level],
        ).fetchall()
        assert ours == [(pytest.approx(alpha, abs=1e-9),)]
