"""The share within a target by hour and the officers busy, without all the other measures.

A search for rosters asks for nothing else, thousands of times: this costs a fraction of what
`bcpsim.kpi.Meter` does, and gives the same values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, holdings
from bcpsim.kpi.meter import Spans, reached_all, times_of_travellers
from bcpsim.plan.model import Outcome, Plan
from bcpsim.sampling import Travellers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ServiceValues:
    """What was measured in one replication.

    Attributes
    ----------
    within, judged
        Travellers within the target, and all who left, by target and hour of arrival.
    inside
        Travellers of each target's class who are inside at the end.
    busy
        Officers busy on average, by group and hour.
    """

    within: Floats
    judged: Floats
    inside: Floats
    busy: Floats


class ServiceMeter:
    """Measures replications of one plan.

    Parameters
    ----------
    plan
        The compiled scenario.
    targets
        Each a class, the time that is bounded (a measure of `times_of_travellers`), and the
        bound in minutes.
    groups
        Names of the groups of officers.
    """

    def __init__(
        self, plan: Plan, targets: Sequence[tuple[str, str, float]], groups: Sequence[str]
    ) -> None:
        self._plan = plan
        names = [one.name for one in plan.classes]
        self._targets = [(names.index(name), measure, most) for name, measure, most in targets]
        known = [group.name for group in plan.groups]
        self._groups = [known.index(name) for name in groups]
        self._edges = np.array([plan.hours[0][0], *(end for _, end in plan.hours)])
        self._group_of = np.array([officer.group for officer in plan.officers] or [0])

    def measure(self, travellers: Travellers, log: EventLog) -> ServiceValues:
        """Return the values of one replication."""
        plan = self._plan
        times = times_of_travellers(plan, travellers, log)
        reached = reached_all(plan, travellers, log)
        left = ~log.ended_as(Outcome.INSIDE, Outcome.TURNED_AWAY)
        inside = (
            log.ended_as(Outcome.INSIDE)
            & (log.arrival >= plan.warm_up)
            & (log.arrival < plan.horizon)
        )
        shape = (len(self._targets), len(plan.hours))
        within, judged = np.zeros(shape), np.zeros(shape)
        stays = np.zeros(len(self._targets))
        for row, (number, measure, most) in enumerate(self._targets):
            ours = travellers.category == number
            gone = ours & left
            hour = np.searchsorted(self._edges, log.arrival[gone], side="right") - 1
            kept = (reached & (times[measure] <= most))[gone]
            there = (hour >= 0) & (hour < shape[1])
            judged[row] = np.bincount(hour[there], minlength=shape[1])
            within[row] = np.bincount(hour[there & kept], minlength=shape[1])
            stays[row] = (ours & inside).sum()
        held = holdings(plan, log)
        group = self._group_of[held.officer] if len(held.officer) else held.officer
        busy = np.zeros((len(self._groups), shape[1]))
        for row, number in enumerate(self._groups):
            spans = Spans(held.start[group == number], held.end[group == number])
            busy[row] = spans.between(self._edges) / np.diff(self._edges)
        return ServiceValues(within, judged, stays, busy)
