"""What of a method is varied, and how: a design file, an enumeration of alternatives, or a Sobol design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from flows.indexing.vocabulary import Mean, Normalise, Strict, by_name, our_name

HALF_WIDTH = 0.25
MAX_RUNS = 1_000_000


Weights = str | list[int] | int | float | None


def weights_of(value: object) -> Weights:
    """A file, numbers of sets, how many sets, or as a float the half width of noise. Raises ValueError."""
    if isinstance(value, list) and value and all(str(item).isdecimal() and int(item) > 0 for item in value):
        return [int(item) for item in value]
    if isinstance(value, str | int | float):
        try:
            number = float(value)
        except ValueError:
            return str(value)
        if 0 <= number < 1:
            return number
        if number.is_integer() and number > 0:
            return int(number)
    elif value is None:
        return None
    raise ValueError("weights: a file, numbers of sets, how many sets, or a half width under 1 for sobol")


def sets_of(value: object) -> Weights:
    """The same without noise, which has no values to enumerate."""
    if isinstance(found := weights_of(value), float):
        raise ValueError("weights: a file, numbers of sets, or how many sets")
    return found


Winmax = Annotated[int, Field(ge=0)]
Normalisations = list[Annotated[Normalise, BeforeValidator(by_name)]]
Means = list[Annotated[Mean, BeforeValidator(by_name)]]


class Alternatives(Strict):
    """Alternatives to a step each; a step without any stays as the method has it.

    `weights`: a file of weight sets, numbers of sets, or how many sets of the file to take.
    """

    winmax: list[Winmax] = Field(default_factory=list)
    normalise: Normalisations = Field(default_factory=list)
    aggregate: Means = Field(default_factory=list)


class Enumeration(Alternatives):
    """Every combination of the alternatives, once."""

    weights: Annotated[Weights, PlainValidator(sets_of)] = None

    @model_validator(mode="after")
    def something_is_varied(self) -> Enumeration:
        if not (self.winmax or self.normalise or self.aggregate or self.weights):
            raise ValueError("name alternatives under winmax, normalise, weights or aggregate")
        return self


class Sobol(Alternatives):
    """A Sobol design of base size `n`, n (d + 2) runs for d factors, reproducible by its `seed`.

    `weights` may also be the half width of a noise on each weight (0: none), `data` whether cells move in
    their intervals, which they do where the data states any.
    """

    n: Annotated[int, Field(ge=2, le=MAX_RUNS)] = 100
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    data: Literal["interval", "nominal"] | None = None
    weights: Annotated[Weights, PlainValidator(weights_of)] = HALF_WIDTH


class Uncertainty(Strict):
    """One design; `weights` is the file of its weight sets, `options` numbers of normalisations by name."""

    design: str | None = None
    enumerate: Enumeration | None = None
    sobol: Sobol | None = None
    weights: str | None = None
    options: dict[str, Normalise] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def a_name_takes_its_options(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        options = data.get("options")
        if not isinstance(options, Mapping):
            return data
        told = {our_name(name): numbers for name, numbers in options.items()}
        told = {
            name: {**numbers, "method": name}
            for name, numbers in told.items()
            if isinstance(numbers, Mapping)
        }
        made = {**data, "options": {**options, **told}}
        for key in ("enumerate", "sobol"):
            if isinstance(part := data.get(key), Mapping) and isinstance(part.get("normalise"), list):
                named = [told.get(our_name(n), n) if isinstance(n, str) else n for n in part["normalise"]]
                made[key] = {**part, "normalise": named}
        # COINr's names were told under ours.
        made["options"] = {name: value for name, value in made["options"].items() if our_name(name) == name}
        return made

    @model_validator(mode="after")
    def there_is_one_design(self) -> Uncertainty:
        if sum(part is not None for part in (self.design, self.enumerate, self.sobol)) != 1:
            raise ValueError("name one of design, enumerate and sobol")
        return self

    @property
    def alternatives(self) -> Enumeration | Sobol | None:
        return self.enumerate or self.sobol

    def normalisation(self, name: str) -> Normalise:
        """A normalisation by its name, with the numbers that `options` gives it."""
        return self.options.get(str(our_name(name))) or Normalise.model_validate({"method": name})
