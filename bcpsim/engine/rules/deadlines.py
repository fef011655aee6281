"""Travellers who leave unchecked: at a deadline, or as their patience is over."""

from __future__ import annotations

from bcpsim.engine.calendar import look_at
from bcpsim.engine.moves import finish, give_place, leave_lane, leave_line, note_waits, step_out
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.rules.parties import expect_no_more, give_up_party, stop_waiting
from bcpsim.engine.rules.patience import patient_until
from bcpsim.engine.rules.relief import relieve
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling.ticks import NEVER

_INSIDE = int(Outcome.INSIDE)
_MISSED = int(Outcome.MISSED)
_LOST_PATIENCE = int(Outcome.LOST_PATIENCE)


@rule
def give_up(w: World, me: Traveller) -> None:
    """Let a traveller leave at its deadline if it still waits; a check under way is finished."""
    if me.here and me.due == NEVER and w.outcome[me.number] == _INSIDE:
        leave_unchecked(w, me, _MISSED)


@rule
def lose_patience(w: World, me: Traveller) -> None:
    """Let a traveller leave who still waits in a queue, and has for as long as it would.

    Not a vehicle that others may still come back to.
    """
    waits = me.here and me.due == NEVER and w.outcome[me.number] == _INSIDE
    if waits and me.line is not NOTHING and me.out == 0 and patient_until(me) <= w.now:
        leave_unchecked(w, me, _LOST_PATIENCE)


@rule
def leave_unchecked(w: World, me: Traveller, outcome: int) -> None:
    """Let a traveller leave unchecked, wherever it waits."""
    if me.vehicle is not NOTHING:
        expect_no_more(w, me)
    give_up_party(me)
    waited_for_group = me.waits_for_group
    if waited_for_group:
        stop_waiting(w, me)
        if me.target < 0:
            finish(w, me, outcome)
            return
    step = me.step  # where the wait ends
    stop = step.stop
    area = stop.area
    if waited_for_group and step.waits_after:
        leave_lane(w, me, step)
    elif me.left_from is not NOTHING:  # in the lane of the stop before, for a place ahead
        step_out(me)
        step = me.left_from
        me.left_from = NOTHING
        leave_lane(w, me, step)
        look_at(w, step.stop)
    elif me.queue is NOTHING:  # on arrival, or waiting for the group
        if me.line is not NOTHING:
            note_waits(w, me)
    elif me.queue is stop.inner:
        step_out(me)
        relieve(w, me)
        leave_lane(w, me, step)
    elif me.queue is w.held or (area is not NOTHING and me.queue is area.line):  # outside
        step_out(me)
        note_waits(w, me)
    else:
        leave_line(w, me)
    if me.has_place:
        give_place(me)
    if step.queued[me.number] != NEVER:
        step.left[me.number] = w.now
    finish(w, me, outcome)
    look_at(w, stop)
    if area is not NOTHING:
        for other in area.stops:
            look_at(w, other)
