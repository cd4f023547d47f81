"""How the command line behaves: help, languages, JSON, tables, exit statuses, pipes and completion."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from filelock import FileLock
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.commands.spoken import STATUSES
from flows.release.current import require_release
from flows.settings import ROOT, Paths
from tests.conftest import Published

COMMANDS: dict[str, Any] = dict(sorted(typer.main.get_command(app).commands.items()))  # type: ignore[attr-defined]
# Their examples can be run on a release without changing anything.
READING = ("query", "explain", "status", "freshness", "plan", "verify")
EXAMPLES = [example.line for name in READING for example in COMMANDS[name].examples]
CHINESE = re.compile("[一-鿿]")


def g60(*arguments: str | Path, **environ: str) -> Result:
    return CliRunner(env={"COLUMNS": "200", **environ}).invoke(app, [*map(str, arguments)])


def in_process(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, timeout=60, check=False
    )


def on_terminal(arguments: list[str], width: int = 80, until: float = 30, **environ: str) -> str:
    """What a command writes to a terminal of this width."""
    leader, follower = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    env |= {"TERM": "xterm", "COLUMNS": str(width), "LINES": "50", **environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows", *arguments], cwd=ROOT, env=env, stdout=follower, stderr=follower
    )
    os.close(follower)
    said, end = b"", time.monotonic() + until
    while time.monotonic() < end and select.select([leader], [], [], end - time.monotonic())[0]:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    process.wait(10)
    os.close(leader)
    return said.decode()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_examples_in_both_languages(name: str) -> None:
    assert 1 <= len(COMMANDS[name].examples) <= 3
    for language, head in (("en", "Examples"), ("zh", "示例")):
        said = g60(name, "--help", "--lang", language).stdout
        assert head in said
        for example in COMMANDS[name].examples:
            assert example.line in said
        assert bool(CHINESE.search(said.replace("苏州市", "").replace("苏州", "").replace("经费", ""))) == (
            language == "zh"
        )


# Those on what Spark wrote are run where it has: tests/engines.
@pytest.mark.parametrize("line", [line for line in EXAMPLES if "--against" not in line])
def test_the_examples_of_reading_commands_run(
    published: Published, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(ROOT)
    first, *arguments = shlex.split(line)
    assert first == "g60"
    result = g60(*arguments, "--warehouse", published.paths.warehouse)
    assert result.exit_code == 0, result.stderr
    # CSV goes from the engine straight to the file of stdout, past the runner of tests.
    assert result.stdout.strip() or "--format csv" in line


def test_the_commands_stand_in_groups_and_the_statuses_below_them() -> None:
    said = g60("--help").stdout
    assert re.findall(r"─ (Build|Ask|Release|Serve) ─", said) == ["Build", "Ask", "Release", "Serve"]
    for status, what in STATUSES.items():
        assert re.search(rf"\b{status}\s+{re.escape(what)}", said)
    assert re.findall(r"─ (建库|查询|发布|服务) ─", g60("--help", "--lang", "zh").stdout)[0] == "建库"


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"g60 \d+\.\d+\.\d+\n", g60("--version").stdout)


def test_the_language_comes_from_the_environment_and_lang_overrules_it(tmp_path: Path) -> None:
    asked = ("status", "--warehouse", tmp_path)
    chinese = {"G60_LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "LANGUAGE": "", "LANG": "zh_CN.UTF-8"}
    assert g60(*asked, **chinese).stderr.startswith("错误 尚未发布任何版本(")
    assert "请先运行 g60 refresh。" in g60(*asked, **chinese).stderr
    assert g60(*asked, "--lang", "en", **chinese).stderr.startswith("error no release")
    assert g60("--lang", "zh", *asked).stderr.startswith("错误")
    assert g60(*asked, G60_LANG="zh").stderr.startswith("错误")


def test_a_line_that_cannot_be_understood_is_one_sentence_with_status_2() -> None:
    for arguments, said in (
        (["exlain"], "No such command 'exlain'"),
        (["explain", "320500"], "Missing argument 'indicator' (g60 explain); see g60 explain --help."),
        (["status", "--what"], "No such option"),
        (["status", "--lang", "fr"], "Invalid value for '--lang'"),
    ):
        result = g60(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
        assert result.stderr.count("\n") == 1
    assert "缺少参数“indicator”" in g60("explain", "320500", "--lang", "zh").stderr


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["plan"], {"outcome", "why", "release", "files", "read_anew", "moved", "inputs", "nodes"}),
        (["status"], {"release", "built_at", "inputs_changed", "cells", "tests", "last_run", "held", "docs"}),
        (["release"], {"current", "releases", "held", "cleared_away"}),
        (["verify"], {"release", "is_whole", "files", "bytes", "faults"}),
        (["freshness"], {"release", "as_of", "late", "series"}),
        (["explain", "苏州", "gdp", "2023"], {"release", "figure", "inputs", "vintages"}),
        (["refresh"], {"outcome", "sentence", "release", "folder", "database", "docs"}),
    ],
)
def test_the_answer_of_a_command_is_json_with_its_keys(
    published: Published, arguments: list[str], keys: set[str]
) -> None:
    result = g60(*arguments, "--json", "--warehouse", published.paths.warehouse)
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert keys <= answer.keys()
    assert require_release(published.paths).id in (answer.get("release"), answer.get("current"))


def test_json_of_a_report_names_its_files(published: Published, tmp_path: Path) -> None:
    result = g60("report", "--json", "--output", tmp_path, "--warehouse", published.paths.warehouse)
    [written] = json.loads(result.stdout)["files"]
    assert Path(written).is_relative_to(tmp_path) and Path(written).is_file()


def test_the_readme_tells_the_keys_of_each_command_that_gives_json() -> None:
    table = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .split("| command | keys of its JSON |")[1]
        .split("\n\n")[0]
    )
    told = {name for row in table.splitlines()[2:] for name in re.findall(r"`([a-z]+)", row.split("|")[1])}
    giving = {name for name in COMMANDS if "--json" in g60(name, "--help").stdout}
    assert giving == told


def test_json_of_a_query_are_its_rows(published: Published) -> None:
    result = g60("query", "select 1 as a", "--json", "--warehouse", published.paths.warehouse)
    assert json.loads(result.stdout) == [{"a": 1}]


def test_json_of_a_check_is_the_verdict(published: Published) -> None:
    result = g60("check", ROOT / "raw" / "songjiang" / "indicators.csv", "--json")
    answer = json.loads(result.stdout)
    assert answer["would_pass"] is True
    assert answer["cells"]["landed"] == len(answer["figures"]) + answer["missing"]


def test_json_of_two_releases_lists_what_differs(published: Published, tmp_path: Path) -> None:
    where = Paths(warehouse=tmp_path / "warehouse")
    shutil.copytree(published.paths.warehouse, where.warehouse, symlinks=True)
    now = require_release(where)
    shutil.copytree(now.folder, where.releases / "20000101T000000Z-synthetic")
    result = g60("diff", "2000", now.id, "--json", "--warehouse", where.warehouse)
    answer = json.loads(result.stdout)
    assert (answer["total"], answer["changes"], answer["after"]) == (0, [], now.id)


@pytest.mark.parametrize(
    ("arguments", "status", "what"),
    [
        (["status"], 3, "no release has been published yet"),
        (["refresh", "--as-of", "2023-02-30"], 1, "'2023-02-30' is no day"),
        (["status", "--what"], 2, "No such option"),
    ],
)
def test_with_json_an_error_is_json_on_stderr(
    tmp_path: Path, arguments: list[str], status: int, what: str
) -> None:
    result = g60(*arguments, "--json", "--warehouse", tmp_path)
    assert (result.exit_code, result.stdout) == (status, "")
    error = json.loads(result.stderr)["error"]
    assert set(error) == {"what", "where", "remedy"}
    assert what in error["what"]


def test_a_release_that_differs_is_told_in_json_and_by_the_status(
    published: Published, tmp_path: Path
) -> None:
    where = Paths(warehouse=tmp_path / "warehouse")
    shutil.copytree(published.paths.warehouse, where.warehouse, symlinks=True)
    (require_release(where).folder / "csv" / "dim_place.csv").unlink()
    result = g60("verify", "--json", "--warehouse", where.warehouse)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["faults"] == ["csv/dim_place.csv is missing"]
    assert "csv/dim_place.csv is missing" in json.loads(result.stderr)["error"]["what"]


def test_a_warehouse_in_use_has_a_status_of_its_own(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".refresh.lock"):
        result = g60("refresh", "--warehouse", tmp_path)
    assert result.exit_code == 4
    assert "another refresh of this warehouse is running" in result.stderr


def test_the_plan_names_each_file_that_is_not_that_of_the_release(
    published: Published, tmp_path: Path
) -> None:
    raw = shutil.copytree(ROOT / "raw", tmp_path / "raw")
    (raw / "songjiang" / "new.csv").write_text("地区\n", encoding="utf-8")
    with (raw / "bulletins" / "320500_suzhou.csv").open("a", encoding="utf-8") as handle:
        handle.write("\n")
    with (raw / "sharing" / "sharing.csv.yaml").open("a", encoding="utf-8") as card:
        card.write("# reviewed\n")
    (raw / "quantum" / next((raw / "quantum").glob("*.csv")).name).unlink()
    arguments = ("plan", "--json", "--raw", raw, "--warehouse", published.paths.warehouse)
    made = json.loads(g60(*arguments).stdout)
    told = {one["file"]: one["what"] for one in made["moved"]}
    assert made["outcome"] == "publish"
    assert told["songjiang/new.csv"] == "new"
    assert told["bulletins/320500_suzhou.csv"] == "changed"
    assert told["sharing/sharing.csv"] == "card"
    assert sorted(told.values()) == ["card", "changed", "gone", "new"]
    assert made["read_anew"] == 3
    assert all(one["documents"] for one in made["moved"] if one["what"] != "new")


def test_the_plan_of_unchanged_inputs_is_to_do_nothing(published: Published) -> None:
    said = g60("plan", "--warehouse", published.paths.warehouse).stdout
    assert said.startswith("plan     a refresh would do nothing\nbecause  nothing changed since release")


def test_a_table_too_wide_for_the_terminal_is_shown_line_by_line(published: Published) -> None:
    place = ["query", "from marts.dim_place where place_code = '310117'", "--warehouse"]
    narrow = on_terminal([*place, str(published.paths.warehouse)], width=60)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", narrow)
    assert re.search(r"place_code\s+310117", plain)
    assert "┃" not in plain
    assert max(len(line) for line in plain.splitlines()) <= 60
    few = ["query", "select place_code, name_en from marts.dim_place limit 1", "--warehouse"]
    assert "┃" in on_terminal([*few, str(published.paths.warehouse)], width=60)


def test_in_a_pipe_a_table_is_as_wide_as_its_cells(published: Published) -> None:
    sql = f"select '{'x' * 300}' as long, '[bold]' as tag"
    said = g60("query", sql, "--warehouse", published.paths.warehouse).stdout
    assert "x" * 300 in said
    assert "[bold]" in said


def test_colour_is_for_terminals_and_for_those_who_want_it(published: Published) -> None:
    arguments = ["explain", "苏州", "nothing", "2023", "--warehouse", str(published.paths.warehouse)]
    red = "\x1b[31m"
    assert red in on_terminal(arguments)
    assert red not in on_terminal(arguments, NO_COLOR="1")
    assert red not in on_terminal(arguments, TERM="dumb")
    assert red not in in_process(*arguments).stderr
    assert red in in_process(*arguments, FORCE_COLOR="1").stderr


def ends_when_its_reader_leaves(*arguments: str, after: int) -> tuple[int, bytes]:
    """Status and complaints of a command of whose output so many bytes are read."""
    with subprocess.Popen(
        [sys.executable, "-m", "flows", *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(after)
        process.stdout.close()
        complaints = process.stderr.read()
        return process.wait(60), complaints


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_reader_who_leaves_ends_the_command_quietly(published: Published, form: str) -> None:
    sql = "select range, md5(range::varchar) as text from range(200000)"
    where = ("--warehouse", str(published.paths.warehouse))
    assert ends_when_its_reader_leaves("query", sql, "--format", form, *where, after=10) == (141, b"")


@pytest.mark.parametrize("of", [[], ["query"]])
def test_a_reader_who_leaves_ends_the_help_quietly(of: list[str]) -> None:
    assert ends_when_its_reader_leaves(*of, "--help", after=0) == (141, b"")


def test_ctrl_c_ends_a_query_in_one_line_with_status_130(published: Published) -> None:
    sql = "select count(*) from range(1000000000000) as a where a.range % 7 = 9"
    command = [sys.executable, "-m", "flows", "query", sql, "--warehouse", str(published.paths.warehouse)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        while not any(file.endswith(".duckdb") for file in open_files(run.pid)):
            assert run.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        said, fault = run.communicate(timeout=30)
    assert (run.returncode, said, fault) == (130, "", "interrupted\n")


def open_files(pid: int) -> Iterator[str]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            yield str(file.readlink())


def test_what_takes_long_is_told_on_a_terminal_only(published: Published) -> None:
    # Sums of products take seconds, whatever the machine is.
    sql = "select sum(a.range * b.range % 7) from range(40000) as a, range(40000) as b"
    arguments = ["query", sql, "--warehouse", str(published.paths.warehouse)]
    assert "the query runs" in on_terminal(arguments, until=120)
    assert in_process("query", "select 1", *arguments[2:]).stderr == ""


def offered(words: str, published: Published) -> list[str]:
    """What a shell is offered for a command line so far."""
    line = f"g60 {words}"
    done = in_process(
        _G60_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(line.split(" ")) - 1)
    )
    return done.stdout.split("\n")


def test_places_indicators_and_releases_of_the_release_are_completed(published: Published) -> None:
    where = f"--warehouse {published.paths.warehouse}"
    assert "320500" in offered(f"explain {where} 320", published)
    assert "苏州市" in offered(f"explain {where} 苏", published)
    assert "rd_expenditure" in offered(f"explain {where} 320500 rd_", published)
    assert require_release(published.paths).id in offered(f"verify {where} 20", published)
    assert "freshness" in offered("fres", published)


def test_a_completion_script_is_shown_for_bash() -> None:
    said = in_process("--show-completion", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "_G60_COMPLETE" in in_process(_G60_COMPLETE="source_bash").stdout + said.stdout
