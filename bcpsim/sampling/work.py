"""Who needs which task, and how long its officer takes over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.workflow import TaskPlan, WorkPlan
from bcpsim.sampling.cases import holds
from bcpsim.sampling.ticks import MICROSECONDS, ticks
from bcpsim.sampling.travellers import Travellers

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def needed(plan: Plan, travellers: Travellers, task: TaskPlan) -> Mask:
    """Return for each traveller whether a visit to its step includes the task."""
    return holds(task.condition, travellers.category, travellers.attributes)


def time_of(
    plan: Plan,
    travellers: Travellers,
    works: Sequence[WorkPlan],
    paces: tuple[float | None, ...],
) -> Ints:
    """Return for each traveller the time of works in sequence, where they are done at all.

    Parameters
    ----------
    plan, travellers
        A compiled scenario and its travellers.
    works
        Activities or parts of a task.
    paces
        The officer's factor for each skill.

    Returns
    -------
    ndarray
        Whole microseconds, shape (n,).
    """
    if len(works) == 1 and not works[0].unless and _pace(plan, works[0], paces) == 1:
        return travellers.durations[works[0].activity]
    total = np.zeros(len(travellers))
    for work in works:
        time = travellers.durations[work.activity] / MICROSECONDS * _pace(plan, work, paces)
        for task in work.unless:
            time = np.where(needed(plan, travellers, plan.tasks[task]), 0.0, time)
        total += time
    return ticks(total)


def changed_work(
    plan: Plan, task: int, work: WorkPlan, disturbance: int
) -> tuple[int, float] | None:
    """Return how work is otherwise in a disturbance: the activity whose time counts, and a factor.

    None: it isn't, or it can't begin, which changes no time.
    """
    if not plan.is_changed(task, disturbance):
        return None
    for change in plan.disturbances[disturbance].changes:
        if change.activity == work.activity and not change.impossible:
            return change.instead, change.factor
    return None


class Alteration(NamedTuple):
    """An activity of a task that a disturbance changes: their numbers, and its place in the task.

    With the activity whose time then counts, and a factor; 0: it is left out.
    """

    task: int
    place: int
    disturbance: int
    activity: int
    instead: int
    factor: float


def alterations(plan: Plan) -> Iterator[Alteration]:
    """Yield what disturbances change, activity by activity of each task, as they are listed."""
    for number, task in enumerate(plan.tasks):
        for place, work in enumerate(task.work):
            for disturbance in range(len(plan.disturbances)):
                changed = changed_work(plan, number, work, disturbance)
                if changed is not None:
                    yield Alteration(number, place, disturbance, work.activity, *changed)


def extra_time(
    plan: Plan,
    travellers: Travellers,
    work: WorkPlan,
    changed: tuple[int, float] | None,
    paces: tuple[float | None, ...],
) -> Ints:
    """Return for each traveller how much longer work takes that is changed, in whole microseconds.

    Less, where that is below 0. Parameters are as for `time_of`; `changed` is of `changed_work`.
    """
    usual = time_of(plan, travellers, (work,), paces)
    if changed is None:
        return np.zeros_like(usual)
    activity, factor = changed
    other = time_of(plan, travellers, (replace(work, activity=activity),), paces)
    return ticks(other / MICROSECONDS * factor) - usual


def _pace(plan: Plan, work: WorkPlan, paces: tuple[float | None, ...]) -> float:
    """Return the factor for the time of work."""
    skill = plan.activities[work.activity].skill
    return 1.0 if skill < 0 else paces[skill] or 0.0


def not_before(plan: Plan, travellers: Travellers, task: TaskPlan) -> Ints | None:
    """Return the time before which nobody's task can end, since something isn't ready by then.

    What is done after it in the task comes on top. None: it hangs on nothing.
    """
    if all(plan.activities[work.activity].not_before < 0 for work in task.work):
        return None
    earliest: Ints | None = None
    for work in task.work:
        time = time_of(plan, travellers, (work,), ())
        ready = plan.activities[work.activity].not_before
        if earliest is not None:
            earliest = earliest + time
        if ready >= 0:
            own = travellers.ready[ready]
            earliest = own if earliest is None else np.maximum(earliest, own)
    return earliest
