"""Offered load and utilisation by hour and stop, exact, before anything is simulated."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bcpsim.demand.conditions import met
from bcpsim.demand.limits import Limit, limits
from bcpsim.demand.occupants import expected_with, seated, share_of_some
from bcpsim.demand.risk import referral_shares, result_shares, truths_behind
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.stops import StopPlan
from bcpsim.plan.records.traffic import Booking, SlotsPlan, SourcePlan, TimetablePlan
from bcpsim.plan.records.workflow import RoutePlan, SplitPlan, TaskPlan
from bcpsim.sampling.laws import mean, quantile
from bcpsim.scenario.traffic import BOOKING

Floats = NDArray[np.float64]


_POINTS = 200
"""Typical values of a law that stand for it, each equally likely."""


@dataclass(frozen=True, slots=True)
class OfferedLoad:
    """Work that arrives and who is there to do it, by hour.

    Attributes
    ----------
    arrivals
        Expected vehicles per hour by source, shape (sources, hours).
    stops
        For each stop the work of officers there, or of its machines if there is no other.
    sets
        Other work that only some officers, lanes or equipment can do.
    """

    arrivals: Floats
    stops: tuple[Limit, ...]
    sets: tuple[Limit, ...]


def offered_load(plan: Plan) -> OfferedLoad:
    """Return the offered load of a plan by hour, and who can bear it.

    The load is that of the hour of arrival (moves and queues shift it later), with the work for
    those who get out of vehicles, without waiting for what isn't ready. Expected service times
    are exact for each combination of class and attributes; where groups that may do a task have
    different paces, the fastest counts.
    """
    edges = edges_of(plan)
    looked_at = looked_at_in(plan)
    arrivals = []
    work = np.zeros((len(plan.tasks), len(plan.hours)))
    lanes: dict[int, Floats] = {}
    for source in plan.sources:
        streams = list(streams_of(plan, source, looked_at))
        for values, count in streams:
            rate = count[1:-1] / np.diff(edges)
            minutes, in_lanes = _work_per_vehicle(plan, source, values)
            work += np.outer(minutes, rate)
            for mask, time in in_lanes.items():
                lanes[mask] = lanes.get(mask, 0.0) + time * rate
        total = np.sum([count for _, count in streams], axis=0)
        arrivals.append(total[1:-1] / np.diff(edges) * 60)
    return OfferedLoad(np.array(arrivals), *limits(plan, work, lanes))


def outside(plan: Plan) -> Floats:
    """Return how many vehicles of each source would come before the start, and after the end.

    They are expected but not simulated; shape (sources, 2).
    """
    counts = [[count for _, count in streams_of(plan, source, ())] for source in plan.sources]
    return np.array([np.sum(count, axis=0)[[0, -1]] for count in counts])


def edges_of(plan: Plan) -> Floats:
    """Return where the hours of a plan begin and end, in minutes."""
    return np.array([plan.hours[0][0], *(end for _, end in plan.hours)])


def streams_of(
    plan: Plan, source: SourcePlan, looked_at: Collection[int]
) -> Iterator[tuple[dict[int, int], Floats]]:
    """Yield what a timetable gives to travellers of a source, and how many such are expected.

    These are counted before the first hour, in each hour, and from the end on. Of an hour in part
    of which those who come turn back, as the border crossing point is closed, the rest counts.
    """
    edges = edges_of(plan)
    stays = np.ones(len(edges) + 1)
    opening = plan.opening_of(source)
    if opening is not None and source.waiting is None:
        for start, end in opening.turned_back:
            shut = np.minimum(edges[1:], end) - np.maximum(edges[:-1], start)
            stays[1:-1] -= np.maximum(shut, 0.0) / np.diff(edges)
    usual = {} if plan.region is None else {plan.region.attribute: source.usual}
    for given, count in _streams_of(source, edges, looked_at):
        yield given | usual, count * stays


def _streams_of(
    source: SourcePlan, edges: Floats, looked_at: Collection[int]
) -> Iterator[tuple[dict[int, int], Floats]]:
    if source.slots is not None:
        yield {}, _counted(*_booked(source.slots, edges), edges)
    elif source.timetable is not None:
        table = source.timetable
        times, count, service = _timetabled(table)
        streams: dict[tuple[tuple[int, int], ...], list[int]] = {}
        for k in range(len(table.times)):
            given = ((number, own[k]) for number, own in table.attributes if number in looked_at)
            streams.setdefault(tuple(given), []).append(k)
        for values, services in streams.items():
            rows = np.isin(service, services) if len(streams) > 1 else slice(None)
            yield dict(values), _counted(times[rows], count[rows], edges)
        if not streams:
            yield {}, np.zeros(len(edges) + 1)
    elif source.waiting is not None:
        yield {}, _counted(np.zeros(1), np.array([source.waiting.count]), edges)
    elif source.times is not None:
        yield {}, _counted(np.array(source.times), np.ones(len(source.times)), edges)
    else:
        expected = np.concatenate([[0.0], np.cumsum(np.diff(source.edges) * source.rates)])
        count = np.diff(np.interp(edges, source.edges, expected))
        yield {}, np.concatenate([[0.0], count, [0.0]])


def _counted(times: Floats, count: Floats, edges: Floats) -> Floats:
    """Return how many arrive before the first edge, between edges, and from the last edge on."""
    place = np.searchsorted(edges, times, side="right")
    return np.bincount(place, count, len(edges) + 1).astype(np.float64)


def _typical(law: Law, points: int = _POINTS) -> Floats:
    """Return typical values of a law, each equally likely: some of its quantiles."""
    count = 1 if law.kind is LawKind.DETERMINISTIC else points
    return np.asarray(quantile(law, (np.arange(count) + 0.5) / count), dtype=np.float64)


def _timetabled(table: TimetablePlan) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return when travellers typically come, how many are expected then, and the service."""
    times = np.array(table.times, dtype=np.float64)
    seated = np.array(table.seats) * np.array(table.load)  # taken seats
    if table.come_before is not None:
        shifts = -_typical(table.come_before)
        alone = np.ones(len(times), dtype=np.int64)
    else:
        late = np.add.outer(_typical(table.delay, 20), _typical(table.first_after, 20))
        groups = np.array_split(np.sort(late, axis=None), min(late.size, 20))
        shifts = np.array([group.mean() for group in groups])
        alone = np.maximum(np.rint(seated), seated > 0).astype(np.int64)
    service = np.repeat(np.arange(len(times)), alone)
    place = np.arange(len(service)) - (np.cumsum(alone) - alone)[service]
    come = times[service] + place // table.ramps * table.gap
    count = (seated / np.maximum(alone, 1))[service] / (table.persons or 1.0)
    return (
        np.add.outer(come, shifts).ravel(),
        np.repeat(count / len(shifts), len(shifts)),
        np.repeat(service, len(shifts)),
    )


def _booked(slots: SlotsPlan, edges: Floats) -> tuple[Floats, Floats]:
    """Return when those with slots typically join the queue, and how many are expected then."""
    starts = np.array(slots.starts, dtype=np.float64)
    coming = slots.places * slots.booked * (1 - slots.no_show)
    times, count = [], []
    for share, shifts in (
        (1 - slots.late, -_typical(slots.early_by)),
        (slots.late, _typical(slots.late_by)),
    ):
        arrival = np.add.outer(starts, shifts)
        there = (arrival >= edges[0]) & (arrival < edges[-1])
        held = there & (not slots.admitted_early)
        times.append(np.where(held, np.maximum(arrival, starts[:, None]), arrival).ravel())
        count.append(np.full(arrival.size, coming * share / len(shifts)))
    return np.concatenate(times), np.concatenate(count)


def expected_travellers(plan: Plan) -> float:
    """Return the expected number of travellers in a replication, members of groups included."""
    looked_at = looked_at_in(plan)
    return sum(
        float(count[1:-1].sum()) * sum(kind.number for kind in kinds_of(plan, source, values))
        for source in plan.sources
        for values, count in streams_of(plan, source, looked_at)
    )


class Kind(NamedTuple):
    """Travellers who are alike.

    Attributes
    ----------
    number
        How many there are on average with each vehicle of the source.
    category, values
        Class, and values of attributes.
    visits
        The probability of each step.
    split
        The step at which they got out of the vehicle; -1: they didn't.
    entry
        The routes by which they begin.
    """

    number: float
    category: int
    values: dict[int, int]
    visits: dict[int, float]
    split: int
    entry: tuple[RoutePlan, ...]


def kinds_of(plan: Plan, source: SourcePlan, given: dict[int, int]) -> Iterator[Kind]:
    """Yield who comes with a vehicle of a source: itself, and those who get out of it.

    Attributes that aren't drawn have the values given.
    """
    looked_at = looked_at_in(plan)
    for category, share in source.classes:
        for values, chance in _combinations(plan, category, given, looked_at):
            waiting = None if source.waiting is None else source.waiting.entry
            entry = waiting or plan.entry
            visits = _visits(plan, category, values, entry)
            yield Kind(share * chance, category, values, visits, -1, entry)
            kept = {
                number: value
                for number, value in values.items()
                if not (plan.attributes[number].cases or plan.attributes[number].of_occupants)
            }
            for number, probability in visits.items():
                split = plan.steps[number].split
                if split is None or not makes(plan, number, category, values):
                    continue
                out = share * chance * probability * _members(plan, category, values, split)
                for member, part in split.classes:
                    for own, its in _combinations(plan, member, kept, looked_at):
                        ways = _visits(plan, member, own, split.routes)
                        yield Kind(out * part * its, member, own, ways, number, split.routes)


def makes(plan: Plan, step: int, category: int, values: Mapping[int, int]) -> bool:
    """Return whether a visit has anything to do for a traveller; else it is skipped."""
    tasks = (plan.tasks[task] for task in plan.steps[step].tasks)
    return any(met(task.condition, category, values) for task in tasks)


def _members(plan: Plan, category: int, values: Mapping[int, int], split: SplitPlan) -> float:
    """Return the expected number of those who get out of a vehicle."""
    occupants = seated(plan, category, values)
    return sum(max(number - split.stay, 0) * share for number, share in occupants)


def _work_per_vehicle(
    plan: Plan, source: SourcePlan, given: dict[int, int]
) -> tuple[Floats, dict[int, float]]:
    """Return the expected minutes that a vehicle of a source takes.

    Returns
    -------
    tasks
        Of the officer of each task, who may stay until those of others are done.
    lanes
        Of lanes, by those in which a visit may be, as a bit mask.
    """
    tasks = np.zeros(len(plan.tasks))
    lanes: dict[int, float] = {}
    admitting = [_admitting(plan, stop) for stop in plan.stops]
    for kind in kinds_of(plan, source, given):
        for number, probability in kind.visits.items():
            step = plan.steps[number]
            share = kind.number * probability
            taken = 0.0
            for stage in step.stages:
                minutes = {task: _minutes(plan, plan.tasks[task], kind) for task in stage.tasks}
                alone = stage.in_sequence or stage.one_by_one
                last = sum(minutes.values()) if alone else max(minutes.values())
                taken += last
                for task, time in minutes.items():
                    held = last if stage.stay and time else time
                    tasks[task] += share * held
            able = sum(
                alike
                for conditions, alike in admitting[step.stop].items()
                if any(met(condition, kind.category, kind.values) for condition in conditions)
            )
            lanes[able] = lanes.get(able, 0.0) + share * taken
    return tasks, lanes


def _admitting(plan: Plan, stop: StopPlan) -> dict[tuple[ConditionPlan | None, ...], int]:
    """Return the lanes of a stop, as bit masks, by the conditions on whom they take or help."""
    masks: dict[tuple[ConditionPlan | None, ...], int] = {}
    for number in stop.lanes:
        lane = plan.lanes[number]
        own = (lane.admits,) if lane.helps is None else (lane.admits, lane.helps.admits)
        masks[own] = masks.get(own, 0) | 1 << number
    return masks


def _minutes(plan: Plan, task: TaskPlan, kind: Kind) -> float:
    """Return the expected minutes that the fastest group takes for a task, 0 if it isn't due."""
    if not met(task.condition, kind.category, kind.values):
        return 0.0
    parts: list[tuple[int, float]] = []
    for work in task.work:
        others = (plan.tasks[other].condition for other in work.unless)
        if any(met(condition, kind.category, kind.values) for condition in others):
            continue
        minutes = minutes_of_activity(plan, work.activity, kind)
        parts.append((plan.activities[work.activity].skill, minutes))
    return min(
        sum(time if skill < 0 else time * (paces[skill] or 1.0) for skill, time in parts)
        for paces in ([plan.groups[group].paces for group in task.groups] or [()])
    )


def minutes_of_activity(plan: Plan, activity: int, kind: Kind) -> float:
    """Return the expected minutes of an activity at the usual pace, whoever does it."""
    cases = plan.activities[activity].cases
    case = next(c for c in cases if met(c.condition, kind.category, kind.values))
    minutes = mean(case.law)
    if case.per_occupant is not None:
        seats = seated(plan, kind.category, kind.values)
        minutes += sum(number * weight for number, weight in seats) * mean(case.per_occupant)
    for attribute, law in case.per_occupant_with:
        minutes += expected_with(plan, attribute, kind.category, kind.values) * mean(law)
    return minutes


def _combinations(
    plan: Plan,
    category: int,
    given: dict[int, int],
    looked_at: Collection[int],
) -> Iterator[tuple[dict[int, int], float]]:
    """Yield the combinations of attribute values of a class with their probabilities.

    Parameters
    ----------
    given
        Values that aren't drawn.
    looked_at
        Attributes that conditions look at; others are left out. A booked slot counts as kept.
    """
    referrals = tuple(k for k in sorted(looked_at) if plan.attributes[k].referral is not None)

    def extend(
        values: dict[int, int], number: int, chance: float
    ) -> Iterator[tuple[dict[int, int], float]]:
        if number == len(plan.attributes):
            yield values, chance
            return
        cases = plan.attributes[number].cases
        if number in values:
            yield from extend(values, number + 1, chance)
            return
        if plan.attributes[number].name == BOOKING and not cases and number in looked_at:
            yield from extend({**values, number: Booking.ON_TIME}, number + 1, chance)
            return
        if plan.attributes[number].referral is not None and number in looked_at:
            for pattern, share in referral_shares(plan, referrals, values):
                yield from extend({**values, **pattern}, number + 1, chance * share)
            return
        shares = next((s for c, s in cases if met(c, category, values)), None)
        if plan.attributes[number].of_occupants:
            some = share_of_some(plan, number, category, values)
            shares = None if some is None else (1.0 - some, some)
        activity = plan.attributes[number].result_of
        if activity >= 0:
            own = plan.activities[activity].cases
            case = next(c for c in own if met(c.condition, category, values))
            shares = result_shares(plan, activity, case, values)
        if number not in looked_at or shares is None:
            yield from extend(values, number + 1, chance)
            return
        for value, share in enumerate(shares):
            if share > 0:
                yield from extend({**values, number: value}, number + 1, chance * share)

    yield from extend(given, 0, 1.0)


def looked_at_in(plan: Plan) -> set[int]:
    """Return the attributes that any condition asks about."""
    asked = {number for condition in _conditions(plan) for number, _ in condition.attributes}
    return asked | truths_behind(plan, asked)


def _conditions(plan: Plan) -> Iterator[ConditionPlan]:
    """Yield every condition that decides on work or ways, or on another attribute."""
    found: list[ConditionPlan | None] = [case for a in plan.attributes for case, _ in a.cases]
    found += [case for a in plan.attributes for case, _ in a.of_occupants]
    found += [case.condition for activity in plan.activities for case in activity.cases]
    found += [task.condition for task in plan.tasks]
    found += [route.condition for step in plan.steps for route in step.routes]
    found += [route.condition for step in plan.steps if step.split for route in step.split.routes]
    found += [route.condition for route in plan.entry]
    found += [lodged.condition for lodged in plan.documents]
    for lane in plan.lanes:
        found += [lane.admits] if lane.helps is None else [lane.admits, lane.helps.admits]
    yield from (condition for condition in found if condition is not None)


def _visits(
    plan: Plan, category: int, values: Mapping[int, int], entry: tuple[RoutePlan, ...]
) -> dict[int, float]:
    """Return the probability of each step for a vehicle with these attributes."""
    visits: dict[int, float] = {}

    def go(routes: tuple[RoutePlan, ...], probability: float) -> None:
        route = next(route for route in routes if met(route.condition, category, values))
        bounds = pairwise((0.0, *route.cumulative))
        for target, (below, above) in zip(route.targets, bounds, strict=True):
            share = above - below
            if target >= 0 and share > 0:
                visits[target] = visits.get(target, 0.0) + probability * share
                go(plan.steps[target].routes, probability * share)

    go(entry, 1.0)
    return visits
