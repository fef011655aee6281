"""Disturbances: how often and how long they last, and whom they meet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bcpsim.kpi.forms import Whole, hours
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.undone import persons_left_out
from bcpsim.kpi.view import Floats, Ints, Mask, View
from bcpsim.sampling import Circumstances
from bcpsim.sampling.circumstances import lasts_at
from bcpsim.sampling.ticks import microseconds

_Value = Callable[[View, int, int, Ints], float]
"""The value of runs, in one of the replications, of a disturbance by number and stretches."""


_BAND = microseconds(1.0)
"""How much longer waits may be than undisturbed ones where they are back to normal."""

_WINDOW = microseconds(15.0)
"""Over which the waits of those who come are averaged."""


def _of_each(value: _Value) -> Whole:
    """Return the values of each replication and disturbance."""

    def values(view: View, numbers: tuple[int, ...]) -> Floats:
        def of(place: int, circumstances: Circumstances) -> list[float]:
            return [
                value(view, place, k, view.layout.measured(circumstances.disturbed[k]))
                for k in numbers
            ]

        found = [of(place, there) for place, there in enumerate(view.block.circumstances)]
        return np.array(found, dtype=np.float64)[..., None]

    return Whole(values)


def _time(view: View, place: int, number: int, stretches: Ints) -> float:
    return float(hours(np.diff(stretches, axis=1).sum()))


def _times(view: View, place: int, number: int, stretches: Ints) -> float:
    return float((np.diff(stretches, axis=1) > 0).sum())


def _arrivals(view: View, place: int, number: int, stretches: Ints) -> float:
    own = view.block.rows_of(place)
    return _inside(view, number, view.brought[own][view.counted[own]], stretches)


def _surge(view: View, place: int, number: int, stretches: Ints) -> float:
    own, name = view.block.rows_of(place), view.layout.plan.disturbances[number].name
    more = np.array([source.surge == name for source in view.layout.plan.sources])
    return float((more[view.travellers.source[own]] & view.counted[own]).sum())


def _checks(view: View, place: int, number: int, stretches: Ints) -> float:
    own = view.block.rows_of(place)
    return _inside(view, number, view.visits.started[:, own][:, view.counted[own]], stretches)


def _inside(view: View, number: int, times: Ints, stretches: Ints) -> float:
    """Return how many times lie in stretches."""
    return float(lasts_at(view.layout.plan, number, stretches, times).sum())


def _excess(view: View) -> tuple[Ints, Mask]:
    """Return how much longer each traveller waits than without disturbances; who does so in both.

    Who got in and has left in both runs is compared; in neither is anybody who never came in.
    """
    other, usual = view.undisturbed, view.usual
    excess = np.zeros(len(view.travellers), dtype=np.int64)
    both = np.zeros(len(view.travellers), dtype=bool)
    if other is not None and len(other.travellers) == usual.sum():
        excess[usual] = view.waiting_in_all[usual] - other.waiting_in_all
        both[usual] = view.gone[usual] & other.gone
    return excess, both


def _recovery(view: View, place: int, number: int, stretches: Ints) -> float:
    """Return from the end of the last time on how long waits stay above those undisturbed."""
    excess, both = _excess(view)
    own = view.block.rows_of(place)
    there = stretches[stretches[:, 1] > stretches[:, 0]]
    came, more = view.brought[own][both[own]], excess[own][both[own]]
    if not len(there) or not len(came):
        return np.nan
    start = int(there[-1, 1])
    window = (came - start) // _WINDOW
    late = window >= 0
    if not late.any():
        return np.nan
    mean = np.bincount(window[late], more[late]) / np.maximum(np.bincount(window[late]), 1)
    back = np.flatnonzero((mean <= _BAND) & (np.bincount(window[late]) > 0))
    return float(hours(back[:1] * _WINDOW)[0]) if len(back) else np.nan


def _delay(sign: int) -> Whole:
    """Return by how much waits are longer, or shorter, in hours of all travellers."""

    def values(view: View, numbers: tuple[int, ...]) -> Floats:
        excess, both = _excess(view)
        if view.undisturbed is None:
            return np.full((view.replications, 1, 1), np.nan)
        total = np.bincount(view.replication[both], excess[both], minlength=view.replications)
        return np.maximum(sign * hours(total), 0.0).reshape(view.replications, 1, 1)

    return Whole(values)


def _against_undisturbed(name: str, what: str, sign: int, place: int) -> Measure:
    return Measure(
        name,
        name.replace("_", " ").capitalize(),
        "h",
        f"Time that travellers wait {what}, all together, than in the same replication without any "
        "disturbance; 0 where it is the other way round. Of those who come in and leave in both.",
        OWN,
        parts=(Part(Kind.PEOPLE, _delay(sign), ("total",), only_all=True),),
        needs=lambda layout: bool(layout.plan.disturbances),
        shown=Shown(run=place, if_any=True),
    )


def _measure(
    name: str,
    title: str,
    unit: str,
    definition: str,
    value: _Value,
    place: int,
    where: Callable[[Layout, int], bool] = lambda layout, number: True,
) -> Measure:
    return Measure(
        name,
        title,
        unit,
        definition,
        OWN,
        parts=(Part(Kind.DISTURBANCES, _of_each(value), ("total",), where),),
        needs=lambda layout: bool(layout.plan.disturbances),
        shown=Shown(run=place),
        over_time=name in ("disturbed_time", "disturbed_times"),
    )


def _brings_more(layout: Layout, number: int) -> bool:
    name = layout.plan.disturbances[number].name
    return any(source.surge == name for source in layout.plan.sources)


def _leaves_out(layout: Layout, number: int) -> bool:
    return any(change.factor == 0 for change in layout.plan.disturbances[number].changes)


MEASURES = (
    _measure(
        "disturbed_time",
        "Disturbed",
        "h",
        "For how long a disturbance lasts, all its times together, in the measured time.",
        _time,
        95,
    ),
    _measure(
        "disturbed_times",
        "Times",
        "times",
        "How often a disturbance lasts in the measured time, such as how often a trigger sets it "
        "off.",
        _times,
        96,
    ),
    _measure(
        "disturbed_arrivals",
        "Arrivals meanwhile",
        "travellers",
        "Of the arrivals, those who come while a disturbance lasts.",
        _arrivals,
        97,
    ),
    _measure(
        "surge_arrivals",
        "Arrivals beside the usual ones",
        "travellers",
        "Of the arrivals, those who come in a surge beside the usual ones.",
        _surge,
        97,
        _brings_more,
    ),
    _measure(
        "disturbed_checks",
        "Checks meanwhile",
        "checks",
        "Checks that begin while a disturbance lasts, of those who arrive in the measured time: "
        "whom it meets, such as those who aren't registered while that is left out. Each visit to "
        "a stop is one.",
        _checks,
        98,
    ),
    _measure(
        "persons_left_out",
        "Persons for whom work is left out",
        "persons",
        "Persons whose check begins while a disturbance leaves out work that would have been done "
        "for them, such as those who aren't registered; of those who arrive in the measured time. "
        "Of a vehicle all occupants count, or, where the work is for each occupant who has "
        "something, those who have it. Each person counts once, however much is left out, and on "
        "however many visits.",
        persons_left_out,
        98,
        _leaves_out,
    ),
    _measure(
        "recovery_time",
        "Recovery",
        "h",
        "From the end of a disturbance until waits are back: the first quarter of an hour in which "
        "those who come wait at most a minute longer, on average, than in the same replication "
        "without any disturbance. Of several times, after the last. None where nobody comes then.",
        _recovery,
        99,
    ),
    _against_undisturbed("delay_caused", "longer", 1, 68),
    _against_undisturbed("delay_saved", "less", -1, 69),
)
