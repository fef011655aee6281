"""What must hold after every run, whatever the scenario."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.log import EventLog, Visits, holdings, visits_of
from bcpsim.errors import InvariantError
from bcpsim.plan.model import ConditionPlan, Outcome, Plan, Windows
from bcpsim.sampling import Circumstances, Travellers
from bcpsim.sampling.ticks import FAR, NEVER, microseconds, ticks
from bcpsim.sampling.travellers import holds
from bcpsim.sampling.work import not_before

Ints = NDArray[np.int64]


def check_invariants(
    plan: Plan, travellers: Travellers, circumstances: Circumstances, log: EventLog, where: str
) -> None:
    """Check a run's event log against the rules of the model.

    Nobody is lost; nothing ends before it starts; no officer and no lane serves two
    vehicles at once; no task begins when its officer is off duty or its lane is closed; lanes
    take those whom they admit or help; nothing ends before what it waits for is ready;
    equipment and waiting areas are used within their number; who gets out of a vehicle does so
    when its visit ends, and it doesn't leave while somebody may still come back.

    Parameters
    ----------
    plan, travellers, circumstances, log
        A run and what it was made from.
    where
        Seed and replication, for the message.

    Raises
    ------
    InvariantError
        If a rule is broken: an error of the engine, never of the scenario.
    """
    gone = ~log.ended_as(Outcome.INSIDE)
    visits = visits_of(plan, travellers, log)
    begun = visits.started != NEVER
    queued = log.queued != NEVER

    def broken(rule: str) -> InvariantError:
        return InvariantError(f"{where}: broken invariant: {rule}; please report this")

    if ((log.departure == NEVER) == gone).any():
        raise broken("every traveller leaves once or is inside at the end")
    if (gone & (queued & (log.left == NEVER)).any(axis=0)).any():
        raise broken("no traveller leaves in the middle of a visit")
    if (begun & (~queued | (visits.started < log.queued))).any():
        raise broken("no service starts before its traveller has queued")
    if ((log.ended != NEVER) & (log.ended < log.started)).any() or (
        (log.left != NEVER) & (log.left < visits.ended)
    ).any():
        raise broken("no service ends before it starts")
    if (queued & (log.queued < log.arrival)).any() or (gone & (log.departure < log.arrival)).any():
        raise broken("nothing happens to a traveller before the arrival")
    waited = visits.waited_until - log.queued
    over = queued & (visits.waited_until != NEVER)
    if (over & (log.for_lane + log.for_equipment > waited)).any():
        raise broken("nobody waits for lane and equipment longer than in all")
    if any((time < 0).any() for time in (log.for_lane, log.for_equipment, log.for_group)):
        raise broken("no wait is negative")

    for number, task in enumerate(plan.tasks):
        earliest = not_before(plan, travellers, task)
        ended = log.ended[number]
        if earliest is not None and ((ended != NEVER) & (ended < earliest)).any():
            raise broken("nothing ends before what it waits for is ready")
    if (visits.started > travellers.deadline).any():
        raise broken("no visit starts after its traveller's deadline")
    missed = log.ended_as(Outcome.MISSED)
    if (log.departure[missed] < travellers.deadline[missed]).any():
        raise broken("nobody misses a deadline that is still ahead")

    if plan.splits and (rule := _parted(plan, travellers, log, visits)):
        raise broken(rule)

    # All times of one owner on a stretch of one axis, so that one sort serves all owners.
    end = microseconds(plan.end)
    span = 2 * end + 1
    held = holdings(plan, log)
    if _overlap(held.officer, held.start, held.end, span):
        raise broken("no officer does two things at once")
    first = held.task_begins
    on_duty = circumstances.available
    if not _all_inside(held.officer[first], held.start[first], on_duty, span):
        raise broken("no service starts when its officer is off duty")
    there = log.lane >= 0
    lane, started, left = log.lane[there], visits.started[there], log.left[there]
    if _overlap(lane, started, np.where(left == NEVER, end, left), span):
        raise broken("no lane serves two vehicles at once")
    if not _all_inside(lane, started, [record.windows for record in plan.lanes], span):
        raise broken("no service starts when its lane is closed")
    if _where_not_admitted(plan, travellers, log):
        raise broken("lanes take those whom they admit, or help")
    for kind, record in enumerate(plan.equipment):
        use = held.uses(plan, kind)
        if _most_at_once(held.start[use], held.end[use]) > record.count:
            raise broken(f"{record.name} is used within its number")
    for number, area in enumerate(plan.areas):
        if area.places is None:
            continue
        if _most_in_area(plan, travellers, log, visits, number) > area.places:
            raise broken(f"{area.name} is used within its places")


def _where_not_admitted(plan: Plan, travellers: Travellers, log: EventLog) -> bool:
    """Return whether anybody was served in a lane that takes others only."""

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, travellers.category, travellers.attributes)

    for number, step in enumerate(plan.steps):
        for lane in plan.stops[step.stop].lanes:
            record = plan.lanes[lane]
            if record.admits is None:
                continue
            there = log.lane[number] == lane
            if record.helps is not None:
                there &= ~met(record.helps.admits)
            if (there & ~met(record.admits)).any():
                return True
    return False


def _parted(plan: Plan, travellers: Travellers, log: EventLog, visits: Visits) -> str | None:
    """Return the rule of groups that is broken, if any is."""
    over = np.where(visits.ended > travellers.deadline, NEVER, visits.ended)
    for number, step in enumerate(plan.steps):
        if step.split is None:
            continue
        ours = travellers.split == number
        expected = np.maximum(travellers.occupants - step.split.stay, 0)
        found = np.bincount(travellers.vehicle[ours], minlength=len(ours))
        whole = (over[number] != NEVER) & (travellers.vehicle < 0)
        if (found != expected)[whole].any():
            return "all who don't stay get out of a vehicle"
    members = np.flatnonzero(travellers.vehicle >= 0)
    vehicle = travellers.vehicle[members]
    arrived = log.arrival[members]
    if not np.array_equal(arrived, over[travellers.split[members], vehicle]):
        return "who gets out of a vehicle does so when its visit ends"
    waits = log.ended_as(Outcome.MISSED) | (log.departure == NEVER)  # for nobody, or still
    leaves = np.where(waits, FAR, log.departure)[vehicle]
    gone = log.departure[members]
    if (log.ended_as(Outcome.RELEASED)[members] & (gone > leaves)).any():
        return "no vehicle leaves before those who come back are back"
    without = (arrived != NEVER) & (gone == NEVER) & (leaves != FAR)
    if (without & _may_return(plan, travellers, log, visits)[members]).any():
        return "no vehicle leaves without somebody who may still come back"
    return None


def _may_return(
    plan: Plan, travellers: Travellers, log: EventLog, visits: Visits
) -> NDArray[np.bool_]:
    """Return for whom some way leads from where they are to being released.

    Where they go is known when a visit ends, also of those who then stay in the lane because
    the area ahead is full.
    """
    # Outcomes are numbered from the end.
    leads = np.zeros(len(plan.steps) + len(Outcome) + 1, dtype=bool)
    leads[: len(plan.steps)] = [step.leads_back for step in plan.steps]
    leads[-1 - Outcome.RELEASED] = True
    back = leads[travellers.entry]
    for number in range(len(plan.steps)):
        back &= (log.queued[number] == NEVER) | leads[number]
        back &= (visits.ended[number] == NEVER) | leads[travellers.following[number]]
    return back


def _overlap(owner: Ints, start: Ints, end: Ints, span: int) -> bool:
    """Return whether two stretches of one owner overlap."""
    begun = np.sort(owner * span + start)
    over = np.sort(owner * span + end)
    return bool((begun[1:] < over[:-1]).any())


def _most_in_area(
    plan: Plan, travellers: Travellers, log: EventLog, visits: Visits, area: int
) -> int:
    """Return the most vehicles that wait at one time at the stops of an area.

    Those who arrive may queue outside, which the log doesn't tell apart; so only visits
    whose traveller came from another stop are counted.
    """
    steps = np.array([plan.stops[step.stop].area == area for step in plan.steps])
    inside = steps[:, None] & (travellers.entry != np.arange(len(plan.steps))[:, None])
    until = visits.waited_until
    started = np.where(until == NEVER, microseconds(plan.end), until)
    waiting = inside & (log.queued != NEVER) & (log.queued < started)
    return _most_at_once(log.queued[waiting], started[waiting])


def _all_inside(owner: Ints, begun: Ints, windows: Sequence[Windows], span: int) -> bool:
    """Return whether each time lies in a window of its owner."""
    rows = [(k, start, stop) for k, own in enumerate(windows) for start, stop in own]
    if not rows:
        return len(begun) == 0
    whose, starts, ends = np.array(rows).T
    axis = whose.astype(np.int64) * span
    time = owner * span + begun
    index = np.searchsorted(axis + ticks(starts), time, side="right") - 1
    return bool((index >= 0).all() and (time <= (axis + ticks(ends))[index]).all())


def _most_at_once(started: Ints, ended: Ints) -> int:
    """Return the largest number of half-open stretches [started, ended) at one time."""
    times = np.concatenate([ended, started])
    change = np.repeat([-1, 1], len(started))
    order = np.argsort(times, kind="stable")  # ends before starts
    return int(np.cumsum(change[order]).max(initial=0))
