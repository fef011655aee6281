"""Work that disturbances leave out, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.laws import LawKind
from bcpsim.plan.model import Plan
from bcpsim.plan.records.activities import CasePlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.workflow import WorkPlan
from bcpsim.sampling.cases import by_case, holds
from bcpsim.sampling.circumstances import lasts_at
from bcpsim.sampling.ticks import stretches as stretches_of

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def persons_left_out(view: View, place: int, number: int, stretches: Ints) -> float:
    """Return for how many persons a disturbance leaves work out.

    Parameters
    ----------
    place, number
        Of the replication among those of the view, and of the disturbance.
    stretches
        When it lasts, as far as that is measured; shape (stretches, 2).
    """
    plan, own = view.layout.plan, view.block.rows_of(place)
    persons = 0
    for task, record in enumerate(plan.tasks):
        started = view.log.started[task, own]
        met = lasts_at(plan, number, stretches, started) & view.counted[own]
        for work in record.work:
            if met.any() and _leaves_out(plan, task, work, number):
                rows = met & _as_listed(view, place, task, work, number)
                persons += int(_concerned(view, work, own)[rows].sum())
    return float(persons)


def _leaves_out(plan: Plan, task: int, work: WorkPlan, number: int) -> bool:
    changes = plan.disturbances[number].changes if plan.is_changed(task, number) else ()
    return any(one.activity == work.activity and one.factor == 0 for one in changes)


def _as_listed(view: View, place: int, task: int, work: WorkPlan, number: int) -> Mask:
    """Return for whom no disturbance that is listed before changes the same work."""
    plan, own = view.layout.plan, view.block.rows_of(place)
    started = view.log.started[task, own]
    first = np.ones(len(started), dtype=bool)
    for other in range(number):
        changes = plan.disturbances[other].changes if plan.is_changed(task, other) else ()
        if any(one.activity == work.activity and not one.impossible for one in changes):
            there = stretches_of(view.block.circumstances[place].disturbed[other])
            first &= ~lasts_at(plan, other, there, started)
    return first


def _concerned(view: View, work: WorkPlan, own: slice) -> Ints:
    """Return how many persons of each traveller of a replication work is usually done for.

    All, or where it is done for each who has something, those; nobody where it takes no time.
    """
    plan, travellers = view.layout.plan, view.travellers
    category, attributes = travellers.category[own], travellers.attributes[:, own]
    persons, having = travellers.occupants[own].copy(), travellers.having[:, own]
    cases = plan.activities[work.activity].cases

    def met(condition: ConditionPlan | None) -> Mask:
        return holds(condition, category, attributes)

    for k, rows in by_case([case.condition for case in cases], met, len(persons)):
        if _only_for_those_who_have_something(cases[k]):
            kinds = [plan.of_occupants.index(number) for number, _ in cases[k].per_occupant_with]
            persons[rows] = having[kinds][:, rows].max(axis=0)
    does = travellers.durations[work.activity, own] > 0
    for other in work.unless:
        does &= ~met(plan.tasks[other].condition)
    return np.where(does, persons, 0)


def _only_for_those_who_have_something(case: CasePlan) -> bool:
    nothing_else = case.law.kind is LawKind.DETERMINISTIC and case.law.params[0] == 0
    return bool(case.per_occupant_with) and case.per_occupant is None and nothing_else
