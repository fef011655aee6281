"""Documents lodged beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.laws import Law
from bcpsim.plan.records.conditions import ConditionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsPlan:
    """Documents that are cleared while the traveller is on the way.

    Attributes
    ----------
    condition
        Who lodges them; None: everybody.
    lead
        How long before the arrival, in minutes.
    work
        Offices, each with the activities that it does.
    ready
        What is ready when they are cleared: index in the plan's `ready`.
    """

    name: str
    title: str
    condition: ConditionPlan | None
    lead: Law
    work: tuple[tuple[int, tuple[int, ...]], ...]
    ready: int
