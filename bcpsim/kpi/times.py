"""All columns of times of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, Visits
from bcpsim.sampling import Travellers

Ints = NDArray[np.int64]


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
