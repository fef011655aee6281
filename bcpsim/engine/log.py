"""What a run leaves: when each traveller queued, was served and left, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EventLog:
    """The events of one replication.

    A traveller makes each step at most once, so that a step and a traveller name a
    visit. Times are minutes since the start; nan: it didn't happen before the run ended.

    Attributes
    ----------
    queued, started, ended
        When the traveller joined the queue, service began and ended; (steps, n).
    lane, officer
        Lane and officer of the visit, -1 where service didn't begin; (steps, n).
    departure
        When the traveller left the border crossing point, shape (n,).
    outcome
        How the traveller ended, an `Outcome`; shape (n,).
    """

    queued: Floats
    started: Floats
    ended: Floats
    lane: Ints
    officer: Ints
    departure: Floats
    outcome: Ints
