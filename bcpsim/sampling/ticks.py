"""Whole microseconds: the times of travellers and of logs, and what stands for no time.

Sums and differences of whole numbers are exact, so that what is meant to be simultaneous is.
People read minutes: `minutes` of a column, or `record.minutes.column`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MICROSECONDS = 60_000_000
"""In a minute."""

NEVER = -(1 << 62)
"""The time of what hasn't happened."""

FAR = 1 << 60
"""A time after all others: of what isn't due. Before all others is `-FAR`."""


def microseconds(minutes: float) -> int:
    """Return a time in minutes in whole microseconds."""
    return round(minutes * MICROSECONDS)


def ticks(minutes: Floats) -> Ints:
    """Return times in whole microseconds: at most `FAR`, which infinite ones are."""
    whole = np.rint(minutes * MICROSECONDS)
    np.minimum(whole, FAR, out=whole)  # `np.clip` takes twice as long
    np.maximum(whole, -FAR, out=whole)
    return whole.astype(np.int64)


def stretches(windows: Iterable[tuple[float, float]]) -> Ints:
    """Return the starts and ends of stretches of minutes, shape (stretches, 2)."""
    edges = [[microseconds(start), microseconds(end)] for start, end in windows]
    return np.array(edges, dtype=np.int64).reshape(-1, 2)


def minutes(ticks: Ints) -> Floats:
    """Return times in minutes: nan for what never happened, infinite for what is far."""
    found = ticks / MICROSECONDS
    found[ticks == NEVER] = np.nan
    found[ticks == FAR] = np.inf
    found[ticks == -FAR] = -np.inf
    return found


class Timed:
    """A record of columns, some of which are times in whole microseconds."""

    __slots__ = ()

    TIMES: ClassVar[frozenset[str]]
    """The names of these columns."""

    @property
    def minutes(self) -> InMinutes:
        """The same with times in minutes, for people to read."""
        return InMinutes(self)


class InMinutes:
    """A record whose times are read in minutes, nan or infinite where there are none."""

    def __init__(self, record: Timed) -> None:
        self._record = record

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._record, name)
        if name in self._record.TIMES:
            value = minutes(value)
        setattr(self, name, value)  # once for each column
        return value
