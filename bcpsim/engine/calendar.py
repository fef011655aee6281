"""What happens when: the kinds of events, their order at one time, and what is put off.

Times are whole microseconds. Events of one time are taken by the rank of their kind, then by
number (the traveller's where it is a traveller's), then in the order in which they were put on
the agenda. Whether somebody may start is asked when all else of a time is done: a rule says
`look_at(w, stop)`, and the border looks when nothing else is left.

Plain, SimPy's environment is the agenda; compiled, a heap (`heap`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from simpy import Environment, Event

from bcpsim.engine.records import Stop, Stream, World
from bcpsim.engine.sets import Members
from bcpsim.engine.table import rule


class EventKind(NamedTuple):
    """A kind of event, its rank among those of one time, and what happens."""

    rank: int
    title: str


KINDS = (
    EventKind(1, "A stage of a visit ends"),
    EventKind(1, "The task of an officer who is free before the others ends"),
    EventKind(2, "Shifts, opening hours or equipment change by timetable"),
    EventKind(2, "A lane opens by need"),
    EventKind(2, "A stop is looked at again"),
    EventKind(2, "A trigger is judged again, when all else of this time is done"),
    EventKind(2, "An officer of a pool comes to a stop"),
    EventKind(3, "A deadline"),
    EventKind(4, "Somebody arrives from outside"),
    EventKind(4, "Somebody arrives at a stop, or at the exit"),
    EventKind(4, "Somebody reaches the crossing of a region that was chosen"),
    EventKind(5, "Stops are looked at: whoever can start does"),
    EventKind(6, "The patience of somebody in a queue is over"),
    EventKind(7, "An officer of a pool who is idle goes back"),
)
"""Every kind of event, in the order in which those of one time are taken."""

(
    END,
    TASK_END,
    CHANGE,
    OPENING,
    WAKING,
    JUDGING,
    COMING,
    DEADLINE,
    APPEARANCE,
    ARRIVAL,
    REACHING,
    DISPATCH,
    PATIENCE,
    RETURN,
) = range(len(KINDS))

RANKS = tuple(kind.rank for kind in KINDS)
_NUMBERS = 40
"""Bits for the number within a rank."""

_PRIORITIES = tuple(rank << _NUMBERS for rank in RANKS)


class _Happening(Event):
    """An event of SimPy's that says what happens to whom."""

    __slots__ = ("callbacks", "kind", "who")  # no event needs a dictionary

    _ok = True  # what `Event` sets when it is triggered
    _value = None

    def __init__(self, kind: int, who: int, callbacks: Any) -> None:
        self.kind = kind
        self.who = who
        self.callbacks = callbacks


class Calendar:
    """SimPy's environment as the agenda of a run."""

    __slots__ = ("callbacks", "environment", "peek", "schedule")

    def __init__(self, w: World, happen: Callable[[World, int, int], None]) -> None:
        environment: Any = Environment()

        def call(event: _Happening) -> None:
            w.now = environment._now  # the property `now` would cost a call for each event
            happen(w, event.kind, event.who)

        self.environment = environment
        self.schedule: Any = environment.schedule
        self.peek = environment.peek
        self.callbacks = [call]


@rule
def at(w: World, time: int, kind: int, number: int, who: int) -> None:
    """Put an event on the agenda.

    `number` orders it among those of one time and rank; `who` says whom it concerns.
    """
    calendar: Any = w.calendar
    event = _Happening(kind, who, calendar.callbacks)
    calendar.schedule(event, _PRIORITIES[kind] + number, time - w.now)


@rule
def next_time(w: World) -> int:
    """Return when the next event on the agenda happens."""
    calendar: Any = w.calendar
    time: int = calendar.peek()
    return time


@rule
def expect_next(w: World, stream: Stream) -> None:
    """Put the next entry of a stream known beforehand on the agenda, which so stays short."""
    k = stream.next
    if k < len(stream.times):
        stream.next = k + 1
        who = stream.who[k]
        at(w, stream.times[k], stream.kind, 0 if stream.kind == CHANGE else who, who)


@rule
def look_at(w: World, stop: Stop) -> None:
    """Mark a stop: when all else of this moment has happened, see who can start there."""
    w.dirty.add(stop.number)
    w.looks = True


@rule
def look_at_all(w: World, stops: Members) -> None:
    """Mark several stops: when all else of this moment has happened, see who can start there."""
    w.dirty.add_all(stops)
    w.looks = True


@rule
def wake(w: World, stop: Stop, time: int) -> None:
    """Mark a stop at a later time: then see who can start there."""
    if stop.waking <= w.now or time < stop.waking:
        stop.waking = time
        at(w, time, WAKING, 1, stop.number)
