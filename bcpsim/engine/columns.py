"""What each traveller brings to a step: found for all of them at once, before the run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bcpsim.engine.log import Ints
from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.stops import WEIGHT
from bcpsim.sampling import Travellers
from bcpsim.sampling.cases import holds
from bcpsim.sampling.work import needed


def woken(plan: Plan, number: int) -> set[int]:
    """Return the stops where something may start when a visit ends.

    It frees a lane at its stop, and perhaps equipment or an officer of a pool for others.
    """
    step = plan.steps[number]
    equipment = {kind for task in step.tasks for kind in plan.tasks[task].equipment}
    woken = {step.stop}
    for other in plan.steps:
        kinds = {kind for task in other.tasks for kind in plan.tasks[task].equipment}
        if kinds & equipment:
            woken.add(other.stop)
    for task in step.tasks:
        for group in plan.tasks[task].groups:
            woken.update(plan.groups[group].stops)
    return woken


def needs(plan: Plan, travellers: Travellers, number: int) -> tuple[Ints, list[int]]:
    """Return each traveller's set of tasks in a visit, by number, and the sets as bit masks."""
    own = plan.steps[number].tasks
    code = np.zeros(len(travellers), dtype=np.int64)
    if all(plan.tasks[task].condition is None for task in own):
        return code, [(1 << len(own)) - 1]
    for bit, task in enumerate(own):
        code |= needed(plan, travellers, plan.tasks[task]).astype(np.int64) << bit
    codes = np.flatnonzero(np.bincount(code, minlength=1))
    return np.searchsorted(codes, code), codes.tolist()


def asking(plan: Plan, travellers: Travellers, number: int) -> Ints:
    """Return for each traveller how long owners of equipment are asked."""
    time = np.zeros(len(travellers), dtype=np.int64)
    for task in plan.steps[number].tasks:
        for kind in plan.tasks[task].asked:
            wanted = needed(plan, travellers, plan.tasks[task])
            time = np.maximum(time, np.where(wanted, travellers.asking[kind], 0))
    return time


def priorities(conditions: Sequence[ConditionPlan | None], travellers: Travellers) -> Ints:
    """Return each traveller's place in an order of priorities, 0 being the highest."""
    if not conditions:
        return np.zeros(len(travellers), dtype=np.int64)
    place = np.full(len(travellers), len(conditions), dtype=np.int64)
    for number in range(len(conditions) - 1, -1, -1):
        met = holds(conditions[number], travellers.category, travellers.attributes)
        place[met] = number
    return place


def weights(plan: Plan, travellers: Travellers, stop: int) -> tuple[list[int], Ints]:
    """Return the weights of waits at a stop, and which of them is each traveller's."""
    cases = plan.stops[stop].weights
    if not cases:
        return [WEIGHT], np.zeros(len(travellers), dtype=np.int64)
    place = priorities([condition for condition, _ in cases], travellers)
    of_case = np.array([*(weight for _, weight in cases), WEIGHT], dtype=np.int64)
    found, own = np.unique(of_case[place], return_inverse=True)
    return (found.tolist(), own) if len(found) else ([WEIGHT], own)


def admitted(plan: Plan, travellers: Travellers, stop: int) -> tuple[list[tuple[int, int]], Ints]:
    """Return the sets of lanes that take travellers, always or at times, and each one's set."""
    lanes = [plan.lanes[lane] for lane in plan.stops[stop].lanes]
    admits = [lane.admits for lane in lanes]
    helps = [lane.helps.admits for lane in lanes if lane.helps is not None]
    conditions = list(dict.fromkeys([*admits, *helps]))
    if conditions == [None]:
        return [((1 << len(lanes)) - 1, 0)], np.zeros(len(travellers), dtype=np.int64)
    code = np.zeros(len(travellers), dtype=np.int64)
    for k, condition in enumerate(conditions):
        met = holds(condition, travellers.category, travellers.attributes)
        code |= met.astype(np.int64) << k
    codes, index = np.unique(code, return_inverse=True)
    masks = []
    for found in codes.tolist():
        met_by = {condition for k, condition in enumerate(conditions) if found >> k & 1}
        own = sum(1 << k for k, lane in enumerate(lanes) if lane.admits in met_by)
        helped = sum(
            1 << k
            for k, lane in enumerate(lanes)
            if lane.helps is not None and lane.helps.admits in met_by
        )
        masks.append((own, helped & ~own))
    return masks, index
