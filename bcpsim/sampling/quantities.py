"""All that is drawn for each traveller: attributes, durations, ways, moves, patience."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bcpsim.choosing import LANE
from bcpsim.plan.laws import Law
from bcpsim.plan.model import Plan
from bcpsim.plan.records.activities import ActivityPlan
from bcpsim.plan.records.classes import AttributePlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.disturbances import SelectionPlan
from bcpsim.plan.records.equipment import Sharing
from bcpsim.plan.records.workflow import RoutePlan
from bcpsim.sampling.cases import Met, by_case, holds, values_of_law
from bcpsim.sampling.occupants import SOME, number_with
from bcpsim.sampling.risk import referred, results, until_found
from bcpsim.sampling.routes import ways
from bcpsim.sampling.shares import by_share
from bcpsim.sampling.streams import Draw
from bcpsim.sampling.ticks import FAR, MICROSECONDS, ticks
from bcpsim.sampling.travellers import Floats, Ints


def drawn_for_each(
    plan: Plan,
    category: Ints,
    occupants: Ints,
    given: Ints,
    arrival: Floats,
    routes: tuple[RoutePlan, ...],
    origin: int,
    draw: Draw,
    ahead: Ints | None = None,
) -> dict[str, NDArray[Any]]:
    """Return the columns of travellers that are drawn for each.

    Parameters
    ----------
    given
        Attributes that the source gives, -1 for all others.
    arrival
        Minutes from the start until they come, or the vehicle that they sit in.
    routes, origin
        Where they go first, and from which stop: -1 for those who arrive. Others got out of
        a vehicle there, and are released to it.
    draw
        Returns a uniform number for each traveller by the name of a quantity.
    ahead
        Where each goes first, whatever the routes, and then what is given isn't drawn; None: as
        these say.
    """
    n = len(category)
    attributes = given
    having = np.zeros((len(plan.of_occupants), n), dtype=np.int64)

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, category, attributes)

    listed = None if ahead is None else given.copy()
    for number, attribute in enumerate(plan.attributes):
        if attribute.cases:
            attributes[number] = _values_of(attribute, category, attributes, draw)
        elif attribute.referral is not None:
            attributes[number] = referred(plan.scores, attribute, attributes, arrival, draw)
        elif attribute.of_occupants:
            known = None if listed is None else listed[number]
            have = number_with(attribute, met, occupants, known, draw)
            attributes[number] = np.minimum(have, SOME)
            having[plan.of_occupants.index(number)] = np.maximum(have, 0)
        if listed is not None:
            attributes[number] = np.where(listed[number] >= 0, listed[number], attributes[number])

    chosen = [
        _by_other_shares(plan, shares, category, attributes, draw) for _, _, shares in plan.choices
    ]
    return {
        "attributes": attributes,
        "having": having,
        "durations": _all_durations(  # and results of checks
            plan, attributes, met, _Seated(plan, occupants, having), draw
        ),
        "asking": _asking(plan, draw, n),
        "lane_pick": _lane_pick(plan, draw, n),
        "patience": _patience(plan, met, draw, n),
        "deterred_at": _deterred_at(plan, met, draw, n),
        **ways(plan, routes, origin, met, draw, n, chosen, ahead),
    }


class _Seated(NamedTuple):
    """How many sit in each vehicle, and how many of them have each attribute of occupants."""

    plan: Plan
    all: Ints
    having: Ints

    def having_it(self, attribute: int) -> Ints:
        """Return how many have an attribute."""
        return self.having[self.plan.of_occupants.index(attribute)]


def _all_durations(plan: Plan, attributes: Ints, met: Met, seated: _Seated, draw: Draw) -> Ints:
    """Return the time of each activity; what checks find is written into the attributes."""
    durations = np.empty((len(plan.activities), len(seated.all)), dtype=np.int64)
    for number, activity in enumerate(plan.activities):
        time = durations[number] = _durations(activity, met, seated, draw)
        check = activity.detection
        if check is None or check.result < 0:
            continue
        owner = plan.attributes[check.result].result_of
        if owner == number:
            made = time
            if check.time_of >= 0:  # as in a disturbance
                made = _durations(plan.activities[check.time_of], met, seated, draw)
                made = ticks(made / MICROSECONDS * check.factor)
            attributes[check.result] = results(activity, attributes, made, draw)
        if check.ends_when_found and activity.name == plan.activities[owner].name:
            durations[number] = until_found(activity, attributes, time, draw)
    return durations


def _asking(plan: Plan, draw: Draw, n: int) -> Ints:
    """Return the time that asking for each kind of equipment takes each traveller."""
    asking = np.zeros((len(plan.equipment), n), dtype=np.int64)
    for number, kind in enumerate(plan.equipment):
        if kind.sharing is Sharing.ON_REQUEST:
            minutes = values_of_law(kind.request, f"request/{kind.name}", np.arange(n), draw)
            asking[number] = ticks(minutes)
    return asking


def _lane_pick(plan: Plan, draw: Draw, n: int) -> Floats:
    """Return a uniform number for each traveller at each stop where lanes are chosen at random."""
    lane_pick = np.zeros((len(plan.stops), n))
    for number, stop in enumerate(plan.stops):
        if LANE.draws(stop.choice):
            lane_pick[number] = draw(f"lane/{stop.name}")
    return lane_pick


def _patience(plan: Plan, met: Met, draw: Draw, n: int) -> Ints:
    """Return the longest wait of each traveller at each stop."""
    limited = any(stop.patience for stop in plan.stops)
    longest = np.full((len(plan.stops) if limited else 0, n), FAR)
    for number, stop in enumerate(plan.stops):
        for k, rows in by_case([case.condition for case in stop.patience], met, n):
            minutes = values_of_law(stop.patience[k].law, f"patience/{stop.name}", rows, draw)
            longest[number, rows] = ticks(minutes)
    return longest


def _deterred_at(plan: Plan, met: Met, draw: Draw, n: int) -> Ints:
    """Return how many must wait at each stop for each traveller to turn back.

    The least number whose share is greater than the traveller's uniform number.
    """
    deters = any(stop.deters for stop in plan.stops)
    deterred_at = np.full((len(plan.stops) if deters else 0, n), FAR)
    for number, stop in enumerate(plan.stops):
        for k, rows in by_case([case.condition for case in stop.deters], met, n):
            case = stop.deters[k]
            place = np.searchsorted(case.shares, draw(f"deters/{stop.name}")[rows], side="right")
            deterred_at[number, rows] = np.array([*case.lengths, FAR])[place]
    return deterred_at


def _by_other_shares(
    plan: Plan, shares: SelectionPlan, category: Ints, attributes: Ints, draw: Draw
) -> Met:
    """Return what conditions say where a selection has other shares, by the same numbers."""
    own = replace(plan.attributes[shares.attribute], cases=shares.cases)
    others = attributes.copy()
    others[shares.attribute] = _values_of(own, category, attributes, draw)
    return lambda condition: holds(condition, category, others)


def _values_of(attribute: AttributePlan, category: Ints, attributes: Ints, draw: Draw) -> Ints:
    """Return the value of an attribute: by the shares of the first case that holds."""

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, category, attributes)

    values = np.full(len(category), -1, dtype=np.int64)
    conditions = [condition for condition, _ in attribute.cases]
    for number, rows in by_case(conditions, met, len(category)):
        drawn = draw(f"attribute/{attribute.name}")
        values[rows] = by_share(attribute.cases[number][1], drawn[rows])
    return values


def _durations(activity: ActivityPlan, met: Met, seated: _Seated, draw: Draw) -> Ints:
    """Return the duration of an activity: the first case that holds counts."""
    name = f"activity/{activity.name}"
    minutes = np.zeros(len(seated.all))
    conditions = [case.condition for case in activity.cases]
    for number, rows in by_case(conditions, met, len(minutes)):
        case = activity.cases[number]
        minutes[rows] = values_of_law(case.law, name, rows, draw)
        if case.per_occupant is not None:
            stream = f"{name}/occupant"
            _add_for_each(minutes, seated.all, case.per_occupant, stream, rows, draw)
        for attribute, law in case.per_occupant_with:
            stream = f"{name}/occupant_with/{seated.plan.attributes[attribute].name}"
            _add_for_each(minutes, seated.having_it(attribute), law, stream, rows, draw)
    return ticks(minutes * activity.factor)


def _add_for_each(
    minutes: Floats, count: Ints, law: Law, stream: str, rows: Ints, draw: Draw
) -> None:
    """Add a time for each of some occupants, in some of the vehicles.

    One stream for each place among them, so that another number in one vehicle leaves the draws
    of all others alone.
    """
    for place in range(int(count[rows].max())):
        those = rows[count[rows] > place]
        minutes[those] += values_of_law(law, f"{stream}/{place + 1}", those, draw)
