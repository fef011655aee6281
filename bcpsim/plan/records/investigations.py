"""Investigations in the back office, and the offices."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.records.cases import OpenedPlan
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
class InvestigationPlan(OpenedPlan):
    """What a find opens in the back office.

    Attributes
    ----------
    after
        Activity that must be over first, -1: none.
    work
        Offices, each with the activities that it does.
    """

    after: int
    work: tuple[tuple[int, tuple[int, ...]], ...]
