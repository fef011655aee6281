"""The travellers of one source of traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.model import Plan
from bcpsim.plan.records.traffic import Booking, SourcePlan
from bcpsim.sampling.arrivals import (
    Seats,
    arrival_times,
    booked_arrivals,
    ready_times,
    seated_together,
    timetable_arrivals,
)
from bcpsim.sampling.cases import holds, values_of_law
from bcpsim.sampling.crossings import to_crossings
from bcpsim.sampling.documents import lodged
from bcpsim.sampling.quantities import drawn_for_each
from bcpsim.sampling.shares import numbers_by_share
from bcpsim.sampling.streams import Draw, uniforms_of_each
from bcpsim.sampling.ticks import FAR, ticks
from bcpsim.sampling.travellers import Floats, Ints, Travellers
from bcpsim.scenario.traffic import BOOKING


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """When the travellers of a source come, replication after replication.

    Attributes
    ----------
    arrival
        Minutes since the start; inf: an empty seat, which is left out in the end.
    counts
        How many (or how many seats) each replication has.
    held, booking
        Of a source with slots: minutes of waiting for the slot, and how it was kept.
    tables
        Of a source with a timetable: the seats of each replication.
    """

    arrival: Floats
    counts: Ints
    held: Floats | None = None
    booking: Ints | None = None
    tables: tuple[Seats, ...] = ()

    def by_replication(self, column: NDArray[Any]) -> list[NDArray[Any]]:
        """Return the parts of a column that belong to each replication."""
        return np.split(column, np.cumsum(self.counts)[:-1])


def sample_source(
    plan: Plan, source: SourcePlan, index: int, seed: int, replications: Sequence[int]
) -> tuple[Travellers, Ints]:
    """Return the travellers of a source in some replications, and how many each has."""
    come = _arrivals(plan, source, seed, replications)
    n, counts = len(come.arrival), come.counts.tolist()

    @lru_cache(maxsize=1)  # cases of one quantity ask for the same
    def draw(quantity: str) -> Floats:
        return uniforms_of_each(seed, replications, f"{source.name}/{quantity}", counts)

    category, occupants = _categories(plan, source, n, draw)
    service = np.full(n, -1, dtype=np.int64)
    if source.timetable is not None:
        service = np.concatenate([seats.service for seats in come.tables])
        if source.timetable.persons is not None:
            seated = map(seated_together, come.tables, come.by_replication(occupants))
            first, occupants = (np.concatenate(column) for column in zip(*seated, strict=True))
            come = replace(come, arrival=np.where(first, come.arrival, np.inf))
    known = _known_attributes(plan, source, come, service)
    ahead = None
    if source.waiting is not None and source.waiting.lists:
        rows = [row for k in replications for row in source.waiting.standing(k)]
        ahead = np.array([row.step for row in rows], dtype=np.int64)
        occupants = np.array([row.occupants for row in rows], dtype=np.int64)
        listed = np.array([row.attributes for row in rows], dtype=np.int64)
        listed = listed.reshape(len(rows), len(plan.attributes)).T
        known = np.where(listed >= 0, listed, known)
    nobody = np.full(n, -1, dtype=np.int64)
    waits = source.waiting is not None
    entry = plan.entry if source.waiting is None else source.waiting.entry or plan.entry
    came = np.where(np.isfinite(come.arrival), come.arrival, 0.0)
    drawn = drawn_for_each(plan, category, occupants, known, came, entry, -1, draw, ahead)
    drawn |= to_crossings(plan, source, category, drawn["attributes"], drawn["following"], draw)
    if waits or plan.region is not None:  # else that hangs on the crossing chosen
        drawn["move_in"] = np.zeros(n, dtype=np.int64)
    if waits:
        drawn["deterred_at"].fill(FAR)
    closes = np.concatenate([seats.closes for seats in come.tables]) if come.tables else None
    arrival = np.maximum(come.arrival, 0.0) if waits else come.arrival
    deadline = _deadlines(source, arrival, closes, draw)
    came_at = ticks(come.arrival)
    if waits:  # who waits at the start has waited, and goes on doing so, for a moment at least
        came_at = np.minimum(came_at, -1)
        deadline = np.maximum(deadline, 1)
    travellers = Travellers(
        arrival=came_at,
        source=np.full(n, index, dtype=np.int64),
        category=category,
        occupants=occupants,
        held=np.zeros(n, dtype=np.int64) if come.held is None else ticks(come.held),
        deadline=deadline,
        ready=_ready(plan, source, come, category, drawn["attributes"], seed, replications),
        lodged=lodged(plan, category, drawn["attributes"], came_at, draw),
        service=service,
        vehicle=nobody,
        split=nobody,
        **drawn,
    )
    return travellers, come.counts


def _arrivals(plan: Plan, source: SourcePlan, seed: int, replications: Sequence[int]) -> _Arrivals:
    if source.slots is not None:
        booked = [booked_arrivals(source, plan.horizon, seed, k) for k in replications]
        arrival, held, booking = (np.concatenate(column) for column in zip(*booked, strict=True))
        counts = np.array([len(times) for times, _, _ in booked])
        return _Arrivals(arrival, counts, held, booking)
    if source.timetable is not None:
        tables = tuple(timetable_arrivals(source, seed, k) for k in replications)
        arrival = np.concatenate([np.where(s.taken, s.arrival, np.inf) for s in tables])
        return _Arrivals(arrival, np.array([len(s.taken) for s in tables]), tables=tables)
    return _Arrivals(*arrival_times(source, seed, replications))


def _categories(plan: Plan, source: SourcePlan, n: int, draw: Draw) -> tuple[Ints, Ints]:
    """Return the class of each traveller of a source, and how many sit in the vehicle."""
    present = [number for number, _ in source.classes]
    category = np.full(n, present[0], dtype=np.int64)
    if len(present) > 1:
        category = numbers_by_share(source.classes, draw("class"))
    occupants = np.ones(n, dtype=np.int64)
    for number in present:
        shares = plan.classes[number].occupants
        if shares != ((1, 1.0),):
            rows = category == number
            occupants[rows] = numbers_by_share(shares, draw("occupants")[rows])
    return category, occupants


def _known_attributes(plan: Plan, source: SourcePlan, come: _Arrivals, service: Ints) -> Ints:
    """Return the attributes that needn't be drawn, shape (attributes, n); -1: it is drawn."""
    known = np.full((len(plan.attributes), len(service)), -1, dtype=np.int64)
    if source.timetable is not None:
        for number, values in source.timetable.attributes:
            known[number] = np.array(values, dtype=np.int64)[service]
    for number, attribute in enumerate(plan.attributes):
        if attribute.name == BOOKING and not attribute.cases:
            known[number] = Booking.NONE if come.booking is None else come.booking
    if plan.region is not None:
        known[plan.region.attribute] = source.usual
    return known


def _ready(
    plan: Plan,
    source: SourcePlan,
    come: _Arrivals,
    category: Ints,
    attributes: Ints,
    seed: int,
    replications: Sequence[int],
) -> Ints:
    """Return when what comes with a service is ready for each traveller, shape (kinds, n)."""
    ready = np.full((len(plan.ready), len(category)), -FAR)
    for made in source.timetable.ready if source.timetable is not None else ():
        whose = holds(made.condition, category, attributes) & np.isfinite(come.arrival)
        times = [
            ready_times(source, made, seats, plan.ready[made.number], own, seed, k)
            for seats, own, k in zip(
                come.tables, come.by_replication(whose), replications, strict=True
            )
        ]
        ready[made.number] = ticks(np.concatenate(times))
    return ready


def _deadlines(source: SourcePlan, arrival: Floats, closes: Floats | None, draw: Draw) -> Ints:
    """Return the deadline at which each traveller leaves unchecked, `FAR` if there is none."""
    if source.deadline is not None:
        everybody = np.arange(len(arrival))
        return ticks(arrival + values_of_law(source.deadline, "deadline", everybody, draw))
    return np.full(len(arrival), FAR) if closes is None else ticks(closes)
