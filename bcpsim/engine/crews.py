"""Officers and equipment of a stage: whether they are free, taken, and given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from simpy import Event

from bcpsim.engine import pools
from bcpsim.engine.order import END
from bcpsim.engine.state import (
    FOR_EQUIPMENT,
    FOR_OFFICER,
    Able,
    Group,
    Hold,
    Stage,
    Step,
    Stop,
    Task,
    Timer,
)

if TYPE_CHECKING:
    from bcpsim.engine.border import Border

Crew = Able | list[Able]
"""Who does the one task of a stage, or each of its tasks."""

Taken = Counter[Group | int]
"""How many officers of groups, and pieces of equipment by kind, are spoken for."""


def ready(border: Border, stage: Stage, stop: Stop) -> Crew | None:
    """Return who can begin a stage, if the equipment is free too."""
    if stage.single is None:
        crew: Crew | None = stage.fixed
        if crew is None:
            crew = _chosen(stage.tasks, stop, [], Counter())
        else:
            for group, number in stage.officers:
                if group.free(stop.number) < number:
                    crew = None
                    break
    else:
        crew = None
        for able in stage.single.groups:
            group = able[0]
            working = group.working
            idle = group.present & ~working
            if group.pool:
                idle &= group.at[stop.number]
            if idle and working.bit_count() < group.on_duty:
                crew = able
                break
    if crew is None:
        border.lacking = FOR_OFFICER
        return None
    for kind, number in stage.equipment:
        if border.equipment[kind] < number:
            border.lacking = FOR_EQUIPMENT
            return None
    return crew


def _chosen(
    tasks: Sequence[Task], stop: Stop, chosen: list[Able], taken: Taken
) -> list[Able] | None:
    """Return a group for each task, the first choice that leaves enough for the others."""
    if len(chosen) == len(tasks):
        return chosen
    for able in tasks[len(chosen)].groups:
        group = able.group
        others = sum(1 for other in chosen if other.group is group)
        if group.free(stop.number) > others + taken[group]:
            crew = _chosen(tasks, stop, [*chosen, able], taken)
            if crew is not None:
                return crew
    return None


def take(border: Border, stage: Stage, stop: Stop, taken: Taken) -> bool:
    """Return whether a stage could begin beside what is taken already, and note it as taken."""
    crew = stage.fixed or _chosen(stage.tasks, stop, [], taken)
    if crew is None:
        return False
    officers = Counter(able.group for able in crew)
    if any(group.free(stop.number) < taken[group] + officers[group] for group in officers):
        return False
    if any(border.equipment[kind] < taken[kind] + number for kind, number in stage.equipment):
        return False
    taken.update(officers)
    taken.update(dict(stage.equipment))
    return True


def begin(
    border: Border, timer: Timer, step: Step, lanes: int, stage: Stage, crew: Crew, now: float
) -> None:
    """Begin a stage: take officers, equipment and the first of the lanes together.

    Without lanes the vehicle stands in its lane already.
    """
    i = timer.number
    stop = step.stop
    if lanes:
        lane = lanes & -lanes
        stop.occupied |= lane
        timer.lane = lane
        step.lane[i] = stop.first + lane.bit_length() - 1
    task = stage.single
    timer.in_hand = task
    if task is None:
        _begin_together(border, timer, stop, stage, crew, now)  # type: ignore[arg-type]
        return
    able: Able = crew  # type: ignore[assignment]  # a list for a crew only
    group, minutes = able
    idle = group.present & ~group.working
    if group.pool:
        idle &= group.at[stop.number]
    officer = idle & -idle
    group.working |= officer
    if group.hand_over:
        group.hands[officer] = timer
    for kind in task.equipment:
        border.equipment[kind] -= 1
    timer.group = group
    timer.officer = officer
    task.started[i] = now
    task.officer[i] = group.first + officer.bit_length() - 1
    service = minutes[i]
    if task.earliest is not None:
        service = max(service, task.earliest[i] - now)
    timer.when = now + service
    timer.callbacks = border.on_end
    border.schedule(timer, END + i, service)


def _begin_together(
    border: Border, timer: Timer, stop: Stop, stage: Stage, crew: list[Able], now: float
) -> None:
    """Begin the tasks of a crew."""
    i = timer.number
    timer.holds = []
    begun = over = now
    for task, (group, minutes) in zip(stage.tasks, crew, strict=True):
        idle = group.idle(stop.number)
        officer = idle & -idle
        group.working |= officer
        for kind in task.equipment:
            border.equipment[kind] -= 1
        ended = begun + minutes[i]
        if task.earliest is not None:
            ended = max(ended, task.earliest[i])
        hold = Hold(timer, task, group, officer, begun, ended)
        task.started[i] = begun
        task.officer[i] = group.first + officer.bit_length() - 1
        if group.hand_over:
            group.hands[officer] = hold
        timer.holds.append(hold)
        over = max(over, ended)
        if stage.in_sequence:
            begun = ended
    if not stage.stay:
        for hold in timer.holds:
            if hold.when < over:
                schedule_release(border, hold)
    timer.when = over
    timer.callbacks = border.on_end
    border.schedule(timer, END + i, over - border.env.now)


def _end_task(border: Border, event: Event) -> None:
    """End the task of an officer who is free before the others of the crew."""
    hold = cast(Hold, event)
    if hold not in hold.timer.holds:
        return  # ended with the whole crew: handed over, it became the last
    if hold.when > border.env.now:  # handed over in the meantime
        schedule_release(border, hold)
        return
    hold.timer.holds.remove(hold)
    release(border, hold)
    alone = border.next_time() > border.env.now
    border.look_at(border.steps[hold.timer.target].woken, alone)


def schedule_release(border: Border, hold: Hold) -> None:
    """Schedule the end of a task whose officer is free before the others."""
    hold.callbacks = [partial(_end_task, border)]
    border.schedule(hold, END + hold.timer.number, hold.when - border.env.now)


def release(border: Border, hold: Hold) -> None:
    """Free the officer and the equipment of a crew's task."""
    hold.task.ended[hold.timer.number] = hold.when
    hold.group.working ^= hold.officer
    if hold.group.noted:
        free(border, hold.group, hold.officer)
    for kind in hold.task.equipment:
        border.equipment[kind] += 1


def free(border: Border, group: Group, officer: int) -> None:
    """Note that an officer of a group is free."""
    if group.hand_over:
        del group.hands[officer]
    if group.plan.return_after is not None:
        pools.rest(border, group, officer, border.env.now)
