"""Synthetic events of any size: patents with the places of their applicants, contracts, listings.

Everything is drawn from a seed by hashing the number of the event, so that any part of a set can be made by
itself and is the same in every run. Places are 300 synthetic ones, a few of which draw most of the events, as
in life; years run from 2001 to 2024 with ever more events.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import yaml

from flows.settings import ROOT

SEED = 60
PLACES = 300
YEARS = (2001, 2024)
CARD = {
    "title": "合成数据 synthetic",
    "title_en": "Synthetic events for benchmarks and tests",
    "publisher": "none: synthetic",
    "accessed_on": "2025-01-01",
    "licence": "none: synthetic",
    "layout": "events",
}
KINDS = {"patent": "patent", "contract": "tech_contract", "listing": "subsidiary"}
PARQUET = "(format parquet, compression zstd, row_group_size 200000)"


def uniform(number: int, event: str = "e.no") -> str:
    """A number in [0, 1), the same for the same event."""
    return f"((hash(hash({event}, {number}, {SEED})) >> 11) / 9007199254740992)"


def place(number: int) -> str:
    """The name of a place: few are drawn often, most seldom."""
    return f"'synthetic place ' || (1 + floor(pow({uniform(number)}, 2.2) * {PLACES}))::integer"


def day(year: str) -> str:
    return f"make_date({year}, 1, 1) + floor(365 * {uniform(2)})::integer"


def year_of(first: int, last: int) -> str:
    return f"({first} + floor({last - first + 1} * pow({uniform(1)}, 0.6)))::integer"


def patents(numbers: str, year: str, unknown: float = 0.0) -> str:
    """Six of ten have one applicant's place, one of a hundred five; a share names an unknown place."""
    count = f"""
        case when {uniform(3)} < 0.60 then 1 when {uniform(3)} < 0.86 then 2 when {uniform(3)} < 0.955 then 3
            when {uniform(3)} < 0.988 then 4 else 5 end
    """
    first = f"case when {uniform(4)} < {unknown} then 'no such place' else {place(10)} end"
    parties = ", ".join([first, *(place(n) for n in range(11, 15))])
    return f"""
        select 'SYN' || e.no as event_id, {day(year)} as "on", ([{parties}])[1:{count}] as parties
        from {numbers} as e(no)
    """


def contracts(numbers: str, year: str, unknown: float = 0.0) -> str:
    """A seller's and a buyer's place and a value in 万元, two in a hundred of them in words."""
    buyer = f"case when {uniform(4)} < {unknown} then 'no such place' else {place(11)} end"
    value = f"round(exp(3 + 4 * {uniform(5)}), 2)"
    return f"""
        select 'SYN' || e.no as event_id, {day(year)} as "on", {place(10)} as "from", {buyer} as "to",
            case when {uniform(6)} < 0.02 then '约' || {value}::integer else {value}::varchar end as amount
        from {numbers} as e(no)
    """


def listings(numbers: str, year: str, unknown: float = 0.0) -> str:
    """A listed company's place and that of what it invested in."""
    other = f"case when {uniform(4)} < {unknown} then 'no such place' else {place(11)} end"
    return f"""
        select 'SYN' || e.no as event_id, {day(year)} as "on", {place(10)} as "from", {other} as "to"
        from {numbers} as e(no)
    """


MADE = {"patent": patents, "contract": contracts, "listing": listings}


def write_partition(
    file: Path, kind: str, first: int, rows: int, years: tuple[int, int] = YEARS, unknown: float = 0.0
) -> None:
    """Events number `first` and following as one file, Parquet or CSV by its name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    sql = MADE[kind](f"range({first}, {first + rows})", year_of(*years), unknown)
    with duckdb.connect() as connection:
        if file.suffix == ".csv":
            told = "* replace (array_to_string(parties, ';') as parties)" if kind == "patent" else "*"
            connection.execute(f"copy (select {told} from ({sql})) to '{file}' (header)")
        else:
            connection.execute(f"copy ({sql}) to '{file}' {PARQUET}")


def write_set(folder: Path, kind: str, rows: int, partitions: int, unknown: float = 0.0) -> None:
    """A folder of partitions with its card. Partitions follow each other in time, as they come in."""
    each = rows // partitions
    span = YEARS[1] - YEARS[0] + 1
    for number in range(partitions):
        year = YEARS[0] + int(span * (number / partitions) ** 0.6)
        file = folder / f"part-{number:04}.parquet"
        write_partition(file, kind, number * each, each, (year, year), unknown)
    write_card(folder, kind)


def write_card(folder: Path, kind: str) -> None:
    more = {"unit": "万元"} if kind == "contract" else {}
    said = {**CARD, "event": KINDS[kind], "rejected_limit": 0.1, **more}
    folder.with_name(folder.name + ".yaml").write_text(
        yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )


def project_with_places(folder: Path, places: int = PLACES) -> Path:
    """A copy of the dbt project that knows the synthetic places, under codes that no real place has."""
    project = folder / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    seed = project / "seeds" / "place.csv"
    header = seed.read_text(encoding="utf-8").splitlines()[0].split(",")
    rows = []
    for number in range(1, places + 1):
        said = {
            "place_code": f"P{number:05}",
            "name_zh": f"synthetic place {number}",
            "name_en": f"Synthetic place {number}",
            "place_kind": "prefecture",
            "parent_code": "100000",
            "is_member": "false",
            "longitude": f"{100 + number % 20}",
            "latitude": f"{25 + number // 20}",
        }
        rows.append(",".join(said.get(name, "") for name in header))
    with seed.open("a", encoding="utf-8") as handle:
        handle.write("\n".join(rows) + "\n")
    return project
