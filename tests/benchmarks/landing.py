"""How long landing takes against pandas reading the same files, side by side in one run; and its memory.

All files are synthetic and made anew in a temporary folder. Each measurement is a process of its own: its
time is that of the reading alone, its memory the peak of the whole process.

    python -m tests.benchmarks.landing [rounds]

Goals on two cores: a workbook of 20,000 rows lands in under 1 s, a CSV of 1,000,000 rows in under 6 s with
a peak under 1 GB, and 1,000 small documents are recognised as unchanged in under 1 s. Quote the ratios:
machines are noisy.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.unit.landing.files import HEADER, card, write_card

ROUNDS = 5
BOOK_ROWS, CSV_ROWS, DOCUMENTS = 20_000, 1_000_000, 1_000
PLACES = ["松江区", "苏州市", "嘉兴市", "杭州市", "金华市", "湖州市", "宣城市", "芜湖市", "合肥市"]
SYNTHETIC = {"title": "合成数据", "title_en": "Synthetic data of a benchmark"}

LAND = """
from flows.landing.land import land
land(Path(sys.argv[1]), Path(sys.argv[2]) / "g60.duckdb")
"""
PANDAS_BOOK = """
import pandas
for path in Path(sys.argv[1]).glob("*.xlsx"):
    pandas.read_excel(path, dtype=str, engine=ENGINE)
"""
PANDAS_CSV = """
import pandas
for path in Path(sys.argv[1]).rglob("*.csv"):
    pandas.read_csv(path, dtype=str, keep_default_na=False)
"""
RECOGNISE = """
from flows.fingerprint import fingerprint
from flows.settings import paths
fingerprint(paths(Path(sys.argv[1])))
"""
# Imports are not what is measured: they are the same for one file and for a thousand.
PROGRAM = """
import resource, sys, time
from pathlib import Path
import pyarrow.csv, pyarrow.compute, duckdb, pandas, python_calamine, openpyxl
import flows.landing.land, flows.fingerprint
began = time.monotonic()
{code}
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_mb: float


def measure(code: str, *arguments: Path) -> Run:
    command = [sys.executable, "-c", PROGRAM.format(code=code), *map(str, arguments)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return Run(float(said[0]), float(said[1]))


def figure(number: int) -> list[object]:
    place = PLACES[number % len(PLACES)]
    return [place, "地区生产总值", 2000 + number % 25, round(100 + number * 0.37, 2), "亿元"]


def write_book(folder: Path) -> None:
    folder.mkdir()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("合成数据")
    sheet.append(HEADER.split(","))
    for number in range(BOOK_ROWS):
        sheet.append(figure(number))
    book.save(folder / "synthetic.xlsx")
    write_card(folder / "synthetic.xlsx", card(**SYNTHETIC))


def write_csv(folder: Path) -> None:
    folder.mkdir()
    with (folder / "synthetic.csv").open("w", encoding="utf-8") as handle:
        handle.write(HEADER + "\n")
        handle.writelines(",".join(map(str, figure(number))) + "\n" for number in range(CSV_ROWS))
    write_card(folder / "synthetic.csv", card(**SYNTHETIC))


def write_documents(folder: Path) -> None:
    folder.mkdir()
    chance = random.Random(60)
    for number in range(DOCUMENTS):
        path = folder / f"synthetic_{number:04}.csv"
        rows = (",".join(map(str, figure(chance.randrange(10_000)))) for _ in range(12))
        path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        write_card(path, card(**SYNTHETIC))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        book, csv, documents = base / "book", base / "csv", base / "documents"
        write_book(book)
        write_csv(csv)
        write_documents(documents)
        openpyxl_code = PANDAS_BOOK.replace("ENGINE", "'openpyxl'")
        calamine_code = PANDAS_BOOK.replace("ENGINE", "'calamine'")
        # What each is measured against: pandas reading the same files into memory, and no more.
        cases: list[tuple[str, str, Path, str]] = [
            ("20,000-row .xlsx: land", LAND, book, "pandas, openpyxl"),
            ("20,000-row .xlsx: pandas, openpyxl", openpyxl_code, book, "pandas, openpyxl"),
            ("20,000-row .xlsx: pandas, calamine", calamine_code, book, "pandas, openpyxl"),
            ("1,000,000-row .csv: land", LAND, csv, "pandas"),
            ("1,000,000-row .csv: pandas", PANDAS_CSV, csv, "pandas"),
            ("1,000 documents: land", LAND, documents, "pandas"),
            ("1,000 documents: pandas", PANDAS_CSV, documents, "pandas"),
            ("1,000 documents: recognise unchanged", RECOGNISE, documents, "pandas"),
        ]
        runs: dict[str, list[Run]] = {name: [] for name, *_ in cases}
        for number in range(rounds):
            for name, code, folder, _ in cases:
                target = base / f"{number}_{len(runs[name])}_{cases.index((name, code, folder, _))}"
                runs[name].append(measure(code, folder, target))
        middle = {name: statistics.median(run.seconds for run in found) for name, found in runs.items()}
        print(f"{'what':<38}{'min s':>8}{'median s':>10}{'max s':>8}{'ratio':>8}{'peak MB':>9}")
        for name, _, _, against in cases:
            seconds = [run.seconds for run in runs[name]]
            other = middle[f"{name.split(':')[0]}: {against}"]
            peak = max(run.peak_mb for run in runs[name])
            spread = f"{min(seconds):>8.2f}{middle[name]:>10.2f}{max(seconds):>8.2f}"
            print(f"{name:<38}{spread}{middle[name] / other:>8.2f}{peak:>9.0f}")


if __name__ == "__main__":
    main()
