"""Activities and the workflow as tables: tasks, stages, visits."""

from __future__ import annotations

from collections.abc import Sequence

from bcpsim.plan.context import Context
from bcpsim.plan.model import (
    ActivityPlan,
    CasePlan,
    GroupPlan,
    GroupWait,
    SplitPlan,
    StagePlan,
    StepPlan,
    TaskPlan,
    WorkPlan,
)
from bcpsim.plan.unroll import Visit
from bcpsim.scenario.facts import able_groups
from bcpsim.scenario.model import OUTCOMES, Split, Step, Task
from bcpsim.scenario.tables import FieldPath
from bcpsim.scenario.work import DurationCase


def activity(context: Context, name: str, copy: int) -> ActivityPlan:
    """Return an activity or a part as it is done when a loop comes round."""
    own = name if copy == 1 else f"{name}/{copy}"
    if name in context.scenario.activities:
        record = context.scenario.activities[name]
        path: FieldPath = ("activities", name, "duration")
        cases = _cases(context, record.duration, path)
        skill = -1 if record.skill is None else context.skills.index(record.skill)
        ready = -1 if record.not_before is None else context.ready.index(record.not_before)
        return ActivityPlan(own, record.title or name, skill, cases, ready)
    part = context.scenario.parts[name]
    path = (
        "parts",
        name,
        *(("duration",) if part.regime is None else ("by_regime", part.regime)),
    )
    return ActivityPlan(own, part.title or name, -1, _cases(context, part.cases, path))


def _cases(
    context: Context, cases: Sequence[DurationCase], path: FieldPath
) -> tuple[CasePlan, ...]:
    return tuple(
        CasePlan(
            context.condition(case.when),
            context.law(case.time, (*path, k, "time")),
            None
            if case.per_occupant is None
            else context.law(case.per_occupant, (*path, k, "per_occupant")),
        )
        for k, case in enumerate(cases)
    )


def workflow(
    context: Context, groups: Sequence[GroupPlan]
) -> tuple[tuple[TaskPlan, ...], tuple[StepPlan, ...]]:
    """Return the tasks of all visits, and the visits."""
    tasks: list[TaskPlan] = []
    steps = []
    leading_back = _leading_back(context.visits)
    for number, visit in enumerate(context.visits):
        step = context.scenario.workflow.steps[visit.step]
        first = len(tasks)
        done: dict[str, list[int]] = {}  # tasks that do a part once for the stop
        for task in step.tasks:
            work = _work(context, task, visit, done, len(tasks))
            tasks.append(_task(context, step, task, number, work, groups))
        numbers = tuple(range(first, len(tasks)))
        stay, in_sequence = step.when_done == "stay", step.order == "sequence"
        if len(numbers) > 1 and in_sequence and not stay:
            stages = tuple(StagePlan((k,), False, False) for k in numbers)
        else:
            stages = (StagePlan(numbers, in_sequence, stay),)
        steps.append(
            StepPlan(
                visit.name,
                context.stops.index(step.stop),
                stages,
                context.routes(step.next, visit.targets),
                None if step.split is None else _split(context, step.split, visit.members),
                GroupWait[(step.wait_for_group or "leaving").upper()],
                number in leading_back,
            )
        )
    return tuple(tasks), tuple(steps)


def _split(context: Context, split: Split, members: Sequence[tuple[int, ...]]) -> SplitPlan:
    classes = tuple((context.classes.index(key), share) for key, share in split.classes.items())
    return SplitPlan(classes, split.stay, context.routes(split.to, members))


def _work(
    context: Context, task: Task, visit: Visit, done: dict[str, list[int]], number: int
) -> tuple[WorkPlan, ...]:
    """Return the activities of a task with the parts that come before them."""
    work: list[WorkPlan] = []
    mine: set[str] = set()
    for name in task.do:
        for part in context.scenario.activities[name].parts:
            if part in mine:
                continue
            mine.add(part)
            unless: tuple[int, ...] = ()
            if context.scenario.parts[part].per == "stop":
                unless = tuple(done.get(part, ()))
                done.setdefault(part, []).append(number)
            work.append(WorkPlan(context.work.index((part, visit.copy)), unless))
        work.append(WorkPlan(context.work.index((name, visit.copy))))
    return tuple(work)


def _task(
    context: Context,
    step: Step,
    task: Task,
    number: int,
    work: tuple[WorkPlan, ...],
    groups: Sequence[GroupPlan],
) -> TaskPlan:
    able = able_groups(context.scenario, step, task)
    names = list(context.scenario.officers)
    asked = tuple(
        context.equipment.index(kind)
        for kind in task.equipment
        if context.scenario.equipment[kind].sharing == "on_request"
        and all(
            context.scenario.officers[name].agency != context.scenario.equipment[kind].owner
            for name in able
        )
    )
    return TaskPlan(
        number,
        context.condition(task.when),
        work,
        tuple(names.index(name) for name in able),
        tuple(context.equipment.index(kind) for kind in task.equipment),
        asked,
    )


def _leading_back(visits: Sequence[Visit]) -> set[int]:
    """Return the visits from which some way leads to being released."""
    released = -1 - OUTCOMES.index("released")
    found: set[int] = set()
    while True:
        back = found | {released}
        more = {
            number
            for number, visit in enumerate(visits)
            if any(target in back for targets in visit.targets for target in targets)
        }
        if more == found:
            return found
        found = more
