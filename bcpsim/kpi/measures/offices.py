"""Back offices: how busy their specialists are."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.bill import open_between
from bcpsim.kpi.forms import Whole, hours, of_numbers, ratio
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View


def _on_duty(layout: Layout) -> Ints:
    """Return for how long specialists are there in the measured time, shape (1, offices)."""
    measured = np.array([layout.warm_up, layout.horizon], dtype=np.int64)
    offices = layout.plan.offices
    there = [open_between(one.windows, measured)[0] * one.specialists for one in offices]
    return np.array([there], dtype=np.int64)


def _hours(view: View, numbers: tuple[int, ...]) -> Floats:
    there = np.repeat(_on_duty(view.layout), view.replications, axis=0)
    return of_numbers(hours(there), numbers)


def _utilisation(view: View, numbers: tuple[int, ...]) -> Floats:
    share = ratio(view.busy_in_offices, _on_duty(view.layout))
    return of_numbers(100 * share, numbers)


MEASURES = (
    Measure(
        "specialist_hours",
        "Specialist hours",
        "h",
        "Hours for which the specialists of a back office are there in the measured time, whether "
        "they have work or not. They aren't among the officer hours.",
        OWN,
        parts=(
            Part(Kind.STAFF, Whole(_hours), ("total",), only_all=True),
            Part(Kind.OFFICES, Whole(_hours), ("total",)),
        ),
        needs=lambda layout: bool(layout.plan.offices),
        shown=Shown(run=76, compare=56),
        over_time=True,
        lacking=0.0,
    ),
    Measure(
        "office_utilisation",
        "Utilisation of an office",
        "%",
        "Time for which the specialists of a back office work, divided by the time for which they "
        "are there, in the measured time. Near 100 % work piles up.",
        OWN,
        parts=(Part(Kind.OFFICES, Whole(_utilisation)),),
        needs=lambda layout: bool(layout.plan.offices),
        shown=Shown(run=78),
        over_time=True,
        most=100.0,
    ),
)
