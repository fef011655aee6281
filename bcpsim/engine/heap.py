"""The agenda of the compiled way: a binary heap of three numbers for each event.

Time; rank, number and running number in one; kind and whom it concerns in one.
"""

from __future__ import annotations

from bcpsim.engine import calendar
from bcpsim.engine.calendar import RANKS
from bcpsim.engine.records import World
from bcpsim.engine.table import body_of, rule
from bcpsim.sampling.ticks import FAR

WORDS = 3
"""Numbers for each event."""

NUMBER_BITS, COUNT_BITS = 26, 34
_KIND_BITS = 4


@body_of(calendar.at)
def at(w: World, time: int, kind: int, number: int, who: int) -> None:
    """Put an event on the agenda."""
    key = ((RANKS[kind] << NUMBER_BITS | number) << COUNT_BITS) | w.events
    w.events += 1
    agenda = w.agenda
    k = w.pending
    w.pending = k + 1
    while k > 0:
        above = (k - 1) >> 1
        a = above * WORDS
        if agenda[a] < time or (agenda[a] == time and agenda[a + 1] < key):
            break
        _move(agenda, k, above)
        k = above
    k *= WORDS
    agenda[k] = time
    agenda[k + 1] = key
    agenda[k + 2] = who << _KIND_BITS | kind


@rule
def _move(agenda: list[int], to: int, source: int) -> None:
    """Move an event to another place."""
    to *= WORDS
    source *= WORDS
    agenda[to] = agenda[source]
    agenda[to + 1] = agenda[source + 1]
    agenda[to + 2] = agenda[source + 2]


@body_of(calendar.next_time)
def next_time(w: World) -> int:
    """Return when the next event on the agenda happens."""
    return w.agenda[0] if w.pending > 0 else FAR


@rule
def take_next(w: World) -> tuple[int, int]:
    """Take the next event off the agenda: return its kind and whom it concerns."""
    agenda = w.agenda
    w.now = agenda[0]
    what = agenda[2]
    n = w.pending - 1
    w.pending = n
    last = n * WORDS
    time, key = agenda[last], agenda[last + 1]
    k = 0
    while True:
        below = 2 * k + 1
        if below >= n:
            break
        a = below * WORDS
        if below + 1 < n:
            b = a + WORDS
            if agenda[b] < agenda[a] or (agenda[b] == agenda[a] and agenda[b + 1] < agenda[a + 1]):
                below += 1
                a = b
        if time < agenda[a] or (time == agenda[a] and key < agenda[a + 1]):
            break
        _move(agenda, k, below)
        k = below
    _move(agenda, k, n)
    return what & ((1 << _KIND_BITS) - 1), what >> _KIND_BITS
