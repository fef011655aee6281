"""Checks by officers under pressure: how long they take, and would take at the usual pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.sampling.circumstances import lasts_at
from bcpsim.sampling.ticks import NEVER, stretches
from bcpsim.sampling.work import changed_work, time_of

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def pressed_times(view: View) -> tuple[Ints, Ints]:
    """Return the time of checks under pressure, and at the usual pace, by group of officers.

    Both have the shape (replications, groups); groups whose pace depends on no queue have none.
    """
    plan, log = view.layout.plan, view.log
    taken = np.zeros((view.replications, len(plan.groups)), dtype=np.int64)
    usual = np.zeros_like(taken)
    kept = np.ones(log.started.shape, dtype=bool)
    kept[log.handovers[:, 0], log.handovers[:, 1]] = False
    for task, record in enumerate(plan.tasks):
        pressed = [group for group in record.groups if plan.groups[group].pressure is not None]
        if not pressed:
            continue
        done = kept[task] & view.counted & (log.ended[task] != NEVER)
        done &= _as_usual(view, task)
        by = view.layout.group_of_officer[np.maximum(log.officer[task], 0)]
        for group in pressed:
            rows = done & (by == group)
            own = time_of(plan, view.travellers, record.work, plan.groups[group].paces)
            lasted = log.ended[task] - log.started[task]
            for total, time in ((taken, lasted), (usual, own)):
                np.add.at(total[:, group], view.replication[rows], time[rows])
    return taken, usual


def _as_usual(view: View, task: int) -> Mask:
    """Return whose check began when no disturbance changed its work."""
    plan, usual = view.layout.plan, np.ones(len(view.travellers), dtype=bool)
    changing = [
        number
        for number in range(len(plan.disturbances))
        if any(changed_work(plan, task, work, number) for work in plan.tasks[task].work)
    ]
    for place, circumstances in enumerate(view.block.circumstances if changing else ()):
        own = view.block.rows_of(place)
        for number in changing:
            there = stretches(circumstances.disturbed[number])
            usual[own] &= ~lasts_at(plan, number, there, view.log.started[task, own])
    return usual
