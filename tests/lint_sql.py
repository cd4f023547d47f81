"""Lint the SQL of the project: `python -m tests.lint_sql [processes]`, from the root of the repository.

The linter and the rules of `sqlfluff lint`, in half of its time: two fifths of that go to Python's garbage
collector, which walks syntax trees that are all in use. And as with ruff and mypy, a file once found clean is
passed over until it, a macro, the rules or the linter changes.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import sqlfluff
from jinja2 import Environment
from sqlfluff.core import FluffConfig, Linter
from sqlfluff.core.linter.discovery import paths_from_path

LINTED = ("dbt_project/models", "dbt_project/tests", "dbt_project/analyses")
SHARED = ("dbt_project/macros", "pyproject.toml")
CLEAN = Path(".sqlfluff_cache", "clean")


def compile_templates_once() -> None:
    """For each file the linter has Jinja compile every macro of the project anew, always to the same code."""
    compile_anew, made = Environment.compile, {}

    def compiled(self: Environment, source: Any, *options: Any, **named: Any) -> Any:
        key = (type(self), source, options, *sorted(named.items()))
        if key not in made:
            made[key] = compile_anew(self, source, *options, **named)
        return made[key]

    Environment.compile = compiled  # type: ignore[method-assign]


@functools.cache
def linter() -> Linter:
    """The linter by the rules of pyproject.toml; from here on the collector runs when it is told to."""
    compile_templates_once()
    made = Linter(FluffConfig.from_root())
    gc.disable()
    gc.freeze()
    return made


def faults(path: str) -> list[str]:
    """What the rules find in one file, a line each."""
    linted = linter().lint_path(path)
    found = [
        f"{path}:{fault.line_no}:{fault.line_pos}: {fault.rule_code()} {fault.desc()}"
        for fault in linted.get_violations()
    ]
    del linted
    gc.collect()
    return found


def digest(paths: Iterable[Path], *more: str) -> str:
    """Of the names and the bytes of files."""
    sha256 = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        data = path.read_bytes()
        sha256.update(f"{path}\0{len(data)}\0".encode() + data)
    return sha256.hexdigest()


def main(processes: int = 2) -> int:
    shared = (path for name in SHARED for path in sorted({Path(name), *Path(name).rglob("*.sql")}))
    rules = digest((path for path in shared if path.is_file()), sqlfluff.__version__)
    seals = {path: digest([Path(path)], rules) for folder in LINTED for path in paths_from_path(folder)}
    clean = set(CLEAN.read_text(encoding="utf-8").split()) if CLEAN.is_file() else set()
    # The longest first: no process is left with one of them at the end.
    due = sorted((p for p in seals if seals[p] not in clean), key=lambda p: -Path(p).stat().st_size)
    with ProcessPoolExecutor(processes) as pool:
        found = dict(zip(due, pool.map(faults, due), strict=True))
    CLEAN.parent.mkdir(exist_ok=True)
    CLEAN.write_text("\n".join(seal for path, seal in seals.items() if not found.get(path)), encoding="utf-8")
    for fault in (fault for each in found.values() for fault in each):
        print(fault)
    print(f"SQL: {len(seals)} files, {len(due)} of them linted, {sum(map(len, found.values()))} faults")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
