"""How far the times promised to travellers are kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bcpsim.kpi.forms import HourlyMean, Share
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import Measure, Part, Shown
from bcpsim.kpi.view import Ints, Mask, View
from bcpsim.sampling.ticks import microseconds

_TIMES: dict[str, Callable[[View], Ints]] = {
    "waiting_time": lambda view: view.waiting_in_all,
    "time_in_system": lambda view: view.in_system,
}
"""The times that can be promised."""


def _statistics(layout: Layout) -> tuple[str, ...]:
    return tuple(layout.targets)


def _kept(view: View, statistic: str) -> tuple[Mask, Mask]:
    """Return who keeps a target of the class, and who has one."""
    time = _TIMES[view.layout.targets[statistic]](view)
    limits = [
        next((microseconds(t.minutes) for t in kind.targets if t.statistic == statistic), -1)
        for kind in view.layout.plan.classes
    ]
    limit = np.array(limits)[view.category]
    return view.all_begun & (time <= limit), limit >= 0


def _shares(view: View, statistic: str) -> tuple[Ints, Ints]:
    kept, known = _kept(view, statistic)
    return view.count(view.gone & known & kept), view.count(view.gone & known)


def _by_hour(view: View, statistic: str) -> tuple[Mask, Mask]:
    kept, known = _kept(view, statistic)
    return kept, view.left & known


MEASURES = (
    Measure(
        "share_in_target",
        "Share within target",
        "%",
        "Of the travellers who left, those whose waiting time (statistic waiting_time) or time in "
        "system (time_in_system) was at most the target of their class; of a class with a list of "
        "targets for each of them (waiting_time_10min, waiting_time_20min). Who gave up at a "
        "deadline before all checks had begun counts as beyond it.",
        "Service level; Gans, Koole and Mandelbaum, Telephone call centers, M&SOM 5 (2003) 79-141",
        parts=(Part(Kind.PEOPLE, Share(_shares), _statistics),),
        hourly=(Part(Kind.PEOPLE, HourlyMean(_by_hour, unit=0.01), _statistics),),
        needs=lambda layout: bool(layout.targets),
        shown=Shown(run=67),
        most=100.0,
    ),
)
