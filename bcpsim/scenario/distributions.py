"""How a planner writes a random time: by the parameters the field knows.

Every form becomes one `bcpsim.plan.laws.Law` when the scenario is compiled.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Union

from pydantic import Field, model_validator

from bcpsim.files.fields import (
    AS_NUMBER,
    MAX_CV,
    Cv,
    Duration,
    Share,
    Shorthand,
    Whole,
    shares_add_up,
)
from bcpsim.files.record import Record, example
from bcpsim.scenario.added import added_records
from bcpsim.scenario.tabular import Cells, Role, TableDescription

_MAX_SIGMA = math.sqrt(math.log1p(MAX_CV**2))  # of a lognormal law

_CV = "Coefficient of variation: standard deviation / mean."


class Deterministic(Record):
    """Always the same time; may be written as the time alone."""

    model_config = example({"distribution": "deterministic", "value": "2 min"})

    distribution: Literal["deterministic"] = "deterministic"
    value: Duration = Field(description="The time.")


class Exponential(Record):
    """Exponential with this mean."""

    distribution: Literal["exponential"]
    mean: Duration = Field(description="Mean.")


class _MeanOrQuantiles(Record):
    mean: Duration | None = Field(None, description="Mean.")
    cv: Cv | None = Field(None, description=_CV)
    quantiles: dict[str, Duration] | None = Field(
        None, description="Two quantiles instead of mean and cv, such as {p50: 60 s, p90: 150 s}."
    )

    @model_validator(mode="after")
    def _one_way(self) -> _MeanOrQuantiles:
        by_mean = self.mean is not None and self.cv is not None
        if by_mean == (self.quantiles is not None) or (self.quantiles and (self.mean or self.cv)):
            raise ValueError("give either mean and cv, or two quantiles")
        if by_mean and not self.mean:
            raise ValueError("mean must be greater than 0")
        if self.quantiles is not None:
            parse_quantiles(self.quantiles)
        return self


def parse_quantiles(quantiles: dict[str, float]) -> tuple[float, float, float, float]:
    """Return (p1, x1, p2, x2) of two quantiles such as ``{"p50": 1.0, "p90": 2.5}``.

    Raises
    ------
    ValueError
        If there aren't two, if a name isn't p1 to p99.9, if they don't increase, or if they are
        too far apart.
    """
    if len(quantiles) != 2:
        raise ValueError("give exactly two quantiles, such as {p50: 60 s, p90: 150 s}")
    numbers = []
    for name, value in quantiles.items():
        try:
            level = float(name.removeprefix("p")) / 100
        except ValueError:
            level = -1.0
        if not name.startswith("p") or not 0 < level < 1:
            raise ValueError(f"{name!r} is no quantile; write p50, p90 or p95")
        numbers.append((level, value))
    (p1, x1), (p2, x2) = sorted(numbers)
    if not 0 < x1 < x2:
        raise ValueError("the quantiles must be greater than 0 and increase")
    normal = NormalDist()
    if math.log(x2 / x1) / (normal.inv_cdf(p2) - normal.inv_cdf(p1)) > _MAX_SIGMA:
        raise ValueError(f"the quantiles are so far apart that cv is above {MAX_CV:g}")
    return p1, x1, p2, x2


class Lognormal(_MeanOrQuantiles):
    """Lognormal by mean and cv, or by two quantiles."""

    distribution: Literal["lognormal"]


class Gamma(Record):
    """Gamma by mean and cv."""

    distribution: Literal["gamma"]
    mean: Duration = Field(description="Mean.")
    cv: Cv = Field(description=_CV)


class Erlang(Record):
    """Erlang: the sum of `stages` equal exponentials, with this mean."""

    distribution: Literal["erlang"]
    mean: Duration = Field(description="Mean.")
    stages: Annotated[Whole, Field(ge=1, le=1000)] = Field(description="Number of stages.")


class Weibull(Record):
    """Weibull by mean and cv."""

    distribution: Literal["weibull"]
    mean: Duration = Field(description="Mean.")
    cv: Annotated[float, Field(ge=0.05, le=10), AS_NUMBER] = Field(description=_CV)


class Triangular(Record):
    """Triangular from low to high with its mode between."""

    distribution: Literal["triangular"]
    low: Duration = Field(description="Smallest value.")
    mode: Duration = Field(description="Most likely value.")
    high: Duration = Field(description="Largest value.")

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("low, mode and high must not decrease, and low must be below high")
        return self


class Uniform(Record):
    """Uniform from low to high."""

    distribution: Literal["uniform"]
    low: Duration = Field(description="Smallest value.")
    high: Duration = Field(description="Largest value.")

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class Empirical(TableDescription):
    """Observed times from a column of a table, each equally likely."""

    distribution: Literal["empirical"]
    column: Cells | None = Field(None, description="Column with the times; a list is added up.")
    unit: Literal["s", "min", "h"] = Field(description="Unit of the column.")

    roles: ClassVar[Mapping[str, Role]] = {"time": Role("time", "column")}


class MixturePart(Record):
    """One part of a mixture."""

    share: Share = Field(description="Share of this part.")
    time: Time = Field(description="The part's time or distribution.")


class Mixture(Record):
    """One of several distributions, by shares."""

    distribution: Literal["mixture"]
    parts: Annotated[tuple[MixturePart, ...], Field(min_length=1, max_length=50)] = Field(
        description="Parts whose shares add to 100 %."
    )

    @model_validator(mode="after")
    def _add_up(self) -> Mixture:
        shares_add_up(
            {str(k): part.share for k, part in enumerate(self.parts)}, "the parts' shares"
        )
        return self


class Truncated(Record):
    """A distribution limited to [low, high]: values outside don't occur."""

    distribution: Literal["truncated"]
    of: Time = Field(description="The distribution.")
    low: Duration = Field(0.0, description="Smallest value.")
    high: Duration = Field(description="Largest value.")

    @model_validator(mode="after")
    def _ordered(self) -> Truncated:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class Shifted(Record):
    """A distribution plus a fixed time."""

    distribution: Literal["shifted"]
    of: Time = Field(description="The distribution.")
    by: Duration = Field(description="The time that is added.")


def _scalar_is_deterministic(value: Any) -> Any:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return {"distribution": "deterministic", "value": value}
    return value


_OWN = (
    Deterministic,
    Exponential,
    Lognormal,
    Gamma,
    Erlang,
    Weibull,
    Triangular,
    Uniform,
    Empirical,
    Mixture,
    Truncated,
    Shifted,
)

if TYPE_CHECKING:
    Time = (
        Deterministic
        | Exponential
        | Lognormal
        | Gamma
        | Erlang
        | Weibull
        | Triangular
        | Uniform
        | Empirical
        | Mixture
        | Truncated
        | Shifted
    )
else:
    Time = Annotated[
        Annotated[
            Union[*_OWN, *added_records(one.__name__.lower() for one in _OWN)],
            Field(discriminator="distribution"),
        ],
        Shorthand(_scalar_is_deterministic, ("string", "number")),
    ]
"""A fixed time (``90 s``) or a distribution of times: one of bcpsim's own, or of a package."""

_FAR = 4.75
"""Standard deviations that one of a million normal numbers exceeds."""


def longest(time: Time) -> float:
    """Return minutes that about one of a hundred thousand exceeds; inf: not known here."""
    match time:
        case Deterministic():
            return time.value
        case Triangular() | Uniform() | Truncated():
            return time.high
        case Mixture():
            return max(longest(part.time) for part in time.parts if part.share)
        case Shifted():
            return longest(time.of) + time.by
        case Exponential():
            return time.mean * _tail(1.0)
        case Erlang():
            return time.mean * _tail(time.stages**-0.5)
        case Gamma() | Weibull():
            return time.mean * _tail(time.cv)
        case Lognormal(quantiles=None, mean=mean, cv=cv) if mean is not None and cv is not None:
            variance = math.log1p(cv * cv)
            return mean * math.exp(_FAR * math.sqrt(variance) - variance / 2)
        case Lognormal(quantiles=quantiles) if quantiles is not None:
            p1, x1, p2, x2 = parse_quantiles(quantiles)
            z1, z2 = NormalDist().inv_cdf(p1), NormalDist().inv_cdf(p2)
            return x1 * math.exp((_FAR - z1) * math.log(x2 / x1) / (z2 - z1))
        case _:
            return math.inf


def _tail(cv: float) -> float:
    """Return a multiple of the mean that hardly any gamma or Weibull time exceeds.

    With cv 1 it is 14: of the exponential's times one of a million is longer.
    """
    return 1 + 13 * max(cv, cv * cv)
