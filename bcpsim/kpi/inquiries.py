"""How investigations go in the back offices: from the finds of a run, with nothing coming back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.handling import check_ended
from bcpsim.sampling.offices import Jobs, done_in_offices
from bcpsim.sampling.ticks import NEVER

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]


def investigated(view: View) -> Jobs:
    """Return the investigations of some replications, and what offices do of them."""
    kind, traveller, found = _opened(view)
    # Of those found at one moment the first to come is the first to be investigated.
    order = np.argsort(traveller, kind="stable")
    kind, traveller, found = kind[order], traveller[order], found[order]
    plan, layout = view.layout.plan, view.layout
    return done_in_offices(
        plan.offices,
        [one.work for one in plan.investigations],
        view.travellers.durations,
        (kind, traveller, found),
        _ready(view, kind, traveller, found),
        view.replication,
        view.replications,
        (layout.warm_up, layout.horizon),
    )


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
