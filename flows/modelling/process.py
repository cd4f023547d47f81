"""dbt in a process of its own: its imports and its parse run beside those of the scheduler and the landing.

One process serves a whole refresh: it reads the project as soon as it starts, then builds, then writes dbt's
docs, and keeps the parsed project in memory between them. It speaks in lines of JSON on its standard streams
and ends with the process that started it, however that went.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from flows.errors import G60Error
from flows.modelling.build import Build, Node, build, parse, write_docs
from flows.settings import Paths


class Modeller:
    """The caller's end: starts the process at once and asks it for one thing at a time."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.log = paths.build / "dbt.log"
        paths.build.mkdir(parents=True, exist_ok=True)
        said = json.dumps({name: str(value) for name, value in asdict(paths).items() if value is not None})
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows.modelling", said, str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # As DuckDB there: one thread sums in one order, and two wait for each other on busy cores.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )

    def __enter__(self) -> Modeller:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def build(self, progress: Callable[[str], None] = lambda _: None) -> Build:
        """Every seed, model and data test. Raises G60Error when dbt itself breaks."""
        said = self.ask("build", progress)
        return Build(tuple(Node(**node) for node in said["nodes"]), said["dbt_version"])

    def write_docs(self) -> Path:
        """dbt's own docs of the last build as one page."""
        return Path(self.ask("docs"))

    def ask(self, what: str, progress: Callable[[str], None] = lambda _: None) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{what}\n".encode())
            self.process.stdin.flush()
        for line in self.process.stdout:
            kind, said = json.loads(line)
            if kind == "progress":
                progress(said)
            elif kind == "error":
                raise G60Error(*said)
            else:
                return said
        status = self.process.wait()
        ended = f"signal {-status}" if status < 0 else f"status {status}"
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        remedy = "refresh again; if it happens again, see whether memory or disk ran out"
        raise G60Error(f"the process of dbt ended with {ended}: {last}", str(self.log), remedy)

    def stop(self) -> None:
        """End the process, whatever it is at: all it has written is scratch."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def serve(said: str) -> None:
    """The process's end: read the project, then answer line by line until the input ends."""
    read = json.loads(said)
    folders = {name: Path(read[name]) for name in ("raw", "warehouse", "project")}
    paths = Paths(**folders, as_of=read.get("as_of"))
    # Whatever a library prints must not get between the answers.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

        def say(kind: str, what: Any) -> None:
            out.write(json.dumps([kind, what], default=str) + "\n")
            out.flush()

        # A project that cannot be read is told when it is asked for, by the same call that says it then.
        with contextlib.suppress(G60Error):
            parse(paths)
        for line in sys.stdin:
            try:
                if line.strip() == "build":
                    made = build(paths, lambda node: say("progress", node))
                    nodes = [asdict(node) for node in made.nodes]
                    say("done", {"nodes": nodes, "dbt_version": made.dbt_version})
                else:
                    say("done", str(write_docs(paths)))
            except G60Error as error:
                say("error", [error.what, error.where, error.remedy])
