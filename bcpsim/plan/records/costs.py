"""Prices of officers, equipment, lanes and travellers' time."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPlan:
    """What an officer of an agency, or a specialist of an office, costs.

    Attributes
    ----------
    per_hour
        On duty, overhead included.
    supplements
        Stretches of time, and what an hour in them costs more.
    overtime
        What an hour of overtime costs.
    """

    per_hour: float
    supplements: tuple[tuple[Windows, float], ...]
    overtime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepPlan:
    """What a piece of equipment, or a lane, costs.

    Attributes
    ----------
    there, used
        Each hour for which it is there, and for which it is used.
    borne
        (agency, share) pairs, as agreed or by Shapley value; none: by use.
    """

    there: float
    used: float
    borne: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelCostPlan:
    """What the time of a class costs; None: no price.

    Attributes
    ----------
    per_hour, per_hour_of_occupant
        Of a vehicle, and of each occupant.
    waiting_alone
        Whether only the waiting costs.
    litres
        In an hour of waiting.
    per_litre, co2_per_litre
        Cost and kilograms.
    missed
        Cost of a missed deadline.
    payer
        Index in `PAYERS`.
    """

    per_hour: float | None
    per_hour_of_occupant: float | None
    waiting_alone: bool
    litres: float | None
    per_litre: float | None
    co2_per_litre: float | None
    missed: float | None
    payer: int


PAYERS = ("agencies", "travellers", "carriers")
"""Who pays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPlan:
    """All prices, in one currency.

    Attributes
    ----------
    unit
        The currency.
    pay
        Of each agency; None: no price.
    offices
        Of each office's specialists, while it is open.
    lanes, equipment
        Of each stop's lanes, and of each kind of equipment.
    classes
        Of each class.
    """

    unit: str
    pay: tuple[PayPlan | None, ...]
    offices: tuple[PayPlan | None, ...]
    lanes: tuple[UpkeepPlan | None, ...]
    equipment: tuple[UpkeepPlan | None, ...]
    classes: tuple[TravelCostPlan | None, ...]

    @property
    def any_price(self) -> bool:
        """Whether anything has a price."""
        return any((*self.pay, *self.offices, *self.lanes, *self.equipment, *self.classes))
