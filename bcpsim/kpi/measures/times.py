"""Where else the time of travellers goes, and how long they take in all."""

from __future__ import annotations

from bcpsim.kpi.forms import HourlyMean, Time
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, QUEUEING, SHOWN, TIMES, Column, Drawn, Measure, Part, Shown
from bcpsim.kpi.measures.waiting import GONE
from bcpsim.kpi.view import Who
from bcpsim.sampling.ticks import NEVER

TRS = (
    "WCO Guide to Measure the Time Required for the Release of Goods (Time Release Study), v3, 2018"
)

SERVED = Who(lambda view: view.served & view.counted)
"""Visits that began and are over."""

PROCESSED = Who(
    lambda view: GONE.mask(view) & (view.processing != NEVER), counted_by=GONE.counted_by
)
"""Travellers who have left, but for those who gave up before any check."""


def _holds(layout: Layout, stop: int) -> bool:
    return any(
        step.stop == stop and held
        for step, held in zip(layout.plan.steps, layout.is_hold, strict=True)
    )


MEASURES = (
    Measure(
        "service_time",
        "Service time",
        "min",
        "Time in which at least one officer checks the traveller, summed over the stops visited "
        "(all, class) or at one stop (stop): from the start to the end, waits between two officers "
        "left out. At machines, the time of self-service.",
        QUEUEING,
        parts=(
            Part(Kind.PEOPLE, Time(lambda view: view.service.sum(axis=0), GONE)),
            Part(Kind.STOPS, Time(lambda view: view.service, SERVED)),
            Part(Kind.STOP_CLASSES, Time(lambda view: view.service, SERVED)),
        ),
        shown=Shown(run=70, compare=30),
        drawn=Drawn(7, "Service", "#0072B2", ""),
        column=Column("service_min"),
    ),
    Measure(
        "hold_time",
        "Hold time",
        "min",
        "Time for which a traveller is held while nobody of the border works: by a laboratory, an "
        "agent, or work of its own, such as opening a load; summed over the stops visited (all, "
        "class) or at one stop (stop). Neither waiting time nor service; it counts in the "
        "processing time and in the time in system.",
        OWN,
        parts=(
            Part(Kind.PEOPLE, Time(lambda view: view.hold.sum(axis=0), GONE)),
            Part(Kind.STOPS, Time(lambda view: view.hold, SERVED), where=_holds),
            Part(
                Kind.STOP_CLASSES,
                Time(lambda view: view.hold, SERVED),
                where=lambda layout, number: _holds(layout, number // layout.groups),
            ),
        ),
        needs=lambda layout: bool(layout.is_hold.any()),
        shown=Shown(run=71, compare=31),
        drawn=Drawn(8, "Hold", "#F0E442", ""),
        column=Column("hold_min", always=False),
    ),
    Measure(
        "move_time",
        "Move time",
        "min",
        "Time of driving and walking: from arrival to the first queue, between stops, to the exit. "
        "In a region, with the drive to the crossing.",
        TRS,
        parts=(
            *(
                Part(kind, Time(lambda view: view.times.move_in + view.moves.sum(axis=0), GONE))
                for kind in (Kind.PEOPLE, Kind.CROSSINGS)
            ),
        ),
        shown=Shown(run=72, compare=32),
        drawn=Drawn(9, "Moves", "#E69F00", "..."),
        column=Column("move_min"),
    ),
    Measure(
        "processing_time",
        "Processing time",
        "min",
        "From the start of the first service or hold to leaving: services, holds, moves, the "
        "queues in between and the wait for a group; the first queue doesn't count. Who gave up "
        "at a deadline before any service isn't counted.",
        TRS,
        parts=(
            Part(Kind.PEOPLE, Time(lambda view: view.processing, PROCESSED), TIMES),
            Part(Kind.CROSSINGS, Time(lambda view: view.processing, PROCESSED), TIMES),
        ),
        shown=Shown(run=73, compare=11, statistics=("mean",)),
        column=Column("processing_min"),
    ),
    Measure(
        "time_in_system",
        "Time in system",
        "min",
        "From arrival to leaving (sojourn time); in a region from the choice of a crossing.",
        QUEUEING,
        parts=(
            Part(Kind.PEOPLE, Time(lambda view: view.in_system, GONE), TIMES),
            Part(Kind.CROSSINGS, Time(lambda view: view.in_system, GONE), TIMES),
        ),
        hourly=(
            Part(
                Kind.PEOPLE,
                HourlyMean(lambda view, statistic: (view.in_system, view.timed)),
            ),
        ),
        shown=Shown(run=74, compare=10, statistics=SHOWN),
        column=Column("time_in_system_min"),
    ),
)
