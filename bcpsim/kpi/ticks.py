"""The times of a run in whole microseconds, in which sums are exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, Holdings, Visits
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import MICROSECONDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -(1 << 62)
"""The time of what hasn't happened."""

FAR = 1 << 60
"""A time after all others."""


def microseconds(minutes: float) -> int:
    """Return a time in minutes in whole microseconds."""
    return round(minutes * MICROSECONDS)


def ticks(minutes: Floats) -> Ints:
    """Return times in whole microseconds; `NEVER` for nan, `FAR` for what is infinite."""
    with np.errstate(invalid="ignore"):
        whole = np.clip(np.rint(minutes * MICROSECONDS), -FAR, FAR)
    return np.where(np.isnan(whole), NEVER, whole).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Times:
    """The columns of times of a run."""

    arrival: Ints
    departure: Ints
    queued: Ints
    left: Ints
    for_lane: Ints
    for_equipment: Ints
    for_group: Ints
    started: Ints
    ended: Ints
    waited_until: Ints
    between: Ints
    held: Ints
    deadline: Ints
    move_in: Ints
    move_after: Ints

    @classmethod
    def of(cls, travellers: Travellers, log: EventLog, visits: Visits) -> Times:
        """Return the columns of a run."""
        return cls(
            *(
                ticks(column)
                for column in (
                    log.arrival,
                    log.departure,
                    log.queued,
                    log.left,
                    log.for_lane,
                    log.for_equipment,
                    log.for_group,
                    visits.started,
                    visits.ended,
                    visits.waited_until,
                    visits.between,
                    travellers.held,
                    travellers.deadline,
                    travellers.move_in,
                    travellers.move_after,
                )
            )
        )


def stretches(held: Holdings) -> tuple[Ints, Ints]:
    """Return when officers were taken and freed."""
    return ticks(held.start), ticks(held.end)
