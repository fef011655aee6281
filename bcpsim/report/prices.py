"""Prices in words, and which of them have no source."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.scenario import Scenario
from bcpsim.scenario.costs import TravelCost, Upkeep
from bcpsim.scenario.people import Agency


def prices_in_words(scenario: Scenario) -> Iterator[str]:
    """Yield a line for each price, and one for those whose source the scenario doesn't name."""
    lines = list(_prices(scenario))
    if not lines:
        return
    money = scenario.prices
    yield "in one currency, which the file doesn't name" if money is None else f"in {money.unit}"
    yield from (line for _, line in lines)
    named = [entry for origin in scenario.sources for entry in origin.of]
    without = [path for path, _ in lines if not any(_is_of(path, entry) for entry in named)]
    if without:
        yield f"without an entry in sources: {', '.join(without)}"


def _is_of(path: str, entry: str) -> bool:
    """Return whether an entry of sources is about a price: its field, one above, one below."""
    return f"{path}.".startswith(f"{entry}.") or f"{entry}.".startswith(f"{path}.")


def _prices(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield the path of each price, and the price in words."""
    for name, agency in scenario.agencies.items():
        if agency.cost_per_hour is not None:
            words = "; ".join(_pay(agency))
            yield f"agencies.{name}.cost_per_hour", f"{agency.title or name}: {words}"
    for name, office in scenario.offices.items():
        if office.cost_per_hour is not None:
            words = f"a specialist {office.cost_per_hour:g} an hour"
            yield f"offices.{name}.cost_per_hour", f"{office.title or name}: {words}"
    for name, stop in scenario.stops.items():
        if stop.lane_cost is not None:
            words = "; ".join(_upkeep(scenario, stop.lane_cost, "lane"))
            yield f"stops.{name}.lane_cost", f"{stop.title or name}: {words}"
    for name, kind in scenario.equipment.items():
        if kind.cost is not None:
            words = "; ".join(_upkeep(scenario, kind.cost, "piece"))
            yield f"equipment.{name}.cost", f"{kind.title or name}: {words}"
    for name, record in scenario.classes.items():
        if record.cost is not None:
            words = "; ".join(_travel(record.cost))
            yield f"classes.{name}.cost", f"{record.title or name}: {words}"


def _pay(agency: Agency) -> Iterator[str]:
    yield f"an officer {agency.cost_per_hour:g} an hour"
    for supplement in agency.supplements:
        yield f"{100 * supplement.share:g} % more {supplement.words}"
    if agency.overtime_supplement:
        yield f"overtime {100 * agency.overtime_supplement:g} % more"
    if agency.overhead:
        yield f"and {100 * agency.overhead:g} % overhead"


def _upkeep(scenario: Scenario, upkeep: Upkeep, what: str) -> Iterator[str]:
    if upkeep.a_year:
        yield f"each {what} {upkeep.a_year:,g} a year"
    if upkeep.per_hour_of_use:
        yield f"{upkeep.per_hour_of_use:g} an hour of use"
    if upkeep.alone is not None:
        alone = (
            f"{scenario.agencies[name].title or name} {cost:,g}"
            for name, cost in upkeep.alone.items()
        )
        yield f"borne by Shapley value, alone a year: {', '.join(alone)}"
    elif upkeep.borne is None:
        yield "borne by use"
    else:
        shares = (
            f"{scenario.agencies[name].title or name}" + (f" {share:.0%}" if share < 1 else "")
            for name, share in upkeep.borne.items()
        )
        yield f"borne by {', '.join(shares)}"


def _travel(cost: TravelCost) -> Iterator[str]:
    of = "waiting" if cost.time == "waiting_time" else "time at the border"
    if cost.per_hour is not None:
        yield f"an hour of {of} {cost.per_hour:g}"
    if cost.per_hour_of_occupant is not None:
        yield f"an hour of {of} {cost.per_hour_of_occupant:g} for each occupant"
    if cost.idling is not None:
        idling = cost.idling
        yield f"{idling.litres_per_hour * idling.running:.3g} l an hour of waiting"
        if idling.per_litre is not None:
            yield f"a litre {idling.per_litre:g}"
        if idling.co2_per_litre is not None:
            yield f"{idling.co2_per_litre:g} kg CO2 a litre"
    if cost.missed is not None:
        yield f"a missed deadline {cost.missed:g}"
    yield f"borne by {cost.borne_by}"
