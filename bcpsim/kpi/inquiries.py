"""How investigations go in the back offices: from the finds of a run, with nothing coming back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.handling import check_ended
from bcpsim.sampling.offices import OfficeWork, needed_of, office_work
from bcpsim.sampling.ticks import NEVER

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
    found
        When a check found something.
    work
        What offices do of them.
    """

    kind: Ints
    traveller: Ints
    found: Ints
    work: OfficeWork

    @classmethod
    def of(cls, view: View) -> Inquiries:
        """Return the investigations of some replications, whoever counts."""
        kind, traveller, found = _opened(view)
        offices = view.layout.plan.offices
        needed = np.full((len(offices), len(kind)), -1, dtype=np.int64)
        for number, one in enumerate(view.layout.plan.investigations):
            jobs = kind == number
            durations = view.travellers.durations[:, traveller[jobs]]
            needed[:, jobs] = needed_of(one.work, len(offices), durations)
        # Of those found at one moment the first to come is the first to be investigated.
        order = np.argsort(traveller, kind="stable")
        kind, traveller, found = kind[order], traveller[order], found[order]
        work = office_work(
            offices,
            _ready(view, kind, traveller, found),
            needed[:, order],
            view.replication[traveller],
            view.replications,
            (view.layout.warm_up, view.layout.horizon),
        )
        return cls(kind, traveller, found, work)


def _opened(view: View) -> tuple[Ints, Ints, Ints]:
    """Return the kind of each investigation, whose it is, and when something was found."""
    none = np.empty(0, dtype=np.int64)
    columns = [(none, none, none)]
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
