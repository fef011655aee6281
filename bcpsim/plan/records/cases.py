"""What follows finds and false alarms."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.records.conditions import ConditionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedPlan:
    """What a result of a check opens.

    Attributes
    ----------
    condition
        Whose it is, with the result that opens it.
    opened_in
        Tasks that make the check.
    """

    name: str
    title: str
    condition: ConditionPlan
    opened_in: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingPlan(OpenedPlan):
    """What follows a find or a false alarm: a kind of case.

    Attributes
    ----------
    handled_in
        Tasks that handle it.
    """

    handled_in: tuple[int, ...]
