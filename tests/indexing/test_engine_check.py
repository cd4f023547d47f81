"""What the docs site says of the engine's agreement with COINr, computed again from COINr's own results.

The seeds engine_check (sensitivity of the 2000 cases of COINr's example) and engine_check_step (its steps)
are held against a run of the engine on the same data. Skipped where the reference is not at hand.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import duckdb
import pytest

from flows.indexing.drawing.tables import run_draws
from flows.indexing.models import run_models
from flows.settings import ROOT

COINR = ROOT.parent / "shared" / "reference" / "coinr"
SEEDS = ROOT / "dbt_project" / "seeds"
pytestmark = pytest.mark.skipif(not COINR.is_dir(), reason="COINr's results are not at hand")

STEPS = (
    "int_index_imputed",
    "int_index_treatment",
    "int_index_normalised",
    "int_index_weight",
    "int_index_score",
)
# COINr's example: group means, five points to winsorise, then logarithms, 0 to 100, plain means.
METHOD: dict[str, tuple[str, Any]] = {
    "denominate": ("boolean", True),
    "impute": ("varchar", "group_mean"),
    "impute_group": ("varchar", "EurAsia_group"),
    "min_share": ("double", 0.9),
    "winmax": ("integer", 5),
    "skew_limit": ("double", 2.0),
    "kurtosis_limit": ("double", 3.5),
    "fallback": ("varchar", "log"),
    "normalise": ("varchar", "min_max"),
    "norm_a": ("double", 0.0),
    "norm_b": ("double", 100.0),
    "norm_reference": ("varchar", None),
    "norm_cap": ("boolean", False),
    "norm_within": ("varchar", "all"),
    "weight": ("varchar", "given"),
    "aggregate": ("varchar", "arithmetic"),
    "power": ("double", None),
    "aggregate_min_share": ("double", None),
    "rank_group": ("varchar", None),
    "rebase_unit": ("varchar", None),
    "rebase_period": ("varchar", None),
}
GROUPS = "uCode, Time, GDP_group, GDPpc_group, Pop_group, EurAsia_group"
WINMAX = [("winmax", n, None, n, None) for n in range(1, 6)]
NORMALISE = [("normalise", 1, "min_max", 1, 100), ("normalise", 2, "z_score", 10, 2)]
AGGREGATE = [("aggregate", 1, "arithmetic", None, None), ("aggregate", 2, "geometric", None, None)]
WEIGHTS = [("weights", n, "set", n, None) for n in range(1, 101)]
# COINr's names of the factors.
FACTORS = {
    "aggregate": "Aggregation",
    "normalise": "Normalisation",
    "weights": "Weights",
    "winmax": "Winmax",
}


class Check(NamedTuple):
    """A step of the example by one method: COINr's file and what of ours to hold against it."""

    changes: dict[str, Any]
    file: str
    table: str
    column: str
    key: str = "code"
    is_rank: bool = False


# (step, method) as in the seed.
CHECKS = {
    ("denominate", "none"): Check({}, "dset_Denominated", "int_index_imputed", "denominated"),
    ("impute", "group_mean"): Check({}, "dset_Imputed", "int_index_imputed", "imputed"),
    ("impute", "median"): Check({"impute": "median"}, "impute_i_median", "int_index_imputed", "imputed"),
    ("screen", "min_share"): Check({}, "dset_Screened", "kept", "imputed"),
    ("treat", "winmax_5"): Check({}, "dset_Treated", "int_index_normalised", "treated"),
    ("treat", "winmax_3"): Check({"winmax": 3}, "treat_winmax3", "int_index_normalised", "treated"),
    ("normalise", "min_max"): Check({}, "dset_Normalised", "int_index_normalised", "normalised"),
    ("normalise", "z_score"): Check(
        {"normalise": "z_score", "norm_b": 1.0}, "norm_zscore_0_1", "int_index_normalised", "normalised"
    ),
    ("normalise", "rank"): Check(
        {"normalise": "rank"}, "norm_rank", "int_index_normalised", "normalised", is_rank=True
    ),
    ("aggregate", "arithmetic"): Check({}, "dset_Aggregated", "int_index_score", "score", "node_code"),
    ("aggregate", "geometric"): Check(
        {"norm_a": 1.0, "aggregate": "geometric"},
        "agg_gmean_minmax1_100",
        "above_indicators",
        "score",
        "node_code",
    ),
    ("rank", "all_levels"): Check(
        {}, "results_Full_ranks", "int_index_score", "rank", "node_code", is_rank=True
    ),
}


def example(changes: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """COINr's example up to its scores, by its method but for these changes."""
    connection = duckdb.connect()
    # One thread adds up in one order, or the last digits would differ from run to run.
    connection.execute("set threads = 1")
    given = {name: changes.get(name, value) for name, (_, value) in METHOD.items()}
    columns = ", ".join(f"?::{kind} as {name}" for name, (kind, _) in METHOD.items())
    connection.execute(
        f"create table framework_method as select 'ASEM' as framework, {columns}", list(given.values())
    )
    connection.execute(f"""
        create table framework_level (
            framework varchar, level integer, aggregate varchar, power double, min_share double);
        create table framework_node as
        select 'ASEM' as framework, iCode as node_code, nullif(Parent, 'NA') as parent_code,
            try_cast(Level as integer) as level, lower(Type) as kind,
            try_cast(Direction as integer) as direction,
            try_cast(Weight as double) as weight, nullif(Denominator, 'NA') as denominator,
            try_cast(Target as double) as target, null::double as goalpost_low, null::double as goalpost_high
        from read_csv('{COINR}/ASEM_iMeta.csv', all_varchar = true, nullstr = ['', 'NA']);
        create table given as
        from read_csv('{COINR}/ASEM_iData.csv', all_varchar = true, nullstr = ['', 'NA']);
        create table int_index_unit as
        select 'ASEM' as framework, uCode as unit_code, Time as period, false as is_reference from given;
        create table int_index_input as
        select 'ASEM' as framework, uCode as unit_code, Time as period, code, value::double as value,
            value::double as value_low, value::double as value_high, 'observed' as value_kind
        from (unpivot (from given select * exclude (uName, GDP_group, GDPpc_group, Pop_group, EurAsia_group))
            on columns(* exclude (uCode, Time)) into name code value value);
        create table int_index_group as
        select 'ASEM' as framework, uCode as unit_code, Time as period, code as group_code,
            value as group_value
        from (unpivot (from given select {GROUPS})
            on columns(* exclude (uCode, Time)) into name code value value);
    """)
    run_models(connection, STEPS)
    connection.execute("create view kept as from int_index_imputed where is_kept")
    connection.execute("create view above_indicators as from int_index_score where level > 1")
    return connection


def theirs(connection: duckdb.DuckDBPyConnection, file: str, exclude: str = "uCode") -> None:
    """COINr's result as table theirs (unit_code, code, value); a missing value has no row."""
    connection.execute(f"""
        create or replace table theirs as
        select uCode as unit_code, code, value::double as value
        from (unpivot (from read_csv('{COINR}/{file}.csv', all_varchar = true, nullstr = ['', 'NA']))
            on columns(* exclude ({exclude})) into name code value value)
    """)


def difference(connection: duckdb.DuckDBPyConnection, ours: str, is_rank: bool) -> dict[str, float | None]:
    """How many values both have, and how far ours (unit_code, code, value) are from theirs."""
    row = connection.execute(f"""
        select count(*), count(o.value) filter (t.value is not null),
            max(abs(o.value - t.value) / greatest(abs(t.value), 1e-12)),
            count(*) filter (o.value <> t.value)
        from (select * from ({ours}) where value is not null) as o
        full join theirs as t on o.unit_code = t.unit_code and o.code = t.code
    """).fetchone()
    assert row is not None
    either, both, largest, different = row
    assert either == both > 0, f"{either - both} values are missing on one side only"
    return {
        "values_compared": both,
        "largest_relative_difference": None if is_rank else largest,
        "different_ranks": different if is_rank else None,
    }


def design(connection: duckdb.DuckDBPyConnection, kind: str, options: list[tuple[Any, ...]]) -> None:
    """The tables of an uncertainty design, and its runs and draws."""
    connection.execute(f"""
        create table framework_design as
        select 'ASEM' as framework, '{kind}' as kind, 0 as n, 1 as seed, 0 as data_runs;
        create table framework_option (
            framework varchar, factor varchar, option integer, text varchar, a double, b double);
        create table framework_weight_set as
        select 'ASEM' as framework, weight_set::integer as weight_set, iCode as node_code,
            Weight::double as weight
        from read_csv('{COINR}/sa_noisy_weight_sets_100.csv');
        create table framework_run as
        select 'ASEM' as framework, rep::integer as run, winmax::integer as winmax,
            case norm when 'n_minmax' then 1 else 2 end as normalise, weight_set::integer as weight_set,
            case agg when 'a_amean' then 1 else 2 end as aggregate
        from read_csv('{COINR}/sa_N100_design.csv')
        where '{kind}' = 'file';
    """)
    connection.executemany("insert into framework_option values ('ASEM', ?, ?, ?, ?, ?)", options)
    run_models(connection, ("int_index_run",))
    run_draws(connection)


def every_step() -> Iterator[dict[str, Any]]:
    """The rows of engine_check_step, computed."""
    for (step, method), check in CHECKS.items():
        connection = example(check.changes)
        theirs(connection, check.file)
        ours = f"select unit_code, {check.key} as code, {check.column} as value from {check.table}"
        yield {
            "step": step,
            "method": method,
            **difference(connection, ours, check.is_rank),
            "source": f"{check.file}.csv",
        }
    connection = example({})
    design(connection, "file", [*WINMAX, *NORMALISE, *AGGREGATE])
    for step, column, file in (
        ("draw_score", "score", "sa_N100_scores"),
        ("draw_rank", "rank", "sa_N100_ranks"),
    ):
        theirs(connection, file, "uCode, Nominal")
        ours = f"""
            select d.unit_code, 'r_' || r.point as code, d.{column} as value
            from int_index_draw as d inner join int_index_run as r on d.run = r.run and r.role = 'given'
        """
        yield {
            "step": step,
            "method": "design_600",
            **difference(connection, ours, column == "rank"),
            "source": f"{file}.csv",
        }


def exact_sensitivity() -> list[dict[str, Any]]:
    """The rows of engine_check, computed: every case once, beside what COINr's sample of them gives."""
    connection = example({})
    design(connection, "enumerate", [*WINMAX, *NORMALISE, *WEIGHTS, *AGGREGATE])
    run_models(connection, ("int_index_sensitivity",))
    ours = connection.execute("""
        select factor, first_order, total, method from int_index_sensitivity
        where output = 'mean_rank_shift' order by first_order desc
    """).fetchall()
    assert {method for *_, method in ours} == {"exact"}
    with (COINR / "sa_N100_indices.csv").open(encoding="utf-8") as file:
        sampled = {row["Variable"]: row for row in csv.DictReader(file)}
    return [
        {
            "factor": factor,
            "exact_first_order": first_order,
            "exact_total": total,
            "sampled_first_order": float(sampled[FACTORS[factor]]["Si"]),
            "sampled_total": float(sampled[FACTORS[factor]]["STi"]),
            "source": "sa_N100_indices.csv",
        }
        for factor, first_order, total, _ in ours
    ]


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    return list(every_step())


def test_the_sensitivity_that_the_site_shows_is_that_of_every_case() -> None:
    shown, computed = seed("engine_check"), exact_sensitivity()
    assert [row["factor"] for row in shown] == [row["factor"] for row in computed]
    for told, found in zip(shown, computed, strict=True):
        assert told["source"].endswith(found["source"])
        for name in ("exact_first_order", "exact_total", "sampled_first_order", "sampled_total"):
            assert float(told[name]) == pytest.approx(found[name], rel=1e-9), (told["factor"], name)


def test_the_differences_to_coinr_that_the_site_shows_are_those_of_every_step(
    steps: list[dict[str, Any]],
) -> None:
    shown = seed("engine_check_step")
    assert [(row["step"], row["method"]) for row in shown] == [(row["step"], row["method"]) for row in steps]
    for told, found in zip(shown, steps, strict=True):
        what = (told["step"], told["method"])
        assert told["source"].endswith(found["source"]), what
        assert int(told["values_compared"]) == found["values_compared"], what
        if found["different_ranks"] is not None:
            assert int(told["different_ranks"]) == found["different_ranks"], what
            assert told["largest_relative_difference"] == "", what
        elif found["largest_relative_difference"] == 0:
            assert float(told["largest_relative_difference"]) == 0, what
        else:
            # Noise of the last digits: another processor may leave another one of the same order.
            ratio = float(told["largest_relative_difference"]) / found["largest_relative_difference"]
            assert abs(math.log10(ratio)) < 1, what


def test_scores_agree_with_coinr_to_nine_digits(steps: list[dict[str, Any]]) -> None:
    assert not [row for row in steps if (row["largest_relative_difference"] or 0) > 1e-9]


def test_ranks_differ_from_coinr_only_among_values_equal_but_for_their_last_digit() -> None:
    for check in CHECKS.values():
        if not check.is_rank:
            continue
        connection = example(check.changes)
        theirs(connection, check.file)
        untied = connection.execute(f"""
            with ours as (
                select s.unit_code, s.{check.key} as code, s.{check.column} as rank,
                    coalesce(t.treated, {"s.score" if check.column == "rank" else "s.treated"}) as value
                from {check.table} as s
                left join int_index_normalised as t on s.unit_code = t.unit_code and s.{check.key} = t.code
            )
            select o.unit_code, o.code
            from ours as o
            inner join theirs as t on o.unit_code = t.unit_code and o.code = t.code and o.rank <> t.value
            where not exists (
                select 1 from ours as x
                where
                    x.code = o.code and x.unit_code <> o.unit_code
                    and abs(x.value - o.value) <= 1e-12 * abs(o.value)
            )
        """).fetchall()
        assert not untied
