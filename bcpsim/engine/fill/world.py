"""All records of a run, made from the plan."""

from __future__ import annotations

from collections.abc import Mapping

from bcpsim.engine.calendar import APPEARANCE, CHANGE, DEADLINE
from bcpsim.engine.fill.crossings import make_crossing, make_signs, shows_just_now
from bcpsim.engine.fill.disturbances import make_disturbances
from bcpsim.engine.fill.kinds import Kinds
from bcpsim.engine.fill.officers import make_groups
from bcpsim.engine.fill.stops import empty_line, make_areas, make_stop
from bcpsim.engine.fill.visits import (
    bar_tasks,
    make_choices,
    make_detours,
    make_hands,
    make_kind,
    make_step,
    make_task,
    make_turns,
)
from bcpsim.engine.records import (
    Altered,
    Disturbance,
    Equipment,
    Piece,
    Stop,
    Stream,
    Task,
    World,
)
from bcpsim.engine.sets import Members
from bcpsim.plan.model import Plan
from bcpsim.sampling.ticks import microseconds
from bcpsim.sampling.work import Alteration, alterations


def lay(plan: Plan, kinds: Kinds) -> World:
    """Make the records of a plan, for travellers of some kinds."""
    equipment = [Equipment(kind.count) for kind in plan.equipment]
    pieces = [[Piece(kind) for _ in range(kind.free)] for kind in equipment]
    stops = [make_stop(plan, number) for number in range(len(plan.stops))]
    groups, officers = make_groups(plan, stops)
    lanes = sorted((lane for stop in stops for lane in stop.lanes), key=lambda lane: lane.number)
    areas = make_areas(plan, stops)
    disturbances = make_disturbances(plan, stops, areas, groups, officers, pieces)
    altered = {one: Altered([]) for one in alterations(plan)}
    tasks = _tasks(plan, stops, equipment, disturbances, altered)
    steps = [make_step(plan, number, stops) for number in range(len(plan.steps))]
    for step, alike in zip(steps, kinds, strict=True):
        step.kind = [make_kind(plan, step, kind, tasks, equipment) for kind in alike]
    make_turns(plan, steps, kinds, disturbances)
    return World(
        travellers=[],
        stops=stops,
        lanes=lanes,
        groups=groups,
        pools=[group for group in groups if group.pool],
        officers=officers,
        equipment=equipment,
        pieces=[piece for kind in pieces for piece in kind],
        areas=areas,
        steps=steps,
        tasks=tasks,
        hands=make_hands(plan, steps, lanes),
        dirty=Members(len(stops)),
        round=Members(len(stops)),
        stranded=empty_line(0),
        changes=Stream(CHANGE, [], []),
        deadlines=Stream(DEADLINE, [], []),
        arrivals=Stream(APPEARANCE, [], []),
        changes_at=[],
        change_what=[],
        change_whom=[],
        end=microseconds(plan.end),
        has_deadlines=False,
        has_members=False,
        has_triggers=any(record.trigger is not None for record in plan.disturbances),
        disturbances=disturbances,
        altered=list(altered.values()),
        detours=make_detours(plan, steps, disturbances),
        choices=make_choices(plan, steps, disturbances),
        held=empty_line(0),
        crossings=[make_crossing(plan, number) for number in range(len(plan.crossings))],
        signs=make_signs(plan, stops),
        signs_are_current=shows_just_now(plan),
        has_crossings=plan.region is not None,
        usual=[],
        crossing=[],
        driven=[],
        shown=[],
        days=[microseconds(day) for day in plan.days],
        entry=[],
        move_in=[],
        deadline=[],
        arrival=[],
        departure=[],
        outcome=[],
        handovers=[],
        spells=[],
        agenda=[],
    )


def _tasks(
    plan: Plan,
    stops: list[Stop],
    equipment: list[Equipment],
    disturbances: list[Disturbance],
    altered: Mapping[Alteration, Altered],
) -> list[Task]:
    """Make the tasks, and say which of them disturbances make impossible."""
    tasks = [
        make_task(plan, number, stops, equipment, disturbances, altered)
        for number in range(len(plan.tasks))
    ]
    bar_tasks(plan, tasks, disturbances)
    return tasks
