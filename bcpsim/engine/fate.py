"""Who travels in a vehicle shares its fate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bcpsim.engine.log import EventLog
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import NEVER


def shared(travellers: Travellers, log: EventLog) -> EventLog:
    """Return a log in which all who sit in a vehicle end as it does.

    Those who never got out of it leave when it does; those who are back keep the time at which
    they were, but for a vehicle that is still inside. Who is refused, detained or too late on
    foot has an outcome of one's own.

    Parameters
    ----------
    travellers, log
        A run, whose rules let each end alone.
    """
    members = travellers.vehicle >= 0
    if not members.any():
        return log
    vehicle = travellers.vehicle[members]
    outcome, departure = log.outcome[members], log.departure[members]
    stayed = log.arrival[members] == NEVER
    sits = stayed | (outcome == int(Outcome.RELEASED))
    outcome = np.where(sits, log.outcome[vehicle], outcome)
    left = log.departure[vehicle]
    with_it = stayed | (sits & (left == NEVER))
    found = replace(log, outcome=log.outcome.copy(), departure=log.departure.copy())
    found.outcome[members] = outcome
    found.departure[members] = np.where(with_it, left, departure)
    return found
