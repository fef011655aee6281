"""Those who get out of a vehicle, and the vehicle that waits for them."""

from __future__ import annotations

from bcpsim.engine.calendar import END, look_at
from bcpsim.engine.moves import finish, happens_at, head_for, move
from bcpsim.engine.records import Step, Traveller, World
from bcpsim.engine.rules.detours import take_detour_outside
from bcpsim.engine.rules.queues import join
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.outcomes import Outcome

_RELEASED = -1 - int(Outcome.RELEASED)
_MISSED = -1 - int(Outcome.MISSED)


@rule
def stays(w: World, me: Traveller, step: Step, late: bool) -> bool:
    """Return whether a vehicle stays in its lane at the end of a visit, to wait for its members."""
    if me.vehicle is not NOTHING:
        target = step.following[me.number]
        back_at_once = target < 0 and step.move[me.number] == 0
        if late or back_at_once or not leads_back(w, target):
            expect_no_more(w, me)
        return False
    if late:
        return False
    if step.splits and me.last_step is not step:
        get_out(w, me, step)
    if not me.parted:
        return False
    me.last_step = step
    if not step.waits_after:
        return False
    return waits(w, me)


@rule
def get_out(w: World, vehicle: Traveller, step: Step) -> None:
    """Send those who get out of a vehicle on their own way."""
    first = step.first_member[vehicle.number]
    for i in range(first, first + step.members[vehicle.number]):
        me = w.travellers[i]
        w.arrival[i] = w.now
        minutes = take_detour_outside(w, i)
        head_for(w, me, w.entry[i])
        vehicle.parted = True
        if leads_back(w, me.target):
            me.is_out = True
            vehicle.out += 1
        move(w, me, minutes)


@rule
def leads_back(w: World, target: int) -> bool:
    """Return whether some way leads from a step, or an outcome, back to the vehicle."""
    if target >= 0:
        return w.steps[target].leads_back
    return target == _RELEASED


@rule
def waits(w: World, me: Traveller) -> bool:
    """Let a vehicle wait for its members; return whether any are out."""
    if me.out == 0:
        return False
    me.waits_for_group = True
    me.waits_since = w.now
    return True


@rule
def stop_waiting(w: World, me: Traveller) -> None:
    """Write down how long a vehicle waited for its members."""
    me.waits_for_group = False
    step = me.step if me.target >= 0 else me.last_step
    step.for_group[me.number] += w.now - me.waits_since


@rule
def give_up_party(me: Traveller) -> None:
    """Let a vehicle go on without those who got out of it."""
    me.parted = False
    me.out = 0


@rule
def departs(w: World, me: Traveller) -> bool:
    """Return whether a vehicle that would leave waits for its members first."""
    if me.vehicle is not NOTHING:
        if me.target == _RELEASED and not me.vehicle.parted:
            head_for(w, me, _MISSED)  # the vehicle has gone without
        expect_no_more(w, me)
        return False
    if me.target == _MISSED:
        give_up_party(me)
        return False
    return waits(w, me)


@rule
def expect_no_more(w: World, member: Traveller) -> None:
    """Count a member as back, or as not coming back; after the last one the vehicle goes on."""
    me = member.vehicle
    if not (me.parted and member.is_out):
        return
    member.is_out = False
    me.out -= 1
    if me.out > 0 or not me.waits_for_group:
        return
    stop_waiting(w, me)
    if me.target < 0:
        finish(w, me, -1 - me.target)
    elif me.step.waits_before:
        join(w, me)
        look_at(w, me.step.stop)
    else:
        happens_at(w, me, END, w.now)


@rule
def join_when_whole(w: World, me: Traveller) -> None:
    """Put a vehicle into a queue, after its members are back if it waits for them."""
    if not (me.step.waits_before and waits(w, me)):
        join(w, me)
