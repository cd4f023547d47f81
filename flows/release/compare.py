"""What changed between two releases, figure by figure, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.engine import connect

SHOWN = 50
BESIDES = {
    "rules": "规则 the rules in dbt_project",
    "code": "代码 the code",
    "engines": "引擎 the engines",
}
DIFFERENCE = (Path(__file__).parent / "difference.sql").read_text(encoding="utf-8")
NONE_LISTED = """
    select null::varchar as place_code, null::varchar as place, null::varchar as indicator_code,
        null::varchar as indicator, null::varchar as period, null::double as before, null::double as after,
        null::varchar as unit, null::varchar as kind, null::varchar as why, null::boolean as is_explained,
        null::varchar as cell_address
    where false
"""
LISTED = (
    "place_code, place, indicator_code, indicator, period, before, after, unit, kind, why, is_explained, "
    "cell_address"
)
# Tables of which no row may go unnoticed; those of quality may well shrink.
COUNTED = """
    select schema_name || '.' || table_name as name, schema_name, table_name
    from duckdb_tables() where database_name = $1 and schema_name in ('raw', 'marts')
"""


@dataclass(frozen=True)
class Change:
    """A figure that came, went or moved. `is_explained` when a new document tells it."""

    place_code: str
    place: str
    indicator_code: str
    indicator: str
    period: str
    before: float | None
    after: float | None
    unit: str | None
    kind: str
    why: str
    is_explained: bool
    cell_address: str | None

    def __str__(self) -> str:
        if self.before is None:
            moved = f"new {self.after:.10g}"
        elif self.after is None:
            moved = f"{self.before:.10g} gone"
        else:
            moved = f"{self.before:.10g} → {self.after:.10g}"
        where = f" ({self.cell_address})" if self.cell_address else ""
        named = f"{self.place} {self.indicator} {self.period}"
        return f"{named}: {moved} {self.unit or ''}".rstrip() + f"; {self.why}{where}"


@dataclass(frozen=True)
class Changes:
    """Counts of all differences, their reasons with how many figures each moved, and the first in full.

    `published` are the figures there were before; `unexplained` those that moved without a new document;
    `lost` the rows that each table has fewer, `rows` what it had.
    """

    added: int
    removed: int
    changed: int
    unexplained: int
    published: int
    lost: dict[str, int]
    rows: dict[str, int]
    reasons: dict[str, int]
    shown: tuple[Change, ...]

    @property
    def total(self) -> int:
        return self.added + self.removed + self.changed


def compare(
    before: Path,
    after: Path,
    moved: Collection[str] = (),
    listing: Path | None = None,
    limit: int = SHOWN,
) -> Changes:
    """Best values and index scores of two databases that differ; all of them as Parquet in `listing`.

    `moved` names which inputs besides the raw files differ: the reason for what no file explains. `limit` is
    how many changes are given in full.
    """
    with connect() as connection:
        connection.execute(f"attach '{before}' as old_release (read_only)")
        connection.execute(f"attach '{after}' as new_release (read_only)")
        connection.execute(f"set variable moved = '{' and '.join(moved)}'")
        connection.execute(DIFFERENCE)
        if listing:
            connection.execute(f"copy (select {LISTED} from difference) to '{listing}' (format parquet)")
        counts = connection.execute("""
            select count(*) filter (kind = 'new'), count(*) filter (kind = 'gone'),
                count(*) filter (kind = 'changed'),
                count(*) filter (kind = 'changed' and not is_explained),
                (select count(*) from old_release.marts.fct_indicator)
            from difference
        """).fetchone()
        reasons = connection.execute("select why, count(*) from difference group by why order by 2 desc, 1")
        why = dict(reasons.fetchall())
        shown = connection.execute(f"select {LISTED} from difference limit {limit}").fetchall()
        rows, lost = rows_lost(connection)
    added, removed, changed, unexplained, published = counts or (0, 0, 0, 0, 0)
    everything = tuple(Change(*row) for row in shown)
    return Changes(added, removed, changed, unexplained, published, lost, rows, why, everything)


def moved_inputs(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Which inputs besides the raw files differ between two releases, in words."""
    return [words for name, words in BESIDES.items() if before.get(name) != after.get(name)]


def list_nothing(listing: Path) -> None:
    """The listing of a first release, which has nothing to differ from."""
    duckdb.sql(NONE_LISTED).write_parquet(str(listing))


def rows_lost(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, int], dict[str, int]]:
    """Rows that each table of the old release had, and how many fewer it has now."""
    before, after = (count_rows(connection, name) for name in ("old_release", "new_release"))
    return before, {
        name: rows - after.get(name, 0) for name, rows in before.items() if rows > after.get(name, 0)
    }


def count_rows(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, int]:
    """Rows by table."""
    counted = {}
    for name, schema, table in connection.execute(COUNTED, [catalog]).fetchall():
        rows = connection.execute(f'select count(*) from {catalog}."{schema}"."{table}"').fetchone()
        counted[name] = rows[0] if rows else 0
    return counted
