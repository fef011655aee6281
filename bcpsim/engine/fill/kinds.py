"""Kinds of travellers: who is alike at each step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bcpsim.engine import columns as by_traveller
from bcpsim.engine.log import Ints
from bcpsim.plan.model import Plan
from bcpsim.sampling import Travellers


class KindOf(NamedTuple):
    """What travellers of one kind have in common at a step: masks of lanes, priority, tasks."""

    lanes: int
    helped: int
    priority: int
    tasks: int


Kinds = tuple[tuple[KindOf, ...], ...]
"""The kinds of travellers at each step."""


def find_kinds(plan: Plan, travellers: Travellers) -> tuple[Kinds, list[Ints | None]]:
    """Return the kinds of travellers at each step, and the kind of each (None: all are alike)."""
    kinds: list[tuple[KindOf, ...]] = []
    whose: list[Ints | None] = []
    for number, step in enumerate(plan.steps):
        need, codes = by_traveller.needs(plan, travellers, number)
        masks, mask = by_traveller.admitted(plan, travellers, step.stop)
        priority = by_traveller.priorities(plan, travellers, step.stop)
        places = len(plan.stops[step.stop].priority) + 1
        if len(codes) == len(masks) == places == 1:
            kinds.append((KindOf(*masks[0], 0, codes[0]),))
            whose.append(None)
            continue
        key = (mask * places + priority) * len(codes) + need
        keys = np.flatnonzero(np.bincount(key, minlength=1))
        kinds.append(
            tuple(
                KindOf(*masks[k // places], k % places, codes[code])
                for k, code in (divmod(present, len(codes)) for present in keys.tolist())
            )
        )
        whose.append(np.searchsorted(keys, key))
    return tuple(kinds), whose
