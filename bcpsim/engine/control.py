"""Lanes opened and closed by need."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from bcpsim.engine import queues
from bcpsim.engine.order import CHANGE
from bcpsim.engine.state import Stop, Timer

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def watch(border: Border, stop: Stop, now: float) -> None:
    """Open or close a lane by need."""
    control = stop.control
    if control is None or stop.opening:
        return
    if control.by_wait:
        # Waits are compared through points in time, so that the moment for which a
        # waking is set is sure to be the moment at which the wait is long enough.
        since = border.first_queued(stop) if stop.waiting else math.inf
        due = since + control.open_at
        opens, closes = now >= due, now <= since + control.close_at
    else:
        due = math.inf
        opens, closes = stop.waiting >= control.open_at, stop.waiting <= control.close_at
    closed = stop.opened & ~stop.active
    if opens and closed:
        on_duty = sum(group.on_duty for group in stop.crew)
        if (stop.opened & stop.active).bit_count() < on_duty:
            stop.opening = True
            event = Timer(stop.number, 0, now + control.delay, [partial(_open_lane, border)])
            border.schedule(event, CHANGE, control.delay)
    elif closes:
        mine = stop.active >> control.always << control.always
        if mine:
            stop.active ^= 1 << (mine.bit_length() - 1)
            queues.staff_lanes(border, stop, now)
    if not opens and closed and due < math.inf:
        border.later(due, stop)


def _open_lane(border: Border, timer: Timer) -> None:
    """Open a further lane of a stop, the first that somebody waiting may use."""
    stop = border.stops[timer.number]
    stop.opening = False
    closed = stop.opened & ~stop.active
    wanted = 0
    for line in (*stop.lines, stop.aside):
        if line.vehicles:
            wanted |= border.steps[line.vehicles[0].target].admitted[line.vehicles[0].number]
    closed = closed & wanted or closed
    if closed:
        stop.active |= closed & -closed
        queues.staff_lanes(border, stop, border.env.now)
    border.put_off(stop.bit)
