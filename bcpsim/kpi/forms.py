"""How the values of a measure come from a run: the few forms that measures have.

A new measure needs a column of a run, or a number for each group, and a form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bcpsim.kpi.kernels import ranked, summed, summed_by_hour
from bcpsim.kpi.layout import Laid
from bcpsim.kpi.measure import PERCENTILES
from bcpsim.kpi.view import Floats, Ints, Mask, View, Who
from bcpsim.sampling.ticks import MICROSECONDS, NEVER

_SHARES = np.array([*PERCENTILES.values(), 1.0])  # the maximum is the last


@dataclass(frozen=True, slots=True)
class Time:
    """A time over travellers, or over visits to stops: its mean, percentiles and maximum.

    Attributes
    ----------
    column
        The time of each of them in whole microseconds.
    who
        Who counts.
    """

    column: Callable[[View], Ints]
    who: Who

    def of(self, view: View, laid: Laid) -> Floats:
        """Return the values in minutes, shape (populations, statistics)."""
        members = view.members(self.who)
        values = self.column(view).ravel()
        low, high = members.bounds[laid.low], members.bounds[laid.high]
        number = high - low
        mean = ratio(summed(values, members.order, low, high), number * MICROSECONDS)
        if laid.statistics == ("mean",):
            return mean[:, None]
        place = np.maximum(number - 1, 0)[:, None] * _SHARES
        below = place.astype(np.int64)
        above = np.minimum(below + 1, np.maximum(number - 1, 0)[:, None])
        places = np.stack([below, above], axis=2).reshape(len(number), -1)
        found = ranked(values, members.order, low, high, places)
        under, over = found[:, 0::2], found[:, 1::2]
        ranks = (under + (place - below) * (over - under)) / MICROSECONDS
        return np.concatenate([mean[:, None], np.where(number[:, None], ranks, np.nan)], axis=1)

    def samples(self, view: View, laid: Laid) -> list[Ints]:
        """Return the times of each population."""
        members = view.members(self.who)
        values = self.column(view).ravel()[members.order]
        bounds = zip(members.bounds[laid.low], members.bounds[laid.high], strict=True)
        return [values[low:high] for low, high in bounds]


@dataclass(frozen=True, slots=True)
class Total:
    """A number of travellers or visits; by the hour of the measured time if that is asked for.

    Attributes
    ----------
    counts
        How many there are in each group.
    per_hour
        Whether it is a rate.
    """

    counts: Callable[[View], Ints]
    per_hour: bool = False

    def of(self, view: View, laid: Laid) -> Floats:
        """Return the values, shape (populations, 1)."""
        total = _added(self.counts(view), laid)
        return total / view.layout.hours if self.per_hour else total.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent, for each statistic.

    Attributes
    ----------
    counts
        Of a statistic: how many there are in each group, and of how many.
    """

    counts: Callable[[View, str], tuple[Ints, Ints]]

    def of(self, view: View, laid: Laid) -> Floats:
        """Return the values, shape (populations, statistics)."""
        found = []
        for statistic in laid.statistics:
            some, every = (_added(counts, laid) for counts in self.counts(view, statistic))
            found.append(100 * ratio(some, every))
        return np.concatenate(found, axis=1)


@dataclass(frozen=True, slots=True)
class Whole:
    """Values that are found for all populations at once.

    Attributes
    ----------
    values
        Of a run and the numbers of the populations: shape (populations, statistics).
    """

    values: Callable[[View, tuple[int, ...]], Floats]

    def of(self, view: View, laid: Laid) -> Floats:
        """Return the values."""
        return self.values(view, laid.numbers)


@dataclass(frozen=True, slots=True)
class HourlyMean:
    """A mean by hour, over travellers by their arrival or over visits by when they queued.

    Attributes
    ----------
    column
        Of a statistic: the value of each of them, and who has one.
    unit
        How many of them are one.
    """

    column: Callable[[View, str], tuple[Ints | Mask, Mask]]
    unit: float = MICROSECONDS

    def of(self, view: View, laid: Laid) -> Floats:
        """Return the values, shape (populations, statistics, hours)."""
        hours = len(view.layout.edges) - 1
        found = np.empty((len(laid.numbers), len(laid.statistics), hours))
        for place, statistic in enumerate(laid.statistics):
            values, there = self.column(view, statistic)
            hour = view.hour_of_arrival if there.ndim == 1 else view.hour_of_queueing
            group, groups = view.groups_of(there)
            time = values.ravel().astype(np.int64, copy=False)
            total, count = summed_by_hour(time, there.ravel(), group, hour, groups, hours)
            for k, (low, high) in enumerate(zip(laid.low, laid.high, strict=True)):
                found[k, place] = ratio(total[low:high].sum(axis=0), count[low:high].sum(axis=0))
        return found / self.unit


def ratio(above: Ints | Floats, below: Ints | Floats) -> Floats:
    """Return quotients, nan where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(below) != 0, np.divide(above, below), np.nan)


def minutes(times: Ints) -> Floats:
    """Return times in minutes, nan where there are none."""
    return np.where(times == NEVER, np.nan, times / MICROSECONDS)


def hours(times: Ints) -> Floats:
    """Return times in hours."""
    return times / (60 * MICROSECONDS)


def _added(counts: Ints, laid: Laid) -> Ints:
    """Return the sums over the groups of each population, shape (populations, 1)."""
    before = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=before[1:])
    return (before[laid.high] - before[laid.low])[:, None]
