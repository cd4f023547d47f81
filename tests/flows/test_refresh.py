"""The whole line on the real raw files: a real scheduler, a real flow run, a release that readers open."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from flows.release.current import require_release
from flows.settings import ROOT
from tests.conftest import Published, Scheduler

READ_AS_ANALYST = """
import duckdb, sys
print(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]).fetchall())
"""


def as_analyst(published: Published, sql: str) -> list[tuple[Any, ...]]:
    """What plain Python with only duckdb gets from the pointer, in a process of its own."""
    command = [sys.executable, "-I", "-c", READ_AS_ANALYST, str(published.paths.current), sql]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return list(eval(run.stdout))


def ask(scheduler: Scheduler, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    request = urllib.request.Request(
        f"{scheduler.api}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return list(json.load(response))


def last_run(scheduler: Scheduler) -> dict[str, Any]:
    return ask(scheduler, "/flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})[0]


def test_the_published_figures_are_the_printed_ones(published: Published) -> None:
    assert as_analyst(
        published,
        "select place_code from marts.dim_place where is_member order by all",
    ) == [
        (c,)
        for c in ["310117", "320500", "330100", "330400", "330500", "330700", "340100", "340200", "341800"]
    ]
    assert as_analyst(
        published,
        "select value, unit from marts.fct_indicator "
        "where (place_code, indicator_code, period) = ('320500', 'gdp', '2023')",
    ) == [(24653.4, "亿元")]
    assert as_analyst(
        published,
        "select distinct value, status, is_best from marts.fct_observation "
        "where (place_code, indicator_code, period) = ('330400', 'gdp', '2021') and value > 6355.1 "
        "and status in ('preliminary', 'final') order by all",
    ) == [(6355.28, "preliminary", False), (6388.38, "final", True)]
    assert as_analyst(
        published,
        "select value_as_printed, unit_as_printed, value, unit from marts.fct_observation "
        "where (place_code, indicator_code, period) = ('340100', 'rd_expenditure', '2022')",
    ) == [("47", "十亿元", 470.0, "亿元")]
    assert as_analyst(
        published,
        "select qualifier, value, value_high, value_kind from marts.fct_indicator "
        "where (place_code, indicator_code, period) = ('330700', 'hitech_enterprises', '2022')",
    ) == [("at_least", 1800.0, None, "bound")]


def test_the_corridor_is_a_fifteenth_of_the_nation_with_its_nine_addends_and_both_national_vintages(
    published: Published,
) -> None:
    [(share, addends, national)] = as_analyst(
        published,
        "select share_of_nation, len(addends), list_sort(list_distinct([v.value for v in nation_vintages])) "
        "from marts.mart_corridor where (indicator_code, year) = ('gdp', 2022)",
    )
    assert 6.5 < share < 6.6
    assert addends == 9
    assert national == [1204724.0, 1210207.0]


def test_the_claims_of_the_founding_article_are_judged_with_margins_and_what_would_settle_them(
    published: Published,
) -> None:
    rows = as_analyst(
        published,
        "select claim_id, verdict, round(margin, 2), computed_low, coalesce(missing, '') "
        "from marts.mart_claim where claim_set = 'founding_article'",
    )
    verdicts = {row[0]: row[1] for row in rows}
    assert len(rows) == 32
    assert {"S01", "S06", "S12"} <= {name for name, verdict in verdicts.items() if verdict == "reproduced"}
    # Eight cities and the five companies of Songjiang known by then, over the 566 traded at the end of 2023.
    [(margin, low)] = [row[2:4] for row in rows if row[0] == "S06"]
    assert (margin, low) == (0.49, pytest.approx(100 * 116 / 566))
    assert verdicts["S02"] == "consistent"
    # Whatever nothing bounds says what is missing.
    assert [row[0] for row in rows if row[1] == "not_decidable" and not row[4]] == []
    assert as_analyst(
        published,
        "select len(addends), list_sum([a.value for a in addends]) between 83181.1 and 83181.2 "
        "from marts.mart_claim_reading where claim_id = 'S01' and is_principal",
    ) == [(9, True)]


def test_a_claim_is_judged_in_each_of_its_readings(published: Published) -> None:
    def read(claim: str) -> dict[str, str]:
        return dict(
            as_analyst(
                published,
                f"select reading, verdict from marts.mart_claim_reading where claim_id = '{claim}'",
            )
        )

    gdp = read("S01")
    assert (gdp["2022"], gdp["2023_revised"], gdp["shanghai"]) == (
        "reproduced",
        "contradicted",
        "contradicted",
    )
    # 83 % and 12.9 % a year fit a window of five years and not one of four, from either end.
    assert (read("S11")["pace_over_5"], read("S11")["pace_over_4"]) == ("reproduced", "contradicted")
    assert (read("S12")["pace_of_5_years"], read("S12")["pace_of_4_years"]) == ("reproduced", "contradicted")


def test_printed_headlines_and_the_growth_rates_of_an_index_recompute_themselves(
    published: Published,
) -> None:
    families = {
        (family, verdict): count
        for family, verdict, count in as_analyst(
            published,
            "select claim_set, verdict, count(*) from marts.mart_claim "
            "where claim_set <> 'founding_article' group by all",
        )
    }
    assert families["published_index", "reproduced"] == 27
    assert ("published_index", "contradicted") not in families
    assert sum(count for (family, _), count in families.items() if family == "corridor_headline") == 80
    assert as_analyst(
        published,
        "select verdict, round(computed_value, 2) from marts.mart_claim "
        "where claim_id = 'yrd_collaborative_innovation@2024/total/2018-2019'",
    ) == [("reproduced", 15.18)]


def test_the_index_covers_the_nine_and_the_corridor_in_every_year(published: Published) -> None:
    rows = as_analyst(
        published,
        "select year, count(score), count(*) filter (place_code = 'G60'), count(rank) = max(rank), "
        "bool_and((rank is null) = (availability < 0.1 or place_code = 'G60')) "
        "from marts.mart_collaborative_innovation_index group by framework, year order by framework, year",
    )
    assert rows == [(year, 10, 1, True, True) for year in (2010, 2018, 2019, 2020, 2021, 2022, 2023)] * 2


def test_every_score_of_a_year_is_made_of_the_same_indicators(published: Published) -> None:
    sets = (
        "select framework, year, place_code, list_sort(list(indicator_code)) as indicators "
        "from marts.mart_collaborative_innovation_index_contribution group by all"
    )
    counts = as_analyst(
        published, f"select year, count(distinct indicators) from ({sets}) group by framework, year"
    )
    assert {count for _, count in counts} == {1}


def test_the_run_its_tasks_and_its_report_are_seen_by_the_scheduler(
    scheduler: Scheduler, published: Published
) -> None:
    release = require_release(published.paths)
    runs = ask(scheduler, "/flow_runs/filter", {"sort": "START_TIME_ASC", "limit": 1})
    assert runs[0]["state"]["type"] == "COMPLETED"
    tasks = ask(
        scheduler,
        "/task_runs/filter",
        {"flow_runs": {"id": {"any_": [runs[0]["id"]]}}, "sort": "EXPECTED_START_TIME_ASC"},
    )
    assert [task["name"].rsplit("-", 1)[0] for task in tasks] == [
        "land",
        "build",
        "gate",
        "publish",
        "report",
    ]
    artifacts = ask(scheduler, "/artifacts/filter", {"artifacts": {"key": {"any_": ["refresh-report"]}}})
    report = next(a["data"] for a in artifacts if release.id in a["data"])
    for said in ("documents read", "quarantined", "tests passed", "What changed", "three_sectors_make_gdp"):
        assert said in report
    with urllib.request.urlopen(scheduler.address, timeout=10) as page:
        assert page.status == 200


def test_with_nothing_changed_a_refresh_says_so_and_publishes_nothing(
    scheduler: Scheduler, published: Published
) -> None:
    before = sorted(published.paths.releases.iterdir())
    run = scheduler.g60("refresh", "--warehouse", published.paths.warehouse)
    assert run.returncode == 0
    assert "nothing changed" in run.stdout
    assert sorted(published.paths.releases.iterdir()) == before


def test_without_a_running_server_a_temporary_one_serves_the_run_and_ends_with_it(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    warehouse = shutil.copytree(published.paths.warehouse, tmp_path / "again", symlinks=True)
    home = tmp_path / "prefect"
    home.mkdir()
    # A database that is migrated already: the first start of a new one takes many seconds.
    with sqlite3.connect(Path(scheduler.env["PREFECT_HOME"]) / "prefect.db") as source:
        source.backup(sqlite3.connect(home / "prefect.db"))
    env = {k: v for k, v in scheduler.env.items() if k != "PREFECT_API_URL"} | {"PREFECT_HOME": str(home)}

    run = Scheduler("", env).g60("refresh", "--warehouse", warehouse, "--force")

    assert run.returncode == 0, run.stderr
    assert "No published figure changed" in run.stdout, "the same inputs give the same figures again"
    with sqlite3.connect(home / "prefect.db") as after:
        states = after.execute("select state_type from flow_run order by created desc limit 1").fetchall()
    assert states == [("COMPLETED",)]
    assert [line for line in processes() if str(home) in line] == []


def test_a_killed_refresh_leaves_no_temporary_server_and_the_old_release_in_place(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    env = {k: v for k, v in scheduler.env.items() if k != "PREFECT_API_URL"} | {"PREFECT_HOME": str(tmp_path)}
    before = published.paths.current.resolve()
    command = [
        sys.executable,
        "-m",
        "flows",
        "refresh",
        "--force",
        "--warehouse",
        str(published.paths.warehouse),
    ]
    refresh = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def mine() -> list[str]:
        return [line for line in processes() if str(tmp_path) in line]

    assert wait_until(lambda: len(mine()) >= 2), "the temporary server never came up"
    refresh.kill()
    refresh.wait()
    assert wait_until(lambda: not mine()), "the temporary server was left behind"
    assert published.paths.current.resolve() == before


def wait_until(is_true: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while not is_true() and time.monotonic() < until:
        time.sleep(0.1)
    return is_true()


def processes() -> list[str]:
    """Environments of all running processes that may be read."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found.append(environ.read_text(errors="replace"))
    return found


def test_a_broken_identity_keeps_the_gate_closed_and_the_old_release_in_place(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    raw = shutil.copytree(ROOT / "raw", tmp_path / "raw")
    sheet = raw / "bulletins" / "320500_suzhou.csv"
    text = sheet.read_text(encoding="utf-8")
    assert "苏州市,地区生产总值,2023,24653.4,亿元" in text
    sheet.write_text(
        text.replace("苏州市,地区生产总值,2023,24653.4,亿元", "苏州市,地区生产总值,2023,34653.4,亿元"),
        encoding="utf-8",
    )
    before = published.paths.current.resolve()

    run = scheduler.g60("refresh", "--warehouse", published.paths.warehouse, "--raw", raw)

    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "three_sectors_make_gdp" in run.stderr
    assert "bulletins/320500_suzhou.csv#D" in run.stderr
    assert "34653.4" in run.stderr
    assert published.paths.current.resolve() == before
    assert as_analyst(
        published,
        "select value from marts.fct_indicator "
        "where (place_code, indicator_code, period) = ('320500', 'gdp', '2023')",
    ) == [(24653.4,)]
    assert last_run(scheduler)["state"]["type"] == "FAILED"


def test_dirty_files_are_quarantined_with_a_remedy_and_the_good_rows_go_on(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    raw = shutil.copytree(ROOT / "raw", tmp_path / "raw")
    (raw / "songjiang" / "no_card.csv").write_text(
        "地区,指标,时期,数值,单位\n松江区,地区生产总值,2023,1,亿元\n"
    )
    (raw / "suzhou" / "broken.xlsx").write_bytes(b"this is no workbook")
    shutil.copy(raw / "yearbook" / "fdi_1996_2023.xlsx.yaml", raw / "suzhou" / "broken.xlsx.yaml")
    for file, limit in (("suzhou/broken.xlsx", 1), ("songjiang/indicators.csv", 0.3)):
        with (raw / f"{file}.yaml").open("a", encoding="utf-8") as card:
            card.write(f"rejected_limit: {limit}\n")
    sheet = raw / "songjiang" / "indicators.csv"
    with sheet.open("a", encoding="utf-8") as handle:
        handle.write("松江区,地区生产总值,2015,较快增长,亿元,未注明,,,,,\n")
        handle.write("松江县,地区生产总值,2015,1000,亿元,未注明,,,,,\n")
        handle.write("松江区,生产总值,2015,1000,亿元,未注明,,,,,\n")
        handle.write("松江区,地区生产总值,2015,1000,亿圆,未注明,,,,,\n")
    warehouse = tmp_path / "warehouse"

    run = scheduler.g60("refresh", "--warehouse", warehouse, "--raw", raw)

    assert run.returncode == 0, run.stderr
    assert (
        "refused  songjiang/indicators.csv#D23 '较快增长' [text_for_number]: "
        "the value is a text, not a number; correct the cell" in run.stdout
    )
    with duckdb.connect(str(warehouse / "current.duckdb"), read_only=True) as connection:
        refused = connection.sql(
            "select file_path, rule, cell_address, reason, remedy from marts.mart_quarantine"
        ).fetchall()
        [(lost,)] = connection.sql(
            "select count(*) from marts.mart_outcome "
            "where cells_read <> cells_landed + cells_quarantined + cells_not_data"
        ).fetchall()
        [(rejected, outcomes)] = connection.sql(
            "select (select count(*) from raw.rejected), (select count(distinct file_path) from raw.outcome)"
        ).fetchall()
        [(songjiang,)] = connection.sql(
            "select count(*) from marts.fct_observation where cell_address like 'songjiang/indicators.csv#%'"
        ).fetchall()
    assert {(path, rule) for path, rule, *_ in refused} == {
        ("songjiang/no_card.csv", "card_missing"),
        ("suzhou/broken.xlsx", "file_unreadable"),
        ("songjiang/indicators.csv", "text_for_number"),
        ("songjiang/indicators.csv", "name_not_valid_in_period"),
        ("songjiang/indicators.csv", "unknown_indicator"),
        ("songjiang/indicators.csv", "unknown_unit"),
    }
    assert all(reason and remedy and address.startswith(path) for path, _, address, reason, remedy in refused)
    assert lost == 0
    assert rejected == len(refused)
    manifest = json.loads((warehouse / "current.duckdb").resolve().with_name("manifest.json").read_text())
    assert outcomes == manifest["files"]
    assert manifest["cells_quarantined"] == len(refused)
    assert manifest["cells_read"] == len(refused) + manifest["cells_landed"] + manifest["cells_not_data"]
    assert songjiang == 21


def test_two_refreshes_of_one_warehouse_never_run_at_once(scheduler: Scheduler, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".refresh.lock"):
        run = scheduler.g60("refresh", "--warehouse", tmp_path)
    assert run.returncode == 4
    assert "another refresh of this warehouse is running" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--raw", "/nonexistent/raw"], "the folder of raw files does not exist"),
        (["--warehouse", "/proc/1/no"], "the warehouse cannot be written"),
    ],
)
def test_a_refresh_that_cannot_start_ends_in_one_sentence(
    scheduler: Scheduler, tmp_path: Path, arguments: list[str], said: str
) -> None:
    if "--warehouse" not in arguments:
        arguments = [*arguments, "--warehouse", str(tmp_path)]
    run = scheduler.g60("refresh", *arguments)
    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_configured_scheduler_that_does_not_answer_is_named(scheduler: Scheduler, tmp_path: Path) -> None:
    lost = Scheduler(scheduler.address, {**scheduler.env, "PREFECT_API_URL": "http://127.0.0.1:9/api"})
    run = lost.g60("refresh", "--warehouse", tmp_path)
    assert run.returncode == 1
    assert (
        "the Prefect server named by PREFECT_API_URL does not answer (http://127.0.0.1:9/api)" in run.stderr
    )


def test_the_manifest_holds_the_hash_of_every_file_of_the_release(published: Published) -> None:
    release = require_release(published.paths)
    contents = release.manifest["contents"]
    on_disk = {p.relative_to(release.folder).as_posix() for p in release.folder.rglob("*") if p.is_file()}
    assert set(contents) == on_disk - {"manifest.json"}
    for name, said in contents.items():
        data = (release.folder / name).read_bytes()
        assert len(data) == said["bytes"]
        assert hashlib.sha256(data).hexdigest() == said["sha256"]


def test_readers_see_four_schemas_and_every_mart_column_described_in_both_languages(
    published: Published,
) -> None:
    schemas = as_analyst(
        published, "select distinct schema_name from duckdb_tables() union select 'meta' order by all"
    )
    assert schemas == [("marts",), ("meta",), ("raw",), ("staging",)]
    undescribed = as_analyst(
        published,
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' "
        "and not regexp_matches(coalesce(comment, ''), '\\p{Han}.*[a-z]')",
    )
    assert undescribed == []
    [(tables, views, parquet)] = as_analyst(
        published,
        "select count(*), (select count(*) from duckdb_views() where schema_name = 'marts'), "
        f"(select count(*) from glob('{require_release(published.paths).folder}/parquet/*.parquet')) "
        "from duckdb_tables() where schema_name = 'marts'",
    )
    assert (tables, views, parquet) == (54, 2, 56)


def test_parquet_and_csv_hold_what_the_database_holds(published: Published) -> None:
    release = require_release(published.paths)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        for (table,) in connection.sql(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall():
            rows = connection.sql(f"select count(*) from marts.{table}").fetchall()
            for source in (f"parquet/{table}.parquet", f"csv/{table}.csv"):
                assert (
                    connection.sql(f"select count(*) from '{release.folder}/{source}'").fetchall() == rows
                ), source


def test_every_printed_figure_walks_back_to_its_document(published: Published) -> None:
    assert (
        as_analyst(
            published,
            "select o.cell_address from marts.fct_observation as o "
            "left join marts.dim_document as d using (document_id) "
            "left join raw.file as f on split_part(o.cell_address, '#', 1) = f.file_path "
            "where d.title is null or d.licence is null or f.sha256 is null",
        )
        == []
    )
