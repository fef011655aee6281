"""Groups of officers, and the officers with their shifts, as tables."""

from __future__ import annotations

from bcpsim.plan.context import Context
from bcpsim.plan.model import GroupPlan, OfficerPlan
from bcpsim.plan.rosters import officers_of
from bcpsim.scenario.people import OfficerGroup


def people(context: Context) -> tuple[tuple[GroupPlan, ...], tuple[OfficerPlan, ...]]:
    """Return the groups of officers, and all officers."""
    groups = []
    officers: list[OfficerPlan] = []
    for number, (name, record) in enumerate(context.scenario.officers.items()):
        first = len(officers)
        officers.extend(
            OfficerPlan(officer, number, shifts)
            for officer, shifts in officers_of(context.loaded, name, context.end)
        )
        groups.append(
            GroupPlan(
                name,
                record.title or name,
                context.agencies.index(record.agency),
                tuple(context.stops.index(stop) for stop in record.stop),
                tuple(record.skills.get(skill) for skill in context.skills),
                tuple(range(first, len(officers))),
                record.pool.rule,
                record.pool.stay,
                _travel(context, name, record),
                record.handover.in_hand == "hand_over",
                record.handover.time,
                record.absence,
                record.pool.return_after if len(record.stop) > 1 else None,
            )
        )
    return tuple(groups), tuple(officers)


def _travel(context: Context, name: str, record: OfficerGroup) -> tuple[tuple[float, ...], ...]:
    """Return the minutes between the stops of a group."""
    table = context.loaded.tables.get(("officers", name, "pool", "travel"))
    walk = record.pool.walk

    def minutes(origin: str, target: str) -> float:
        if origin == target:
            return 0.0
        return walk if table is None else table.travel[origin, target]

    return tuple(tuple(minutes(a, b) for b in record.stop) for a in record.stop)
