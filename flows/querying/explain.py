"""A number's birth certificate: value, unit, every vintage, and the file, cell and page it comes from."""

from __future__ import annotations

from typing import Any, NamedTuple

import duckdb
from rich.console import Console
from rich.text import Text

from flows.engine import connect
from flows.errors import G60Error
from flows.querying.query import show
from flows.release.current import require_release
from flows.settings import Paths
from flows.terminal import print_line, print_sentence
from flows.wording import said

LABELS = 10
PLACE = "select place_code from staging.place where ? in (place_code, name_zh, name_en) union all " + (
    "select place_code from staging.place_alias where alias = ?"
)
INDICATOR = "select indicator_code from marts.dim_indicator where ? in (indicator_code, name_zh, name_en)"
BEST = """
    select f.*, p.name_zh as place_zh, p.name_en as place_en,
        i.name_zh as indicator_zh, i.name_en as indicator_en
    from marts.fct_indicator as f
    inner join marts.dim_place as p using (place_code)
    inner join marts.dim_indicator as i using (indicator_code)
    where place_code = ? and indicator_code = ? and period = ?
"""
VINTAGES = """
    select o.*, d.title, d.publisher, d.url, d.licence, d.sha256, c.reason_en as correction_reason
    from marts.fct_observation as o
    inner join marts.dim_document as d using (document_id)
    left join staging.correction as c using (correction_id)
    where o.place_code = ? and o.indicator_code = ? and o.period = ?
    order by o.vintage_date, o.cell_address
"""
# The cells a derived value was computed from, in the order its formula names them.
INPUTS = """
    select o.*, d.title, d.publisher, d.url, d.licence, d.sha256, c.reason_en as correction_reason
    from marts.fct_observation as o
    inner join marts.dim_document as d using (document_id)
    left join staging.correction as c using (correction_id)
    where list_contains(?, o.cell_address) and o.place_code = ? and o.period = ?
    order by list_position(?, o.cell_address)
"""
GAP = """
    select gap_reason
    from marts.mart_coverage
    where place_code = ? and indicator_code = ? and year = try_cast(? as integer)
"""


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    relation = connection.execute(sql, values)
    names = [column[0] for column in relation.description or []]
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def one_code(connection: duckdb.DuckDBPyConnection, sql: str, name: str, kind: str) -> str:
    values = [name] * sql.count("?")
    found = connection.execute(sql, values).fetchone()
    if found is None:
        table = {"place": "dim_place", "indicator": "dim_indicator"}[kind]
        raise G60Error(f"there is no {kind} '{name}'", "g60 explain", f"see g60 query 'from marts.{table}'")
    return str(found[0])


def interval(low: float | None, high: float | None) -> str:
    return " – ".join(said("open") if end is None else show(end) for end in (low, high))


class Certificate(NamedTuple):
    """One figure of a release with the printings it was chosen or computed from."""

    release: str
    chosen: dict[str, Any]
    inputs: list[dict[str, Any]]
    vintages: list[dict[str, Any]]


def certificate(paths: Paths, place: str, indicator: str, period: str) -> Certificate:
    """The certificate of one figure of the current release. Raises G60Error when there is none."""
    release = require_release(paths)
    with connect(release.database, read_only=True) as connection:
        key = [
            one_code(connection, PLACE, place, "place"),
            one_code(connection, INDICATOR, indicator, "indicator"),
            period,
        ]
        best = rows_of(connection, BEST, key)
        if not best:
            gap = connection.execute(GAP, key).fetchone()
            reason = f"; the reason is {gap[0]}" if gap and gap[0] else ""
            what = f"there is no figure for {' '.join(key)}{reason}"
            raise G60Error(what, f"release {release.id}", "see marts.mart_coverage for what there is")
        chosen = best[0]
        vintages = rows_of(connection, VINTAGES, key)
        addresses = str(chosen["cell_address"]).split(" ; ")
        inputs = (
            rows_of(connection, INPUTS, [addresses, key[0], period, addresses]) if chosen["formula"] else []
        )
    return Certificate(release.id, chosen, inputs, vintages)


def print_certificate(found: Certificate, console: Console) -> None:
    """The figure, then each printing with document, url, file and cell."""
    print_chosen(found.chosen, found.release, console)
    for head, rows in (("computed from", found.inputs), ("every vintage", found.vintages)):
        if rows:
            console.print(Text(f"\n{said(head)} ({len(rows)})", style="bold"), highlight=False)
        for row in rows:
            print_vintage(row, console)


def print_chosen(chosen: dict[str, Any], release_id: str, console: Console) -> None:
    lines = {
        "place": f"{chosen['place_zh']} {chosen['place_en']} ({chosen['place_code']})",
        "indicator": f"{chosen['indicator_zh']} {chosen['indicator_en']} ({chosen['indicator_code']})",
        "period": chosen["period"],
        "value": f"{show(chosen['value'])} {chosen['unit']}",
        "interval": interval(chosen["value_low"], chosen["value_high"]),
        "qualifier": chosen["qualifier"],
        "kind": chosen["value_kind"] + (f" = {chosen['formula']}" if chosen["formula"] else ""),
        "status": chosen["status"],
        "vintage": show(chosen["vintage_date"]),
        "release": release_id,
    }
    for label, text in lines.items():
        print_line(console, label, text, LABELS, "bold" if label == "value" else "")


def correction(row: dict[str, Any]) -> str:
    """What a reviewer has decided on a printing, and why."""
    if not row["correction_id"]:
        return ""
    done = {
        "drop": "dropped",
        "flag": "known to be faulty",
        "override": f"corrected from {show(row['value_before_correction'])}",
        "scale": f"scaled from {show(row['value_before_correction'])}",
    }
    return f"{done[row['correction_action']]} by {row['correction_id']}: {row['correction_reason']}"


def print_vintage(row: dict[str, Any], console: Console) -> None:
    mark = "●" if row["is_best"] else "○"
    # What rows of a register or links add up to is printed nowhere.
    how = "counted" if row["origin"] == "derived" else "printed"
    notes = [
        "" if row["is_dated"] else "undated: the last day the document reports on",
        correction(row),
        f"doubted: {row['doubt']}" if row["doubt"] else "",
        f"printed under {row['reclassified_from']}" if row["reclassified_from"] else "",
        row["note"] or "",
    ]
    told = "; ".join(said(note) for note in notes if note)
    path, _, cell = str(row["cell_address"]).partition("#")
    document = f"{row['title']} · {row['publisher'] or said('publisher unknown')} ({row['document_id']})"
    print_sentence(
        console,
        f"{mark} {how} {row['value_as_printed']} {row['unit_as_printed']}"
        f" = {show(row['value'])} {row['unit']}"
        f"  [{row['qualifier']}, {row['status']}]  {show(row['vintage_date'])}"
        + (f"  ({told})" if told else ""),
    )
    lines = {
        "document": document,
        "url": row["url"] or said("none given"),
        "file": f"raw/{path}",
        "cell": cell,
    }
    for label, text in lines.items():
        print_line(console, f"    {said(label)}", text, 13)
