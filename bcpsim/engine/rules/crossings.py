"""Which crossing of a region those choose who arrive, and where they go on if it is closed."""

from __future__ import annotations

from bcpsim.engine.calendar import REACHING, at
from bcpsim.engine.records import Crossing, Traveller, World
from bcpsim.engine.rules.detours import gate_of
from bcpsim.engine.rules.signs import shown_by
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.disturbances import Gate
from bcpsim.sampling.ticks import FAR

_TURN_BACK, _DIVERT = int(Gate.TURN_BACK), int(Gate.DIVERT)


@rule
def sets_out(w: World, me: Traveller) -> bool:
    """Let a traveller choose a crossing; return whether it is on the way there.

    Who waits at the start is at the usual one already.
    """
    i = me.number
    if w.arrival[i] < 0:
        w.crossing[i] = w.usual[i]
        return False
    crossing = choose(w, i)
    w.shown[i] = wait_shown(w, crossing, i)
    return goes_to(w, me, crossing, crossing.drive[i] + crossing.access[i])


@rule
def goes_to(w: World, me: Traveller, crossing: Crossing, time: int) -> bool:
    """Send a traveller to a crossing; return whether the way takes any time."""
    i = me.number
    w.crossing[i] = crossing.number
    w.entry[i] = crossing.target[i]
    w.driven[i] += time
    if time == 0:
        return False
    at(w, w.now + time, REACHING, i, i)
    return True


@rule
def choose(w: World, i: int) -> Crossing:
    """Return the crossing that a traveller likes best, of equals the first listed.

    By the time of the drive and the wait shown, where those wait, too, who come there in this
    moment. One that is closed is chosen by nobody; if all are, it is the usual one.
    """
    best: Crossing = NOTHING
    least = 0
    for crossing in w.crossings:
        if crossing.cost[i] >= FAR or is_shut(w, crossing):
            continue
        value = crossing.cost[i] + wait_shown(w, crossing, i)
        if best is NOTHING or value < least:
            best = crossing
            least = value
    if best is NOTHING:
        return w.crossings[w.usual[i]]
    return best


@rule
def is_shut(w: World, crossing: Crossing) -> bool:
    """Return whether those who come to a crossing can't stay there."""
    gate = gate_of(w, crossing.number)
    return gate in (_TURN_BACK, _DIVERT)


@rule
def wait_shown(w: World, crossing: Crossing, i: int) -> int:
    """Return the wait that signs show of where a traveller would come first at a crossing."""
    target = crossing.target[i]
    if target < 0:
        return 0
    sign = w.steps[target].stop.sign
    if sign is NOTHING:
        return 0
    return shown_by(w, sign)


@rule
def goes_on(w: World, me: Traveller) -> bool:
    """Send a traveller who comes to a closed crossing on to another; return whether it goes.

    To the nearest that is open, of those to which the closed one's traffic is diverted.
    """
    i = me.number
    if w.arrival[i] < 0 or w.entry[i] < 0 or gate_of(w, w.crossing[i]) != _DIVERT:
        return False
    closed = w.crossings[w.crossing[i]]
    best: Crossing = NOTHING
    for crossing in w.crossings:
        drive = closed.onward[crossing.number]
        if drive >= FAR or is_shut(w, crossing):
            continue
        if best is NOTHING or drive < closed.onward[best.number]:
            best = crossing
    if best is NOTHING:
        return False
    time = max(closed.onward[best.number] + best.access[i], 1)
    return goes_to(w, me, best, time)
