"""The border crossing point as a SimPy model: plan and travellers in, event log out.

The engine draws nothing and decides by rules that the plan names. It runs on SimPy's
environment with one event per traveller, used again for each thing that happens to
the traveller, and callbacks instead of processes (see docs/method.md for the measured
gain).

Simultaneous events are handled in a fixed order: ends of service, then changes of
shifts and opening hours, then arrivals at a stop, then dispatch; ends and arrivals
among themselves by the traveller's number. A dispatch looks at stops in the order of
the plan and starts waiting vehicles in the order in which they joined, each with the
first group of officers that can, its first idle officer and the first free lane.

When fewer officers are on duty than before, vehicles in hand are finished: an officer
in overtime keeps the place (booth, terminal) until then, and the group begins a new
vehicle only while fewer of its officers are busy than are on duty.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple, Protocol, cast

import numpy as np
from simpy import Environment, Event

from bcpsim.engine.log import EventLog
from bcpsim.plan.model import LaneChoice, Outcome, Plan, QueueRule, StopPlan
from bcpsim.sampling.travellers import Travellers, holds

# Kinds of simultaneous events, in order. SimPy compares (time, priority); the
# traveller's number is added to the priority. 0 is SimPy's own for stopping the run.
_END = 1 << 40
_CHANGE = 2 << 40
_ARRIVAL = 3 << 40
_DISPATCH = 4 << 40

_NAN = float("nan")


class _Schedule(Protocol):
    """SimPy's `Environment.schedule`, with any whole number as priority."""

    def __call__(self, event: Event, priority: int, delay: float = ...) -> None: ...


class _Timer(Event):
    """A SimPy event that can be scheduled again after it has happened."""

    __slots__ = ("group", "lane", "number", "officer", "step")

    def __init__(self, env: Environment, number: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        self.number = number


class _Queue:
    """Vehicles in order of joining, and the lanes that they may use."""

    __slots__ = ("lanes", "line")

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.line: deque[int] = deque()


class _Group:
    """Officers of a group, as bit masks: those on duty and those at work."""

    __slots__ = ("first", "on_duty", "present", "working")

    def __init__(self, first: int) -> None:
        self.first = first
        self.present = 0
        self.on_duty = 0
        self.working = 0


class _Stop:
    """Lanes of a stop as bit masks, and its queues."""

    __slots__ = (
        "aside",
        "choice",
        "first",
        "groups",
        "joinable",
        "occupied",
        "opened",
        "queues",
        "rule",
        "waiting",
    )

    def __init__(self, plan: StopPlan) -> None:
        self.first = plan.lanes[0]
        self.groups = plan.groups
        self.rule = plan.queue
        self.choice = plan.choice
        self.opened = 0  # by opening hours
        self.joinable = 0  # opened and, where each lane has its own queue, with a crew
        self.occupied = 0
        self.waiting = 0
        self.queues: list[_Queue] = []
        self.aside: deque[int] = deque()  # waiting for any lane to open


class _Change(NamedTuple):
    """An officer who comes on or goes off duty, or a lane that opens or closes."""

    is_lane: bool
    owner: int  # the stop of a lane, the group of an officer
    bit: int
    comes: bool


def simulate(plan: Plan, travellers: Travellers) -> EventLog:
    """Run one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    travellers
        Who arrives, with everything that is random about them.

    Returns
    -------
    EventLog
        The same for the same arguments, to the bit.
    """
    return _Border(plan, travellers).run()


class _Border:
    """The state of one run."""

    def __init__(self, plan: Plan, travellers: Travellers) -> None:
        self.plan = plan
        self.env = Environment()
        self.schedule = cast(_Schedule, self.env.schedule)
        n = len(travellers)

        self.entry = travellers.entry.tolist()
        self.following = travellers.following.tolist()
        self.move_after = travellers.move_after.tolist()
        self.lane_pick = travellers.lane_pick.tolist()
        self.service = _service_times(plan, travellers)

        self.step_stop = [step.stop for step in plan.steps]
        self.step_groups = [step.groups for step in plan.steps]
        self.step_equipment = [step.equipment for step in plan.steps]
        self.woken = _stops_woken(plan)

        self.groups = [_Group(group.officers[0] if group.officers else 0) for group in plan.groups]
        self.stops = [_Stop(stop) for stop in plan.stops]
        self.equipment = [equipment.count for equipment in plan.equipment]
        self.queue_of: list[list[_Queue]] = []
        self.admitted: list[list[int]] = []
        self._make_queues(travellers)

        self.place = [0] * n  # order of joining the queue, over all stops
        self.joined = 0
        self.dirty = 0  # stops that await a dispatch at this very time

        blank = [_NAN] * n
        none = [-1] * n
        self.queued = [blank.copy() for _ in plan.steps]
        self.started = [blank.copy() for _ in plan.steps]
        self.ended = [blank.copy() for _ in plan.steps]
        self.lane = [none.copy() for _ in plan.steps]
        self.officer = [none.copy() for _ in plan.steps]
        self.departure = blank.copy()
        self.outcome = [int(Outcome.INSIDE)] * n

        # SimPy clears an event's list of callbacks when it happens; these lists are put
        # back on the event when it is scheduled again.
        self.on_arrival = [self._arrive]
        self.on_end = [self._end]
        self.on_change = [self._change]
        self.dispatcher = _Timer(self.env, 0)
        self.on_dispatch = [self._dispatch_dirty]
        self.changes = _changes(plan)
        self._schedule_changes()
        self.timers = [_Timer(self.env, i) for i in range(n)]
        for i, minute in enumerate((travellers.arrival + travellers.move_in).tolist()):
            timer = self.timers[i]
            timer.step = self.entry[i]
            timer.callbacks = self.on_arrival
            self.schedule(timer, _ARRIVAL + i, minute)

    def run(self) -> EventLog:
        """Run to the plan's end and return the log."""
        self.env.run(until=self.plan.end)
        return EventLog(
            queued=np.array(self.queued),
            started=np.array(self.started),
            ended=np.array(self.ended),
            lane=np.array(self.lane),
            officer=np.array(self.officer),
            departure=np.array(self.departure),
            outcome=np.array(self.outcome),
        )

    # --- Events --------------------------------------------------------------------

    def _arrive(self, timer: _Timer) -> None:
        """Join the queue of the next step, or leave."""
        step = timer.step
        if step < 0:
            self._leave(timer.number, step)
            return
        stop = self.step_stop[step]
        self._join(timer.number, step, stop)
        self._settle((stop,))

    def _end(self, timer: _Timer) -> None:
        """End a service: give back lane, officer and equipment, and go on."""
        i = timer.number
        step = timer.step
        now = self.env.now
        self.ended[step][i] = now
        stop = self.step_stop[step]
        self.stops[stop].occupied ^= timer.lane
        timer.group.working ^= timer.officer
        for kind in self.step_equipment[step]:
            self.equipment[kind] += 1

        target = self.following[step][i]
        timer.step = target
        move = self.move_after[step][i]
        if move > 0:
            timer.callbacks = self.on_arrival
            self.schedule(timer, _ARRIVAL + i, move)
            self._settle(self.woken[step])
        elif target < 0:
            self._leave(i, target)
            self._settle(self.woken[step])
        else:
            joined = self.step_stop[target]
            self._join(i, target, joined)
            woken = self.woken[step]
            self._settle(woken if joined in woken else tuple(sorted((*woken, joined))))

    def _change(self, timer: _Timer) -> None:
        """Change who is on duty and which lanes are open."""
        self._apply(self.changes[timer.number][1])
        self._settle(range(len(self.stops)))

    def _dispatch_dirty(self, _: Event) -> None:
        """Dispatch the stops that were put off until all events of this time are done."""
        dirty, self.dirty = self.dirty, 0
        for stop in range(len(self.stops)):
            if dirty >> stop & 1:
                self._dispatch(stop)

    # --- Queues --------------------------------------------------------------------

    def _leave(self, i: int, target: int) -> None:
        self.departure[i] = self.env.now
        self.outcome[i] = -1 - target

    def _join(self, i: int, step: int, number: int) -> None:
        """Put a traveller at the end of a queue of the stop."""
        self.queued[step][i] = self.env.now
        self.place[i] = self.joined
        self.joined += 1
        stop = self.stops[number]
        stop.waiting += 1
        if stop.rule is QueueRule.SINGLE:
            self.queue_of[step][i].line.append(i)
        else:
            self._choose_lane(i, step, stop, number)

    def _choose_lane(self, i: int, step: int, stop: _Stop, number: int) -> None:
        """Put a traveller into the queue of a lane, or aside while none is open."""
        lanes = list(_bits(self.admitted[step][i] & stop.joinable))
        if not lanes:
            stop.aside.append(i)
            return
        if stop.choice is LaneChoice.RANDOM:
            chosen = lanes[int(self.lane_pick[number][i] * len(lanes))]
        elif stop.choice is LaneChoice.SHORTEST_QUEUE:
            chosen = min(lanes, key=lambda lane: len(stop.queues[lane].line))
        else:
            chosen = min(
                lanes, key=lambda lane: len(stop.queues[lane].line) + (stop.occupied >> lane & 1)
            )
        stop.queues[chosen].line.append(i)

    # --- Dispatch ------------------------------------------------------------------

    def _settle(self, stops: Iterable[int]) -> None:
        """Dispatch now if nothing else happens at this very time, otherwise after it."""
        if self.env.peek() > self.env.now:
            for stop in stops:
                self._dispatch(stop)
            return
        if not self.dirty:
            self.dispatcher.callbacks = self.on_dispatch
            self.schedule(self.dispatcher, _DISPATCH)
        for stop in stops:
            self.dirty |= 1 << stop

    def _dispatch(self, number: int) -> None:
        """Start waiting vehicles at a stop, in order of joining, until none can start."""
        stop = self.stops[number]
        while stop.waiting:
            free = stop.joinable & ~stop.occupied
            if not free:
                return
            first = -1
            for queue in stop.queues:
                line = queue.line
                if not line or not queue.lanes & free:
                    continue
                i = line[0]
                if first >= 0 and self.place[i] > self.place[first]:
                    continue
                group = self._ready_group(self.timers[i].step)
                if group is not None:
                    first, chosen, chosen_group = i, queue, group
            if first < 0:
                return
            chosen.line.popleft()
            stop.waiting -= 1
            lanes = chosen.lanes & free
            self._start(first, stop, lanes & -lanes, chosen_group)

    def _ready_group(self, step: int) -> int | None:
        """Return the first group with an idle officer, if the equipment is free too."""
        for kind in self.step_equipment[step]:
            if not self.equipment[kind]:
                return None
        for number in self.step_groups[step]:
            group = self.groups[number]
            working = group.working
            if working.bit_count() < group.on_duty and group.present & ~working:
                return number
        return None

    def _start(self, i: int, stop: _Stop, lane: int, number: int) -> None:
        """Start a service: take lane, officer and equipment together."""
        timer = self.timers[i]
        step = timer.step
        group = self.groups[number]
        idle = group.present & ~group.working
        officer = idle & -idle
        group.working |= officer
        stop.occupied |= lane
        for kind in self.step_equipment[step]:
            self.equipment[kind] -= 1
        timer.lane = lane
        timer.officer = officer
        timer.group = group
        self.started[step][i] = self.env.now
        self.lane[step][i] = stop.first + lane.bit_length() - 1
        self.officer[step][i] = group.first + officer.bit_length() - 1
        timer.callbacks = self.on_end
        self.schedule(timer, _END + i, self.service[step][number][i])

    # --- Set-up and changes --------------------------------------------------------

    def _make_queues(self, travellers: Travellers) -> None:
        """Make the queues: one per lane, or one per step and set of lanes admitted."""
        for number, stop in enumerate(self.plan.stops):
            if stop.queue is QueueRule.PER_LANE:
                self.stops[number].queues = [_Queue(1 << k) for k in range(len(stop.lanes))]
        for step in self.plan.steps:
            masks, index = _admitted(self.plan, travellers, step.stop)
            self.admitted.append([masks[k] for k in index])
            queues = [_Queue(mask) for mask in masks]
            self.queue_of.append([queues[k] for k in index])
            if self.plan.stops[step.stop].queue is QueueRule.SINGLE:
                self.stops[step.stop].queues.extend(queues)

    def _schedule_changes(self) -> None:
        """Apply what holds at the start, and schedule all later changes."""
        for k, (minute, change) in enumerate(self.changes):
            if minute <= 0:
                self._apply(change)
            else:
                timer = _Timer(self.env, k)
                timer.callbacks = self.on_change
                self.schedule(timer, _CHANGE, minute)

    def _apply(self, changes: list[_Change]) -> None:
        """Apply the changes of one time."""
        for is_lane, owner, bit, comes in changes:
            if is_lane:
                stop = self.stops[owner]
                stop.opened = stop.opened | bit if comes else stop.opened & ~bit
            else:
                group = self.groups[owner]
                group.present = group.present | bit if comes else group.present & ~bit
                group.on_duty = group.present.bit_count()
        for number, stop in enumerate(self.stops):
            self._staff_lanes(number, stop)

    def _staff_lanes(self, number: int, stop: _Stop) -> None:
        """Set the lanes that take vehicles, and let the queues of closed lanes choose anew."""
        if stop.rule is QueueRule.SINGLE:
            stop.joinable = stop.opened
            return
        crew = sum(self.groups[group].on_duty for group in stop.groups)
        stop.joinable = sum(1 << lane for lane in list(_bits(stop.opened))[:crew])
        closed = [queue for queue in stop.queues if not queue.lanes & stop.joinable]
        stranded = sorted(
            chain(stop.aside, *(queue.line for queue in closed)), key=self.place.__getitem__
        )
        for line in (stop.aside, *(queue.line for queue in closed)):
            line.clear()
        for i in stranded:
            self._choose_lane(i, self.timers[i].step, stop, number)


def _bits(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, lowest first."""
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit


def _changes(plan: Plan) -> list[tuple[float, list[_Change]]]:
    """Return all changes of officers and lanes by time; at one time, goings come first."""
    at: dict[float, list[_Change]] = {}
    for officer, record in enumerate(plan.officers):
        bit = 1 << (officer - plan.groups[record.group].officers[0])
        for start, end in record.windows:
            at.setdefault(start, []).append(_Change(False, record.group, bit, True))
            at.setdefault(end, []).append(_Change(False, record.group, bit, False))
    for number, stop in enumerate(plan.stops):
        for k, lane in enumerate(stop.lanes):
            for start, end in plan.lanes[lane].windows:
                at.setdefault(start, []).append(_Change(True, number, 1 << k, True))
                at.setdefault(end, []).append(_Change(True, number, 1 << k, False))
    return [(time, sorted(at[time], key=lambda change: change.comes)) for time in sorted(at)]


def _service_times(plan: Plan, travellers: Travellers) -> list[dict[int, list[float]]]:
    """Return for each step and each group that may serve it the minutes by traveller."""
    times = []
    for step in plan.steps:
        by_paces: dict[tuple[float, ...], list[float]] = {}
        by_group = {}
        for number in step.groups:
            paces = tuple(
                plan.groups[number].paces[plan.activities[activity].skill] or 0.0
                for activity in step.activities
            )
            if paces not in by_paces:
                minutes = np.zeros(len(travellers))
                for activity, pace in zip(step.activities, paces, strict=True):
                    minutes += travellers.durations[activity] * pace
                by_paces[paces] = minutes.tolist()
            by_group[number] = by_paces[paces]
        times.append(by_group)
    return times


def _stops_woken(plan: Plan) -> list[tuple[int, ...]]:
    """Return for each step the stops where its end can let something start."""
    return [
        tuple(
            sorted(
                {step.stop}
                | {other.stop for other in plan.steps if set(other.equipment) & set(step.equipment)}
            )
        )
        for step in plan.steps
    ]


def _admitted(plan: Plan, travellers: Travellers, stop: int) -> tuple[list[int], list[int]]:
    """Return the sets of lanes that travellers may use at a stop, and each one's set."""
    lanes = [plan.lanes[lane].admits for lane in plan.stops[stop].lanes]
    conditions = list(dict.fromkeys(lanes))
    code = np.zeros(len(travellers), dtype=np.int64)
    for k, condition in enumerate(conditions):
        met = holds(condition, travellers.category, travellers.attributes)
        code |= met.astype(np.int64) << k
    codes, index = np.unique(code, return_inverse=True)
    masks = [
        sum(1 << lane for lane, own in enumerate(lanes) if found >> conditions.index(own) & 1)
        for found in codes.tolist()
    ]
    return masks, index.tolist()
