"""Stops that are cleared: who waits there leaves unchecked."""

from __future__ import annotations

from bcpsim.engine.records import Line, Stop, World
from bcpsim.engine.rules.deadlines import leave_unchecked
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.outcomes import Outcome

_SENT_AWAY = int(Outcome.SENT_AWAY)


@rule
def clear(w: World, stop: Stop) -> None:
    """Send away all who wait at a stop: in its lanes and queues, and outside its waiting area."""
    clear_line(w, stop, stop.inner)
    for line in stop.lines:
        clear_line(w, stop, line)
    for lane in stop.lanes:
        for line in lane.lines:
            clear_line(w, stop, line)
    clear_line(w, stop, stop.aside)
    if stop.area is not NOTHING:
        clear_line(w, stop, stop.area.line)


@rule
def clear_line(w: World, stop: Stop, line: Line) -> None:
    """Send away those of a line who wait for a stop; not a vehicle whose people are still out."""
    ahead = line.first
    while ahead is not NOTHING:
        me = ahead
        ahead = me.next
        if me.step.stop is stop and me.out == 0:
            leave_unchecked(w, me, _SENT_AWAY)
