"""A real `g60 serve` in a process of its own, and a PostgreSQL of the tests' own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import pytest

from flows.server import free_port
from flows.settings import ROOT, Paths, paths
from tests.conftest import Published, Scheduler
from tests.postgres import postgres_server

Found = TypeVar("Found")


def wait_for(what: Callable[[], Found], seconds: float, said: str) -> Found:
    """The first answer that is true. Fails after `seconds`, saying what was waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if found := what():
                return found
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {said}")


def ask(address: str, path: str, body: dict[str, Any] | None = None, seconds: float = 20) -> Any:
    """What the API at an address answers, to a GET without a body and a POST with one.

    While its database is busy it says 503, and to come again, which Prefect's own client does too.
    """
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api{path}", content, {"Content-Type": "application/json"})
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > until:
                raise
            time.sleep(0.5)


@dataclass
class Served:
    """One run of `g60 serve`, the lines it printed, and every process it brought into being."""

    where: Paths
    port: int
    docs_port: int
    process: subprocess.Popen[str]
    mark: str
    lines: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self, words: str, seconds: float) -> str:
        """The first line with these words, waited for."""
        return wait_for(
            lambda: next((line for line in self.lines if words in line), ""),
            seconds,
            f"{words!r} in {self.lines}",
        )

    def runs(self, **wanted: Any) -> list[dict[str, Any]]:
        """Runs of the deployment `refresh` whose fields have the values wanted, newest first."""
        [deployment] = [
            found for found in ask(self.address, "/deployments/filter", {}) if found["name"] == "refresh"
        ]
        body = {
            "flow_runs": {"deployment_id": {"any_": [deployment["id"]]}},
            "sort": "EXPECTED_START_TIME_DESC",
        }
        found = ask(self.address, "/flow_runs/filter", body)
        return [run for run in found if all(run[name] == value for name, value in wanted.items())]

    def processes(self) -> list[str]:
        """Command lines of all that was started, by anyone, with the mark of this run in its environment."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        return found

    def end(self, number: signal.Signals) -> float:
        """Send one signal and wait. Returns the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - began


def start_serving(where: Paths, *options: str) -> Served:
    port, docs_port, mark = free_port(), free_port(), f"G60_TEST_MARK={uuid.uuid4()}"
    name, _, value = mark.partition("=")
    command = [sys.executable, "-m", "flows", "serve", "--raw", where.raw, "--warehouse", where.warehouse]
    process = subprocess.Popen(
        [*map(str, command), "--port", str(port), "--docs-port", str(docs_port), *options],
        env={**os.environ, name: value},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    served = Served(where, port, docs_port, process, mark)

    def listen() -> None:
        assert process.stdout
        for line in process.stdout:
            served.lines.append(line.rstrip())

    threading.Thread(target=listen, daemon=True).start()
    return served


@contextlib.contextmanager
def serving(where: Paths, *options: str) -> Iterator[Served]:
    served = start_serving(where, *options)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()


def copy_of(published: Published, folder: Path) -> Paths:
    """A warehouse with one release, and the raw files it was made of."""
    shutil.copytree(ROOT / "raw", folder / "raw")
    shutil.copytree(published.paths.warehouse, folder / "warehouse", symlinks=True)
    return paths(folder / "raw", folder / "warehouse")


def migrated_home(scheduler: Scheduler, where: Paths) -> None:
    """A scheduler's database with its tables: the first start of a new one takes many seconds."""
    home = where.warehouse / "scheduler"
    home.mkdir()
    with (
        contextlib.closing(sqlite3.connect(Path(scheduler.env["PREFECT_HOME"]) / "prefect.db")) as source,
        contextlib.closing(sqlite3.connect(home / "prefect.db")) as copy,
    ):
        source.backup(copy)
        copy.execute("delete from flow_run")
        copy.commit()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str | None]:
    """The URL of an empty database in a cluster of the tests' own; None where PostgreSQL is not installed."""
    with postgres_server() as address:
        yield address
