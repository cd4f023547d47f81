"""The words of a method: ways to impute, to normalise and to aggregate, with what each of them asks for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
ImputationName = Literal[
    "none", "mean", "median", "group_mean", "group_median", "linear", "latest", "regression"
]  # fmt: skip
NormalisationName = Literal[
    "min_max", "z_score", "scaled", "rank", "percentile_rank", "borda", "distance_to_maximum",
    "distance_to_reference", "distance_to_target", "fraction_of_maximum", "goalposts", "base_year",
]  # fmt: skip
AggregationName = Literal["arithmetic", "geometric", "harmonic", "power", "copeland"]
WeightingName = Literal["given", "equal", "pca", "entropy", "critic", "optimised"]
# Names of the same functions in the R package COINr.
ALSO_CALLED = {
    "i_mean": "mean", "i_median": "median", "i_mean_grp": "group_mean", "i_median_grp": "group_median",
    "n_minmax": "min_max", "n_zscore": "z_score", "n_scaled": "scaled", "n_rank": "rank",
    "n_prank": "percentile_rank", "n_borda": "borda", "n_dist2max": "distance_to_maximum",
    "n_dist2ref": "distance_to_reference", "n_dist2targ": "distance_to_target",
    "n_fracmax": "fraction_of_maximum", "n_goalposts": "goalposts",
    "a_amean": "arithmetic", "a_gmean": "geometric", "a_hmean": "harmonic", "a_genmean": "power",
    "a_copeland": "copeland",
}  # fmt: skip
# Which keys beside `method` and `within` a normalisation understands.
ASKS: dict[str, tuple[str, ...]] = {
    "min_max": ("lower", "upper"),
    "z_score": ("mean", "sd"),
    "scaled": ("lower", "upper", "mean", "sd"),
    "distance_to_reference": ("reference",),
    "distance_to_target": ("cap",),
    "goalposts": ("lower", "upper", "goalposts", "cap"),
    "base_year": ("reference",),
}
DEFAULTS: dict[str, tuple[float, float]] = {
    "min_max": (0, 100),
    "z_score": (0, 1),
    "scaled": (0, 1),
    "goalposts": (0, 1),
}


def our_name(name: object) -> object:
    """A name of COINr as ours, any other as it is."""
    return ALSO_CALLED.get(name, name) if isinstance(name, str) else name


def by_name(value: object) -> object:
    """`geometric` stands for {method: geometric}."""
    return {"method": value} if isinstance(value, str) else value


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Imputation(Strict):
    """How missing cells are filled; the group methods take the units of the same text in column `group`."""

    method: Annotated[ImputationName, BeforeValidator(our_name)] = "none"
    group: str | None = None

    @model_validator(mode="after")
    def a_group_belongs_to_the_group_methods(self) -> Imputation:
        if self.method.startswith("group_") != (self.group is not None):
            raise ValueError("group, a column of the data, goes with group_mean and group_median only")
        return self


class Normalise(Strict):
    """How indicators come to one scale. `lower` and `upper` of goalposts are the goalposts themselves."""

    method: Annotated[NormalisationName, BeforeValidator(our_name)] = "min_max"
    lower: Number | None = None
    upper: Number | None = None
    mean: Number | None = None
    sd: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    reference: str | None = None
    cap: bool | None = None
    within: Literal["all", "period"] = "all"
    goalposts: dict[str, tuple[Number, Number]] | None = None

    @model_validator(mode="after")
    def the_method_has_what_it_asks_for(self) -> Normalise:
        asked = ASKS.get(self.method, ())
        given = [
            key
            for key in self.model_fields_set - {"method", "within"}
            if getattr(self, key) is not None and key not in asked
        ]
        if given:
            takes = f", which takes {', '.join(asked)}" if asked else ""
            raise ValueError(f"{', '.join(sorted(given))} has no meaning for {self.method}{takes}")
        if "reference" in asked and self.reference is None:
            what = "a unit of the data" if self.method == "distance_to_reference" else "a period of the data"
            raise ValueError(f"{self.method} needs reference, {what}")
        if self.method == "scaled" and self.factors[1] == 0:
            raise ValueError("scaled divides by upper (or sd), which is 0")
        if self.method in ("min_max", "goalposts") and self.range[0] >= self.range[1]:
            raise ValueError(f"lower, {self.range[0]:g}, is not below upper, {self.range[1]:g}")
        for code, (low, high) in (self.goalposts or {}).items():
            if low >= high:
                raise ValueError(f"the low goalpost of {code}, {low:g}, is not below the high one, {high:g}")
        return self

    @property
    def range(self) -> tuple[float, float]:
        """`lower` and `upper`, or what is usual."""
        usual = DEFAULTS[self.method]
        return (
            usual[0] if self.lower is None else self.lower,
            usual[1] if self.upper is None else self.upper,
        )

    @property
    def factors(self) -> tuple[float | None, float | None]:
        """The two numbers that the engine's formula takes, if it takes any."""
        if self.method not in DEFAULTS:
            return None, None
        if self.method == "goalposts":
            return DEFAULTS["goalposts"]
        if self.method == "min_max":
            return self.range
        low, high = self.range
        return (low if self.mean is None else self.mean, high if self.sd is None else self.sd)


class Mean(Strict):
    """How the children of a node make its score."""

    method: Annotated[AggregationName, BeforeValidator(our_name)] = "arithmetic"
    power: Number | None = None

    @model_validator(mode="after")
    def a_power_belongs_to_the_power_mean(self) -> Mean:
        if (self.method == "power") != (self.power is not None):
            raise ValueError("power goes with method power, which needs it")
        if self.power == 0:
            raise ValueError("the power mean of power 0 is called geometric")
        return self


class Aggregate(Mean):
    """A mean, and none where under `min_share` of the children is known."""

    min_share: Share | None = None


def faulted(location: tuple[int | str, ...], kind: str, message: str, context: dict[str, Any]) -> str:
    """A fault that pydantic found, in the words of the file."""
    where = ".".join(str(part) for part in location) or "the method"
    if kind == "extra_forbidden":
        return f"unknown key '{where}'"
    if kind == "missing":
        return f"key '{where}' is missing"
    if kind == "literal_error":
        return f"'{where}' is none of {context['expected']}"
    return f"'{where}': {message.removeprefix('Value error, ')}"
