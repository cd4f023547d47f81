"""The portable models on Spark: two executor processes at work, and DuckDB's answers to the last row."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.modelling.build import invoke
from flows.settings import Paths
from tests.benchmarks.measuring import descendants
from tests.conftest import Published, g60_here
from tests.programs import library, program

EVENTS = 20_000
# Small tables want few pieces, and what lives for a minute, or runs once over a few rows, no compiler.
SETTINGS = """
# as spark-defaults.conf
spark.sql.shuffle.partitions   2
spark.default.parallelism      2
spark.sql.codegen.wholeStage   false
spark.sql.codegen.factoryMode  NO_CODEGEN
spark.driver.extraJavaOptions  -XX:TieredStopAtLevel=1
spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1
"""
# Synthetic patents of one to five places among 40, and contracts with a direction.
SYNTHETIC = f"""
    insert into staging.stg_event by name
    select
        case when is_directed then 'contract' else 'co_patent' end as event_kind, 'e' || no as event_id,
        'synthetic' as document_id, 'synthetic.csv' as file_path, no as row_no,
        'synthetic.csv#' || no as cell_address, year::varchar as period,
        make_date(year, 12, 31) as period_end, year, is_directed, place_codes,
        len(place_codes) < 2 as is_within_a_place,
        case when no % 1000 = 0 then 'unknown_place' end as reject_rule
    from (
        select
            no, is_directed, 2015 + (hash(no, 'year') % 8)::integer as year,
            case when is_directed then places[:2] else list_sort(places) end as place_codes
        from (
            select
                no, hash(no, 'kind') % 10 = 0 as is_directed,
                list_distinct([
                    ((hash(no, i, 'place') % 40) * (hash(no, i, 'small') % 40) // 40)::varchar
                    for i in range(1 + (hash(no, 'size') % 5)::integer)
                ]) as places
            from (select unnest(range({EVENTS})) as no)
        )
        where not is_directed or len(places) > 1
    );
    -- Of a partition, seven more of three places each.
    insert into raw.event_count by name
    select 'co_patent' as event_kind, false as is_directed, 2020 as year, '1' as from_place_code,
        '2' as to_place_code, 3 as places, 7 as events
"""


def g60(env: Mapping[str, str], *arguments: str | Path) -> subprocess.Popen[str]:
    """The command line in a process of its own, whose Java ends with it."""
    command = [sys.executable, "-m", "flows", *map(str, arguments)]
    return subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@dataclass(frozen=True)
class Distributed:
    """A warehouse whose portable models Spark has built too, and the executors seen as processes."""

    paths: Paths
    manifest: dict[str, Any]
    executors: set[str]
    output: str

    @property
    def folder(self) -> Path:
        return self.paths.warehouse / "spark"


@pytest.fixture(scope="module")
def distributed(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Distributed:
    """The published build, with synthetic events among its inputs, on a cluster of two processes."""
    program("java")
    library("pyspark")
    where = Paths(warehouse=tmp_path_factory.mktemp("on spark's"))
    shutil.copytree(published.build, where.build)
    with duckdb.connect(str(where.build_database)) as connection:
        connection.execute(SYNTHETIC)
    [counted] = invoke(where, ("run", "--select", "int_link_count")).results
    assert str(counted.status) == "success"
    settings = where.warehouse / "spark.conf"
    settings.write_text(SETTINGS, encoding="utf-8")
    env = {"G60_SPARK_MASTER": "local-cluster[2,1,1024]", "G60_SPARK_CONF": str(settings)}
    process = g60(env, "refresh", "--engine", "spark", "--warehouse", where.warehouse, "--json")
    seen: set[str] = set()

    def look() -> None:
        while process.poll() is None:
            # A process is told by the id on its command line, which an executor that starts a program
            # shares with its copy of a moment.
            seen.update(filter(None, map(executor_of, descendants(process.pid))))
            time.sleep(0.2)

    watch = threading.Thread(target=look)
    watch.start()
    out, errors = process.communicate(timeout=600)
    watch.join()
    assert process.returncode == 0, out + errors
    return Distributed(where, json.loads(out), seen, errors)


def executor_of(pid: int) -> str | None:
    """The id of the executor that a process is, by its command line."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return None
    if "org.apache.spark.executor.CoarseGrainedExecutorBackend" not in words:
        return None
    return words[words.index("--executor-id") + 1]


def test_two_executor_processes_do_the_tasks(distributed: Distributed) -> None:
    assert distributed.executors == {"0", "1"}
    found = {one["id"]: one["tasks"] for one in distributed.manifest["executors"]}
    assert set(found) == distributed.executors
    assert min(found.values()) > 0


def test_what_java_logs_stays_out_of_the_terminal_and_nothing_is_left_in_the_folder_of_spark(
    distributed: Distributed,
) -> None:
    import pyspark

    assert "WARN" not in distributed.output and "\tat " not in distributed.output
    assert not (Path(pyspark.__file__).parent / "work").exists()
    assert not (distributed.folder / "build" / "scratch").exists()


def test_every_portable_model_has_the_rows_and_values_of_duckdb(distributed: Distributed) -> None:
    run = g60_here(
        "verify", "--against", distributed.folder, "--warehouse", distributed.paths.warehouse, "--json"
    )
    assert run.returncode == 0, run.stdout + run.stderr
    models = {one["model"]: one for one in json.loads(run.stdout)["models"]}
    assert {"int_observation", "int_link_count"} <= set(models) == set(distributed.manifest["models"])
    assert all(one["rows"] == one["rows_of_duckdb"] > 0 for one in models.values())
    assert all(one["largest_difference"] <= 1e-12 for one in models.values())
    print({name: (one["rows"], one["largest_difference"]) for name, one in models.items()})


def test_fractional_counts_add_up_to_the_events_and_full_ones_to_their_pairs(
    distributed: Distributed,
) -> None:
    counts = f"read_parquet('{distributed.folder}/int_link_count/*.parquet')".replace("'s", "''s", 1)
    with duckdb.connect(str(distributed.paths.build_database), read_only=True) as connection:
        [(events, pairs)] = connection.execute(
            "select count(*), sum(len(place_codes) * (len(place_codes) - 1) / 2) from staging.stg_event "
            "where reject_rule is null and not is_within_a_place"
        ).fetchall()
        [(fractional, full)] = connection.execute(
            f"select sum(events * 2 / (places * (places - 1))), sum(events) from {counts}"
        ).fetchall()
    assert fractional == pytest.approx(events + 7 / 3, rel=1e-12) and full == pairs + 7
    assert events > EVENTS / 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "select * replace (case when (place_code, indicator_code, period) = ('310117', 'gdp', '2021') "
            "then value * (1 + 1e-11) else value end as value) from told",
            "int_observation: row place_code 310117, indicator_code gdp, period 2021, cell_address",
        ),
        ("select * from told order by indicator_code, cell_address offset 1", "is missing"),
        ("select * exclude (status) from told", "column status is missing"),
        ("select * replace (year(vintage_date) as vintage_date) from told", "column vintage_date is WHOLE"),
        ("select * from told union all (select * from told limit 1)", "is there more than once in Spark"),
    ],
)
def test_a_model_that_was_tampered_with_is_named_with_its_row(
    distributed: Distributed, tmp_path: Path, change: str, said: str
) -> None:
    folder = tmp_path / "spark"
    shutil.copytree(distributed.folder, folder, ignore=lambda *_: {"build", "input"})
    with duckdb.connect() as connection:
        parts = list((folder / "int_observation").glob("*.parquet"))
        connection.execute("create table told as from read_parquet(?)", [list(map(str, parts))])
        for part in parts:
            part.unlink()
        connection.execute(f"copy ({change}) to '{folder}/int_observation/told.parquet'")
    run = g60_here("verify", "--against", folder, "--warehouse", distributed.paths.warehouse)
    assert run.returncode == 1
    assert said in run.stderr and run.stderr.count("\n") == 1, run.stderr


def test_a_model_that_fails_on_spark_is_one_sentence_and_leaves_what_was_there(
    distributed: Distributed, tmp_path: Path
) -> None:
    given = shutil.copytree(distributed.folder / "input", tmp_path / "input")
    part = given / "raw.document" / "part-0.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table document as select * exclude (published_on) from '{part}'")
        connection.execute(f"copy document to '{part}'")
    before = (distributed.folder / "manifest.json").read_text(encoding="utf-8")
    settings = tmp_path / "spark.conf"
    settings.write_text(SETTINGS, encoding="utf-8")
    process = g60(
        {"G60_SPARK_MASTER": "local[1]", "G60_SPARK_CONF": str(settings)},
        *("refresh", "--engine", "spark", "--input", given, "--warehouse", distributed.paths.warehouse),
    )
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "int_observation cannot be built on Spark: [UNRESOLVED_COLUMN" in errors
    assert errors.count("\n") == 1, errors
    assert (distributed.folder / "manifest.json").read_text(encoding="utf-8") == before


def test_inputs_that_are_missing_or_broken_are_named_before_spark_starts(
    distributed: Distributed, tmp_path: Path
) -> None:
    given = shutil.copytree(distributed.folder / "input", tmp_path / "input")
    part = given / "staging.stg_statistic" / "part-0.parquet"
    part.write_bytes(part.read_bytes()[:5000])
    command = ("refresh", "--engine", "spark", "--input", given, "--warehouse", distributed.paths.warehouse)
    run = g60_here(*command)
    assert run.returncode == 1 and "table staging.stg_statistic cannot be read" in run.stderr
    assert str(part) in run.stderr and run.stderr.count("\n") == 1
    shutil.rmtree(part.parent)
    run = g60_here(*command)
    assert run.returncode == 1 and "table staging.stg_statistic is missing among the inputs" in run.stderr


def test_without_java_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library("pyspark")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    run = g60_here("refresh", "--engine", "spark", "--warehouse", tmp_path)
    assert run.returncode == 1
    assert "Java is not installed" in run.stderr and "openjdk-17-jre-headless" in run.stderr


def test_without_a_build_of_duckdb_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    run = g60_here("verify", "--against", tmp_path, "--warehouse", tmp_path)
    assert run.returncode == 1 and "no readable manifest" in run.stderr
    (tmp_path / "manifest.json").write_text('{"models": {}}', encoding="utf-8")
    run = g60_here("verify", "--against", tmp_path, "--warehouse", tmp_path)
    assert run.returncode == 1 and "run g60 refresh first" in run.stderr


def test_a_line_of_the_settings_that_is_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.distributing.session import settings
    from flows.errors import G60Error

    file = tmp_path / "spark.conf"
    file.write_text("# a comment\nspark.executor.memory 2g\nspark.executor.cores=3\n\n", encoding="utf-8")
    monkeypatch.setenv("G60_SPARK_CONF", str(file))
    found = settings(tmp_path)
    assert (found["spark.executor.memory"], found["spark.executor.cores"]) == ("2g", "3")
    file.write_text("spark.executor.memory\n", encoding="utf-8")
    with pytest.raises(G60Error, match=r"spark\.conf:1"):
        settings(tmp_path)
