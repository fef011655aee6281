"""Disturbances as tables: when they happen, and what they do to which stops, groups, equipment."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.plan.indices import Indices
from bcpsim.plan.model import DisturbancePlan
from bcpsim.plan.windows import joined
from bcpsim.scenario.disturbances import Disturbance
from bcpsim.scenario.tables import FieldPath


def disturbances(indices: Indices) -> Iterator[DisturbancePlan]:
    """Yield each disturbance of a scenario as a record of the plan."""
    for name, record in indices.scenario.disturbances.items():
        if record.active:
            yield _disturbance(indices, name, record)


def _disturbance(indices: Indices, name: str, record: Disturbance) -> DisturbancePlan:
    groups = list(indices.scenario.officers)
    closed = record.stops_closed(indices.stops)
    path: FieldPath = ("disturbances", name, "random")
    random = record.random
    spans = list(indices.windows(record.hours))
    for stretch in record.at:
        start = indices.calendar.elapsed(stretch.start)
        spans.append((max(start, 0.0), min(start + stretch.duration, indices.end)))
    return DisturbancePlan(
        name=name,
        title=record.title or name,
        windows=joined([(start, end) for start, end in spans if start < end]),
        every=None if random is None else indices.law(random.every, (*path, "every")),
        lasts=None if random is None else indices.law(random.lasts, (*path, "lasts")),
        closed=tuple(indices.stops.index(stop) for stop in closed),
        turns_back=record.arrivals == "turn_back",
        on_duty=tuple((groups.index(group), share) for group, share in record.on_duty.items()),
        out=tuple((indices.equipment.index(kind), n) for kind, n in record.out.items()),
    )
