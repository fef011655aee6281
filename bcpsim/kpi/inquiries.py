"""How investigations go in the back offices: from the finds of a run, with nothing coming back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.handling import check_ended
from bcpsim.kpi.offices import Office
from bcpsim.sampling.ticks import FAR, NEVER

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Inquiries:
    """Investigations, one entry for each, and what offices do.

    Attributes
    ----------
    kind, traveller
        Of which kind each is, and whose.
    found, begun, closed
        When a check found something, the first specialist began, and the last office was done.
    worked
        Time of specialists of each office, shape (offices, investigations).
    busy
        Time for which specialists work in the measured time, shape (replications, offices).
    """

    kind: Ints
    traveller: Ints
    found: Ints
    begun: Ints
    closed: Ints
    worked: Ints
    busy: Ints

    @classmethod
    def of(cls, view: View) -> Inquiries:
        """Return the investigations of some replications, whoever counts."""
        kind, traveller, found = _opened(view)
        begun, closed = np.full(len(kind), FAR), found.copy()
        offices = view.layout.plan.offices
        worked = np.zeros((len(offices), len(kind)), dtype=np.int64)
        busy = np.zeros((view.replications, len(offices)), dtype=np.int64)
        ready = _ready(view, kind, traveller, found)
        order = np.lexsort((traveller, ready))
        for number, plan in enumerate(offices):
            office = Office(plan)
            needed = _work(view, number, kind, traveller)
            first, last = map(office.opened, (view.layout.warm_up, view.layout.horizon))
            for place in range(view.replications):
                rows = order[(view.replication[traveller[order]] == place) & (needed[order] >= 0)]
                works = zip(ready[rows].tolist(), needed[rows].tolist(), strict=True)
                for row, spell in zip(rows.tolist(), office.served(works), strict=True):
                    begun[row] = min(begun[row], spell.start)
                    closed[row] = max(closed[row], spell.end)
                    worked[number, row] = needed[row]
                    start, end = (min(max(time, first), last) for time in spell.opened)
                    busy[place, number] += end - start
        return cls(kind, traveller, found, begun, closed, worked, busy)


def _opened(view: View) -> tuple[Ints, Ints, Ints]:
    """Return the kind of each investigation, whose it is, and when something was found."""
    columns: list[tuple[Ints, Ints, Ints]] = []
    for number, one in enumerate(view.layout.plan.investigations):
        ended = check_ended(view, one)
        who = np.flatnonzero(ended != NEVER)
        columns.append((np.full(len(who), number), who, ended[who]))
    kind, traveller, found = (np.concatenate(column) for column in zip(*columns, strict=True))
    return kind, traveller, found


def _ready(view: View, kind: Ints, traveller: Ints, found: Ints) -> Ints:
    """Return from when on offices may work on each investigation."""
    ready = found.copy()
    for number, one in enumerate(view.layout.plan.investigations):
        if one.after >= 0:
            rows = kind == number
            ready[rows] += view.travellers.durations[one.after, traveller[rows]]
    return ready


def _work(view: View, office: int, kind: Ints, traveller: Ints) -> Ints:
    """Return how long an office works on each investigation, -1: it isn't asked."""
    time = np.full(len(kind), -1, dtype=np.int64)
    for number, one in enumerate(view.layout.plan.investigations):
        for place, activities in one.work:
            if place == office:
                rows = kind == number
                durations = view.travellers.durations[list(activities)]
                time[rows] = durations[:, traveller[rows]].sum(axis=0)
    return time
