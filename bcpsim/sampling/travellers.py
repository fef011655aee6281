"""Everything random about the travellers of one replication, drawn before the run.

Each quantity has a stream of its own, named by (seed, replication, traffic source,
quantity), and one uniform number for each traveller, turned into the quantity through
its quantile function. So two variants with the same traffic see the same travellers
and durations, a further activity moves no other number, and a longer duration in the
scenario makes every draw longer.

Who gets out of a vehicle is a traveller too, whose numbers belong to the vehicle and the
place in it: another number of occupants, or another stop at which they get out of it,
moves nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bcpsim.choosing import LANE
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.model import Plan
from bcpsim.plan.records.activities import CasePlan
from bcpsim.plan.records.classes import AttributePlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.equipment import Sharing
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.traffic import Booking, SourcePlan
from bcpsim.plan.records.workflow import RoutePlan
from bcpsim.sampling.arrivals import (
    Seats,
    arrival_times,
    booked_arrivals,
    ready_times,
    seated_together,
    timetable_arrivals,
)
from bcpsim.sampling.laws import quantile
from bcpsim.sampling.risk import referred, results, until_found
from bcpsim.sampling.shares import by_share, numbers_by_share
from bcpsim.sampling.streams import uniforms_of_each
from bcpsim.sampling.ticks import FAR, NEVER, Timed, microseconds, ticks
from bcpsim.scenario.traffic import BOOKING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_Met = Callable[[ConditionPlan | None], NDArray[np.bool_]]
_Draw = Callable[[str], Floats]

_VEHICLE = -2
"""Target of a move back to the vehicle."""


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
        When what comes with the traveller's service is ready, `-FAR`: at any time; shape
        (the plan's `ready`, n).
    service
        Which of the source's services the traveller comes with or leaves by, -1: none; shape (n,).
    instead
        Where the traveller goes in each of the plan's detours: its step, if it goes on as usual;
        shape (detours, n).
    move_instead
        Time of the move there, for each of the plan's forks; shape (forks, n).
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
            "move_instead",
        )
    )

    arrival: Ints
    source: Ints
    category: Ints
    occupants: Ints
    attributes: Ints
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
    ready: Ints
    service: Ints
    vehicle: Ints
    split: Ints

    def __len__(self) -> int:
        return len(self.arrival)


def sample_each(plan: Plan, seed: int, replications: Sequence[int]) -> tuple[Travellers, Ints]:
    """Draw the travellers of some replications.

    Parameters
    ----------
    plan
        The compiled scenario.
    seed, replications
        Name the random streams; all at least 0.

    Returns
    -------
    travellers
        Those of one replication after the other, each in order of arrival, equal times by the
        order of the traffic sources; vehicles of members are numbered among all.
    first
        Where those of each replication begin, and where the last end; shape (replications + 1,).
    """
    drawn = [
        _sample_source(plan, source, k, seed, replications) for k, source in enumerate(plan.sources)
    ]
    parts = [part for part, _ in drawn]
    owners = [np.repeat(np.arange(len(replications)), counts) for _, counts in drawn]
    arrival = np.concatenate([part.arrival for part in parts])
    whose = np.concatenate(owners)
    if len(parts) == 1 and plan.sources[0].timetable is None:
        order, travellers = np.arange(len(arrival)), parts[0]
    else:
        order = np.lexsort((arrival, whose))
        waits = np.repeat([s.waiting is not None for s in plan.sources], [len(p) for p in parts])
        there = (waits | (arrival >= 0)) & (arrival < microseconds(plan.horizon))
        order = order[there[order]]
        travellers, whose = _joined(parts, order), whose[order]
    if plan.splits:
        number = np.full(len(arrival), -1, dtype=np.int64)  # of each one drawn, if there
        number[order] = np.arange(len(order))
        numbers = np.split(number, np.cumsum([len(part) for part in parts])[:-1])
        members = [
            group
            for part, own, owner, source in zip(parts, numbers, owners, plan.sources, strict=True)
            for group in _sample_members(plan, source, part, own, owner, seed, replications)
        ]
        travellers, whose = _with_members(travellers, whose, members)
    first = np.searchsorted(whose, np.arange(len(replications) + 1))
    return travellers, first


def _with_members(
    travellers: Travellers, whose: Ints, members: Sequence[Travellers]
) -> tuple[Travellers, Ints]:
    """Put members behind the travellers of their replication; return it of each, too."""
    everybody = _joined([travellers, *members])
    vehicle = everybody.vehicle
    own = np.where(vehicle >= 0, vehicle, np.arange(len(vehicle)))
    replication = whose[own]
    order = np.lexsort((own, everybody.split, replication))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    everybody = _joined([everybody], order)
    vehicle = everybody.vehicle
    vehicle = np.where(vehicle >= 0, place[np.maximum(vehicle, 0)], -1)
    return replace(everybody, vehicle=vehicle), replication[order]


def _joined(parts: Sequence[Travellers], order: Ints | None = None) -> Travellers:
    """Return the travellers of several parts, in an order of all, or part by part."""
    rows = slice(None) if order is None else order
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1)[..., rows]
        for name in Travellers.__slots__
    }
    return Travellers(**joined)


def holds(condition: ConditionPlan | None, category: Ints, attributes: Ints) -> NDArray[np.bool_]:
    """Return for each traveller whether the condition holds (None always does)."""
    if condition is None:
        return np.ones(len(category), dtype=bool)
    met = (np.int64(condition.classes) >> category) & 1
    for attribute, values in condition.attributes:
        drawn = attributes[attribute]
        met &= np.where(drawn >= 0, (np.int64(values) >> np.maximum(drawn, 0)) & 1, 0)
    return met.astype(bool)


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


def _sample_source(
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
    nobody = np.full(n, -1, dtype=np.int64)
    waits = source.waiting is not None
    entry = plan.entry if source.waiting is None else source.waiting.entry or plan.entry
    drawn = _drawn(plan, category, occupants, known, entry, -1, draw)
    if waits:
        drawn["move_in"] = np.zeros(n, dtype=np.int64)
        drawn["deterred_at"].fill(FAR)
    closes = np.concatenate([seats.closes for seats in come.tables]) if come.tables else None
    arrival = np.maximum(come.arrival, 0.0) if waits else come.arrival
    deadline = _deadlines(source, arrival, closes, draw)
    if waits:  # who waits at the start does so for a moment at least
        deadline = np.maximum(deadline, 1)
    travellers = Travellers(
        arrival=ticks(come.arrival),
        source=np.full(n, index, dtype=np.int64),
        category=category,
        occupants=occupants,
        held=np.zeros(n, dtype=np.int64) if come.held is None else ticks(come.held),
        deadline=deadline,
        ready=_ready(plan, source, come, category, drawn["attributes"], seed, replications),
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


def _categories(
    plan: Plan, source: SourcePlan, n: int, draw: Callable[[str], Floats]
) -> tuple[Ints, Ints]:
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


def _sample_members(
    plan: Plan,
    source: SourcePlan,
    vehicles: Travellers,
    numbers: Ints,
    whose: Ints,
    seed: int,
    replications: Sequence[int],
) -> Iterator[Travellers]:
    """Yield those who get out of a source's vehicles, by step and class of vehicle.

    A vehicle has the number -1 if it isn't there after all, and belongs to one of the
    replications, which follow one another.
    """
    for number, step in enumerate(plan.steps):
        split = step.split
        if split is None:
            continue
        out = np.where(
            (numbers >= 0) & _makes(vehicles, number),
            np.maximum(vehicles.occupants - split.stay, 0),
            0,
        )
        for kind, _ in source.classes:
            ours = vehicles.category == kind
            count = np.where(ours, out, 0)
            n = int(count.sum())
            if not n:
                continue
            vehicle = np.repeat(np.arange(len(count)), count)
            place = np.arange(n) - np.repeat(np.cumsum(count) - count, count)
            most = max(places for places, _ in plan.classes[kind].occupants)
            seat = (np.cumsum(ours) - 1)[vehicle] * most + place
            stream = f"{source.name}/members/{step.name}/{plan.classes[kind].name}"
            seats = np.bincount(whose[ours], minlength=len(replications)) * most

            @lru_cache(maxsize=1)
            def draw(
                quantity: str, stream: str = stream, seats: Ints = seats, seat: Ints = seat
            ) -> Floats:
                name = f"{stream}/{quantity}"
                return uniforms_of_each(seed, replications, name, seats.tolist())[seat]

            category = np.full(n, split.classes[0][0], dtype=np.int64)
            if len(split.classes) > 1:
                category = numbers_by_share(split.classes, draw("class"))
            occupants = np.ones(n, dtype=np.int64)
            # What the source gives its vehicles holds for those in them.
            given = vehicles.attributes[:, vehicle]
            given[[bool(attribute.cases) for attribute in plan.attributes]] = -1
            drawn = _drawn(plan, category, occupants, given, split.routes, step.stop, draw)
            drawn["patience"].fill(FAR)  # they go back to the vehicle in any case
            drawn["deterred_at"].fill(FAR)
            yield Travellers(
                arrival=np.full(n, NEVER),
                source=vehicles.source[vehicle],
                category=category,
                occupants=occupants,
                held=np.zeros(n, dtype=np.int64),
                deadline=vehicles.deadline[vehicle],
                ready=np.full((len(plan.ready), n), -FAR),
                service=vehicles.service[vehicle],
                vehicle=numbers[vehicle],
                split=np.full(n, number, dtype=np.int64),
                **drawn,
            )


def _makes(travellers: Travellers, step: int) -> NDArray[np.bool_]:
    """Return which travellers make a step."""
    target = travellers.entry
    made = target == step
    while (target >= 0).any():
        ahead = travellers.following[target, np.arange(len(target))]
        target = np.where(target >= 0, ahead, target)
        made |= target == step
    return made


def _drawn(
    plan: Plan,
    category: Ints,
    occupants: Ints,
    given: Ints,
    routes: tuple[RoutePlan, ...],
    origin: int,
    draw: _Draw,
) -> dict[str, NDArray[Any]]:
    """Return the columns of travellers that are drawn for each.

    Parameters
    ----------
    given
        Attributes that the source gives, -1 for all others.
    routes, origin
        Where they go first, and from which stop: -1 for those who arrive. Others got out of
        a vehicle there, and are released to it.
    draw
        Returns a uniform number for each traveller by the name of a quantity.
    """
    n = len(category)
    attributes = given
    for number, attribute in enumerate(plan.attributes):
        if attribute.cases:
            attributes[number] = _values_of(attribute, category, attributes, draw)
        elif attribute.referral is not None:
            attributes[number] = referred(plan.scores, attribute, attributes, draw)

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, category, attributes)

    durations = np.empty((len(plan.activities), n), dtype=np.int64)
    for number, activity in enumerate(plan.activities):
        name = f"activity/{activity.name}"
        durations[number] = _durations(activity.cases, met, occupants, name, draw)
        own = activity.detection
        if own is not None and own.result >= 0 and plan.attributes[own.result].result_of == number:
            time = durations[number]
            attributes[own.result] = results(activity, attributes, time, draw)
            if own.ends_when_found:
                durations[number] = until_found(activity, attributes, time, draw)

    following = np.empty((len(plan.steps), n), dtype=np.int64)
    for number, step in enumerate(plan.steps):
        following[number] = _targets(step.routes, met, f"route/{step.name}", draw, n)
    passed = [_passed(plan, step.tasks, met) for step in plan.steps]
    entry = _not_passed(_targets(routes, met, "route/entry", draw, n), following, passed)
    move_in = _moves(plan, origin, entry, origin >= 0, met, draw)
    move_after = np.empty((len(plan.steps), n), dtype=np.int64)
    for number, step in enumerate(plan.steps):
        following[number] = _not_passed(following[number], following, passed)
        target = following[number]
        move_after[number] = _moves(plan, step.stop, target, origin >= 0, met, draw)

    instead = np.empty((len(plan.detours), n), dtype=np.int64)
    for number, (_, way) in enumerate(plan.detours):
        target = _not_passed(np.full(n, way.target, dtype=np.int64), following, passed)
        if way.share < 1:
            drawn = draw(f"instead/{plan.steps[way.step].name}")
            target = np.where(drawn < way.share, target, way.step)
        instead[number] = target
    forks = plan.forks
    move_instead = np.zeros((len(forks), n), dtype=np.int64)
    for place, (number, way_number) in enumerate(forks):
        if number >= 0:
            left, target = plan.steps[number].stop, instead[way_number]
            move_instead[place] = _moves(plan, left, target, origin >= 0, met, draw)

    asking = np.zeros((len(plan.equipment), n), dtype=np.int64)
    for number, kind in enumerate(plan.equipment):
        if kind.sharing is Sharing.ON_REQUEST:
            minutes = _values(kind.request, f"request/{kind.name}", np.arange(n), draw)
            asking[number] = ticks(minutes)

    lane_pick = np.zeros((len(plan.stops), n))
    for number, stop in enumerate(plan.stops):
        if LANE.draws(stop.choice):
            lane_pick[number] = draw(f"lane/{stop.name}")

    return {
        "attributes": attributes,
        "durations": durations,
        "asking": asking,
        "entry": entry,
        "following": following,
        "move_in": move_in,
        "move_after": move_after,
        "lane_pick": lane_pick,
        "patience": _patience(plan, met, draw, n),
        "deterred_at": _deterred_at(plan, met, draw, n),
        "instead": instead,
        "move_instead": move_instead,
    }


def _patience(plan: Plan, met: _Met, draw: _Draw, n: int) -> Ints:
    """Return the longest wait of each traveller at each stop."""
    limited = any(stop.patience for stop in plan.stops)
    found = np.full((len(plan.stops) if limited else 0, n), FAR)
    for number, stop in enumerate(plan.stops):
        for k, rows in _by_case([case.condition for case in stop.patience], met, n):
            minutes = _values(stop.patience[k].law, f"patience/{stop.name}", rows, draw)
            found[number, rows] = ticks(minutes)
    return found


def _deterred_at(plan: Plan, met: _Met, draw: _Draw, n: int) -> Ints:
    """Return how many must wait at each stop for each traveller to turn back.

    The least number whose share is greater than the traveller's uniform number.
    """
    deters = any(stop.deters for stop in plan.stops)
    found = np.full((len(plan.stops) if deters else 0, n), FAR)
    for number, stop in enumerate(plan.stops):
        for k, rows in _by_case([case.condition for case in stop.deters], met, n):
            case = stop.deters[k]
            place = np.searchsorted(case.shares, draw(f"deters/{stop.name}")[rows], side="right")
            found[number, rows] = np.array([*case.lengths, FAR])[place]
    return found


def _deadlines(source: SourcePlan, arrival: Floats, closes: Floats | None, draw: _Draw) -> Ints:
    """Return the deadline at which each traveller leaves unchecked, `FAR` if there is none."""
    if source.deadline is not None:
        everybody = np.arange(len(arrival))
        return ticks(arrival + _values(source.deadline, "deadline", everybody, draw))
    return np.full(len(arrival), FAR) if closes is None else ticks(closes)


def _by_case(
    conditions: Iterable[ConditionPlan | None], met: _Met, n: int
) -> Iterator[tuple[int, Ints]]:
    """Yield each case of a list with the travellers for whom it is the first that holds."""
    left: NDArray[np.bool_] | None = None  # who hasn't had one; None: everybody
    for number, condition in enumerate(conditions):
        if condition is None:
            rows = np.arange(n) if left is None else np.flatnonzero(left)
        else:
            holding = met(condition)
            rows = np.flatnonzero(holding if left is None else holding & left)
            left = ~holding if left is None else left & ~holding
        if len(rows):
            yield number, rows
        if condition is None:
            return


def _values_of(attribute: AttributePlan, category: Ints, attributes: Ints, draw: _Draw) -> Ints:
    """Return the value of an attribute: by the shares of the first case that holds."""

    def met(condition: ConditionPlan | None) -> NDArray[np.bool_]:
        return holds(condition, category, attributes)

    values = np.full(len(category), -1, dtype=np.int64)
    conditions = [condition for condition, _ in attribute.cases]
    for number, rows in _by_case(conditions, met, len(category)):
        drawn = draw(f"attribute/{attribute.name}")
        values[rows] = by_share(attribute.cases[number][1], drawn[rows])
    return values


def _durations(
    cases: tuple[CasePlan, ...], met: _Met, occupants: Ints, name: str, draw: _Draw
) -> Ints:
    """Return the duration of an activity: the first case that holds counts."""
    minutes = np.zeros(len(occupants))
    conditions = [case.condition for case in cases]
    for number, rows in _by_case(conditions, met, len(occupants)):
        case = cases[number]
        minutes[rows] = _values(case.law, name, rows, draw)
        if case.per_occupant is not None:
            # One stream for each place in the vehicle, so that another number of
            # occupants in one vehicle leaves the draws of all others alone.
            for place in range(int(occupants[rows].max())):
                seated = rows[occupants[rows] > place]
                minutes[seated] += _values(
                    case.per_occupant, f"{name}/occupant/{place + 1}", seated, draw
                )
    return ticks(minutes)


def _values(law: Law, name: str, rows: Ints, draw: _Draw) -> Floats:
    """Return one value of the law for each of the rows, in minutes."""
    if law.kind is LawKind.DETERMINISTIC:
        return np.full(len(rows), law.params[0])
    return quantile(law, draw(name)[rows])


def _targets(routes: tuple[RoutePlan, ...], met: _Met, name: str, draw: _Draw, n: int) -> Ints:
    """Return where each traveller goes: the first route that holds counts."""
    target = np.full(n, routes[-1].targets[-1], dtype=np.int64)
    for number, rows in _by_case([route.condition for route in routes], met, n):
        route = routes[number]
        if len(route.targets) == 1:
            target[rows] = route.targets[0]
        else:
            chosen = np.searchsorted(route.cumulative[:-1], draw(name)[rows], side="right")
            target[rows] = np.array(route.targets, dtype=np.int64)[chosen]
    return target


def _passed(plan: Plan, tasks: tuple[int, ...], met: _Met) -> NDArray[np.bool_] | bool:
    """Return which travellers skip a visit, as nothing is to be done in it for them."""
    conditions = [plan.tasks[task].condition for task in tasks]
    if None in conditions:
        return False
    return ~np.any([met(condition) for condition in conditions], axis=0)


def _not_passed(target: Ints, following: Ints, passed: Sequence[NDArray[np.bool_] | bool]) -> Ints:
    """Return where travellers go, past the visits that they skip."""
    if not any(np.any(one) for one in passed):
        return target
    target = target.copy()
    again = True
    while again:
        again = False
        for number, nothing in enumerate(passed):
            rows = (target == number) & nothing
            if rows.any():
                target[rows] = following[number][rows]
                again = True
    return target


def _moves(plan: Plan, origin: int, target: Ints, back: bool, met: _Met, draw: _Draw) -> Ints:
    """Return the time from one stop to each traveller's next: the first move that fits.

    With `back` those who are released go back to their vehicle.
    """
    time = np.zeros(len(target), dtype=np.int64)
    moves = [move for move in plan.moves if move.origin == origin]
    if not moves:
        return time

    def name_of(stop: int) -> str:
        return {-1: "outside", _VEHICLE: "vehicle"}.get(stop) or plan.stops[stop].name

    stop_of = np.array([step.stop for step in plan.steps] + [-1], dtype=np.int64)
    stop = stop_of[np.maximum(target, -1)]
    if back:
        stop[target == -1 - Outcome.RELEASED] = _VEHICLE
    left = np.ones(len(target), dtype=bool)
    for move in moves:
        fits = left & (stop == move.target) & met(move.condition)
        left &= ~fits
        rows = np.flatnonzero(fits)
        if len(rows):
            name = f"move/{name_of(move.origin)}/{name_of(move.target)}"
            time[rows] = ticks(_values(move.law, name, rows, draw))
    return time
