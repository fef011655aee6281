"""Stops, lanes and equipment as tables."""

from __future__ import annotations

from collections.abc import Sequence

from bcpsim.plan.indices import Indices
from bcpsim.plan.model import (
    ControlPlan,
    EquipmentPlan,
    GroupPlan,
    HelpPlan,
    LanePlan,
    QueueRule,
    Sharing,
    StopPlan,
)
from bcpsim.scenario.facilities import Equipment, Help, Stop, limit
from bcpsim.scenario.tables import FieldPath


def lanes(indices: Indices) -> tuple[tuple[LanePlan, ...], list[tuple[int, ...]]]:
    """Return the lanes of all stops, and the numbers of each stop's."""
    made: list[LanePlan] = []
    by_stop = []
    for number, stop in enumerate(indices.scenario.stops.values()):
        first = len(made)
        for group in stop.lanes:
            windows = ((0.0, indices.end),) if group.open is None else indices.windows(group.open)
            for k in range(group.count):
                name = f"{group.name} {k + 1}" if group.count > 1 else group.name
                admits = indices.condition(group.admits)
                made.append(LanePlan(name, number, admits, windows, _help(indices, group.helps)))
        by_stop.append(tuple(range(first, len(made))))
    return tuple(made), by_stop


def _help(indices: Indices, helps: Help | None) -> HelpPlan | None:
    if helps is None:
        return None
    by_wait = isinstance(helps.waiting_from, str)
    return HelpPlan(
        indices.met(helps.admits), by_wait, limit(helps.waiting_from), helps.own_at_most
    )


def stop(
    indices: Indices, name: str, record: Stop, lanes: tuple[int, ...], groups: Sequence[GroupPlan]
) -> StopPlan:
    """Return a stop with its lanes and who works there."""
    control = None
    if record.control is not None:
        watch = record.control
        control = ControlPlan(watch.by == "waiting_time", *watch.limits, watch.delay, watch.always)
    number = indices.stops.index(name)
    return StopPlan(
        name,
        record.title or name,
        lanes,
        tuple(g for g, group in enumerate(groups) if number in group.stops),
        QueueRule[record.queue.upper()],
        record.choice,
        record.next_in_line,
        record.overtaking,
        tuple(indices.met(condition) for condition in record.priority),
        record.low_priority_share,
        -1 if record.waiting_area is None else indices.areas.index(record.waiting_area),
        record.when_full == "turn_away",
        control,
        record.lanes_per_officer,
    )


def equipment(indices: Indices, name: str, record: Equipment) -> EquipmentPlan:
    """Return a kind of equipment, when it is out of use, and how it fails."""
    path: FieldPath = ("equipment", name)
    uptime = repair = repaired = None
    if record.failures is not None:
        failures = record.failures
        uptime = indices.law(failures.uptime, (*path, "failures", "uptime"))
        repair = indices.law(failures.repair, (*path, "failures", "repair"))
        repaired = None if failures.repaired is None else indices.windows(failures.repaired)
    return EquipmentPlan(
        name,
        record.title or name,
        record.count,
        -1 if record.owner is None else indices.agencies.index(record.owner),
        Sharing[record.sharing.upper()],
        indices.law(record.request_delay, (*path, "request_delay")),
        indices.windows(record.maintenance),
        uptime,
        repair,
        repaired,
    )
