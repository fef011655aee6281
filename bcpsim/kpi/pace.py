"""Checks by officers under pressure: how long they take, and would take at the usual pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.sampling.ticks import NEVER
from bcpsim.sampling.work import time_of

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
    """Return whose check no disturbance changed as it began."""
    usual = np.ones(len(view.travellers), dtype=bool)
    for row, one in enumerate(view.layout.alterations):
        if one.task == task:
            usual &= view.log.altered[row] == 0
    return usual
