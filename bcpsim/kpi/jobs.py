"""What measures of jobs in back offices have in common: of investigations, and of documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bcpsim.kpi.forms import hours, of_numbers, ratio
from bcpsim.kpi.layout import Layout
from bcpsim.kpi.view import Floats, Ints, View
from bcpsim.plan import Plan
from bcpsim.plan.records.documents import DocumentsPlan
from bcpsim.plan.records.investigations import InvestigationPlan
from bcpsim.sampling.offices import Jobs


@dataclass(frozen=True)
class OfJobs:
    """Jobs of one sort, as measures see them; values have the shape (replications, numbers, 1).

    Attributes
    ----------
    jobs
        The jobs of some replications.
    kinds
        Their kinds in a plan.
    """

    jobs: Callable[[View], Jobs]
    kinds: Callable[[Plan], Sequence[InvestigationPlan | DocumentsPlan]]

    def there(self, layout: Layout) -> bool:
        """Return whether a plan has such jobs."""
        return bool(self.kinds(layout.plan))

    def done_by(self, layout: Layout, office: int) -> bool:
        """Return whether an office does such jobs."""
        return any(place == office for kind in self.kinds(layout.plan) for place, _ in kind.work)

    def added(self, view: View, weight: Ints, every: bool = False) -> Ints:
        """Return sums over jobs by replication and kind, of travellers who count, or of all."""
        own, kinds = self.jobs(view), len(self.kinds(view.layout.plan))
        code = view.replication[own.traveller] * kinds + own.kind
        counts = np.ones(len(code), dtype=bool) if every else view.counted[own.traveller]
        summed = np.zeros(view.replications * kinds, dtype=np.int64)
        np.add.at(summed, code[counts], weight[counts])
        return summed.reshape(view.replications, kinds)

    def number(self, view: View, numbers: tuple[int, ...]) -> Floats:
        """Return how many there are."""
        ones = np.ones_like(self.jobs(view).kind)
        return of_numbers(self.added(view, ones).astype(float), numbers)

    def mean_hours(self, view: View, time: Ints, numbers: tuple[int, ...]) -> Floats:
        """Return the mean of a time of each."""
        return ratio(of_numbers(hours(self.added(view, time)), numbers), self.number(view, numbers))

    def specialist_hours(self, view: View, numbers: tuple[int, ...]) -> Floats:
        """Return the hours of specialists of all offices."""
        worked = self.jobs(view).worked.sum(axis=0)
        return of_numbers(hours(self.added(view, worked)), numbers)

    def hours_of_offices(self, view: View, numbers: tuple[int, ...]) -> Floats:
        """Return the hours of specialists of each office."""
        worked = [self.added(view, own).sum(axis=1) for own in self.jobs(view).worked]
        return of_numbers(hours(np.stack(worked, axis=1)), numbers)
