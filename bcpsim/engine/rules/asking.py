"""Owners of equipment who are asked before it is used."""

from __future__ import annotations

from bcpsim.engine.moves import move
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.table import rule


@rule
def asks(w: World, me: Traveller) -> bool:
    """Ask owners of equipment, if that is to be done; return whether a traveller waits for it."""
    step = me.step
    i = me.number
    if me.asked or step.asking[i] == 0:
        return False
    me.asked = True
    step.for_equipment[i] += step.asking[i]
    move(w, me, step.asking[i])
    return True
