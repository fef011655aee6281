"""Waits as authorities publish them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.kernels import grouped, in_front
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure, Part
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.sampling.ticks import NEVER


def _official_wait(view: View, numbers: tuple[int, ...]) -> Floats:
    arrival = view.times.arrival
    there = arrival != NEVER  # without those who never got out of a vehicle
    departure = np.where(there, view.times.departure, NEVER)
    came, left = _in_order(arrival), _in_order(departure)
    groups = view.layout.groups
    ahead = in_front(came, left, arrival, departure, view.category, groups)
    cleared = view.count(view.leaving)
    order, bounds = grouped(view.counted & there, view.category, groups)
    found = []
    for k in numbers:
        present = ahead[0][order] if k < 0 else ahead[1][order[bounds[k] : bounds[k + 1]]]
        own = int(cleared.sum() if k < 0 else cleared[k])
        found.append(official_wait(present, own, view.layout.hours))
    return np.array(found)[:, None]


def official_wait(present: Ints, cleared: int, hours: float) -> float:
    """Return the mean of the Polish official estimate over arriving vehicles, in minutes.

    Parameters
    ----------
    present
        How many vehicles are on site and in front of each.
    cleared, hours
        How many are cleared in how many hours.
    """
    if not len(present) or not cleared:
        return float("nan")
    per_shift = cleared / hours * 12
    return float((60 * np.floor(12 * present / per_shift + 0.5)).sum()) / len(present)


def _in_order(times: Ints) -> Ints:
    """Return the travellers to whom something happened, in the order of time."""
    order = np.argsort(times, kind="stable")  # which is nearly so already
    return order[int((times == NEVER).sum()) :]


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
