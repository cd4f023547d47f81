"""Eight readers querying without a pause during 200 publications and 20 rollbacks of the real warehouse.

    python -m tests.soak.readers [publications] [rollbacks]

The database, its copy, the exports, the syncing, the flip and the clearing away are real; pages of the docs
site, which no reader of the database opens, are left out so that the releases follow each other quickly.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from flows.landing.land import land
from flows.modelling.build import build
from flows.settings import Paths
from tests.concurrency.crowd import watch

READERS = 8


def main() -> None:
    publishes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rollbacks = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory() as scratch:
        where = Paths(warehouse=Path(scratch))
        land(where.raw, where.build_database)
        build(where)
        began = time.monotonic()
        seen = watch(where, READERS, publishes, rollbacks)
        spent = time.monotonic() - began
    print(f"{publishes} publications and {rollbacks} rollbacks in {spent:.0f} s, {READERS} readers")
    print(
        f"{seen.queries} queries, {len(seen.errors)} errors, {seen.torn} torn, {seen.releases} releases seen"
    )
    print("\n".join(seen.errors))
    sys.exit(bool(seen.errors or seen.torn))


if __name__ == "__main__":
    main()
