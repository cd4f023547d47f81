"""Releases of the real raw files: held, accepted, rolled back, verified, and what faults leave."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.errors import G60Error
from flows.fingerprint import inputs
from flows.pipeline import Refresh
from flows.release.current import current_release, require_release
from flows.release.history import release_folders, rollback
from flows.release.ledger import read_ledger
from flows.release.lock import lock
from flows.release.pending import ReleaseHeld
from flows.release.verify import faults
from flows.reporting.progress import Silent
from flows.settings import ROOT, Paths
from tests.conftest import Published, Scheduler
from tests.tables import differences

PRINTED, MISPRINTED = (f"苏州市,高新技术企业数,2022,{printed},万家" for printed in ("1.34", "1.36"))
BULLETIN = "bulletins/320500_suzhou.csv"


def g60(where: Paths, *arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*arguments, "--warehouse", str(where.warehouse)])


def copy_of(published: Published, folder: Path) -> Paths:
    """A warehouse and raw files of one's own, as they were published."""
    shutil.copytree(published.paths.warehouse, folder / "warehouse", symlinks=True)
    shutil.copytree(ROOT / "raw", folder / "raw")
    return Paths(raw=folder / "raw", warehouse=folder / "warehouse")


def ask(where: Paths, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(where.current.resolve()), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def held(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A warehouse whose next release is held: a whole yearbook table went away."""
    where = copy_of(published, tmp_path_factory.mktemp("held"))
    for file in (where.raw / "yearbook").glob("fdi_*"):
        file.unlink()
    with pytest.raises(ReleaseHeld):
        Refresh(where).run()
    return where


def test_a_release_that_loses_many_figures_is_held_and_readers_keep_the_last_one(
    held: Paths, published: Published
) -> None:
    assert require_release(held).id == require_release(published.paths).id
    waiting = read_ledger(held).held
    assert waiting is not None
    assert any("published figures are gone" in reason for reason in waiting.reasons)
    assert any("rows of raw.statistic are gone" in reason for reason in waiting.reasons)
    report = held.report.read_text(encoding="utf-8")
    assert "**Not published**" in report
    assert "because of: 文件移除 file removed yearbook/fdi_1996_2023.xlsx" in report


def test_while_a_release_is_held_a_refresh_of_the_same_inputs_fails_at_once_and_says_what_to_do(
    held: Paths,
) -> None:
    run = Refresh(held)
    with pytest.raises(ReleaseHeld, match="g60 release --accept publishes it"):
        run.run()
    assert run.facts.build is None
    last = read_ledger(held).last_run
    assert last is not None
    assert last.outcome == "held"


def test_a_held_difference_is_shown_in_words_with_its_reason(held: Paths) -> None:
    said = g60(held, "diff").stdout
    assert "→ held" in said
    assert "file removed yearbook/fdi_1996_2023.xlsx" in said
    assert "held: " in said
    assert "held       " in g60(held, "status", "--raw", str(held.raw)).stdout
    assert "g60 release --accept publishes it" in g60(held, "release").stdout


def test_what_is_held_is_accepted_only_while_the_inputs_are_those_that_were_shown(
    held: Paths, tmp_path: Path
) -> None:
    with pytest.raises(G60Error, match="the inputs changed since the release was held"):
        Refresh(Paths(raw=ROOT / "raw", warehouse=held.warehouse), accept="blindly").run()
    with pytest.raises(G60Error, match="no release is held"):
        Refresh(Paths(raw=tmp_path, warehouse=tmp_path), accept="nothing").run()


def test_a_person_accepts_a_held_release_and_the_next_rollback_stands_until_inputs_change(
    scheduler: Scheduler, held: Paths, published: Published
) -> None:
    where = ["--warehouse", str(held.warehouse), "--raw", str(held.raw)]
    run = scheduler.g60("release", "--accept", "--note", "the yearbook was withdrawn", *where)
    assert run.returncode == 0, run.stdout + run.stderr
    accepted = require_release(held)
    assert accepted.id != require_release(published.paths).id
    assert ask(held, "select accepted from meta.release") == [("the yearbook was withdrawn",)]
    [(gone, unexplained)] = ask(
        held,
        "select count(*) filter (kind = 'gone'), count(*) filter (not is_explained) from meta.change",
    )
    assert gone == accepted.manifest["figures_gone"] > 100
    assert unexplained > 0
    notes = (accepted.folder / "notes.md").read_text(encoding="utf-8")
    assert "放行 Beyond its limits and accepted: the yearbook was withdrawn" in notes
    assert "yearbook/fdi_1996_2023.xlsx" in notes
    assert read_ledger(held).held is None

    with lock(held):
        rollback(held, None)
    assert require_release(held).id == require_release(published.paths).id
    run = scheduler.g60("refresh", *where)
    assert run.returncode == 0, run.stdout + run.stderr
    assert require_release(held).id == require_release(published.paths).id
    assert f"release {accepted.id} of these inputs was rolled back" in run.stdout


@pytest.fixture(scope="module")
def edited(published: Published, tmp_path_factory: pytest.TempPathFactory) -> tuple[Paths, Refresh]:
    """A warehouse refreshed after one figure of one bulletin was changed, with the run that did it."""
    where = copy_of(published, tmp_path_factory.mktemp("edited"))
    sheet = where.raw / BULLETIN
    text = sheet.read_text(encoding="utf-8")
    assert PRINTED in text
    sheet.write_text(text.replace(PRINTED, MISPRINTED), encoding="utf-8")
    run = Refresh(where)
    run.run()
    return where, run


def test_when_one_document_changed_only_that_one_is_landed_again(edited: tuple[Paths, Refresh]) -> None:
    landing = edited[1].facts.landing
    assert landing is not None
    assert landing.files - landing.reused == 1


def test_a_refresh_after_an_edit_equals_a_build_from_nothing_in_every_table(
    edited: tuple[Paths, Refresh], tmp_path: Path
) -> None:
    where, _ = edited
    fresh = Paths(raw=where.raw, warehouse=tmp_path)
    Refresh(fresh).run()
    assert differences(where.current.resolve(), fresh.current.resolve()) == []


def test_an_edit_is_told_with_old_value_new_value_and_the_file_that_changed(
    edited: tuple[Paths, Refresh],
) -> None:
    where, run = edited
    moved = [change for change in run.facts.changes.shown if "高新技术企业" in change.indicator]  # type: ignore[union-attr]
    assert moved
    assert all(f"file changed {BULLETIN}" in str(change) for change in moved if change.cell_address)
    said = g60(where, "diff").stdout
    assert f"file changed {BULLETIN}" in said
    assert ask(where, "select count(*) from meta.change")[0][0] == run.facts.changes.total  # type: ignore[union-attr]
    report = (require_release(where).folder / "report.md").read_text(encoding="utf-8")
    assert f"file changed {BULLETIN}" in report
    assert "docs/index.html" in report
    for node in ("stg_statistic", "three_sectors_make_gdp"):
        assert f"| {node} |" in report


def test_every_node_and_the_rows_that_tests_refused_are_in_meta(edited: tuple[Paths, Refresh]) -> None:
    where, run = edited
    assert run.facts.build is not None
    assert ask(where, "select count(*), sum(failures) > 0 from meta.node_result") == [
        (len(run.facts.build.nodes), True)
    ]
    rows = ask(where, "select test_name, found from meta.failing_row")
    assert {name for name, _ in rows} == {node.name for node in run.facts.build.warned}
    assert all(json.loads(found)["files"] for _, found in rows)


def test_a_whole_release_verifies_and_every_kind_of_damage_is_named(
    published: Published, tmp_path: Path
) -> None:
    where = copy_of(published, tmp_path)
    said = g60(where, "verify")
    assert said.exit_code == 0
    assert "is whole" in said.stdout
    folder = require_release(where).folder
    (folder / "notes.md").write_text("other notes")
    page = folder / "docs" / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("a", "b", 1), encoding="utf-8")
    (folder / "csv" / "dim_place.csv").unlink()
    (folder / "added.txt").touch()
    found = faults(require_release(where))
    assert len(found) == 4
    for fault in (
        "csv/dim_place.csv is missing",
        "added.txt does not belong to the release",
        "docs/index.html is not what was published: its bytes differ",
    ):
        assert fault in found
    said = g60(where, "verify")
    assert said.exit_code == 1
    assert "go back with g60 rollback" in said.stderr
    with (folder / "g60.duckdb").open("r+b") as file:
        file.truncate(4096)
    assert any(
        fault.startswith("g60.duckdb is not what was published") for fault in faults(require_release(where))
    )


def test_a_file_that_changes_while_it_is_landed_is_landed_again(tmp_path: Path) -> None:
    where = Paths(raw=shutil.copytree(ROOT / "raw", tmp_path / "raw"), warehouse=tmp_path / "warehouse")
    where.build.mkdir(parents=True)

    class ChangeOnce(Silent):
        def detail(self, text: str) -> None:
            if text == BULLETIN:
                (where.raw / "yearbook" / "added.csv").write_text("地区\n", encoding="utf-8")

    run = Refresh(where, progress=ChangeOnce())
    run.inputs = inputs(where)
    run.land()
    assert run.inputs == inputs(where)
    assert run.facts.landing is not None
    with duckdb.connect(str(where.build_database), read_only=True) as connection:
        assert connection.sql(
            "select count(*) from raw.file where file_path like '%added.csv'"
        ).fetchall() == [(1,)]


def test_raw_files_that_never_stay_still_are_told_in_one_sentence(tmp_path: Path) -> None:
    where = Paths(raw=tmp_path / "raw", warehouse=tmp_path / "warehouse")
    shutil.copytree(ROOT / "raw" / "quantum", where.raw / "quantum")
    where.build.mkdir(parents=True)

    class Restless(Silent):
        def detail(self, text: str) -> None:
            (where.raw / "quantum" / os.urandom(8).hex()).touch()

    run = Refresh(where, progress=Restless())
    run.inputs = inputs(where)
    with pytest.raises(G60Error, match="the raw files keep changing while they are read"):
        run.land()


def test_a_raw_file_that_vanishes_is_named_and_readers_keep_the_last_release(
    scheduler: Scheduler, published: Published, tmp_path: Path
) -> None:
    where = copy_of(published, tmp_path)
    (where.raw / BULLETIN).unlink()
    run = scheduler.g60("refresh", "--warehouse", where.warehouse, "--raw", where.raw)
    assert run.returncode == 1
    assert f"{BULLETIN}" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    assert require_release(where).id == require_release(published.paths).id


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system that is soon full. Only root may mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("a small file system can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


REFRESH = """
import sys
from pathlib import Path
from flows.errors import G60Error
from flows.pipeline import Refresh
from flows.settings import Paths
try:
    Refresh(Paths(warehouse=Path(sys.argv[1])), force=True).run()
except G60Error as error:
    sys.exit(str(error))
"""


def test_on_a_full_disk_a_refresh_ends_in_one_sentence(tmp_path: Path) -> None:
    # Enough for the build, too little for the release.
    with small_disk(tmp_path / "disk", 32) as disk:
        run = subprocess.run(
            [sys.executable, "-c", REFRESH, str(disk)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert current_release(Paths(warehouse=disk)) is None
    assert run.returncode == 1
    assert run.stderr.startswith("the disk is full")
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_warehouse_that_may_not_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 6) as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(G60Error, match="the warehouse cannot be written: Read-only file system"):
            Refresh(Paths(warehouse=disk)).run()


HOLD = """
import sys, time
from pathlib import Path
from flows.release.lock import lock
from flows.release.pending import ReleaseHeld
from flows.settings import Paths
with lock(Paths(warehouse=Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_refresh_says_who_holds_the_lock_and_a_killed_holder_holds_it_no_longer(
    tmp_path: Path,
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    where = Paths(warehouse=tmp_path)
    with pytest.raises(G60Error, match=rf"is running since .* as process {holder.pid} on "), lock(where):
        pass
    holder.kill()
    holder.wait()
    with lock(where):
        pass


def test_old_releases_are_cleared_away_by_the_refresh_that_follows(
    edited: tuple[Paths, Refresh],
) -> None:
    where, _ = edited
    names = [folder.name for folder in release_folders(where)]
    assert len(names) == 2
    said = g60(where, "release", "--pin", names[0], "--note", "cited", "--prune", "--keep", "1")
    assert said.exit_code == 0, said.stderr
    assert "pinned: cited" in said.stdout
    assert [folder.name for folder in release_folders(where)] == names
