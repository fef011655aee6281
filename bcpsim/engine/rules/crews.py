"""Officers and equipment that a stage needs together: whether they are free, and taken.

A question about several vehicles at once (`could_begin`) notes what those before would take in
fields that are for questions only; `forget` clears them.
"""

from __future__ import annotations

from bcpsim.engine.calendar import END
from bcpsim.engine.moves import happens_at, step_out
from bcpsim.engine.records import (
    FOR_EQUIPMENT,
    FOR_OFFICER,
    Post,
    Stage,
    Stop,
    Traveller,
    World,
)
from bcpsim.engine.rules.desks import (
    any_desk,
    are_there,
    begin_desks,
    begin_task,
    could_begin_desks,
    first_able,
    release_later,
    speak_for,
)
from bcpsim.engine.rules.relief import relieve
from bcpsim.engine.table import NOTHING, rule


@rule
def stage_of(me: Traveller) -> Stage:
    """Return the stage of a visit that is under way or comes next."""
    return me.step.kind[me.number].stages[me.stage]


@rule
def ready(w: World, me: Traveller) -> bool:
    """Return whether a vehicle's next stage can begin; else what is lacking is in `w.lacking`."""
    stage = stage_of(me)
    if stage.apart:
        return any_desk(w, me, stage)
    if len(stage.tasks) == 1:
        choice = first_able(stage.tasks[0], 0)
        stage.choices[0] = choice
        found = choice >= 0
    else:
        found = choose_crew(stage)
    if not found:
        w.lacking = FOR_EQUIPMENT if any_barred(stage) else FOR_OFFICER
        return False
    if not are_there(stage.needs):
        w.lacking = FOR_EQUIPMENT
        return False
    return True


@rule
def any_barred(stage: Stage) -> bool:
    """Return whether any task of a stage can't begin in a disturbance, whoever is there."""
    barred = False
    for task in stage.tasks:
        barred = barred or task.barred > 0
    return barred


@rule
def choose_crew(stage: Stage) -> bool:
    """Choose a group for each task: the first choice that leaves enough for the others."""
    tasks = stage.tasks
    choices = stage.choices
    n = len(tasks)
    k = 0
    choices[0] = -1
    while 0 <= k < n:
        task = tasks[k]
        if choices[k] >= 0:  # it left too few
            count_chosen(task.groups[choices[k]].post, -1)
        choices[k] = first_able(task, choices[k] + 1)
        if choices[k] < 0:
            k -= 1
            continue
        count_chosen(task.groups[choices[k]].post, 1)
        k += 1
        if k < n:
            choices[k] = -1
    if k < 0:
        return False
    for k in range(n):
        count_chosen(tasks[k].groups[choices[k]].post, -1)
    return True


@rule
def count_chosen(post: Post, number: int) -> None:
    """Count officers chosen for a crew, where officers are needed."""
    if post is not NOTHING:
        post.chosen += number


@rule
def begin(w: World, me: Traveller) -> None:
    """Begin a stage in the lane: take the crew that was chosen just before, and the equipment."""
    stage = stage_of(me)
    if stage.apart:
        begin_desks(w, me, stage)
        return
    if me.queue is not NOTHING:
        step_out(me)  # it has stood in the lane
        relieve(w, me)
    hands = me.lane.hands
    if len(stage.tasks) == 1:
        happens_at(w, me, END, begin_task(w, me, hands[0], stage.tasks[0], stage.choices[0], w.now))
        return
    begun = over = w.now
    for k in range(len(stage.tasks)):
        until = begin_task(w, me, hands[k], stage.tasks[k], stage.choices[k], begun)
        if until > over:
            over = until
        if stage.in_sequence:
            begun = until
    if not stage.stay:
        for k in range(len(stage.tasks)):
            if hands[k].until < over:
                release_later(w, hands[k])
    happens_at(w, me, END, over)


@rule
def could_begin(w: World, me: Traveller) -> bool:
    """Return whether a vehicle's stage could begin besides those counted as begun before.

    What it would take is noted as spoken for.
    """
    stage = stage_of(me)
    if stage.apart:
        return could_begin_desks(w, me, stage)
    if not ready(w, me):
        return False
    for k in range(len(stage.tasks)):
        speak_for(stage, k)
    return True


@rule
def forget(w: World, stop: Stop) -> None:
    """Forget which officers and equipment were counted as taken in a question about a stop."""
    for post in stop.posts:
        post.spoken_for = 0
    for equipment in w.equipment:
        equipment.spoken_for = 0
