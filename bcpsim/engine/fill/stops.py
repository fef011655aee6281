"""Stops with their lanes and empty lines, and waiting areas."""

from __future__ import annotations

import numpy as np

from bcpsim.choosing import LANE, NEXT
from bcpsim.engine.records import (
    Area,
    Control,
    Helper,
    Lane,
    Line,
    Stop,
)
from bcpsim.engine.sets import Members
from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.stops import WEIGHT, HelpPlan, QueueRule
from bcpsim.sampling.ticks import microseconds


def of_mask(mask: int, size: int) -> Members:
    """Return the set of a bit mask."""
    return Members(size, (k for k in range(size) if mask >> k & 1))


def empty_line(
    lanes: int, own: int = 0, helped: int = 0, priority: int = 0, weight: int = WEIGHT
) -> Line:
    """Return an empty line of a stop, with the lanes that take its vehicles as bit masks."""
    own_lanes, helped_lanes = of_mask(own, lanes), of_mask(helped, lanes)
    return Line(own_lanes, helped_lanes, priority, usual=priority, weight=weight)


def make_stop(plan: Plan, number: int) -> Stop:
    """Make a stop with its lanes."""
    record = plan.stops[number]
    size = len(record.lanes)
    per_lane = record.queue is QueueRule.PER_LANE
    helpers = _helpers(plan, number)
    stop = Stop(
        number=number,
        lanes=[],
        posts=[],
        lines=[],
        aside=empty_line(size),
        inner=empty_line(size),
        outside=empty_line(size),
        free=Members(size),
        imagined=Members(size),
        helping=Members(size),
        helpers=helpers,
        has_helpers=bool(helpers),
        patience=[],
        deterred_at=[],
        tries_patience=bool(record.patience),
        deters=bool(record.deters),
        pick=[],
        per_lane=per_lane,
        choice=LANE.names.index(record.choice),
        next_in_line=NEXT.names.index(record.next_in_line),
        reorders=record.next_in_line != NEXT.default,
        overtaking=record.overtaking,
        low_share=float(record.low_priority_share),
        turn_away=record.turn_away,
        oversees=-1 if record.lanes_per_officer is None else record.lanes_per_officer,
        recent=[],
    )
    always = size
    if record.control is not None:
        control = record.control
        always = min(control.always, size)
        stop.control = Control(
            control.by_wait,
            threshold(control.open_at, control.by_wait),
            threshold(control.close_at, control.by_wait, below=True),
            microseconds(control.delay),
            always,
        )
    for place, lane in enumerate(record.lanes):
        lines = []
        if per_lane:
            priorities = range(len(record.priority) + 1)
            lines = [empty_line(size, 1 << place, 0, priority) for priority in priorities]
        stop.lines.extend(lines)
        stop.lanes.append(Lane(lane, place, stop, lines, [], active=place < always))
    return stop


def threshold(value: float, by_wait: bool, below: bool = False) -> int:
    """Return a threshold in whole microseconds, or in whole vehicles that reach it."""
    if by_wait:
        return microseconds(value)
    return int(np.floor(value)) if below else int(np.ceil(value))


def _helpers(plan: Plan, number: int) -> list[Helper]:
    """Make the helpers of a stop: lanes that help others, those together that do so alike."""
    lanes = [plan.lanes[lane] for lane in plan.stops[number].lanes]
    alike: dict[tuple[ConditionPlan | None, HelpPlan], int] = {}
    for k, lane in enumerate(lanes):
        if lane.helps is not None:
            key = (lane.admits, lane.helps)
            alike[key] = alike.get(key, 0) | 1 << k
    return [
        Helper(
            of_mask(mask, len(lanes)),
            helps.by_wait,
            threshold(helps.waiting_from, helps.by_wait),
            helps.own_at_most,
        )
        for (_, helps), mask in alike.items()
    ]


def make_areas(plan: Plan, stops: list[Stop]) -> list[Area]:
    """Make the waiting areas that have a limit, and note them at their stops."""
    areas = []
    for number, area in enumerate(plan.areas):
        if area.places is None:
            continue
        served = [stop for stop, s in zip(stops, plan.stops, strict=True) if s.area == number]
        turns_away = any(stop.turn_away for stop in served)
        areas.append(
            Area(area.places, empty_line(0), served, _leads_back(plan, number), turns_away)
        )
        for stop in served:
            stop.area = areas[-1]
    return areas


def _leads_back(plan: Plan, area: int) -> bool:
    """Return whether a way leads from a stop of a waiting area to one of its stops."""
    inside = [plan.stops[step.stop].area == area for step in plan.steps]
    return any(
        step_inside and target >= 0 and inside[target]
        for step_inside, step in zip(inside, plan.steps, strict=True)
        for route in step.routes
        for target in route.targets
    )
