"""Where ways lead in a circle through waiting areas with places, so that vehicles can block."""

from __future__ import annotations

from collections.abc import Mapping

from bcpsim.plan.model import Plan


def circles(plan: Plan) -> tuple[tuple[int, ...], ...]:
    """Return the stops between which vehicles could block one another, circle by circle.

    Parameters
    ----------
    plan
        The compiled scenario.
    """
    ways: dict[int, set[int]] = {}
    for step in plan.steps:
        targets = {plan.steps[t].stop for route in step.routes for t in route.targets if t >= 0}
        ways.setdefault(step.stop, set()).update(
            stop
            for stop in targets
            if plan.stops[stop].area != plan.stops[step.stop].area
            and plan.stops[stop].area >= 0
            and plan.areas[plan.stops[stop].area].places is not None
        )
    return circles_of(ways)


def circles_of(ways: Mapping[int, set[int]]) -> tuple[tuple[int, ...], ...]:
    """Return groups of stops between which ways lead in a circle.

    Parameters
    ----------
    ways
        Stops to which ways lead, by the stop from which they do.
    """
    reached = {stop: set(targets) for stop, targets in ways.items()}
    growing = True
    while growing:
        growing = False
        for own in reached.values():
            further = set().union(*(reached.get(stop, set()) for stop in own))
            if not further <= own:
                own |= further
                growing = True
    found = {
        tuple(sorted(other for other in own if stop in reached.get(other, ())))
        for stop, own in reached.items()
        if stop in own
    }
    return tuple(sorted(found))
