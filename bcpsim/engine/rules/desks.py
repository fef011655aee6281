"""The desks of a crew: what one officer does for a vehicle, when the desk is free for it.

Of a stage whose tasks begin apart, each begins as soon as its officer and equipment are free, also
while others are under way; one at a time, if the vehicle goes from desk to desk. Who lacks a desk
stands in the lane, in order of coming.
"""

from __future__ import annotations

from bcpsim.engine.calendar import TASK_END, at, look_at
from bcpsim.engine.moves import hold, stand_in, step_out
from bcpsim.engine.records import (
    FOR_EQUIPMENT,
    FOR_OFFICER,
    Hand,
    Need,
    Stage,
    Task,
    Traveller,
    World,
)
from bcpsim.engine.rules.pressure import under_pressure
from bcpsim.engine.table import NOTHING, rule
from bcpsim.sampling.ticks import FAR, NEVER


@rule
def first_able(task: Task, start: int) -> int:
    """Return which group, from one on, is the first that can do a task now; -1: none."""
    if task.barred > 0:
        return -1
    groups = task.groups
    for k in range(start, len(groups)):
        post = groups[k].post
        if post is NOTHING:
            return k
        taken = post.spoken_for + post.chosen
        group = post.group
        if post.free + post.supposed > taken and group.on_duty - group.working > taken:
            return k
    return -1


@rule
def are_there(needs: list[Need]) -> bool:
    """Return whether there is enough equipment that is free."""
    enough = True
    for need in needs:
        enough = enough and need.equipment.free - need.equipment.spoken_for >= need.pieces
    return enough


@rule
def begin_task(w: World, me: Traveller, hand: Hand, task: Task, choice: int, begun: int) -> int:
    """Begin the task of one officer by the group that was chosen; return when it ends."""
    i = me.number
    able = task.groups[choice]
    hold(w, hand, me, task, able.post)
    until = begun + able.minutes[i]
    later = 0
    activity = -1
    for change in able.changes:
        if change.activity != activity and change.cause.in_force:
            activity = change.activity  # of several in force the first listed counts
            until += change.more[i]
            change.whose.altered[i] = 1
            if change.later:
                later += change.more[i]
    if able.post is not NOTHING and able.post.group.pressed_from < FAR:
        until = begun + under_pressure(able.post, until - begun)
    if task.waits and task.earliest[i] + later > until:
        until = task.earliest[i] + later
    hand.begun = begun
    hand.until = until
    task.started[i] = begun
    return until


@rule
def release_later(w: World, hand: Hand) -> None:
    """Put the release of an officer on the agenda, who is done before the others of the crew."""
    at(w, hand.until, TASK_END, hand.traveller.number, hand.number)


@rule
def speak_for(stage: Stage, k: int) -> None:
    """Count the officer who was chosen for a task, and its equipment, as taken in a question."""
    task = stage.tasks[k]
    post = task.groups[stage.choices[k]].post
    if post is not NOTHING:
        post.spoken_for += 1
    for need in task.needs:
        need.equipment.spoken_for += need.pieces


# ---- tasks that begin apart --------------------------------------------------------------


@rule
def is_free(w: World, me: Traveller, stage: Stage, k: int) -> bool:
    """Return whether a task that hasn't begun could begin now; else `w.lacking` says for what."""
    task = stage.tasks[k]
    if task.started[me.number] != NEVER:
        return False
    if task.barred > 0:
        w.lacking = FOR_EQUIPMENT
        return False
    choice = first_able(task, 0)
    if choice < 0:
        return False
    if not are_there(task.needs):
        w.lacking = FOR_EQUIPMENT
        return False
    stage.choices[k] = choice
    return True


@rule
def any_desk(w: World, me: Traveller, stage: Stage) -> bool:
    """Return whether any task that hasn't begun could begin now; else what lacks is noted."""
    w.lacking = FOR_OFFICER
    found = False
    for k in range(len(stage.tasks)):
        found = found or is_free(w, me, stage, k)
    return found


@rule
def could_begin_desks(w: World, me: Traveller, stage: Stage) -> bool:
    """Return whether any task could begin besides what was counted as begun before, and count it.

    As many are counted as would begin together.
    """
    found = False
    for k in range(len(stage.tasks)):
        if is_free(w, me, stage, k) and not (found and stage.one_by_one):
            speak_for(stage, k)
            found = True
    return found


@rule
def begin_desks(w: World, me: Traveller, stage: Stage) -> None:
    """Begin all tasks that can begin now; who then lacks another stands in the lane for it."""
    begun = False
    lacks = False
    for k in range(len(stage.tasks)):
        if not (begun and stage.one_by_one) and is_free(w, me, stage, k):
            hand = me.lane.hands[k]
            me.due = max(me.due, begin_task(w, me, hand, stage.tasks[k], stage.choices[k], w.now))
            release_later(w, hand)
            begun = True
        elif stage.tasks[k].started[me.number] == NEVER:
            lacks = True
    stands = me.queue is not NOTHING
    if not lacks or stage.one_by_one:
        if stands:
            step_out(me)
    elif not stands:
        stand_for_desk(w, me)


@rule
def stand_for_desk(w: World, me: Traveller) -> None:
    """Let a vehicle stand in its lane until the next desk is free; officers may come to it."""
    stop = me.lane.stop
    me.joined = w.joined
    w.joined += 1
    stand_in(stop.inner, me)
    look_at(w, stop)


@rule
def lacks_desk(me: Traveller, stage: Stage) -> bool:
    """Return whether a task of a stage is left to begin."""
    lacks = False
    for task in stage.tasks:
        lacks = lacks or task.started[me.number] == NEVER
    return lacks
