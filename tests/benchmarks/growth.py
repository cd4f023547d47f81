"""What each piece of work costs at four sizes, for the page on growth.

    python -m tests.benchmarks.growth [WORK ...]

Measures all works, or some, and writes flows/reporting/growth.csv; rows of works that are not measured this
time stay as they are. Each work prints lines of JSON (`python -m tests.benchmarks.events growth` and so on).
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys

from flows.reporting.growth import FILE, WORKS
from flows.settings import ROOT

MODULES = {
    "landing events": "events",
    "links": "events",
    "staging": "staging",
    "best value": "observations",
    "index draws": "index",
    "network measures": "networks",
}
COLUMNS = ("work", "size", "seconds", "megabytes", "bytes")


def measure(module: str) -> list[dict[str, object]]:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", "growth"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    print("\n".join(lines), flush=True)
    return [json.loads(line) for line in lines]


def main() -> None:
    asked = sys.argv[1:] or [work.name for work in WORKS]
    kept: list[dict[str, object]] = []
    if FILE.exists():
        with FILE.open(encoding="utf-8", newline="") as handle:
            kept = [dict(row) for row in csv.DictReader(handle)]
    for module in dict.fromkeys(MODULES[work] for work in asked):
        found = measure(module)
        measured = {row["work"] for row in found}
        kept = [row for row in kept if row["work"] not in measured] + found
        order = [work.name for work in WORKS]
        kept.sort(key=lambda row: (order.index(str(row["work"])), int(str(row["size"]))))
        with FILE.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS, extrasaction="ignore", lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(
                {key: row.get(key) if row.get(key) is not None else "" for key in COLUMNS} for row in kept
            )


if __name__ == "__main__":
    main()
