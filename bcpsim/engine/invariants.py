"""What must hold after every run, whatever the scenario."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.kernels import kernel
from bcpsim.engine.log import EventLog, Holdings, Visits, holdings, visits_of
from bcpsim.errors import InvariantError
from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.windows import Windows, joined
from bcpsim.sampling import Block, Travellers
from bcpsim.sampling.cases import holds
from bcpsim.sampling.ticks import FAR, MICROSECONDS, NEVER, microseconds, ticks
from bcpsim.sampling.work import not_before

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def check_invariants(plan: Plan, block: Block, log: EventLog, where: str) -> None:
    """Check the event log of replications against the rules of the model.

    Nobody is lost; nothing ends before it starts; no officer and no lane serves two
    vehicles at once; no task begins when its officer is off duty or its lane is closed; lanes
    take those whom they admit or help; nothing ends before what it waits for is ready;
    equipment and waiting areas are used within their number; who gets out of a vehicle does so
    when its visit ends, and it doesn't leave while somebody may still come back; who sits in it
    ends as it does.

    Parameters
    ----------
    plan, block, log
        The replications, and what they were made from.
    where
        Seed and replication, for the message.

    Raises
    ------
    InvariantError
        If a rule is broken: an error of the engine, never of the scenario.
    """
    travellers, visits = block.travellers, visits_of(plan, block.travellers, log)
    rule = _of_times(plan, travellers, log, visits)
    if rule is None and plan.splits:
        rule = _of_members(plan, travellers, log, visits)
    if rule is None:
        held = holdings(plan, travellers, log)
        rule = (
            _of_officers(plan, block, log, held)
            or _of_lanes(plan, block, log, visits)
            or _of_equipment(plan, block, held)
            or _of_areas(plan, block, log, visits)
        )
    if rule is not None:
        raise InvariantError(f"{where}: broken invariant: {rule}; please report this")


def _of_times(plan: Plan, travellers: Travellers, log: EventLog, visits: Visits) -> str | None:
    """Return which rule about the times of travellers a log breaks, None if it breaks none."""
    first = _first_broken(
        log.queued,
        log.left,
        visits.started,
        visits.ended,
        visits.waited_until,
        log.for_lane,
        log.for_equipment,
        log.for_group,
        log.arrival,
        log.departure,
        ~log.ended_as(Outcome.INSIDE),
        travellers.deadline,
    )
    if first < len(_RULES):
        return _RULES[first]
    if ((log.ended != NEVER) & (log.ended < log.started)).any():
        return "no service ends before it starts"
    for number, task in enumerate(plan.tasks):
        earliest = not_before(plan, travellers, task)
        ended = log.ended[number]
        if earliest is not None and ((ended != NEVER) & (ended < earliest)).any():
            return "nothing ends before what it waits for is ready"
    missed = log.ended_as(Outcome.MISSED)
    if plan.splits:  # those who were back in time have missed it with their vehicle
        missed &= (travellers.vehicle < 0) | ~missed[travellers.vehicle]
    if (log.departure[missed] < travellers.deadline[missed]).any():
        return "nobody misses a deadline that is still ahead"
    return None


def _of_officers(plan: Plan, block: Block, log: EventLog, held: Holdings) -> str | None:
    """Return which rule about officers is broken by when they were held, None if none is."""
    # Each replication has officers, lanes and areas of its own.
    officer = block.replication[held.traveller] * len(plan.officers) + held.officer
    if _overlap(officer, held.start, held.end, len(block) * len(plan.officers)):
        return "no officer does two things at once"
    begins = held.task_begins
    available = [windows for happened in block.circumstances for windows in happened.available]
    changing = [
        [
            officer
            for group, _ in (*one.on_duty, *one.reserve)
            for officer in plan.groups[group].officers
        ]
        for one in plan.disturbances
    ]
    _add_moments(available, log, changing, len(plan.officers))
    if not _all_inside(officer[begins], held.start[begins], available):
        return "no service starts when its officer is off duty"
    return None


def _of_lanes(plan: Plan, block: Block, log: EventLog, visits: Visits) -> str | None:
    """Return which rule about lanes a log breaks, None if it breaks none."""
    taken = log.lane >= 0
    started, left = visits.started[taken], log.left[taken]
    replication = np.broadcast_to(block.replication, taken.shape)[taken]
    lane = replication * len(plan.lanes) + log.lane[taken]
    until = np.where(left == NEVER, microseconds(plan.end), left)
    if _overlap(lane, started, until, len(block) * len(plan.lanes)):
        return "no lane serves two vehicles at once"
    opened = [windows for happened in block.circumstances for windows in happened.lanes]
    changing = [
        [
            number
            for stop in (*one.closed, *(stop for stop, _ in one.lanes))
            for number in plan.stops[stop].lanes
        ]
        for one in plan.disturbances
    ]
    _add_moments(opened, log, changing, len(plan.lanes))
    if not _all_inside(lane, started, opened):
        return "no service starts when its lane is closed"
    if _where_not_admitted(plan, block.travellers, log):
        return "lanes take those whom they admit, or help"
    return None


def _add_moments(
    windows: list[Windows], log: EventLog, changing: Sequence[Sequence[int]], owners: int
) -> None:
    """Add the moments in which triggers begin or end something to the windows of whom it concerns.

    They do so after all else of the moment, in which work begins by the state before.

    Parameters
    ----------
    windows
        Of each owner, one replication after the other.
    changing
        Whom each disturbance concerns.
    owners
        How many there are in a replication.
    """
    moments: dict[int, list[tuple[float, float]]] = {}
    for place, number, start, end in log.spells.tolist():
        for owner in changing[number]:
            for moment in (start / MICROSECONDS, end / MICROSECONDS):
                moments.setdefault(place * owners + owner, []).append((moment, moment))
    for owner, own in moments.items():
        windows[owner] = joined([*windows[owner], *own])


def _of_equipment(plan: Plan, block: Block, held: Holdings) -> str | None:
    """Return which equipment was used by too many at once, None if none was."""
    replication = block.replication[held.traveller]
    for kind, record in enumerate(plan.equipment):
        use = held.uses(plan, kind)
        if _most_at_once(held.start[use], held.end[use], replication[use]) > record.count:
            return f"{record.name} is used within its number"
    return None


def _of_areas(plan: Plan, block: Block, log: EventLog, visits: Visits) -> str | None:
    """Return which waiting area had too many in it at once, None if none had."""
    for number, area in enumerate(plan.areas):
        if area.places is None:
            continue
        if _most_in_area(plan, block, log, visits, number) > area.places:
            return f"{area.name} is used within its places"
    return None


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


def _of_members(plan: Plan, travellers: Travellers, log: EventLog, visits: Visits) -> str | None:
    """Return which rule about members of vehicles a log breaks, None if it breaks none."""
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
    sits = (log.outcome[members] == int(Outcome.RELEASED)) | (arrived == NEVER)
    if (log.outcome[members] != log.outcome[vehicle])[sits].any():
        return "who sits in a vehicle shares its fate"
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
    """Return which travellers may still be released from where they are.

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


def _overlap_loop(owner: Ints, start: Ints, end: Ints, owners: int) -> bool:
    first = np.zeros(owners + 1, dtype=np.int64)
    for i in range(len(owner)):
        first[owner[i] + 1] += 1
    for k in range(owners):
        first[k + 1] += first[k]
    times = np.empty((2, len(owner)), dtype=np.int64)
    for which in range(2):
        place = first.copy()
        for i in range(len(owner)):
            times[which, place[owner[i]]] = start[i] if which == 0 else end[i]
            place[owner[i]] += 1
    for k in range(owners):
        for which in range(2):
            own = times[which, first[k] : first[k + 1]]
            left = 8 * len(own)  # they come nearly in order, else sorting them so takes long
            for i in range(1, len(own)):
                time, j = own[i], i - 1
                while j >= 0 and own[j] > time and left > 0:
                    own[j + 1] = own[j]
                    j -= 1
                    left -= 1
                own[j + 1] = time
            if left <= 0:
                own.sort()
        for i in range(first[k], first[k + 1] - 1):
            if times[0, i + 1] < times[1, i]:
                return True
    return False


@kernel("b1(i8[:], i8[:], i8[:], i8)", _overlap_loop)
def _overlap(owner: Ints, start: Ints, end: Ints, owners: int) -> bool:
    """Return whether two stretches of one owner overlap."""
    if not len(owner):
        return False
    begins, ends = np.lexsort((start, owner)), np.lexsort((end, owner))
    alike = owner[begins][1:] == owner[begins][:-1]
    return bool((alike & (start[begins][1:] < end[ends][:-1])).any())


def _all_inside(owner: Ints, begun: Ints, windows: Sequence[Windows]) -> bool:
    """Return whether each time lies in a window of its owner."""
    rows = [window for own in windows for window in own]
    starts, ends = ticks(np.array(rows, dtype=np.float64).reshape(-1, 2).T)
    first = np.cumsum([0, *map(len, windows)])
    return _inside(owner, begun, first, starts, ends)


def _inside_loop(owner: Ints, time: Ints, first: Ints, starts: Ints, ends: Ints) -> bool:
    for i in range(len(owner)):
        k, last = first[owner[i]], first[owner[i] + 1]
        while k + 1 < last and starts[k + 1] <= time[i]:
            k += 1
        if k >= last or not starts[k] <= time[i] <= ends[k]:
            return False
    return True


@kernel("b1(i8[:], i8[:], i8[:], i8[:], i8[:])", _inside_loop)
def _inside(owner: Ints, time: Ints, first: Ints, starts: Ints, ends: Ints) -> bool:
    """Return whether each time lies in a window of its owner, whose windows begin at `first`."""
    if not len(owner):
        return True
    if not len(starts):
        return False
    whose = np.repeat(np.arange(len(first) - 1), np.diff(first))
    span = max(int(time.max()), int(ends.max())) + 1
    index = np.searchsorted(whose * span + starts, owner * span + time, side="right") - 1
    return bool(
        (index >= 0).all() and (whose[index] == owner).all() and (time <= ends[index]).all()
    )


_RULES = (
    "every traveller leaves once or is inside at the end",
    "no traveller leaves in the middle of a visit",
    "no service starts before its traveller has queued",
    "no service ends before it starts",
    "nothing happens to a traveller before the arrival",
    "nobody waits for lane and equipment longer than in all",
    "no wait is negative",
    "no visit starts after its traveller's deadline",
)
"""What holds for each visit and traveller."""


def _first_broken_loop(
    queued: Ints,
    left: Ints,
    started: Ints,
    ended: Ints,
    until: Ints,
    for_lane: Ints,
    for_equipment: Ints,
    for_group: Ints,
    arrival: Ints,
    departure: Ints,
    gone: Mask,
    deadline: Ints,
) -> int:
    never = -(1 << 62)
    first = 8
    for i in range(len(gone)):
        if (departure[i] == never) == gone[i]:
            first = min(first, 0)
        if gone[i] and departure[i] < arrival[i]:
            first = min(first, 4)
    for s in range(queued.shape[0]):
        for i in range(queued.shape[1]):
            if for_lane[s, i] < 0 or for_equipment[s, i] < 0 or for_group[s, i] < 0:
                first = min(first, 6)
            if started[s, i] != never:
                if queued[s, i] == never or started[s, i] < queued[s, i]:
                    first = min(first, 2)
                if started[s, i] > deadline[i]:
                    first = min(first, 7)
            if left[s, i] != never and left[s, i] < ended[s, i]:
                first = min(first, 3)
            if queued[s, i] == never:
                continue
            if gone[i] and left[s, i] == never:
                first = min(first, 1)
            if queued[s, i] < arrival[i]:
                first = min(first, 4)
            if until[s, i] != never:
                waited = until[s, i] - queued[s, i]
                if for_lane[s, i] + for_equipment[s, i] > waited:
                    first = min(first, 5)
    return first


@kernel("i8(" + 8 * "i8[:, :], " + "i8[:], i8[:], b1[:], i8[:])", _first_broken_loop)
def _first_broken(
    queued: Ints,
    left: Ints,
    started: Ints,
    ended: Ints,
    until: Ints,
    for_lane: Ints,
    for_equipment: Ints,
    for_group: Ints,
    arrival: Ints,
    departure: Ints,
    gone: Mask,
    deadline: Ints,
) -> int:
    """Return the first of `_RULES` that is broken, their number if none is.

    Columns are those of the log and of its visits; `until` is when the wait in the queue ended,
    `gone` who isn't inside at the end.
    """
    joined, begun, has_left = queued != NEVER, started != NEVER, left != NEVER
    waited = until - queued
    broken = (
        (departure == NEVER) == gone,
        gone & joined & ~has_left,
        begun & (~joined | (started < queued)),
        has_left & (left < ended),
        (joined & (queued < arrival)) | (gone & (departure < arrival)),
        joined & (until != NEVER) & (for_lane + for_equipment > waited),
        np.minimum(np.minimum(for_lane, for_equipment), for_group) < 0,
        begun & (started > deadline),
    )
    return next((k for k, where in enumerate(broken) if where.any()), len(broken))


def _most_in_area(plan: Plan, block: Block, log: EventLog, visits: Visits, area: int) -> int:
    """Return the most vehicles that wait at one time at the stops of an area.

    Those who arrive may queue outside, which the log doesn't tell apart; so only visits
    whose traveller came from another stop are counted.
    """
    steps = np.array([plan.stops[step.stop].area == area for step in plan.steps])
    inside = steps[:, None] & (block.travellers.entry != np.arange(len(plan.steps))[:, None])
    until = visits.waited_until
    started = np.where(until == NEVER, microseconds(plan.end), until)
    waiting = inside & (log.queued != NEVER) & (log.queued < started)
    which = np.broadcast_to(block.replication, waiting.shape)[waiting]
    return _most_at_once(log.queued[waiting], started[waiting], which)


def _most_at_once(started: Ints, ended: Ints, which: Ints) -> int:
    """Return the largest number of half-open stretches [started, ended) at one time.

    Only those of one replication count together.
    """
    times = np.concatenate([ended, started])
    change = np.repeat([-1, 1], len(started))
    order = np.lexsort((times, np.concatenate([which, which])))  # ends before starts
    return int(np.cumsum(change[order]).max(initial=0))
