"""Prices as tables: by agency, stop, equipment and class."""

from __future__ import annotations

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.costs import PAYERS, CostPlan, PayPlan, TravelCostPlan, UpkeepPlan
from bcpsim.scenario.costs import TravelCost, Upkeep
from bcpsim.scenario.investigations import Office
from bcpsim.scenario.people import Agency

HOURS_A_YEAR = 8760

ANY_CURRENCY = "currency"
"""The unit where the scenario names none."""


def costs(indices: Indices) -> CostPlan:
    """Return all prices of a scenario."""
    scenario = indices.scenario
    return CostPlan(
        unit=ANY_CURRENCY if scenario.prices is None else scenario.prices.unit,
        pay=tuple(
            _pay(indices, agency, agency.cost_per_hour) for agency in scenario.agencies.values()
        ),
        offices=tuple(_office(indices, office) for office in scenario.offices.values()),
        lanes=tuple(
            _upkeep(indices, stop.lane_cost, sum(lane.count for lane in stop.lanes))
            for stop in scenario.stops.values()
        ),
        equipment=tuple(
            _upkeep(indices, kind.cost, kind.count) for kind in scenario.equipment.values()
        ),
        classes=tuple(_travel(record.cost) for record in scenario.classes.values()),
    )


def _office(indices: Indices, office: Office) -> PayPlan | None:
    agency = indices.scenario.agencies[office.agency]
    own = office.cost_per_hour
    return _pay(indices, agency, agency.cost_per_hour if own is None else own)


def _pay(indices: Indices, agency: Agency, cost: float | None) -> PayPlan | None:
    """Return what those of an agency cost whose hour costs so much without overhead."""
    if cost is None:
        return None
    per_hour = cost * (1 + agency.overhead)
    return PayPlan(
        per_hour=per_hour,
        supplements=tuple(
            (indices.windows([supplement]), supplement.share * per_hour)
            for supplement in agency.supplements
        ),
        overtime=per_hour * (1 + agency.overtime_supplement),
    )


def _upkeep(indices: Indices, upkeep: Upkeep | None, number: int) -> UpkeepPlan | None:
    if upkeep is None:
        return None
    return UpkeepPlan(
        there=upkeep.a_year / HOURS_A_YEAR,
        used=upkeep.per_hour_of_use,
        borne=tuple(
            (indices.agencies.index(name), share)
            for name, share in (upkeep.agreed(number) or {}).items()
        ),
    )


def _travel(cost: TravelCost | None) -> TravelCostPlan | None:
    if cost is None:
        return None
    idling = cost.idling
    return TravelCostPlan(
        per_hour=cost.per_hour,
        per_hour_of_occupant=cost.per_hour_of_occupant,
        waiting_alone=cost.time == "waiting_time",
        litres=None if idling is None else idling.litres_per_hour * idling.running,
        per_litre=None if idling is None else idling.per_litre,
        co2_per_litre=None if idling is None else idling.co2_per_litre,
        missed=cost.missed,
        payer=PAYERS.index(cost.borne_by),
    )
