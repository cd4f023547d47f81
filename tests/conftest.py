"""What several folders of tests share: a scheduler and one published warehouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.server import TemporaryServer, free_port
from flows.settings import Paths, paths
from tests.programs import program

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Tests read what commands say in English, whatever the language of the machine.
os.environ["G60_LANG"] = "en"
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


@dataclass(frozen=True)
class Scheduler:
    """A real Prefect server of the tests' own, with its UI."""

    address: str
    env: dict[str, str]

    @property
    def api(self) -> str:
        return f"{self.address}/api"

    def g60(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The command line as a user runs it, in a process of its own."""
        command = [sys.executable, "-m", "flows", *map(str, arguments)]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=300, check=False)


def g60_here(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line in this very process, where dbt is imported and parses once for many tests."""
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*map(str, arguments)])
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    home = tmp_path_factory.mktemp("prefect")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {**os.environ, **QUIET, "PREFECT_HOME": str(home)}
    env.pop("PREFECT_API_URL", None)
    command = [sys.executable, "-m", "flows.serving.scheduler", "server", "start"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        server = TemporaryServer(f"{address}/api", subprocess.Popen(command, env=env, stdout=log, stderr=log))
        try:
            server.wait()
            yield Scheduler(address, {**env, "PREFECT_API_URL": server.api})
        finally:
            server.stop()


@dataclass(frozen=True)
class Published:
    """A warehouse that one real refresh of the repository's raw files published."""

    paths: Paths
    output: str
    # The scratch folder as that refresh left it: later ones of the tests write over their own.
    build: Path


@pytest.fixture(scope="session")
def published(scheduler: Scheduler, tmp_path_factory: pytest.TempPathFactory) -> Published:
    warehouse = tmp_path_factory.mktemp("warehouse")
    run = scheduler.g60("refresh", "--warehouse", warehouse)
    assert run.returncode == 0, run.stdout + run.stderr
    where = paths(None, warehouse)
    build = tmp_path_factory.mktemp("build") / "build"
    shutil.copytree(where.build, build, ignore=shutil.ignore_patterns("landed", "logs"))
    return Published(where, run.stdout, build)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process, with nothing of its own on the network."""
    # Imported late: most tests need no browser.
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=arguments)
        yield browser
        browser.close()
