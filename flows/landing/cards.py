"""Cards: the YAML beside each raw file that says what it is and how it is laid out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Literal

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


def partial_date(text: str) -> str:
    """A year, a month or a day that the calendar knows."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
        raise ValueError(f"'{text}' is no date, write 2023, 2023-04 or 2023-04-30")
    dt.date.fromisoformat(f"{text}-01-01"[:10])
    return text


PartialDate = Annotated[str, AfterValidator(partial_date)]
HeaderLevel = Literal["place", "indicator", "period", "unit", "ignore"]


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


class Table(Strict):
    """One cross-tabulation: row labels in `label_column`, `header` naming what each header row holds."""

    sheet: str | None = None
    header_row: int = Field(ge=1, description="first header row, counted from 1")
    header: list[HeaderLevel] = Field(min_length=1, description="meaning of each header row, top down")
    header_join: str = Field(default="", description="text put between header rows of one meaning")
    label_column: int = Field(default=1, ge=1)
    label: Literal["place", "indicator", "period"] = "place"
    unit_row: int | None = Field(default=None, ge=1, description="row that holds 单位:… for the whole table")
    place: str | None = None
    indicator: str | None = None
    period: str | None = None
    unit: str | None = None
    status: str = "unknown"
    notes: str | None = Field(default=None, description="a row whose label starts so ends the table")
    document: Citation | None = None

    @model_validator(mode="after")
    def every_label_has_one_source(self) -> Table:
        for part in ("place", "indicator", "period"):
            named = [part in self.header, self.label == part, getattr(self, part) is not None]
            if sum(named) != 1:
                raise ValueError(f"{part} must come from exactly one of: header, label, a constant")
        return self


class Card(Strict):
    """What a raw file is. `layout` is long (a row a figure), cross_tab, or register (a row a thing)."""

    title: str
    title_en: str
    publisher: str | None = None
    url: str | None = None
    published_on: PartialDate | None = None
    accessed_on: PartialDate
    licence: str
    layout: Literal["long", "cross_tab", "register"]
    note: str | None = None
    tables: list[Table] = Field(default_factory=list)
    register_name: str | None = Field(default=None, alias="register", pattern=r"^[a-z][a-z0-9_]*$")
    url_column: str | None = None

    @model_validator(mode="after")
    def layout_has_what_it_needs(self) -> Card:
        if (self.layout == "cross_tab") != bool(self.tables):
            raise ValueError("tables must be given for layout cross_tab, and only for it")
        if (self.layout == "register") != (self.register_name is not None):
            raise ValueError("register must be given for layout register, and only for it")
        return self


class CardLoader(yaml.SafeLoader):
    """YAML whose scalars stay as typed: 2.10, yes and 2023-03-01 are text; only null has a meaning."""

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
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), CardLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"the card is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise ValueError("the card is empty or not a mapping of keys to values")
    try:
        return Card.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(describe(e["loc"], e["type"], e["msg"]) for e in error.errors())
        raise ValueError(faults) from error


def describe(location: tuple[int | str, ...], kind: str, message: str) -> str:
    where = ".".join(str(part) for part in location) or "card"
    if kind == "extra_forbidden":
        return f"unknown key '{where}'"
    if kind == "missing":
        return f"key '{where}' is missing"
    return f"'{where}': {message.removeprefix('Value error, ')}"
