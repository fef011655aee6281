"""Travellers who block one another for ever."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole
from bcpsim.kpi.gridlock import stuck
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import Measure, Part, Shown
from bcpsim.kpi.view import Floats, View


def _blocked_for_ever(view: View, numbers: tuple[int, ...]) -> Floats:
    found = []
    for one in view.each():
        where, blocking = stuck(one.layout.plan, one.travellers, one.log, one.visits)
        found.append(
            [(where >= 0).sum() if k < 0 else (where == k).sum() * (k in blocking) for k in numbers]
        )
    return np.array(found, dtype=np.float64)[..., None]


MEASURES = (
    Measure(
        "blocked_for_ever",
        "Blocked for ever",
        "travellers",
        "Where ways lead in a circle through waiting areas with a number of places: travellers "
        "who at the end of the run can never move on, since each lane at their stop is held by one "
        "who waits for a place in a full area, in which nobody can move on either. Of all, and at "
        "the stops that block one another.",
        "Blocking after service; Perros, Queueing Networks with Blocking, 1994, ch. 1",
        parts=(Part(Kind.CIRCLE, Whole(_blocked_for_ever), ("total",)),),
        needs=lambda layout: bool(layout.circle),
        shown=Shown(run=40, compare=46, if_any=True),
        over_time=True,
    ),
)
