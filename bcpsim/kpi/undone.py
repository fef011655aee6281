"""Work that disturbances leave out, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bcpsim.plan.laws import LawKind
from bcpsim.plan.records.activities import CasePlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.workflow import WorkPlan
from bcpsim.sampling.cases import by_case, holds
from bcpsim.sampling.ticks import FAR

if TYPE_CHECKING:
    from bcpsim.kpi.view import View

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def persons_left_out(view: View, place: int, number: int, stretches: Ints) -> float:
    """Return for how many persons a disturbance leaves work out.

    A person counts once, however much work is left out; where it is for some of a vehicle's
    persons, those of the work that most of them need.

    Parameters
    ----------
    place, number
        Of the replication among those of the view, and of the disturbance.
    stretches
        When it lasts, as far as that is measured; shape (stretches, 2).
    """
    plan, own = view.layout.plan, view.block.rows_of(place)
    persons = np.zeros(own.stop - own.start, dtype=np.int64)
    first, last = stretches.min(initial=FAR), stretches.max(initial=-FAR)
    for row, one in enumerate(view.layout.alterations):
        if one.disturbance == number and one.factor == 0:
            started = view.log.started[one.task, own]
            met = (view.log.altered[row, own] > 0) & (first <= started) & (started <= last)
            work = plan.tasks[one.task].work[one.place]
            concerned = np.where(met & view.counted[own], _concerned(view, work, own), 0)
            persons = np.maximum(persons, concerned)
    return float(persons.sum())


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
