"""Disturbances as tables: when they happen, and what they do to which stops, groups, equipment."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.plan.context import Context
from bcpsim.plan.model import DisturbancePlan
from bcpsim.plan.windows import joined
from bcpsim.scenario.disturbances import Disturbance
from bcpsim.scenario.tables import FieldPath


def disturbances(context: Context) -> Iterator[DisturbancePlan]:
    """Yield the disturbances that may happen."""
    for name, record in context.scenario.disturbances.items():
        if record.active:
            yield _disturbance(context, name, record)


def _disturbance(context: Context, name: str, record: Disturbance) -> DisturbancePlan:
    groups = list(context.scenario.officers)
    closed = record.stops_closed(context.stops)
    path: FieldPath = ("disturbances", name, "random")
    random = record.random
    spans = list(context.windows(record.hours))
    for stretch in record.at:
        start = context.calendar.elapsed(stretch.start)
        spans.append((max(start, 0.0), min(start + stretch.duration, context.end)))
    return DisturbancePlan(
        name=name,
        title=record.title or name,
        windows=joined([(start, end) for start, end in spans if start < end]),
        every=None if random is None else context.law(random.every, (*path, "every")),
        lasts=None if random is None else context.law(random.lasts, (*path, "lasts")),
        closed=tuple(context.stops.index(stop) for stop in closed),
        turns_back=record.arrivals == "turn_back",
        on_duty=tuple((groups.index(group), share) for group, share in record.on_duty.items()),
        out=tuple((context.equipment.index(kind), n) for kind, n in record.out.items()),
    )
