"""Vehicles that block one another for ever: who they are at the end of a run.

A vehicle whose next waiting area is full stays in its lane. Where ways lead from stop to stop in a
circle through areas with a number of places, each may come to wait for the next. With one area
for the stops nothing locks: who waits and who leaves change places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, Visits
from bcpsim.plan.circles import circles_of
from bcpsim.plan.model import Plan
from bcpsim.sampling import Travellers
from bcpsim.sampling.cases import holds
from bcpsim.sampling.ticks import NEVER


def stuck(
    plan: Plan, travellers: Travellers, log: EventLog, visits: Visits
) -> tuple[NDArray[np.int64], frozenset[int]]:
    """Return which travellers are blocked for ever at the end of a run, and the stops involved.

    Parameters
    ----------
    plan, travellers, log, visits
        A run.

    Returns
    -------
    where
        The stops of those who can never move on, whoever is on duty: who holds a lane and waits
        for a place in a full area in which nobody can move on; who waits where all lanes are held
        so. -1: not so; shape (n,).
    blocking
        Of the stops with such lanes those that wait for one another.
    """
    size = log.queued.shape[1]
    nobody = np.full(size, -1)
    place = nobody.copy()  # the stop at which a traveller waits
    lane_held: dict[int, int] = {}
    heading: dict[int, int] = {}  # stop from which, and to which, a blocked traveller wants
    origin: dict[int, int] = {}
    for number, step in enumerate(plan.steps):
        here = (log.queued[number] != NEVER) & (log.left[number] == NEVER)
        for i in np.flatnonzero(here & (log.lane[number] >= 0)).tolist():
            lane_held[int(log.lane[number, i])] = i
            following = int(travellers.following[number, i])
            if visits.ended[number, i] == NEVER or following < 0:
                continue
            ahead = plan.steps[following].stop
            area = plan.stops[ahead].area
            if area >= 0 and plan.areas[area].places is not None:
                heading[i], origin[i] = ahead, step.stop
        place[here & (log.lane[number] < 0)] = step.stop
    if not heading:
        return nobody, frozenset()
    waiting = {
        area: np.flatnonzero(np.isin(place, _stops_of(plan, area))).tolist()
        for area in range(len(plan.areas))
        if plan.areas[area].places is not None
    }
    lanes = _admitting(plan, travellers, place)
    candidates = set(heading).union(*waiting.values())

    def may_move(i: int) -> bool:
        if i in heading:
            area = plan.stops[heading[i]].area
            inside = waiting[area]
            places = plan.areas[area].places
            assert places is not None
            if len(inside) < places or any(other not in candidates for other in inside):
                return True
            own = next(lane for lane, holder in lane_held.items() if holder == i)
            # Those who share an area change places.
            return plan.stops[origin[i]].area == area and any(own in lanes[k] for k in inside)
        return any(lane_held.get(lane) not in candidates for lane in lanes[i])

    while moving := [i for i in candidates if may_move(i)]:
        candidates.difference_update(moving)
    where = nobody.copy()
    for i in candidates:
        where[i] = origin.get(i, place[i])
    ways: dict[int, set[int]] = {}
    for i in candidates & set(heading):
        area = plan.stops[heading[i]].area
        ways.setdefault(origin[i], set()).update(int(place[k]) for k in waiting[area])
    return where, frozenset(stop for circle in circles_of(ways) for stop in circle)


def _stops_of(plan: Plan, area: int) -> list[int]:
    return [number for number, stop in enumerate(plan.stops) if stop.area == area]


def _admitting(
    plan: Plan, travellers: Travellers, place: NDArray[np.int64]
) -> Mapping[int, Sequence[int]]:
    """Return the lanes that would take each waiting traveller."""
    lanes: dict[int, list[int]] = {int(i): [] for i in np.flatnonzero(place >= 0)}
    for number, stop in enumerate(plan.stops):
        here = place == number
        if not here.any():
            continue
        for lane in stop.lanes:
            record = plan.lanes[lane]
            taken = holds(record.admits, travellers.category, travellers.attributes)
            if record.helps is not None:
                taken = taken | holds(
                    record.helps.admits, travellers.category, travellers.attributes
                )
            for i in np.flatnonzero(here & taken).tolist():
                lanes[i].append(lane)
    return lanes
