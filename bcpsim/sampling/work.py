"""Who needs which task, and how long its officer takes over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan, TaskPlan, WorkPlan
from bcpsim.sampling.travellers import Travellers, holds

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def needed(plan: Plan, travellers: Travellers, task: TaskPlan) -> Mask:
    """Return for each traveller whether a visit to its step includes the task."""
    return holds(task.condition, travellers.category, travellers.attributes)


def minutes_of(
    plan: Plan, travellers: Travellers, work: WorkPlan, paces: tuple[float | None, ...]
) -> Floats:
    """Return for each traveller the minutes of work within a task, 0 where it isn't done there.

    Parameters
    ----------
    plan, travellers
        A compiled scenario and its travellers.
    work
        An activity or part of a task.
    paces
        The officer's factor for each skill.
    """
    skill = plan.activities[work.activity].skill
    pace = 1.0 if skill < 0 else paces[skill] or 0.0
    minutes = travellers.durations[work.activity] * pace
    for task in work.unless:
        minutes = np.where(needed(plan, travellers, plan.tasks[task]), 0.0, minutes)
    return minutes


def not_before(plan: Plan, travellers: Travellers, task: TaskPlan) -> Floats | None:
    """Return the time before which nobody's task can end, since something isn't ready by then.

    What is done after it in the task comes on top. None: it hangs on nothing.
    """
    if all(plan.activities[work.activity].not_before < 0 for work in task.work):
        return None
    earliest: Floats | None = None
    for work in task.work:
        minutes = minutes_of(plan, travellers, work, ())
        ready = plan.activities[work.activity].not_before
        if earliest is not None:
            earliest = earliest + minutes
        if ready >= 0:
            own = travellers.ready[ready]
            earliest = own if earliest is None else np.maximum(earliest, own)
    return earliest
