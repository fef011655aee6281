"""What each traveller brings: arrays with a place for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bcpsim.choosing import LANE
from bcpsim.engine import columns as by_traveller
from bcpsim.engine.log import Ints
from bcpsim.engine.records import (
    World,
)
from bcpsim.plan.model import Plan
from bcpsim.sampling import Travellers
from bcpsim.sampling.work import changed_work, extra_time, not_before, time_of

Column = tuple[Any, str, Any]
"""A record, the name of its field, and an array or a truth value."""


def columns(plan: Plan, travellers: Travellers, w: World) -> Iterator[Column]:
    """Yield what each traveller brings: arrays with a place for each, of some replications."""
    for step in w.steps:
        following = travellers.following[step.number]
        move = travellers.move_after[step.number]
        # Where travellers go elsewhere, that is written into it.
        yield step, "following", following.copy() if plan.reroutes else following
        yield step, "move", move.copy() if plan.reroutes else move
        if step.asks:
            yield step, "asking", by_traveller.asking(plan, travellers, step.number)
    for task in w.tasks:
        record = plan.tasks[task.number]
        by_paces: dict[Any, Ints] = {}
        for k, able in enumerate(task.groups):
            paces = plan.groups[record.groups[k]].paces if record.groups else ()
            if paces not in by_paces:
                by_paces[paces] = time_of(plan, travellers, record.work, paces)
            yield able, "minutes", by_paces[paces]
            for change in able.changes:
                work = record.work[change.activity]
                changed = changed_work(plan, task.number, work, change.cause.number)
                yield change, "more", extra_time(plan, travellers, work, changed, paces)
        if task.waits:
            earliest = not_before(plan, travellers, record)
            assert earliest is not None
            yield task, "earliest", earliest
    for stop, stop_plan in zip(w.stops, plan.stops, strict=True):
        if LANE.draws(stop_plan.choice):
            yield stop, "pick", travellers.lane_pick[stop.number]
        if stop.tries_patience:
            yield stop, "patience", travellers.patience[stop.number]
        if stop.deters:
            yield stop, "deterred_at", travellers.deterred_at[stop.number]
    yield w, "entry", travellers.entry.copy() if plan.reroutes else travellers.entry
    ways = {-1: iter(w.detours)} | {step.number: iter(step.detours) for step in w.steps}
    for place, (origin, number) in enumerate(plan.forks):
        detour = next(ways[origin])
        yield detour, "target", travellers.instead[number]
        yield detour, "move", travellers.move_instead[place]
    ways = {-1: iter(w.choices)} | {step.number: iter(step.choices) for step in w.steps}
    for place, (origin, _, _) in enumerate(plan.choices):
        choice = next(ways[origin])
        yield choice, "target", travellers.instead[len(plan.detours) + place]
        yield choice, "move", travellers.move_instead[len(plan.forks) + place]
    yield w, "arrival", travellers.arrival.copy()  # when members come is written into it
    yield w, "move_in", travellers.move_in
    yield w, "deadline", travellers.deadline
    if plan.region is not None:
        yield w, "usual", travellers.attributes[plan.region.attribute]
    for crossing in w.crossings:
        yield crossing, "target", travellers.crossing_entry[crossing.number]
        yield crossing, "cost", travellers.crossing_cost[crossing.number]
        yield crossing, "drive", travellers.crossing_drive[crossing.number]
        yield crossing, "access", travellers.crossing_move[crossing.number]
