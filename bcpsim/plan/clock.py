"""Local times of a plan in words."""

from __future__ import annotations

from bcpsim.plan.model import Plan
from bcpsim.scenario.calendar import Calendar


def hour(plan: Plan, number: int) -> str:
    """Return the local time at which an hour of the run begins."""
    local = Calendar(plan.start, plan.time_zone).local(plan.hours[number][0])
    day = "" if plan.horizon <= 1440 else "%a " if plan.horizon <= 2 * 1440 else "%a %d %b "
    return f"{local:{day}%H:%M}"
