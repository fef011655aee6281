"""Steps and tasks, and what each kind of traveller needs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bcpsim.engine import columns as by_traveller
from bcpsim.engine.fill.kinds import KindOf, Kinds, turns_at
from bcpsim.engine.fill.stops import empty_line, of_mask
from bcpsim.engine.records import (
    Able,
    Altered,
    Change,
    Detour,
    Disturbance,
    Equipment,
    Hand,
    Kind,
    Lane,
    Need,
    Post,
    Stage,
    Step,
    Stop,
    Task,
    Turn,
)
from bcpsim.engine.sets import Members
from bcpsim.engine.table import NOTHING
from bcpsim.plan.model import Plan
from bcpsim.plan.records.workflow import GroupWait
from bcpsim.sampling.work import Alteration


def make_task(
    plan: Plan,
    number: int,
    stops: list[Stop],
    equipment: list[Equipment],
    disturbances: list[Disturbance],
    altered: Mapping[Alteration, Altered],
) -> Task:
    """Make a task."""
    record = plan.tasks[number]
    stop = stops[plan.steps[record.step].stop]

    def able(post: Post) -> Able:
        return Able(post, [], list(_changes(plan, number, disturbances, altered)))

    groups = [
        able(next(post for post in stop.posts if post.group.number == g)) for g in record.groups
    ]
    if not groups:
        stop.self_service = True
    used = [equipment[kind] for kind in record.equipment]
    return Task(
        number=number,
        groups=groups or [able(NOTHING)],
        equipment=used,
        needs=_needs(used, equipment),
        waits=not groups and any(plan.activities[w.activity].not_before >= 0 for w in record.work),
        earliest=[],
        started=[],
        ended=[],
        officer=[],
    )


def _needs(used: Sequence[Equipment], equipment: Sequence[Equipment]) -> list[Need]:
    """Return how many pieces of each kind are used."""
    return [Need(kind, used.count(kind)) for kind in equipment if kind in used]


def _changes(
    plan: Plan,
    task: int,
    disturbances: list[Disturbance],
    altered: Mapping[Alteration, Altered],
) -> Iterator[Change]:
    """Make the changes of a task's activities in disturbances, activity by activity."""
    ready = [plan.activities[work.activity].not_before >= 0 for work in plan.tasks[task].work]
    for one, whose in altered.items():
        if one.task == task:
            later = any(ready[: one.place])
            yield Change(disturbances[one.disturbance], one.place, later, [], whose)


def make_step(plan: Plan, number: int, stops: list[Stop]) -> Step:
    """Make a step."""
    record = plan.steps[number]
    return Step(
        number=number,
        stop=stops[record.stop],
        woken=Members(len(stops), by_traveller.woken(plan, number)),
        asks=any(plan.tasks[task].asked for task in record.tasks),
        splits=record.split is not None,
        plain=_is_plain(stops[record.stop])
        and record.wait is not GroupWait.BEFORE
        and not any(plan.tasks[task].asked for task in record.tasks),
        waits_before=record.wait is GroupWait.BEFORE,
        waits_after=record.wait is GroupWait.AFTER,
        leads_back=record.leads_back,
        kind=[],
        following=[],
        move=[],
        asking=[],
        detours=[],
        choices=[],
        first_member=[],
        members=[],
        queued=[],
        entered=[],
        left=[],
        lane=[],
        for_lane=[],
        for_equipment=[],
        for_group=[],
    )


def _is_plain(stop: Stop) -> bool:
    """Return whether a vehicle that finds nobody waiting may start at once."""
    pools = any(post.group.pool for post in stop.posts)
    return stop.overtaking and stop.control is NOTHING and not stop.per_lane and not pools


def make_kind(
    plan: Plan, step: Step, kind: KindOf, tasks: list[Task], equipment: list[Equipment]
) -> Kind:
    """Make a kind of travellers at a step, with the queue in which they stand."""
    stop = step.stop
    of_step = plan.steps[step.number].tasks
    stages = []
    for stage in plan.steps[step.number].stages:
        included = [tasks[task] for task in stage.tasks if kind.tasks >> of_step.index(task) & 1]
        if included:
            apart = stage.apart and len(included) > 1
            stages.append(
                Stage(
                    included,
                    _needs([e for task in included for e in task.equipment], equipment),
                    stage.in_sequence,
                    stage.stay,
                    apart,
                    apart and stage.one_by_one,
                    stage.hands_over,
                    [0] * len(included),
                )
            )
    size = len(stop.lanes)
    made = Kind(of_mask(kind.lanes, size), of_mask(kind.helped, size), kind.priority, stages)
    if not stop.per_lane:
        made.line = empty_line(size, kind.lanes, kind.helped, kind.priority, kind.weight)
        stop.lines.append(made.line)
    return made


def make_hands(plan: Plan, steps: list[Step], lanes: list[Lane]) -> list[Hand]:
    """Make the records of tasks under way: for each lane as many as it may hold at once."""
    hands: list[Hand] = []
    most = dict.fromkeys((step.stop.number for step in steps), 0)
    for step, record in zip(steps, plan.steps, strict=True):
        number = max((len(stage.tasks) for stage in record.stages), default=0)
        most[step.stop.number] = max(most[step.stop.number], number)
    for lane in lanes:
        for _ in range(most.get(lane.stop.number, 0)):
            hand = Hand(len(hands), lane)
            lane.hands.append(hand)
            hands.append(hand)
    return hands


def bar_tasks(plan: Plan, tasks: list[Task], disturbances: list[Disturbance]) -> None:
    """Note the tasks that can't begin during each disturbance."""
    for disturbance, record in zip(disturbances, plan.disturbances, strict=True):
        barred = {change.activity for change in record.changes if change.impossible}
        disturbance.barred = [
            task
            for task, task_plan in zip(tasks, plan.tasks, strict=True)
            if any(work.activity in barred for work in task_plan.work)
            and plan.is_changed(task.number, disturbance.number)
        ]


def make_choices(plan: Plan, steps: list[Step], disturbances: list[Disturbance]) -> list[Detour]:
    """Make the choices that a selection with other shares decides; return those on arrival."""
    on_arrival: list[Detour] = []
    for origin, number, _ in plan.choices:
        choice = Detour(disturbances[number], -1, [], [])
        (on_arrival if origin < 0 else steps[origin].choices).append(choice)
    return on_arrival


def make_turns(
    plan: Plan, steps: list[Step], kinds: Kinds, disturbances: list[Disturbance]
) -> None:
    """Give disturbances the places of lines in the order of priorities that they say."""
    for step, alike in zip(steps, kinds, strict=True):
        for place, (number, _) in enumerate(turns_at(plan, step.stop.number)):
            for kind, made in zip(alike, step.kind, strict=True):
                disturbances[number].turns.append(Turn(made.line, kind.turns[place]))


def make_detours(plan: Plan, steps: list[Step], disturbances: list[Disturbance]) -> list[Detour]:
    """Make the detours of each step, and return those on arrival."""
    on_arrival: list[Detour] = []
    for origin, number in plan.forks:
        disturbance, way = plan.detours[number]
        detour = Detour(disturbances[disturbance], way.step, [], [])
        if origin < 0:
            on_arrival.append(detour)
        else:
            steps[origin].detours.append(detour)
    return on_arrival
