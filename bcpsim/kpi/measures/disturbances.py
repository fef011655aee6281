"""Disturbances: how often and how long they last, and whom they meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from bcpsim.kpi.forms import Whole, hours
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.plan.model import Windows
from bcpsim.sampling import Circumstances
from bcpsim.sampling.ticks import microseconds

_Value = Callable[[View, int, int, Ints], float]
"""The value of runs, in one of the replications, of a disturbance by number and stretches."""


def _measured(view: View, windows: Windows) -> Ints:
    """Return the starts and ends of stretches, as far as they are in the measured time."""
    edges = [[microseconds(start), microseconds(end)] for start, end in windows]
    found = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return found.clip(view.layout.warm_up, view.layout.horizon)


def _of_each(value: _Value) -> Whole:
    """Return the values of each replication and disturbance."""

    def values(view: View, numbers: tuple[int, ...]) -> Floats:
        def of(place: int, there: Circumstances) -> list[float]:
            return [value(view, place, k, _measured(view, there.disturbed[k])) for k in numbers]

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


def _checks(view: View, place: int, number: int, stretches: Ints) -> float:
    own = view.block.rows_of(place)
    return _inside(view, number, view.visits.started[:, own][:, view.counted[own]], stretches)


def _inside(view: View, number: int, times: Ints, stretches: Ints) -> float:
    """Return how many times lie in stretches.

    What is known beforehand begins and ends before all else of a moment; what a trigger sets off,
    after it.
    """
    known = view.layout.plan.disturbances[number].trigger is None
    side: Literal["left", "right"] = "left" if known else "right"
    return float(np.diff(np.searchsorted(np.sort(times.ravel()), stretches, side), axis=1).sum())


def _measure(
    name: str,
    title: str,
    unit: str,
    definition: str,
    value: _Value,
    place: int,
) -> Measure:
    return Measure(
        name,
        title,
        unit,
        definition,
        OWN,
        parts=(Part(Kind.DISTURBANCES, _of_each(value), ("total",)),),
        needs=lambda layout: bool(layout.plan.disturbances),
        shown=Shown(run=place),
        over_time=name in ("disturbed_time", "disturbed_times"),
    )


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
        "disturbed_checks",
        "Checks meanwhile",
        "checks",
        "Checks that begin while a disturbance lasts, of those who arrive in the measured time: "
        "whom it meets, such as those who aren't registered while that is left out. Each visit to "
        "a stop is one.",
        _checks,
        98,
    ),
)
