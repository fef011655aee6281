"""Groups of officers, and the officers with their shifts, as tables."""

from __future__ import annotations

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.officers import (
    GroupPlan,
    OfficerPlan,
    PressurePlan,
    ShiftPlan,
    TiringPlan,
)
from bcpsim.plan.rosters import officers_of
from bcpsim.plan.windows import Windows, within
from bcpsim.scenario.people import OfficerGroup


def people(indices: Indices) -> tuple[tuple[GroupPlan, ...], tuple[OfficerPlan, ...]]:
    """Return the groups of officers, and all officers."""
    disturbances = indices.scenario.disturbances.values()
    called = {name for disturbance in disturbances for name in disturbance.reserve}
    groups = []
    officers: list[OfficerPlan] = []
    for number, (name, record) in enumerate(indices.scenario.officers.items()):
        first = len(officers)
        hours = indices.hours_at(record.stop)
        officers.extend(
            OfficerPlan(name=officer, group=number, shifts=_open(shifts, hours))
            for officer, shifts in officers_of(indices.loaded, name, indices.end)
        )
        groups.append(
            GroupPlan(
                name=name,
                title=record.title or name,
                agency=indices.agencies.index(record.agency),
                stops=tuple(indices.stops.index(stop) for stop in record.stop),
                paces=tuple(record.skills.get(skill) for skill in indices.skills),
                officers=tuple(range(first, len(officers))),
                pool_rule=record.pool.rule,
                pool_stay=record.pool.stay,
                ranks=_ranks(indices, record),
                sends_nearest=record.pool.sent == "nearest",
                travel=_travel(indices, name, record),
                hand_over=record.handover.in_hand == "hand_over",
                handover_time=record.handover.time,
                absence=record.absence,
                return_after=record.pool.return_after if len(record.stop) > 1 else None,
                reserve=name in called,
                finds=tuple(
                    (number, share)
                    for activity, share in record.finds.items()
                    for number, (own, _) in enumerate(indices.work)
                    if own == activity
                ),
                tiring=_tiring(record),
                pressure=_pressure(record),
            )
        )
    return tuple(groups), tuple(officers)


def _tiring(record: OfficerGroup) -> TiringPlan | None:
    tiring = record.tiring
    if tiring is None:
        return None
    return TiringPlan(after=tiring.after, per_hour=tiring.per_hour, least=tiring.least)


def _pressure(record: OfficerGroup) -> PressurePlan | None:
    """Return how the pace of a group depends on the queue."""
    own = record.pressure
    return None if own is None else PressurePlan(start=own.start, to=own.to, pace=own.pace)


def _open(shifts: tuple[ShiftPlan, ...], hours: Windows | None) -> tuple[ShiftPlan, ...]:
    """Return the parts of shifts in which the border crossing point is open; None: always."""
    if hours is None:
        return shifts
    return tuple(
        ShiftPlan(start=start, end=end, available=within(shift.available, ((start, end),)))
        for shift in shifts
        for start, end in within(((shift.start, shift.end),), hours)
    )


def _ranks(indices: Indices, record: OfficerGroup) -> tuple[int, ...]:
    """Return the risk index of each stop of a pool that goes by one, in thousandths."""
    if record.pool.index is None:
        return ()
    index = indices.scenario.risk_indices[record.pool.index]
    return tuple(
        round(1000 * index.value(stop)) if stop in index.places else 0 for stop in record.stop
    )


def _travel(indices: Indices, name: str, record: OfficerGroup) -> tuple[tuple[float, ...], ...]:
    """Return the minutes between the stops of a group."""
    table = indices.loaded.tables.get(("officers", name, "pool", "travel"))
    walk = record.pool.walk

    def minutes(origin: str, target: str) -> float:
        if origin == target:
            return 0.0
        return walk if table is None else table.travel[origin, target]

    return tuple(tuple(minutes(a, b) for b in record.stop) for a in record.stop)
