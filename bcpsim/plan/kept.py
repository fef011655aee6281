"""What was made of plans, kept while they are used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bcpsim.plan.model import Plan

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST = 32
"""Plans, each with something else, for which what was made is kept."""


class Kept(Generic[K, V]):
    """What is made of a plan and something else, kept for those used last.

    Parameters
    ----------
    make
        Makes it. It belongs to everybody who asks, who must not change it.
    """

    def __init__(self, make: Callable[[Plan, K], V]) -> None:
        self._make = make
        self._lock = threading.Lock()
        # By identity, since to compare plans would take longer; the plan is held with it.
        self._kept: OrderedDict[tuple[int, K], tuple[Plan, V]] = OrderedDict()

    def get(self, plan: Plan, other: K) -> V:
        """Return what is made of this plan and something else."""
        key = (id(plan), other)
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = plan, self._make(plan, other)
            self._kept[key] = found
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return found[1]
