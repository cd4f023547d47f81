"""Land a folder of raw files in DuckDB: every cell as text, with its document and its address.

Writes the tables raw.file, raw.document, raw.statistic, raw.register_cell, raw.event, raw.event_count and
raw.refused anew. They are a pure function of the bytes under the folder: landing the same bytes again changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa

from flows.digests import FileDigests
from flows.landing.cache import LandingCache
from flows.landing.files import name_of, partition_files, raw_files, size_of, visible
from flows.landing.layouts import Rejected
from flows.landing.partitions import PartitionReader
from flows.landing.tables import Landing, write_landing
from flows.landing.take_in import LandedFile, take_in, take_in_partition
from flows.pace import Pace
from flows.settings import ROOT, limits


def land(
    raw: Path,
    database: Path,
    progress: Callable[[str], None] = lambda _: None,
    cache: LandingCache | None = None,
    partitions: PartitionReader | None = None,
) -> Landing:
    """Read every file under `raw` and write the tables of schema raw into `database`.

    `cache` and `partitions` spare reading what was read before; without the latter partitions are read by the
    rules of the repository into a folder beside the database.
    """
    # Arrow's own pool keeps what it has freed; dbt and the scheduler share this process and want the memory.
    pa.set_memory_pool(pa.system_memory_pool())
    files = []
    for path in raw_files(raw):
        progress(name_of(path, raw))
        files.append(take_in(path, raw, cache=cache))
    if cache:
        cache.prune()
    if found := partition_files(raw):
        with ExitStack() as own:
            reader = partitions or own.enter_context(
                PartitionReader(database.parent / "partitions", ROOT / "dbt_project", limits())
            )
            files += take_in_partitions(found, raw, reader, progress)
            reader.prune()
    return write_landing([*files, *orphan_cards(raw)], database)


def take_in_partitions(
    found: list[tuple[Path, Path]], raw: Path, reader: PartitionReader, progress: Callable[[str], None]
) -> list[LandedFile]:
    """Every partition, with the pace of those that are read and the time the rest will take."""
    digests = FileDigests(reader.store.parent / "digests.json")
    pace = Pace(sum(size_of(path) for _, path in found), len(found))
    files = []
    for folder, path in found:
        progress(f"{name_of(path, raw)}  {pace.told()}")
        file = take_in_partition(path, folder, raw, reader, digests)
        pace.passed(size_of(path), None if file.reused else file.rows)
        files.append(file)
        # A run that is stopped must not read gigabytes again to know that it has read them.
        digests.save()
    return files


def orphan_cards(raw: Path) -> list[LandedFile]:
    """Cards whose file is gone: a number would vanish unseen if nobody were told."""
    entries = visible(raw)
    named = [entry.with_suffix("") for entry in entries if entry.suffix == ".yaml"]
    there = {*entries, *(folder for folder, _ in partition_files(raw))}
    remedy = "bring the file back or delete the card"
    piece = Rejected(None, None, "file_missing", "the card has no file", remedy)
    return [LandedFile(name_of(file, raw), "", 0, None, None, [piece]) for file in named if file not in there]
