"""Cards: the YAML beside each raw file that says what it is and how it is laid out."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from flows.landing.limits import MAX_CARD_BYTES
from flows.landing.shown import seen


def partial_date(text: str) -> str:
    """A year, a month or a day that the calendar knows."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        raise ValueError(f"'{text}' is no date, write 2023, 2023-04 or 2023-04-30")
    dt.date.fromisoformat(f"{text}-01-01"[:10])
    return text


PartialDate = Annotated[str, AfterValidator(partial_date)]
Label = Literal["place", "indicator", "period", "unit", "status", "ignore"]
LongColumn = Literal[
    "place", "indicator", "period", "value", "unit", "status",
    "title", "publisher", "url", "published_on", "note", "ignore",
]  # fmt: skip
EventColumn = Literal[
    "event_id", "on", "from", "to", "parties", "from_name", "to_name", "party_names",
    "amount", "unit", "field", "url", "note", "ignore",
]  # fmt: skip
COLUMNS_OF: dict[str, tuple[str, ...]] = {"long": get_args(LongColumn), "events": get_args(EventColumn)}
Layout = Literal["long", "wide_by_year", "wide_by_place", "cross_tab", "register", "events"]
WIDE: dict[str, Label] = {"wide_by_year": "period", "wide_by_place": "place"}
DEFAULT_LIMIT = 0.1
# What a drafted card says where the file says nothing.
OPEN = "?"
UNNAMED = "unnamed"
PARTS: tuple[Literal["place", "indicator", "period"], ...] = ("place", "indicator", "period")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def every_text_can_be_stored(cls, value: object) -> object:
        if isinstance(value, str):
            value.encode()  # raises on half a character, which YAML lets one write as "\ud800"
        return value


class Citation(Strict):
    """The document that one sheet of a workbook was taken from, where it is not the file as a whole."""

    title: str
    publisher: str | None = None
    url: str | None = None
    published_on: PartialDate | None = None
    note: str | None = None


class Sheet(Strict):
    """Where a table lies and what its sheet says of every figure in it."""

    sheet: str | None = Field(
        default=None, description="sheet of a workbook, table of a page; else the first"
    )
    header_row: int = Field(default=1, ge=1, description="first header row, counted from 1")
    notes: str | None = Field(default=None, description="a row whose first label starts so ends the table")
    place: str | None = Field(default=None, description="the place of every figure")
    indicator: str | None = Field(default=None, description="the indicator of every figure")
    period: str | None = Field(default=None, description="the period of every figure")
    year: str | None = Field(
        default=None,
        pattern=r"^(19|20)[0-9]{2}$",
        description="the year of periods that print none, as 1-9月",
    )
    unit: str | None = Field(default=None, description="the unit of every figure that prints none")


class Table(Sheet):
    """Figures in rows and columns. `header` names what each header row holds, `labels` the label columns."""

    header: list[Label] = Field(default_factory=list, description="cross_tab: meaning of each header row")
    header_join: str = Field(default="", description="text put between header rows of one meaning")
    labels: dict[str, Label] = Field(
        default_factory=dict, description="label columns by letter or by header text: {A: place, 单位: unit}"
    )
    label_column: int = Field(default=1, ge=1, description="the one label column, where labels are not given")
    label: Label = Field(default="place", description="what it holds")
    unit_row: int | None = Field(default=None, ge=1, description="row that holds 单位:… for the whole table")
    status: str = Field(default="unknown", description="preliminary, final, revised or unknown")
    skip_rows: list[str] = Field(
        default_factory=list, description="rows without data: numbers or label texts"
    )
    skip_columns: list[str] = Field(
        default_factory=list, description="columns without data: letters or headers"
    )
    names: dict[str, str] = Field(
        default_factory=dict, description="printed header or label: the name or code it stands for"
    )
    document: Citation | None = None

    @model_validator(mode="before")
    @classmethod
    def numbers_may_be_written_as_texts(cls, data: object) -> object:
        if isinstance(data, dict) and isinstance(rows := data.get("skip_rows"), list):
            data["skip_rows"] = [str(row) for row in rows]
        return data

    def meanings(self) -> list[str]:
        """What the label columns hold."""
        return list(self.labels.values()) if self.labels else [self.label]

    def check(self, header: list[Label]) -> None:
        if not header:
            raise ValueError("header must name what each header row holds")
        for part in PARTS:
            named = (part in header) + self.meanings().count(part) + (getattr(self, part) is not None)
            if named != 1:
                raise ValueError(f"{part} must come from exactly one of: header, label, a constant")


class Card(Sheet):
    """What a raw file is. A layout is long (a row a figure), wide_by_year or wide_by_place (a row a series),
    cross_tab (several header rows), register (a row a thing) or events (a row an event between places)."""

    title: str
    title_en: str
    publisher: str | None = None
    url: str | None = None
    published_on: PartialDate | None = None
    accessed_on: PartialDate
    licence: str
    layout: Layout
    note: str | None = None
    draft: bool = Field(default=False, description="drafted by looking at the file, not yet reviewed")
    rejected_limit: float = Field(
        default=DEFAULT_LIMIT,
        ge=0,
        le=1,
        description="share of figures that may be quarantined before the gate closes",
    )
    skip_sheets: list[str] = Field(default_factory=list, description="sheets that hold no data")
    missing: list[str] = Field(default_factory=list, description="texts that mean no figure in this file")
    status: str | None = Field(default=None, description="long: the status of every figure that prints none")
    columns: dict[str, LongColumn | EventColumn] = Field(
        default_factory=dict,
        description="long, events: what the columns under other than the usual headers hold",
    )
    tables: list[Table] = Field(default_factory=list, description="wide_by_year, wide_by_place, cross_tab")
    register_name: str | None = Field(default=None, alias="register", pattern=r"^[a-z][a-z0-9_]*$")
    url_column: str | None = Field(default=None, description="register: the column that cites a source")
    event: str | None = Field(
        default=None, pattern=r"^[a-z][a-z0-9_]*$", description="events: what kind of event a row is"
    )
    separator: str | None = Field(
        default=None, min_length=1, description="events: the sign between several places of one cell, else ;"
    )

    @property
    def is_tabular(self) -> bool:
        """Whether the figures lie in `tables`."""
        return self.layout in ("cross_tab", *WIDE)

    def header_of(self, table: Table) -> list[Label]:
        return [WIDE[self.layout]] if self.layout in WIDE else table.header

    def open_keys(self) -> list[str]:
        """Keys that a draft left open and nobody has filled in."""
        said = {**self.model_dump(exclude={"tables"})}
        for number, table in enumerate(self.tables, 1):
            said |= {f"table {number}: {key}": value for key, value in table.model_dump().items()}
        return [key for key, value in said.items() if value == OPEN] + (
            ["register"] if self.register_name == UNNAMED else []
        )

    @model_validator(mode="after")
    def layout_has_what_it_needs(self) -> Card:
        if self.is_tabular != bool(self.tables):
            raise ValueError(
                "tables must be given for layouts cross_tab, wide_by_year and wide_by_place only"
            )
        if (self.layout == "register") != (self.register_name is not None):
            raise ValueError("register must be given for layout register, and only for it")
        stray = [
            key
            for key in ("sheet", "notes", *PARTS, "year", "unit", "status")
            if getattr(self, key) is not None
        ]
        if self.is_tabular and stray:
            raise ValueError(f"{', '.join(stray)} belongs into the tables of layout {self.layout}")
        meant = {"register": ("sheet", "notes"), "events": ("sheet", "notes", "unit")}.get(self.layout)
        if meant and (stray := [key for key in stray if key not in meant]):
            raise ValueError(f"{', '.join(stray)} has no meaning for layout {self.layout}")
        if (self.layout == "events") != (self.event is not None):
            raise ValueError("event must be given for layout events, and only for it")
        if self.separator and self.layout != "events":
            raise ValueError("separator must be given for layout events only")
        if self.is_tabular and "header_row" in self.model_fields_set:
            raise ValueError(f"header_row belongs into the tables of layout {self.layout}")
        if self.url_column and self.layout != "register":
            raise ValueError("url_column must be given for layout register only")
        if not self.draft and self.open_keys():
            raise ValueError(f"{', '.join(self.open_keys())} is still open from the draft: fill it in")
        if self.columns and self.layout not in COLUMNS_OF:
            raise ValueError("columns must be given for layouts long and events only")
        if stray := [said for said in self.columns.values() if said not in COLUMNS_OF[self.layout]]:
            raise ValueError(f"a column of layout {self.layout} does not hold {', '.join(stray)}")
        for number, table in enumerate(self.tables, 1):
            if self.layout in WIDE and table.header:
                raise ValueError(
                    f"table {number}: layout {self.layout} has one header row and needs no header"
                )
            try:
                table.check(self.header_of(table))
            except ValueError as error:
                raise ValueError(f"table {number}: {error}") from error
        return self


class CardLoader(yaml.SafeLoader):
    """YAML whose scalars stay as typed: 2.10, yes and 2023-03-01 are text; only null has a meaning."""

    what = "a card"

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # A card of a few lines can say itself a billion times over by pointing at its own parts.
        if self.check_event(yaml.AliasEvent):
            raise ValueError(f"{self.what} has no use for aliases (*name): write the value out")
        if tag := getattr(self.peek_event(), "tag", None):  # type: ignore[no-untyped-call]
            raise ValueError(f"{self.what} has no use for tags ({tag}): its keys say what their values are")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        # YAML lets the last of two equal keys win: a table whose dash was forgotten would vanish.
        keys = [key.value for key, _ in node.value]
        if doubled := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"key '{doubled}' is given twice")
        return super().construct_mapping(node, deep)


# The loader's own resolvers would turn a sheet named 2010.10 into the number 2010.1.
CardLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def card_path(file: Path) -> Path:
    """The card of a raw file: the same name with .yaml behind it."""
    return file.with_name(file.name + ".yaml")


def load_card(path: Path) -> Card:
    """Read and validate a card. Raises ValueError with one sentence that names every fault."""
    if (size := path.stat().st_size) > MAX_CARD_BYTES:
        raise ValueError(f"the card has {size:,} bytes, at most {MAX_CARD_BYTES:,} are read")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), CardLoader)
    except RecursionError as error:
        raise ValueError("the card is not YAML: it is nested too deeply") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"the card is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise ValueError("the card is empty or not a mapping of keys to values")
    try:
        return Card.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(describe(e["loc"], e["type"], e["msg"]) for e in error.errors())
        raise ValueError(faults) from error


def describe(location: tuple[int | str, ...], kind: str, message: str) -> str:
    where = seen(".".join(str(part) for part in location)) or "card"
    if kind == "extra_forbidden":
        return f"unknown key '{where}'"
    if kind == "missing":
        return f"key '{where}' is missing"
    return f"'{where}': {message.removeprefix('Value error, ')}"


def schema() -> str:
    """The JSON schema of a card, for editors and for other programs."""
    return json.dumps(Card.model_json_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(schema(), end="")
