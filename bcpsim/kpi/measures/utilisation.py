"""How far lanes and equipment are used."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.spans import within
from bcpsim.kpi.view import Floats, View
from bcpsim.sampling.ticks import NEVER, microseconds


def _open_time(layout: Layout, stop: int) -> int:
    """Return how long the lanes of a stop are open in the measured time, all together."""
    windows = [w for lane in layout.plan.stops[stop].lanes for w in layout.plan.lanes[lane].windows]
    return sum(
        max(min(microseconds(end), layout.horizon) - max(microseconds(start), layout.warm_up), 0)
        for start, end in windows
    )


def _lanes(view: View, numbers: tuple[int, ...]) -> Floats:
    layout, times = view.layout, view.times
    until = np.where(times.left == NEVER, layout.end, times.left)
    inside = within(times.started, until, layout.warm_up, layout.horizon)
    standing = np.where(view.begun, inside, 0).sum(axis=1)
    return (
        100
        * ratio(
            np.array([standing[layout.steps[k]].sum() for k in numbers]),
            np.array([_open_time(layout, k) for k in numbers]),
        )[:, None]
    )


def _equipment(view: View, numbers: tuple[int, ...]) -> Floats:
    layout = view.layout
    used = []
    for kind in numbers:
        use = view.holdings.uses(layout.plan, kind)
        start, end = view.holdings.start[use], view.holdings.end[use]
        used.append(within(start, end, layout.warm_up, layout.horizon).sum())
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
