"""dbt in the calling process: its imports and its parse are paid once for many refreshes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import flows.modelling.build as modelling
from flows.modelling.process import Modeller
from flows.settings import Paths


class Warm(Modeller):
    """What a refresh asks of dbt, answered here instead of by a process of its own."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths

    def build(self, progress: Callable[[str], None] = lambda _: None) -> modelling.Build:
        return modelling.build(self.paths, progress)

    def write_docs(self) -> Path:
        return modelling.write_docs(self.paths)

    def stop(self) -> None:
        pass
