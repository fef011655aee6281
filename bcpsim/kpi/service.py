"""The share within a target by hour and the officers busy, without all the other measures.

A search for rosters asks for nothing else, thousands of times: this costs a fraction of what
`bcpsim.kpi.Meter` does, and gives the same values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog
from bcpsim.kpi.kernels import by_hour
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.measures import columns_of_times
from bcpsim.kpi.view import View
from bcpsim.plan.model import Plan
from bcpsim.sampling import Travellers
from bcpsim.sampling.ticks import microseconds

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
        self._layout = Layout(plan)
        names = [one.name for one in plan.classes]
        columns = columns_of_times()
        self._targets = [
            (names.index(name), columns[measure], microseconds(most))
            for name, measure, most in targets
        ]
        known = [group.name for group in plan.groups]
        self._groups = [known.index(name) for name in groups]

    def measure(self, travellers: Travellers, log: EventLog) -> ServiceValues:
        """Return the values of one replication."""
        view = View(self._layout, travellers, log)
        edges = self._layout.edges
        shape = (len(self._targets), len(edges) - 1)
        within, judged = np.zeros(shape), np.zeros(shape)
        stays = np.zeros(len(self._targets))
        for row, (number, time, most) in enumerate(self._targets):
            ours = view.category == number
            there = ours & view.left & (view.hour_of_arrival >= 0)
            there &= view.hour_of_arrival < shape[1]
            kept = there & view.all_begun & (time(view) <= most)
            judged[row] = np.bincount(view.hour_of_arrival[there], minlength=shape[1])
            within[row] = np.bincount(view.hour_of_arrival[kept], minlength=shape[1])
            stays[row] = (ours & view.inside & view.counted).sum()
        groups = len(self._layout.plan.groups)
        busy = by_hour(edges, *view.held, view.group_of_holding, groups)
        return ServiceValues(within, judged, stays, busy[self._groups] / np.diff(edges))
