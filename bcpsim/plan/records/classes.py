"""Classes of travellers, their attributes, and the times promised to them."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.security import ReferralPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributePlan:
    """An attribute, its values, and their shares by cases of which the first that holds counts.

    A class's attributes, the selections by risk and the truths are such; ``booking`` and the
    columns of timetables have no cases and are set by the source of traffic. Conditions of the
    cases look at attributes before it.

    Attributes
    ----------
    referral
        Who is referred by a score: the value 1, and not 0.
    result_of
        The activity whose result it is: an index of `Found`; -1: none.
    of_occupants
        The share of a vehicle's occupants who have it, by cases likewise; it is `SOME` if at
        least one does, and else 0.
    """

    name: str
    values: tuple[str, ...]
    cases: tuple[tuple[ConditionPlan | None, tuple[float, ...]], ...]
    referral: ReferralPlan | None = None
    result_of: int = -1
    of_occupants: tuple[tuple[ConditionPlan | None, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPlan:
    """A time promised: the statistic that tells how far it is kept, of which measure, minutes."""

    statistic: str
    measure: str
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """A class of vehicle, the number of its occupants by share, and the times promised."""

    name: str
    title: str
    occupants: tuple[tuple[int, float], ...]
    targets: tuple[TargetPlan, ...] = ()
