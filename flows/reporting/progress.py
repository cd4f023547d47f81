"""What a refresh says while it runs: a live line on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from flows.terminal import is_watched, print_line
from flows.wording import said


class Silent:
    """A refresh that nobody watches."""

    def step(self, name: str) -> None:
        pass

    def detail(self, text: str) -> None:
        pass

    def done(self, text: str) -> None:
        pass

    def note(self, text: str) -> None:
        pass


class Progress(AbstractContextManager["Progress"]):
    """Steps with their duration; `detail` shows what a step is at, on a terminal only."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.live: Status | None = console.status(said("starting")) if is_watched(console) else None
        self.name = ""
        self.since = time.monotonic()

    def __enter__(self) -> Progress:
        if self.live:
            self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            self.live.stop()

    def step(self, name: str) -> None:
        """Begin a step."""
        self.name, self.since = name, time.monotonic()
        if self.live:
            self.live.update(said(name))

    def detail(self, text: str) -> None:
        if self.live:
            self.live.update(f"{said(self.name)}  [dim]{escape(text)}[/dim]")

    def note(self, text: str) -> None:
        """Say what deserves a look and stops nobody."""
        print_line(self.console, "note", text)

    def done(self, text: str) -> None:
        """End the step, saying what came of it."""
        seconds = time.monotonic() - self.since
        print_line(self.console, self.name, f"{said(text)} ({seconds:.1f} s)")
