"""What happens at a border: each kind of event, and the dispatch when all else is done."""

from __future__ import annotations

from bcpsim.engine.calendar import (
    APPEARANCE,
    ARRIVAL,
    CHANGE,
    COMING,
    DEADLINE,
    DISPATCH,
    END,
    JUDGING,
    OPENING,
    PATIENCE,
    REACHING,
    RETURN,
    TASK_END,
    WAKING,
    at,
    expect_next,
    look_at,
    look_at_all,
    next_time,
)
from bcpsim.engine.moves import (
    finish,
    give_place,
    happens_at,
    head_for,
    leave_lane,
    move,
    note_queued,
    release,
    stand_in,
    step_out,
    take_lane,
    take_place,
)
from bcpsim.engine.records import Group, Hand, Stage, Stop, Traveller, World
from bcpsim.engine.rules.areas import admit, ask_for_place, enter, note_outside
from bcpsim.engine.rules.clearing import clear
from bcpsim.engine.rules.control import open_a_lane, watch
from bcpsim.engine.rules.crews import begin, ready, stage_of
from bcpsim.engine.rules.crossings import goes_on, sets_out
from bcpsim.engine.rules.deadlines import give_up, leave_unchecked, lose_patience
from bcpsim.engine.rules.desks import lacks_desk, release_later, stand_for_desk
from bcpsim.engine.rules.deterring import note_newcomer, turn_back
from bcpsim.engine.rules.detours import next_in, stands_outside, take_detour, target_on_arrival
from bcpsim.engine.rules.parties import departs, join_when_whole, stays
from bcpsim.engine.rules.pools import arrive, call, go_back
from bcpsim.engine.rules.queues import start_next
from bcpsim.engine.rules.relief import end_or_stay
from bcpsim.engine.rules.shifts import change
from bcpsim.engine.rules.triggers import judge_all
from bcpsim.engine.rules.turning_away import turn_away_the_rest
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.sampling.ticks import NEVER

_RELEASED = -1 - int(Outcome.RELEASED)
_MISSED = -1 - int(Outcome.MISSED)


@rule
def open_border(w: World) -> None:
    """Make the start of a run: apply the changes due then, put the first events on the agenda."""
    if len(w.changes.times) > 0 and w.changes.times[0] <= 0:
        w.changes.next = 1
        change(w, w.changes.who[0])
        w.dirty.clear()
        w.looks = False
    expect_next(w, w.changes)
    expect_next(w, w.deadlines)
    expect_next(w, w.arrivals)
    if w.has_triggers:
        at(w, 0, JUDGING, 0, 0)


@rule
def happen(w: World, kind: int, who: int) -> None:
    """Carry out one event; after the last of a moment, start the checks that can start now."""
    if kind == END:
        end_stage(w, w.travellers[who])
    elif kind == APPEARANCE:
        expect_next(w, w.arrivals)
        if not (w.has_crossings and sets_out(w, w.travellers[who])):
            appear(w, w.travellers[who])
    elif kind == REACHING:
        appear(w, w.travellers[who])
    elif kind == ARRIVAL:
        come(w, w.travellers[who])
    elif kind == TASK_END:
        end_task(w, w.hands[who])
    elif kind == DISPATCH:
        w.put_off = False
        dispatch(w)
    elif kind == CHANGE:
        expect_next(w, w.changes)
        change(w, who)
        let_in(w)
    elif kind == DEADLINE:
        expect_next(w, w.deadlines)
        give_up(w, w.travellers[who])
    elif kind == OPENING:
        open_a_lane(w, w.stops[who])
    elif kind == WAKING:
        look_at(w, w.stops[who])
    elif kind == PATIENCE:
        lose_patience(w, w.travellers[who])
    elif kind == COMING:
        arrive(w, w.officers[who])
    elif kind == RETURN:
        go_back(w, w.officers[who])
    if w.looks and not w.put_off:
        if next_time(w) > w.now:
            dispatch(w)
        else:
            w.put_off = True
            at(w, w.now, DISPATCH, 0, 0)
    if w.has_triggers and next_time(w) > w.now:
        judge_all(w)
        let_in(w)
        dispatch(w)


@rule
def appear(w: World, me: Traveller) -> None:
    """Let a traveller arrive from outside."""
    if w.has_crossings and goes_on(w, me):
        return
    head_for(w, me, target_on_arrival(w, me.number))
    if not stands_outside(w, me):
        come(w, me)


@rule
def let_in(w: World) -> None:
    """Let those come in who stood outside until a disturbance was over, in order of coming."""
    me = next_in(w)
    while me is not NOTHING:
        area = me.step.stop.area
        if area is NOTHING:
            join_when_whole(w, me)
        elif area.line.waiting == 0 and area.used < area.places:
            take_place(w, me)
            join_when_whole(w, me)
        else:
            me.move = 0
            stand_in(area.line, me)
        look_at(w, me.step.stop)
        me = next_in(w)


@rule
def come(w: World, me: Traveller) -> None:
    """Let a traveller arrive at the stop of the step ahead, or at the exit."""
    me.here = True
    me.due = NEVER
    if w.has_deadlines and me.target >= 0 and w.now >= w.deadline[me.number]:
        leave_unchecked(w, me, -1 - _MISSED)
    elif me.target < 0:
        depart(w, me)
    else:
        stop = me.step.stop
        if stop.area is NOTHING or me.has_place or enter(w, me):
            come_to_stop(w, me)
        if stop.deters and me.line is not NOTHING:
            note_newcomer(w, me)


@rule
def come_to_stop(w: World, me: Traveller) -> None:
    """Let a traveller who has arrived at a stop start the check at once, or join a queue."""
    if me.step.plain and walks_in(w, me):
        return
    join_when_whole(w, me)
    stop = me.step.stop
    if stop.waiting > 0 and not (me.step.plain and changes_nothing(stop, me)):
        look_at(w, stop)


@rule
def changes_nothing(stop: Stop, me: Traveller) -> bool:
    """Return whether an arrival lets nobody start: others stand before it who can't start."""
    return me.queue is not NOTHING and me.queue.first is not me and not stop.has_helpers


@rule
def walks_in(w: World, me: Traveller) -> bool:
    """Start a check without a queue; return whether it could start.

    It is what joining a queue and looking at the stop would come to, in less time.
    """
    stop = me.step.stop
    if stop.waiting > 0 or stop.inner.waiting > 0 or me.line is not NOTHING:
        return False
    if stop.area is not NOTHING and stop.area.line.waiting > 0:
        return False
    kind = me.step.kind[me.number]
    stage = kind.stages[0]
    if len(stage.needs) > 0 or next_time(w) <= w.now or not ready(w, me):
        return False
    lane = kind.lanes.first_common(stop.free)
    if lane < 0:
        return False
    note_queued(w, me)
    if me.has_place:
        give_place(me)
    take_lane(w, me, stop.lanes[lane])
    begin(w, me)
    return True


@rule
def end_stage(w: World, me: Traveller) -> None:
    """End a stage of a visit: give officers and equipment back; go on."""
    if me.due > w.now:  # handed over in the meantime
        happens_at(w, me, END, me.due)
        return
    me.due = NEVER
    hands_over = stage_of(me).hands_over
    for hand in me.lane.hands:
        if hand.traveller is me:
            if hands_over:
                end_or_stay(w, me, hand)
            else:
                release(w, hand)
    go_on_from(w, me)


@rule
def go_on_from(w: World, me: Traveller) -> None:
    """Begin the next stage of a visit, or end it."""
    step = me.step
    late = w.has_deadlines and w.now > w.deadline[me.number]
    if not late and me.stage + 1 < len(step.kind[me.number].stages):
        me.stage += 1
        me.joined = w.joined
        w.joined += 1
        stand_in(step.stop.inner, me)
        look_at_all(w, step.woken)
        return
    take_detour(step, me.number)
    if w.has_members and stays(w, me, step, late):
        look_at_all(w, step.woken)
    else:
        end_visit(w, me, late)


@rule
def end_visit(w: World, me: Traveller, late: bool) -> None:
    """End a visit: let the vehicle go to its next stop, or wait in the lane for a place there."""
    step = me.step
    target = step.following[me.number]
    minutes = step.move[me.number]
    if late and (target >= 0 or target == _RELEASED):
        target = _MISSED
        minutes = 0
    me.stage = 0
    me.asked = False
    head_for(w, me, target)
    look_at_all(w, step.woken)
    if target >= 0 and me.step.stop.area is not NOTHING:
        area = me.step.stop.area
        if area.line.waiting > 0 or area.used >= area.places:
            ask_for_place(w, me, step, minutes)
            return
        take_place(w, me)
    leave_lane(w, me, step)
    if minutes > 0:
        move(w, me, minutes)
    elif target < 0:
        depart(w, me)
    else:
        come_to_stop(w, me)


@rule
def depart(w: World, me: Traveller) -> None:
    """Let a traveller leave the border, unless it is a vehicle that waits for its members."""
    if not (w.has_members and departs(w, me)):
        finish(w, me, -1 - me.target)


@rule
def end_task(w: World, hand: Hand) -> None:
    """Give back an officer of a crew who is done before the others."""
    if hand.traveller is NOTHING:
        return  # ended with the whole crew: handed over, it became the last
    if hand.until > w.now:  # handed over in the meantime
        release_later(w, hand)
        return
    me = hand.traveller
    release(w, hand)
    look_at_all(w, me.step.woken)
    stage = stage_of(me)
    if stage.apart and me.due == w.now:
        go_on_to_desk(w, me, stage)


@rule
def go_on_to_desk(w: World, me: Traveller, stage: Stage) -> None:
    """Let a vehicle with which nobody is busy any more stand for its next desk, or go on."""
    for other in me.lane.hands:
        if other.traveller is me:
            return  # ends in this moment, too
    me.due = NEVER
    late = w.has_deadlines and w.now > w.deadline[me.number]
    if not late and lacks_desk(me, stage):
        if me.queue is NOTHING:
            stand_for_desk(w, me)
        return
    if me.queue is not NOTHING:
        step_out(me)
    go_on_from(w, me)


@rule
def dispatch(w: World) -> None:
    """Start all checks that can start, now that everything else of this moment has happened."""
    while w.looks:
        for group in w.pools:
            if is_concerned(w, group):
                call(w, group)
        w.looks = False
        w.round.take(w.dirty)
        for k in w.round:
            look(w, w.stops[k])
        if not w.looks:
            turn_away_the_rest(w)
            turn_back(w)


@rule
def is_concerned(w: World, pool: Group) -> bool:
    """Return whether a pool must choose: it has idle officers, and a stop of it is marked."""
    idle = False
    concerned = False
    for post in pool.posts:
        idle = idle or post.free > 0
        concerned = concerned or w.dirty.has(post.stop.number)
    return idle and concerned


@rule
def look(w: World, stop: Stop) -> None:
    """Start all checks that can start at a stop; nobody waits at one that is cleared."""
    if stop.cleared > 0:
        clear(w, stop)
    if stop.inner.waiting > 0:
        go_on(w, stop)
    area = stop.area
    if area is not NOTHING and area.line.waiting > 0:
        admit(w, area, stop)
    while stop.waiting > 0 and start_next(w, stop):
        if area is not NOTHING and area.line.waiting > 0:
            admit(w, area, stop)
    if area is not NOTHING and area.line.waiting > 0:
        note_outside(w, stop)
    if stop.control is not NOTHING:
        watch(w, stop)


@rule
def go_on(w: World, stop: Stop) -> None:
    """Begin the next stage of vehicles that wait for it in a lane, in order of waiting."""
    ahead = stop.inner.first
    while ahead is not NOTHING:
        me = ahead
        ahead = me.next
        if ready(w, me):
            begin(w, me)
