"""Waits as authorities publish them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, ratio
from bcpsim.kpi.kernels import counted, grouped, in_front, in_order, summed
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure, Part
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.sampling.ticks import NEVER


def _official_wait(view: View, numbers: tuple[int, ...]) -> Floats:
    own = _of_kinds(view, view.group, view.replications * view.layout.groups)
    every = _of_kinds(view, view.replication, view.replications)
    return np.stack([every[:, 0] if k < 0 else own[:, k] for k in numbers], axis=1)[..., None]


def _of_kinds(view: View, kind: Ints, kinds: int) -> Floats:
    """Return the mean estimate over the vehicles of each kind, shape (replications, kinds)."""
    times = view.times
    there = times.arrival != NEVER  # without those who never got out of a vehicle
    left = there & (times.departure != NEVER)
    present = in_front(
        view.came, times.arrival, kind, *in_order(times.departure[left], kind[left], kinds)
    )
    cleared = counted(view.leaving, kind, kinds)
    hours = official_hours(present, cleared[kind], view.layout.hours)
    order, bounds = grouped(view.counted & there, kind, kinds)
    low, high = bounds[:-1], bounds[1:]
    number = np.where(cleared > 0, high - low, 0)
    found = ratio((60 * summed(hours, order, low, high))[:, 0], number)
    return found.reshape(view.replications, -1)


def official_hours(present: Ints, cleared: Ints, hours: float) -> Ints:
    """Return the Polish official estimate for each arriving vehicle, in whole hours.

    Parameters
    ----------
    present
        How many vehicles of its kind are on site and in front of each.
    cleared, hours
        How many of its kind are cleared in how many hours; 0 where none is.
    """
    per_shift = cleared / hours * 12
    shifts = ratio(12 * present, per_shift)
    return np.floor(np.nan_to_num(shifts) + 0.5).astype(np.int64)


MEASURES = (
    Measure(
        "official_wait_pl",
        "Official wait, Poland",
        "min",
        "What the Polish authorities would publish on the vehicle's arrival: "
        "12 h x (vehicles of its kind on site and in front) / (vehicles of its kind cleared per "
        "shift of 12 h), rounded to hours; here with the mean number cleared in the measured time. "
        "It stands for the time in system of the vehicle, and for road vehicles at the border of "
        "Poland; printed tables show it only where it is asked for by name.",
        "granica.gov.pl, 'Sposób liczenia czasu oczekiwania' (liczenie_czasu.php)",
        parts=(Part(Kind.PEOPLE, Whole(_official_wait)),),
    ),
)
