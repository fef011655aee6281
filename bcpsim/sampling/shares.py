"""Values drawn by shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def by_share(shares: Sequence[float], u: Floats) -> Ints:
    """Return an index for each uniform number, each index as often as its share says."""
    return np.searchsorted(np.cumsum(shares)[:-1], u, side="right")


def numbers_by_share(shares: tuple[tuple[int, float], ...], u: Floats) -> Ints:
    """Return one of the numbers for each uniform number, drawn by shares."""
    numbers = np.array([number for number, _ in shares], dtype=np.int64)
    return numbers[by_share([share for _, share in shares], u)]
