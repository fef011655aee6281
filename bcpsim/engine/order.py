"""The order of simultaneous events, and SimPy's schedule with it."""

from __future__ import annotations

from typing import Protocol

from simpy import Event

# SimPy compares (time, priority); the traveller's number is added to the priority. 0 is
# SimPy's own for stopping the run.
END = 1 << 40
CHANGE = 2 << 40
DEADLINE = 3 << 40
ARRIVAL = 4 << 40
DISPATCH = 5 << 40
RETURN = 6 << 40


class Schedule(Protocol):
    """SimPy's `Environment.schedule`, with any whole number as priority."""

    def __call__(self, event: Event, priority: int, delay: float = ...) -> None:
        """Schedule an event after a delay."""
