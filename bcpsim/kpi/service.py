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
from bcpsim.kpi.kernels import by_hour, counted
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.measures import columns_of_times
from bcpsim.kpi.view import View
from bcpsim.plan.model import Plan
from bcpsim.sampling import Block
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

    def measure(self, block: Block, log: EventLog) -> list[ServiceValues]:
        """Return the values of each of some replications."""
        view = View(self._layout, block, log)
        edges = self._layout.edges
        rows, hours = view.replications, len(edges) - 1
        shape = (len(self._targets), rows, hours)
        within, judged = np.zeros(shape), np.zeros(shape)
        stays = np.zeros(shape[:2])
        hour = view.replication * hours + view.hour_of_arrival
        for row, (number, time, most) in enumerate(self._targets):
            ours = view.category == number
            there = ours & view.left & (view.hour_of_arrival >= 0)
            there &= view.hour_of_arrival < hours
            kept = there & view.all_begun & (time(view) <= most)
            judged[row] = counted(there, hour, rows * hours).reshape(rows, hours)
            within[row] = counted(kept, hour, rows * hours).reshape(rows, hours)
            stays[row] = counted(ours & view.inside & view.counted, view.replication, rows)
        groups = len(self._layout.plan.groups)
        time_busy = by_hour(edges, *view.held, view.group_of_holding, rows * groups)
        busy = time_busy.reshape(rows, groups, hours)[:, self._groups] / np.diff(edges)
        return [
            ServiceValues(within[:, k], judged[:, k], stays[:, k], busy[k]) for k in range(rows)
        ]
