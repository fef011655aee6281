"""What a run leaves: when each traveller queued, was checked and left, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Outcome, Plan
from bcpsim.sampling import Travellers
from bcpsim.sampling.work import needed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class EventLog:
    """The events of one replication.

    A traveller makes each step at most once, so that a step and a traveller name a
    visit, and a task and a traveller what one officer did in it. Times are minutes since
    the start; nan: it didn't happen before the run ended.

    Attributes
    ----------
    arrival
        When the traveller came; of a member of a group, when it got out of the vehicle, nan:
        never; shape (n,).
    queued, left
        When the traveller joined the queue, and left the lane; shape (steps, n).
    lane
        Lane of the visit, -1 where it didn't begin; (steps, n).
    for_lane, for_equipment
        Minutes of the wait in the queue while no lane was free, and while equipment was
        lacking; the rest is waiting for officers; (steps, n).
    for_group
        Minutes for which a vehicle waited for those who got out: in front of the stop or in
        the lane, as the step says; or, with the last step, as it left the border; (steps, n).
    started, ended
        When the officer of a task began and ended it; (tasks, n).
    officer
        Officer of the task, -1 where it didn't begin; (tasks, n).
    departure
        When the traveller left the border crossing point, shape (n,).
    outcome
        How the traveller ended, an `Outcome`; shape (n,).
    handovers
        Tasks that changed hands: task, traveller, the officer before; shape (h, 3).
    handed_over
        When; shape (h,).
    """

    arrival: Floats
    queued: Floats
    left: Floats
    lane: Ints
    for_lane: Floats
    for_equipment: Floats
    for_group: Floats
    started: Floats
    ended: Floats
    officer: Ints
    departure: Floats
    outcome: Ints
    handovers: Ints
    handed_over: Floats

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
class Visits:
    """The visits of a log as wholes; shape (steps, n), nan where they didn't happen.

    Attributes
    ----------
    started, ended
        When the first task of the visit began, and the last ended; who gives up in between
        doesn't end it.
    waited_until
        When the wait in the queue ended: as the visit started, or without.
    between
        Minutes in the lane between two officers, or until giving up there.
    """

    started: Floats
    ended: Floats
    waited_until: Floats
    between: Floats


@dataclass(frozen=True, slots=True)
class Holdings:
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

    task: Ints
    traveller: Ints
    officer: Ints
    start: Floats
    end: Floats
    task_begins: Mask


def visits_of(plan: Plan, travellers: Travellers, log: EventLog) -> Visits:
    """Return when visits began and ended, and the waits in between."""
    size = log.queued.shape
    started, ended = np.empty(size), np.empty(size)
    between = np.zeros(size)
    for number, step in enumerate(plan.steps):
        tasks = list(step.tasks)
        if len(tasks) == 1:
            started[number], ended[number] = log.started[tasks[0]], log.ended[tasks[0]]
            continue
        started[number] = np.fmin.reduce(log.started[tasks], axis=0)
        last = np.fmax.reduce(log.ended[tasks], axis=0)
        # A vehicle that waits for its next officer, or gave up then, hasn't ended its visit.
        made = _all_made(plan, travellers, log, number)
        ended[number] = np.where(made, last, np.nan)
        if len(step.stages) > 1:
            over = np.full(size[1], np.nan)
            for stage in step.stages:
                begun = np.fmin.reduce(log.started[list(stage.tasks)], axis=0)
                gap = begun - over
                between[number] += np.where(np.isnan(gap), 0.0, gap)
                over = np.fmax(over, np.fmax.reduce(log.ended[list(stage.tasks)], axis=0))
            until = np.where(made, np.nan, log.left[number])
            between[number] += np.nan_to_num(until - over)
    waited_until = np.where(np.isnan(started), log.left, started)
    return Visits(started, ended, waited_until, between)


def _all_made(plan: Plan, travellers: Travellers, log: EventLog, step: int) -> Mask:
    """Return for each traveller whether all tasks of the visit to a step have ended."""
    made = np.ones(log.queued.shape[1], dtype=bool)
    for task in plan.steps[step].tasks:
        made &= ~np.isnan(log.ended[task]) | ~needed(plan, travellers, plan.tasks[task])
    return made


def holdings(plan: Plan, log: EventLog) -> Holdings:
    """Return which officer was held when: through the stage where the crew stays."""
    task, traveller = np.nonzero(log.officer >= 0)
    officer = log.officer[task, traveller]
    start = log.started[task, traveller]
    end = np.nan_to_num(log.ended[task, traveller], nan=plan.end)
    for step in plan.steps:
        for stage in step.stages:
            if stage.stay and len(stage.tasks) > 1:
                tasks = list(stage.tasks)
                began = np.fmin.reduce(log.started[tasks], axis=0)
                over = np.where(
                    (~np.isnan(log.started[tasks]) & np.isnan(log.ended[tasks])).any(axis=0),
                    plan.end,
                    np.fmax.reduce(log.ended[tasks], axis=0),
                )
                rows = np.isin(task, tasks)
                start[rows] = began[traveller[rows]]
                end[rows] = over[traveller[rows]]
    first = np.ones(len(task), dtype=bool)
    if len(log.handovers):
        task, traveller, officer, start, end, first = _split(
            log, task, traveller, officer, start, end
        )
    return Holdings(task, traveller, officer, start, end, first)


def _split(
    log: EventLog, task: Ints, traveller: Ints, officer: Ints, start: Floats, end: Floats
) -> tuple[Ints, Ints, Ints, Floats, Floats, Mask]:
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
    early = np.array(pieces_start) == start[extra]
    return (
        np.concatenate([task, task[extra]]),
        np.concatenate([traveller, traveller[extra]]),
        np.concatenate([officer, np.array(before, dtype=np.int64)]),
        np.concatenate([begun, np.array(pieces_start)]),
        np.concatenate([end, np.array(until)]),
        np.concatenate([first, early]),
    )


def uses(plan: Plan, held: Holdings, kind: int) -> tuple[Floats, Floats]:
    """Return when each use of a kind of equipment began and ended."""
    tasks = [k for k, task in enumerate(plan.tasks) if kind in task.equipment]
    rows = np.isin(held.task, tasks)
    return held.start[rows], held.end[rows]
