"""Numbers as they are shown: rounded to what their interval can tell, in a unit that fits."""

from __future__ import annotations

import math
from collections.abc import Iterable

NO_BOUND = "(no bound)"
"""Stands for an interval where the replications can't bound the value."""

_LONGER = ((1440.0, "days"), (60.0, "h"))
"""Units of time longer than a minute, in minutes."""

_MANY = 5
"""How many of a longer unit the longest time has at least, where that is used."""


def fitting_unit(unit: str, values: Iterable[float]) -> tuple[str, float]:
    """Return the unit that fits some values, and by what they are multiplied for it.

    Minutes become hours or days where the longest is many of them: 43 h, not 2,566 min.
    """
    longest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    for minutes, name in _LONGER if unit == "min" else ():
        if longest >= _MANY * minutes:
            return name, 1 / minutes
    return unit, 1.0


def cell(estimate: float, low: float, high: float, *, signed: bool = False) -> str:
    """Return an estimate with its interval, rounded to what the interval can tell.

    Parameters
    ----------
    estimate, low, high
        The number and its bounds; nan where there are none.
    signed
        Whether what is above 0 has a plus.
    """
    if math.isnan(estimate):
        return "-"
    if math.isnan(low) or high == low:
        return rounded(estimate, decimals(abs(estimate) / 100), signed=signed)
    if math.isinf(low) or math.isinf(high):
        return f"{rounded(estimate, decimals(abs(estimate) / 100), signed=signed)} {NO_BOUND}"
    digits = decimals((high - low) / 2)
    shown, *bounds = (rounded(value, digits, signed=signed) for value in (estimate, low, high))
    return f"{shown} [{', '.join(bounds)}]"


def rounded(value: float, digits: int, *, signed: bool = False) -> str:
    """Return a number with some decimals, and no minus before a zero."""
    value = round(value, digits) + 0.0
    return f"{value:{'+' if signed and value else ''},.{digits}f}"


def decimals(size: float) -> int:
    """Return the decimals that show two figures of a size, at most three."""
    if size <= 0:
        return 0
    return min(max(1 - math.floor(math.log10(size)), 0), 3)
