"""Waits as authorities publish them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.kernels import in_front
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure, Part
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.sampling.ticks import NEVER


def _of_all(view: View, numbers: tuple[int, ...]) -> Floats:
    arrival, departure = view.times.arrival, view.times.departure
    came, left = in_order(arrival), in_order(departure)
    ahead = in_front(came, left, arrival, departure, view.category, view.layout.groups)
    cleared = view.count(view.leaving)
    found = []
    for k in numbers:
        those = view.counted if k < 0 else view.counted & (view.category == k)
        present = ahead[0 if k < 0 else 1][those]
        found.append(
            official_wait(present, int(cleared.sum() if k < 0 else cleared[k]), view.layout.hours)
        )
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
    return float(np.mean(60 * np.floor(12 * present / per_shift + 0.5)))


def in_order(times: Ints) -> Ints:
    """Return those to whom something happened, in the order of time."""
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
        parts=(Part(Kind.PEOPLE, Whole(_of_all)),),
    ),
)
