"""Work that documents bring to back offices, and who is there to do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bcpsim.demand.conditions import met
from bcpsim.demand.offered import kinds_of, looked_at_in, minutes_of_activity, streams_of
from bcpsim.plan.model import Plan


class Paperwork(NamedTuple):
    """Hours of work of a back office on documents, and hours of its specialists, in the run."""

    title: str
    work: float
    capacity: float


def paperwork(plan: Plan) -> Iterator[Paperwork]:
    """Yield the expected load of each back office that clears documents.

    The documents of all who arrive count, whenever they were lodged.
    """
    if not plan.documents:
        return
    minutes = [0.0] * len(plan.offices)
    looked_at = looked_at_in(plan)
    for source in plan.sources:
        for given, count in streams_of(plan, source, looked_at):
            vehicles = float(count[1:-1].sum())
            for kind in kinds_of(plan, source, given):
                if kind.split >= 0:
                    continue
                for lodged in plan.documents:
                    if not met(lodged.condition, kind.category, kind.values):
                        continue
                    for office, activities in lodged.work:
                        each = sum(minutes_of_activity(plan, one, kind) for one in activities)
                        minutes[office] += vehicles * kind.number * each
    for office in sorted({office for lodged in plan.documents for office, _ in lodged.work}):
        own = plan.offices[office]
        opened = sum(max(min(b, plan.horizon) - a, 0.0) for a, b in own.windows)
        yield Paperwork(own.title, minutes[office] / 60, own.specialists * opened / 60)
