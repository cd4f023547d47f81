"""Ten thousand damaged files landed and judged: what became of them, and that nothing was lost or made up.

    python -m tests.benchmarks.mutations [count] [seed]

Ends with status 1 where a file crashes the reader, a cell goes missing, a message is not one line, or a
figure has a number that its cell does not print.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import duckdb

from flows.errors import G60Error
from flows.landing.layouts import EVENT, REGISTER, STATISTIC, RawTable
from flows.landing.tables import cards_table, refused_table, stacked, write_landing
from flows.landing.take_in import LandedFile
from flows.modelling.build import judge
from flows.settings import Paths
from tests.fixtures.guarded import take_in_guarded
from tests.fixtures.mutations import Mutant, mutants
from tests.fixtures.printed import reading
from tests.fixtures.recount import Recount, is_same, is_text, landed_cells, printed, recount

COUNT, SEED = 10_000, 60
# Twelve significant digits are kept of every value.
TOLERANCE = Fraction(1, 10**11)
SHOWN = 3  # faults of one file
# What must not happen, and how it is told.
PROMISES = {
    "crash": "nothing crashes the reader or the models",
    "lost": "no cell is lost",
    "message": "every refused piece is told in one line",
    "number": "no number is made up",
}
SMALLEST = Fraction(1, 10**300)
# What breaks a line, takes over a terminal, turns a text around or cannot be stored.
UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COLUMNS = (
    *("files", "whole", "in part", "refused", "cells", "landed", "quarantined", "not data", "recounted"),
    *("taken", "missing", "refused figures"),
)
FIGURES = """
    select s.cell_address, s.file_path, s.value_as_printed, r.unit_text, r.indicator_text, s.unit, s.value,
        s.is_missing, s.reject_rule is not null as is_refused
    from staging.stg_statistic as s
    inner join raw.statistic as r on s.cell_address = r.cell_address
"""


@dataclass
class Report:
    """Counts by kind of damage, and all that should not have happened."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    violations: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in PROMISES})
    seconds: dict[str, float] = field(default_factory=dict)

    def total(self, column: str) -> int:
        return sum(counter[column] for counter in self.counts.values())


Fault = tuple[str, str]


def faults_of(file: LandedFile) -> list[Fault]:
    """What is wrong with what taking a file in gave, but for its numbers: the promise broken and how."""
    found = []
    if file.read != file.kept + file.quarantined + file.not_data:
        found.append(
            ("lost", f"{file.read} cells read are {file.kept} + {file.quarantined} + {file.not_data}")
        )
    for piece in file.rejected:
        found += [
            ("message", f"{piece.rule} is told as {said[:200]!r}")
            for said in (piece.reason, piece.remedy)
            if not said.strip() or UNSAYABLE.search(said)
        ]
    try:
        for write in (cards_table, refused_table):
            write([file])
        kinds: dict[RawTable, tuple[str, ...]] = {
            "statistic": STATISTIC,
            "register": REGISTER,
            "event": EVENT,
        }
        for table, names in kinds.items():
            stacked([file], names, table)
    except Exception as error:
        found.append(("crash", f"its texts cannot be stored: {type(error).__name__}: {error}"))
    return found


def lost_of(file: LandedFile, again: Recount, is_hurt: bool = False) -> list[Fault]:
    """Cells that another reader counts and landing does not, and landed texts that do not stand there.

    Where bytes were hurt, the other reader may miss what landing still finds, but not the other way round.
    """
    found = []
    if file.read < again.cells or (file.read > again.cells and not is_hurt):
        found.append(("lost", f"{file.read} cells were read, another reader finds {again.cells}"))
    for address, text in landed_cells(file):
        value = again.at(address)
        if not is_same(text, value) and (is_text(value) or not is_hurt):
            stands = printed(value)[:80]
            found.append(("number", f"{text[:80]!r} landed from {address}, where {stands!r} stands"))
    return found


def take_in_all(
    folder: Path, count: int, seed: int, report: Report
) -> tuple[list[LandedFile], dict[str, Recount]]:
    files: list[LandedFile] = []
    again: dict[str, Recount] = {}
    raw = folder / "raw"
    (raw / "synthetic").mkdir(parents=True)
    for mutant in mutants(seed, count):
        path = put(raw / "synthetic", mutant)
        counter = report.counts[mutant.kind]
        counter["files"] += 1
        try:
            file = take_in_guarded(path, raw, mutant.is_hurt)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            report.violations["crash"].append(f"{mutant.name}: {type(error).__name__}: {error}")
            continue
        faults = faults_of(file)
        if file.landed is not None and (read := recount(path, file)) is not None:
            again[file.path] = read
            counter["recounted"] += 1
            faults += lost_of(file, read, mutant.is_hurt)
        for promise, told in faults[:SHOWN]:
            report.violations[promise].append(f"{mutant.name}: {told}")
        counter["refused" if file.landed is None else "in part" if file.rejected else "whole"] += 1
        counter["cells"] += file.read
        counter["landed"] += file.kept
        counter["quarantined"] += file.quarantined
        counter["not data"] += file.not_data
        if not any(promise == "crash" for promise, _ in faults):
            files.append(file)
    return files, again


def put(folder: Path, mutant: Mutant) -> Path:
    path = folder / mutant.name
    path.write_bytes(mutant.data)
    path.with_name(path.name + ".yaml").write_text(mutant.card, encoding="utf-8", errors="replace")
    return path


def check_figures(database: Path, again: dict[str, Recount], report: Report) -> None:
    """Every figure that passed has the number that its cell prints, in its unit, read by another grammar from
    another reader's text."""
    with duckdb.connect(str(database), read_only=True) as connection:
        figures = connection.execute(FIGURES).fetchall()
    for address, path, text, unit, indicator, base, value, is_missing, is_refused in figures:
        kind = Path(path).name.split("_", 1)[1].rpartition(".")[0].replace("_", " ")
        outcome = "refused figures" if is_refused else "missing" if is_missing else "taken"
        report.counts[kind][outcome] += 1
        if outcome != "taken":
            continue
        stands = again[path].at(address.partition("#")[2]) if path in again else None
        text = printed(stands).strip() if is_text(stands) else text
        expected = reading(text, column_unit(unit, indicator), base)
        if expected is None:
            report.violations["number"].append(f"{address}: {text[:80]!r} was taken for {value:.12g} {base}")
        elif is_other(expected, value):
            told = f"{address}: {text[:80]!r} is {float(expected):.12g} {base}, not {value:.12g}"
            report.violations["number"].append(told)


def is_other(expected: Fraction, value: float) -> bool:
    """Whether a value is another number than the one printed, but for digits that a double does not hold."""
    return abs(Fraction(value) - expected) > TOLERANCE * abs(expected) + SMALLEST


def column_unit(unit: str | None, indicator: str | None) -> str | None:
    """The unit beside a figure: that of its column, or the one in brackets behind its indicator."""
    if unit is None:
        _, _, bracketed = (
            (indicator or "").translate(HALF_BRACKETS).rstrip().removesuffix(")").rpartition("(")
        )
        return bracketed or None
    bare = "".join(unit.split()).translate(HALF)
    return bare[1:-1] if bare.startswith("(") and bare.endswith(")") else bare


HALF = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
HALF_BRACKETS = {ord("（"): "(", ord("）"): ")", ord("％"): "%"}


def run(folder: Path, count: int = COUNT, seed: int = SEED) -> Report:
    report = Report()
    paths = Paths(raw=folder / "raw", warehouse=folder / "warehouse")
    start = time.perf_counter()
    files, again = take_in_all(folder, count, seed, report)
    report.seconds["made, taken in and recounted"] = time.perf_counter() - start
    start = time.perf_counter()
    landing = write_landing(files, paths.build_database)
    if landing.read != landing.landed + landing.quarantined + landing.not_data:
        report.violations["lost"].append(f"the cells of the landing do not add up: {landing}")
    report.seconds["written"] = time.perf_counter() - start
    start = time.perf_counter()
    try:
        judge(paths)
        check_figures(paths.build_database, again, report)
    except G60Error as error:
        report.violations["crash"].append(f"judge: {' '.join(str(error).split())}")
    report.seconds["judged and read a second time"] = time.perf_counter() - start
    return report


def show(report: Report) -> None:
    kinds = sorted(report.counts)
    width = max(map(len, kinds))
    print(" " * width, *(f"{name:>15}" for name in COLUMNS))
    for kind in kinds:
        print(kind.ljust(width), *(f"{report.counts[kind][name]:>15,}" for name in COLUMNS))
    print("total".ljust(width), *(f"{report.total(name):>15,}" for name in COLUMNS))
    for step, seconds in report.seconds.items():
        print(f"{seconds:7.1f} s  {step}")
    for promise, said in PROMISES.items():
        broken = report.violations[promise]
        print(f"{said}: " + (f"broken {len(broken):,} times" if broken else "kept"))
        for violation in broken:
            print(" ", violation)


def main() -> int:
    count, seed = [*map(int, sys.argv[1:]), *(COUNT, SEED)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), count, seed)
    show(report)
    return any(report.violations.values())


if __name__ == "__main__":
    sys.exit(main())
