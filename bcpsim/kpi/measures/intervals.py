"""Intervals that a scenario names, as a time release study has them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import PERCENTILES, TIMES, Measure, Part, Shown
from bcpsim.kpi.measures.waiting import GONE
from bcpsim.kpi.view import Floats, Ints, Mask, View, since
from bcpsim.plan.records.intervals import Edge, MomentPlan
from bcpsim.sampling.ticks import FAR, MICROSECONDS, NEVER

WCO = (
    "World Customs Organization, Guide to Measure the Time Required for the Release of Goods, "
    "version 3, 2018"
)


def _of_intervals(view: View, numbers: tuple[int, ...]) -> Floats:
    every = np.ones(len(view.category), dtype=bool)
    return np.stack([_values(view, _time(view, k), every) for k in numbers], axis=1)


def _of_classes(view: View, numbers: tuple[int, ...]) -> Floats:
    pairs = [divmod(number, view.layout.groups) for number in numbers]
    return np.stack(
        [_values(view, _time(view, k), view.category == own) for k, own in pairs], axis=1
    )


def _values(view: View, time: Ints, some: Mask) -> Floats:
    """Return the statistics of some travellers' times, shape (replications, statistics)."""
    who = np.flatnonzero(some & GONE.mask(view) & (time != NEVER))
    bounds = np.searchsorted(view.replication[who], np.arange(view.replications + 1))
    found = np.full((view.replications, len(TIMES)), np.nan)
    for place, (low, high) in enumerate(pairwise(bounds)):
        if low < high:
            own = time[who[low:high]]
            ranks = np.quantile(own, [*PERCENTILES.values(), 1.0])
            found[place] = np.array([own.mean(), *ranks]) / MICROSECONDS
    return found


def _time(view: View, number: int) -> Ints:
    """Return the time of an interval of each traveller; `NEVER` of whom one of the two lacks."""
    interval = view.layout.plan.intervals[number]
    time = since(_moment(view, interval.start), _moment(view, interval.end))
    return np.where((time != NEVER) & (time < 0), NEVER, time)


def _moment(view: View, moment: MomentPlan) -> Ints:
    """Return when each traveller had a moment."""
    times, visits = view.times, list(moment.steps)
    match moment.edge:
        case Edge.ARRIVAL:
            return times.arrival
        case Edge.DEPARTURE:
            return times.departure
        case Edge.QUEUE:
            return _first(times.queued[visits])
        case Edge.START:
            return _first(times.started[visits])
        case Edge.END:
            return times.ended[visits].max(axis=0, initial=NEVER)


def _first(times: Ints) -> Ints:
    """Return the earliest of the times of each traveller."""
    first = np.where(times == NEVER, FAR, times).min(axis=0, initial=FAR)
    return np.where(first == FAR, NEVER, first)


def _has_intervals(layout: Layout) -> bool:
    return bool(layout.plan.intervals)


MEASURES = (
    Measure(
        "interval_time",
        "Time of the interval",
        "min",
        "Time from one moment of a traveller to another, as the scenario names them under "
        "intervals: arrival, departure, or the queue, start or end of a step; of a step that is "
        "made several times its first queue and start, and its last end. Of those who have left, "
        "who had both moments in this order count.",
        WCO,
        parts=(
            Part(Kind.INTERVALS, Whole(_of_intervals), TIMES),
            Part(Kind.INTERVAL_CLASSES, Whole(_of_classes), TIMES),
        ),
        needs=_has_intervals,
        shown=Shown(run=66, compare=26, statistics=("mean", "p50", "p95")),
    ),
)
