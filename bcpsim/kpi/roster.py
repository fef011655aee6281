"""Who is on duty in a replication."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.spans import Spans, by_hour, within
from bcpsim.plan.model import Plan, Windows
from bcpsim.sampling import Circumstances
from bcpsim.sampling.ticks import microseconds

Ints = NDArray[np.int64]


class Roster:
    """Who is on duty in a replication, by group of officers.

    Attributes
    ----------
    duty
        Time on duty within the measured time, shape (groups,).
    by_hour
        Time on duty in each hour, shape (groups, hours).
    available
        Stretches in which the officers of each group take vehicles.
    """

    def __init__(
        self, plan: Plan, there: Circumstances, edges: Ints, warm_up: int, horizon: int
    ) -> None:
        groups = len(plan.groups)
        group_of = np.array([officer.group for officer in plan.officers], dtype=np.int64)
        start, end, officer = _listed(there.duty)
        group = group_of[officer]
        measured = within(start, end, warm_up, horizon)
        self.duty = np.bincount(group, measured, groups).astype(np.int64)
        self.by_hour = by_hour(edges, start, end, group, groups)
        begins, stops, taking = _listed(there.available)
        self.available = [
            Spans(begins[group_of[taking] == k], stops[group_of[taking] == k])
            for k in range(groups)
        ]
        # The stretches of each officer lie on a part of one axis of their own.
        self._span = 2 * microseconds(plan.end) + 1
        self._key = officer * self._span + start
        self._end = end

    def end_of_duty(self, officer: Ints, started: Ints) -> Ints:
        """Return the end of the stretch of duty in which each service started."""
        if not len(officer):
            return started
        index = np.searchsorted(self._key, officer * self._span + started, side="right")
        return self._end[index - 1]


def _listed(windows: Sequence[Windows]) -> tuple[Ints, Ints, Ints]:
    """Return starts, ends and owners of stretches of time."""
    rows = [
        (microseconds(a), microseconds(b), owner)
        for owner, own in enumerate(windows)
        for a, b in own
    ]
    start, end, owner = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return start, end, owner
