"""Lanes that take others than their own, while these wait long."""

from __future__ import annotations

from bcpsim.engine.calendar import wake
from bcpsim.engine.records import Helper, Stop, World
from bcpsim.engine.table import NOTHING, rule
from bcpsim.sampling.ticks import FAR


@rule
def find_lanes_that_help(w: World, stop: Stop) -> None:
    """Note in `stop.helping` which lanes take others than their own just now."""
    stop.helping.clear()
    for helper in stop.helpers:
        if helps_from(stop, helper) <= w.now:
            stop.helping.add_all(helper.lanes)


@rule
def helps_from(stop: Stop, helper: Helper) -> int:
    """Return from when on lanes help others, if nobody comes or goes; FAR: never."""
    own = 0
    others = 0
    first = FAR
    for line in stop.lines:
        if line.first is NOTHING:
            continue
        if line.lanes.first_common(helper.lanes) >= 0:
            own += line.waiting
        elif line.helped.first_common(helper.lanes) >= 0:
            others += line.waiting
            me = line.first
            first = min(first, me.step.queued[me.number])
    if own > helper.own_at_most or others == 0:
        return FAR
    if helper.by_wait:
        return first + helper.waiting_from
    return first if others >= helper.waiting_from else FAR


@rule
def look_when_due(w: World, stop: Stop) -> None:
    """Mark a stop for the time at which somebody will have waited long enough for help."""
    for helper in stop.helpers:
        since = helps_from(stop, helper)
        if w.now < since < FAR:
            wake(w, stop, since)
