"""Investigations in the back office, and the offices."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.windows import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePlan:
    """A back office.

    Attributes
    ----------
    agency
        Of its specialists.
    windows
        When they work, in minutes since the start, up to `until`; the week before that repeats.
    """

    name: str
    title: str
    agency: int
    specialists: int
    windows: Windows
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationPlan:
    """What a find opens in the back office.

    Attributes
    ----------
    condition
        Whose it is, with the result that opens it.
    opened_in
        Tasks that make the check.
    after
        Activity that must be over first, -1: none.
    work
        Offices, each with the activities that it does.
    """

    name: str
    title: str
    condition: ConditionPlan
    opened_in: tuple[int, ...]
    after: int
    work: tuple[tuple[int, tuple[int, ...]], ...]
