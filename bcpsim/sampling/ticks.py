"""Whole microseconds: the times of the engine, and minutes that are such."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MICROSECONDS = 60_000_000
"""In a minute."""


def whole(minutes: Floats) -> Floats:
    """Return minutes rounded to whole microseconds; what isn't finite stays as it is."""
    rounded: Floats = np.rint(minutes * MICROSECONDS) / MICROSECONDS
    return rounded
