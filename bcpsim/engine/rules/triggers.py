"""Disturbances that a state of the border sets off, such as a long queue."""

from __future__ import annotations

from bcpsim.engine.calendar import JUDGING, at
from bcpsim.engine.moves import mean_of, waiting_for
from bcpsim.engine.records import Disturbance, Trigger, World
from bcpsim.engine.rules.choosing import first_queued
from bcpsim.engine.rules.effects import set_in, set_off, settle
from bcpsim.engine.rules.queues import foremost
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.disturbances import Watched
from bcpsim.sampling.ticks import FAR, MICROSECONDS, NEVER

_QUEUE = int(Watched.QUEUE)
_FIRST_WAIT = int(Watched.FIRST_WAIT)
_LONGEST_WAIT = int(Watched.LONGEST_WAIT)
_MEAN_WAIT = int(Watched.MEAN_WAIT)
_AREA = int(Watched.AREA)
_SECOND = MICROSECONDS // 60


@rule
def judge_all(w: World) -> None:
    """See which disturbances begin or end, now that all else of this moment has happened."""
    changed = False
    for disturbance in w.disturbances:
        if disturbance.trigger is not NOTHING and judge(w, disturbance):
            changed = True
    if changed:
        settle(w)


@rule
def judge(w: World, disturbance: Disturbance) -> bool:
    """Let a disturbance begin or end if its trigger says so; return whether it did.

    Then it is judged again a second later: what takes away its own cause would begin and end
    without end at one time.
    """
    trigger = disturbance.trigger
    if w.now < trigger.judged + _SECOND:
        judge_again(w, trigger, disturbance.number, trigger.judged + _SECOND)
        return False
    since = waits_since(w, trigger)
    value = w.now - since if since < FAR else number_of(trigger)
    met = value >= trigger.level if trigger.rises else value <= trigger.level
    over = not met
    if trigger.has_back:
        over = value <= trigger.back if trigger.rises else value >= trigger.back
    changes = False
    if disturbance.in_force:
        last = disturbance.began + trigger.at_most
        changes = over or w.now >= last or not disturbance.possible
        if changes:
            end(w, disturbance)
        else:
            judge_again(w, trigger, disturbance.number, last)
    elif is_due(w, disturbance, met, over):
        set_in(w, disturbance)
        trigger.due = NEVER
        changes = True
    if changes:
        trigger.judged = w.now
        judge_again(w, trigger, disturbance.number, w.now + _SECOND)
    elif since < FAR:  # a wait that goes on reaches the levels by itself
        judge_again(w, trigger, disturbance.number, since + trigger.level)
        judge_again(w, trigger, disturbance.number, since + trigger.level + 1)
        if trigger.has_back:
            judge_again(w, trigger, disturbance.number, since + trigger.back)
    return changes


@rule
def is_due(w: World, disturbance: Disturbance, met: bool, over: bool) -> bool:
    """Return whether the effect begins now; note since when the state lasts, and what is due."""
    trigger = disturbance.trigger
    if trigger.due != NEVER:
        if over or not disturbance.possible:
            trigger.due = NEVER  # no longer needed
        elif w.now < trigger.due:
            judge_again(w, trigger, disturbance.number, trigger.due)
        return trigger.due != NEVER and w.now >= trigger.due
    if not met:
        trigger.since = NEVER
        return False
    if trigger.since == NEVER:
        trigger.since = w.now
    ready = trigger.since + trigger.lasting
    if disturbance.ended != NEVER:
        ready = max(ready, disturbance.ended + trigger.pause)
    while trigger.day + 1 < len(w.days) and w.days[trigger.day + 1] <= w.now:
        trigger.day += 1
        trigger.today = 0
    if trigger.today >= trigger.per_day:
        ready = FAR if trigger.day + 1 >= len(w.days) else max(ready, w.days[trigger.day + 1])
    if w.now < ready:
        judge_again(w, trigger, disturbance.number, ready)
        return False
    if not disturbance.possible:
        return False
    trigger.today += 1
    if trigger.delay == 0:
        return True
    trigger.due = w.now + trigger.delay
    judge_again(w, trigger, disturbance.number, trigger.due)
    return False


@rule
def end(w: World, disturbance: Disturbance) -> None:
    """Let a disturbance end, and write down from when to when it lasted."""
    set_off(w, disturbance)
    disturbance.trigger.since = NEVER
    note(w, disturbance, w.now)


@rule
def note(w: World, disturbance: Disturbance, until: int) -> None:
    """Write down from when to when a disturbance lasted."""
    k = 3 * w.spelled
    w.spells[k] = disturbance.number
    w.spells[k + 1] = disturbance.began
    w.spells[k + 2] = until
    w.spelled += 1


@rule
def note_what_lasts(w: World) -> None:
    """Write down the disturbances that a trigger set off and that last until the run ends."""
    for disturbance in w.disturbances:
        if disturbance.trigger is not NOTHING and disturbance.in_force:
            note(w, disturbance, w.end)


@rule
def judge_again(w: World, trigger: Trigger, number: int, time: int) -> None:
    """Judge a trigger at a later time, too."""
    if w.now < time < FAR and (trigger.waking <= w.now or time < trigger.waking):
        trigger.waking = time
        at(w, time, JUDGING, number, number)


@rule
def waits_since(w: World, trigger: Trigger) -> int:
    """Return since when the wait lasts that is watched, FAR if it is none that goes on."""
    stop = trigger.stop
    if trigger.watched == _LONGEST_WAIT:
        return first_queued(stop)
    if trigger.watched == _FIRST_WAIT:
        line = foremost(w, stop)
        if line is NOTHING:
            line = stop.aside  # of those whose lanes are closed
        me = line.first
        if me is not NOTHING:
            return me.step.queued[me.number]
    return FAR


@rule
def number_of(trigger: Trigger) -> int:
    """Return the number that is watched, or a mean wait; 0 where nobody waits."""
    if trigger.watched == _QUEUE:
        return waiting_for(trigger.stop)
    if trigger.watched == _MEAN_WAIT:
        return mean_of(trigger.recent)
    if trigger.watched == _AREA:
        return trigger.area.used
    if trigger.group is not NOTHING:
        return trigger.group.on_duty
    return 0
