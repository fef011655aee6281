"""Those who get out of a vehicle, and the vehicle that waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcpsim.engine.order import ARRIVAL, END
from bcpsim.engine.state import Party, Step, Timer
from bcpsim.plan.model import Outcome

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def stays(border: Border, timer: Timer, step: Step, now: float, late: bool) -> bool:
    """End a visit of a member, or of a vehicle: whether it waits for others in its lane."""
    i = timer.number
    if border.vehicle[i] >= 0:
        target = step.following[i]
        back_at_once = target < 0 and not step.move[i]
        if late or back_at_once or not _leads_back(border, target):
            expect_no_more(border, i, now)
        return False
    if late:
        return False
    if i in step.members:
        _get_out(border, i, step.members.pop(i), now)
    party = border.parties.get(i)
    if party is None:
        return False
    party.step = step
    if not (step.waits_after and party.out):
        return False
    party.timer = timer
    party.since = now
    border.look_at(step.woken, border.next_time() > now)
    return True


def _get_out(border: Border, vehicle: int, members: list[int], now: float) -> None:
    """Let the members of a vehicle go their way."""
    party = border.parties.setdefault(vehicle, Party())
    for i in members:
        border.arrival[i] = now
        move = border.move_in[i]
        if _leads_back(border, border.entry[i]):
            party.out.add(i)
        border.schedule(Timer(i, border.entry[i], now + move, border.on_arrival), ARRIVAL + i, move)


def _leads_back(border: Border, target: int) -> bool:
    """Return whether some way leads from a step, or an outcome, back to the vehicle."""
    if target >= 0:
        return border.steps[target].leads_back
    return target == -1 - Outcome.RELEASED


def is_apart(border: Border, timer: Timer) -> bool:
    """Return whether somebody got out of a vehicle who may still come back."""
    party = border.parties.get(timer.number)
    return party is not None and bool(party.out)


def waits(border: Border, timer: Timer, now: float) -> bool:
    """Wait for members in front of a stop, or as the vehicle leaves, if any are out."""
    party = border.parties.get(timer.number)
    if party is None or not party.out:
        return False
    party.timer = timer
    party.since = now
    return True


def departs(border: Border, timer: Timer, now: float) -> bool:
    """Leave as a member, or as a vehicle: whether it waits for others first."""
    vehicle = border.vehicle[timer.number]
    if vehicle >= 0:
        if timer.target == -1 - Outcome.RELEASED and vehicle not in border.parties:
            timer.target = -1 - Outcome.MISSED  # the vehicle has gone without
        expect_no_more(border, timer.number, now)
        return False
    if timer.target == -1 - Outcome.MISSED:
        border.parties.pop(timer.number, None)
        return False
    return waits(border, timer, now)


def expect_no_more(border: Border, member: int, now: float) -> None:
    """Note that a member is back, or won't come back; with the last, the vehicle goes on."""
    party = border.parties.get(border.vehicle[member])
    if party is None or member not in party.out:
        return
    party.out.remove(member)
    timer = party.timer
    if party.out or timer is None:
        return
    note_wait(border, party, timer, now)
    if timer.target < 0:
        border.depart(timer, now)
        return
    step = border.steps[timer.target]
    if step.waits_before:
        border.join(timer, step, now, False)
        border.put_off(step.stop.bit)
        return
    timer.in_hand = None
    timer.holds = []
    timer.when = now
    timer.callbacks = border.on_end
    border.schedule(timer, END + timer.number)


def note_wait(border: Border, party: Party, timer: Timer, now: float) -> None:
    """Note how long a vehicle waited for its members."""
    party.timer = None
    step = border.steps[timer.target] if timer.target >= 0 else party.step
    i = timer.number
    step.for_group[i] = step.for_group.get(i, 0.0) + (now - party.since)
