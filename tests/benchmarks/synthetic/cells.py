"""Synthetic cells of statistics, shaped as `raw.statistic`, any number of them, the same for the same seed.

A synthetic yearbook covers some places and prints every indicator of the last years, so that each year of a
series has several vintages, some restated. Figures stand as sources print them: grouped, rounded to 万亿元,
with 超过 or 余, in full-width digits, with footnotes, the unit in the cell or in the name. A small share is
faulty: slips of a thousand times and more, jumps, wholes off their parts, texts that cannot be read or named.
Places beyond those of the seeds are synthetic ones, added to the benchmark's own `staging.place` and to no
seed of the project. The statements stand in `cells.sql`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

SEED = 60
STATEMENTS = Path(__file__).with_suffix(".sql")


def write_cells(
    connection: duckdb.DuckDBPyConnection, cells: int, vintages: int = 5, faulty: float = 1, seed: int = SEED
) -> None:
    """Table raw.statistic of so many cells, on a connection that has the project's seeds in schema staging.

    A year of a series is printed `vintages` times, at most as often as there are years (25); the number of
    places follows from that of the cells, and `faulty` multiplies the share of faults.
    """
    for name, value in {"cells": cells, "vintages": vintages, "faulty": faulty, "seed": seed}.items():
        connection.execute(f"set variable {name} = {value}")
    connection.execute(STATEMENTS.read_text(encoding="utf-8"))
