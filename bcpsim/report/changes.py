"""A line of what changes between two ways of working: both values, difference and change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bcpsim.errors import visible
from bcpsim.report.document import Cell, Column, Estimate, in_time

COLUMNS = (
    Column("Baseline", numbers=True),
    Column("Alternative", numbers=True),
    Column("Difference", numbers=True),
    Column("Change", "%", numbers=True),
)
"""Heads of a line, after that of its title."""

Record = Mapping[str, Any]
"""A measure of a comparison, columns as of `bcpsim.Comparison.measures`."""


def line(title: str, unit: str, record: Record) -> tuple[Cell, ...]:
    """Return the line of a measure: title with the unit that fits, and the cells of `COLUMNS`."""
    difference = estimate_of(record, "difference")
    known_to = (difference.high - difference.low) / 2
    means = [
        Estimate(float(record[f"{one}_mean"]), known_to=known_to)
        for one in ("baseline", "alternative")
    ]
    column, cells = in_time(title, unit, (*means, difference))
    return (visible(column.head), *cells, estimate_of(record, "change"))


def estimate_of(record: Record, name: str) -> Estimate:
    """Return the difference or the change of a measure."""
    value, low, high = (float(record[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return Estimate(value, low, high, signed=name == "change")


def is_nothing(record: Record) -> bool:
    """Return whether there is nothing to tell: no value, or nothing in either."""
    means = record["baseline_mean"], record["alternative_mean"]
    return all(mean == 0 or math.isnan(mean) for mean in means)
