"""Which lanes take vehicles: open, needed, and with a crew where the stop asks for one."""

from __future__ import annotations

from bcpsim.engine.records import Stop, World
from bcpsim.engine.rules.queues import choose_anew
from bcpsim.engine.table import rule


@rule
def staff_lanes(w: World, stop: Stop) -> None:
    """Set which lanes take vehicles; those who wait for a closed one choose another."""
    most = len(stop.lanes) if stop.closed == 0 else 0
    if stop.oversees >= 0:
        most = min(most, officers_on_duty(stop) * stop.oversees)
    if stop.per_lane and not stop.self_service:
        most = min(most, officers_on_duty(stop))
    stop.free.clear()
    for lane in stop.lanes:
        lane.opened = lane.by_hours if stop.opens < 0 else lane.place < stop.opens
        lane.joinable = lane.opened and lane.active and most > 0
        if lane.joinable:
            most -= 1
            if not lane.occupied:
                stop.free.add(lane.place)
    if stop.per_lane:
        choose_anew(w, stop)


@rule
def officers_on_duty(stop: Stop) -> int:
    """Return how many officers of a stop's groups are on duty."""
    number = 0
    for post in stop.posts:
        number += post.group.on_duty
    return number
