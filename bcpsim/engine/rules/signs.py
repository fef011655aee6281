"""What signs show of the waits at stops, with the delay that they have."""

from __future__ import annotations

from bcpsim.engine.moves import mean_of, waiting_for
from bcpsim.engine.records import Sign, World
from bcpsim.engine.rules.choosing import first_queued
from bcpsim.engine.table import rule
from bcpsim.plan.records.disturbances import Watched
from bcpsim.sampling.ticks import FAR

_QUEUE = int(Watched.QUEUE)
_LONGEST_WAIT = int(Watched.LONGEST_WAIT)


@rule
def read_signs(w: World) -> None:
    """Measure the waits that signs will show."""
    for sign in w.signs:
        sign.read = wait_at(w, sign)


@rule
def show_signs(w: World) -> None:
    """Let signs show what was measured last."""
    for sign in w.signs:
        sign.shown = sign.read


@rule
def shown_by(w: World, sign: Sign) -> int:
    """Return the wait that a sign shows just now."""
    return wait_at(w, sign) if w.signs_are_current else sign.shown


@rule
def wait_at(w: World, sign: Sign) -> int:
    """Return the wait at a stop as signs tell it: rounded to the nearest multiple, a half up."""
    wait = measured(w, sign)
    if sign.rounded_to == 0:
        return wait
    return (wait + sign.rounded_to // 2) // sign.rounded_to * sign.rounded_to


@rule
def measured(w: World, sign: Sign) -> int:
    """Return the wait at a stop."""
    if sign.watched == _QUEUE:
        return waiting_for(sign.stop) * sign.each
    if sign.watched == _LONGEST_WAIT:
        since = first_queued(sign.stop)
        return w.now - since if since < FAR else 0
    return mean_of(sign.recent)
