"""How many travellers pass in an hour."""

from __future__ import annotations

from bcpsim.kpi.forms import Total
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Ints, View
from bcpsim.sampling.ticks import NEVER


def _leaving_stops(view: View) -> Ints:
    left = view.times.left
    inside = (left >= view.layout.warm_up) & (left < view.layout.horizon)
    return view.count(inside & (view.times.ended != NEVER))


def _leaving_crossings(view: View) -> Ints:
    return view.count_at_crossings(view.leaving)


MEASURES = (
    Measure(
        "throughput",
        "Throughput",
        "travellers/h",
        "Travellers who leave in the measured time after their checks, released, refused or "
        "detained, divided by its hours; those turned away and those who missed their deadline "
        "don't count. For a stop, those who leave it in that time with its check done.",
        QUEUEING,
        parts=(
            Part(Kind.PEOPLE, Total(lambda view: view.count(view.leaving), per_hour=True)),
            Part(Kind.CROSSINGS, Total(_leaving_crossings, per_hour=True)),
            Part(Kind.STOPS, Total(_leaving_stops, per_hour=True)),
        ),
        shown=Shown(run=80),
        over_time=True,
    ),
)
