"""How many travellers arrive, and how they end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bcpsim.kpi.forms import Total, Whole
from bcpsim.kpi.kernels import counted
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, Mask, View
from bcpsim.plan.records.outcomes import Outcome


def _by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    rows, hours = view.replications, len(view.layout.edges) - 1
    hour = view.hour_of_arrival
    inside = (hour >= 0) & (hour < hours)
    found = counted(inside, view.replication * hours + hour, rows * hours)
    return found.reshape(rows, 1, 1, hours).astype(np.float64)


def _at_crossings(some: Callable[[View], Mask]) -> Part:
    """Return how many of some travellers went to each crossing of a region."""
    return Part(Kind.CROSSINGS, Total(lambda view: view.count_at_crossings(some(view))), ("total",))


def _in_aspects(some: Callable[[View], Mask]) -> Part:
    """Return how many of some travellers there are by attribute and by service."""

    def values(view: View, numbers: tuple[int, ...]) -> Floats:
        counts = [aspect.count(view.block, some(view)) for aspect in view.layout.aspects]
        return np.concatenate(counts, axis=1).astype(np.float64)[:, list(numbers), None]

    return Part(Kind.ASPECTS, Whole(values), ("total",))


def _occupants_with(view: View, numbers: tuple[int, ...]) -> Floats:
    having = np.where(view.counted, view.travellers.having[list(numbers)], 0)
    columns = [np.bincount(view.replication, row, view.replications) for row in having]
    return np.stack(columns, axis=1)[..., None].astype(np.float64)


def _ended_as(outcome: Outcome) -> Callable[[View], Ints]:
    return lambda view: view.outcomes[:, outcome]


def _never_out(view: View) -> Ints:
    return view.count(view.gone & ~view.timed)


def _outcome(
    name: str,
    definition: str,
    source: str = OWN,
    *,
    place: int,
    needs: Callable[[Layout], bool] = lambda layout: True,
) -> Measure:
    outcome = Outcome.INSIDE if name == "inside_at_end" else Outcome[name.upper()]
    return Measure(
        name,
        name.replace("_", " ").capitalize(),
        "travellers",
        definition,
        source,
        parts=(
            Part(Kind.PEOPLE, Total(_ended_as(outcome)), ("total",)),
            _in_aspects(lambda view: view.counted & view.log.ended_as(outcome)),
            _at_crossings(lambda view: view.counted & view.log.ended_as(outcome)),
        ),
        needs=needs,
        shown=Shown(run=20 + place, compare=40 + place, if_any=True),
    )


MEASURES = (
    Measure(
        "arrivals",
        "Arrivals",
        "travellers",
        "Travellers who arrive in the measured time (after the warm-up, before the horizon's end), "
        "and without a warm-up those who wait already at the start. "
        "All other measures of travellers are of these, however late they leave. A traveller is "
        "what a scenario counts: a vehicle with its occupants, a passenger, a vessel; tables and "
        "plots use the word that the scenario gives in `counted`. Those who get out of a vehicle "
        "to be checked count in their own class, as having come with it: who sits in a vehicle "
        "shares its fate, and ends as it does. Where groups split, persons are all of classes that "
        "get out, and vehicles all others. Where there are deadlines, outcomes are told by the "
        "values of attributes and by service, too. In a region, those of a crossing are those who "
        "went there, whichever is their usual one.",
        QUEUEING,
        parts=(
            Part(Kind.PEOPLE, Total(lambda view: view.outcomes.sum(axis=1)), ("total",)),
            _in_aspects(lambda view: view.counted),
            _at_crossings(lambda view: view.counted),
        ),
        hourly=(Part(Kind.PEOPLE, Whole(_by_hour), ("total",), only_all=True),),
        shown=Shown(run=10),
    ),
    Measure(
        "occupants_with",
        "Occupants who arrive",
        "persons",
        "Persons in the vehicles that arrive in the measured time who have what `occupants_with` "
        "of a class says that some have. Those who get out of a vehicle to be checked count by "
        "their own class, as well as in the vehicle if its class has it, too.",
        OWN,
        parts=(Part(Kind.OCCUPANTS, Whole(_occupants_with), ("total",)),),
        needs=lambda layout: bool(layout.plan.of_occupants),
        shown=Shown(run=11),
    ),
    _outcome("released", "Of the arrivals, those released.", place=0),
    _outcome("refused", "Of the arrivals, those refused.", place=1),
    _outcome("detained", "Of the arrivals, those detained.", place=2),
    _outcome(
        "inside_at_end",
        "Of the arrivals, those still inside when the run stops. They count in no time measure: "
        "where this isn't 0, the times of those who left are too favourable.",
        place=3,
    ),
    _outcome(
        "turned_away",
        "Of the arrivals, those turned away because the waiting area was full, or who turned back "
        "from a border crossing point that was closed, by its hours or by a disturbance.",
        QUEUEING,
        place=4,
        needs=lambda layout: layout.turns_away,
    ),
    _outcome(
        "diverted",
        "Of the arrivals, those whom a disturbance sent to another border crossing point; in a "
        "region, to one outside it.",
        place=9,
        needs=lambda layout: layout.diverts,
    ),
    _outcome(
        "missed",
        "Of the arrivals, those who hadn't passed by their deadline: who miss the flight, or are "
        "gone again unchecked. A check in hand at the deadline is finished. Who is back in a "
        "vehicle that misses it, or never got out, misses it too.",
        place=5,
        needs=lambda layout: layout.has_deadlines,
    ),
    _outcome(
        "lost_patience",
        "Of the arrivals, those who waited in a queue for as long as their patience lasted, and "
        "left unchecked.",
        QUEUEING,
        place=7,
        needs=lambda layout: layout.tries_patience,
    ),
    _outcome(
        "sent_away",
        "Of the arrivals, those who waited at a stop that a disturbance cleared, or came to it "
        "from another meanwhile, and left unchecked.",
        place=6,
        needs=lambda layout: layout.clears,
    ),
    _outcome(
        "deterred",
        "Of the arrivals, those who turned back at the sight of the queue, and never came in.",
        QUEUEING,
        place=8,
        needs=lambda layout: layout.deters,
    ),
    Measure(
        "never_out",
        "Never got out",
        "travellers",
        "Where those in vehicles get out to be checked: of the arrivals, those who never did, "
        "since the vehicle left before, such as one that missed its ferry in the queue. They are "
        "among the missed, the refused or the detained, as it is, and have no times of their own.",
        OWN,
        parts=(
            Part(Kind.PEOPLE, Total(_never_out), ("total",)),
            _in_aspects(lambda view: view.gone & ~view.timed),
            _at_crossings(lambda view: view.gone & ~view.timed),
        ),
        needs=lambda layout: layout.plan.splits,
        shown=Shown(run=26, if_any=True),
    ),
)
