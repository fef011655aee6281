"""Who goes where: the expected flows between stops, before anything is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bcpsim.demand.conditions import met
from bcpsim.demand.offered import Kind, kinds_of, looked_at_in, makes, streams_of
from bcpsim.plan.model import Plan
from bcpsim.plan.records.workflow import RoutePlan

ARRIVAL = -1
"""Stands as origin for the arrival."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Those of a class who go from one place to another in a replication.

    Attributes
    ----------
    origin
        The stop that they come from, or `ARRIVAL`.
    target
        The stop that they go to; -1 - k: they leave with the outcome k.
    category
        Their class.
    member
        Whether they got out of a vehicle, to which they go back when they are released.
    count
        How many are expected, from the start to the end of arrivals.
    """

    origin: int
    target: int
    category: int
    member: bool
    count: float


def expected_flows(plan: Plan) -> tuple[Flow, ...]:
    """Return how many of each class are expected on each way, in the order of the stops.

    A visit without anything to do is skipped. Nobody is turned away, gives up or misses a service;
    what disturbances do is left out.
    """
    looked_at = looked_at_in(plan)
    found: dict[tuple[int, int, int, bool], float] = {}
    for source in plan.sources:
        for given, counts in streams_of(plan, source, looked_at):
            count = float(counts[1:-1].sum())
            if count <= 0:
                continue
            for kind in kinds_of(plan, source, given):
                first = ARRIVAL if kind.split < 0 else plan.steps[kind.split].stop
                for origin, target, share in _legs(plan, kind, kind.entry, first, 1.0):
                    key = origin, target, kind.category, kind.split >= 0
                    found[key] = found.get(key, 0.0) + count * kind.number * share
    flows = (Flow(*key, count) for key, count in found.items() if count > 0)
    return tuple(sorted(flows, key=lambda f: (f.origin, f.target < 0, abs(f.target), f.category)))


def _legs(
    plan: Plan, kind: Kind, routes: tuple[RoutePlan, ...], origin: int, chance: float
) -> Iterator[tuple[int, int, float]]:
    """Yield the ways between stops that a kind of traveller takes, each with its probability."""
    route = next(one for one in routes if met(one.condition, kind.category, kind.values))
    for target, (below, above) in zip(
        route.targets, pairwise((0.0, *route.cumulative)), strict=True
    ):
        share = chance * (above - below)
        if share <= 0:
            continue
        if target < 0:
            yield origin, target, share
            continue
        step = plan.steps[target]
        made = makes(plan, target, kind.category, kind.values)
        if made:
            yield origin, step.stop, share
        yield from _legs(plan, kind, step.routes, step.stop if made else origin, share)
