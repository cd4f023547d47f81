"""Releases over time: going back, keeping, clearing away, and what is remembered of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.errors import G60Error
from flows.querying.releases import standing
from flows.release.current import point_at, require_release
from flows.release.history import find_release, pin, previous_release, prunable, prune, rollback, unpin
from flows.release.ledger import Ledger, Run, change_ledger, read_ledger
from flows.settings import Paths

NAMES = [f"2026010{day}T000000Z-{day * 8}" for day in "12345"]


@pytest.fixture
def where(tmp_path: Path) -> Paths:
    """Five releases, of which readers hold the newest."""
    paths = Paths(warehouse=tmp_path)
    for name in NAMES:
        (paths.releases / name).mkdir(parents=True)
        (paths.releases / name / "g60.duckdb").touch()
        said = {"release_id": name, "fingerprint": f"of {name}"}
        (paths.releases / name / "manifest.json").write_text(json.dumps(said))
    point_at(paths, paths.releases / NAMES[-1])
    return paths


def test_a_rollback_gives_readers_the_release_before_and_remembers_which_it_withdrew(where: Paths) -> None:
    left, now = rollback(where, None)
    assert (left.id, now.id) == (NAMES[4], NAMES[3])
    assert require_release(where).id == NAMES[3]
    assert read_ledger(where).withdrawn == {f"of {NAMES[4]}": NAMES[4]}
    assert str(where.current.readlink()) == f"releases/{NAMES[3]}/g60.duckdb"


def test_going_forward_again_takes_the_withdrawal_back(where: Paths) -> None:
    rollback(where, NAMES[1])
    rollback(where, NAMES[4])
    assert require_release(where).id == NAMES[4]
    assert read_ledger(where).withdrawn == {}


def test_the_release_before_is_never_one_that_was_withdrawn(where: Paths) -> None:
    change_ledger(where, withdrawn={"of it": NAMES[3]})
    assert previous_release(where).id == NAMES[2]


def test_before_the_oldest_release_there_is_nothing_to_go_back_to(where: Paths) -> None:
    rollback(where, NAMES[0])
    with pytest.raises(G60Error, match=f"there is no release before {NAMES[0]}"):
        rollback(where, None)
    with pytest.raises(G60Error, match="readers hold release"):
        rollback(where, NAMES[0])


def test_a_first_run_that_published_nothing_leaves_a_ledger_that_the_next_one_reads(tmp_path: Path) -> None:
    where = Paths(warehouse=tmp_path)
    run = Run(began="2026-01-01T00:00:00+00:00", ended="2026-01-01T00:01:00+00:00", outcome="refused",
              sentence="a test failed")  # fmt: skip
    change_ledger(where, last_run=run)
    assert read_ledger(where).last_run == run


@pytest.mark.parametrize(
    ("name", "said"),
    [("2026", "5 releases begin with '2026'"), ("1999", "there is no release '1999'")],
)
def test_a_name_that_is_no_release_is_told(where: Paths, name: str, said: str) -> None:
    with pytest.raises(G60Error, match=said):
        find_release(where, name)
    assert find_release(where, NAMES[2][:9]).id == NAMES[2]


def test_pruning_keeps_the_newest_the_pinned_the_current_and_the_one_to_go_back_to(where: Paths) -> None:
    pin(where, NAMES[0], "cited in a paper")
    rollback(where, NAMES[2])
    assert prune(where, keep=1) == [NAMES[3]]
    assert [path.name for path in sorted(where.releases.iterdir())] == [*NAMES[:3], NAMES[4]]
    unpin(where, NAMES[0])
    assert prune(where, keep=1) == [NAMES[0]]
    with pytest.raises(G60Error, match="is not pinned"):
        unpin(where, NAMES[1])
    with pytest.raises(G60Error, match="keep at least one"):
        prune(where, keep=0)


def test_without_a_current_release_pruning_still_keeps_the_newest(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in NAMES]
    assert prunable(folders, None, Ledger(), 2) == folders[:3]


def test_a_listing_says_what_there_is_to_say_of_a_release() -> None:
    ledger = Ledger(pinned={"a": "cited"}, withdrawn={"f": "b"})
    assert standing("a", "a", ledger) == "current; pinned: cited"
    assert standing("b", "a", ledger) == "rolled back"


@pytest.mark.parametrize("text", ["{", '{"held": 3}', "[]"])
def test_a_damaged_ledger_is_told_in_one_sentence(tmp_path: Path, text: str) -> None:
    paths = Paths(warehouse=tmp_path)
    paths.ledger.write_text(text)
    with pytest.raises(G60Error, match="the ledger of releases cannot be read") as caught:
        read_ledger(paths)
    assert "\n" not in str(caught.value)
