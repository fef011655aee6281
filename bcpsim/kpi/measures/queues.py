"""How many wait at a stop."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.kernels import by_hour
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View


def _length(view: View, numbers: tuple[int, ...]) -> Floats:
    _, waited, most = view.swept
    return np.stack([waited / view.layout.window, most.astype(np.float64)], axis=1)


def _by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    edges, there = view.layout.edges, view.joined
    stop = view.stop_of_visit[there.ravel()]
    time = by_hour(edges, view.times.queued[there], view.queue_until[there], stop, len(numbers))
    return (time / np.diff(edges))[:, None]


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
