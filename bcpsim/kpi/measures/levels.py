"""Levels of service at passport control."""

from __future__ import annotations

from bcpsim.kpi.layout import Layout
from bcpsim.kpi.view import Floats, Ints, Mask

OPTIMUM_WAIT = (5.0, 10.0)
"""Minutes of waiting at passport control at which the level of service is the optimum."""

OPTIMUM_SPACE = (1.0, 1.2)
"""Square metres for a person in the queue at passport control at which it is the optimum."""

LEVELS = ("over_design", "optimum", "sub_optimum")
"""Statistics of the levels of service: better than the optimum, optimum, worse."""

ADRM = (
    "IATA and ACI, Airport Development Reference Manual, 10th ed., 2014, level of service; the "
    "categories are public (iata.org, Level of Service Best Practice); the ranges are those "
    "commonly quoted from it, not checked against the manual, which isn't public. Sub-optimum in "
    "wait and space is what the manual calls under-provided"
)


def levels(values: Ints | Floats, low: float, high: float) -> tuple[Mask, Mask, Mask]:
    """Return which values are below, within and above a range."""
    return values < low, (values >= low) & (values <= high), values > high


def has_floor(layout: Layout, number: int) -> bool:
    """Return whether the floor space of a waiting area is known."""
    return layout.plan.areas[number].floor is not None
