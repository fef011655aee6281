"""Arrival times: a renewal process in operational time, or times as observed.

Operational time is the expected number of arrivals so far, the integral of the rate.
In it the stream is a stationary renewal process with gaps of mean 1: exponential gaps
give the non-homogeneous Poisson process, exactly, also at the edges where the rate
jumps; other coefficients of variation give gamma gaps (Gerhardt and Nelson,
"Transforming renewal processes for simulation of nonstationary arrival processes",
INFORMS Journal on Computing 21 (2009) 630-640). Because the process is stationary in
operational time (its first gap has the equilibrium distribution), the expected number
in any stretch of time is the integral of the rate, whatever the variability.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.laws import Law, LawKind, gamma_from_mean_cv
from bcpsim.plan.records.traffic import Booking, ReadyPlan, SourcePlan
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.shares import numbers_by_share
from bcpsim.sampling.streams import uniforms, uniforms_of_each

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def arrival_times(
    source: SourcePlan, seed: int, replications: Sequence[int]
) -> tuple[Floats, Ints]:
    """Draw the arrival times of one traffic source in some replications.

    Parameters
    ----------
    source
        Rates between edges and the variability, or observed times.
    seed, replications
        Name the random streams.

    Returns
    -------
    times
        Minutes since the start, of those who wait then below 0; one replication after the other,
        ascending in each; shape
        (number of arrivals,).
    counts
        How many there are in each replication.
    """
    if source.waiting is not None and source.waiting.lists:
        standing = [source.waiting.standing(replication) for replication in replications]
        waits = [-row.waited for rows in standing for row in rows]
        return np.array(waits, dtype=np.float64), np.array([len(rows) for rows in standing])
    if source.waiting is not None:
        counts = np.full(len(replications), int(source.waiting.count))
        u = uniforms_of_each(seed, replications, f"{source.name}/waited", counts.tolist())
        waited = quantile(source.waiting.waited, u).reshape(len(replications), -1)
        return np.sort(-waited, axis=1).ravel(), counts
    if source.times is not None:
        counts = np.full(len(replications), len(source.times))
        return np.tile(np.array(source.times, dtype=np.float64), len(replications)), counts
    edges = np.array(source.edges)
    rates = np.array(source.rates)
    expected = np.concatenate([[0.0], np.cumsum(np.diff(edges) * rates)])
    total = expected[-1]
    if total <= 0:
        return np.empty(0), np.zeros(len(replications), dtype=np.int64)
    alone = source.together == ((1, 1.0),)
    mean = sum(number * share for number, share in source.together)
    epochs, counts = _operational_times(source, float(total) / mean, seed, replications)
    operational = epochs * mean
    # Edges where the expected number grows bound the stretches with traffic; in each
    # the time is linear in the expected number.
    stretch = np.searchsorted(expected, operational, side="right") - 1
    times = edges[stretch] + (operational - expected[stretch]) / rates[stretch]
    if alone:
        return times, counts
    u = uniforms_of_each(seed, replications, f"{source.name}/together", counts.tolist())
    number = numbers_by_share(source.together, u)
    whose = np.repeat(np.arange(len(counts)), counts)
    return np.repeat(times, number), np.bincount(np.repeat(whose, number), minlength=len(counts))


def booked_arrivals(
    source: SourcePlan, horizon: float, seed: int, replication: int
) -> tuple[Floats, Floats, Ints]:
    """Draw the arrivals of a source with booked slots.

    Parameters
    ----------
    source
        With slots.
    horizon
        Who would come before the start or after the horizon doesn't.
    seed, replication
        Name the random streams.

    Returns
    -------
    arrival
        Minutes since the start, ascending, shape (n,).
    held
        Minutes from the arrival until the vehicle may join the queue, shape (n,).
    booking
        A `Booking`, shape (n,).
    """
    slots = source.slots
    assert slots is not None
    start = np.repeat(np.array(slots.starts, dtype=np.float64), slots.places)

    def draw(quantity: str) -> Floats:
        return uniforms(seed, replication, f"{source.name}/slot/{quantity}", len(start))

    comes = (draw("booked") < slots.booked) & (draw("show") >= slots.no_show)
    is_late = draw("late") < slots.late
    early_by = quantile(slots.early_by, draw("early_by"))
    late_by = quantile(slots.late_by, draw("late_by"))
    arrival = np.where(is_late, start + late_by, start - early_by)
    comes &= (arrival >= 0) & (arrival < horizon)
    order = np.argsort(arrival[comes], kind="stable")
    arrival, start = arrival[comes][order], start[comes][order]
    lost = arrival > start + slots.grace
    held = np.zeros(len(arrival)) if slots.admitted_early else np.maximum(start - arrival, 0.0)
    booking = np.where(lost, Booking.LATE, Booking.ON_TIME).astype(np.int64)
    return arrival, held, booking


class Seats(NamedTuple):
    """The seats of a timetable's services, in the order of services and seats.

    Attributes
    ----------
    arrival
        Minutes since the start, shape (seats,).
    taken
        Whether somebody has the seat, shape (seats,).
    closes
        When the traveller must have passed; inf: at any time; shape (seats,).
    service
        Index of the service, shape (seats,).
    times
        When each service arrives or leaves, with its delay, shape (services,).
    """

    arrival: Floats
    taken: Mask
    closes: Floats
    service: Ints
    times: Floats


def timetable_arrivals(source: SourcePlan, seed: int, replication: int) -> Seats:
    """Draw the arrivals of a source with a timetable, one entry for each seat.

    Parameters
    ----------
    source
        With a timetable.
    seed, replication
        Name the random streams.
    """
    table = source.timetable
    assert table is not None
    seats = np.array(table.seats, dtype=np.int64)
    service = np.repeat(np.arange(len(seats)), seats)
    n = len(service)

    def draw(quantity: str, count: int) -> Floats:
        return uniforms(seed, replication, f"{source.name}/{quantity}", count)

    taken = draw("seat", n) < np.array(table.load)[service]
    scheduled = np.array(table.times)
    time = scheduled + quantile(table.delay, draw("service/delay", len(seats)))
    if table.late:
        time = time + np.array(table.late)
    if table.come_before is not None:
        arrival = scheduled[service] - quantile(table.come_before, draw("come_before", n))
        closing = np.inf if table.closing is None else -table.closing
        return Seats(arrival, taken, time[service] + closing, service, time)
    off = time + quantile(table.first_after, draw("service/first_after", len(seats)))
    before: Ints = np.cumsum(taken) - taken  # on all services up to this one
    first = np.concatenate([[0], np.cumsum(seats)[:-1]])
    sat: Ints = before - before[np.minimum(first, max(n - 1, 0))][service] if n else before
    arrival = off[service] + sat // table.ramps * table.gap
    return Seats(arrival, taken, np.full(n, np.inf), service, time)


def seated_together(seats: Seats, occupants: Ints) -> tuple[Mask, Ints]:
    """Return for each traveller the one who sits on the first seat of its group.

    The next taken seats of the service are theirs, as far as there are any.

    Parameters
    ----------
    seats
        From `timetable_arrivals`.
    occupants
        How many would sit together from each seat on.

    Returns
    -------
    first
        Whether the seat is the first of a traveller, shape (seats,).
    occupants
        How many are together, shape (seats,).
    """
    first = np.zeros(len(occupants), dtype=bool)
    together = occupants.copy()
    taken = np.flatnonzero(seats.taken)
    ends = np.searchsorted(seats.service[taken], seats.service[taken], side="right").tolist()
    wanted, rows = occupants[taken].tolist(), taken.tolist()
    place = 0
    while place < len(rows):
        count = min(wanted[place], ends[place] - place)
        first[rows[place]] = True
        together[rows[place]] = count
        place += count
    return first, together


def ready_times(
    source: SourcePlan, ready: ReadyPlan, seats: Seats, name: str, whose: Mask, seed: int, k: int
) -> Floats:
    """Draw for each traveller when what comes with the service (such as bags) is ready.

    Parameters
    ----------
    source, ready, name
        A source with a timetable, what it makes ready, and its name.
    seats, whose
        From `timetable_arrivals`, and who has any of it.
    seed, k
        Seed and replication, which name the random streams.

    Returns
    -------
    ndarray
        Minutes since the start, -inf: at any time; shape (seats,).
    """
    n = len(whose)
    stream = f"{source.name}/ready/{name}"
    count = np.where(
        whose, numbers_by_share(ready.pieces, uniforms(seed, k, f"{stream}/pieces", n)), 0
    )
    owner = np.repeat(np.arange(n), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    order = np.empty(len(owner))
    for number in range(int(count.max(initial=0))):
        rows = place == number
        order[rows] = uniforms(seed, k, f"{stream}/order/{number + 1}", n)[owner[rows]]
    by_service = owner[np.lexsort((order, seats.service[owner]))]
    service = seats.service[by_service]
    before = np.arange(len(service)) - np.searchsorted(service, service)
    u = uniforms(seed, k, f"{stream}/first", len(seats.times))
    first = seats.times + quantile(ready.first_after, u)
    times = np.full(n, -np.inf)
    np.maximum.at(times, by_service, first[service] + before * ready.gap)
    return times


def _operational_times(
    source: SourcePlan, total: float, seed: int, replications: Sequence[int]
) -> tuple[Floats, Ints]:
    """Return the renewal epochs in [0, total) of stationary processes with mean gap 1.

    Those of one replication after the other, and how many each has.
    """
    poisson = source.gap_cv == 1.0
    law = Law(LawKind.EXPONENTIAL, (1.0,)) if poisson else gamma_from_mean_cv(1.0, source.gap_cv)
    count = int(total + 6 * max(source.gap_cv, 1.0) * total**0.5) + 10
    rows = len(replications)
    while True:
        # The stream has the prefix property: asking for more leaves the first as they are.
        name = f"{source.name}/arrival"
        u = uniforms_of_each(seed, replications, name, [count + 1] * rows).reshape(rows, -1)
        gaps = quantile(law, u[:, 1:])
        if not poisson:
            gaps[:, 0] = [_equilibrium_gap(law, *both) for both in u[:, :2].tolist()]
        epochs = np.cumsum(gaps, axis=1)
        if (epochs[:, -1] >= total).all():
            inside = epochs < total
            return epochs[inside], inside.sum(axis=1)
        count *= 2


def _equilibrium_gap(law: Law, u: float, v: float) -> float:
    """Return the time to the first arrival of a stationary process with gamma gaps.

    It is a uniform share of a gap drawn in proportion to its length, and a gamma law
    weighted by length is gamma with the shape raised by one.
    """
    shape, scale = law.params
    longer = Law(LawKind.GAMMA, (shape + 1, scale))
    return float(u * quantile(longer, np.array([v]))[0])
