"""Disturbances as tables: when they happen, and what they do to work, stops, groups, equipment."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.disturbances import (
    ChangePlan,
    DetourPlan,
    DisturbancePlan,
    Gate,
    SelectionPlan,
    TriggerPlan,
    Watched,
)
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.stretches import stretches
from bcpsim.scenario.disturbances import Disturbance
from bcpsim.scenario.facilities import limit
from bcpsim.scenario.model import OUTCOMES
from bcpsim.scenario.tables import FieldPath


def disturbances(indices: Indices) -> Iterator[DisturbancePlan]:
    """Yield each disturbance of a scenario as a record of the plan."""
    for name, record in indices.scenario.disturbances.items():
        if record.active:
            yield _disturbance(indices, name, record)


def _disturbance(indices: Indices, name: str, record: Disturbance) -> DisturbancePlan:
    groups = list(indices.scenario.officers)
    closed = record.stops_closed(indices.stops)
    path: FieldPath = ("disturbances", name, "random")
    random = record.random
    return DisturbancePlan(
        name=name,
        title=record.title or name,
        windows=stretches(indices, record),
        every=None if random is None else indices.law(random.every, (*path, "every")),
        lasts=None if random is None else indices.law(random.lasts, (*path, "lasts")),
        closed=tuple(indices.stops.index(stop) for stop in closed),
        clears=record.inside == "leave",
        gate=Gate[record.arrivals.upper()],
        on_duty=tuple((groups.index(group), share) for group, share in record.on_duty.items()),
        out=tuple((indices.equipment.index(kind), n) for kind, n in record.out.items()),
        always=not (record.at or record.hours or record.random),
        trigger=_trigger(indices, record),
        changes=tuple(_changes(indices, name, record)),
        lanes=tuple((indices.stops.index(stop), number) for stop, number in record.lanes.items()),
        reserve=tuple((groups.index(group), number) for group, number in record.reserve.items()),
        detours=tuple(_detours(indices, record)),
        crossing=-1
        if record.crossing is None
        else list(indices.scenario.crossings).index(record.crossing),
        selections=tuple(_selections(indices, record)),
        priority=tuple(
            (indices.stops.index(stop), tuple(map(indices.met, conditions)))
            for stop, conditions in record.priority.items()
        ),
    )


def _selections(indices: Indices, record: Disturbance) -> Iterator[SelectionPlan]:
    """Yield the selections that have other shares."""
    for key, cases in record.selections.items():
        shares = tuple(
            (
                indices.condition(case.when),
                tuple(case.shares.get(value, 0.0) for value in indices.values[key]),
            )
            for case in cases
        )
        yield SelectionPlan(attribute=indices.attributes.index(key), cases=shares)


def _detours(indices: Indices, record: Disturbance) -> Iterator[DetourPlan]:
    """Yield who goes elsewhere; the steps are in no loop, so that each is one visit."""
    visits = [visit.step for visit in indices.visits]
    for step, sent in record.instead.items():
        if step in visits:
            target = -1 - Outcome[sent.to.upper()] if sent.to in OUTCOMES else -1
            if sent.to in visits:
                target = visits.index(sent.to)
            yield DetourPlan(step=visits.index(step), target=target, share=sent.share)


def _trigger(indices: Indices, record: Disturbance) -> TriggerPlan | None:
    trigger = record.trigger
    if trigger is None:
        return None
    watched, name = trigger.watched
    names = {"area": indices.areas, "on_duty": list(indices.scenario.officers)}
    return TriggerPlan(
        watched=Watched[watched.upper()],
        number=names.get(watched, indices.stops).index(name),
        last=trigger.last,
        rises=trigger.falls_to is None,
        level=trigger.level,
        back=None if record.until is None else limit(record.until),
        lasting=trigger.lasting,
        delay=record.delay,
        at_most=record.at_most,
        per_day=record.per_day,
        pause=record.pause,
    )


def _changes(indices: Indices, name: str, record: Disturbance) -> Iterator[ChangePlan]:
    """Yield how activities are otherwise, for each time that a loop may come round."""
    for own, change in record.activities.items():
        for number, (activity, copy) in enumerate(indices.work):
            if activity != own:
                continue
            instead, factor = number, change.factor or 1.0
            if (name, own, copy) in indices.otherwise:
                instead = len(indices.work) + indices.otherwise.index((name, own, copy))
                factor = 1.0
            yield ChangePlan(
                activity=number,
                instead=instead,
                factor=0.0 if change.left_out else factor,
                impossible=change.impossible,
            )
