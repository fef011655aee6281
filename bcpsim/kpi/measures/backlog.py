"""Those who wait already at the start."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Total, Whole, minutes
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.sampling.ticks import NEVER


def _there(view: View) -> Ints:
    return view.count(view.counted & view.backlog)


def _over(view: View, numbers: tuple[int, ...]) -> Floats:
    """Return when the last who waited at the start has left the queue of the start."""
    travellers = view.travellers
    stood = view.backlog & (travellers.vehicle < 0) & (travellers.entry >= 0)
    who = np.flatnonzero(stood)
    until = view.times.waited_until[travellers.entry[who], who]
    found = np.full((view.replications, len(numbers)), NEVER)
    for replication in range(view.replications):
        for place, number in enumerate(numbers):
            own = view.replication[who] == replication
            if number >= 0:
                own &= travellers.category[who] == number
            if own.any() and (until[own] != NEVER).all():
                found[replication, place] = until[own].max()
    return minutes(found)[:, :, None]


MEASURES = (
    Measure(
        "waiting_at_start",
        "Waiting at the start",
        "travellers",
        "Of the arrivals, those who wait already when the run starts (traffic of the pattern "
        "waiting). They came before the first hour, and count in none; their waiting time and "
        "time in system run from when they came.",
        OWN,
        parts=(Part(Kind.PEOPLE, Total(_there), ("total",)),),
        needs=lambda layout: layout.has_backlog,
        shown=Shown(run=11),
    ),
    Measure(
        "backlog_over",
        "Backlog over after",
        "min",
        "From the start until the last of those who waited then has left the queue in which they "
        "stood, for the check there or for good; no value while one still waits at the end.",
        OWN,
        parts=(Part(Kind.PEOPLE, Whole(_over)),),
        needs=lambda layout: layout.has_backlog,
        shown=Shown(run=12, compare=39),
        over_time=True,
    ),
)
