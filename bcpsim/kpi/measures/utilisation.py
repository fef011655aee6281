"""How far lanes and equipment are used."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, ratio
from bcpsim.kpi.kernels import lasting
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View


def _lanes(view: View, numbers: tuple[int, ...]) -> Floats:
    return 100 * ratio(view.standing, view.layout.open_time)[..., None]


def _equipment(view: View, numbers: tuple[int, ...]) -> Floats:
    layout = view.layout
    start, end = view.held
    rows, tasks = view.replications, len(layout.plan.tasks)
    task = view.replication_of_holding * tasks + view.holdings.task
    every = np.ones(len(task), dtype=bool)
    time = lasting(start, end, every, task, rows * tasks, layout.warm_up, layout.horizon)
    by_task = time.reshape(rows, tasks)
    used = [
        by_task[:, [kind in task.equipment for task in layout.plan.tasks]].sum(axis=1)
        for kind in numbers
    ]
    there = np.array([layout.plan.equipment[kind].count * layout.window for kind in numbers])
    return 100 * (np.stack(used, axis=1) / there)[..., None]


MEASURES = (
    Measure(
        "lane_utilisation",
        "Lane utilisation",
        "%",
        "Time that a traveller stands in a lane, divided by the time that the lanes are open by "
        "their hours, in the measured time.",
        QUEUEING,
        parts=(Part(Kind.STOPS, Whole(_lanes)),),
        shown=Shown(run=81),
        over_time=True,
    ),
    Measure(
        "equipment_utilisation",
        "Equipment utilisation",
        "%",
        "Time that equipment is in use, divided by the time that it is there, in or out of order, "
        "in the measured time.",
        QUEUEING,
        parts=(Part(Kind.EQUIPMENT, Whole(_equipment)),),
        shown=Shown(run=92),
        most=100.0,
        over_time=True,
    ),
)
