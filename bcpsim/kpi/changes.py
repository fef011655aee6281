"""Changes in the course of a run: in queues, and in who is there and free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.kernels import in_order, keyed

if TYPE_CHECKING:
    from bcpsim.kpi.layout import Layout

Ints = NDArray[np.int64]


class Changes:
    """What kinds of changes there are for a plan, and what each changes.

    A change is a time and a code in one number. Codes are, in this order: somebody leaves the queue
    of a stop; joins it; an officer of a group is freed; is taken; comes; goes.

    Attributes
    ----------
    bits
        Room for the codes.
    free, waiting
        By how much each changes the free officers of each team, and those who wait at stops
        where they don't work; shape (teams, codes).
    """

    def __init__(self, layout: Layout) -> None:
        plan = layout.plan
        stops, groups, teams = len(plan.stops), len(plan.groups), len(layout.teams)
        codes = 2 * stops + 4 * groups
        self.bits = codes.bit_length()
        self._sizes = np.array([stops, stops, groups, groups, groups, groups])
        self._firsts = np.cumsum(self._sizes) - self._sizes
        leaving, joining, freed, taken, comes, goes = self._firsts.tolist()
        own = np.zeros((teams, stops), dtype=np.int64)
        for number, (_, of) in enumerate(layout.teams):
            own[number, [stop for k in of for stop in plan.groups[k].stops]] = 1
        self.free = np.zeros((teams, codes), dtype=np.int64)
        self.free[:, freed:taken] = self.free[:, comes:goes] = layout.groups_of_teams
        self.free[:, taken:comes] = self.free[:, goes:] = -layout.groups_of_teams
        self.waiting = np.zeros((teams, codes), dtype=np.int64)
        self.waiting[:, leaving:joining] = own - 1
        self.waiting[:, joining:freed] = 1 - own

    def in_order(
        self, columns: Sequence[tuple[Ints, Ints]], replications: int
    ) -> tuple[Ints, Ints]:
        """Return all changes of each replication in the order of time, and where these begin.

        Parameters
        ----------
        columns
            For each kind of change, in the order of the codes, when there is one, and at which
            stop or of which group, numbered on from one replication to the next.
        replications
            How many there are.
        """
        times, whose = zip(*columns, strict=True)
        keys, owner = keyed(times, whose, self._sizes, self._firsts, self.bits)
        return in_order(keys, owner, replications)
