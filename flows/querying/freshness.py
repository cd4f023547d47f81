"""Which sources are late: the publication calendar against what the current release holds, as of today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import duckdb
from rich.console import Console

from flows.engine import connect
from flows.errors import G60Error
from flows.release.current import Release, require_release
from flows.settings import Paths
from flows.terminal import print_sentence, print_table

STANDINGS = """
    select series_code, series_name_zh, series_name_en, place_code, place_name_zh, place_name_en, state,
        days_late, last_period, last_published_on, next_period, due_on, as_of
    from marts.mart_freshness
    order by list_position(['late', 'due', 'never_held', 'on_time'], state), days_late desc, due_on,
        series_code, place_code
"""
# What a person who waits for a source calls its state.
STATES = {
    "late": "迟到 late",
    "due": "宽限内 due",
    "never_held": "从未收到 never held",
    "on_time": "按期 on time",
}


class Standing(NamedTuple):
    """How one series of one place stands on a day."""

    series_code: str
    series_zh: str
    series_en: str
    place_code: str
    place_zh: str
    place_en: str
    state: str
    days_late: int
    last_period: str | None
    last_published_on: dt.date | None
    next_period: str
    due_on: dt.date
    as_of: dt.date


class LateSeries(NamedTuple):
    """A series that is late for at least one place; the latest place is the first."""

    standings: tuple[Standing, ...]

    @property
    def code(self) -> str:
        return self.standings[0].series_code

    @property
    def name(self) -> str:
        return f"{self.standings[0].series_zh} {self.standings[0].series_en}"

    def sentence(self, is_zh: bool) -> str:
        """What is missing, where and for how long, in Chinese or in English."""
        worst = self.standings[0]
        together = [s for s in self.standings if s.due_on == worst.due_on]
        others = [s for s in self.standings if s.due_on != worst.due_on]
        if is_zh:
            also = f";{'、'.join(s.place_zh for s in others)}亦迟" if others else ""
            return (
                f"{worst.series_zh}:{'、'.join(s.place_zh for s in together)}{worst.next_period}年数据"
                f"应于{worst.due_on}前收到,已迟{worst.days_late}天{also}。"
            )
        also = f"; also late: {', '.join(s.place_en for s in others)}" if others else ""
        days = f"{worst.days_late} day{'' if worst.days_late == 1 else 's'} ago"
        return (
            f"{worst.series_en}: {worst.next_period} of {', '.join(s.place_en for s in together)} "
            f"was due on {worst.due_on}, {days}{also}."
        )

    def payload(self) -> dict[str, Any]:
        """All of it as JSON knows it; period, date and days are those of the latest place."""
        worst = self.standings[0]
        return {
            "series_code": self.code,
            "name_zh": worst.series_zh,
            "name_en": worst.series_en,
            "next_period": worst.next_period,
            "due_on": worst.due_on.isoformat(),
            "days_late": worst.days_late,
            "places": [
                {
                    "place_code": s.place_code,
                    "name_zh": s.place_zh,
                    "name_en": s.place_en,
                    "next_period": s.next_period,
                    "due_on": s.due_on.isoformat(),
                    "days_late": s.days_late,
                }
                for s in self.standings
            ],
            "sentence_zh": self.sentence(is_zh=True),
            "sentence_en": self.sentence(is_zh=False),
        }


def read_standings(paths: Paths) -> tuple[Release, list[Standing]]:
    """The current release and how every series stands, late ones first.

    Raises G60Error before the first release, and for a release made before there was a calendar.
    """
    release = require_release(paths)
    with connect(release.database, read_only=True) as connection:
        try:
            rows = connection.execute(STANDINGS).fetchall()
        except duckdb.CatalogException as error:
            what = "the release has no publication calendar"
            raise G60Error(
                what, f"release {release.id}", "run g60 refresh to publish one that has"
            ) from error
    return release, [Standing(*row) for row in rows]


def late_series(standings: Iterable[Standing]) -> list[LateSeries]:
    """The series that are late, the latest first."""
    found: dict[str, list[Standing]] = {}
    for standing in standings:
        if standing.state == "late":
            found.setdefault(standing.series_code, []).append(standing)
    series = [LateSeries(tuple(sorted(late, key=order_of))) for late in found.values()]
    return sorted(series, key=lambda late: order_of(late.standings[0]))


def order_of(standing: Standing) -> tuple[int, str, str]:
    return -standing.days_late, standing.series_code, standing.place_code


def in_words(release: Release, standings: Sequence[Standing]) -> str:
    """One line on the whole: how many are late of how many, on which day."""
    late = sum(s.state == "late" for s in standings)
    day = f" as of {standings[0].as_of}" if standings else ""
    return f"{late} of {len(standings)} series and places late{day}, release {release.id}"


def table_of(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """A row a series and place, with the heads and texts that a reader sees."""
    return [
        {
            "系列 series": f"{s.series_zh} {s.series_en}",
            "地区 place": f"{s.place_zh} {s.place_en}",
            "状态 state": STATES[s.state],
            "迟到天数 days late": str(s.days_late or ""),
            "已有 held": s.last_period or "",
            "公布 published": str(s.last_published_on or ""),
            "应有 next": s.next_period,
            "应公布日 due": s.due_on.isoformat(),
        }
        for s in standings
    ]


def freshness(paths: Paths) -> dict[str, Any]:
    """How every series stands, for a program. Raises G60Error before the first release."""
    release, standings = read_standings(paths)
    return {
        "release": release.id,
        "as_of": standings[0].as_of if standings else None,
        "late": sum(s.state == "late" for s in standings),
        "series": [s._asdict() for s in standings],
    }


def print_freshness(paths: Paths, console: Console) -> None:
    """Print how every series stands, late ones first. Raises G60Error before the first release."""
    release, standings = read_standings(paths)
    rows = table_of(standings)
    if rows:
        print_table(console, list(rows[0]), [list(row.values()) for row in rows])
    print_sentence(console, in_words(release, standings))
