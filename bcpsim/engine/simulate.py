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

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple, Protocol, cast

import numpy as np
from simpy import Environment, Event

from bcpsim.engine.log import EventLog
from bcpsim.plan.model import LaneChoice, Outcome, Plan, QueueRule, StepPlan, StopPlan
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


class _Group:
    """Officers of a group, as bit masks: those on duty and those at work."""

    __slots__ = ("first", "on_duty", "present", "working")

    def __init__(self, first: int) -> None:
        self.first = first
        self.present = 0
        self.on_duty = 0
        self.working = 0


class _Queue:
    """Vehicles in order of joining, and the lanes that they may use."""

    __slots__ = ("lanes", "line")

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.line: deque[_Timer] = deque()


class _Stop:
    """Lanes of a stop, as bit masks, and its queues."""

    __slots__ = (
        "aside",
        "choice",
        "crew",
        "first",
        "joinable",
        "number",
        "occupied",
        "opened",
        "pick",
        "queues",
        "rule",
        "waiting",
    )

    def __init__(self, number: int, plan: StopPlan, pick: list[float], crew: list[_Group]) -> None:
        self.number = number
        self.first = plan.lanes[0]
        self.rule = plan.queue
        self.choice = plan.choice
        self.pick = pick  # uniform numbers for a choice at random, by traveller
        self.crew = crew
        self.opened = 0  # by opening hours
        self.joinable = 0  # opened and, where each lane has its own queue, with a crew
        self.occupied = 0
        self.waiting = 0
        self.queues: list[_Queue] = []
        if plan.queue is QueueRule.PER_LANE:
            self.queues = [_Queue(1 << k) for k in range(len(plan.lanes))]
        self.aside: deque[_Timer] = deque()  # waiting for any lane to open


class _Step:
    """A step: where it is made, by whom, and its columns of the log, by traveller."""

    __slots__ = (
        "admitted",
        "ended",
        "equipment",
        "following",
        "groups",
        "lane",
        "move",
        "number",
        "officer",
        "queue",
        "queued",
        "started",
        "stop",
        "woken",
        "woken_with",
    )

    def __init__(
        self,
        number: int,
        plan: Plan,
        travellers: Travellers,
        stops: list[_Stop],
        groups: list[_Group],
    ) -> None:
        record = plan.steps[number]
        n = len(travellers)
        self.number = number
        self.stop = stops[record.stop]
        self.groups = [(groups[k], times) for k, times in _service_times(plan, travellers, record)]
        self.equipment = record.equipment
        self.following: list[int] = travellers.following[number].tolist()
        self.move: list[float] = travellers.move_after[number].tolist()
        shared = {
            other.stop for other in plan.steps if set(other.equipment) & set(record.equipment)
        }
        woken = {record.stop} | shared
        self.woken = tuple(stops[k] for k in sorted(woken))
        self.woken_with = [tuple(stops[k] for k in sorted(woken | {stop.number})) for stop in stops]
        masks, index = _admitted(plan, travellers, record.stop)
        self.admitted = [masks[k] for k in index]
        self.queue: list[_Queue] = []
        if self.stop.rule is QueueRule.SINGLE:
            queues = [_Queue(mask) for mask in masks]
            self.stop.queues.extend(queues)
            self.queue = [queues[k] for k in index]
        self.queued = [_NAN] * n
        self.started = [_NAN] * n
        self.ended = [_NAN] * n
        self.lane = [-1] * n
        self.officer = [-1] * n


class _Timer(Event):
    """A traveller's SimPy event, scheduled again for each thing that happens."""

    __slots__ = ("group", "lane", "number", "officer", "place", "target", "when")

    _ok = True  # what `Event` sets when it is triggered
    _value = None

    group: _Group
    lane: int
    officer: int
    place: int  # order of joining a queue

    def __init__(
        self, number: int, target: int, when: float, callbacks: Sequence[_Callback]
    ) -> None:
        self.number = number
        self.target = target  # the step under way or ahead, or -1 - outcome
        self.when = when
        self.callbacks = callbacks  # type: ignore[assignment]


_Callback = Callable[[_Timer], None]


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
    collecting = gc.isenabled()
    gc.disable()  # it finds nothing here and would cost 5 % of the run
    try:
        border = _Border(plan, travellers)
        log = border.run()
        vars(border).clear()  # breaks the circles, so that the memory is free at once
    finally:
        if collecting:
            gc.enable()
    return log


class _Border:
    """The state of one run."""

    def __init__(self, plan: Plan, travellers: Travellers) -> None:
        self.end = plan.end
        self.env = Environment()
        self.schedule = cast(_Schedule, self.env.schedule)
        self.next_time = self.env.peek
        self.groups = [_Group(group.officers[0] if group.officers else 0) for group in plan.groups]
        self.stops = [
            _Stop(k, stop, travellers.lane_pick[k].tolist(), [self.groups[g] for g in stop.groups])
            for k, stop in enumerate(plan.stops)
        ]
        self.steps = [
            _Step(k, plan, travellers, self.stops, self.groups) for k in range(len(plan.steps))
        ]
        self.equipment = [equipment.count for equipment in plan.equipment]
        self.joined = 0
        self.dirty = 0  # stops that await a dispatch at this very time, as a bit mask
        self.departure = [_NAN] * len(travellers)
        self.outcome = [int(Outcome.INSIDE)] * len(travellers)

        # SimPy takes the list of callbacks off an event when it happens; these lists are
        # put back on when the event is scheduled again.
        self.on_arrival = [self._arrive]
        self.on_end = [self._end]
        self.on_change = [self._change]
        self.on_dispatch = [self._dispatch_dirty]
        self.dispatcher = _Timer(0, 0, 0.0, self.on_dispatch)
        self.changes = _changes(plan)
        self._schedule_changes()
        minutes = (travellers.arrival + travellers.move_in).tolist()
        for i, (target, minute) in enumerate(zip(travellers.entry.tolist(), minutes, strict=True)):
            timer = _Timer(i, target, minute, self.on_arrival)
            self.schedule(timer, _ARRIVAL + i, minute)

    def run(self) -> EventLog:
        """Run to the plan's end and return the log."""
        self.env.run(until=self.end)
        steps = self.steps
        return EventLog(
            queued=np.array([step.queued for step in steps], dtype=np.float64),
            started=np.array([step.started for step in steps], dtype=np.float64),
            ended=np.array([step.ended for step in steps], dtype=np.float64),
            lane=np.array([step.lane for step in steps], dtype=np.int64),
            officer=np.array([step.officer for step in steps], dtype=np.int64),
            departure=np.array(self.departure, dtype=np.float64),
            outcome=np.array(self.outcome, dtype=np.int64),
        )

    # --- Events --------------------------------------------------------------------

    def _arrive(self, timer: _Timer) -> None:
        """Join the queue of the step ahead, or leave."""
        now = timer.when
        if timer.target < 0:
            self._leave(timer, now)
            return
        alone = self.next_time() > now
        stop = self._join(timer, now, alone)
        if stop.waiting:
            if alone:
                self._dispatch(stop, now)
            else:
                self._put_off((stop,))

    def _end(self, timer: _Timer) -> None:
        """End a service: give back lane, officer and equipment, and go on."""
        now = timer.when
        i = timer.number
        step = self.steps[timer.target]
        step.ended[i] = now
        step.stop.occupied ^= timer.lane
        timer.group.working ^= timer.officer
        for kind in step.equipment:
            self.equipment[kind] += 1
        timer.target = target = step.following[i]
        move = step.move[i]
        woken = step.woken
        alone = self.next_time() > now
        if move > 0:
            timer.when = now + move
            timer.callbacks = self.on_arrival  # type: ignore[assignment]
            self.schedule(timer, _ARRIVAL + i, move)
        elif target < 0:
            self._leave(timer, now)
        else:
            joined = self._join(timer, now, alone)
            if joined.waiting and joined not in woken:
                woken = step.woken_with[joined.number]
        if alone:
            for stop in woken:
                if stop.waiting:
                    self._dispatch(stop, now)
        else:
            self._put_off(woken)

    def _change(self, timer: _Timer) -> None:
        """Change who is on duty and which lanes are open."""
        self._apply(self.changes[timer.number][1])
        self._put_off(self.stops)

    def _dispatch_dirty(self, _: _Timer) -> None:
        """Dispatch the stops that were put off until all else of this time was done."""
        dirty, self.dirty = self.dirty, 0
        for number in _bits(dirty):
            self._dispatch(self.stops[number], self.env.now)

    def _leave(self, timer: _Timer, now: float) -> None:
        """Leave the border crossing point."""
        self.departure[timer.number] = now
        self.outcome[timer.number] = -1 - timer.target

    # --- Queues --------------------------------------------------------------------

    def _join(self, timer: _Timer, now: float, alone: bool) -> _Stop:
        """Start the step ahead at once where that is sure to be right, or join a queue.

        It is right if nothing else happens at this very time, nobody waits at the stop,
        and no equipment is needed for which another stop may have to be asked first.
        """
        i = timer.number
        step = self.steps[timer.target]
        stop = step.stop
        step.queued[i] = now
        if stop.rule is QueueRule.SINGLE:
            queue = step.queue[i]
            if alone and not stop.waiting and not step.equipment:
                lanes = queue.lanes & stop.joinable & ~stop.occupied
                crew = self._ready(step) if lanes else None
                if crew is not None:
                    self._start(timer, step, lanes, crew, now)
                    return stop
            queue.line.append(timer)
        else:
            self._choose_lane(timer, stop)
        timer.place = self.joined
        self.joined += 1
        stop.waiting += 1
        return stop

    def _choose_lane(self, timer: _Timer, stop: _Stop) -> None:
        """Put a traveller into the queue of a lane, or aside while none is open."""
        admitted = self.steps[timer.target].admitted[timer.number]
        lanes = list(_bits(admitted & stop.joinable))
        if not lanes:
            stop.aside.append(timer)
            return
        if stop.choice is LaneChoice.RANDOM:
            chosen = lanes[int(stop.pick[timer.number] * len(lanes))]
        elif stop.choice is LaneChoice.SHORTEST_QUEUE:
            chosen = min(lanes, key=lambda lane: len(stop.queues[lane].line))
        else:
            chosen = min(
                lanes, key=lambda lane: len(stop.queues[lane].line) + (stop.occupied >> lane & 1)
            )
        stop.queues[chosen].line.append(timer)

    # --- Dispatch ------------------------------------------------------------------

    def _put_off(self, stops: Iterable[_Stop]) -> None:
        """Dispatch after all else that happens at this very time."""
        if not self.dirty:
            self.dispatcher.callbacks = self.on_dispatch  # type: ignore[assignment]
            self.schedule(self.dispatcher, _DISPATCH)
        for stop in stops:
            self.dirty |= 1 << stop.number

    def _dispatch(self, stop: _Stop, now: float) -> None:
        """Start waiting vehicles at a stop, in order of joining, until none can start."""
        while stop.waiting:
            free = stop.joinable & ~stop.occupied
            if not free:
                return
            first = None
            for queue in stop.queues:
                line = queue.line
                if not line or not queue.lanes & free:
                    continue
                timer = line[0]
                if first is None or timer.place < first.place:
                    step = self.steps[timer.target]
                    ready = self._ready(step)
                    if ready is not None:
                        first, chosen, its_step, crew = timer, queue, step, ready
            if first is None:
                return
            chosen.line.popleft()
            stop.waiting -= 1
            self._start(first, its_step, chosen.lanes & free, crew, now)

    def _start(
        self, timer: _Timer, step: _Step, lanes: int, crew: tuple[_Group, list[float]], now: float
    ) -> None:
        """Start a service: take the first lane, an officer and the equipment together."""
        i = timer.number
        stop = step.stop
        group, minutes = crew
        lane = lanes & -lanes
        idle = group.present & ~group.working
        officer = idle & -idle
        group.working |= officer
        stop.occupied |= lane
        for kind in step.equipment:
            self.equipment[kind] -= 1
        timer.group = group
        timer.officer = officer
        timer.lane = lane
        step.started[i] = now
        step.officer[i] = group.first + officer.bit_length() - 1
        step.lane[i] = stop.first + lane.bit_length() - 1
        service = minutes[i]
        timer.when = now + service
        timer.callbacks = self.on_end  # type: ignore[assignment]
        self.schedule(timer, _END + i, service)

    def _ready(self, step: _Step) -> tuple[_Group, list[float]] | None:
        """Return the first group with an officer for a step, if the equipment is free too."""
        for kind in step.equipment:
            if not self.equipment[kind]:
                return None
        for crew in step.groups:
            group = crew[0]
            working = group.working
            if group.present & ~working and working.bit_count() < group.on_duty:
                return crew
        return None

    # --- Changes -------------------------------------------------------------------

    def _schedule_changes(self) -> None:
        """Apply what holds at the start, and schedule all later changes."""
        for k, (minute, change) in enumerate(self.changes):
            if minute <= 0:
                self._apply(change)
            else:
                self.schedule(_Timer(k, 0, minute, self.on_change), _CHANGE, minute)

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
        for stop in self.stops:
            self._staff_lanes(stop)

    def _staff_lanes(self, stop: _Stop) -> None:
        """Set the lanes that take vehicles, and let the queues of closed lanes choose anew."""
        if stop.rule is QueueRule.SINGLE:
            stop.joinable = stop.opened
            return
        crew = sum(group.on_duty for group in stop.crew)
        stop.joinable = sum(1 << lane for lane in list(_bits(stop.opened))[:crew])
        closed = [queue.line for queue in stop.queues if not queue.lanes & stop.joinable]
        stranded = sorted(chain(stop.aside, *closed), key=_place)
        for line in (stop.aside, *closed):
            line.clear()
        for timer in stranded:
            self._choose_lane(timer, stop)


_place = attrgetter("place")


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


def _service_times(
    plan: Plan, travellers: Travellers, step: StepPlan
) -> list[tuple[int, list[float]]]:
    """Return the groups that may serve a step, each with the minutes by traveller."""
    by_paces: dict[tuple[float, ...], list[float]] = {}
    times = []
    for number in step.groups:
        record = plan.groups[number]
        paces = tuple(record.paces[plan.activities[k].skill] or 0.0 for k in step.activities)
        if paces not in by_paces:
            minutes = np.zeros(len(travellers))
            for activity, pace in zip(step.activities, paces, strict=True):
                minutes += travellers.durations[activity] * pace
            by_paces[paces] = minutes.tolist()
        times.append((number, by_paces[paces]))
    return times


def _admitted(plan: Plan, travellers: Travellers, stop: int) -> tuple[list[int], list[int]]:
    """Return the sets of lanes that travellers may use at a stop, and each one's set."""
    lanes = [plan.lanes[lane].admits for lane in plan.stops[stop].lanes]
    conditions = list(dict.fromkeys(lanes))
    if conditions == [None]:
        return [(1 << len(lanes)) - 1], [0] * len(travellers)
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
