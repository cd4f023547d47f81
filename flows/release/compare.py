"""What changed between two releases, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

SHOWN = 50


@dataclass(frozen=True)
class Change:
    """A figure that came, went or moved; a missing side is None."""

    place: str
    indicator: str
    period: str
    before: float | None
    after: float | None
    unit: str
    cell_address: str

    def __str__(self) -> str:
        if self.before is None:
            moved = f"new {self.after:g}"
        elif self.after is None:
            moved = f"{self.before:g} gone"
        else:
            moved = f"{self.before:g} → {self.after:g}"
        return f"{self.place} {self.indicator} {self.period}: {moved} {self.unit} ({self.cell_address})"


@dataclass(frozen=True)
class Changes:
    """Counts of all differences between two releases and the first of them in full."""

    added: int
    removed: int
    changed: int
    shown: tuple[Change, ...]

    @property
    def total(self) -> int:
        return self.added + self.removed + self.changed


def compare(before: Path, after: Path, listing: Path | None = None) -> Changes:
    """Best values of two release databases that differ; all of them as CSV in `listing`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{before}' as old_release (read_only)")
        connection.execute(f"attach '{after}' as new_release (read_only)")
        connection.execute("""
            create temp table difference as
            select coalesce(p.name_zh, place_code) as place, indicator_code as indicator, period,
                o.value as before, n.value as after, coalesce(n.unit, o.unit) as unit,
                coalesce(n.cell_address, o.cell_address) as cell_address
            from old_release.marts.fct_indicator as o
            full outer join new_release.marts.fct_indicator as n using (place_code, indicator_code, period)
            left join new_release.marts.dim_place as p using (place_code)
            where o.value is distinct from n.value
            order by before is null, abs(after / nullif(before, 0) - 1) desc nulls last,
                place, indicator, period
        """)
        if listing:
            connection.execute(f"copy difference to '{listing}' (format csv, header)")
        counts = connection.execute("""
            select count(*) filter (before is null), count(*) filter (after is null),
                count(*) filter (before is not null and after is not null)
            from difference
        """).fetchone()
        rows = connection.execute(f"from difference limit {SHOWN}").fetchall()
    added, removed, changed = counts or (0, 0, 0)
    return Changes(added, removed, changed, tuple(Change(*row) for row in rows))
