"""Lanes that take others than their own, while these wait long."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bcpsim.engine.state import Helper, Stop

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def lanes_that_help(border: Border, stop: Stop, now: float) -> int:
    """Return the lanes that take others than their own just now."""
    lanes = 0
    for helper in stop.helpers:
        since = _helps_from(border, stop, helper)
        if since is not None and since <= now:
            lanes |= helper.lanes
    return lanes


def _helps_from(border: Border, stop: Stop, helper: Helper) -> float | None:
    """Return from when on lanes help those who wait, as they wait now; None: not at all."""
    own = others = 0
    first = math.inf
    for line in stop.lines:
        if not line.vehicles:
            continue
        if line.lanes & helper.lanes:
            own += len(line.vehicles)
        elif line.helped & helper.lanes:
            others += len(line.vehicles)
            timer = line.vehicles[0]
            first = min(first, border.steps[timer.target].queued[timer.number])
    plan = helper.plan
    if own > plan.own_at_most or not others:
        return None
    if plan.by_wait:
        return first + plan.waiting_from
    return first if others >= plan.waiting_from else None


def look_when_due(border: Border, stop: Stop, now: float) -> None:
    """Look at a stop again when somebody will have waited long enough for help."""
    for helper in stop.helpers:
        since = _helps_from(border, stop, helper)
        if since is not None and since > now:
            border.later(since, stop)
