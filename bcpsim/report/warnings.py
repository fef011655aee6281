"""What is told of a valid scenario before it runs, as it may not be meant."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bcpsim.plan import Plan
from bcpsim.plan.circles import circles
from bcpsim.plan.clock import hour
from bcpsim.plan.idle import idle_officers

if TYPE_CHECKING:
    from bcpsim.demand.offered import OfferedLoad


def warnings(plan: Plan, load: OfferedLoad | None = None) -> Iterator[str]:
    """Yield what nobody may have meant.

    Travellers whom no run sees, stops without anybody, officers without a lane, vehicles that can
    block one another.

    Parameters
    ----------
    plan
        The compiled scenario.
    load
        From `bcpsim.demand.offered.offered_load`; None: it is calculated, and what that takes
        imported, only where somebody is away for a whole hour.
    """
    if any(source.timetable or source.slots for source in plan.sources):
        yield from _outside(plan)
    yield from _never(plan)
    yield from _locking(plan)
    yield from idle_officers(plan)
    if load is None:
        if not _empty_at_times(plan):
            return
        from bcpsim.demand.offered import offered_load

        load = offered_load(plan)
    yield from _unstaffed(plan, load)


def _outside(plan: Plan) -> Iterator[str]:
    """Yield how many would come before the start or after the end."""
    from bcpsim.demand.offered import outside

    for source, both in zip(plan.sources, outside(plan), strict=True):
        times = zip(both, ("before the start", "after the end"), strict=True)
        parts = [f"{count:,.0f} come {when}" for count, when in times if count >= 0.5]
        if parts:
            yield (
                f"traffic.{source.name}: of {source.expected:,.0f} {plan.counted} expected "
                f"{' and '.join(parts)}, whom no run sees"
            )


def _never(plan: Plan) -> Iterator[str]:
    """Yield disturbances that don't happen in the run."""
    for disturbance in plan.disturbances:
        if not (disturbance.always or disturbance.every or disturbance.windows):
            yield (
                f"disturbances.{disturbance.name} never happens: its times are outside the run, "
                "or without length"
            )


def _locking(plan: Plan) -> Iterator[str]:
    """Yield where ways lead in a circle through waiting areas that can all be full."""
    for circle in circles(plan):
        titles = [plan.stops[stop].title for stop in circle]
        areas = {plan.stops[stop].area: None for stop in circle}
        places = [f"{plan.areas[a].title} {plan.areas[a].places}" for a in areas]
        yield (
            f"ways lead in a circle between {', '.join(titles[:-1])} and {titles[-1]} through "
            f"waiting areas with places ({', '.join(places)}): when these are full, "
            f"{plan.counted} can block one another for ever. Give one of the areas room for all, "
            "or let the stops share one area"
        )


def _unstaffed(plan: Plan, load: OfferedLoad) -> Iterator[str]:
    """Yield where travellers come while nobody is on duty, nothing open or nothing in use."""
    found: dict[str, list[str]] = {}
    told: dict[int, set[int]] = {}
    for number, limit in enumerate((*load.stops, *load.sets)):
        empty = [k for k, share in enumerate(limit.utilisation) if math.isinf(share)]
        if number < len(load.stops):
            told[number] = set(empty)
        else:
            empty = [k for k in empty if not any(k in told[stop] for stop in limit.stops)]
        if empty:
            words = (
                f"in {len(empty)} of {len(plan.hours)} hours travellers come, and nobody is on "
                f"duty, no lane is open or equipment is in maintenance (first at "
                f"{hour(plan, empty[0])})"
            )
            found.setdefault(words, []).append(limit.title)
    for words, titles in found.items():
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        yield f"{', '.join(titles[:3])}{more}: {words}"


def _empty_at_times(plan: Plan) -> bool:
    """Return whether for an hour a task has nobody or a lane is closed, or equipment is off."""
    crews = [
        [window for group in groups for window in plan.taking(group)]
        for groups in {task.groups for task in plan.tasks if task.groups}
    ]
    lanes = {lane.windows for lane in plan.lanes}
    return any(kind.maintenance for kind in plan.equipment) or any(
        _misses_an_hour(plan, windows) for windows in (*crews, *lanes)
    )


def _misses_an_hour(plan: Plan, windows: Iterable[tuple[float, float]]) -> bool:
    ends = [end for _, end in plan.hours]
    met: set[int] = set()
    for start, end in windows:
        k = bisect_right(ends, start)
        while k < len(ends) and plan.hours[k][0] < end:
            met.add(k)
            k += 1
    return len(met) < len(ends)
