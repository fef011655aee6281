"""Lanes opened and closed by need."""

from __future__ import annotations

from bcpsim.engine.calendar import OPENING, at, look_at, wake
from bcpsim.engine.records import Lane, Stop, World
from bcpsim.engine.rules.choosing import first_queued
from bcpsim.engine.rules.lanes import officers_on_duty, staff_lanes
from bcpsim.engine.table import NOTHING, rule
from bcpsim.sampling.ticks import FAR


@rule
def watch(w: World, stop: Stop) -> None:
    """Open or close a lane of a stop, if its queue asks for that."""
    control = stop.control
    if control.opening:
        return
    due = FAR
    if control.by_wait:
        # Waits are compared through points in time, so that the moment for which a
        # waking is set is sure to be the moment at which the wait is long enough.
        since = first_queued(stop) if stop.waiting > 0 else FAR
        if since < FAR:
            due = since + control.open_at
        opens = w.now >= due
        closes = since == FAR or w.now <= since + control.close_at
    else:
        opens = stop.waiting >= control.open_at
        closes = stop.waiting <= control.close_at
    in_use = 0
    closed = 0
    for lane in stop.lanes:
        if lane.opened and lane.active:
            in_use += 1
        elif lane.opened:
            closed += 1
    if opens and closed > 0:
        if in_use < officers_on_duty(stop):
            control.opening = True
            at(w, w.now + control.delay, OPENING, 1, stop.number)
    elif closes:
        close_a_lane(w, stop)
    if not opens and closed > 0 and due < FAR:
        wake(w, stop, due)


@rule
def close_a_lane(w: World, stop: Stop) -> None:
    """Close the last of the lanes that were opened by need, if there is one."""
    last = NOTHING
    for lane in stop.lanes:
        if lane.active and lane.place >= stop.control.always:
            last = lane
    if last is not NOTHING:
        last.active = False
        staff_lanes(w, stop)


@rule
def open_a_lane(w: World, stop: Stop) -> None:
    """Open a further lane of a stop, the first that somebody waiting may use."""
    stop.control.opening = False
    chosen = NOTHING
    wanted = NOTHING
    for lane in stop.lanes:
        if lane.opened and not lane.active:
            if chosen is NOTHING:
                chosen = lane
            if wanted is NOTHING and is_wanted(stop, lane):
                wanted = lane
    if wanted is not NOTHING:
        chosen = wanted
    if chosen is not NOTHING:
        chosen.active = True
        staff_lanes(w, stop)
    look_at(w, stop)


@rule
def is_wanted(stop: Stop, lane: Lane) -> bool:
    """Return whether a lane takes the first vehicle of any line."""
    for line in stop.lines:
        me = line.first
        if me is not NOTHING and me.step.kind[me.number].lanes.has(lane.place):
            return True
    me = stop.aside.first
    return me is not NOTHING and me.step.kind[me.number].lanes.has(lane.place)
