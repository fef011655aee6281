"""How far lanes and equipment are used."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, ratio
from bcpsim.kpi.kernels import lasting
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View
from bcpsim.sampling.ticks import NEVER


def _lanes(view: View, numbers: tuple[int, ...]) -> Floats:
    layout, times = view.layout, view.times
    until = np.where(times.left == NEVER, layout.end, times.left)
    standing = lasting(
        times.started.ravel(),
        until.ravel(),
        view.begun.ravel(),
        view.stop_of_visit,
        len(layout.plan.stops),
        layout.warm_up,
        layout.horizon,
    )
    return 100 * ratio(standing, layout.open_time)[:, None]


def _equipment(view: View, numbers: tuple[int, ...]) -> Floats:
    layout = view.layout
    start, end = view.held
    task, tasks = view.holdings.task, len(layout.plan.tasks)
    every = np.ones(len(task), dtype=bool)
    time = lasting(start, end, every, task, tasks, layout.warm_up, layout.horizon)
    used = [
        sum(int(time[k]) for k, task in enumerate(layout.plan.tasks) if kind in task.equipment)
        for kind in numbers
    ]
    there = np.array([layout.plan.equipment[kind].count * layout.window for kind in numbers])
    return 100 * (np.array(used) / there)[:, None]


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
    ),
)
