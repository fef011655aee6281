"""Local times of a plan in words."""

from __future__ import annotations

from bcpsim.plan.model import Plan
from bcpsim.scenario.calendar import Calendar


def moment(plan: Plan, minutes: float) -> str:
    """Return the local time at some minutes of the run, with the day where it has several."""
    local = Calendar(plan.start, plan.time_zone).local(minutes)
    day = "" if plan.horizon <= 1440 else "%a " if plan.horizon <= 2 * 1440 else "%a %d %b "
    return f"{local:{day}%H:%M}"


def hour(plan: Plan, number: int) -> str:
    """Return the local time at which an hour of the run begins."""
    return moment(plan, plan.hours[number][0])
