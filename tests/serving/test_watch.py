"""When the watch asks for a refresh, without files, clocks or a scheduler."""

from __future__ import annotations

import os
from pathlib import Path

from flows.serving.watch import FIRST_PAUSE, LONGEST_PAUSE, Seen, Watch, look_at, pause

SOME: Seen = frozenset({("a.csv", 1, 10)})
OTHER: Seen = frozenset({("a.csv", 2, 10)})


class Inputs:
    """A fingerprint that says what it is told, and how often it was asked."""

    def __init__(self, now: str) -> None:
        self.now, self.asked = now, 0

    def __call__(self) -> str:
        self.asked += 1
        return self.now


def test_files_are_taken_in_once_two_looks_find_them_alike() -> None:
    watch = Watch(Inputs("new"))
    assert watch.look(SOME, "old", False, 0) is None
    assert watch.look(OTHER, "old", False, 2) is None
    assert watch.look(OTHER, "old", False, 4) == "new"


def test_nothing_is_asked_while_the_release_is_what_the_inputs_give() -> None:
    inputs = Inputs("same")
    watch = Watch(inputs)
    assert [watch.look(SOME, "same", False, now) for now in range(0, 100, 2)] == [None] * 50
    assert inputs.asked == 1, "unchanged files are not read again"


def test_nothing_is_asked_while_a_refresh_runs() -> None:
    watch = Watch(Inputs("new"))
    assert [watch.look(SOME, None, True, now) for now in range(5)] == [None] * 5
    assert watch.look(SOME, None, False, 5) == "new"


def test_what_was_lost_or_crashed_is_asked_again_after_growing_pauses() -> None:
    watch = Watch(Inputs("new"))
    watch.look(SOME, None, False, 0)
    asked = [now for now in range(1, 200) if watch.look(SOME, None, False, now)]
    assert asked == [1, 21, 61, 141]
    assert (pause(1), pause(100)) == (FIRST_PAUSE, LONGEST_PAUSE)


def test_what_the_gate_refused_is_asked_again_only_when_the_inputs_change() -> None:
    inputs = Inputs("bad")
    watch = Watch(inputs)
    watch.look(SOME, "old", False, 0)
    assert watch.look(SOME, "old", False, 1) == "bad"
    watch.ended(started=2, refused=True)
    assert [watch.look(SOME, "old", False, now) for now in range(3, 5000, 100)] == [None] * 50
    inputs.now = "mended"
    watch.look(OTHER, "old", False, 6000)
    assert watch.look(OTHER, "old", False, 6002) == "mended"


def test_a_refusal_of_an_earlier_state_of_the_files_says_nothing_of_this_one() -> None:
    watch = Watch(Inputs("new"))
    watch.look(SOME, "old", True, 0)
    watch.look(SOME, "old", True, 100)
    watch.ended(started=50, refused=True)
    assert watch.look(SOME, "old", False, 101) == "new"


def test_a_refusal_is_remembered_over_a_restart() -> None:
    watch = Watch(Inputs("bad"), settled="bad")
    assert [watch.look(SOME, "old", False, now) for now in range(10)] == [None] * 10


def test_a_release_that_was_taken_back_is_not_published_again_by_itself() -> None:
    watch = Watch(Inputs("new"))
    watch.look(SOME, "new", False, 0)
    watch.look(SOME, "new", False, 1)
    assert [watch.look(SOME, "the one before", False, now) for now in range(2, 10)] == [None] * 8


def test_a_touched_file_with_the_same_content_asks_for_nothing() -> None:
    watch = Watch(Inputs("same"))
    for now, seen in enumerate((SOME, SOME, OTHER, OTHER, OTHER)):
        assert watch.look(seen, "same", False, now) is None


def test_a_look_sees_new_changed_and_gone_files_and_no_hidden_ones(tmp_path: Path) -> None:
    file = tmp_path / "suzhou" / "a.csv"
    file.parent.mkdir()
    file.write_text("1")
    first = look_at(tmp_path)
    (tmp_path / ".a.csv.part").write_text("1")
    assert look_at(tmp_path) == first
    os.utime(file, ns=(1, 1))
    assert look_at(tmp_path) != first
    file.unlink()
    assert look_at(tmp_path) == frozenset()
