"""Those who come from outside, and turn back at the sight of the queue."""

from __future__ import annotations

from bcpsim.engine.calendar import look_at
from bcpsim.engine.moves import finish, give_place, leave_line, step_out, waiting_for
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling.ticks import FAR, NEVER

_DETERRED = int(Outcome.DETERRED)
_INSIDE = int(Outcome.INSIDE)


@rule
def note_newcomer(w: World, me: Traveller) -> None:
    """Note that one has come from outside who may turn back, when all else of now is done.

    Who has asked for equipment in the meantime stays for it.
    """
    stop = me.step.stop
    comes = me.target == w.entry[me.number] and not me.asked
    if not comes or stop.deterred_at[me.number] == FAR:
        return
    me.comes_after = NOTHING
    if w.newcomer is NOTHING:
        w.newcomer = me
    else:
        w.last_newcomer.comes_after = me
    w.last_newcomer = me
    look_at(w, stop)


@rule
def turn_back(w: World) -> None:
    """Turn back those who came in this moment and find too many before them.

    Not on arrival: of several who come at one time some may start at once. They judge in order
    of coming, by those who waited before and those before them who stay.
    """
    me = w.newcomer
    while me is not NOTHING:
        if is_in_queue(w, me):
            me.step.stop.unjudged += 1
        me = me.comes_after
    me = w.newcomer
    while me is not NOTHING:
        if is_in_queue(w, me):
            stop = me.step.stop
            before = waiting_for(stop) - stop.unjudged
            stop.unjudged -= 1
            if before >= stop.deterred_at[me.number]:
                be_deterred(w, me)
        me = me.comes_after
    w.newcomer = NOTHING


@rule
def is_in_queue(w: World, me: Traveller) -> bool:
    """Return whether a newcomer still waits at the stop, or outside."""
    return me.line is not NOTHING and w.outcome[me.number] == _INSIDE


@rule
def be_deterred(w: World, me: Traveller) -> None:
    """Let a traveller go who never came in."""
    i = me.number
    step = me.step
    if me.has_place:
        give_place(me)
        step.entered[i] = NEVER
    if me.line is step.stop.outside:
        step_out(me)
        me.line = NOTHING
    else:
        leave_line(w, me)
    step.queued[i] = NEVER
    finish(w, me, _DETERRED)
    look_at(w, step.stop)
