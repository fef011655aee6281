"""Who is on duty in a replication."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.kernels import by_hour, lasting, on_duty_until
from bcpsim.plan.model import Plan
from bcpsim.plan.windows import Windows
from bcpsim.sampling import Circumstances
from bcpsim.sampling.ticks import microseconds

Ints = NDArray[np.int64]


class Roster:
    """Who is on duty in some replications, by group of officers.

    Officers and groups are numbered on from one replication to the next.

    Attributes
    ----------
    duty
        Time on duty within the measured time, shape (replications, groups).
    by_hour
        Time on duty in each hour, shape (replications, groups, hours).
    first, begins, ends
        The stretches of duty, officer by officer, and where those of each begin.
    group
        The group of officers of each of these stretches.
    taking_from, taking_until, taking_group
        The stretches in which officers take vehicles, and the group of each.
    """

    def __init__(
        self,
        plan: Plan,
        circumstances: Sequence[Circumstances],
        edges: Ints,
        warm_up: int,
        horizon: int,
    ) -> None:
        rows, groups = len(circumstances), len(plan.groups)
        one = np.array([officer.group for officer in plan.officers], dtype=np.int64)
        group_of = np.add.outer(groups * np.arange(rows), one).ravel()
        self.begins, self.ends, officer = _listed([there.duty for there in circumstances])
        group, every = group_of[officer], np.ones(len(officer), dtype=bool)
        self.group = group
        duty = lasting(self.begins, self.ends, every, group, rows * groups, warm_up, horizon)
        self.duty = duty.reshape(rows, groups)
        hourly = by_hour(edges, self.begins, self.ends, group, rows * groups)
        self.by_hour = hourly.reshape(rows, groups, -1)
        self.first = np.searchsorted(officer, np.arange(len(group_of) + 1))
        available = [there.available for there in circumstances]
        self.taking_from, self.taking_until, taking = _listed(available)
        self.taking_group = group_of[taking]

    def duty_in(self, stretches: Ints) -> Ints:
        """Return the time on duty within stretches of time, shape (replications, groups).

        Parameters
        ----------
        stretches
            Their starts and ends, in order and apart, shape (stretches, 2).
        """
        start, end = stretches.T
        before = np.concatenate([[0], np.cumsum(end - start)])

        def passed(time: Ints) -> Ints:
            """Return how much of the stretches lies before some times."""
            number = np.searchsorted(start, time, side="right")
            rest = np.maximum(np.append(0, end)[number] - time, 0)
            passed_by: Ints = before[number] - np.where(number > 0, rest, 0)
            return passed_by

        found = np.zeros(self.duty.size, dtype=np.int64)
        np.add.at(found, self.group, passed(self.ends) - passed(self.begins))
        return found.reshape(self.duty.shape)

    def begin_of_duty(self, officer: Ints, start: Ints) -> Ints:
        """Return the beginning of the stretch of duty in which each service started."""
        return on_duty_until(officer, start, self.first, self.begins, self.begins)

    def end_of_duty(self, officer: Ints, start: Ints) -> Ints:
        """Return the end of the stretch of duty in which each service started."""
        return on_duty_until(officer, start, self.first, self.begins, self.ends)


def _listed(windows: Sequence[Sequence[Windows]]) -> tuple[Ints, Ints, Ints]:
    """Return starts, ends and owners of stretches of time, owners numbered on from run to run."""
    if all(one is windows[0] for one in windows):  # nobody is ever absent
        tables = [_table(windows[0])] * len(windows)
    else:
        tables = [_table(one) for one in windows]
    before = [place * len(one) for place, one in enumerate(windows)]
    owners = np.repeat(before, [len(table) for table in tables])
    start, end, owner = np.ascontiguousarray(np.concatenate(tables).T)
    return start, end, owner + owners


def _table(windows: Sequence[Windows]) -> Ints:
    """Return start, end and owner of each stretch, shape (stretches, 3)."""
    rows = [
        (microseconds(a), microseconds(b), owner)
        for owner, own in enumerate(windows)
        for a, b in own
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)
