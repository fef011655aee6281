"""What a border costs by the hour: the same bill, laid out over the hours of the measured time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.bill import pay_of, pay_of_offices
from bcpsim.kpi.kernels import by_hour, hours_of
from bcpsim.plan.records.costs import PAYERS
from bcpsim.plan.windows import Windows
from bcpsim.sampling.ticks import MICROSECONDS, NEVER, microseconds

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_HOUR = 60 * MICROSECONDS


@dataclass(frozen=True, slots=True, eq=False)
class HourlyBill:
    """Costs in the scenario's currency by hour; what has no price costs 0 here.

    Overtime counts in the hour in which the shift ends, and what travellers cost in the hour in
    which they come.

    Attributes
    ----------
    pay
        Of each agency's officers, shape (replications, agencies, hours).
    paid
        What each of `PAYERS` pays, shape (replications, payers, hours).
    """

    pay: Floats
    paid: Floats

    @classmethod
    def of(cls, view: View) -> HourlyBill:
        """Return the costs of some replications by hour."""
        pay = pay_of(
            view.layout.plan, view.roster.by_hour, _overtime(view), partial(_duty_in, view)
        )
        paid = np.zeros((view.replications, len(PAYERS), pay.shape[2]))
        offices = pay_of_offices(view.layout.plan, view.layout.edges)
        paid[:, 0] = pay.sum(axis=1) + offices.sum(axis=0) + _upkeep(view)
        for number, price in enumerate(view.layout.plan.costs.classes):
            if price is not None:
                paid[:, price.payer] += _class(view, number)
        return cls(pay, paid)


def _duty_in(view: View, windows: Windows) -> Ints:
    """Return the time on duty within some windows by hour, (replications, groups, hours)."""
    edges, roster = view.layout.edges, view.roster
    within = np.array([[microseconds(a), microseconds(b)] for a, b in windows], dtype=np.int64)
    cuts = within.ravel().clip(edges[0], edges[-1])
    cells = np.unique(np.concatenate([edges, cuts]))
    inside = np.searchsorted(within.ravel(), cells[:-1], side="right") % 2 == 1
    rows, groups = roster.duty.shape
    duty = by_hour(cells, roster.begins, roster.ends, roster.group, rows * groups) * inside
    hour = hours_of(edges, cells[:-1])
    found = np.zeros((rows * groups, len(edges) - 1), dtype=np.int64)
    np.add.at(found.T, hour, duty.T)
    return found.reshape(rows, groups, -1)


def _overtime(view: View) -> Ints:
    """Return the overtime by the hour in which the shift ended; of what began in measured time."""
    layout, (start, end) = view.layout, view.held
    hours, groups = len(layout.edges) - 1, view.replications * len(layout.plan.groups)
    counts = (start >= layout.warm_up) & (start < layout.horizon)
    late = np.where(counts, np.maximum(end - view.end_of_duty, 0), 0)
    last = np.clip(view.end_of_duty - 1, layout.edges[0], layout.edges[-1] - 1)
    found = np.zeros(groups * hours, dtype=np.int64)
    np.add.at(found, view.group_of_holding * hours + hours_of(layout.edges, last), late)
    return found.reshape(view.replications, len(layout.plan.groups), hours)


def _upkeep(view: View) -> Floats:
    """Return what lanes and equipment cost, shape (replications, hours)."""
    layout, plan, edges = view.layout, view.layout.plan, view.layout.edges
    length = np.diff(edges) / _HOUR
    total = np.zeros((view.replications, len(length)))
    times = view.times
    until = np.where(times.left == NEVER, layout.end, times.left)[view.begun]
    stops = view.replications * len(plan.stops)
    standing = by_hour(
        edges, times.started[view.begun], until, view.queue_of_visit[view.begun], stops
    ).reshape(view.replications, len(plan.stops), -1)
    for number, price in enumerate(plan.costs.lanes):
        if price is not None:
            total += price.there * len(plan.stops[number].lanes) * length
            total += price.used * standing[:, number] / _HOUR
    start, end = view.held
    tasks = view.replications * len(plan.tasks)
    task = view.replication_of_holding * len(plan.tasks) + view.holdings.task
    used = by_hour(edges, start, end, task, tasks).reshape(view.replications, len(plan.tasks), -1)
    for number, price in enumerate(plan.costs.equipment):
        if price is not None:
            own = [number in task.equipment for task in plan.tasks]
            total += price.there * plan.equipment[number].count * length
            total += price.used * used[:, own].sum(axis=1) / _HOUR
    return total


def _class(view: View, number: int) -> Floats:
    """Return what the time, fuel and missed deadlines of a class cost, (replications, hours)."""
    price = view.layout.plan.costs.classes[number]
    assert price is not None
    hours = len(view.layout.edges) - 1
    own = view.category == number
    gone = own & view.timed & (view.in_system != NEVER)
    time = view.waiting_in_all if price.waiting_alone else view.in_system
    per_hour = (price.per_hour or 0) + (price.per_hour_of_occupant or 0) * view.travellers.occupants
    fuel = (price.litres or 0) * (price.per_litre or 0) * view.waiting_in_all
    cost = np.where(gone, (per_hour * time + fuel) / _HOUR, 0.0)
    cost += np.where(own & view.missed, price.missed or 0, 0.0)
    came = (view.brought >= view.layout.edges[0]) & (view.brought < view.layout.edges[-1])
    counts = came | view.backlog
    hour = np.where(came, view.hour_of_arrival, 0)
    place = view.replication * hours + hour
    size = view.replications * hours
    summed: Floats = np.bincount(place[counts], cost[counts], minlength=size).astype(np.float64)
    return summed.reshape(-1, hours)
