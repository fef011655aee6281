"""What a border costs in some replications, and who pays: hours, litres and their prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.kernels import lasting
from bcpsim.plan.records.costs import PAYERS, UpkeepPlan
from bcpsim.plan.windows import Windows, within
from bcpsim.sampling.ticks import MICROSECONDS, NEVER, stretches

if TYPE_CHECKING:
    from bcpsim.kpi.view import View
    from bcpsim.plan.model import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HOUR = 60 * MICROSECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """Costs in the scenario's currency; what has no price costs 0 here.

    Attributes
    ----------
    pay
        Of each agency's officers, shape (replications, agencies).
    offices
        Of each back office's specialists, likewise.
    lanes, equipment
        Of each stop's lanes, and of each kind of equipment; shape (replications, number).
    upkeep
        What each agency bears of these, shape (replications, agencies).
    time, fuel, missed
        Of each class, shape (replications, classes).
    litres
        Fuel of each class while waiting.
    paid
        What each of `PAYERS` pays, shape (replications, payers).
    """

    pay: Floats
    offices: Floats
    lanes: Floats
    equipment: Floats
    upkeep: Floats
    time: Floats
    fuel: Floats
    missed: Floats
    litres: Floats
    paid: Floats

    @classmethod
    def of(cls, view: View) -> Bill:
        """Return the costs of some replications in the measured time."""
        plan = view.layout.plan
        roster, layout = view.roster, view.layout
        pay = pay_of(
            plan,
            roster.duty,
            view.overtime,
            lambda windows: roster.duty_in(layout.measured(windows)),
        )
        measured = np.array([layout.warm_up, layout.horizon], dtype=np.int64)
        offices = np.tile(pay_of_offices(plan, measured)[:, 0], (view.replications, 1))
        used = _officer_hours_by_task(view)
        kinds = range(len(plan.equipment))
        tasks_of_kinds = [[kind in task.equipment for task in plan.tasks] for kind in kinds]
        tasks_of_stops = [
            [plan.steps[task.step].stop == stop for task in plan.tasks]
            for stop in range(len(plan.stops))
        ]
        window, standing = view.layout.window / _HOUR, view.standing / _HOUR
        lanes, equipment = (np.zeros((view.replications, n)) for n in (len(plan.stops), len(kinds)))
        upkeep = np.zeros_like(pay)
        for number, price in enumerate(plan.costs.lanes):
            if price is not None:
                there = len(plan.stops[number].lanes) * window
                lanes[:, number] = price.there * there + price.used * standing[:, number]
                by_agency = used[:, tasks_of_stops[number]].sum(axis=1)
                upkeep += lanes[:, [number]] * _shares(view, price, by_agency)
        for number, price in enumerate(plan.costs.equipment):
            if price is not None:
                by_agency = used[:, tasks_of_kinds[number]].sum(axis=1)
                there = plan.equipment[number].count * window
                use = by_agency.sum(axis=1)
                equipment[:, number] = price.there * there + price.used * use
                upkeep += equipment[:, [number]] * _shares(view, price, by_agency)
        time, fuel, missed, litres = _travellers(view)
        paid = np.zeros((view.replications, len(PAYERS)))
        paid[:, 0] = sum(part.sum(axis=1) for part in (pay, offices, lanes, equipment))
        for number, own in enumerate(plan.costs.classes):
            if own is not None:
                paid[:, own.payer] += time[:, number] + fuel[:, number] + missed[:, number]
        return cls(pay, offices, lanes, equipment, upkeep, time, fuel, missed, litres, paid)


def pay_of(plan: Plan, duty: Ints, overtime: Ints, duty_in: Callable[[Windows], Ints]) -> Floats:
    """Return what the officers of each agency cost.

    Parameters
    ----------
    plan
        Of the border, with the prices of hours.
    duty, overtime
        Of each group, shape (replications, groups), perhaps by hour.
    duty_in
        Returns the time on duty within some windows, likewise.

    Returns
    -------
    ndarray
        Shape (replications, agencies), perhaps by hour.
    """
    pay = np.zeros((len(duty), len(plan.agencies), *duty.shape[2:]))
    for agency, price in enumerate(plan.costs.pay):
        groups = [k for k, group in enumerate(plan.groups) if group.agency == agency]
        if price is not None and groups:
            cost = duty / _HOUR * price.per_hour
            for windows, extra in price.supplements:
                cost = cost + duty_in(windows) / _HOUR * extra
            cost = cost + overtime / _HOUR * price.overtime
            pay[:, agency] = cost[:, groups].sum(axis=1)
    return pay


def pay_of_offices(plan: Plan, edges: Ints) -> Floats:
    """Return what the specialists of each office cost while it is open, with work or without.

    Parameters
    ----------
    plan
        Of the border, with the prices of hours.
    edges
        Of stretches of time that follow on one another.

    Returns
    -------
    ndarray
        Shape (offices, stretches).
    """
    cost = np.zeros((len(plan.offices), len(edges) - 1))
    for number, (office, price) in enumerate(zip(plan.offices, plan.costs.offices, strict=True)):
        if price is not None:
            parts = [(office.windows, price.per_hour)]
            parts += [(within(office.windows, own), extra) for own, extra in price.supplements]
            for windows, per_hour in parts:
                hours = office.specialists * open_between(windows, edges) / _HOUR
                cost[number] += hours * per_hour
    return cost


def open_between(windows: Windows, edges: Ints) -> Ints:
    """Return how long some windows are open between each two edges."""
    start, end = stretches(windows).T
    before = (edges[:, None] - start).clip(0, end - start).sum(axis=1)
    lasting: Ints = np.diff(before)
    return lasting


def _officer_hours_by_task(view: View) -> Floats:
    """Return how long each agency does each task; shape (replications, tasks, agencies)."""
    layout, (start, end) = view.layout, view.held
    tasks, agencies = len(layout.plan.tasks), len(layout.plan.agencies)
    code = (view.replication_of_holding * tasks + view.holdings.task) * agencies
    code += layout.agency_of_officer[view.holdings.officer]
    size = view.replications * tasks * agencies
    every = np.ones(len(start), dtype=bool)
    time = lasting(start, end, every, code, size, layout.warm_up, layout.horizon)
    return time.reshape(view.replications, tasks, agencies) / _HOUR


def _shares(view: View, price: UpkeepPlan, by_agency: Floats) -> Floats:
    """Return the shares that agencies bear, shape (replications, agencies).

    As agreed, or by their hours of use; where nobody used it, all that have officers alike.
    """
    shares = np.zeros_like(by_agency)
    for agency, share in price.borne:
        shares[:, agency] = share
    if price.borne:
        return shares
    used = by_agency.sum(axis=1, keepdims=True)
    paying = view.layout.agencies or view.layout.paying
    shares[:, paying] = 1 / len(paying)
    return np.where(used > 0, by_agency / np.where(used > 0, used, 1), shares)


def _travellers(view: View) -> tuple[Floats, Floats, Floats, Floats]:
    """Return time, fuel, missed deadlines and litres of each class."""
    layout = view.layout
    shape = (view.replications, layout.groups)
    time, fuel, missed, litres = (np.zeros(shape) for _ in range(4))
    prices = layout.plan.costs.classes
    if not any(prices):
        return time, fuel, missed, litres
    gone = view.arriving & view.timed & (view.in_system != NEVER)
    occupants = view.travellers.occupants

    def hours(column: Ints) -> Floats:
        summed = np.bincount(view.group[gone], column[gone], minlength=shape[0] * shape[1])
        return summed.reshape(shape) / _HOUR

    waiting, inside = hours(view.waiting_in_all), hours(view.in_system)
    waiting_persons = hours(view.waiting_in_all * occupants)
    inside_persons = hours(view.in_system * occupants)
    late = view.count(view.arriving & view.missed)
    for number, price in enumerate(prices):
        if price is None:
            continue
        alone = price.waiting_alone
        time[:, number] = (price.per_hour or 0) * (waiting if alone else inside)[:, number]
        persons = (waiting_persons if alone else inside_persons)[:, number]
        time[:, number] += (price.per_hour_of_occupant or 0) * persons
        litres[:, number] = (price.litres or 0) * waiting[:, number]
        fuel[:, number] = (price.per_litre or 0) * litres[:, number]
        missed[:, number] = (price.missed or 0) * late[:, number]
    return time, fuel, missed, litres
