"""The travellers of some replications: a row for each, with all that is random about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bcpsim.sampling.ticks import Timed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Travellers(Timed):
    """The travellers of one replication, one row for each in order of arrival.

    Members of groups, who get out of a vehicle, come after all others: in the order of the
    steps at which they do, of the vehicles, and of the places in a vehicle. Times are whole
    microseconds, since the start where they are points of time.

    Attributes
    ----------
    arrival
        When the traveller comes, shape (n,), ascending; before 0: who waits at the start;
        `NEVER` for members, who arrive when the engine lets them get out.
    source, category, occupants
        Index of the traffic source, index of the class, number of persons; shape (n,).
    attributes
        Value of each attribute (-1: the class hasn't got it), shape (attributes, n).
    having
        How many of the occupants have each of the plan's attributes of occupants; shape
        (them, n).
    durations
        Time of each activity at pace 1, shape (activities, n).
    held
        Time in the pre-arrival queue, until the slot that was booked; shape (n,).
    deadline
        When the traveller leaves unchecked, `FAR`: never; shape (n,).
    asking
        Time that asking for each kind of equipment takes, shape (equipment, n).
    entry
        Where the traveller goes on arrival: a step, or -1 - outcome; shape (n,).
    following
        Where the traveller goes after each step, likewise; shape (steps, n).
    move_in, move_after
        Time from the arrival to the first stop, and from each step to what follows;
        shape (n,) and (steps, n).
    lane_pick
        Uniform numbers for stops where the lane is chosen at random, shape (stops, n).
    patience
        Longest wait in the queue of each stop, `FAR`: as long as it takes; shape (stops, n), or
        (0, n) where nobody loses patience.
    deterred_at
        How many must wait at each stop for the traveller to turn back on arrival, `FAR`: never;
        likewise.
    ready
        When what comes with the traveller's service is ready, or documents are cleared, `-FAR`: at
        any time; shape (the plan's `ready`, n).
    lodged
        When documents of the traveller are lodged, `FAR`: none are; shape (the plan's
        `documents`, n).
    service
        Which of the source's services the traveller comes with or leaves by, -1: none; shape (n,).
    instead
        Where the traveller goes in each of the plan's detours: its step, if it goes on as usual;
        and then at each of the plan's choices by its other shares; shape (detours + choices, n).
    move_instead
        Time of the move there, for each of the plan's forks and choices; shape
        (forks + choices, n).
    crossing_entry, crossing_drive, crossing_move
        In a region, where the traveller would go at each crossing (a step, or -1 - outcome), the
        time of the drive there, and from there to the first stop; shape (crossings, n).
    crossing_cost
        How little each crossing is liked, as a time, to which the wait that its signs show is
        added: the least is chosen; `FAR`: never; likewise.
    vehicle, split
        Out of which traveller a member gets, and at the end of which step; -1: no member;
        shape (n,).
    """

    TIMES: ClassVar[frozenset[str]] = frozenset(
        (
            "arrival",
            "durations",
            "held",
            "deadline",
            "asking",
            "move_in",
            "move_after",
            "patience",
            "ready",
            "lodged",
            "move_instead",
            "crossing_drive",
            "crossing_move",
            "crossing_cost",
        )
    )

    arrival: Ints
    source: Ints
    category: Ints
    occupants: Ints
    attributes: Ints
    having: Ints
    durations: Ints
    held: Ints
    deadline: Ints
    asking: Ints
    entry: Ints
    following: Ints
    move_in: Ints
    move_after: Ints
    lane_pick: Floats
    patience: Ints
    deterred_at: Ints
    instead: Ints
    move_instead: Ints
    crossing_entry: Ints
    crossing_drive: Ints
    crossing_move: Ints
    crossing_cost: Ints
    ready: Ints
    lodged: Ints
    service: Ints
    vehicle: Ints
    split: Ints

    def __len__(self) -> int:
        return len(self.arrival)

    def only(self, rows: Ints) -> Travellers:
        """Return some of the travellers, with the vehicles of all members among them."""
        columns = {name: getattr(self, name)[..., rows] for name in Travellers.__slots__}
        columns["vehicle"] = numbered_among(rows, len(self))[columns["vehicle"]]
        return Travellers(**columns)


def numbered_among(rows: Ints, n: int) -> Ints:
    """Return the number of each of n among some of them, -1 where it isn't; -1 stays -1."""
    number = np.full(n + 1, -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    return number


def joined(parts: Sequence[Travellers], order: Ints | None = None) -> Travellers:
    """Return the travellers of several parts, in an order of all, or part by part."""
    rows = slice(None) if order is None else order
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1)[..., rows]
        for name in Travellers.__slots__
    }
    return Travellers(**joined)
