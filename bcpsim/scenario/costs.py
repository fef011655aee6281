"""Prices: what an hour of officers, equipment, lanes and travellers costs."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from unicodedata import category

from pydantic import AfterValidator, Field, model_validator

from bcpsim.files.fields import NotNegative, Positive, Share, Shorthand, Whole, shares_add_up, shown
from bcpsim.files.record import Record, example
from bcpsim.scenario.values import Name, Window


def _currency(value: str) -> str:
    if not 1 <= len(value) <= 12 or not all(c.isalpha() or category(c) == "Sc" for c in value):
        raise ValueError(f"expected a currency such as EUR or \u20ac, found {shown(value)}")
    return value


class Prices(Record):
    """In which money all prices of a scenario are."""

    model_config = example({"currency": "EUR", "year": 2024})

    currency: Annotated[str, AfterValidator(_currency)] = Field(
        description="The currency, such as EUR; it stands beside costs as their unit."
    )
    year: Annotated[Whole, Field(ge=1900, le=2100)] | None = Field(
        None, description="The year of whose prices they are."
    )

    @property
    def unit(self) -> str:
        """Currency and year, such as ``EUR of 2024``."""
        return self.currency if self.year is None else f"{self.currency} of {self.year}"


class Supplement(Window):
    """What an hour costs more in some hours: at night, on Sundays.

    Where several hold at once, they add up.
    """

    model_config = example({"from": "22:00", "to": "06:00", "share": "25 %"})

    share: Share = Field(description="How much more, such as 25 %; 100 % is double.")


def _as_shares(value: Any) -> Any:
    return {value: 1.0} if isinstance(value, str) else value


class Upkeep(Record):
    """What a piece of equipment, or a lane, costs while it is there and while it is used."""

    model_config = example({"a_year": 242000, "per_hour_of_use": 3})

    a_year: NotNegative = Field(
        0.0, description="Capital and upkeep of each a year of 8,760 hours, in use or not."
    )
    per_hour_of_use: NotNegative = Field(0.0, description="What each hour of use adds.")
    borne: Annotated[
        Annotated[
            dict[Name, Share],
            AfterValidator(lambda shares: shares_add_up(shares, "the shares borne")),
        ]
        | None,
        Shorthand(_as_shares, ("string",)),
    ] = Field(
        None,
        description="The agency that pays, or agreed shares: {customs: 60 %, guard: 40 %}; none: "
        "by the hours for which the officers of each use it.",
    )
    alone: Annotated[dict[Name, NotNegative], Field(min_length=2, max_length=2)] | None = Field(
        None,
        description="Instead of borne: what each of two agencies would pay a year on its own, such "
        "as {customs: 242000, guard: 242000}. Each bears its Shapley value: half of that, and half "
        "of what it adds to the cost of the other.",
    )

    @model_validator(mode="after")
    def _some_price(self) -> Upkeep:
        if not self.a_year and not self.per_hour_of_use:
            raise ValueError("give a_year, per_hour_of_use, or both")
        if self.alone is not None and self.borne is not None:
            raise ValueError("give either borne, or alone")
        return self

    def agreed(self, number: int) -> dict[str, float] | None:
        """Return the share that each agency bears of a number of pieces; None: by use.

        Raises
        ------
        ValueError
            If one agency would pay more alone than both pay together and the other alone: its
            Shapley value leaves less than nothing for the other.
        """
        if self.alone is None:
            return self.borne
        (first, a), (second, b) = self.alone.items()
        together = number * self.a_year
        if together <= 0 or abs(a - b) > together:
            raise ValueError(
                f"of {together:,g} a year together, shares can't be made of {a:,g} and {b:,g} "
                "alone: their difference must not be above what both pay together"
            )
        share = shapley(a, b, together) / together
        return {first: share, second: 1 - share}


def shapley(alone: float, other: float, together: float) -> float:
    """Return the Shapley value of one of two who share a cost.

    The mean of what it costs alone and of what it adds to the cost of the other: Shapley, A value
    for n-person games, Contributions to the Theory of Games II, 1953.
    """
    return (alone + together - other) / 2


class Idling(Record):
    """Engines that run while vehicles wait."""

    model_config = example({"litres_per_hour": 2.4, "per_litre": 1.6, "co2_per_litre": 2.65})

    litres_per_hour: Positive = Field(description="Fuel of a vehicle whose engine idles.")
    running: Share = Field(
        1.0, description="Share of the waiting time with the engine on, by season or by a rule."
    )
    per_litre: NotNegative | None = Field(None, description="Price of a litre; none: no cost.")
    co2_per_litre: Positive | None = Field(
        None, description="Kilograms of CO2 of a litre: about 2.3 for petrol, 2.65 for diesel."
    )


class TravelCost(Record):
    """What the time of a class of travellers costs, with their vehicle and its goods."""

    model_config = example({"per_hour": 37.2, "borne_by": "carriers"})

    per_hour: NotNegative | None = Field(
        None, description="An hour of a vehicle with its driver and goods, or of a traveller."
    )
    per_hour_of_occupant: NotNegative | None = Field(
        None, description="An hour of each occupant, beside per_hour."
    )
    time: Literal["time_in_system", "waiting_time"] = Field(
        "time_in_system", description="Which time costs: all at the border, or the waiting alone."
    )
    idling: Idling | None = Field(None, description="Fuel while waiting; none: engines are off.")
    missed: NotNegative | None = Field(
        None, description="What it costs to miss the deadline, such as the flight or the ferry."
    )
    borne_by: Literal["travellers", "carriers"] = Field(
        "travellers", description="Who pays: travellers, or carriers (hauliers, airlines)."
    )

    @model_validator(mode="after")
    def _something(self) -> TravelCost:
        if (self.per_hour, self.per_hour_of_occupant, self.idling, self.missed) == (None,) * 4:
            raise ValueError("give per_hour, per_hour_of_occupant, idling or missed")
        return self
