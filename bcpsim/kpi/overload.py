"""Where more work arrives than can be done, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from bcpsim.demand.limits import Limit
from bcpsim.demand.offered import OfferedLoad
from bcpsim.demand.paperwork import paperwork
from bcpsim.plan import Plan
from bcpsim.plan.clock import hour


def overloads(plan: Plan, load: OfferedLoad) -> Iterator[str]:
    """Yield a sentence for each stop, set of officers or office with too much work, and when.

    Parameters
    ----------
    plan
        The compiled scenario.
    load
        Its load, from `bcpsim.demand.offered.offered_load`.
    """
    items = (*load.stops, *load.sets)
    shares = np.round([one.utilisation for one in items], 9)
    for number, one in enumerate(items):
        over = np.flatnonzero((shares[number] > 1) & (shares[number] < math.inf))
        if number >= len(load.stops):  # told where nothing else at its stops is tighter
            rivals = [k for k, other in enumerate(items) if set(other.stops) & set(one.stops)]
            if not any(rivals[int(np.argmax(shares[rivals, k]))] == number for k in over):
                continue
        if len(over):
            worst = int(over[np.argmax(shares[number, over])])
            yield (
                f"{one.title}: the load exceeds the capacity in {len(over)} of "
                f"{len(plan.hours)} hours (at most {100 * shares[number, worst]:.0f} %, at "
                f"{hour(plan, worst)}): the queue grows in these hours"
            )
        work, capacity = _whole(plan, one)
        if work > capacity:
            digits = 0 if work - capacity >= 1 else 1 if work - capacity >= 0.1 else 2
            yield (
                f"{one.title}: over the whole time {work:.{digits}f} hours of work meet "
                f"{capacity:.{digits}f} hours of capacity: the queue can't be cleared before the "
                "end"
            )
    for office in paperwork(plan):
        if office.work > office.capacity:
            yield (
                f"{office.title}: over the whole time {office.work:.1f} hours of work on documents "
                f"meet {office.capacity:.1f} hours of specialists: documents are cleared later and "
                "later"
            )


def overloaded(plan: Plan, load: OfferedLoad) -> Iterator[str]:
    """Yield the titles of stops and sets of officers with more work in all than they can do.

    Of those at the same stops the first; stops come before sets of officers or lanes.

    Parameters
    ----------
    plan, load
        As for `overloads`.
    """
    told: set[int] = set()
    for one in (*load.stops, *load.sets):
        work, capacity = _whole(plan, one)
        if work > capacity and not told & set(one.stops):
            told.update(one.stops)
            yield one.title


def _whole(plan: Plan, limit: Limit) -> tuple[float, float]:
    """Return the hours of work and of capacity over the whole time."""
    length = np.diff(plan.hours)[:, 0] / 60
    return float(limit.load @ length), float(limit.capacity @ length)
