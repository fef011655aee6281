"""How a planner writes a random time: by the parameters the field knows.

Every form becomes one `bcpsim.plan.laws.Law` when the scenario is compiled.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bcpsim.scenario.fields import (
    Duration,
    NotNegative,
    Positive,
    Record,
    Share,
    Whole,
    shares_add_up,
)


class Deterministic(Record):
    """Always the same time; may be written as the time alone."""

    distribution: Literal["deterministic"] = "deterministic"
    value: Duration


class Exponential(Record):
    """Exponential with this mean."""

    distribution: Literal["exponential"]
    mean: Duration


class _MeanOrQuantiles(Record):
    mean: Duration | None = None
    cv: NotNegative | None = Field(
        None, description="Coefficient of variation: standard deviation / mean."
    )
    quantiles: dict[str, Duration] | None = Field(
        None, description="Two quantiles instead of mean and cv, such as {p50: 60 s, p90: 150 s}."
    )

    @model_validator(mode="after")
    def _one_way(self) -> _MeanOrQuantiles:
        by_mean = self.mean is not None and self.cv is not None
        if by_mean == (self.quantiles is not None) or (self.quantiles and (self.mean or self.cv)):
            raise ValueError("give either mean and cv, or two quantiles")
        if by_mean and not (self.mean and self.cv):
            raise ValueError("mean and cv must be greater than 0")
        if self.quantiles is not None:
            parse_quantiles(self.quantiles)
        return self


def parse_quantiles(quantiles: dict[str, float]) -> tuple[float, float, float, float]:
    """Return (p1, x1, p2, x2) of two quantiles such as ``{"p50": 1.0, "p90": 2.5}``.

    Raises
    ------
    ValueError
        If there aren't two, if a name isn't p1 to p99.9, or if they don't increase.
    """
    if len(quantiles) != 2:
        raise ValueError("give exactly two quantiles, such as {p50: 60 s, p90: 150 s}")
    found = []
    for name, value in quantiles.items():
        try:
            level = float(name.removeprefix("p")) / 100
        except ValueError:
            level = -1.0
        if not name.startswith("p") or not 0 < level < 1:
            raise ValueError(f"{name!r} is no quantile; write p50, p90 or p95")
        found.append((level, value))
    (p1, x1), (p2, x2) = sorted(found)
    if not 0 < x1 < x2:
        raise ValueError("the quantiles must be greater than 0 and increase")
    return p1, x1, p2, x2


class Lognormal(_MeanOrQuantiles):
    """Lognormal by mean and cv, or by two quantiles."""

    distribution: Literal["lognormal"]


class Gamma(Record):
    """Gamma by mean and cv."""

    distribution: Literal["gamma"]
    mean: Duration
    cv: Positive


class Erlang(Record):
    """Erlang: the sum of `stages` equal exponentials, with this mean."""

    distribution: Literal["erlang"]
    mean: Duration
    stages: Annotated[Whole, Field(ge=1, le=1000)]


class Weibull(Record):
    """Weibull by mean and cv."""

    distribution: Literal["weibull"]
    mean: Duration
    cv: Annotated[Positive, Field(ge=0.05, le=10)]


class Triangular(Record):
    """Triangular from low to high with its mode between."""

    distribution: Literal["triangular"]
    low: Duration
    mode: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Triangular:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("low, mode and high must not decrease, and low must be below high")
        return self


class Uniform(Record):
    """Uniform from low to high."""

    distribution: Literal["uniform"]
    low: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class Empirical(Record):
    """Observed times from a column of a CSV file, each equally likely."""

    distribution: Literal["empirical"]
    file: str
    column: str
    unit: Literal["s", "min", "h"]


class MixturePart(Record):
    """One part of a mixture."""

    share: Share
    time: Time


class Mixture(Record):
    """One of several distributions, by shares."""

    distribution: Literal["mixture"]
    parts: Annotated[tuple[MixturePart, ...], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _add_up(self) -> Mixture:
        shares_add_up(
            {str(k): part.share for k, part in enumerate(self.parts)}, "the parts' shares"
        )
        return self


class Truncated(Record):
    """A distribution limited to [low, high]: values outside don't occur."""

    distribution: Literal["truncated"]
    of: Time
    low: Duration = 0.0
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> Truncated:
        if not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class Shifted(Record):
    """A distribution plus a fixed time."""

    distribution: Literal["shifted"]
    of: Time
    by: Duration


def _scalar_is_deterministic(value: Any) -> Any:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return {"distribution": "deterministic", "value": value}
    return value


Time = Annotated[
    Annotated[
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
        | Shifted,
        Field(discriminator="distribution"),
    ],
    BeforeValidator(_scalar_is_deterministic),
]
"""A fixed time (``90 s``) or a distribution of times."""

for _model in (MixturePart, Mixture, Truncated, Shifted):
    _model.model_rebuild()
