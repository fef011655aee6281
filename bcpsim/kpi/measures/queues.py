"""How many wait at a stop."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.crowds import Stays
from bcpsim.kpi.forms import Whole
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View


def _length(view: View, numbers: tuple[int, ...]) -> Floats:
    layout = view.layout
    if layout.waits_in_lanes:
        return _mean_and_most(view, view.in_queues.and_those(view.in_lanes))
    _, waited, most = view.swept  # which is made for officers anyway
    return np.stack([waited / layout.window, most.astype(np.float64)], axis=2)


def _by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    stays = view.in_queues
    if view.layout.waits_in_lanes:
        stays = stays.and_those(view.in_lanes)
    shape = (view.replications, len(view.layout.plan.stops), 1, -1)
    return stays.by_hour(view.layout.edges, shape[0] * shape[1]).reshape(shape)


def _in_lanes(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean_and_most(view, view.in_lanes)


def _mean_and_most(view: View, stays: Stays) -> Floats:
    layout = view.layout
    shape = (view.replications, len(layout.plan.stops), 2)
    crowds = stays.crowds(shape[0] * shape[1], layout.warm_up, layout.horizon)
    return np.stack([crowds.mean, crowds.most.astype(np.float64)], axis=1).reshape(shape)


MEASURES = (
    Measure(
        "queue_length",
        "Queue length",
        "travellers",
        "Travellers at a stop whose waiting time runs: in its queue or outside its full waiting "
        "area; in a lane between two officers, or that they can't leave since the next waiting "
        "area is full (waiting_in_lanes has these alone). mean: average over the measured time; "
        "max: the most at any moment of it. By Little's law the mean is the rate of arrivals "
        "at the stop times their mean waiting time.",
        "Little, A proof for the queuing formula L = lambda W, Operations Research 9 (1961) "
        f"383-387; {QUEUEING}",
        parts=(Part(Kind.STOPS, Whole(_length), ("mean", "max")),),
        hourly=(Part(Kind.STOPS, Whole(_by_hour)),),
        shown=Shown(run=69),
        over_time=True,
    ),
    Measure(
        "waiting_in_lanes",
        "Waiting in lanes",
        "travellers",
        "Those of the queue length who stand in a lane: between two officers, or since the next "
        "waiting area is full. They keep others out of the lane. mean and max as there.",
        QUEUEING,
        parts=(Part(Kind.STOPS, Whole(_in_lanes), ("mean", "max")),),
        needs=lambda layout: layout.waits_in_lanes,
        shown=Shown(run=69, if_any=True),
        over_time=True,
    ),
)
