"""Disturbances: for how long they last, and who comes meanwhile."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, hours
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.plan.model import Windows
from bcpsim.sampling.ticks import microseconds


def _measured(view: View, windows: Windows) -> Ints:
    """Return the starts and ends of stretches, as far as they are in the measured time."""
    edges = [[microseconds(start), microseconds(end)] for start, end in windows]
    found = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return found.clip(view.layout.warm_up, view.layout.horizon)


def _time(view: View, numbers: tuple[int, ...]) -> Floats:
    found = []
    for there in view.block.circumstances:
        stretches = [_measured(view, there.disturbed[number]) for number in numbers]
        found.append([[hours(np.diff(stretch, axis=1).sum())] for stretch in stretches])
    return np.array(found)


def _arrivals(view: View, numbers: tuple[int, ...]) -> Floats:
    counts = []
    for place, there in enumerate(view.block.circumstances):
        own = view.block.rows_of(place)
        came = np.sort(view.brought[own][view.counted[own]])
        stretches = [_measured(view, there.disturbed[number]) for number in numbers]
        counts.append([np.diff(np.searchsorted(came, one), axis=1).sum() for one in stretches])
    return np.array(counts, dtype=np.float64)[..., None]


MEASURES = (
    Measure(
        "disturbed_time",
        "Disturbed",
        "h",
        "For how long a disturbance lasts, all its times together, in the measured time.",
        OWN,
        parts=(Part(Kind.DISTURBANCES, Whole(_time), ("total",)),),
        needs=lambda layout: bool(layout.plan.disturbances),
        shown=Shown(run=95),
        over_time=True,
    ),
    Measure(
        "disturbed_arrivals",
        "Arrivals meanwhile",
        "travellers",
        "Of the arrivals, those who come while a disturbance lasts.",
        OWN,
        parts=(Part(Kind.DISTURBANCES, Whole(_arrivals), ("total",)),),
        needs=lambda layout: bool(layout.plan.disturbances),
        shown=Shown(run=96),
    ),
)
