"""How the values of a measure come from a run: the few forms that measures have.

A new measure needs a column of a run, or a number for each group, and a form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.kernels import ranked, summed, summed_by_hour
from bcpsim.kpi.layout import Laid
from bcpsim.kpi.measure import PERCENTILES
from bcpsim.kpi.view import Floats, Ints, Mask, View, Who
from bcpsim.sampling.ticks import MICROSECONDS, NEVER

Numbers = NDArray[np.int64] | NDArray[np.floating[Any]]
Fraction = tuple[Numbers, Numbers | float]
"""Values as what is divided and by what; 0: there was nobody to measure."""

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

    def of(self, view: View, laid: Laid) -> Fraction:
        """Return the values in minutes, shape (replications, populations, statistics)."""
        members = view.members(self.who, laid)
        shape = (*members.low.shape, len(laid.statistics))
        values, low, high = self.column(view).ravel(), members.low.ravel(), members.high.ravel()
        number = (high - low)[:, None]
        if laid.statistics == ("mean",):
            found = summed(values, members.order, low, high)
            return found.reshape(shape), (number * MICROSECONDS).reshape(shape)
        last = np.maximum(number - 1, 0)
        place = last * _SHARES
        below = place.astype(np.int64)
        places = np.minimum(np.concatenate([below, below + 1], axis=1), last)
        found = ranked(values, members.order, low, high, places)
        under, over = found[:, 1 : 1 + len(_SHARES)], found[:, 1 + len(_SHARES) :]
        ranks = under + (place - below) * (over - under)
        unit = np.where(number > 0, MICROSECONDS, 0)
        return (
            np.concatenate([found[:, :1], ranks], axis=1).reshape(shape),
            np.concatenate([number * MICROSECONDS, unit, unit, unit, unit], axis=1).reshape(shape),
        )

    def samples(self, view: View, laid: Laid, place: int) -> list[Ints]:
        """Return the times of each population in one of the replications."""
        members = view.members(self.who, laid)
        values = self.column(view).ravel()[members.order]
        bounds = zip(members.low[place], members.high[place], strict=True)
        return [values[low:high] for low, high in bounds]


@dataclass(frozen=True, slots=True)
class Total:
    """A number of travellers or visits; by the hour of the measured time if that is asked for.

    Attributes
    ----------
    counts
        How many there are, shape (replications, groups).
    per_hour
        Whether it is a rate.
    """

    counts: Callable[[View], Ints]
    per_hour: bool = False

    def of(self, view: View, laid: Laid) -> Fraction:
        """Return the values, shape (replications, populations, 1)."""
        return laid.added(self.counts(view))[..., None], view.layout.hours if self.per_hour else 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent, for each statistic.

    Attributes
    ----------
    counts
        Of a statistic: how many there are, and of how many; shape (replications, groups).
    """

    counts: Callable[[View, str], tuple[Ints, Ints]]

    def of(self, view: View, laid: Laid) -> Fraction:
        """Return the values, shape (replications, populations, statistics)."""
        pairs = [self.counts(view, statistic) for statistic in laid.statistics]
        some = np.stack([laid.added(one) for one, _ in pairs], axis=2)
        return 100.0 * some, np.stack([laid.added(every) for _, every in pairs], axis=2)


@dataclass(frozen=True, slots=True)
class Whole:
    """Values that are found for all populations at once.

    Attributes
    ----------
    values
        Of runs and the numbers of the populations: shape (replications, populations,
        statistics), perhaps by hour.
    """

    values: Callable[[View, tuple[int, ...]], Floats]

    def of(self, view: View, laid: Laid) -> Fraction:
        """Return the values."""
        return self.values(view, laid.numbers), 1.0


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

    def of(self, view: View, laid: Laid) -> Fraction:
        """Return the values, shape (replications, populations, statistics, hours)."""
        hours = len(view.layout.edges) - 1
        totals, counts = [], []
        for statistic in laid.statistics:
            values, there = self.column(view, statistic)
            hour = view.hour_of_arrival if there.ndim == 1 else view.hour_of_queueing
            group, groups = view.groups_of(there)
            time = values.ravel().astype(np.int64, copy=False)
            found = summed_by_hour(time, there.ravel(), group, hour, groups, hours)
            total, count = found.reshape(2, view.replications, -1, hours)
            totals.append(laid.added(total))
            counts.append(laid.added(count))
        return np.stack(totals, axis=2), np.stack(counts, axis=2) * self.unit


def of_numbers(values: Floats, numbers: tuple[int, ...]) -> Floats:
    """Return the columns of some populations, for -1 the sum of all.

    Parameters
    ----------
    values
        Shape (replications, populations).
    numbers
        Of the populations wanted.

    Returns
    -------
    ndarray
        Shape (replications, wanted, 1).
    """
    columns = [values.sum(axis=1) if k < 0 else values[:, k] for k in numbers]
    return np.stack(columns, axis=1)[..., None]


def ratio(above: Ints | Floats, below: Ints | Floats) -> Floats:
    """Return quotients, nan where there is nothing to divide by."""
    found = np.full(np.shape(above), np.nan)
    return np.divide(above, below, out=found, where=np.not_equal(below, 0))


def minutes(times: Ints) -> Floats:
    """Return times in minutes, nan where there are none."""
    return np.where(times == NEVER, np.nan, times / MICROSECONDS)


def hours(times: Ints) -> Floats:
    """Return times in hours."""
    return times / (60 * MICROSECONDS)
