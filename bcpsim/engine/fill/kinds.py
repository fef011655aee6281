"""Kinds of travellers: who is alike at each step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bcpsim.engine import columns as by_traveller
from bcpsim.engine.log import Ints
from bcpsim.plan.model import Plan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.sampling import Travellers


class KindOf(NamedTuple):
    """What travellers of one kind have in common at a step.

    Masks of lanes, priority, tasks, and the weight of the time that they wait.
    """

    lanes: int
    helped: int
    priority: int
    tasks: int
    weight: int
    turns: tuple[int, ...] = ()  # place in the order of priorities, in each disturbance of these


Kinds = tuple[tuple[KindOf, ...], ...]
"""The kinds of travellers at each step."""


def find_kinds(plan: Plan, travellers: Travellers) -> tuple[Kinds, list[Ints | None]]:
    """Return the kinds of travellers at each step, and the kind of each (None: all are alike)."""
    kinds: list[tuple[KindOf, ...]] = []
    whose: list[Ints | None] = []
    for number, step in enumerate(plan.steps):
        need, codes = by_traveller.needs(plan, travellers, number)
        masks, mask = by_traveller.admitted(plan, travellers, step.stop)
        weights, weight = by_traveller.weights(plan, travellers, step.stop)
        orders = [plan.stops[step.stop].priority, *(own for _, own in turns_at(plan, step.stop))]
        places = math.prod(len(conditions) + 1 for conditions in orders)
        if len(codes) == len(masks) == len(weights) == places == 1:
            kinds.append((_kind_of(masks[0], 0, orders, codes[0], weights[0]),))
            whose.append(None)
            continue
        order = np.zeros(len(travellers), dtype=np.int64)
        for conditions in orders:
            order *= len(conditions) + 1
            order += by_traveller.priorities(conditions, travellers)
        key = ((mask * places + order) * len(codes) + need) * len(weights) + weight
        keys = np.flatnonzero(np.bincount(key, minlength=1))
        own: list[KindOf] = []
        for present in keys.tolist():
            rest, heavy = divmod(present, len(weights))
            rest, code = divmod(rest, len(codes))
            lanes, place = divmod(rest, places)
            own.append(_kind_of(masks[lanes], place, orders, codes[code], weights[heavy]))
        kinds.append(tuple(own))
        whose.append(np.searchsorted(keys, key))
    return tuple(kinds), whose


def turns_at(plan: Plan, stop: int) -> Iterator[tuple[int, tuple[ConditionPlan, ...]]]:
    """Yield the disturbances that say who goes first at a stop, and what they say."""
    for number, disturbance in enumerate(plan.disturbances):
        for place, conditions in disturbance.priority:
            if place == stop:
                yield number, conditions


def _kind_of(
    masks: tuple[int, int],
    order: int,
    orders: Sequence[Sequence[ConditionPlan]],
    tasks: int,
    weight: int,
) -> KindOf:
    """Return a kind; `order` has its places in all orders of priorities in one number."""
    places: list[int] = []
    for conditions in reversed(orders):
        order, place = divmod(order, len(conditions) + 1)
        places.insert(0, place)
    return KindOf(*masks, places[0], tasks, weight, tuple(places[1:]))
