"""Everything random about the travellers of one replication, drawn before the run.

Each quantity has a stream of its own, named by (seed, replication, traffic source,
quantity), and one uniform number for each traveller, turned into the quantity through
its quantile function. So two variants with the same traffic see the same travellers
and durations, a further activity moves no other number, and a longer duration in the
scenario makes every draw longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.model import (
    AttributePlan,
    Booking,
    CasePlan,
    ConditionPlan,
    LaneChoice,
    Plan,
    RoutePlan,
    Sharing,
    SourcePlan,
)
from bcpsim.sampling.arrivals import arrival_times, booked_arrivals, timetable_arrivals
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.shares import by_share, numbers_by_share
from bcpsim.sampling.streams import uniforms
from bcpsim.scenario.traffic import BOOKING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_Met = Callable[[ConditionPlan | None], NDArray[np.bool_]]
_Draw = Callable[[str], Floats]


@dataclass(frozen=True, slots=True)
class Travellers:
    """The travellers of one replication, one row for each in order of arrival.

    Attributes
    ----------
    arrival
        Minutes since the start, shape (n,), ascending.
    source, category, occupants
        Index of the traffic source, index of the class, number of persons; shape (n,).
    attributes
        Value of each attribute (-1: the class hasn't got it), shape (attributes, n).
    durations
        Minutes of each activity at pace 1, shape (activities, n).
    held
        Minutes in the pre-arrival queue, until the slot that was booked; shape (n,).
    deadline
        When the traveller leaves unchecked, inf: never; shape (n,).
    asking
        Minutes that asking for each kind of equipment takes, shape (equipment, n).
    entry
        Where the traveller goes on arrival: a step, or -1 - outcome; shape (n,).
    following
        Where the traveller goes after each step, likewise; shape (steps, n).
    move_in, move_after
        Minutes from the arrival to the first stop, and from each step to what follows;
        shape (n,) and (steps, n).
    lane_pick
        Uniform numbers for stops where the lane is chosen at random, shape (stops, n).
    """

    arrival: Floats
    source: Ints
    category: Ints
    occupants: Ints
    attributes: Ints
    durations: Floats
    held: Floats
    deadline: Floats
    asking: Floats
    entry: Ints
    following: Ints
    move_in: Floats
    move_after: Floats
    lane_pick: Floats

    def __len__(self) -> int:
        return len(self.arrival)


def sample(plan: Plan, seed: int, replication: int) -> Travellers:
    """Draw the travellers of one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replication
        Name the random streams; both at least 0.

    Returns
    -------
    Travellers
        In order of arrival; equal times by the order of the traffic sources.
    """
    parts = [
        _sample_source(plan, source, k, seed, replication) for k, source in enumerate(plan.sources)
    ]
    if len(parts) == 1 and plan.sources[0].timetable is None:
        return parts[0]
    order = np.argsort(np.concatenate([part.arrival for part in parts]), kind="stable")
    arrival = np.concatenate([part.arrival for part in parts])
    order = order[(arrival[order] >= 0) & (arrival[order] < plan.horizon)]
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1)[..., order]
        for name in Travellers.__slots__
    }
    return Travellers(**joined)


def holds(condition: ConditionPlan | None, category: Ints, attributes: Ints) -> NDArray[np.bool_]:
    """Return for each traveller whether the condition holds (None always does)."""
    if condition is None:
        return np.ones(len(category), dtype=bool)
    met = (np.int64(condition.classes) >> category) & 1
    for attribute, values in condition.attributes:
        drawn = attributes[attribute]
        met &= np.where(drawn >= 0, (np.int64(values) >> np.maximum(drawn, 0)) & 1, 0)
    return met.astype(bool)


def _sample_source(
    plan: Plan, source: SourcePlan, index: int, seed: int, replication: int
) -> Travellers:
    booking: Ints | None = None
    held: Floats | None = None
    closes: Floats | None = None
    service: Ints | None = None
    if source.slots is not None:
        arrival, held, booking = booked_arrivals(source, plan.horizon, seed, replication)
    elif source.timetable is not None:
        arrival, taken, closes, service = timetable_arrivals(source, seed, replication)
        arrival = np.where(taken, arrival, np.inf)  # nobody; left out in the end
    else:
        arrival = arrival_times(source, seed, replication)
    n = len(arrival)

    def draw(quantity: str) -> Floats:
        return uniforms(seed, replication, f"{source.name}/{quantity}", n)

    present = [number for number, _ in source.classes]
    category = np.full(n, present[0], dtype=np.int64)
    if len(present) > 1:
        category = numbers_by_share(source.classes, draw("class"))

    occupants = np.ones(n, dtype=np.int64)
    for number in present:
        shares = plan.classes[number].occupants
        if shares != ((1, 1.0),):
            rows = category == number
            occupants[rows] = numbers_by_share(shares, draw("occupants")[rows])

    attributes = np.full((len(plan.attributes), n), -1, dtype=np.int64)
    if source.timetable is not None and service is not None:
        for number, values in source.timetable.attributes:
            attributes[number] = np.array(values, dtype=np.int64)[service]
    for number, attribute in enumerate(plan.attributes):
        if attribute.name == BOOKING and not attribute.cases:
            attributes[number] = Booking.NONE if booking is None else booking
        elif attribute.cases:
            attributes[number] = _values_of(attribute, category, attributes, draw)

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, category, attributes)

    durations = np.empty((len(plan.activities), n))
    for number, activity in enumerate(plan.activities):
        name = f"activity/{activity.name}"
        durations[number] = _durations(activity.cases, met, occupants, name, draw)

    stop_of = np.array([step.stop for step in plan.steps] + [-1], dtype=np.int64)

    def stops(target: Ints) -> Ints:
        return stop_of[np.maximum(target, -1)]

    following = np.empty((len(plan.steps), n), dtype=np.int64)
    for number, step in enumerate(plan.steps):
        following[number] = _targets(step.routes, met, f"route/{step.name}", draw, n)
    passed = [_passed(plan, step.tasks, met) for step in plan.steps]
    entry = _not_passed(_targets(plan.entry, met, "route/entry", draw, n), following, passed)
    move_in = _moves(plan, -1, stops(entry), met, draw)
    move_after = np.empty((len(plan.steps), n))
    for number, step in enumerate(plan.steps):
        following[number] = _not_passed(following[number], following, passed)
        move_after[number] = _moves(plan, step.stop, stops(following[number]), met, draw)

    asking = np.zeros((len(plan.equipment), n))
    for number, kind in enumerate(plan.equipment):
        if kind.sharing is Sharing.ON_REQUEST:
            everybody = np.ones(n, dtype=bool)
            asking[number] = _values(kind.request, f"request/{kind.name}", everybody, draw)

    lane_pick = np.zeros((len(plan.stops), n))
    for number, stop in enumerate(plan.stops):
        if stop.choice is LaneChoice.RANDOM:
            lane_pick[number] = draw(f"lane/{stop.name}")

    return Travellers(
        arrival=arrival,
        source=np.full(n, index, dtype=np.int64),
        category=category,
        occupants=occupants,
        attributes=attributes,
        durations=durations,
        held=np.zeros(n) if held is None else held,
        deadline=_deadlines(source, arrival, closes, draw),
        asking=asking,
        entry=entry,
        following=following,
        move_in=move_in,
        move_after=move_after,
        lane_pick=lane_pick,
    )


def _deadlines(source: SourcePlan, arrival: Floats, closes: Floats | None, draw: _Draw) -> Floats:
    """Return when each traveller leaves unchecked, inf: never."""
    if source.deadline is not None:
        everybody = np.ones(len(arrival), dtype=bool)
        return arrival + _values(source.deadline, "deadline", everybody, draw)
    return np.full(len(arrival), np.inf) if closes is None else closes


def _values_of(attribute: AttributePlan, category: Ints, attributes: Ints, draw: _Draw) -> Ints:
    """Return the value of an attribute: by the shares of the first case that holds."""
    values = np.full(len(category), -1, dtype=np.int64)
    left = np.ones(len(category), dtype=bool)
    for condition, shares in attribute.cases:
        rows = left & holds(condition, category, attributes)
        left &= ~rows
        if rows.any():
            values[rows] = by_share(shares, draw(f"attribute/{attribute.name}")[rows])
    return values


def _durations(
    cases: tuple[CasePlan, ...], met: _Met, occupants: Ints, name: str, draw: _Draw
) -> Floats:
    """Return the duration of an activity: the first case that holds counts."""
    minutes = np.zeros(len(occupants))
    left = np.ones(len(occupants), dtype=bool)
    for case in cases:
        rows = left & met(case.condition)
        left &= ~rows
        if not rows.any():
            continue
        minutes[rows] = _values(case.law, name, rows, draw)
        if case.per_occupant is not None:
            # One stream for each place in the vehicle, so that another number of
            # occupants in one vehicle leaves the draws of all others alone.
            for place in range(int(occupants[rows].max())):
                seated = rows & (occupants > place)
                minutes[seated] += _values(
                    case.per_occupant, f"{name}/occupant/{place + 1}", seated, draw
                )
    return minutes


def _values(law: Law, name: str, rows: NDArray[np.bool_], draw: _Draw) -> Floats:
    """Return one value of the law for each of the rows."""
    if law.kind is LawKind.DETERMINISTIC:
        return np.full(int(rows.sum()), law.params[0])
    return quantile(law, draw(name)[rows])


def _targets(routes: tuple[RoutePlan, ...], met: _Met, name: str, draw: _Draw, n: int) -> Ints:
    """Return where each traveller goes: the first route that holds counts."""
    target = np.full(n, routes[-1].targets[-1], dtype=np.int64)
    left = np.ones(n, dtype=bool)
    for route in routes:
        rows = left & met(route.condition)
        left &= ~rows
        if len(route.targets) == 1:
            target[rows] = route.targets[0]
        elif rows.any():
            chosen = np.searchsorted(route.cumulative[:-1], draw(name)[rows], side="right")
            target[rows] = np.array(route.targets, dtype=np.int64)[chosen]
    return target


def _passed(plan: Plan, tasks: tuple[int, ...], met: _Met) -> NDArray[np.bool_] | bool:
    """Return who has nothing to do in a visit, and so doesn't make it."""
    conditions = [plan.tasks[task].condition for task in tasks]
    if None in conditions:
        return False
    return ~np.any([met(condition) for condition in conditions], axis=0)


def _not_passed(target: Ints, following: Ints, passed: Sequence[NDArray[np.bool_] | bool]) -> Ints:
    """Return where travellers go in place of visits that they don't make."""
    if not any(np.any(one) for one in passed):
        return target
    target = target.copy()
    again = True
    while again:
        again = False
        for number, nothing in enumerate(passed):
            rows = (target == number) & nothing
            if rows.any():
                target[rows] = following[number][rows]
                again = True
    return target


def _moves(plan: Plan, origin: int, target: Ints, met: _Met, draw: _Draw) -> Floats:
    """Return the minutes from one stop to each traveller's next: the first move that fits."""

    def name_of(stop: int) -> str:
        return plan.stops[stop].name if stop >= 0 else "outside"

    minutes = np.zeros(len(target))
    left = np.ones(len(target), dtype=bool)
    for move in plan.moves:
        if move.origin != origin:
            continue
        rows = left & (target == move.target) & met(move.condition)
        left &= ~rows
        if rows.any():
            minutes[rows] = _values(
                move.law, f"move/{name_of(move.origin)}/{name_of(move.target)}", rows, draw
            )
    return minutes
