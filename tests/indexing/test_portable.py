"""The steps of the index in Spark's SQL: every method gives what it gives on DuckDB."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest

from flows.distributing.session import session
from flows.indexing.models import FOLDER, PROJECT, depth, render
from tests.indexing.handmade import NOMINAL, TABLES, Framework, near, of_one, two_pillars
from tests.programs import library, program

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

IMPUTATIONS = ("none", "mean", "median", "group_mean", "group_median", "linear", "latest", "regression")
FALLBACKS = ("none", "log", "boxcox")
NORMALISATIONS = (
    "min_max", "z_score", "scaled", "rank", "percentile_rank", "borda", "distance_to_maximum",
    "distance_to_reference", "distance_to_target", "fraction_of_maximum", "goalposts", "base_year",
)  # fmt: skip
WEIGHTS = ("given", "equal", "entropy", "critic", "pca", "optimised")
MEANS = (("arithmetic", None), ("geometric", None), ("harmonic", None), ("power", 2.0), ("power", -0.5),
         ("power", 0.0), ("copeland", None))  # fmt: skip
WITHIN = ("all", "period")
# What each table has one row for.
KEYS = (
    "framework",
    "unit_code",
    "place_code",
    "period",
    "year",
    "scope",
    "node_code",
    "indicator_code",
    "code",
    "step",
)
SEEDS = {
    "framework": "* replace (extra_years::varchar as extra_years)", "framework_node": "*", "indicator": "*",
    "place": "*", "series_break": "*",
}  # fmt: skip
MEMBERS = ("int_index_input", "int_index_unit", "int_index_group")


def frameworks() -> Iterator[tuple[str, Framework]]:
    """Every method at least once, by name."""
    region = {"region": ["n", "n", "n", "s", "s", "s", "s", "n"] * 2}
    for impute in IMPUTATIONS:
        made = two_pillars(
            1, missing=0.2, groups=region,
            method={"impute": impute, "impute_group": "region", "rank_group": "region", "denominate": True,
                    "min_share": 0.5},
        )  # fmt: skip
        people = {"people": [float(3 + k) for k in range(16)]}
        nodes = {**made.nodes, "y": {"denominator": "people"}}
        yield f"impute {impute}", made.with_(values={**made.values, **people}, nodes=nodes)
    for fallback, within, winmax in itertools.product(FALLBACKS, WITHIN, (0, 2, 4)):
        method = {
            "winmax": winmax,
            "skew_limit": 1.0,
            "kurtosis_limit": 1.5,
            "fallback": fallback,
            "norm_within": within,
        }
        made = two_pillars(2, units=10, missing=0.05, method=method)
        skewed = {
            code: [x if x is None or k % 7 else 40 * x for k, x in enumerate(column)]
            for code, column in made.values.items()
        }
        yield f"treat {fallback} {within} {winmax}", made.with_(values=skewed)
    for normalise, cap, within in itertools.product(NORMALISATIONS, (False, True), WITHIN):
        reference = "2020" if normalise == "base_year" else "u7"
        method = {
            "normalise": normalise, "norm_b": 10.0, "norm_cap": cap, "norm_within": within,
            "norm_reference": reference,
        }  # fmt: skip
        made = two_pillars(3, method=method)
        ends = {"target": 60.0, "goalposts": (20.0, 80.0)}
        nodes = {code: {**made.nodes.get(code, {}), **ends} for code in made.values}
        yield f"normalise {normalise} {cap} {within}", made.with_(nodes=nodes)
    for weight in WEIGHTS:
        yield f"weight {weight}", two_pillars(4, method={"weight": weight})
    for (aggregate, power), share in itertools.product(MEANS, (None, 0.6)):
        method = {
            "aggregate": aggregate, "power": power, "aggregate_min_share": share,
            "rebase_unit": "u1", "rebase_period": "2020",
        }  # fmt: skip
        yield f"aggregate {aggregate} {power} {share}", two_pillars(5, missing=0.25, method=method)
    yield "levels", two_pillars(6, levels=[(2, "geometric", None, None), (3, "copeland", None, None)])
    yield "signs", of_one(0.0, -5.0, 5.0)
    yield "constant", of_one(0.1, 0.1, 0.1, method={"normalise": "min_max", "winmax": 3, "fallback": "log"})


def inputs_of(named: Mapping[str, Framework]) -> dict[str, pa.Table]:
    """The input tables of the engine with the rows of all frameworks."""
    parts: dict[str, list[pa.Table]] = {table: [] for table in TABLES}
    for name, framework in named.items():
        with framework.load() as connection:
            for table, part in parts.items():
                sql = f"select * replace ('{name}' as framework) from {table}"
                part.append(connection.execute(sql).to_arrow_table())
    return {table: pa.concat_tables(part) for table, part in parts.items()}


def members_inputs() -> dict[str, pa.Table]:
    """The project's own seeds, and random series of its members with gaps, bounds and whole years missing."""
    rng = random.Random(60)
    with duckdb.connect() as connection:
        tables = {
            seed: connection.execute(
                f"select {chosen} from '{PROJECT / 'seeds' / seed}.csv'"
            ).to_arrow_table()
            for seed, chosen in SEEDS.items()
        }
    members = [row["place_code"] for row in tables["place"].to_pylist() if row["is_member"]]
    wanted = {row["indicator_code"] for row in tables["framework_node"].to_pylist()} - {None}
    rows = []
    for place, indicator, year in itertools.product(
        members, sorted(wanted | {"gdp", "pop_resident"}), range(2008, 2025)
    ):
        if rng.random() < 0.4:
            value = rng.uniform(1, 100)
            bound = rng.random() < 0.1
            rows.append(
                {
                    "place_code": str(place), "indicator_code": indicator, "year": year, "value": value,
                    "closed_low": value - 0.5, "closed_high": value + (20 if bound else 0.5),
                    "value_kind": "bound" if bound else rng.choice(("observed", "derived")),
                    "vintage_date": f"{year + 1}-03-01", "document_id": "d",
                    "cell_address": f"{indicator}#{year}",
                }
            )  # fmt: skip
    return {**tables, "int_indicator": pa.Table.from_pylist(rows)}


def texts(names: tuple[str, ...], levels: int, dialect: str) -> dict[str, str]:
    """The SQL of models, that of the series of members among them."""
    macro = (PROJECT / "macros" / "member_series.sql").read_text(encoding="utf-8")
    call = "{{ member_series('int_indicator', \"date '9999-01-01'\") }}"
    files = {name: PROJECT / FOLDER / f"{name}.sql" for name in names if name != "int_member_series"}
    models = {
        name: files[name].read_text(encoding="utf-8") if name in files else macro + call for name in names
    }
    return {name: render(text, levels, dialect=dialect) for name, text in models.items()}


@dataclass(frozen=True)
class Both:
    """What the two engines make of the same models on the same inputs, by model."""

    duckdb: dict[str, pa.Table]
    spark: dict[str, pa.Table]


def built(spark: SparkSession, inputs: dict[str, pa.Table], names: tuple[str, ...]) -> Both:
    """The models on both engines, each model on what its engine made of those before it."""
    both = Both({}, {})
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, table in inputs.items():
            connection.register(name, table)
            spark.createDataFrame(table).createOrReplaceTempView(name)
        levels = depth(connection)
        for name, sql in texts(names, levels, "duckdb").items():
            both.duckdb[name] = connection.execute(sql).to_arrow_table()
            connection.register(name, both.duckdb[name])
    for name, sql in texts(names, levels, "spark").items():
        both.spark[name] = spark.sql(sql).toArrow()
        spark.createDataFrame(both.spark[name]).createOrReplaceTempView(name)
    return both


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark in this process, told not to compile what runs once on a few rows."""
    program("java")
    library("pyspark")
    with session(tmp_path_factory.mktemp("spark"), "local[1]") as started:
        for name, value in {
            "spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false",
            "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }.items():  # fmt: skip
            started.conf.set(name, value)
        yield started


@pytest.fixture(scope="module")
def steps(spark: SparkSession) -> Both:
    """The published index of every framework."""
    return built(spark, inputs_of(dict(frameworks())), NOMINAL)


@pytest.fixture(scope="module")
def members(spark: SparkSession) -> Both:
    """The series of the members and what enters their indices."""
    return built(spark, members_inputs(), ("int_member_series", *MEMBERS))


def differences(ours: pa.Table, theirs: pa.Table) -> list[Any]:
    """Rows that are not equal but for rounding, by key; the columns instead where they differ."""
    if ours.schema.names != theirs.schema.names:
        return [ours.schema.names, theirs.schema.names]
    keys = [key for key in KEYS if key in ours.schema.names]

    def sorted_rows(table: pa.Table) -> list[dict[str, Any]]:
        return sorted(table.to_pylist(), key=lambda row: [str(row[key]) for key in keys])

    left, right = sorted_rows(ours), sorted_rows(theirs)
    if len(left) != len(right):
        return [len(left), len(right)]
    return [
        (a, b) for a, b in zip(left, right, strict=True)
        if a != b and list(b.values()) != near(list(a.values()))
    ]  # fmt: skip


@pytest.mark.parametrize("model", NOMINAL)
def test_every_method_gives_the_same_rows_on_spark_as_on_duckdb(steps: Both, model: str) -> None:
    assert steps.duckdb[model].num_rows > 500
    assert differences(steps.duckdb[model], steps.spark[model]) == []


def test_every_framework_is_scored_on_spark(steps: Both) -> None:
    names = [name for name, _ in frameworks()]
    assert len(names) == len(set(names)) > 90
    scored = {
        row["framework"] for row in steps.spark["int_index_score"].to_pylist() if row["score"] is not None
    }
    # A constant has no place between its own ends.
    assert scored == {*names} - {"constant"}


@pytest.mark.parametrize("model", ["int_member_series", *MEMBERS])
def test_series_of_members_and_what_enters_their_index_are_the_same_on_spark(
    members: Both, model: str
) -> None:
    assert members.duckdb[model].num_rows > 50
    assert differences(members.duckdb[model], members.spark[model]) == []


def test_series_of_members_are_filled_in_every_way_on_spark(members: Both) -> None:
    kinds = {row["imputation_method"] for row in members.spark["int_member_series"].to_pylist()}
    assert kinds == {None, "interpolated", "carried", "peer_median"}
