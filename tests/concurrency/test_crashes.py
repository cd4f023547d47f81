"""A refresh that is killed leaves the old release or the new one, whole; tests/soak kills hundreds."""

from __future__ import annotations

import shutil

import pytest

from flows.pipeline import Refresh
from flows.release.current import require_release
from flows.release.history import release_folders
from flows.settings import Paths
from tests.conftest import Published
from tests.crashes import kill_in, start, what_is_wrong


@pytest.fixture(scope="module")
def where(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    warehouse = tmp_path_factory.mktemp("crashed") / "warehouse"
    shutil.copytree(published.paths.warehouse, warehouse, symlinks=True)
    return Paths(warehouse=warehouse)


@pytest.mark.parametrize(("phase", "delay"), [("land", 0.1), ("publish", 0.5), ("flip", 0.01)])
def test_after_a_kill_readers_find_a_whole_release(where: Paths, phase: str, delay: float) -> None:
    assert kill_in(start(where), phase, delay), "the refresh was over before it could be killed"
    assert what_is_wrong(where) == []


def test_the_refresh_after_a_kill_succeeds_by_itself_and_leaves_nothing_behind(where: Paths) -> None:
    torn = where.landed / sorted(path.name for path in where.landed.iterdir())[0]
    torn.write_bytes(torn.read_bytes()[:100])
    (where.dbt_target / "partial_parse.msgpack").write_bytes(b"\x81torn")
    release = Refresh(where, force=True).run()
    assert require_release(where).id == release
    assert what_is_wrong(where) == []
    assert [path.name for path in sorted(where.releases.iterdir())] == [
        folder.name for folder in release_folders(where)
    ]
    assert list(where.warehouse.glob(".current*")) == []
