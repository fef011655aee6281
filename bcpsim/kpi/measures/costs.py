"""What the border costs, and who pays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from bcpsim.kpi.forms import Whole, of_numbers, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View

_HOURS_A_YEAR = 8760


# ---- of officers -----------------------------------------------------------------------------


def _agencies(layout: Layout, number: int) -> list[int]:
    return layout.agencies if number < 0 else [number]


def _has_pay(layout: Layout, number: int) -> bool:
    agencies = [k for k in _agencies(layout, number) if k in layout.agencies]
    return bool(agencies) and all(layout.plan.costs.pay[k] is not None for k in agencies)


def _has_upkeep(layout: Layout) -> bool:
    return any((*layout.plan.costs.lanes, *layout.plan.costs.equipment))


# ---- of travellers ---------------------------------------------------------------------------


def _classes(layout: Layout, number: int) -> list[int]:
    return layout.arriving if number < 0 else [number]


def _has_time(layout: Layout, number: int) -> bool:
    prices = [layout.plan.costs.classes[k] for k in _classes(layout, number)]
    return all(
        price is not None and (price.per_hour, price.per_hour_of_occupant) != (None, None)
        for price in prices
    )


def _has(name: str, layout: Layout, number: int) -> bool:
    """Return whether one of the classes has a price, or an amount, of some name."""
    prices = (layout.plan.costs.classes[k] for k in _classes(layout, number))
    return any(price is not None and getattr(price, name) is not None for price in prices)


def _co2(view: View, numbers: tuple[int, ...]) -> Floats:
    prices = view.layout.plan.costs.classes
    per_litre = [0.0 if price is None else price.co2_per_litre or 0.0 for price in prices]
    return of_numbers(view.bill.litres * np.array(per_litre), numbers)


# ---- of all ----------------------------------------------------------------------------------


def _is_paid(layout: Layout, number: int) -> bool:
    """Return whether anything that one of `PAYERS` pays, or anything at all, has a price."""
    costs = layout.plan.costs
    if number < 0:
        return costs.any_price
    if number == 0:
        return any((*costs.pay, *costs.offices, *costs.lanes, *costs.equipment))
    return any(price is not None and price.payer == number for price in costs.classes)


def _by_hour(name: str, view: View, numbers: tuple[int, ...]) -> Floats:
    """Return sums of something in the bill by hour, shape (replications, populations, 1, hours)."""
    values = getattr(view.hourly_bill, name)
    columns = [values.sum(axis=1) if k < 0 else values[:, k] for k in numbers]
    return np.stack(columns, axis=1)[:, :, None]


def _per(view: View, numbers: tuple[int, ...], travellers: Ints) -> Floats:
    return ratio(of_numbers(view.bill.paid, numbers), travellers[:, None, None])


def _per_traveller(view: View, numbers: tuple[int, ...]) -> Floats:
    return _per(view, numbers, view.count(view.leaving).sum(axis=1))


def _a_year(view: View, numbers: tuple[int, ...]) -> Floats:
    return of_numbers(view.bill.paid, numbers) * (_HOURS_A_YEAR / view.layout.hours)


def _total(
    kind: Kind, name: str, where: Callable[[Layout, int], bool] = lambda layout, number: True
) -> Part:
    """Return the sums of something in the bill, of populations of a kind."""
    form = Whole(lambda view, numbers: of_numbers(getattr(view.bill, name), numbers))
    return Part(kind, form, ("total",), where)


MEASURES = (
    Measure(
        "staff_cost",
        "Staff cost",
        "currency",
        "Hours on duty x the agency's cost per hour with overhead, and what night or Sunday "
        "supplements add, and overtime x its cost per hour. There for agencies whose cost is "
        "given, and for all where that of each is.",
        OWN,
        parts=(_total(Kind.STAFF, "pay", _has_pay),),
        hourly=(Part(Kind.STAFF, Whole(partial(_by_hour, "pay")), ("total",), _has_pay),),
        shown=Shown(run=103, compare=55),
        over_time=True,
    ),
    Measure(
        "office_cost",
        "Cost of specialists",
        "currency",
        "Hours for which the specialists of a back office are there, with work or without, x the "
        "cost of an hour with overhead, and what night or Sunday supplements add. It is apart from "
        "the staff cost.",
        OWN,
        parts=(
            _total(
                Kind.OFFICES, "offices", lambda layout, k: layout.plan.costs.offices[k] is not None
            ),
        ),
        needs=lambda layout: any(layout.plan.costs.offices),
        shown=Shown(run=103, compare=55),
        over_time=True,
    ),
    Measure(
        "upkeep_cost",
        "Upkeep",
        "currency",
        "What lanes and equipment cost in the measured time: each piece's cost a year / 8,760 h "
        "for each hour, and what an hour of use adds. For a stop, of its lanes.",
        OWN,
        parts=(
            _total(Kind.STOPS, "lanes", lambda layout, k: layout.plan.costs.lanes[k] is not None),
            _total(
                Kind.EQUIPMENT,
                "equipment",
                lambda layout, k: layout.plan.costs.equipment[k] is not None,
            ),
        ),
        needs=_has_upkeep,
        shown=Shown(run=93),
        over_time=True,
    ),
    Measure(
        "upkeep_borne",
        "Upkeep borne",
        "currency",
        "What an agency pays of lanes and equipment: its agreed share or its Shapley value, or "
        "where neither is given its share of the hours for which officers use them.",
        OWN,
        parts=(_total(Kind.STAFF, "upkeep"),),
        needs=_has_upkeep,
        shown=Shown(run=106),
        over_time=True,
    ),
    Measure(
        "time_cost",
        "Cost of time",
        "currency",
        "Time in system, or the waiting time where the class says so, x the cost of an hour of a "
        "vehicle and of its occupants, of those who arrive in the measured time and have left. "
        "For all where each class has a price.",
        OWN,
        parts=(_total(Kind.PEOPLE, "time", _has_time),),
        shown=Shown(run=110, compare=57),
        over_time=True,
    ),
    Measure(
        "idling_fuel",
        "Fuel while waiting",
        "l",
        "Waiting time x litres an hour x share of it with the engine running, of those who arrive "
        "in the measured time and have left.",
        OWN,
        parts=(_total(Kind.PEOPLE, "litres", partial(_has, "litres")),),
        shown=Shown(run=111),
        over_time=True,
    ),
    Measure(
        "idling_co2",
        "CO2 while waiting",
        "kg",
        "Fuel while waiting x kilograms of CO2 of a litre.",
        OWN,
        parts=(
            Part(
                Kind.PEOPLE,
                Whole(_co2),
                ("total",),
                where=partial(_has, "co2_per_litre"),
            ),
        ),
        shown=Shown(run=112, compare=58),
        over_time=True,
    ),
    Measure(
        "fuel_cost",
        "Cost of fuel",
        "currency",
        "Fuel while waiting x the price of a litre.",
        OWN,
        parts=(_total(Kind.PEOPLE, "fuel", partial(_has, "per_litre")),),
        over_time=True,
    ),
    Measure(
        "missed_cost",
        "Cost of missed deadlines",
        "currency",
        "Missed deadlines x what one costs.",
        OWN,
        parts=(_total(Kind.PEOPLE, "missed", partial(_has, "missed")),),
        needs=lambda layout: layout.has_deadlines,
        over_time=True,
    ),
    Measure(
        "cost",
        "Cost",
        "currency",
        "All that has a price: staff, specialists and upkeep, which agencies pay; time, fuel and "
        "missed deadlines, which travellers or carriers pay. What has no price isn't in it. By "
        "hour, overtime counts when the shift ends, and what travellers pay when they come.",
        OWN,
        parts=(_total(Kind.PAYERS, "paid", _is_paid),),
        hourly=(Part(Kind.PAYERS, Whole(partial(_by_hour, "paid")), ("total",), _is_paid),),
        shown=Shown(run=120, compare=56),
        over_time=True,
    ),
    Measure(
        "cost_per_traveller",
        "Cost per traveller",
        "currency",
        "Cost, divided by the travellers who leave in the measured time after their checks, as "
        "they count in the throughput.",
        OWN,
        parts=(Part(Kind.PAYERS, Whole(_per_traveller), where=_is_paid),),
        shown=Shown(run=121, compare=59),
        over_time=True,
    ),
    Measure(
        "cost_a_year",
        "Cost a year",
        "currency",
        "Cost x 8,760 h / hours of the measured time: as if the whole year were like it.",
        OWN,
        parts=(Part(Kind.PAYERS, Whole(_a_year), ("total",), where=_is_paid),),
        shown=Shown(run=122),
        over_time=True,
    ),
)
