"""What a run leaves: when each traveller queued, was checked and left, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.kernels import kernel
from bcpsim.plan.model import Plan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.workflow import GroupWait, StagePlan, StepPlan
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import FAR, NEVER, Timed, microseconds
from bcpsim.sampling.travellers import numbered_among
from bcpsim.sampling.work import needed

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EventLog(Timed):
    """The events of one replication.

    A traveller makes each step at most once, so that a step and a traveller name a
    visit, and a task and a traveller what one officer did in it. Times are whole
    microseconds since the start; `NEVER`: it didn't happen before the run ended. `log.minutes`
    has them in minutes.

    Attributes
    ----------
    arrival
        When the traveller came; of a member of a group, when it got out of the vehicle,
        `NEVER`: not at all; shape (n,).
    queued, left
        When the traveller joined the queue, and left the lane; shape (steps, n).
    entered
        When the traveller took a place in the stop's waiting area, at the earliest as it left the
        stop before; shape (steps, n), or (0, n) where no area has a number of places.
    lane
        Lane of the visit, -1 where it didn't begin; (steps, n).
    for_lane, for_equipment
        Time of the wait in the queue while no lane was free, and while equipment was
        lacking; the rest is waiting for officers; (steps, n).
    for_group
        Time for which a vehicle waited for those who got out: in front of the stop or in
        the lane, as the step says; or, with the last step, as it left the border; (steps, n).
    started, ended
        When the officer of a task began and ended it; (tasks, n).
    officer
        Officer of the task, -1 where it didn't begin; (tasks, n).
    altered
        1 where an activity was otherwise as its task began, since a disturbance changed it, else
        0; a row for each of the plan's `alterations` (`bcpsim.sampling.work`); shape (them, n).
    departure
        When the traveller left the border crossing point; of a member of a group, when it was
        back in the vehicle, or the vehicle left from which it never got out; shape (n,).
    outcome
        How the traveller ended, an `Outcome`: who sits in a vehicle, as it did; shape (n,).
    handovers
        Tasks that changed hands: task, traveller, the officer before; shape (h, 3).
    handed_over
        When; shape (h,).
    sent
        Where the traveller went after each step, and on arrival: a step, or -1 - outcome; shape
        (steps + 1, n), or (0, n) where that is known beforehand.
    moved
        Time of the move after each step; shape (steps, n), or (0, n).
    crossing
        In a region, the crossing that the traveller chose, or was diverted to last; -1: none
        yet, or a member of a group; shape (1, n), or (0, n) where there is one crossing only.
    driven, shown
        Time of all ways from outside to the first stop, and the wait that signs showed of where
        the traveller then went; likewise.
    spells
        Disturbances that a trigger set off: the place of the replication among those of the log,
        which, from when to when; shape (d, 4).
    """

    TIMES: ClassVar[frozenset[str]] = frozenset(
        (
            "arrival",
            "queued",
            "entered",
            "left",
            "for_lane",
            "for_equipment",
            "for_group",
            "started",
            "ended",
            "departure",
            "moved",
            "driven",
            "shown",
            "handed_over",
        )
    )

    arrival: Ints
    queued: Ints
    entered: Ints
    left: Ints
    lane: Ints
    for_lane: Ints
    for_equipment: Ints
    for_group: Ints
    started: Ints
    ended: Ints
    officer: Ints
    altered: Ints
    departure: Ints
    outcome: Ints
    sent: Ints
    moved: Ints
    crossing: Ints
    driven: Ints
    shown: Ints
    handovers: Ints
    handed_over: Ints
    spells: Ints

    def part(self, own: slice, place: int = 0) -> EventLog:
        """Return the log of a replication: its travellers follow one another, at a place."""
        columns = {name: getattr(self, name)[..., own].copy() for name in self.__slots__[:-3]}
        rows = (self.handovers[:, 1] >= own.start) & (self.handovers[:, 1] < own.stop)
        return EventLog(
            **columns,
            handovers=self.handovers[rows] - np.array([0, own.start, 0]),
            handed_over=self.handed_over[rows],
            spells=self.spells[self.spells[:, 0] == place] * np.array([0, 1, 1, 1]),
        )

    def only(self, rows: Ints) -> EventLog:
        """Return the log of some of the travellers, who alone were served."""
        columns = {name: getattr(self, name)[..., rows] for name in self.__slots__[:-3]}
        handovers = self.handovers.copy()
        handovers[:, 1] = numbered_among(rows, len(self.arrival))[handovers[:, 1]]
        return replace(self, **columns, handovers=handovers)

    def ended_as(self, *outcomes: Outcome) -> Mask:
        """Return who ended in one of some ways, shape (n,)."""
        # Of what is no plain number numpy asks whether it is an array. Enumerations answer
        # in Python before 3.12, and a Ctrl-C that falls into the answer would be lost.
        first, *others = map(int, outcomes)
        found: Mask = self.outcome == first
        for other in others:
            found |= self.outcome == other
        return found


@dataclass(frozen=True, slots=True)
class Visits(Timed):
    """The visits of a log as wholes; shape (steps, n), `NEVER` where they didn't happen.

    Attributes
    ----------
    started, ended
        When the first task of the visit began, and the last ended; who gives up in between
        doesn't end it.
    waited_until
        When the wait in the queue ended: as the visit started, or without.
    between
        Time in the lane between two officers, or until giving up there.
    """

    TIMES: ClassVar[frozenset[str]] = frozenset(("started", "ended", "waited_until", "between"))

    started: Ints
    ended: Ints
    waited_until: Ints
    between: Ints


@dataclass(frozen=True, slots=True)
class Holdings(Timed):
    """Who held an officer and when, one entry for each officer and stretch of time.

    Attributes
    ----------
    task, traveller, officer
        What was done for whom by whom.
    start, end
        When the officer was taken and freed, at the latest the end of the run.
    task_begins
        Whether the entry is the first of its task, and not one after a handover.
    """

    TIMES: ClassVar[frozenset[str]] = frozenset(("start", "end"))

    task: Ints
    traveller: Ints
    officer: Ints
    start: Ints
    end: Ints
    task_begins: Mask

    def uses(self, plan: Plan, kind: int) -> Mask:
        """Return for each entry whether its task uses a kind of equipment."""
        tasks = [k for k, task in enumerate(plan.tasks) if kind in task.equipment]
        return np.isin(self.task, tasks)


def visits_of(plan: Plan, travellers: Travellers, log: EventLog) -> Visits:
    """Return when visits began and ended, and the waits in between."""
    size = log.queued.shape
    started, ended = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    between = np.zeros(size, dtype=np.int64)
    for number, step in enumerate(plan.steps):
        tasks = list(step.tasks)
        if len(tasks) == 1:
            started[number], ended[number] = log.started[tasks[0]], log.ended[tasks[0]]
            continue
        started[number] = _first(log.started[tasks])
        # A vehicle that waits for its next officer, or gave up then, hasn't ended its visit.
        made = _all_made(plan, travellers, log, number)
        ended[number] = np.where(made, log.ended[tasks].max(axis=0), NEVER)
        for over, begun in _between(plan, log, number, made):
            between[number] += _gap(over, begun)
    waited_until = np.where(started == NEVER, log.left, started)
    return Visits(started, ended, waited_until, between)


def _between(plan: Plan, log: EventLog, number: int, made: Mask) -> Iterator[tuple[Ints, Ints]]:
    """Yield the waits between two officers of one visit: who, from when, until when.

    The last is the wait of those who give up; who still waits when the run ends has its start.
    """
    stages = plan.steps[number].stages
    if len(stages) == 1 and not stages[0].apart:
        return
    over = np.full(len(made), NEVER)
    busy = np.zeros(len(made), dtype=bool)
    for started, ended in _turns(stages, log):
        begun = _first(started)
        yield np.where(begun <= over, NEVER, over), begun
        over = np.maximum(over, ended.max(axis=0))
        busy |= ((started != NEVER) & (ended == NEVER)).any(axis=0)
    yield np.where(made | busy, NEVER, over), log.left[number]


def _turns(stages: Sequence[StagePlan], log: EventLog) -> Iterator[tuple[Ints, Ints]]:
    """Yield when the tasks of a visit started and ended, in the order in which they started.

    Tasks that start together are yielded together.
    """
    for stage in stages:
        tasks = list(stage.tasks)
        started, ended = log.started[tasks], log.ended[tasks]
        if not stage.apart:
            yield started, ended
            continue
        order = np.argsort(started, axis=0, kind="stable")
        for turn in order[:, None]:
            yield np.take_along_axis(started, turn, 0), np.take_along_axis(ended, turn, 0)


def waits_in_lanes(
    plan: Plan, travellers: Travellers, log: EventLog, visits: Visits
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return who waits in a lane: step, traveller, from when and until when, at the latest the end.

    Between two officers, or checked, since the next waiting area is full; waits for a group aren't
    among them.
    """
    at_last = microseconds(plan.end)
    found: list[tuple[Ints, Ints, Ints, Ints]] = []

    def add(number: int, start: Ints, end: Ints) -> None:
        rows = np.flatnonzero(start != NEVER)
        until = np.where(end[rows] == NEVER, at_last, end[rows])
        found.append((np.full(len(rows), number), rows, start[rows], until))

    for number, step in enumerate(plan.steps):
        for over, begun in _between(plan, log, number, _all_made(plan, travellers, log, number)):
            add(number, over, begun)
        waits_for_group = step.wait is GroupWait.AFTER
        ended, left = visits.ended[number], log.left[number]
        if waits_for_group:  # who is still there may wait for others
            ended = np.where(
                (ended == NEVER) | (left == NEVER), NEVER, ended + log.for_group[number]
            )
        add(number, ended, left)
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))  # type: ignore[return-value]


def _first(times: Ints) -> Ints:
    """Return the first of the times that there are in each column."""
    first = np.where(times == NEVER, FAR, times).min(axis=0)
    return np.where(first == FAR, NEVER, first)


def _gap(start: Ints, end: Ints) -> Ints:
    """Return the time between two, 0 where there is one at most."""
    return np.where((start == NEVER) | (end == NEVER), 0, end - start)


def _all_made(plan: Plan, travellers: Travellers, log: EventLog, step: int) -> Mask:
    """Return for each traveller whether all tasks at a step have ended."""
    made = np.ones(log.queued.shape[1], dtype=bool)
    for task in plan.steps[step].tasks:
        made &= (log.ended[task] != NEVER) | ~needed(plan, travellers, plan.tasks[task])
    return made


def _held_loop(officer: Ints, started: Ints, ended: Ints, at_last: int) -> Ints:
    count = 0
    for t in range(officer.shape[0]):
        for i in range(officer.shape[1]):
            count += officer[t, i] >= 0
    found = np.empty((5, count), dtype=np.int64)
    k = 0
    for t in range(officer.shape[0]):
        for i in range(officer.shape[1]):
            if officer[t, i] >= 0:
                over = ended[t, i]
                found[0, k], found[1, k], found[2, k] = t, i, officer[t, i]
                found[3, k] = started[t, i]
                found[4, k] = at_last if over < 0 else over
                k += 1
    return found


@kernel("i8[:, ::1](i8[:, :], i8[:, :], i8[:, :], i8)", _held_loop)
def _held(officer: Ints, started: Ints, ended: Ints, at_last: int) -> Ints:
    """Return all tasks that began: task, traveller, officer, start and end; shape (5, n)."""
    task, traveller = np.nonzero(officer >= 0)
    over = ended[task, traveller]
    over = np.where(over < 0, at_last, over)
    return np.stack([task, traveller, officer[task, traveller], started[task, traveller], over])


def holdings(plan: Plan, travellers: Travellers, log: EventLog) -> Holdings:
    """Return which officer was held when.

    Through the stage where the crew stays; until the next begins where it takes over.
    """
    task, traveller, officer, start, end = _held(
        log.officer, log.started, log.ended, microseconds(plan.end)
    )
    for step in plan.steps:
        for stage in step.stages:
            if stage.stay and len(stage.tasks) > 1:
                tasks = list(stage.tasks)
                began = _first(log.started[tasks])
                lasts = (log.started[tasks] != NEVER) & (log.ended[tasks] == NEVER)
                over = log.ended[tasks].max(axis=0)
                over[lasts.any(axis=0)] = microseconds(plan.end)
                rows = np.isin(task, tasks)
                start[rows] = began[traveller[rows]]
                end[rows] = over[traveller[rows]]
        if any(stage.hands_over for stage in step.stages):
            for before, relieved in _relieved(plan, travellers, log, step):
                rows = task == before
                end[rows] = np.maximum(end[rows], relieved[traveller[rows]])
    first = np.ones(len(task), dtype=bool)
    if len(log.handovers):
        task, traveller, officer, start, end, first = _split(
            log, task, traveller, officer, start, end
        )
    return Holdings(task, traveller, officer, start, end, first)


def _relieved(
    plan: Plan, travellers: Travellers, log: EventLog, step: StepPlan
) -> Iterator[tuple[int, Ints]]:
    """Yield the tasks of a visit after which officers stay, with when others took over from each.

    `NEVER` where nobody is waited for; of who gave up meanwhile, when that was; of who still waits,
    the end of the run. See `bcpsim.engine.rules.relief`.
    """
    group_of = np.array([*(officer.group for officer in plan.officers), -1], dtype=np.int64)
    for place, number in enumerate(step.tasks[:-1]):
        group, ended = group_of[log.officer[number]], log.ended[number]
        stays = (group >= 0) & (ended != NEVER) & (ended <= travellers.deadline)
        relieved = np.full(len(stays), NEVER)
        for later in step.tasks[place + 1 :]:
            following = plan.tasks[later]
            comes = stays & needed(plan, travellers, following)
            stays &= ~comes
            if not following.groups or set(following.equipment) & set(plan.tasks[number].equipment):
                continue
            until = np.where(
                log.started[later] == NEVER, log.left[following.step], log.started[later]
            )
            until = np.where(until == NEVER, microseconds(plan.end), until)
            comes &= ~np.isin(group, following.groups)
            relieved[comes] = until[comes]
        yield number, relieved


def _split(
    log: EventLog, task: Ints, traveller: Ints, officer: Ints, start: Ints, end: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints, Mask]:
    """Return the holdings with each that changed hands cut in pieces."""
    place = {key: k for k, key in enumerate(zip(task.tolist(), traveller.tolist(), strict=True))}
    rows, before, until = [], [], []
    begun = start.copy()
    pieces_start = []
    for (number, who, old), time in zip(
        log.handovers.tolist(), log.handed_over.tolist(), strict=True
    ):
        row = place[number, who]
        rows.append(row)
        before.append(old)
        pieces_start.append(begun[row])
        until.append(time)
        begun[row] = time
    first = begun == start
    extra = np.array(rows, dtype=np.int64)
    early = np.array(pieces_start, dtype=np.int64) == start[extra]
    return (
        np.concatenate([task, task[extra]]),
        np.concatenate([traveller, traveller[extra]]),
        np.concatenate([officer, np.array(before, dtype=np.int64)]),
        np.concatenate([begun, np.array(pieces_start, dtype=np.int64)]),
        np.concatenate([end, np.array(until, dtype=np.int64)]),
        np.concatenate([first, early]),
    )
