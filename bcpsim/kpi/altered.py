"""Work that was otherwise as it began, since a disturbance changed it: whose, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.sampling.ticks import MICROSECONDS, ticks
from bcpsim.sampling.work import Alteration

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def altered(view: View, task: int, activity: int) -> Iterator[tuple[Alteration, Mask]]:
    """Yield how an activity of a task was otherwise, and for whom, shape (n,)."""
    for row, one in enumerate(view.layout.alterations):
        if one.task == task and one.activity == activity:
            yield one, view.log.altered[row] > 0


def left_out(view: View, task: int, activity: int) -> Mask:
    """Return for whom an activity of a task was left out, shape (n,)."""
    found = np.zeros(len(view.travellers), dtype=bool)
    for one, whose in altered(view, task, activity):
        if one.factor == 0:
            found |= whose
    return found


def time_taken(view: View, task: int, activity: int) -> Ints:
    """Return how long an activity of a task took each traveller, at the usual pace, shape (n,)."""
    durations = view.travellers.durations
    time = durations[activity]
    for one, whose in altered(view, task, activity):
        other = ticks(durations[one.instead] / MICROSECONDS * one.factor)
        time = np.where(whose, other, time)
    return time
