"""`g60 sql` where it cannot open: one sentence each."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from flows.settings import paths
from tests.conftest import g60_here
from tests.serving.endpoint import publish


def test_without_a_release_it_says_what_to_run(tmp_path: Path) -> None:
    run = g60_here("sql", "--warehouse", tmp_path)
    assert run.returncode == 3
    assert "no release has been published yet" in run.stderr


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_synthetic(tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    run = g60_here("sql", "--warehouse", tmp_path)
    assert run.returncode == 1
    assert "pip install -e '.[sql]'" in run.stderr


def test_in_a_pipe_it_names_the_command_for_one_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_synthetic(tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    run = g60_here("sql", "--warehouse", tmp_path)
    assert run.returncode == 1
    assert "g60 query" in run.stderr


def publish_synthetic(folder: Path) -> None:
    where = paths(None, folder)
    where.releases.mkdir(parents=True)
    publish(where, "synthetic-1")
