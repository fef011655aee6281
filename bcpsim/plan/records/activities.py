"""Activities and their durations."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.laws import Law
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.security import DetectionPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """Duration under a condition (None: always).

    Attributes
    ----------
    per_occupant
        Added for each occupant.
    per_occupant_with
        (attribute, law) pairs: added for each occupant who has it.
    """

    condition: ConditionPlan | None
    law: Law
    per_occupant: Law | None
    per_occupant_with: tuple[tuple[int, Law], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPlan:
    """An activity or a part of one: the skill it needs (-1: none), its duration by cases.

    Attributes
    ----------
    not_before
        What must be ready before it can end, -1: nothing.
    detection
        What it finds.
    hold
        Whether the vehicle is held while nobody of the border works.
    factor
        How many times as long it takes as its cases say, in a disturbance.
    """

    name: str
    title: str
    skill: int
    cases: tuple[CasePlan, ...]
    not_before: int = -1
    detection: DetectionPlan | None = None
    hold: bool = False
    factor: float = 1.0
