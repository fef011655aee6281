"""Resources beside a verdict: the officer hours, cost and detection of each way of working."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.errors import InputError
from bcpsim.kpi import Row, find_row
from bcpsim.runs.measured import Measured, rows_in_all
from bcpsim.stats import mean_interval

ALWAYS = "officer_hours"
"""The measure that stands beside every verdict."""

DETECTION = "found_share"
"""The measure whose loss a verdict tells in its first line."""

WHERE_ANY = ("specialist_hours", "staff_cost", "cost", DETECTION, "detained")
"""Measures that do where they aren't 0 in all ways of working."""

_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource or a finding, such as officer hours, with its mean in each way of working.

    Attributes
    ----------
    row
        The measure.
    means
        In the baseline and in each alternative, in its unit.
    surely_less
        Whether the 95 % interval of the difference to the baseline lies below 0, of each
        alternative.
    """

    row: Row
    means: tuple[float, ...]
    surely_less: tuple[bool, ...]

    def loss(self, number: int) -> str | None:
        """Return in words that an alternative finds less of what is hidden, None if it doesn't.

        Parameters
        ----------
        number
            Of the alternative, counted from 0.
        """
        if self.row.measure != DETECTION or not self.surely_less[number]:
            return None
        before, after = self.means[0], self.means[1 + number]
        return f"finding {after:.3g} % of carriers instead of {before:.3g} %"


def resources(measured: Sequence[Measured]) -> Iterator[Resource]:
    """Yield what ways of working, the baseline first, take and find."""
    rows = rows_in_all(measured)
    for name in (ALWAYS, *WHERE_ANY):
        with suppress(InputError):  # one of them hasn't got it
            row = find_row(rows, name)
            values = [way.column(row) for way in measured]
            means = tuple(float(np.nanmean(column)) for column in values)
            if name == ALWAYS or any(means):
                less = tuple(_surely_less(column - values[0]) for column in values[1:])
                yield Resource(row, means, less)


def _surely_less(difference: NDArray[np.float64]) -> bool:
    """Return whether the interval of a mean difference lies below 0."""
    return bool(mean_interval(difference[:, None], _SURE).high[0] < 0)


def change_words(before: float, after: float) -> str:
    """Return a change of a number in words, such as ``50 % more``."""
    if before == after:
        return "no more"
    if before == 0:
        return f"{after:.3g} against 0"
    change = 100 * (after / before - 1)
    return f"{abs(change):.3g} % {'more' if change > 0 else 'fewer'}"
