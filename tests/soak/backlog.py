"""`python -m tests.soak.backlog [RUNS]`: a pile of late runs, under Prefect's own settings and under ours.

For each it prints how often SQLite refused a statement ("database is locked") and how long requests took, and
how long it was from the start to the end of the next run. Some minutes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.server import free_port
from flows.settings import paths
from tests.serving.conftest import Served, ask, serving, wait_for
from tests.serving.test_serve import pile_up

LIMIT_SECONDS = 400


def locked(logs: list[Path]) -> int:
    return sum(log.read_text(encoding="utf-8").count("database is locked") for log in logs if log.exists())


def ended_runs(database: Path) -> dict[str, int]:
    with contextlib.closing(sqlite3.connect(database, timeout=60)) as connection:
        return dict(connection.execute("select state_name, count(*) from flow_run group by 1").fetchall())


def latencies(address: str, done: float) -> list[float]:
    """Seconds of a small request, once a second until a moment on the monotonic clock."""
    found = []
    while time.monotonic() < done:
        began = time.monotonic()
        with contextlib.suppress(OSError):
            ask(address, "/flow_runs/count", {})
        found.append(time.monotonic() - began)
        time.sleep(1)
    return found


def under_prefects_settings(home: Path, runs: int) -> None:
    """The same database below a plain server, whose worker is stuck, for two minutes."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    log = home / "plain.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
            env=env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            wait_for(lambda: ask(address, "/health"), 60, "the plain server")
            waited = latencies(address, time.monotonic() + 120)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    print(
        f"prefect's settings, {runs} late runs, 120 s: {locked([log])} times locked; requests median "
        f"{statistics.median(waited):.2f} s, slowest {max(waited):.2f} s; {ended_runs(home / 'prefect.db')}"
    )


def under_ours(served: Served, began: float, runs: int) -> None:
    cleared = served.said("cleared", LIMIT_SECONDS)
    cleared_after = time.monotonic() - began
    waited = latencies(served.address, time.monotonic() + 20)
    # Touching no file, the next run is one that nobody scheduled: it finds that nothing changed.
    [refresh] = [one for one in ask(served.address, "/deployments/filter", {}) if one["name"] == "refresh"]
    ask(served.address, f"/deployments/{refresh['id']}/create_flow_run", {})
    served.said("refresh completed", LIMIT_SECONDS)
    completed_after = time.monotonic() - began
    home = served.where.warehouse / "scheduler"
    ends = ended_runs(home / "prefect.db")
    print(
        f"ours, {runs} late runs: {locked([home / 'logs' / 'server.log'])} times locked; {cleared!r} after "
        f"{cleared_after:.0f} s; requests median {statistics.median(waited):.2f} s, slowest "
        f"{max(waited):.2f} s; the next run had completed after {completed_after:.0f} s; {ends}"
    )


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where = paths(None, Path(folder) / "warehouse")
        database = where.warehouse / "scheduler" / "prefect.db"
        with serving(where) as served:
            served.said("refresh completed", LIMIT_SECONDS)
            served.end(signal.SIGTERM)
        pile_up(database, runs)
        plain = Path(folder) / "plain"
        plain.mkdir()
        with (
            contextlib.closing(sqlite3.connect(database)) as source,
            contextlib.closing(sqlite3.connect(plain / "prefect.db")) as copy,
        ):
            source.backup(copy)
        under_prefects_settings(plain, runs)
        began = time.monotonic()
        with serving(where) as served:
            under_ours(served, began, runs)
            served.end(signal.SIGTERM)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
