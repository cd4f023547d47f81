"""One partition of events as rows of text: Parquet as a stream, anything else by the reader it always has."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from flows.landing.cards import Card
from flows.landing.layouts import EVENT_HEADERS, Rejected, event_positions
from flows.landing.read import read_file
from flows.landing.sheets import Columns, column_letters

# Between the parties of a list: a sign that no text holds.
BETWEEN = "\x1f"
LIST = "VARCHAR[]"
FIRST_ROW = 2  # row 1 of an address holds the names
WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
)
FRACTIONS = ("FLOAT", "DOUBLE", "DECIMAL")
DAYS = ("DATE", "TIMESTAMP")
NAMES = {"on_text": (*DAYS, *WHOLE), "amount_text": (*WHOLE, *FRACTIONS)}
SAID = {
    "on_text": "a day is a date, a whole number (a year) or a text",
    "amount_text": "an amount is a number or a text",
    "parties_text": "parties are a text or a list of texts",
}


@dataclass(frozen=True)
class EventSource:
    """Rows to be judged: `relation` has row_no, cells and what `columns` make of its columns, as text.

    `unmapped` counts the filled cells of columns that the card passes over.
    """

    relation: str
    columns: dict[str, str]
    address: str
    separator: str
    has_amount: bool
    table: pa.Table | None = None
    unmapped: str | None = None
    not_data: int = 0
    encoding: str | None = None
    rejected: list[Rejected] = field(default_factory=list)

    def rows(self, name: str, card: Card) -> str:
        """The rows of the file of this name in the columns of raw.event that event_read wants."""

        def of(key: str) -> str:
            return f"nullif(trim({self.columns[key]}), '')" if key in self.columns else "null::varchar"

        unit = literal(card.unit) if card.unit else "null"
        told = {key: of(key) for key in EVENT_HEADERS} | {"unit_text": f"coalesce({of('unit_text')}, {unit})"}
        columns = ", ".join(f"{said} as {key}" for key, said in told.items())
        return f"""
            select
                {literal(card.event or "")} as event_kind, null::varchar as document_id,
                {literal(name)} as file_path, row_no, {literal(self.address)} || row_no as cell_address,
                cells::integer as cells, {literal(self.separator)} as separator, {columns}
            from ({self.relation})
            where cells > 0
        """


def parquet_events(connection: duckdb.DuckDBPyConnection, path: Path, card: Card) -> EventSource:
    """A Parquet file, as a stream. Raises ValueError on columns that no event has, or of a wrong type."""
    file = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        described = connection.execute(f"describe select * from {file}").fetchall()
    except duckdb.Error as error:
        raise ValueError(f"the Parquet file cannot be read: {' '.join(str(error).split())}") from error
    kinds = {name: kind for name, kind, *_ in described if name != "file_row_number"}
    own = list(kinds)
    found = event_positions(Columns("", [name.strip() for name in own], [], np.empty(0, np.int64)), card)
    texts = {key: as_text(own[at], kinds[own[at]], key) for key, at in found.items()}
    marks = ", ".join(map(literal, card.missing)) or "null"
    is_mark = {key: f"coalesce(trim({text}) in ({marks}), false)" for key, text in texts.items()}
    is_told = {
        key: f"(coalesce(trim({text}), '') <> '' and not {is_mark[key]})" for key, text in texts.items()
    }
    passed_over = [f"count({identifier(name)})" for at, name in enumerate(own) if at not in found.values()]
    if card.missing:
        passed_over += [f"count(*) filter (where {mark})" for mark in is_mark.values()]
    has_list = "parties_text" in found and kinds[own[found["parties_text"]]] == LIST
    cells = " + ".join(f"{told}::integer" for told in is_told.values())
    return EventSource(
        relation=f"select *, file_row_number + {FIRST_ROW} as row_no, {cells} as cells from {file}",
        columns={key: f"case when {is_told[key]} then {text} end" for key, text in texts.items()}
        if card.missing
        else texts,
        address=column_letters(found.get("event_id", found["on_text"]) + 1),
        separator=BETWEEN if has_list else card.separator or ";",
        has_amount="amount_text" in found,
        unmapped=f"select {' + '.join(passed_over)} from {file}" if passed_over else None,
        not_data=len(own),
    )


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def as_text(name: str, kind: str, key: str) -> str:
    """A column as text. Raises ValueError where its type cannot hold what the card says it does."""
    column, plain = identifier(name), kind.split("(")[0]
    if plain in ("VARCHAR", '"NULL"', "NULL"):
        return f"{column}::varchar"
    if key == "parties_text" and kind == LIST:
        return f"array_to_string({column}, '{BETWEEN}')"
    if plain not in NAMES.get(key, WHOLE):
        wanted = SAID.get(key, f"{EVENT_HEADERS[key][-1]} is a text or a whole number")
        raise ValueError(f"column '{name}' is of type {kind}: {wanted}")
    if plain.startswith("TIMESTAMP"):
        return f"{column}::date::varchar"
    if plain in ("FLOAT", "DOUBLE"):
        # Without an exponent, which no statistics prints.
        return f"rtrim(rtrim(printf('%.9f', {column}::double), '0'), '.')"
    return f"{column}::varchar"


def sheet_events(path: Path, card: Card, kind: str) -> EventSource:
    """A file of any other format, by the reader that a single file has, held in memory while it is judged."""
    landed, encoding = read_file(path, card, kind)
    table = pa.table(landed.columns)
    address = landed.columns["cell_address"][0].as_py().rstrip("0123456789") if table.num_rows else "A"
    told = sum(piece.cells for piece in landed.rejected)
    assert landed.read == landed.landed + landed.not_data + told
    return EventSource(
        relation="select * from landed_event",
        columns={key: key for key in EVENT_HEADERS},
        address=address,
        separator=card.separator or ";",
        has_amount=landed.columns["amount_text"].null_count < table.num_rows,
        table=table,
        not_data=landed.not_data,
        encoding=encoding,
        rejected=landed.rejected,
    )
