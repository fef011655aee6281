"""Where more work arrives than can be done, in words."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import numpy as np

from bcpsim.demand.limits import Limit
from bcpsim.demand.offered import OfferedLoad, offered_load
from bcpsim.demand.paperwork import paperwork
from bcpsim.plan import Plan
from bcpsim.plan.clock import hour
from bcpsim.plan.records.disturbances import Gate


def overloads(plan: Plan, load: OfferedLoad, cleared: Collection[int] = ()) -> Iterator[str]:
    """Yield a sentence for each stop, set of officers or office with too much work, and when.

    Officers whom a disturbance may call count as there. What else disturbances change doesn't
    count, which is said.

    Parameters
    ----------
    plan
        The compiled scenario.
    load
        Its load, from `bcpsim.demand.offered.offered_load`.
    cleared
        Stops at which a run has shown that the queue goes; it counts where disturbances change
        work or capacity.
    """
    items = _items(plan, load)
    called = ", with all reserves called," if plan.called else ""
    unless = ", unless a disturbance changes work or capacity" if _changed(plan) else ""
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
                f"{one.title}: the load exceeds the capacity{called} in {len(over)} of "
                f"{len(plan.hours)} hours (at most {100 * shares[number, worst]:.0f} %, at "
                f"{hour(plan, worst)}): the queue grows in these hours{unless}"
            )
        work, capacity = _whole(plan, one)
        if work > capacity and not (unless and set(one.stops) <= set(cleared)):
            digits = 0 if work - capacity >= 1 else 1 if work - capacity >= 0.1 else 2
            yield (
                f"{one.title}: over the whole time {work:.{digits}f} hours of work meet "
                f"{capacity:.{digits}f} hours of capacity{called.removesuffix(',')}: the queue "
                f"can't be cleared before the end{unless}"
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
    for one in _items(plan, load):
        work, capacity = _whole(plan, one)
        if work > capacity and not told & set(one.stops):
            told.update(one.stops)
            yield one.title


def _items(plan: Plan, load: OfferedLoad) -> tuple[Limit, ...]:
    """Return the limits of stops, then those of sets, with the officers who may be called."""
    if plan.called:
        load = offered_load(plan.with_reserves)
    return (*load.stops, *load.sets)


def _changed(plan: Plan) -> bool:
    """Return whether a disturbance changes work or capacity otherwise than by calling officers."""
    return any(
        one.changes
        or one.lanes
        or one.detours
        or one.selections
        or one.closed
        or one.on_duty
        or one.out
        or one.gate is not Gate.WAIT
        for one in plan.disturbances
    )


def _whole(plan: Plan, limit: Limit) -> tuple[float, float]:
    """Return the hours of work and of capacity over the whole time."""
    length = np.diff(plan.hours)[:, 0] / 60
    return float(limit.load @ length), float(limit.capacity @ length)
