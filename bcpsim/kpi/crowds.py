"""How many are somewhere at a time, from when each comes and goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.kernels import by_hour

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Stays at some places: who is where, from when to when; start <= end.

    Attributes
    ----------
    place, start, end
        Of each stay, the places counted from 0.
    """

    place: Ints
    start: Ints
    end: Ints

    def and_those(self, other: Stays) -> Stays:
        """Return these stays together with others."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in Stays.__slots__)
        return Stays(*(np.concatenate(pair) for pair in pairs))

    def by_hour(self, edges: Ints, places: int) -> Floats:
        """Return the mean number present between neighbouring edges; shape (places, hours)."""
        time = by_hour(edges, self.start, self.end, self.place, places)
        return time / np.diff(edges)

    def crowds(self, places: int, low: int, high: int) -> Crowds:
        """Return how many there are at each place between two times."""
        lasting = self.end > self.start
        place, start, end = self.place[lasting], self.start[lasting], self.end[lasting]
        place, time = np.concatenate([place, place]), np.concatenate([end, start])
        change = np.repeat([-1, 1], len(start))
        order = np.lexsort((time, place))  # at one time those who go are before those who come
        place, time = place[order], np.clip(time[order], low, high)
        number = np.cumsum(change[order])  # after the last change at a place nobody is left
        until = np.append(time, 0)[1:]
        for_how_long = np.maximum(until - time, 0) * (number > 0)
        there = for_how_long > 0
        return Crowds(places, high - low, place[there], number[there], for_how_long[there])


@dataclass(frozen=True, slots=True, eq=False)
class Crowds:
    """How many are at some places, in stretches of time in which nobody comes or goes.

    Attributes
    ----------
    places, window
        How many places there are, and how long it is looked at them.
    place, number, lasting
        Of each stretch in which anybody is there.
    """

    places: int
    window: int
    place: Ints
    number: Ints
    lasting: Ints

    @property
    def mean(self) -> Floats:
        """How many are at each place on average."""
        return self._time(self.number * self.lasting) / self.window

    @property
    def most(self) -> Ints:
        """The most who are at each place at one time."""
        found = np.zeros(self.places, dtype=np.int64)
        np.maximum.at(found, self.place, self.number)
        return found

    def share_of(self, full: Ints) -> Floats:
        """Return the share of time in which at least so many are at each place."""
        return self._time(self.lasting * (self.number >= full[self.place])) / self.window

    def _time(self, times: Ints) -> Ints:
        """Return sums by place."""
        found = np.zeros(self.places, dtype=np.int64)
        np.add.at(found, self.place, times)
        return found
