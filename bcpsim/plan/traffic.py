"""Who arrives, and with what attributes, as tables."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bcpsim.plan.indices import Indices, numbers
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.records.classes import AttributePlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.traffic import (
    ReadyPlan,
    SlotsPlan,
    SourcePlan,
    StandingPlan,
    TimetablePlan,
    WaitingPlan,
)
from bcpsim.plan.records.workflow import RoutePlan
from bcpsim.plan.region import ways
from bcpsim.plan.security import referral
from bcpsim.plan.stretches import stretches
from bcpsim.scenario.places import RiskIndex
from bcpsim.scenario.queries import results, windows_of
from bcpsim.scenario.tables import Coverage, FieldPath, Horizon, Service, Table, near
from bcpsim.scenario.traffic import (
    BatchArrivals,
    BookedArrivals,
    ConstantArrivals,
    CountedArrivals,
    DailyArrivals,
    HourlyArrivals,
    ObservedArrivals,
    Source,
    TimetableArrivals,
    WaitingArrivals,
    WaitingListArrivals,
    WeeklyArrivals,
)
from bcpsim.scenario.values import WEEKDAYS

_ROUNDING = 1e-9
"""Of a scaled number of seats: 1.1 times 10 is 11, not a little more."""


def attribute(indices: Indices, name: str) -> AttributePlan:
    """Return an attribute: its values, and their shares by class or selection."""
    values = indices.values[name]
    cases: list[tuple[ConditionPlan | None, tuple[float, ...]]] = []
    for number, record in enumerate(indices.scenario.classes.values()):
        shares = record.attributes.get(name)
        if shares is not None:
            cases.append(
                (ConditionPlan(classes=1 << number), tuple(shares.get(v, 0.0) for v in values))
            )
    if name in indices.scenario.risk_indices:
        cases += _levels(indices, indices.scenario.risk_indices[name])
    for case in indices.scenario.selections.get(name, ()):
        cases.append((indices.condition(case.when), tuple(case.shares.get(v, 0.0) for v in values)))
    for hidden in indices.scenario.truths.get(name, ()):
        cases.append((indices.condition(hidden.when), (1 - hidden.share, hidden.share)))
    activity = results(indices.scenario).get(name)
    of_occupants = tuple(
        (replace(indices.met(case.when or {}), classes=1 << number), case.share)
        for number, record in enumerate(indices.scenario.classes.values())
        for case in record.occupants_with.get(name, ())
    )
    return AttributePlan(
        name=name,
        values=tuple(values),
        cases=tuple(cases),
        referral=referral(indices, name),
        result_of=-1 if activity is None else indices.work.index((activity, 1)),
        of_occupants=of_occupants,
    )


def _levels(
    indices: Indices, index: RiskIndex
) -> Iterator[tuple[ConditionPlan, tuple[float, ...]]]:
    """Yield which places have each level of an index, which is the only one that they have."""
    for level in index.levels:
        places = [place for place in index.places if index.level(place) == level]
        if places:
            yield indices.met({index.of: places}), tuple(float(k == level) for k in index.levels)


def sources(indices: Indices) -> tuple[SourcePlan, ...]:
    """Return the sources of a scenario, then those who come beside the usual ones in a surge."""
    usual = {name: _source(indices, name, one) for name, one in indices.scenario.traffic.items()}
    return (*usual.values(), *_surges(indices, usual))


def _surges(indices: Indices, usual: Mapping[str, SourcePlan]) -> Iterator[SourcePlan]:
    """Yield who comes in surges: as a source does, at the part of its rate beyond the usual one."""
    for name, record in indices.scenario.disturbances.items():
        windows = stretches(indices, record) if record.active else ()
        for own, times in record.surge.items():
            source = usual[own]
            marks = sorted({*source.edges, *(edge for window in windows for edge in window)})
            edges = [mark for mark in marks if mark <= source.edges[-1]]
            rates = tuple(
                _rate_at(source, start) * (times - 1)
                if any(opens <= start < closes for opens, closes in windows)
                else 0.0
                for start in edges[:-1]
            )
            if any(rates):
                yield replace(
                    source, name=f"{own}/{name}", edges=tuple(edges), rates=rates, surge=name
                )


def _rate_at(source: SourcePlan, time: float) -> float:
    """Return the rate of a source at a time."""
    return source.rates[bisect_right(source.edges, time) - 1]


def _source(indices: Indices, name: str, record: Source) -> SourcePlan:
    """Return who arrives from a source, and when."""
    usual, drives = ways(indices, record)
    made = replace(_arrivals(indices, name, record), usual=usual, drives=drives)
    if record.deadline is None:
        return made
    return replace(made, deadline=indices.law(record.deadline, ("traffic", name, "deadline")))


def _arrivals(indices: Indices, name: str, source: Source) -> SourcePlan:
    classes = tuple((indices.classes.index(key), share) for key, share in source.classes.items())
    arrivals = source.arrivals
    table = indices.loaded.tables.get(("traffic", name, "arrivals"))
    if isinstance(arrivals, ObservedArrivals):
        assert table is not None
        return SourcePlan(name=name, classes=classes, times=_observed(indices, table))
    if isinstance(arrivals, BatchArrivals):
        within = arrivals.after < indices.scenario.horizon.duration
        times = (arrivals.after,) * (arrivals.count * within)
        return SourcePlan(name=name, classes=classes, times=times)
    if isinstance(arrivals, WaitingArrivals):
        waiting = _waiting(indices, name, arrivals)
        return SourcePlan(name=name, classes=classes, waiting=waiting)
    if isinstance(arrivals, WaitingListArrivals):
        assert table is not None
        return SourcePlan(name=name, classes=classes, waiting=_listed(indices, arrivals, table))
    if isinstance(arrivals, BookedArrivals):
        return SourcePlan(name=name, classes=classes, slots=_slots(indices, name, arrivals))
    if isinstance(arrivals, TimetableArrivals):
        assert table is not None
        timetable = _timetable(indices, name, arrivals, table)
        return SourcePlan(name=name, classes=classes, timetable=timetable)
    if isinstance(arrivals, CountedArrivals):
        edges, rates = _counted(indices, indices.loaded.coverage["traffic", name, "arrivals"])
    else:
        edges, rates = _profile(indices, arrivals)
    rates = tuple(rate * arrivals.scale for rate in rates)
    return SourcePlan(
        name=name,
        classes=classes,
        edges=edges,
        rates=rates,
        gap_cv=arrivals.gap_cv,
        together=numbers(arrivals.together),
    )


def _profile(
    indices: Indices, arrivals: ConstantArrivals | HourlyArrivals | DailyArrivals | WeeklyArrivals
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return edges and rates per minute of a pattern of local hours."""
    duration = indices.scenario.horizon.duration
    if isinstance(arrivals, ConstantArrivals):
        return (0.0, duration), (arrivals.rate,)
    edges, hours, weekdays = indices.calendar.hourly_edges(duration)
    if isinstance(arrivals, WeeklyArrivals):
        by_day = [arrivals.per_hour[day] for day in WEEKDAYS]
    elif isinstance(arrivals, HourlyArrivals):
        by_day = [arrivals.per_hour] * 7
    else:
        total = sum(arrivals.shape)
        by_day = [tuple(arrivals.per_day * w / total for w in arrivals.shape)] * 7
    rates = (by_day[day][hour] / 60 for hour, day in zip(hours, weekdays, strict=True))
    return tuple(edges), tuple(rates)


def _counted(indices: Indices, coverage: Coverage) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return edges and rates per minute of counts; no count means no arrivals."""
    duration = indices.scenario.horizon.duration
    edges = [0.0]
    rates: list[float] = []

    def until(edge: float, rate: float) -> None:
        edge = min(edge, duration)
        if edge > edges[-1]:
            edges.append(edge)
            rates.append(rate)

    for one in coverage.intervals:
        until(one.start, 0.0)
        until(one.end, one.number / (one.end - one.start))
    until(duration, 0.0)
    return tuple(edges), tuple(rates)


def _observed(indices: Indices, table: Table) -> tuple[float, ...]:
    times = sorted(map(indices.calendar.elapsed, table.times))
    return tuple(time for time in times if 0 <= time < indices.scenario.horizon.duration)


def _timetable(
    indices: Indices, name: str, arrivals: TimetableArrivals, table: Table
) -> TimetablePlan:
    """Return the services whose travellers may come within the horizon.

    In the order of the file, so that another time of a service leaves its travellers'
    numbers, and all others', as they are.
    """
    horizon = Horizon(indices.calendar, indices.scenario.horizon.duration)
    drawn = near(arrivals, table.services, horizon)
    services = [service for _, service in drawn]
    taken = [_scaled(service.seats, service.load, arrivals.scale) for service in services]
    path: FieldPath = ("traffic", name, "arrivals")
    before = arrivals.come_before
    return TimetablePlan(
        times=tuple(time for time, _ in drawn),
        seats=tuple(seats for seats, _ in taken),
        load=tuple(load for _, load in taken),
        delay=indices.law(arrivals.delay, (*path, "delay")),
        first_after=indices.law(arrivals.first_after, (*path, "first_after")),
        gap=1 / arrivals.unloading if arrivals.unloading else 0.0,
        come_before=None if before is None else indices.law(before, (*path, "come_before")),
        closing=arrivals.closing,
        attributes=tuple(
            (
                indices.attributes.index(key),
                tuple(indices.values[key].index(service.values[k]) for service in services),
            )
            for k, key in enumerate(arrivals.attributes)
        ),
        ramps=arrivals.ramps,
        ready=tuple(
            ReadyPlan(
                number=indices.ready.index(key),
                condition=indices.condition(record.when),
                pieces=numbers(record.pieces),
                first_after=indices.law(record.first_after, (*path, "ready", key, "first_after")),
                gap=1 / record.rate if record.rate else 0.0,
            )
            for key, record in arrivals.ready.items()
        ),
        persons=_persons(indices, name) if arrivals.each_seat == "person" else None,
        late=_late(indices, name, arrivals, drawn),
    )


def _late(
    indices: Indices, name: str, arrivals: TimetableArrivals, drawn: Sequence[tuple[float, Service]]
) -> tuple[float, ...]:
    """Return how late each service of a timetable is in disturbances; empty: none is."""
    minutes = [0.0] * len(drawn)
    columns = list(arrivals.attributes)
    for record in indices.scenario.disturbances.values():
        late = record.late.get(name) if record.active else None
        if late is None:
            continue
        windows = stretches(indices, record)
        for k, (time, service) in enumerate(drawn):
            due = any(opens <= time < closes for opens, closes in windows)
            if due and all(
                service.values[columns.index(key)] in wanted
                for key, wanted in (late.when or {}).items()
            ):
                minutes[k] += late.by
    return tuple(minutes) if any(minutes) else ()


def _scaled(seats: int, load: float, scale: float) -> tuple[int, float]:
    """Return seats and the share taken when the number of travellers is multiplied."""
    most = math.ceil(seats * scale - _ROUNDING)
    return most, min(seats * scale / most, 1.0) * load if most else 0.0


def _persons(indices: Indices, name: str) -> float:
    """Return the mean number of occupants of a source's travellers."""
    return sum(
        share * persons * weight
        for key, share in indices.scenario.traffic[name].classes.items()
        for persons, weight in numbers(indices.scenario.classes[key].occupants)
    )


def _waiting(indices: Indices, name: str, arrivals: WaitingArrivals) -> WaitingPlan:
    entry = None
    if arrivals.step is not None:
        steps = [visit.step for visit in indices.visits]
        entry = (
            RoutePlan(condition=None, targets=(steps.index(arrivals.step),), cumulative=(1.0,)),
        )
    waited = indices.law(arrivals.waited, ("traffic", name, "arrivals", "waited"))
    return WaitingPlan(count=arrivals.count, waited=waited, entry=entry)


def _listed(indices: Indices, arrivals: WaitingListArrivals, table: Table) -> WaitingPlan:
    """Return those who wait at the start, one by one."""
    steps = [visit.step for visit in indices.visits]
    numbered = [(name, indices.attributes.index(name)) for name in arrivals.attributes]
    lists: list[list[StandingPlan]] = [[] for _ in range(arrivals.replications)]
    for row in sorted(table.standing, key=lambda row: -row.waited):
        values = [-1] * len(indices.attributes)
        for (name, number), value in zip(numbered, row.values, strict=True):
            values[number] = indices.values[name].index(value) if value else -1
        lists[row.replication].append(
            StandingPlan(
                step=steps.index(row.step),
                waited=row.waited,
                occupants=row.occupants,
                attributes=tuple(values),
            )
        )
    counts = Counter(steps.index(row.step) for row in table.standing)
    shares = itertools.accumulate(n / counts.total() for n in counts.values())
    return WaitingPlan(
        count=len(table.standing) / arrivals.replications,
        waited=Law(LawKind.EMPIRICAL, tuple(sorted(row.waited for row in table.standing))),
        entry=(RoutePlan(condition=None, targets=tuple(counts), cumulative=tuple(shares)),),
        lists=tuple(map(tuple, lists)),
    )


def _slots(indices: Indices, name: str, arrivals: BookedArrivals) -> SlotsPlan:
    starts: set[float] = set()
    for window in arrivals.open:
        for opens, closes in windows_of(indices.scenario, window):
            count = int((closes - opens) // arrivals.every)
            starts.update(opens + k * arrivals.every for k in range(max(count, 1)))
    path: FieldPath = ("traffic", name, "arrivals")
    return SlotsPlan(
        starts=tuple(sorted(t for t in starts if 0 <= t < indices.scenario.horizon.duration)),
        places=arrivals.places,
        booked=arrivals.booked,
        no_show=arrivals.no_show,
        late=arrivals.late,
        early_by=indices.law(arrivals.early_by, (*path, "early_by")),
        late_by=indices.law(arrivals.late_by, (*path, "late_by")),
        grace=arrivals.grace,
        admitted_early=arrivals.admitted_early,
    )
