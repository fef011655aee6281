"""Who is done with a vehicle stays with it until the next of the crew takes over."""

from __future__ import annotations

from bcpsim.engine.calendar import look_at_all
from bcpsim.engine.moves import release
from bcpsim.engine.records import Hand, Stage, Traveller, World
from bcpsim.engine.table import NOTHING, rule


@rule
def end_or_stay(w: World, me: Traveller, hand: Hand) -> None:
    """End a task: its officer and equipment stay if others must come to go on, else are free."""
    stages = me.step.kind[me.number].stages
    late = w.has_deadlines and w.now > w.deadline[me.number]
    if late or me.stage + 1 >= len(stages) or not waits_for(hand, stages[me.stage + 1]):
        release(w, hand)
    else:
        hand.task.ended[me.number] = hand.until


@rule
def waits_for(hand: Hand, stage: Stage) -> bool:
    """Return whether an officer who is done must wait for others to go on with a stage.

    Not if one of the same group can, perhaps the same officer; if nobody is needed; or if the
    others need the equipment that is held.
    """
    if hand.officer is NOTHING:
        return False
    for task in stage.tasks:
        for able in task.groups:
            if able.post is NOTHING or able.post.group is hand.officer.group:
                return False
    for need in stage.needs:
        for equipment in hand.task.equipment:
            if need.equipment is equipment:
                return False
    return True


@rule
def relieve(w: World, me: Traveller) -> None:
    """Free the officer who has stayed with a vehicle, if one has."""
    for hand in me.lane.hands:
        if hand.traveller is me:
            release(w, hand)
            look_at_all(w, me.step.woken)
