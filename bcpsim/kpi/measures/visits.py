"""Who is served at a stop, and who gives up there."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Total
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Ints, View


def _visits(view: View) -> Ints:
    return view.count(view.begun & view.counted)


def _persons(view: View) -> Ints:
    served = view.begun & view.counted
    group, size = view.groups_of(served)
    persons = np.broadcast_to(view.travellers.occupants, served.shape)[served]
    added = np.bincount(group[served.ravel()], weights=persons, minlength=size)
    return added.astype(np.int64).reshape(view.replications, -1)


def _several_in_a_vehicle(layout: Layout) -> bool:
    return any(number != 1 for one in layout.plan.classes for number, _ in one.occupants)


def _gave_up(view: View) -> Ints:
    return view.count(view.waited & ~view.begun & view.counted)


MEASURES = (
    Measure(
        "visits",
        "Visits",
        "travellers",
        "Of the arrivals, those served at the stop.",
        QUEUEING,
        parts=(Part(Kind.STOPS, Total(_visits), ("total",)),),
        shown=Shown(run=30),
    ),
    Measure(
        "persons_served",
        "Persons served",
        "persons",
        "Of the visits, the occupants: those who sit in a vehicle, or came in it, count with each "
        "of its visits; who gets out of it counts as one with each visit made alone.",
        OWN,
        parts=(Part(Kind.STOPS, Total(_persons), ("total",)),),
        needs=_several_in_a_vehicle,
        shown=Shown(run=30),
    ),
    Measure(
        "gave_up",
        "Gave up in the queue",
        "travellers",
        "Where travellers have deadlines or lose patience: of the arrivals, those who queued at "
        "the stop and left without a check there. They are among the missed, or those who lost "
        "patience.",
        QUEUEING,
        parts=(Part(Kind.STOPS, Total(_gave_up), ("total",)),),
        needs=lambda layout: layout.gives_up,
        shown=Shown(run=31),
    ),
)
