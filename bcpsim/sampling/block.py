"""Replications side by side: their travellers in the same columns, one after the other.

What is found for whole columns is found for all of them in one call, which takes little longer
than for one. A replication is the same to the bit whatever it stands beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.disturbances import Gate
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling.circumstances import Circumstances, circumstances_of_each
from bcpsim.sampling.replications import sample_each
from bcpsim.sampling.ticks import microseconds
from bcpsim.sampling.travellers import Travellers

Ints = NDArray[np.int64]
T = TypeVar("T")

MOST_VISITS = 1 << 16
"""Expected checks up to which replications stand side by side: some ten MB of columns."""

_GONE = {Gate.TURN_BACK: Outcome.TURNED_AWAY, Gate.DIVERT: Outcome.DIVERTED}
"""How those end who don't come in."""

MOST = 64
"""Most replications side by side."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some replications of a plan, drawn.

    Attributes
    ----------
    travellers
        Those of all replications, one replication after the other; the vehicle of a member is
        numbered among all.
    circumstances
        Of each replication; empty where nobody asks for them.
    first
        Where the travellers of each replication begin, and where the last end; shape
        (replications + 1,).
    seed, numbers
        What names the random streams of each replication; empty where nobody said it.
    """

    travellers: Travellers
    circumstances: tuple[Circumstances, ...]
    first: Ints
    seed: int = 0
    numbers: tuple[int, ...] = ()

    @classmethod
    def of(cls, travellers: Travellers, *circumstances: Circumstances) -> Block:
        """Return a block of one replication."""
        return cls(travellers, circumstances, np.array([0, len(travellers)]))

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def replication(self) -> Ints:
        """The place of each traveller's replication among those of the block."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def rows_of(self, place: int) -> slice:
        """Return which travellers are those of one of the replications."""
        first, last = self.first[place : place + 2].tolist()
        return slice(first, last)

    def vehicles_of(self, place: int) -> Ints:
        """Return the vehicle of each traveller of a replication, numbered among them; -1: none."""
        vehicle = self.travellers.vehicle[self.rows_of(place)]
        return np.maximum(vehicle - self.first[place], -1)

    def only(self, rows: Ints) -> Block:
        """Return some of the travellers, in ascending order, with the vehicles of all members."""
        first = np.searchsorted(rows, self.first)
        return replace(self, travellers=self.travellers.only(rows), first=first)

    def one(self, place: int) -> Block:
        """Return one of the replications on its own."""
        if len(self) == 1:
            return self
        own = self.rows_of(place)
        columns = {name: getattr(self.travellers, name)[..., own] for name in Travellers.__slots__}
        columns["vehicle"] = self.vehicles_of(place)
        copies = {name: column.copy() for name, column in columns.items()}
        return Block.of(Travellers(**copies), *self.circumstances[place : place + 1])


def sample(plan: Plan, seed: int, replication: int) -> Travellers:
    """Draw the travellers of one replication.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replication
        Name the random streams; both at least 0.

    Returns
    -------
    Travellers
        In order of arrival; equal times by the order of the traffic sources.
    """
    return sample_block(plan, seed, [replication]).travellers


def sample_block(plan: Plan, seed: int, replications: Sequence[int]) -> Block:
    """Draw some replications, side by side.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replications
        Name the random streams; all at least 0.

    Raises
    ------
    RunError
        If equipment fails too often.
    """
    travellers, first = sample_each(plan, seed, replications)
    there = circumstances_of_each(plan, seed, replications)
    block = Block(travellers, there, first, seed, tuple(replications))
    if plan.region is not None:  # who comes where, and when, only the run shows
        return block
    disturbed = any(one.gate in _GONE and one.trigger is None for one in plan.disturbances)
    if disturbed or (plan.opening is not None and plan.opening.turned_back):
        return replace(block, travellers=replace(travellers, entry=_entry(plan, block)))
    return block


def _entry(plan: Plan, block: Block) -> Ints:
    """Return the first step of each traveller; those who turn back have none.

    In a disturbance, or when the border crossing point is closed; who waits at the start is there.
    """
    travellers = block.travellers
    comes = travellers.arrival + travellers.held
    entry = travellers.entry.copy()
    there = np.array([source.waiting is not None for source in plan.sources])[travellers.source]
    for place, circumstances in enumerate(block.circumstances):
        rows = block.rows_of(place)
        known = zip(plan.disturbances, circumstances.disturbed, strict=True)
        for disturbance, windows in reversed(list(known)):  # of several the first listed counts
            if disturbance.gate in _GONE and disturbance.trigger is None:
                for start, end in windows:
                    back = (comes[rows] >= microseconds(start)) & (comes[rows] < microseconds(end))
                    entry[rows][back] = -1 - int(_GONE[disturbance.gate])
    for start, end in () if plan.opening is None else plan.opening.turned_back:
        back = (comes >= microseconds(start)) & (comes < microseconds(end)) & ~there
        entry[back] = -1 - int(Outcome.TURNED_AWAY)
    return entry


def blocks_of(plan: Plan, replications: Sequence[T]) -> list[Sequence[T]]:
    """Return replications in blocks that take little memory.

    Parameters
    ----------
    plan
        The compiled scenario.
    replications
        Their numbers, or what stands for each.
    """
    visits = plan.expected_arrivals * len(plan.tasks)
    size = max(1, min(MOST, int(MOST_VISITS / max(visits, len(plan.officers), 1))))
    return [replications[k : k + size] for k in range(0, len(replications), size)]
