"""Numbers in cells of tables."""

from __future__ import annotations

import math

from bcpsim.scenario.tables.files import TableError

MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}
"""Minutes of each unit of time that a column may have."""


def not_negative(cell: str, where: str) -> float:
    """Return the number of a cell: finite, 0 or more."""
    try:
        value = float(cell)
    except ValueError:
        raise TableError(f"{where}: {cell!r} is no number") from None
    if not math.isfinite(value) or value < 0:
        raise TableError(f"{where}: {cell!r} must be a finite number, not negative")
    return value
