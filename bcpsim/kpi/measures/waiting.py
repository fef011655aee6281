"""How long travellers wait, and for what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bcpsim.kpi.forms import HourlyMean, Share, Time
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, QUEUEING, SHOWN, TIMES, Column, Drawn, Measure, Part, Shown
from bcpsim.kpi.measures.levels import ADRM, LEVELS, OPTIMUM_WAIT, has_floor, levels
from bcpsim.kpi.view import Ints, View, Who
from bcpsim.sampling.ticks import microseconds

GONE = Who(
    lambda view: view.counted & view.timed,
    (
        (1, "arrivals"),
        (-1, "inside_at_end"),
        (-1, "turned_away"),
        (-1, "deterred"),
        (-1, "diverted"),
        (-1, "never_out"),
    ),
)
"""Travellers who came in and have left, without those who never got out of their vehicle."""

WAITED = Who(lambda view: view.waited & view.counted, ((1, "visits"), (1, "gave_up")))
"""Visits whose wait in the queue is over."""


def _wait_levels(view: View, statistic: str) -> tuple[Ints, Ints]:
    there = WAITED.mask(view)
    low, high = (microseconds(minutes) for minutes in OPTIMUM_WAIT)
    level = levels(view.waiting, low, high)[LEVELS.index(statistic)]
    return view.count(there & level), view.count(there)


def _stop_has_floor(layout: Layout, number: int) -> bool:
    area = layout.plan.stops[number].area
    return area >= 0 and has_floor(layout, area)


def _anything_impossible(layout: Layout) -> bool:
    return any(change.impossible for one in layout.plan.disturbances for change in one.changes)


def _part(
    name: str,
    title: str,
    definition: str,
    source: str,
    column: Callable[[View], Ints],
    *,
    place: int,
    drawn: Drawn,
) -> Measure:
    """Return the measure of one part of the waiting time, for travellers and for visits."""
    return Measure(
        name,
        title,
        "min",
        f"Part of the waiting time: {definition}",
        source,
        parts=(
            Part(Kind.PEOPLE, Time(lambda view: column(view).sum(axis=0), GONE)),
            Part(Kind.STOPS, Time(column, WAITED)),
        ),
        shown=Shown(run=60 + place, compare=20 + place),
        drawn=drawn,
    )


MEASURES = (
    Measure(
        "waiting_time",
        "Waiting time",
        "min",
        "Time of waiting, summed over the stops where a traveller queues (all, class) or at one "
        "stop (stop): from joining a queue, outside a full waiting area too, to the start of "
        "service or to giving up, between two officers of a visit, and in a lane "
        "that can't be left since the next waiting area is full. Service, moves and the waits for "
        "a booked slot and for a group don't count. Of a stop, all waits in its queue that are "
        "over count; those turned away, or deterred, have never waited.",
        QUEUEING,
        parts=(
            Part(Kind.PEOPLE, Time(lambda view: view.waiting_in_all, GONE), TIMES),
            Part(Kind.CROSSINGS, Time(lambda view: view.waiting_in_all, GONE), TIMES),
            Part(Kind.STOPS, Time(lambda view: view.waiting, WAITED), TIMES),
            Part(Kind.STOP_CLASSES, Time(lambda view: view.waiting, WAITED), TIMES),
        ),
        hourly=(
            Part(
                Kind.PEOPLE,
                HourlyMean(lambda view, statistic: (view.waiting_in_all, view.timed)),
            ),
            Part(Kind.STOPS, HourlyMean(lambda view, statistic: (view.waiting, view.waited))),
        ),
        shown=Shown(run=60, compare=20, statistics=SHOWN),
        column=Column("waiting_min"),
    ),
    _part(
        "wait_for_officer",
        "Waiting for an officer",
        "no officer, or crew, who can do the check was free, whether or not lane and equipment "
        "were. A traveller behind others waits for what the first of the line waits for.",
        OWN,
        lambda view: view.for_officer,
        place=1,
        drawn=Drawn(2, "Waiting for an officer", "#D55E00", "///"),
    ),
    _part(
        "wait_for_lane",
        "Waiting for a lane",
        "officers and equipment were free, but no lane that the traveller may use was open and "
        "free.",
        OWN,
        lambda view: view.times.for_lane,
        place=2,
        drawn=Drawn(3, "Waiting for a lane", "#CC79A7", "\\\\\\"),
    ),
    replace(
        _part(
            "wait_for_equipment",
            "Waiting for equipment",
            "officers were free, but equipment that the check needs wasn't, or had to be asked "
            "for; or work was impossible in a disturbance, such as a look-up whose system is down.",
            OWN,
            lambda view: view.times.for_equipment,
            place=3,
            drawn=Drawn(4, "Waiting for equipment", "#009E73", "xx"),
        ),
        needs=lambda layout: bool(layout.plan.equipment) or _anything_impossible(layout),
    ),
    replace(
        _part(
            "wait_blocked",
            "Waiting blocked",
            "checked, but kept in the lane by a full waiting area ahead (blocking after service).",
            "Blocking after service; Perros, Queueing Networks with Blocking, 1994, ch. 1",
            lambda view: view.blocked,
            place=4,
            drawn=Drawn(5, "Waiting blocked", "#000000", "oo"),
        ),
        needs=lambda layout: layout.has_full_areas,
        column=Column("blocked_min"),
    ),
    Measure(
        "slot_wait",
        "Waiting for the slot",
        "min",
        "Time in the pre-arrival queue of travellers who come before the slot they booked.",
        OWN,
        parts=(Part(Kind.PEOPLE, Time(lambda view: view.times.held, GONE)),),
        needs=lambda layout: layout.has_slots,
        shown=Shown(run=65),
        drawn=Drawn(1, "Waiting for the slot", "#999999", "--"),
        column=Column("slot_wait_min"),
    ),
    Measure(
        "wait_for_group",
        "Waiting for the group",
        "min",
        "Time for which a vehicle waits for those who got out of it, until the last who may "
        "come back is back. No part of the waiting time, since it is theirs; it counts in the "
        "processing time and in the time in system.",
        OWN,
        parts=(Part(Kind.PEOPLE, Time(lambda view: view.times.for_group.sum(axis=0), GONE)),),
        needs=lambda layout: layout.plan.splits,
        shown=Shown(run=66),
        drawn=Drawn(6, "Waiting for the group", "#56B4E9", "++"),
        column=Column("group_wait_min", always=False),
    ),
    Measure(
        "wait_level",
        "Level of service, wait",
        "%",
        "At a stop whose waiting area has a floor space: of its waits, those of a waiting time "
        "below (over_design), within (optimum) or above (sub_optimum) "
        f"{OPTIMUM_WAIT[0]:g} to {OPTIMUM_WAIT[1]:g} min, the range for passport control.",
        ADRM,
        parts=(Part(Kind.STOPS, Share(_wait_levels), LEVELS, where=_stop_has_floor),),
        shown=Shown(run=68),
        most=100.0,
    ),
)
