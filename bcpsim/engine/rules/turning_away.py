"""Those who come to a full waiting area and are turned away."""

from __future__ import annotations

from bcpsim.engine.moves import finish, step_out
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.rules.parties import expect_no_more
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling.ticks import NEVER

_TURNED_AWAY = int(Outcome.TURNED_AWAY)


@rule
def turn_away_the_rest(w: World) -> None:
    """Turn away all who came to a full area and found no place by the end of this moment.

    Not on arrival: of several who come at one time some may start at once, and leave their
    places to those who came after them.
    """
    for area in w.areas:
        if not area.turns_away:
            continue
        ahead = area.line.first
        while ahead is not NOTHING:
            me = ahead
            ahead = me.next
            waits = me.left_from is not NOTHING or me.stood_outside
            if me.step.stop.turn_away and not waits:
                turn_away(w, me)


@rule
def turn_away(w: World, me: Traveller) -> None:
    """Let a traveller leave who was never checked and never waited."""
    step_out(me)
    me.line = NOTHING
    me.step.queued[me.number] = NEVER
    finish(w, me, _TURNED_AWAY)
    if me.vehicle is not NOTHING:
        expect_no_more(w, me)
