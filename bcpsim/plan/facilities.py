"""Stops, lanes and equipment as tables."""

from __future__ import annotations

from collections.abc import Sequence

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.activities import CasePlan
from bcpsim.plan.records.equipment import EquipmentPlan, Sharing
from bcpsim.plan.records.officers import GroupPlan
from bcpsim.plan.records.stops import (
    WEIGHT,
    ControlPlan,
    DeterPlan,
    HelpPlan,
    LanePlan,
    QueueRule,
    StopPlan,
)
from bcpsim.plan.windows import within
from bcpsim.scenario.facilities import Equipment, Help, Stop, limit
from bcpsim.scenario.tables import FieldPath


def lanes(indices: Indices) -> tuple[tuple[LanePlan, ...], list[tuple[int, ...]]]:
    """Return the lanes of all stops, and the numbers of each stop's."""
    made: list[LanePlan] = []
    by_stop = []
    for number, (name_of, stop) in enumerate(indices.scenario.stops.items()):
        first = len(made)
        hours = indices.hours_at([name_of])
        for group in stop.lanes:
            windows = ((0.0, indices.end),) if group.open is None else indices.windows(group.open)
            if hours is not None:
                windows = within(windows, hours)
            for k in range(group.count):
                name = f"{group.name} {k + 1}" if group.count > 1 else group.name
                admits = indices.condition(group.admits)
                made.append(
                    LanePlan(
                        name=name,
                        stop=number,
                        admits=admits,
                        windows=windows,
                        helps=_help(indices, group.helps),
                    )
                )
        by_stop.append(tuple(range(first, len(made))))
    return tuple(made), by_stop


def _help(indices: Indices, helps: Help | None) -> HelpPlan | None:
    if helps is None:
        return None
    by_wait = isinstance(helps.waiting_from, str)
    return HelpPlan(
        admits=indices.met(helps.admits),
        by_wait=by_wait,
        waiting_from=limit(helps.waiting_from),
        own_at_most=helps.own_at_most,
    )


def stop(
    indices: Indices, name: str, record: Stop, lanes: tuple[int, ...], groups: Sequence[GroupPlan]
) -> StopPlan:
    """Return a stop with its lanes and who works there."""
    control = None
    if record.control is not None:
        watch = record.control
        open_at, close_at = watch.limits
        control = ControlPlan(
            by_wait=watch.by == "waiting_time",
            open_at=open_at,
            close_at=close_at,
            delay=watch.delay,
            always=watch.always,
        )
    number = indices.stops.index(name)
    return StopPlan(
        name=name,
        title=record.title or name,
        lanes=lanes,
        groups=tuple(g for g, group in enumerate(groups) if number in group.stops),
        queue=QueueRule[record.queue.upper()],
        choice=record.choice,
        next_in_line=record.next_in_line,
        overtaking=record.overtaking,
        priority=tuple(indices.met(condition) for condition in record.priority),
        low_priority_share=record.low_priority_share,
        area=-1 if record.waiting_area is None else indices.areas.index(record.waiting_area),
        turn_away=record.when_full == "turn_away",
        control=control,
        lanes_per_officer=record.lanes_per_officer,
        patience=tuple(
            CasePlan(
                condition=indices.condition(case.when),
                law=indices.law(case.time, ("stops", name, "patience", k, "time")),
                per_occupant=None,
            )
            for k, case in enumerate(record.patience)
        ),
        deters=tuple(
            DeterPlan(
                condition=indices.condition(case.when),
                lengths=tuple(number for number, _ in case.steps),
                shares=tuple(share for _, share in case.steps),
            )
            for case in record.deters
        ),
        weights=tuple(
            (indices.condition(case.when), round(case.weight * WEIGHT)) for case in record.weights
        ),
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
        name=name,
        title=record.title or name,
        count=record.count,
        owner=-1 if record.owner is None else indices.agencies.index(record.owner),
        sharing=Sharing[record.sharing.upper()],
        request=indices.law(record.request_delay, (*path, "request_delay")),
        maintenance=indices.windows(record.maintenance),
        uptime=uptime,
        repair=repair,
        repaired=repaired,
    )
