"""Activities and the workflow as tables: tasks, stages, visits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bcpsim.plan.indices import Indices
from bcpsim.plan.records.activities import ActivityPlan, CasePlan
from bcpsim.plan.records.officers import GroupPlan
from bcpsim.plan.records.workflow import (
    GroupWait,
    SplitPlan,
    StagePlan,
    StepPlan,
    TaskPlan,
    WorkPlan,
)
from bcpsim.plan.security import detection
from bcpsim.plan.unroll import Visit
from bcpsim.scenario.model import OUTCOMES, Split, Step, Task
from bcpsim.scenario.queries import able_groups
from bcpsim.scenario.tables import FieldPath
from bcpsim.scenario.work import DurationCase


def activity(indices: Indices, name: str, copy: int) -> ActivityPlan:
    """Return an activity, or a part of one, as it is done in one round of a loop."""
    own = name if copy == 1 else f"{name}/{copy}"
    if name in indices.scenario.activities:
        record = indices.scenario.activities[name]
        path: FieldPath = ("activities", name, "duration")
        cases = _cases(indices, record.duration, path)
        skill = -1 if record.skill is None else indices.skills.index(record.skill)
        ready = -1 if record.not_before is None else indices.ready.index(record.not_before)
        return ActivityPlan(
            name=own,
            title=record.title or name,
            skill=skill,
            cases=cases,
            not_before=ready,
            detection=detection(indices, record.detection),
            hold=record.hold,
        )
    part = indices.scenario.parts[name]
    path = (
        "parts",
        name,
        *(("duration",) if part.regime is None else ("by_regime", part.regime)),
    )
    return ActivityPlan(
        name=own, title=part.title or name, skill=-1, cases=_cases(indices, part.cases, path)
    )


def otherwise(indices: Indices, disturbance: str, name: str, copy: int) -> ActivityPlan:
    """Return an activity, or a part of one, with its duration in a disturbance."""
    change = indices.scenario.disturbances[disturbance].activities[name]
    usual = activity(indices, name, copy)
    if change.duration is None:
        return replace(usual, factor=change.factor or 1.0)
    path: FieldPath = ("disturbances", disturbance, "activities", name, "duration")
    return replace(usual, cases=_cases(indices, change.duration, path))


def _cases(
    indices: Indices, cases: Sequence[DurationCase], path: FieldPath
) -> tuple[CasePlan, ...]:
    return tuple(
        CasePlan(
            condition=indices.condition(case.when),
            law=indices.law(case.time, (*path, k, "time")),
            per_occupant=None
            if case.per_occupant is None
            else indices.law(case.per_occupant, (*path, k, "per_occupant")),
            per_occupant_with=tuple(
                (
                    indices.attributes.index(name),
                    indices.law(time, (*path, k, "per_occupant_with", name)),
                )
                for name, time in case.per_occupant_with.items()
            ),
        )
        for k, case in enumerate(cases)
    )


def workflow(
    indices: Indices, groups: Sequence[GroupPlan]
) -> tuple[tuple[TaskPlan, ...], tuple[StepPlan, ...]]:
    """Return the tasks of all visits, and the visits."""
    tasks: list[TaskPlan] = []
    steps = []
    leading_back = _leading_back(indices.visits)
    for number, visit in enumerate(indices.visits):
        step = indices.scenario.workflow.steps[visit.step]
        first = len(tasks)
        done: dict[str, list[int]] = {}  # tasks that do a part once for the stop
        for task in step.tasks:
            work = _work(indices, task, visit, done, len(tasks))
            tasks.append(_task(indices, step, task, number, work, groups))
        numbers = tuple(range(first, len(tasks)))
        steps.append(
            StepPlan(
                name=visit.name,
                stop=indices.stops.index(step.stop),
                stages=_stages(step, numbers),
                routes=indices.routes(step.next, visit.targets),
                split=None if step.split is None else _split(indices, step.split, visit.members),
                wait=GroupWait[(step.wait_for_group or "leaving").upper()],
                leads_back=number in leading_back,
            )
        )
    return tuple(tasks), tuple(steps)


def _stages(step: Step, tasks: tuple[int, ...]) -> tuple[StagePlan, ...]:
    """Return which tasks of a visit begin together: in a sequence each alone."""
    stay, in_sequence = step.when_done == "stay", step.order == "sequence"
    if len(tasks) > 1 and in_sequence and not stay:
        hands_over = step.when_done == "hand_over"
        return tuple(StagePlan(tasks=(task,), hands_over=hands_over) for task in tasks)
    return (
        StagePlan(
            tasks=tasks,
            in_sequence=in_sequence,
            stay=stay,
            apart=step.order in ("any", "independent"),
            one_by_one=step.order == "any",
        ),
    )


def _split(indices: Indices, split: Split, members: Sequence[tuple[int, ...]]) -> SplitPlan:
    classes = tuple((indices.classes.index(key), share) for key, share in split.classes.items())
    return SplitPlan(classes=classes, stay=split.stay, routes=indices.routes(split.to, members))


def _work(
    indices: Indices, task: Task, visit: Visit, done: dict[str, list[int]], number: int
) -> tuple[WorkPlan, ...]:
    """Return the activities of a task with the parts that come before them."""
    work: list[WorkPlan] = []
    mine: set[str] = set()
    for name in task.do:
        for part in indices.scenario.activities[name].parts:
            if part in mine:
                continue
            mine.add(part)
            unless: tuple[int, ...] = ()
            if indices.scenario.parts[part].per == "stop":
                unless = tuple(done.get(part, ()))
                done.setdefault(part, []).append(number)
            work.append(WorkPlan(activity=indices.work.index((part, visit.copy)), unless=unless))
        work.append(WorkPlan(activity=indices.work.index((name, visit.copy))))
    return tuple(work)


def _task(
    indices: Indices,
    step: Step,
    task: Task,
    number: int,
    work: tuple[WorkPlan, ...],
    groups: Sequence[GroupPlan],
) -> TaskPlan:
    able = able_groups(indices.scenario, step, task)
    names = list(indices.scenario.officers)
    asked = tuple(
        indices.equipment.index(kind)
        for kind in task.equipment
        if indices.scenario.equipment[kind].sharing == "on_request"
        and all(
            indices.scenario.officers[name].agency != indices.scenario.equipment[kind].owner
            for name in able
        )
    )
    return TaskPlan(
        step=number,
        condition=indices.condition(task.when),
        work=work,
        groups=tuple(names.index(name) for name in able),
        equipment=tuple(indices.equipment.index(kind) for kind in task.equipment),
        asked=asked,
    )


def _leading_back(visits: Sequence[Visit]) -> set[int]:
    """Return the visits after which a traveller may still be released."""
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
