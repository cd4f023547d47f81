"""The method of an index as its YAML file tells it, step by step; a step whose key is absent is skipped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from flows.errors import G60Error
from flows.indexing.faults import Fault, refuse
from flows.indexing.uncertainty import Uncertainty
from flows.indexing.vocabulary import (
    Aggregate,
    Imputation,
    Normalise,
    Share,
    Strict,
    WeightingName,
    by_name,
    faulted,
)
from flows.landing.cards import CardLoader
from flows.landing.limits import MAX_CARD_BYTES
from flows.landing.shown import seen


class MethodLoader(CardLoader):
    """The same YAML as that of the cards: a unit named NO is no falsehood, a period 2018 no number."""

    what = "a method"


class Screen(Strict):
    """Units with a smaller share of known indicators are left out."""

    min_share: Share


class Treat(Strict):
    """Outliers: winsorise at most `winmax` points of an indicator while it fails, then fall back.

    An indicator passes where abs(skewness) < `skew` or its excess kurtosis < `kurtosis`.
    """

    winmax: Annotated[int, Field(ge=0)] = 5
    skew: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2
    kurtosis: Annotated[float, Field(allow_inf_nan=False)] = 3.5
    fallback: Literal["log", "boxcox", "none"] = "log"


class Weight(Strict):
    """Where weights come from; `given` takes those of the framework."""

    method: WeightingName = "given"


class Aggregation(Aggregate):
    """How nodes are scored, and on which levels otherwise."""

    by_level: dict[int, Annotated[Aggregate, BeforeValidator(by_name)]] = Field(default_factory=dict)


class Ranking(Strict):
    """Ranks within the units of the same text in column `group`, beside those among all."""

    group: str


class Method(Strict):
    """The whole method. Keys and names as in the README."""

    denominate: bool = False
    impute: Annotated[Imputation, BeforeValidator(by_name)] = Imputation()
    screen: Screen | None = None
    treat: Treat | None = None
    normalise: Annotated[Normalise, BeforeValidator(by_name)] = Normalise()
    weight: Annotated[Weight, BeforeValidator(by_name)] = Weight()
    aggregate: Annotated[Aggregation, BeforeValidator(by_name)] = Aggregation()
    rank: Ranking | None = None
    uncertainty: Uncertainty | None = None

    @model_validator(mode="before")
    @classmethod
    def a_key_without_a_value_is_absent(cls, data: object) -> object:
        if isinstance(data, Mapping):
            return {key: value for key, value in data.items() if value is not None}
        return data

    @property
    def groups(self) -> list[str]:
        """Columns of the data that the method reads as groups."""
        named = (self.impute.group, self.rank.group if self.rank else None)
        return list(dict.fromkeys(group for group in named if group is not None))


def read_method(file: Path) -> Method:
    """Read and validate a method. Raises G60Error with a sentence that names its faults."""
    where = seen(str(file))
    try:
        if (size := file.stat().st_size) > MAX_CARD_BYTES:
            remedy = "a method is a page of YAML"
            raise G60Error(
                f"the method has {size:,} bytes, at most {MAX_CARD_BYTES:,} are read", where, remedy
            )
        data = yaml.load(file.read_text(encoding="utf-8-sig"), MethodLoader)
    except OSError as error:
        reason = error.strerror or str(error)
        remedy = "name a file that is there and can be read"
        raise G60Error(f"the method cannot be read: {reason}", where, remedy) from error
    except RecursionError as error:
        raise G60Error("the method is nested too deeply", where, "write it as the README does") from error
    except (yaml.YAMLError, ValueError) as error:
        reason = seen(" ".join(str(error).split()))
        raise G60Error(f"the method is not YAML: {reason}", where, "write it as the README does") from error
    if not isinstance(data, dict):
        remedy = "name at least one step, as normalise: {method: min_max}"
        raise G60Error("the method is empty or not a mapping of keys to values", where, remedy)
    try:
        return Method.model_validate(data)
    except ValidationError as error:
        remedy = "the README lists the keys of a method and what they take"
        found = [faulted(e["loc"], e["type"], e["msg"], e.get("ctx", {})) for e in error.errors()]
        refuse([Fault(text, remedy) for text in found], file)
        raise
