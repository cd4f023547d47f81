"""A PostgreSQL of the tests' own, from Debian's package."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flows.server import free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))


@contextlib.contextmanager
def postgres_server() -> Iterator[str | None]:
    """The URL of an empty database in a new cluster on loopback; None where PostgreSQL is not installed."""
    if not PROGRAMS:
        yield None
        return
    user: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="g60_postgres_"))
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and pytest's folders are closed to all others.
        name = "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
        user = ["runuser", "-u", name, "--"]
        shutil.chown(folder, name)
    data, port = folder / "data", free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    control = [*user, str(PROGRAMS[-1] / "pg_ctl"), "--pgdata", str(data), "--silent", "--wait"]
    initdb = ["initdb", "--options", "--username=g60 --auth=trust --encoding=UTF8 --no-sync"]
    subprocess.run([*control, *initdb], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    log = ["--log", str(folder / "postgres.log")]
    subprocess.run([*control, *log, "start", "--options", options], cwd=folder, check=True)
    try:
        yield f"postgresql://g60@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "--mode", "immediate", "stop"], cwd=folder, check=True)
        shutil.rmtree(folder)
