"""Disturbances, and what sets them off."""

from __future__ import annotations

from bcpsim.engine.fill.stops import threshold
from bcpsim.engine.records import (
    Area,
    Disturbance,
    Group,
    Lanes,
    Officer,
    Piece,
    Recent,
    Stop,
    Trigger,
)
from bcpsim.plan.model import Plan
from bcpsim.plan.records.disturbances import Gate, TriggerPlan, Watched
from bcpsim.sampling.circumstances import away
from bcpsim.sampling.ticks import FAR, microseconds


def make_disturbances(
    plan: Plan,
    stops: list[Stop],
    areas: list[Area],
    groups: list[Group],
    officers: list[Officer],
    pieces: list[list[Piece]],
) -> list[Disturbance]:
    """Make all disturbances of a plan.

    What is closed, away or out of use at times that are known beforehand stands in the timetable;
    at a stop of which a trigger says how many lanes are open, rules weigh both.
    """
    return [
        _make(plan, number, stops, areas, groups, officers, pieces)
        for number in range(len(plan.disturbances))
    ]


def _make(
    plan: Plan,
    number: int,
    stops: list[Stop],
    areas: list[Area],
    groups: list[Group],
    officers: list[Officer],
    pieces: list[list[Piece]],
) -> Disturbance:
    record = plan.disturbances[number]
    triggered = record.trigger is not None
    made = Disturbance(
        number=number,
        possible=record.always,
        barred=[],
        called=[officer for g, n in record.reserve for officer in groups[g].officers[:n]],
        closed=[stops[k] for k in record.closed if triggered or k in plan.reacting],
        clears=[stops[k] for k in record.closed if record.clears],
        lanes=[Lanes(stops[k], n) for k, n in record.lanes if triggered or k in plan.reacting],
        away=[],
        out=[],
        turns=[],
        gate=int(Gate.WAIT),
        crossing=record.crossing,
    )
    if record.gate is Gate.HOLD or plan.region is not None:
        made.gate = int(record.gate)
    if record.trigger is not None:
        made.away = [officers[k] for g, share in record.on_duty for k in away(plan, g, share)]
        made.out = [piece for kind, number in record.out for piece in pieces[kind][:number]]
        made.gate = int(record.gate)
        made.trigger = _trigger(record.trigger, stops, areas, groups, plan)
    return made


def _trigger(
    record: TriggerPlan, stops: list[Stop], areas: list[Area], groups: list[Group], plan: Plan
) -> Trigger:
    """Make what sets a disturbance off."""
    made = Trigger(
        watched=int(record.watched),
        is_time=record.is_time,
        rises=record.rises,
        level=threshold(record.level, record.is_time, below=not record.rises),
        back=threshold(record.back or 0.0, record.is_time, below=record.rises),
        has_back=record.back is not None,
        lasting=microseconds(record.lasting),
        delay=microseconds(record.delay),
        at_most=FAR if record.at_most is None else microseconds(record.at_most),
        per_day=FAR if record.per_day is None else record.per_day,
        pause=microseconds(record.pause),
    )
    if record.watched is Watched.AREA:
        limited = [k for k, area in enumerate(plan.areas) if area.places is not None]
        made.area = areas[limited.index(record.number)]
    elif record.watched is Watched.ON_DUTY:
        made.group = groups[record.number]
    else:
        made.stop = stops[record.number]
    if record.watched is Watched.MEAN_WAIT:
        made.recent = Recent([0] * record.last)
        made.stop.recent.append(made.recent)
    return made
