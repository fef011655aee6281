"""Waits as authorities publish them."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure, Part
from bcpsim.kpi.view import Floats, Ints, Mask, View
from bcpsim.sampling.ticks import NEVER


def _of_all(view: View, numbers: tuple[int, ...]) -> Floats:
    found = []
    for k in numbers:
        those = np.ones(len(view.category), bool) if k < 0 else view.category == k
        per_shift = int((view.leaving & those).sum()) / view.layout.hours * 12
        times = view.times
        arrivals, departures = times.arrival[those], times.departure[those]
        found.append(official_wait(arrivals, departures, view.counted[those], per_shift))
    return np.array(found)[:, None]


def official_wait(arrivals: Ints, departures: Ints, ours: Mask, per_shift: float) -> float:
    """Return the mean of the Polish official estimate over arriving vehicles.

    Parameters
    ----------
    arrivals, departures
        Of all vehicles of a kind.
    ours
        Which of them count.
    per_shift
        How many are cleared in 12 h.
    """
    if not ours.any() or not per_shift:
        return float("nan")
    left = np.sort(departures[departures != NEVER], kind="stable")
    gone = np.searchsorted(left, arrivals[ours], side="right")
    before = np.empty(len(arrivals), dtype=np.int64)  # members aren't in order of arrival
    never = np.where(arrivals == NEVER, np.iinfo(np.int64).max, arrivals)
    before[np.argsort(never, kind="stable")] = np.arange(len(arrivals))
    present = np.maximum(before[ours] - gone, 0)  # one turned away is gone by then
    return float(np.mean(60 * np.floor(12 * present / per_shift + 0.5)))


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
