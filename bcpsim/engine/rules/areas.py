"""Waiting areas: who gets a place, who waits for one in a lane or outside."""

from __future__ import annotations

from bcpsim.engine.calendar import look_at
from bcpsim.engine.moves import (
    leave_lane,
    move,
    note_queued,
    note_waits,
    stand_in,
    step_out,
    take_lane,
    take_place,
    wait_for,
    wait_with,
)
from bcpsim.engine.records import FOR_LANE, Area, Step, Stop, Traveller, World
from bcpsim.engine.rules.crews import begin, ready
from bcpsim.engine.rules.parties import join_when_whole
from bcpsim.engine.rules.patience import wait_in_patience
from bcpsim.engine.rules.queues import foremost, start_next, starts
from bcpsim.engine.table import NOTHING, rule


@rule
def enter(w: World, me: Traveller) -> bool:
    """Give a traveller a place in the waiting area ahead, or put it into the line outside.

    Who is still there when all else of this time is done waits, or is turned away.
    """
    step = me.step
    stop = step.stop
    area = stop.area
    if area.line.waiting == 0 and area.used < area.places:
        take_place(w, me)
        return True
    note_queued(w, me)
    wait_with(w, me, stop.outside)
    if stop.tries_patience:
        wait_in_patience(w, me)
    me.move = 0
    stand_in(area.line, me)
    look_at(w, stop)
    return False


@rule
def ask_for_place(w: World, me: Traveller, left: Step, minutes: int) -> None:
    """Let a vehicle leave its lane for a stop with a full waiting area as soon as it can."""
    area = me.step.stop.area
    me.left_from = left
    me.move = minutes
    stand_in(area.line, me)
    admit(w, area, NOTHING)
    for stop in area.stops:
        look_at(w, stop)


@rule
def admit(w: World, area: Area, at: Stop) -> None:
    """Let those who wait for a place into a waiting area, in order, while there are places.

    At a full area a vehicle may still go straight into a free lane. The stop that is
    looked at already, if any, needn't be looked at again.
    """
    full = area.used >= area.places
    if full and not area.swaps and len(area.stops) == 1 and area.stops[0].waiting > 0:
        return
    area.looks += 1
    ahead = area.line.first
    while ahead is not NOTHING:
        me = ahead
        ahead = me.next
        free = area.used < area.places
        if not free and is_tried(me, area.looks):
            continue
        swaps = not free and could_swap(w, me, area)
        straight = not (free or swaps)
        if straight and (me.move > 0 or not could_start(w, me)):
            continue
        step_out(me)
        left = me.left_from
        if left is not NOTHING:
            me.left_from = NOTHING
            leave_lane(w, me, left)
            look_at(w, left.stop)
        if straight:
            go_straight(w, me)
            continue
        if swaps:
            start_next(w, left.stop)  # before another can join the queue, and come first there
        take_place(w, me)
        if me.move > 0:
            move(w, me, me.move)
        else:
            join_when_whole(w, me)
            if me.step.stop is not at:
                look_at(w, me.step.stop)
        if swaps:  # who comes before may swap in turn now
            area.looks += 1
            ahead = area.line.first


@rule
def is_tried(me: Traveller, look: int) -> bool:
    """Return whether somebody alike, who stands outside before this one, couldn't enter now."""
    if me.left_from is not NOTHING:
        return False
    kind = me.step.kind[me.number]
    if me.out > 0:
        tried = kind.tried_apart == look
        kind.tried_apart = look
    else:
        tried = kind.tried == look
        kind.tried = look
    return tried


@rule
def could_swap(w: World, me: Traveller, area: Area) -> bool:
    """Return whether a vehicle of the full area could start in the lane of another.

    Then the two change places: without this, stops one after the other with one
    waiting area could block each other for ever.
    """
    if me.left_from is NOTHING:
        return False
    stop = me.left_from.stop
    return stop.area is area and stop.waiting > 0 and starts(w, stop, False, me.lane) > 0


@rule
def could_start(w: World, me: Traveller) -> bool:
    """Return whether a vehicle could go straight into a lane, as nobody waits before it."""
    step = me.step
    stop = step.stop
    if stop.waiting > 0 or step.asks or (step.waits_before and me.out > 0):
        return False
    kind = step.kind[me.number]
    return kind.lanes.first_common(stop.free) >= 0 and ready(w, me)


@rule
def go_straight(w: World, me: Traveller) -> None:
    """Start the check of a vehicle that goes past a full waiting area into a free lane."""
    if me.line is NOTHING:
        note_queued(w, me)
    else:
        note_waits(w, me)
    stop = me.step.stop
    kind = me.step.kind[me.number]
    take_lane(w, me, stop.lanes[kind.lanes.first_common(stop.free)])
    begin(w, me)


@rule
def note_outside(w: World, stop: Stop) -> None:
    """Set what those outside a full area wait for: the same as the first in the stop's queue.

    If nobody is in the queue, as the area is full of others, for what the first outside lacks.
    """
    line = foremost(w, stop)
    if line is not NOTHING:
        wait_for(w, stop.outside, line.reason)
        return
    me = stop.area.line.first
    while me is not NOTHING and me.line is not stop.outside:
        me = me.next
    if me is not NOTHING:
        if ready(w, me):
            w.lacking = FOR_LANE
        wait_for(w, stop.outside, w.lacking)
