"""Travellers who leave unchecked at a deadline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bcpsim.engine import parties, queues
from bcpsim.engine.state import Timer
from bcpsim.plan.model import Outcome

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def give_up(border: Border, event: Timer) -> None:
    """Let a traveller leave who still waits at the deadline; a check is finished."""
    timer = border.timers.get(event.number)
    waits = timer is not None and timer.callbacks is None
    if timer is not None and waits and border.outcome[event.number] == Outcome.INSIDE:
        miss(border, timer, event.when)


def miss(border: Border, timer: Timer, now: float) -> None:
    """Leave unchecked, from wherever the traveller waits."""
    i = timer.number
    waits = False  # in the lane, for members
    if border.vehicle:
        if border.vehicle[i] >= 0:
            parties.expect_no_more(border, i, now)
        party = border.parties.pop(i, None)
        if party is not None and party.timer is not None:
            parties.note_wait(border, party, timer, now)
            if timer.target < 0:
                border.departure[i] = now
                border.outcome[i] = Outcome.MISSED
                return
            waits = border.steps[timer.target].waits_after
    step = border.steps[timer.target]
    stop = step.stop
    area = stop.area
    if waits:
        stop.occupied ^= timer.lane
    elif area is not None and timer in area.line:  # outside, or in the lane of the stop before
        area.line.remove(timer)
        border.outside -= 1
        if timer.came_from is None:
            queues.tally(timer, step, now)
        else:
            step, timer.came_from = timer.came_from, None
            step.stop.occupied ^= timer.lane
            border.put_off(step.stop.bit)
    elif timer.line is not None:
        if timer in timer.line.vehicles:  # and not let in from outside just now
            timer.line.vehicles.remove(timer)
            stop.waiting -= 1
        queues.tally(timer, step, now)
    elif timer in stop.inner:
        stop.inner.remove(timer)
        stop.occupied ^= timer.lane
    if timer.has_place and area is not None:
        timer.has_place = False
        area.used -= 1
    if not math.isnan(step.queued[i]):
        step.left[i] = now
    border.departure[i] = now
    border.outcome[i] = Outcome.MISSED
    border.put_off(stop.bit)
    if area is not None:
        for other in area.stops:
            border.put_off(other.bit)
