"""What is known beforehand of when something happens in a replication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bcpsim.engine.fill.travellers import Column
from bcpsim.engine.log import Ints
from bcpsim.engine.records import (
    Step,
    World,
)
from bcpsim.engine.rules.shifts import (
    CROSSING_OPENS,
    CROSSING_SHUTS,
    DISTURBANCE_BEGINS,
    DISTURBANCE_ENDS,
    EQUIPMENT_COMES,
    EQUIPMENT_GOES,
    LANE_CLOSES,
    LANE_OPENS,
    OFFICER_COMES,
    OFFICER_GOES,
    SIGNS_READ,
    SIGNS_SHOW,
)
from bcpsim.plan.model import Plan
from bcpsim.plan.records.disturbances import Gate
from bcpsim.sampling import Block, Circumstances
from bcpsim.sampling.ticks import FAR, NEVER, ticks


def timetable(plan: Plan, block: Block, place: int, w: World) -> Iterator[Column]:
    """Yield when what is known beforehand happens in one of the replications, and to whom."""
    circumstances = block.circumstances[place]
    changes = _timed(circumstances, _switched(plan), _of_region(plan))
    yield w, "changes_at", changes.times
    yield w, "change_what", changes.what
    yield w, "change_whom", changes.whom
    yield w.changes, "times", changes.times[changes.first]
    yield w.changes, "who", changes.first

    rows, travellers = block.rows_of(place), block.travellers
    members = travellers.vehicle[rows] >= 0
    comes = travellers.arrival[rows] + travellers.held[rows] + travellers.move_in[rows]
    others = comes
    if members.any():
        yield w, "has_members", True
        others = comes[~members]  # members are the last
        for step in w.steps:
            if step.splits:
                yield from _members_of(travellers.split[rows], block.vehicles_of(place), step)
    order = np.argsort(others, kind="stable")
    yield w.arrivals, "who", order
    yield w.arrivals, "times", np.maximum(others[order], 0)  # who waits at the start is there

    deadline = travellers.deadline[rows]
    if not (deadline < FAR).any():
        return
    yield w, "has_deadlines", True
    late = np.flatnonzero(((deadline > comes) | members) & (deadline < w.end))
    late = late[np.argsort(deadline[late], kind="stable")]
    yield w.deadlines, "who", late
    yield w.deadlines, "times", deadline[late]


def _members_of(split: Ints, vehicle: Ints, step: Step) -> Iterator[Column]:
    """Yield who gets out of each vehicle at the end of a visit: they come one after another."""
    rows = np.flatnonzero(split == step.number)
    number = np.bincount(vehicle[rows], minlength=len(vehicle))
    first = np.zeros(len(vehicle), dtype=np.int64)
    first[vehicle[rows][::-1]] = rows[::-1]
    yield step, "first_member", first
    yield step, "members", number


class _Changes(NamedTuple):
    """What changes by timetable, in order of time; at one time, goings come first."""

    times: Ints
    what: Ints
    whom: Ints
    first: Ints  # of each time


@lru_cache(maxsize=32)  # where nothing fails and nobody is absent, the same in each replication
def _timed(
    circumstances: Circumstances,
    switched: tuple[int, ...],
    always: tuple[tuple[float, int, int], ...],
) -> _Changes:
    """Return what changes by timetable; of disturbances, those that do more than stands in it.

    What always changes so comes last.
    """
    rows: list[tuple[float, int, int]] = []

    def note(windows: Iterable[tuple[float, float]], comes: int, goes: int, whom: int) -> None:
        for start, end in windows:
            rows.append((start, comes, whom))
            rows.append((end, goes, whom))

    for officer, windows in enumerate(circumstances.available):
        note(windows, OFFICER_COMES, OFFICER_GOES, officer)
    for number, windows in enumerate(circumstances.lanes):
        note(windows, LANE_OPENS, LANE_CLOSES, number)
    every = (windows for pieces in circumstances.down for windows in pieces)
    for piece, windows in enumerate(every):
        note(windows, EQUIPMENT_GOES, EQUIPMENT_COMES, piece)
    for number in switched:
        note(circumstances.disturbed[number], DISTURBANCE_BEGINS, DISTURBANCE_ENDS, number)
    rows += always
    times = ticks(np.array([time for time, _, _ in rows]))
    what = np.array([what for _, what, _ in rows], dtype=np.int64)
    whom = np.array([whom for _, _, whom in rows], dtype=np.int64)
    order = np.lexsort((what >= OFFICER_COMES, times))
    first = np.flatnonzero(np.diff(times[order], prepend=NEVER))
    return _Changes(times[order], what[order], whom[order], first)


def _switched(plan: Plan) -> tuple[int, ...]:
    """Return the disturbances whose times rules must know."""
    return tuple(
        number
        for number, disturbance in enumerate(plan.disturbances)
        if disturbance.trigger is not None
        or disturbance.changes
        or disturbance.reserve
        or disturbance.detours
        or disturbance.selections
        or disturbance.priority
        or disturbance.clears
        or disturbance.gate is Gate.HOLD
        or not plan.reacting.isdisjoint(
            (*disturbance.closed, *(stop for stop, _ in disturbance.lanes))
        )
        or (plan.region is not None and disturbance.gate is not Gate.WAIT)
    )


def _of_region(plan: Plan) -> tuple[tuple[float, int, int], ...]:
    """Return when crossings close and open for those who come, and when signs are brought up."""
    rows: list[tuple[float, int, int]] = []
    for number, crossing in enumerate(plan.crossings):
        for start, end in () if crossing.opening is None else crossing.opening.turned_back:
            rows.append((start, CROSSING_SHUTS, number))
            rows.append((end, CROSSING_OPENS, number))
    sign = None if plan.region is None else plan.region.sign
    if sign is not None and sign.every:
        times = [sign.every * k for k in range(int(plan.end / sign.every) + 1)]
        rows += [(time, SIGNS_READ, 0) for time in times]
        rows += [(time + sign.delay, SIGNS_SHOW, 0) for time in times]
    return tuple(rows)
