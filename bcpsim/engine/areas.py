"""Waiting areas: who gets a place, who waits for one in a lane or outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcpsim.engine import crews, parties, queues
from bcpsim.engine.order import ARRIVAL
from bcpsim.engine.state import Area, Step, Stop, Timer
from bcpsim.plan.model import Outcome

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def enter(border: Border, timer: Timer, step: Step, now: float) -> bool:
    """Take a place in the waiting area, or wait outside, or be turned away."""
    stop = step.stop
    area = stop.area
    assert area is not None
    if not area.line and area.used < area.places:
        area.used += 1
        timer.has_place = True
        return True
    if stop.turn_away and (area.line or not _could_start(border, timer, step)):
        border.departure[timer.number] = now
        border.outcome[timer.number] = Outcome.TURNED_AWAY
        if border.vehicle and border.vehicle[timer.number] >= 0:
            parties.expect_no_more(border, timer.number, now)
        return False
    step.queued[timer.number] = now
    timer.line = queues.line_of(timer, step)
    timer.marks = timer.line.waited(now)
    timer.move = 0.0
    area.line.append(timer)
    border.outside += 1
    border.put_off(stop.bit)
    return False


def ask_for_place(
    border: Border, timer: Timer, step: Step, area: Area, move: float, now: float
) -> None:
    """Leave a lane for a stop with a full waiting area, as soon as that is possible."""
    timer.came_from = step
    timer.move = move
    area.line.append(timer)
    border.outside += 1
    admit(border, area, now)
    for stop in area.stops:
        border.put_off(stop.bit)


def admit(border: Border, area: Area, now: float, at: Stop | None = None) -> None:
    """Let vehicles into a waiting area, in order, as far as there are places.

    At a full area a vehicle may still go straight into a free lane. The stop that is
    looked at already, if any, isn't put off.
    """
    if area.used >= area.places and len(area.stops) == 1 and area.stops[0].waiting:
        return
    k = 0
    tried = set()
    while k < len(area.line):
        timer = area.line[k]
        ahead = border.steps[timer.target]
        free = area.used < area.places
        step = timer.came_from
        if not free:
            # Whoever would do the same as one before who couldn't, can't either.
            admitted = ahead.admitted[timer.number]
            same = (
                ahead,
                admitted,
                step,
                timer.lane if step else 0,
                parties.is_apart(border, timer),
            )
            if same in tried:
                k += 1
                continue
            tried.add(same)
        swaps = not free and step is not None and _could_swap(border, timer, step.stop, area)
        if not (free or swaps) and (timer.move > 0 or not _could_start(border, timer, ahead)):
            k += 1
            continue
        del area.line[k]
        border.outside -= 1
        i = timer.number
        if step is not None:
            timer.came_from = None
            step.left[i] = now
            step.stop.occupied ^= timer.lane
            border.put_off(step.stop.bit)
        if not (free or swaps):
            _go_straight(border, timer, ahead, now)
            continue
        area.used += 1
        timer.has_place = True
        if timer.move > 0:
            timer.when = now + timer.move
            timer.callbacks = border.on_arrival
            border.schedule(timer, ARRIVAL + i, timer.move)
        else:
            border.join(timer, ahead, now, False)
            if ahead.stop is not at:
                border.put_off(ahead.stop.bit)
        if swaps and step is not None:
            border.dispatch_lines(step.stop, now)


def _could_swap(border: Border, timer: Timer, stop: Stop, area: Area) -> bool:
    """Return whether a vehicle of the full area could start in the lane of another.

    Then the two change places: without this, stops one after the other with one
    waiting area could block each other for ever.
    """
    if stop.area is not area or not stop.waiting:
        return False
    stop.occupied ^= timer.lane
    could = border.starts(stop, inner=False) > 0
    stop.occupied ^= timer.lane
    return could


def _go_straight(border: Border, timer: Timer, step: Step, now: float) -> None:
    """Start the step ahead from a full waiting area's entry."""
    i = timer.number
    stop = step.stop
    if timer.line is None:
        step.queued[i] = now
    else:
        queues.tally(timer, step, now)
    stage = step.stages[i][0]
    crew = crews.ready(border, stage, stop)
    assert crew is not None
    lanes = step.admitted[i] & stop.joinable & ~stop.occupied
    crews.begin(border, timer, step, lanes, stage, crew, now)


def _could_start(border: Border, timer: Timer, step: Step) -> bool:
    """Return whether a vehicle could go straight into a lane, before nobody else."""
    i = timer.number
    stop = step.stop
    if stop.waiting or step.asking is not None:
        return False
    if step.waits_before and parties.is_apart(border, timer):
        return False
    lanes = step.admitted[i] & stop.joinable & ~stop.occupied
    return bool(lanes) and crews.ready(border, step.stages[i][0], stop) is not None
