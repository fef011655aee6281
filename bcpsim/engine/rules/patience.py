"""How long travellers wait in a queue before they leave it."""

from __future__ import annotations

from bcpsim.engine.calendar import PATIENCE, at
from bcpsim.engine.records import Traveller, World
from bcpsim.engine.table import rule
from bcpsim.sampling.ticks import FAR


@rule
def patient_until(me: Traveller) -> int:
    """Return until when a traveller waits in the queue of the stop ahead, FAR: for ever.

    Who waits already at the start does so from then on.
    """
    stop = me.step.stop
    if not stop.tries_patience or stop.patience[me.number] == FAR:
        return FAR
    return max(me.step.queued[me.number], 0) + stop.patience[me.number]


@rule
def wait_in_patience(w: World, me: Traveller) -> None:
    """Put the end of a traveller's patience on the agenda, as it begins to wait in a line."""
    until = patient_until(me)
    if until < FAR:
        at(w, max(until, w.now), PATIENCE, me.number, me.number)
