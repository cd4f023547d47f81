"""Cards: the YAML beside each raw file that says what it is and how it is laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

# YAML reads 2023-03-01 as a date and 2023 as a number; a card means both as text.
Text = Annotated[str, BeforeValidator(lambda v: v if v is None or isinstance(v, (dict, list)) else str(v))]
PartialDate = Annotated[Text, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
HeaderLevel = Literal["place", "indicator", "period", "unit", "ignore"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Strict):
    """The document that one sheet of a workbook was taken from, where it is not the file as a whole."""

    title: Text
    publisher: Text | None = None
    url: Text | None = None
    published_on: PartialDate | None = None
    note: Text | None = None


class Table(Strict):
    """One cross-tabulation: row labels in `label_column`, `header` naming what each header row holds."""

    sheet: Text | None = None
    header_row: int = Field(ge=1, description="first header row, counted from 1")
    header: list[HeaderLevel] = Field(min_length=1, description="meaning of each header row, top down")
    header_join: str = Field(default="", description="text put between header rows of one meaning")
    label_column: int = Field(default=1, ge=1)
    label: Literal["place", "indicator", "period"] = "place"
    unit_row: int | None = Field(default=None, ge=1, description="row that holds 单位:… for the whole table")
    place: Text | None = None
    indicator: Text | None = None
    period: Text | None = None
    unit: Text | None = None
    status: Text = "unknown"
    notes: Text | None = Field(default=None, description="a row whose label starts so ends the table")
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

    title: Text
    title_en: Text
    publisher: Text | None = None
    url: Text | None = None
    published_on: PartialDate | None = None
    accessed_on: PartialDate
    licence: Text
    layout: Literal["long", "cross_tab", "register"]
    note: Text | None = None
    tables: list[Table] = Field(default_factory=list)
    register_name: Text | None = Field(default=None, alias="register", pattern=r"^[a-z][a-z0-9_]*$")
    url_column: Text | None = None

    @model_validator(mode="after")
    def layout_has_what_it_needs(self) -> Card:
        if (self.layout == "cross_tab") != bool(self.tables):
            raise ValueError("tables must be given for layout cross_tab, and only for it")
        if (self.layout == "register") != (self.register_name is not None):
            raise ValueError("register must be given for layout register, and only for it")
        return self


def card_path(file: Path) -> Path:
    """The card of a raw file: the same name with .yaml behind it."""
    return file.with_name(file.name + ".yaml")


def load_card(path: Path) -> Card:
    """Read and validate a card. Raises ValueError with one sentence that names every fault."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
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
    where = ".".join(str(part) for part in location) or "card"
    if kind == "extra_forbidden":
        return f"unknown key '{where}'"
    if kind == "missing":
        return f"key '{where}' is missing"
    return f"'{where}': {message.removeprefix('Value error, ')}"
