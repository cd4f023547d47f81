"""The scheduler's API: the one that is running, else one of our own for as long as a refresh takes.

Prefect starts a temporary server by itself when none is configured, but only once a flow begins and while
nothing else happens. Started here as its own process at the first moment, it comes up while dbt is read.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from flows.errors import G60Error
from flows.processes import end_with_parent

DEFAULT_API = "http://127.0.0.1:4200/api"
START_SECONDS = 120
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


LEAN = ("--no-services", "--no-ui", "--host", "127.0.0.1")


def answers(api: str, seconds: float = 0.5) -> bool:
    """Whether a Prefect API answers at this address."""
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=seconds) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class TemporaryServer:
    """A Prefect server on loopback that ends with the refresh that started it."""

    api: str
    process: subprocess.Popen[bytes]

    def wait(self) -> None:
        """Until it answers. Raises G60Error when it dies or does not come up in time."""
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.api, 0.2):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise G60Error(
                    "the temporary Prefect server did not start",
                    self.api,
                    "start one with `prefect server start` to see why, then refresh again",
                )
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start_temporary_server() -> TemporaryServer:
    """A server without the loops that schedule: it lives for one run and has nothing to schedule."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", *LEAN, "--port", str(port)],
        env={**os.environ, **QUIET},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_parent,
    )
    return TemporaryServer(f"http://127.0.0.1:{port}/api", process)


def configured_api() -> str | None:
    """The server that Prefect is set up to use: by the environment, else by its active profile.

    The profile is read here because asking Prefect would mean importing it first.
    """
    if from_environment := os.environ.get("PREFECT_API_URL"):
        return from_environment
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    file = Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml")).expanduser()
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return None
    active = os.environ.get("PREFECT_PROFILE", said.get("active"))
    api = said.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    return str(api) if api else None


def find_scheduler() -> TemporaryServer | None:
    """Set PREFECT_API_URL for this process: a running server's address, else a temporary one's.

    Returns the temporary server, which may still be starting, or None when one was running already. Call
    before Prefect is imported: the server must outlive what Prefect still sends while Python exits, and
    exit handlers run in reverse order.
    """
    if configured := configured_api():
        if not answers(configured, 5):
            raise G60Error(
                "the Prefect server named by PREFECT_API_URL does not answer",
                configured,
                "start it, or unset PREFECT_API_URL to run with a temporary one",
            )
        os.environ["PREFECT_API_URL"] = configured
        return None
    if answers(DEFAULT_API):
        os.environ["PREFECT_API_URL"] = DEFAULT_API
        return None
    server = start_temporary_server()
    atexit.register(server.stop)
    # A plain SIGTERM would end Python without its exit handlers and leave the server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.environ["PREFECT_API_URL"] = server.api
    return server
