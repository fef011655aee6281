"""The sweep file: which scenario, which factors, which design, what is kept."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from bcpsim.files.fields import Number, Positive, Share, Shorthand, Whole
from bcpsim.files.record import Record, example
from bcpsim.results import MEASURE_COLUMNS
from bcpsim.runs.precision import DEFAULT_MEASURES
from bcpsim.runs.replications import DEFAULT_SEED
from bcpsim.scenario.overriding import KeyPath, Value, ValueToSet
from bcpsim.scenario.values import Name, Text, Title, as_tuple
from bcpsim.studies import Overrides, Seed, StudyFile, VariantNames

MAX_POINTS = 1_000_000
"""Most points of a sweep."""

MAX_REPLICATIONS = 1_000_000
"""Most replications at a point."""

ALL = "all"

POINT = "point"
"""The column that numbers the points."""


class Normal(Record):
    """Normal by mean and standard deviation."""

    distribution: Literal["normal"]
    mean: Number = Field(description="Mean.")
    sd: Positive = Field(description="Standard deviation.")


class Lognormal(Record):
    """Lognormal by mean and cv."""

    distribution: Literal["lognormal"]
    mean: Positive = Field(description="Mean.")
    cv: Positive = Field(description="Coefficient of variation: standard deviation / mean.")


class Triangular(Record):
    """Triangular from low to high with its mode between."""

    model_config = example({"distribution": "triangular", "low": 1, "mode": 1.1, "high": 1.5})

    distribution: Literal["triangular"]
    low: Number = Field(description="Smallest value.")
    mode: Number = Field(description="Most likely value.")
    high: Number = Field(description="Largest value.")

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError("expected low <= mode <= high, and low < high")
        return self


Distribution = Annotated[Normal | Lognormal | Triangular, Field(discriminator="distribution")]

Range = Annotated[tuple[Number, ...], Field(min_length=2, max_length=2)]


class Factor(Record):
    """One thing that is varied: where it is set, and the values that it takes."""

    model_config = example({"set": "stops.booths.lanes", "values": [2, 3, 4]})

    title: Title = None
    set: Annotated[
        tuple[KeyPath, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1, max_length=100)
    ] = Field(
        description="Key path, or list of key paths that all get the value: "
        "traffic.cars.arrivals.scale."
    )
    variants: VariantNames | None = Field(
        None,
        description="Variants in which it is set: others haven't got what it changes, and are "
        "the same for all its values; default: all.",
    )
    values: Annotated[tuple[ValueToSet, ...], Field(min_length=1, max_length=10_000)] | None = (
        Field(None, description="The values one by one: [2, 3, 4].")
    )
    range: Range | None = Field(None, description="Lowest and highest value: [0.8, 1.2].")
    log_range: Range | None = Field(
        None, description="The same, evenly spread in the logarithm: [0.1, 10]."
    )
    law: Distribution | None = Field(
        None,
        description="What is known of an uncertain value, between its quantiles 0.1 "
        "and 99.9 %: {distribution: triangular, low: 1, mode: 1.1, high: 1.5}.",
    )
    whole: bool = Field(False, description="Whole numbers only; for a range.")
    levels: Annotated[Whole, Field(ge=2, le=10_000)] | None = Field(
        None, description="Number of values that a full factorial takes from a range or law."
    )
    unit: Annotated[str, Field(min_length=1, max_length=10)] | None = Field(
        None, description="Unit put after each number: s, min, h, /h, /d, %."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Factor:
        kinds = ("values", "range", "log_range", "law")
        kinds_given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(kinds_given) != 1:
            raise ValueError(
                f"give one of {', '.join(kinds)}; found {', '.join(kinds_given) or 'none'}"
            )
        bounds = self.bounds
        if bounds and bounds[0] >= bounds[1]:
            raise ValueError(f"{kinds_given[0]}: the first value must be lower than the second")
        if self.log_range and self.log_range[0] <= 0:
            raise ValueError("log_range: the lowest value must be greater than 0")
        if self.whole and (self.range is None or any(x != int(x) for x in self.range)):
            raise ValueError("whole is for a range with whole ends")
        if self.values is not None:
            if self.levels is not None:
                raise ValueError("levels is for a range or a law; the values are listed here")
            if len({str(value) for value in self.values}) < len(self.values):
                raise ValueError("values: each may be listed once")
            texts = [isinstance(value, (str, bool)) for value in self.values]
            if self.unit is not None and any(texts):
                raise ValueError("unit is for numbers; these values are text")
        return self

    @property
    def bounds(self) -> tuple[float, ...] | None:
        """Lowest and highest value of a range."""
        return self.range or self.log_range

    @property
    def is_number(self) -> bool:
        """True if all its values are numbers."""
        return all(
            isinstance(value, (int, float)) and not isinstance(value, bool)
            for value in self.values or ()
        )

    @property
    def count(self) -> int | None:
        """Number of values that it takes; None: all between its ends."""
        if self.values is not None:
            return len(self.values)
        if self.whole and self.range is not None:
            return int(self.range[1] - self.range[0]) + 1
        return None

    def is_set_in(self, variant: str) -> bool:
        """Return whether it changes a variant."""
        return self.variants is None or variant in self.variants

    def text(self, value: Value) -> str:
        """Return a value as the scenario file would have it."""
        import json

        return json.dumps(value) if self.unit is None else f"{value!r} {self.unit}"


class FullFactorial(Record):
    """Each value of each factor with each of all others."""

    kind: Literal["full_factorial"]


class Fractional(Record):
    """The ends of all factors, in a part of all combinations chosen by its resolution."""

    model_config = example({"kind": "fractional", "resolution": 3})

    kind: Literal["fractional"]
    resolution: Annotated[Whole, Field(ge=3, le=5)] = Field(
        description="3: main effects apart from each other; 4: also from interactions of two; "
        "5: interactions of two apart from each other."
    )


class LatinHypercube(Record):
    """Points spread so that each factor's range is covered evenly."""

    kind: Literal["latin_hypercube"]
    points: Annotated[Whole, Field(ge=1, le=MAX_POINTS)] = Field(description="Number of points.")


class Sobol(Record):
    """Points of a scrambled Sobol sequence: evenly spread in all factors together."""

    kind: Literal["sobol"]
    points: Annotated[Whole, Field(ge=1, le=MAX_POINTS)] = Field(
        description="Number of points, a power of 2."
    )

    @model_validator(mode="after")
    def _balanced(self) -> Sobol:
        if self.points & (self.points - 1):
            near = 2 ** round(math.log2(self.points))
            raise ValueError(f"points must be a power of 2, such as {near}; found {self.points}")
        return self


Design = Annotated[FullFactorial | Fractional | LatinHypercube | Sobol, Field(discriminator="kind")]


class SweepPrecision(Record):
    """How narrow the intervals of which measures are at each point, in every variant."""

    model_config = example({"half_width": "2 %"})

    half_width: Annotated[Share, Field(gt=0, lt=1)] = Field(
        description="Half-width of the 95 % interval as a share of the estimate: 2 %."
    )
    measures: Annotated[tuple[Text, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1)] = (
        Field(DEFAULT_MEASURES, description="Measures for which this holds, by name.")
    )
    floor: Annotated[Whole, Field(ge=2, le=MAX_REPLICATIONS)] = Field(
        20, description="Fewest replications."
    )
    ceiling: Annotated[Whole, Field(ge=2, le=MAX_REPLICATIONS)] = Field(
        1000, description="Most replications."
    )

    @model_validator(mode="after")
    def _ordered(self) -> SweepPrecision:
        if self.floor > self.ceiling:
            raise ValueError("floor must not be greater than ceiling")
        return self


def _by_name(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


def _no_column(factors: dict[str, Factor]) -> dict[str, Factor]:
    for name in factors:
        if name in (POINT, *MEASURE_COLUMNS):
            raise ValueError(f"{name!r} is a column of the results; choose another name")
    return factors


class SweepFile(StudyFile):
    """A scenario run at many points: combinations of values of its factors."""

    kind = "sweep"

    variants: VariantNames = Field(
        ("base",),
        description="Variants run at each point, two together as a+b; all: every one of the file.",
    )
    overrides: Overrides = Field(
        {}, description="Values set at all points, by key path: {horizon.duration: 8 h}."
    )
    factors: Annotated[
        dict[Name, Factor], Field(min_length=1, max_length=100), AfterValidator(_no_column)
    ] = Field(description="What is varied, by name; each becomes a column of the results.")
    design: Annotated[Design, Shorthand(_by_name, ("string",))] = Field(
        description="Which points: full_factorial, or {kind: sobol, points: 64} and others."
    )
    replications: Annotated[Whole, Field(ge=1, le=MAX_REPLICATIONS)] | None = Field(
        None, description="Replications of each variant at each point; default: 20."
    )
    precision: SweepPrecision | None = Field(
        None, description="Instead: replications go on until intervals are narrow enough."
    )
    seed: Seed = DEFAULT_SEED
    measures: Annotated[tuple[Text, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1)] = (
        Field(
            (ALL,),
            description="What is kept: MEASURE, MEASURE/POPULATION or MEASURE/POPULATION/STATISTIC "
            "each, such as waiting_time/class=truck/p95; all: every row of the table of a run.",
        )
    )

    @model_validator(mode="after")
    def _one_number(self) -> SweepFile:
        if self.replications is not None and self.precision is not None:
            raise ValueError("give replications or a precision, not both")
        return self
