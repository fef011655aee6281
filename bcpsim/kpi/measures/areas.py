"""How full waiting areas are, and who waits outside."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.crowds import Crowds, Stays
from bcpsim.kpi.forms import Whole
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, View
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling.ticks import MICROSECONDS


def _crowds(view: View, stays: Stays) -> Crowds:
    layout = view.layout
    places = view.replications * len(layout.plan.areas)
    return stays.crowds(places, layout.warm_up, layout.horizon)


def _of_areas(view: View, values: Floats, numbers: tuple[int, ...]) -> Floats:
    """Return values of some areas, from those of the areas of all replications."""
    found: Floats = values.reshape(view.replications, len(view.layout.plan.areas), -1)
    return found[:, list(numbers)]


def _mean_and_most(view: View, stays: Stays, numbers: tuple[int, ...]) -> Floats:
    crowds = _crowds(view, stays)
    return _of_areas(view, np.stack([crowds.mean, crowds.most.astype(np.float64)], axis=1), numbers)


def _taken(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean_and_most(view, view.in_areas, numbers)


def _taken_by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    layout = view.layout
    found = view.in_areas.by_hour(layout.edges, view.replications * len(layout.plan.areas))
    return _of_areas(view, found, numbers)[:, :, None]


def _full(view: View, numbers: tuple[int, ...]) -> Floats:
    places = np.tile(view.layout.places, view.replications)
    return 100 * _of_areas(view, _crowds(view, view.in_areas).share_of(places), numbers)


def _outside(view: View, numbers: tuple[int, ...]) -> Floats:
    return _mean_and_most(view, view.outside_areas, numbers)


def _waits_outside(view: View, numbers: tuple[int, ...]) -> Floats:
    """Return the mean and the longest of the waits outside of those who come."""
    stays, layout = view.outside_areas, view.layout
    time = stays.end - stays.start
    counts = (time > 0) & (stays.start >= layout.warm_up) & (stays.start < layout.horizon)
    found = np.full((view.replications * len(layout.plan.areas), 2), np.nan)
    for place in np.unique(stays.place[counts]).tolist():
        own = time[counts & (stays.place == place)]
        found[place] = own.mean(), own.max()
    return _of_areas(view, found, numbers) / MICROSECONDS


def _overflowed(view: View, numbers: tuple[int, ...]) -> Floats:
    """Return whether anybody found each area full in the measured time."""
    layout, entry = view.layout, view.travellers.entry
    away = view.arriving & view.log.ended_as(Outcome.TURNED_AWAY) & (entry >= 0)
    found = _crowds(view, view.outside_areas).most + _crowds(view, view.kept_from_areas).most > 0
    found[layout.areas[entry[away]] + len(layout.plan.areas) * view.replication[away]] = True
    return _of_areas(view, np.where(found, 100.0, 0.0), numbers)


def _has_room(layout: Layout, number: int) -> bool:
    return int(layout.places[number]) != 0


def _has_places(layout: Layout, number: int) -> bool:
    return int(layout.places[number]) > 0


def _is_limited(layout: Layout, number: int) -> bool:
    return int(layout.places[number]) >= 0


def _lets_wait_outside(layout: Layout, number: int) -> bool:
    return _is_limited(layout, number) and any(
        stop.area == number and not stop.turn_away for stop in layout.plan.stops
    )


MEASURES = (
    Measure(
        "area_occupancy",
        "In the waiting area",
        "travellers",
        "Travellers in a waiting area: who has a place in it, from leaving the stop before, or "
        "from coming in, until the start of service or giving up; in an area without a number of "
        "places, who waits at its stops. mean: average over the measured time; max: the most at "
        "any moment of it.",
        QUEUEING,
        parts=(Part(Kind.AREAS, Whole(_taken), ("mean", "max"), where=_has_room),),
        hourly=(Part(Kind.AREAS, Whole(_taken_by_hour), where=_has_room),),
        shown=Shown(run=83),
        over_time=True,
    ),
    Measure(
        "area_full",
        "Waiting area full",
        "%",
        "Share of the measured time in which each place of a waiting area is taken.",
        QUEUEING,
        parts=(Part(Kind.AREAS, Whole(_full), where=_has_places),),
        shown=Shown(run=84),
        most=100.0,
        over_time=True,
    ),
    Measure(
        "area_overflow",
        "Waiting area overflows",
        "%",
        "Whether anybody found a waiting area full in the measured time: had to wait outside or "
        "in the lane of the stop before, or was turned away. 100 or 0 in a replication, so that "
        "the mean over replications is how likely it is.",
        OWN,
        parts=(Part(Kind.AREAS, Whole(_overflowed), where=_is_limited),),
        shown=Shown(run=85),
        most=100.0,
        over_time=True,
    ),
    Measure(
        "queue_outside",
        "Queue outside",
        "travellers",
        "Travellers who have come and wait outside a full waiting area, as on the road; who is "
        "kept in the lane of the stop before isn't among them (waiting_in_lanes). They are part "
        "of the queue length. mean and max as of area_occupancy.",
        QUEUEING,
        parts=(Part(Kind.AREAS, Whole(_outside), ("mean", "max"), where=_lets_wait_outside),),
        shown=Shown(run=86, if_any=True),
        over_time=True,
    ),
    Measure(
        "wait_outside",
        "Waiting outside",
        "min",
        "How long those wait outside a full waiting area who have to and come there in the "
        "measured time: mean, and the longest. Part of the waiting time.",
        OWN,
        parts=(Part(Kind.AREAS, Whole(_waits_outside), ("mean", "max"), where=_lets_wait_outside),),
        shown=Shown(run=87, if_any=True),
        over_time=True,
    ),
)
