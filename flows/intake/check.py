"""A dry run of one file: what would land, what not and why, judged beside the raw files that are there.

The file is landed together with the raw files, since a figure is judged by its series, and read by the models
that a refresh runs. All of it happens in a scratch folder: neither raw files nor warehouse are touched.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from flows.digests import FileDigests
from flows.engine import connect
from flows.errors import G60Error
from flows.landing.files import data_files, name_of
from flows.landing.partitions import PartitionReader, is_partitioned
from flows.landing.tables import write_landing
from flows.landing.take_in import LandedFile, take_in, take_in_partition
from flows.modelling.build import judge
from flows.querying.quarantine import Refusal, print_refusals, refusals
from flows.querying.query import show
from flows.settings import Paths, limits
from flows.terminal import print_line, print_sentence, print_table, waiting
from flows.wording import said

SHOWN_ROWS = 20
FIGURES = """
    select split_part(cell_address, '#', 2) as cell, place_code as place, indicator_code as indicator,
        period, value_as_printed as printed, unit_as_printed as "unit as printed", qualifier, value, unit,
        doubt
    from staging.stg_statistic
    where file_path = $1 and reject_rule is null and not is_missing
    order by length(cell), cell
"""
MISSING = """
    select count(*) as figures from staging.stg_statistic
    where file_path = $1 and reject_rule is null and is_missing
"""
REGISTER = """
    select split_part(cell_address, '#', 2) as cell, column_name as column, text from raw.register_cell
    where file_path = $1 and text is not null order by row_no, column_no
"""
EVENTS = """
    select split_part(cell_address, '#', 2) as cell, event_id as event, period,
        case when is_directed then place_codes[1] || ' → ' || place_codes[2]
            else array_to_string(place_codes, ' ') end as places,
        amount_as_printed as printed, amount, unit
    from staging.stg_event
    where file_path = $1 and reject_rule is null
    order by row_no
"""
LINKS = """
    select year, from_place_code || ' – ' || to_place_code as places, sum(events)::bigint as events,
        split_part(min(cell_address), '#', 2) as first
    from raw.event_count group by year, from_place_code, to_place_code order by all
"""
REFUSED_ROWS = """
    select cell_address, raw_text, rule, reason, null, remedy from raw.refused order by cell_address, rule
"""
OUTCOME = """
    select rejected_share, rejected_limit, is_within_limit from marts.mart_outcome
    where file_path = $1 and step = 'land'
"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What a refresh would make of a file. `replaces` tells that it stood in for a raw file of that name."""

    file: LandedFile
    figures: list[Row]
    register: list[Row]
    events: list[Row]
    refused: list[Refusal]
    missing: int
    rejected_share: float | None
    rejected_limit: float | None
    is_within_limit: bool
    replaces: bool

    @property
    def would_pass(self) -> bool:
        """Whether the gate would let the file through: read, and no more refused than its card allows."""
        return self.file.landed is not None and self.is_within_limit


def home_of(file: Path, raw: Path) -> Path:
    """The folder that a file's name is told from: that of the raw files, or the one above its own."""
    return raw if file.is_relative_to(raw) else file.parent.parent


def check(file: Path, card: Path | None, where: Paths) -> Verdict:
    """Judge one file. Raises G60Error when there is no such file or card."""
    for path, kind in ((file, "file"), (card, "card")):
        if path is not None and not path.is_file():
            what = "this is a folder" if path.is_dir() else f"there is no such {kind}"
            raise G60Error(what, str(path), f"name the {kind} to be checked")
    # The last part of the path may be a link, which is for the landing to judge.
    file = file.parent.resolve() / file.name
    if folder := next((parent for parent in file.parents if parent.name and is_partitioned(parent)), None):
        return check_partition(file, folder, where)
    candidate = take_in(file, home_of(file, where.raw), card, drafts=True)
    if not where.raw.is_dir():
        raise G60Error(
            "the folder of raw files does not exist", str(where.raw), "name another one with --raw"
        )
    others = data_files(where.raw)
    beside = [path for path in others if name_of(path, where.raw) != candidate.path]
    with (
        waiting("the file is judged beside the others"),
        tempfile.TemporaryDirectory(prefix="g60-check-") as scratch,
    ):
        trial = Paths(raw=where.raw, warehouse=Path(scratch), project=where.project)
        files = [take_in(path, where.raw) for path in beside]
        write_landing([*files, candidate], trial.build_database)
        judge(trial)
        with connect(trial.build_database, read_only=True) as connection:

            def rows(sql: str) -> list[Row]:
                found = connection.execute(sql, [candidate.path])
                names = [column[0] for column in found.description or []]
                return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

            [outcome] = rows(OUTCOME)
            return Verdict(
                file=candidate,
                figures=rows(FIGURES),
                register=rows(REGISTER),
                events=rows(EVENTS),
                refused=refusals(connection, candidate.path),
                missing=rows(MISSING)[0]["figures"],
                rejected_share=outcome["rejected_share"],
                rejected_limit=outcome["rejected_limit"],
                is_within_limit=outcome["is_within_limit"],
                replaces=len(beside) < len(others) and home_of(file, where.raw) != where.raw,
            )


def check_partition(file: Path, folder: Path, where: Paths) -> Verdict:
    """Judge one partition of events, by itself: no other file changes what its rows say."""
    raw = home_of(folder, where.raw)
    with (
        waiting("the partition is read"),
        tempfile.TemporaryDirectory(prefix="g60-check-") as scratch,
        PartitionReader(Path(scratch), where.project, limits()) as reader,
    ):
        taken = take_in_partition(file, folder, raw, reader, FileDigests(), drafts=True)
        trial = Path(scratch) / "g60.duckdb"
        write_landing([taken], trial)
        with connect(trial, read_only=True) as connection:
            found = connection.execute(LINKS)
            names = [column[0] for column in found.description or []]
            links = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
            refused = [Refusal(*row) for row in connection.execute(REFUSED_ROWS).fetchall()]
    share = taken.quarantined / ((taken.quarantined + taken.kept) or 1)
    limit = taken.rejected_limit
    return Verdict(
        file=taken,
        figures=[],
        register=[],
        events=links,
        refused=refused,
        missing=0,
        rejected_share=share,
        rejected_limit=limit,
        is_within_limit=limit is None or share <= limit,
        replaces=False,
    )


def print_verdict(verdict: Verdict, file: Path, console: Console) -> None:
    """What would land, what not, what is doubted, and whether a refresh would publish it."""

    taken = verdict.file
    if taken.landed and taken.card:
        found = ", ".join(part for part in (taken.card.layout, taken.format, taken.encoding) if part)
        print_sentence(
            console,
            f"{taken.path} ({found}): {taken.read} cells read, {taken.kept} landed, "
            f"{taken.quarantined} quarantined, {taken.not_data} not data",
        )
    else:
        print_sentence(console, f"{taken.path}: nothing of it would land")
    if verdict.replaces:
        print_sentence(console, f"judged in place of the raw file of the same name, raw/{taken.path}")
    print_figures(verdict, console)
    print_refusals(verdict.refused, console)
    for row in verdict.figures:
        if row["doubt"]:
            text = f"{row['cell']} '{row['printed']}': {row['doubt']}; check it against the source"
            print_line(console, "doubted", text)
    print_line(console, "verdict", verdict_in_words(verdict, file))


def print_figures(verdict: Verdict, console: Console) -> None:
    kinds = {
        "figures": verdict.figures,
        "cells of a register": verdict.register,
        "links by pair and year" if verdict.file.data_set else "events between places": verdict.events,
    }
    kind, rows = next((found for found in kinds.items() if found[1]), ("", []))
    if not rows:
        return
    names = [name for name in rows[0] if name != "doubt"]
    title = f"would land: {len(rows)} {kind}"
    if verdict.missing:
        title += f"; {verdict.missing} are marks for no figure"
    rest = said(f"and {len(rows) - SHOWN_ROWS} more") if len(rows) > SHOWN_ROWS else ""
    shown = [[show(row[name]) for name in names] for row in rows[:SHOWN_ROWS]]
    print_table(console, [said(name) for name in names], shown, said(title), rest)


def verdict_facts(verdict: Verdict, file: Path) -> dict[str, Any]:
    """The verdict for a program."""
    taken = verdict.file
    return {
        "file": taken.path,
        "would_pass": verdict.would_pass,
        "verdict": said(verdict_in_words(verdict, file)),
        "layout": taken.card.layout if taken.card else None,
        "format": taken.format,
        "encoding": taken.encoding,
        "cells": {
            "read": taken.read,
            "landed": taken.kept,
            "quarantined": taken.quarantined,
            "not_data": taken.not_data,
        },
        "replaces": verdict.replaces,
        "figures": verdict.figures,
        "register": verdict.register,
        "events": verdict.events,
        "missing": verdict.missing,
        "refused": [piece._asdict() for piece in verdict.refused],
        "rejected_share": verdict.rejected_share,
        "rejected_limit": verdict.rejected_limit,
    }


def verdict_in_words(verdict: Verdict, file: Path) -> str:
    if verdict.rejected_limit is None:
        return f"a refresh would show {file.name} as refused and take nothing of it"
    refused, limit = verdict.rejected_share or 0, verdict.rejected_limit
    share = f"{refused:.1%} of its figures are refused, its card allows {limit:.0%}"
    if not verdict.would_pass:
        return f"a refresh would not publish: {share}"
    card = verdict.file.card
    if card and card.draft:
        rest = f"fill in {', '.join(card.open_keys())}" if card.open_keys() else "review it"
        return f"good but for its card, a draft: {rest} and delete the line draft: true ({share})"
    if card and card.layout == "register":
        name = card.register_name
        return f"a refresh would take the cells in, and test them where a model reads register '{name}'"
    return f"a refresh would take it in: {share}"
