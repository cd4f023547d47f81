"""Pairs of places by year on Spark, from events with a year and their places: what DuckDB is held against.

`python -m tests.benchmarks.spark_links EVENTS OUT` reads Parquet (year, place_codes: sorted, each once)
and writes Parquet (year, one, other, events, fraction). Spark works in one process on both cores; the seconds
of its start are told apart, as a long-lived session would not have them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import here

MASTER = "local[2]"
# The fastest of five ways that were tried: two explosions, the second of what stands behind the first's
# place. Slower were a join with the positions of pairs, lists of pairs, and counts kept apart by the number
# of places.
LINKS = """
    select year, one, other, count(*) as events, sum(share) as fraction
    from (
        select year, share, one, explode(slice(place_codes, place_no + 2, size(place_codes))) as other
        from (
            select
                year, place_codes, 2D / (size(place_codes) * (size(place_codes) - 1)) as share,
                posexplode(place_codes) as (place_no, one)
            from events
            where size(place_codes) > 1
        )
        where place_no + 1 < size(place_codes)
    )
    group by year, one, other
"""


def links(events: str, out: str, master: str = MASTER, memory: str = "3g") -> Mapping[str, Any]:
    """Count, and tell the seconds with and without those of the start, rows and Spark's version."""
    from flows.distributing.session import session

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, session(Path(folder), master, memory) as spark:
        started = time.monotonic()
        spark.read.parquet(events).createOrReplaceTempView("events")
        spark.sql(LINKS).write.mode("overwrite").parquet(out)
        ended = time.monotonic()
        rows = spark.read.parquet(out).count()
        return {
            "seconds": ended - started,
            "seconds_with_start": ended - began,
            "rows": rows,
            "version": spark.version,
        }


CASES = {"spark": links}


def main() -> None:
    if not here(CASES):
        print(json.dumps(links(*sys.argv[1:])))


if __name__ == "__main__":
    main()
