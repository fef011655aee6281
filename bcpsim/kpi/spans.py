"""Stretches of time, summed and counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Spans:
    """Stretches of time [start, end), summed and counted through sorted bounds."""

    def __init__(self, start: Ints, end: Ints) -> None:
        # Stretches come nearly in order, which this kind of sorting makes use of.
        self._start = np.sort(start, kind="stable")
        self._end = np.sort(end, kind="stable")

    @property
    def bounds(self) -> Ints:
        """All starts and ends."""
        return np.concatenate([self._start, self._end])

    def count(self, times: Ints) -> Ints:
        """Return how many stretches there are just after each time."""
        begun = np.searchsorted(self._start, times, side="right")
        return begun - np.searchsorted(self._end, times, side="right")

    def most(self, low: int, high: int) -> int:
        """Return the most stretches at one time from low to high.

        There are most just after one starts, or at the beginning, of those begun before.
        """
        present = np.arange(1, len(self._start) + 1) - np.searchsorted(
            self._end, self._start, side="right"
        )
        inside = slice(*np.searchsorted(self._start, [low, high]).tolist())
        return int(present[inside].max(initial=self.count(np.array([low]))[0]))


def within(start: Ints, end: Ints, low: int, high: int) -> Ints:
    """Return how much of each stretch lies between two times."""
    inside: Ints = np.clip(end, low, high) - np.clip(start, low, high)
    return inside


def hours_of(edges: Ints, times: Ints) -> Ints:
    """Return between which neighbouring edges each time lies: -1: before the first."""
    return np.searchsorted(edges, times, side="right") - 1


def by_hour(edges: Ints, start: Ints, end: Ints, group: Ints, groups: int) -> Ints:
    """Return how long stretches last between neighbouring edges, shape (groups, hours).

    Parameters
    ----------
    edges
        Of the hours.
    start, end
        Of the stretches, start <= end.
    group, groups
        The group of each stretch, and how many there are.
    """
    size = len(edges) - 1
    length = np.diff(edges)

    def until_now(times: Ints) -> Ints:
        """Return how long what began at some times lasts in each hour, if it never ends."""
        inside = np.clip(times, edges[0], edges[-1])
        hour = np.minimum(hours_of(edges, inside), size - 1)
        place = group * size + hour
        begun = np.bincount(place, minlength=groups * size).reshape(groups, size)
        late = np.bincount(place, inside - edges[hour], groups * size).reshape(groups, size)
        lasting: Ints = np.cumsum(begun, axis=1) * length - late.astype(np.int64)
        return lasting

    return until_now(start) - until_now(end)
