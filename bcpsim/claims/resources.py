"""What each way of working takes and finds: officer hours, cost and detection beside a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from bcpsim.errors import InputError
from bcpsim.kpi import Row, find_row
from bcpsim.runs import Measured

ALWAYS = "officer_hours"
"""The measure that stands beside every verdict."""

WHERE_ANY = ("staff_cost", "cost", "detained")
"""Measures that do where they aren't 0 in all ways of working."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What each way of working takes or finds.

    Attributes
    ----------
    row
        The measure.
    means
        In the baseline and in each alternative, in its unit.
    """

    row: Row
    means: tuple[float, ...]


def resources(measured: Sequence[Measured]) -> Iterator[Resource]:
    """Yield what ways of working, the baseline first, take and find."""
    for name in (ALWAYS, *WHERE_ANY):
        with suppress(InputError):  # one of them hasn't got it
            rows = [find_row(one.rows, name) for one in measured]
            means = tuple(
                float(np.nanmean(one.column(row))) for one, row in zip(measured, rows, strict=True)
            )
            if name == ALWAYS or any(means):
                yield Resource(rows[0], means)


def change_words(before: float, after: float) -> str:
    """Return a change of a number in words, such as ``50 % more``."""
    if before == after:
        return "no more"
    if before == 0:
        return f"{after:.3g} against 0"
    change = 100 * (after / before - 1)
    return f"{abs(change):.3g} % {'more' if change > 0 else 'fewer'}"
