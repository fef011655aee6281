"""The compiled way, some events at a time: so that it can be interrupted, and show progress."""

from __future__ import annotations

from bcpsim.engine.border import happen, open_border
from bcpsim.engine.heap import WORDS, take_next
from bcpsim.engine.records import World
from bcpsim.engine.rules.triggers import note_what_lasts
from bcpsim.engine.table import rule

OVER, ENOUGH, NO_ROOM = range(3)
"""Why a slice ended: the run is over, it was long enough, or the agenda needs more room."""


@rule
def run_slice(w: World, most: int, at_once: int) -> int:
    """Carry out some events, so many at most; return why it ended.

    `at_once` is how many events one may put on the agenda, or pass on to other officers.
    """
    if not w.opened:
        w.opened = True
        open_border(w)
    left = most
    while w.pending > 0 and w.agenda[0] < w.end:
        if left == 0:
            return ENOUGH
        if (w.pending + at_once) * WORDS > len(w.agenda):
            return NO_ROOM
        if (w.handed_over + at_once) * 4 > len(w.handovers):
            return NO_ROOM
        if (w.spelled + at_once) * 3 > len(w.spells):
            return NO_ROOM
        left -= 1
        kind, who = take_next(w)
        happen(w, kind, who)
    note_what_lasts(w)
    return OVER
