"""What a run keeps track of: officers, equipment, stops with lanes and queues, travellers.

Sets of officers, lanes and stops are bit masks.
"""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from simpy import Event

from bcpsim.engine import columns
from bcpsim.plan.model import (
    ConditionPlan,
    ControlPlan,
    GroupPlan,
    GroupWait,
    HelpPlan,
    LanePlan,
    Plan,
    PoolRule,
    QueueRule,
    StagePlan,
    StopPlan,
)
from bcpsim.sampling import Travellers
from bcpsim.sampling.work import minutes_of, not_before

NAN = float("nan")

FOR_LANE, FOR_OFFICER, FOR_EQUIPMENT = range(3)
"""What a vehicle waits for."""


class Group:
    """Officers of a group: who takes vehicles, who is at work, and where a pool stands."""

    __slots__ = (
        "at",
        "first",
        "hand_over",
        "hands",
        "noted",
        "number",
        "on_duty",
        "place",
        "plan",
        "pool",
        "present",
        "reach",
        "rested",
        "since",
        "walking",
        "working",
    )

    def __init__(self, number: int, plan: GroupPlan) -> None:
        self.number = number
        self.plan = plan
        self.first = plan.officers[0] if plan.officers else 0
        self.present = 0
        self.on_duty = 0
        self.working = 0
        self.hand_over = plan.hand_over
        self.hands: dict[int, Timer | Hold] = {}  # what is in hand, by officer
        # Whether it is noted who is free: for a handover, or to go back to the base.
        self.noted = plan.hand_over or plan.return_after is not None
        self.pool = len(plan.stops) > 1
        self.reach = sum(1 << stop for stop in plan.stops)
        self.at = dict.fromkeys(plan.stops, 0)
        self.walking = 0
        self.place = [plan.stops[0]] * len(plan.officers)
        self.since = [-math.inf] * len(plan.officers)
        self.rested = [-math.inf] * len(plan.officers)  # since when idle, where they go back

    def idle(self, stop: int) -> int:
        """Return the officers who could begin something at a stop."""
        idle = self.present & ~self.working
        return idle & self.at[stop] if self.pool else idle

    def free(self, stop: int) -> int:
        """Return how many officers may begin something at a stop."""
        return min(self.idle(stop).bit_count(), self.on_duty - self.working.bit_count())


def machines(stop: int, plan: StopPlan, tasks: int) -> Group:
    """Return what serves at a stop where no officer is needed: never what is lacking.

    Enough for each lane's tasks, and for a vehicle more, which then waits for a lane alone.
    """
    every = tuple(range(tasks * (len(plan.lanes) + 1)))
    record = GroupPlan(
        plan.name, "", -1, (stop,), (), every, PoolRule.LISTED_ORDER, 0.0, (), False, 0.0, 0.0
    )
    group = Group(-1, record)
    group.present = (1 << len(every)) - 1
    group.on_duty = len(every)
    return group


class Area:
    """A waiting area: how many of its places are taken, and who waits for one."""

    __slots__ = ("line", "places", "stops", "used")

    def __init__(self, places: int) -> None:
        self.places = places
        self.used = 0
        self.line: list[Timer] = []
        self.stops: list[Stop] = []


class Line:
    """Vehicles in order of joining, the lanes that they may use, and what they wait for.

    The time for which the line has waited for each reason runs on; a vehicle's share of it
    is the difference between joining and starting.
    """

    __slots__ = ("clocks", "helped", "lanes", "priority", "reason", "since", "vehicles")

    def __init__(self, lanes: int, priority: int, helped: int = 0) -> None:
        self.lanes = lanes
        self.helped = helped  # lanes that take them too, at times
        self.priority = priority
        self.vehicles: deque[Timer] = deque()
        self.reason = FOR_LANE
        self.since = 0.0
        self.clocks = (0.0, 0.0)  # waited for lanes and for equipment, up to `since`

    def set_reason(self, reason: int, now: float) -> None:
        """Note that from now on the line waits for something else."""
        self.clocks = self.waited(now)
        self.since = now
        self.reason = reason

    def waited(self, now: float) -> tuple[float, float]:
        """Return for how long the line has waited for a lane, and for equipment."""
        if self.reason == FOR_OFFICER:
            return self.clocks
        lane, equipment = self.clocks
        if self.reason == FOR_LANE:
            return lane + (now - self.since), equipment
        return lane, equipment + (now - self.since)


class Helper(NamedTuple):
    """Lanes that are alike in whom they help, and when."""

    lanes: int
    plan: HelpPlan


class Stop:
    """Lanes of a stop, its queues, and who is in a lane without an officer."""

    __slots__ = (
        "active",
        "area",
        "aside",
        "bit",
        "by_lane",
        "choice",
        "control",
        "credit",
        "crew",
        "first",
        "helpers",
        "inner",
        "joinable",
        "lanes",
        "lines",
        "low_share",
        "machines",
        "number",
        "occupied",
        "only",
        "opened",
        "opening",
        "oversees",
        "overtaking",
        "pick",
        "plain",
        "pools",
        "rule",
        "self_service",
        "turn_away",
        "waiting",
        "waking",
    )

    def __init__(
        self,
        number: int,
        plan: StopPlan,
        lanes: Sequence[LanePlan],
        pick: list[float],
        crew: list[Group],
        tasks: int,
    ) -> None:
        self.number = number
        self.bit = 1 << number
        self.helpers = _helpers(lanes)
        self.first = plan.lanes[0]
        self.lanes = len(plan.lanes)
        self.rule = plan.queue
        self.choice = plan.choice
        self.overtaking = plan.overtaking
        self.low_share = plan.low_priority_share
        self.credit = 0.0
        self.turn_away = plan.turn_away
        self.pick = pick  # uniform numbers for a choice at random, by traveller
        self.crew = crew
        self.machines = machines(number, plan, tasks)
        self.oversees = plan.lanes_per_officer
        self.pools = [group for group in crew if group.pool]
        self.control: ControlPlan | None = plan.control
        self.self_service = False  # whether anything is done here without an officer
        self.opening = False  # whether a lane is about to open
        self.waking = NAN  # when lanes are looked at next
        always = self.lanes if plan.control is None else min(plan.control.always, self.lanes)
        self.active = (1 << always) - 1  # by need
        self.opened = 0  # by opening hours
        self.joinable = 0  # opened, active and, where each lane has its own queue, with a crew
        self.occupied = 0
        self.waiting = 0
        self.area: Area | None = None
        self.lines: list[Line] = []
        self.by_lane: list[list[Line]] = []
        if plan.queue is QueueRule.PER_LANE:
            priorities = range(len(plan.priority) + 1)
            self.by_lane = [[Line(1 << k, p) for p in priorities] for k in range(self.lanes)]
            self.lines = [line for lines in self.by_lane for line in lines]
        self.only: Line | None = None  # the line of a single queue where all are alike
        self.aside = Line(0, 0)  # waiting for any lane to open
        self.inner: list[Timer] = []  # in a lane, waiting for the next officer
        # Whether vehicles can be taken on by the short way: no rule needs a second look.
        self.plain = (
            plan.overtaking and plan.control is None and not self.pools and not self.helpers
        )

    def staffed(self) -> bool:
        """Return whether any officer may begin something, wherever a pool stands."""
        for group in self.crew:
            working = group.working
            if group.present & ~working and working.bit_count() < group.on_duty:
                return True
        return self.self_service


class Task:
    """A task: who may do it, with what, and its columns of the log, by traveller."""

    __slots__ = (
        "earliest",
        "ended",
        "equipment",
        "groups",
        "number",
        "officer",
        "self_service",
        "started",
    )

    def __init__(
        self,
        number: int,
        plan: Plan,
        travellers: Travellers,
        groups: list[Group],
        stops: list[Stop],
    ) -> None:
        record = plan.tasks[number]
        self.number = number
        self.equipment = record.equipment
        by_paces: dict[tuple[float | None, ...], list[float]] = {}
        self.groups: list[Able] = []
        self.self_service = not record.groups
        stop = stops[plan.steps[record.step].stop]
        stop.self_service |= self.self_service
        earliest = not_before(plan, travellers, record) if self.self_service else None
        self.earliest = None if earliest is None else earliest.tolist()
        who = [(groups[k], plan.groups[k].paces) for k in record.groups]
        for group, paces in who or [(stop.machines, ())]:
            if paces not in by_paces:
                total = np.zeros(len(travellers))
                for work in record.work:
                    total += minutes_of(plan, travellers, work, paces)
                by_paces[paces] = total.tolist()
            self.groups.append(Able(group, by_paces[paces]))
        n = len(travellers)
        self.started = array("d", [NAN]) * n
        self.ended = array("d", [NAN]) * n
        self.officer = array("q", [-1]) * n


class Able(NamedTuple):
    """A group that may do a task, and the minutes that it takes by traveller."""

    group: Group
    minutes: list[float]


class Stage:
    """Tasks whose officers and equipment are taken together."""

    __slots__ = ("equipment", "fixed", "in_sequence", "officers", "single", "stay", "tasks")

    def __init__(self, plan: StagePlan, tasks: list[Task]) -> None:
        self.tasks = tasks
        self.in_sequence = plan.in_sequence
        self.stay = plan.stay
        self.single = tasks[0] if len(tasks) == 1 else None
        kinds = [kind for task in tasks for kind in task.equipment]
        self.equipment = tuple((kind, kinds.count(kind)) for kind in dict.fromkeys(kinds))
        # Where each task has one group only, there is no choice of a crew.
        choice = any(len(task.groups) > 1 for task in tasks)
        self.fixed = None if choice else [able for task in tasks for able in task.groups]
        groups = [able.group for able in self.fixed or ()]
        self.officers = tuple((group, groups.count(group)) for group in dict.fromkeys(groups))


class Step:
    """A step: where it is made, what is done, and its columns of the log, by traveller."""

    __slots__ = (
        "admitted",
        "asking",
        "following",
        "for_equipment",
        "for_group",
        "for_lane",
        "lane",
        "leads_back",
        "left",
        "line",
        "members",
        "move",
        "number",
        "plain",
        "priority",
        "queued",
        "staged",
        "stages",
        "stop",
        "waits_after",
        "waits_before",
        "watched",
        "woken",
    )

    def __init__(
        self, number: int, plan: Plan, travellers: Travellers, stops: list[Stop], tasks: list[Task]
    ) -> None:
        record = plan.steps[number]
        n = len(travellers)
        self.number = number
        self.stop = stops[record.stop]
        self.following: list[int] = travellers.following[number].tolist()
        self.move: list[float] = travellers.move_after[number].tolist()
        woken = columns.woken(plan, number)
        self.woken = sum(stops[k].bit for k in woken)
        self.watched = self.woken  # with where officers of pools there could go
        for group in (group for k in woken for group in stops[k].pools):
            self.watched |= group.reach

        need, codes = columns.needs(plan, travellers, number)
        stages = [_stages(plan, number, code, tasks) for code in codes]
        self.stages = columns.each(stages, need)
        self.staged = any(len(one) > 1 for one in stages)
        masks, mask = columns.admitted(plan, travellers, record.stop)
        self.admitted = columns.each([own for own, _ in masks], mask)
        priority = columns.priorities(plan, travellers, record.stop)
        self.priority: list[int] = priority.tolist()
        self.line: list[Line] = []
        if self.stop.rule is QueueRule.SINGLE:
            places = len(plan.stops[record.stop].priority) + 1
            kind = (mask * places + priority) * len(codes) + need
            found = np.flatnonzero(np.bincount(kind, minlength=1))
            lines = []
            for k in (found // len(codes)).tolist():
                own, helped = masks[k // places]
                lines.append(Line(own, k % places, helped))
            self.line = columns.each(lines, np.searchsorted(found, kind))
            self.stop.lines.extend(lines)
        self.asking = columns.asking(plan, travellers, number)
        self.waits_before = record.wait is GroupWait.BEFORE
        self.waits_after = record.wait is GroupWait.AFTER
        self.plain = (
            self.stop.overtaking
            and self.stop.control is None
            and self.stop.rule is QueueRule.SINGLE
            and self.asking is None
            and not self.waits_before
        )
        self.leads_back = record.leads_back
        self.members = {} if record.split is None else columns.members(travellers, number)
        self.queued = array("d", [NAN]) * n
        self.left = array("d", [NAN]) * n
        self.lane = array("q", [-1]) * n
        self.for_lane: dict[int, float] = {}
        self.for_equipment: dict[int, float] = {}
        self.for_group: dict[int, float] = {}


class Party:
    """Who got out of a vehicle and may still come back, and the vehicle if it waits for them."""

    __slots__ = ("out", "since", "step", "timer")

    def __init__(self) -> None:
        self.out: set[int] = set()
        self.timer: Timer | None = None
        self.since = 0.0
        self.step: Step  # the last visit of the vehicle that ended


class Timer(Event):
    """A traveller's SimPy event, scheduled again for each thing that happens."""

    __slots__ = (
        "asked",
        "callbacks",  # in a slot like the rest, so that no event needs a dictionary
        "came_from",
        "group",
        "has_place",
        "holds",
        "in_hand",
        "lane",
        "line",
        "marks",
        "move",
        "number",
        "officer",
        "place",
        "stage",
        "target",
        "when",
    )

    _ok = True  # what `Event` sets when it is triggered
    _value = None

    group: Group
    holds: list[Hold]  # what the officers of a crew at work do
    lane: int
    officer: int
    place: int  # order of joining a queue
    in_hand: Task | None  # the task of the one officer at work, None for a crew
    marks: tuple[float, float]  # how long the line had waited for lane and equipment
    move: float  # minutes of the move that waits for a place at its end

    def __init__(
        self, number: int, target: int, when: float, callbacks: Sequence[Callback]
    ) -> None:
        self.number = number
        self.target = target  # the step under way or ahead, or -1 - outcome
        self.when = when
        self.callbacks = callbacks  # type: ignore[assignment]
        self.stage = 0
        self.asked = False
        self.line: Line | None = None
        self.has_place = False  # in a waiting area with a number of places
        self.came_from: Step | None = None  # step whose lane is still occupied


class Hold(Event):
    """An officer of a crew at work, and the event of the task's end."""

    __slots__ = ("begun", "callbacks", "group", "officer", "task", "timer", "when")

    _ok = True
    _value = None

    def __init__(
        self, timer: Timer, task: Task, group: Group, officer: int, begun: float, when: float
    ) -> None:
        self.timer = timer
        self.task = task
        self.group = group
        self.officer = officer
        self.begun = begun
        self.when = when


Callback = Callable[[Timer], None]


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, lowest first."""
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit


def _stages(plan: Plan, number: int, code: int, tasks: list[Task]) -> tuple[Stage, ...]:
    """Return the stages of a visit that includes the tasks of a bit mask."""
    own = plan.steps[number].tasks
    made = []
    for stage in plan.steps[number].stages:
        included = [tasks[task] for task in stage.tasks if code >> own.index(task) & 1]
        if included:
            made.append(Stage(stage, included))
    return tuple(made)


def _helpers(lanes: Sequence[LanePlan]) -> list[Helper]:
    """Return the lanes that help others, those together that do so alike."""
    alike: dict[tuple[ConditionPlan | None, HelpPlan], int] = {}
    for k, lane in enumerate(lanes):
        if lane.helps is not None:
            key = (lane.admits, lane.helps)
            alike[key] = alike.get(key, 0) | 1 << k
    return [Helper(mask, helps) for (_, helps), mask in alike.items()]
