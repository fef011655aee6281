"""What is told of a valid scenario before it runs, as it may not be meant."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bcpsim.plan import Plan
from bcpsim.plan.model import StopPlan
from bcpsim.scenario.calendar import Calendar

if TYPE_CHECKING:
    from bcpsim.kpi.offered import OfferedLoad


def warnings(plan: Plan, load: OfferedLoad | None = None) -> Iterator[str]:
    """Yield what nobody may have meant: travellers whom no run sees, and stops without anybody.

    Parameters
    ----------
    plan
        The compiled scenario.
    load
        From `bcpsim.kpi.offered.offered_load`; None: it is calculated, and what that takes
        imported, only where there are services or slots, or a stop is empty for a whole hour.
    """
    if load is None:
        scheduled = any(source.timetable or source.slots for source in plan.sources)
        if not scheduled and not any(_empty_at_times(plan, stop) for stop in plan.stops):
            return
        from bcpsim.kpi.offered import offered_load

        load = offered_load(plan)
    yield from _outside(plan, load)
    yield from _unstaffed(plan, load)


def _outside(plan: Plan, load: OfferedLoad) -> Iterator[str]:
    """Yield how many would come before the start or after the end."""
    for source, both in zip(plan.sources, load.outside, strict=True):
        times = zip(both, ("before the start", "after the end"), strict=True)
        parts = [f"{count:,.0f} come {when}" for count, when in times if count >= 0.5]
        if parts:
            yield (
                f"traffic.{source.name}: of {source.expected:,.0f} {plan.counted} expected "
                f"{' and '.join(parts)}, whom no run sees"
            )


def _unstaffed(plan: Plan, load: OfferedLoad) -> Iterator[str]:
    """Yield the stops to which travellers come while nobody is on duty."""
    stops: dict[str, list[str]] = {}
    for stop, shares in zip(plan.stops, load.utilisation, strict=True):
        empty = [k for k, share in enumerate(shares) if math.isinf(share)]
        if empty:
            words = (
                f"in {len(empty)} of {len(plan.hours)} hours travellers come, and nobody is on "
                f"duty or no lane is open (first at {hour(plan, empty[0])})"
            )
            stops.setdefault(words, []).append(stop.title)
    for words, titles in stops.items():
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        yield f"{', '.join(titles[:3])}{more}: {words}"


def hour(plan: Plan, number: int) -> str:
    """Return the local time at which an hour of the run begins."""
    local = Calendar(plan.start, plan.time_zone).local(plan.hours[number][0])
    return f"{local:%a %H:%M}" if plan.horizon > 1440 else f"{local:%H:%M}"


def _empty_at_times(plan: Plan, stop: StopPlan) -> bool:
    """Return whether there is an hour without any officer, or any open lane, at a stop."""
    officers = {
        window
        for group in stop.groups
        for officer in plan.groups[group].officers
        for shift in plan.officers[officer].shifts
        for window in shift.available
    }
    lanes = {window for lane in stop.lanes for window in plan.lanes[lane].windows}
    return any(_misses_an_hour(plan, windows) for windows in (officers, lanes) if windows)


def _misses_an_hour(plan: Plan, windows: Iterable[tuple[float, float]]) -> bool:
    ends = [end for _, end in plan.hours]
    met: set[int] = set()
    for start, end in windows:
        k = bisect_right(ends, start)
        while k < len(ends) and plan.hours[k][0] < end:
            met.add(k)
            k += 1
    return len(met) < len(ends)
