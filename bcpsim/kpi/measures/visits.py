"""Who is served at a stop, and who gives up there."""

from __future__ import annotations

from bcpsim.kpi.forms import Total
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Ints, View


def _visits(view: View) -> Ints:
    return view.count(view.begun & view.counted)


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
