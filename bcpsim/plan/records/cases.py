"""What follows finds and false alarms."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.records.conditions import ConditionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingPlan:
    """What follows a find or a false alarm: a kind of case.

    Attributes
    ----------
    condition
        Whose it is, with the result that opens it.
    opened_in
        Tasks that make the check.
    handled_in
        Tasks that handle it.
    """

    name: str
    title: str
    condition: ConditionPlan
    opened_in: tuple[int, ...]
    handled_in: tuple[int, ...]
