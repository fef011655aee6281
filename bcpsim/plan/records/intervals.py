"""Intervals that are timed, from one moment of a traveller to another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Edge(IntEnum):
    """What happens at a moment: at the border, or at a visit to a stop."""

    ARRIVAL = 0
    DEPARTURE = 1
    QUEUE = 2
    START = 3
    END = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentPlan:
    """A moment of a traveller.

    Attributes
    ----------
    edge
        What happens.
    steps
        The visits at which it may; none of the border as a whole.
    """

    edge: Edge
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalPlan:
    """The time between two moments."""

    name: str
    title: str
    start: MomentPlan
    end: MomentPlan
