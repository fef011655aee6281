"""How many wait at a stop."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.spans import by_hour, within
from bcpsim.kpi.view import Floats, View


def _length(view: View, numbers: tuple[int, ...]) -> Floats:
    layout = view.layout
    inside = within(view.times.queued, view.queue_until, layout.warm_up, layout.horizon)
    time = np.where(view.joined, inside, 0).sum(axis=1)
    most = [queue.most(layout.warm_up, layout.horizon) for queue in view.queues]
    mean = [time[steps].sum() / layout.window for steps in layout.steps]
    return np.stack([mean, np.array(most, dtype=np.float64)], axis=1)


def _by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    layout, there = view.layout, view.joined
    stop = np.broadcast_to(layout.stops[:, None], there.shape)[there]
    start, end = view.times.queued[there], view.queue_until[there]
    time = by_hour(layout.edges, start, end, stop, len(numbers))
    return (time / np.diff(layout.edges))[:, None]


MEASURES = (
    Measure(
        "queue_length",
        "Queue length",
        "travellers",
        "Travellers waiting at a stop before their first check, those in a lane left out. mean: "
        "average over the measured time; max: the most at any moment of it.",
        QUEUEING,
        parts=(Part(Kind.STOPS, Whole(_length), ("mean", "max")),),
        hourly=(Part(Kind.STOPS, Whole(_by_hour)),),
        shown=Shown(run=69),
    ),
)
