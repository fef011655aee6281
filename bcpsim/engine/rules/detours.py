"""Disturbances in which travellers go elsewhere, turn back, or stand outside."""

from __future__ import annotations

from bcpsim.engine.moves import note_queued, stand_in, step_out, wait_with
from bcpsim.engine.records import Detour, Step, Traveller, World
from bcpsim.engine.rules.patience import wait_in_patience
from bcpsim.engine.table import NOTHING, rule
from bcpsim.plan.records.disturbances import Gate
from bcpsim.plan.records.outcomes import Outcome

_TURN_BACK, _DIVERT, _HOLD = int(Gate.TURN_BACK), int(Gate.DIVERT), int(Gate.HOLD)
_TURNED_AWAY = -1 - int(Outcome.TURNED_AWAY)
_DIVERTED = -1 - int(Outcome.DIVERTED)


@rule
def gate_of(w: World, crossing: int) -> int:
    """Return what those do who arrive just now at a crossing of a region, -1: at the border.

    Of several disturbances the first listed counts.
    """
    gate = 0
    if crossing >= 0 and w.crossings[crossing].shut:
        gate = _TURN_BACK
    for disturbance in w.disturbances:
        here = disturbance.crossing < 0 or disturbance.crossing == crossing
        if gate == 0 and disturbance.in_force and here:
            gate = disturbance.gate
    return gate


@rule
def gate_for(w: World, i: int) -> int:
    """Return what a traveller does who arrives just now."""
    return gate_of(w, w.crossing[i] if w.has_crossings else -1)


@rule
def target_on_arrival(w: World, i: int) -> int:
    """Return where a traveller goes who arrives: to a step, or, below 0, to an outcome."""
    usual = w.entry[i]
    if w.arrival[i] < 0:  # waits already at the start
        return usual
    gate = gate_for(w, i)
    if usual >= 0 and gate == _TURN_BACK:
        w.entry[i] = _TURNED_AWAY
    elif usual >= 0 and gate == _DIVERT:
        w.entry[i] = _DIVERTED
    else:
        w.entry[i] = chosen_anew(w.choices, i, usual)
        usual = w.entry[i]
    for detour in w.detours:
        if w.entry[i] == usual == detour.step and detour.cause.in_force:
            w.entry[i] = detour.target[i]
    return w.entry[i]


@rule
def chosen_anew(choices: list[Detour], i: int, usual: int) -> int:
    """Return where a traveller goes as the selections in force say; the first listed counts."""
    for choice in choices:
        if choice.cause.in_force:
            return choice.target[i]
    return usual


@rule
def take_detour(step: Step, i: int) -> None:
    """Let a traveller go elsewhere from a step, if a disturbance says so."""
    for choice in step.choices:
        if choice.cause.in_force:
            if choice.target[i] != step.following[i]:
                step.following[i] = choice.target[i]
                step.move[i] = choice.move[i]
            break
    usual = step.following[i]
    for detour in step.detours:
        if step.following[i] == usual == detour.step and detour.cause.in_force:
            step.following[i] = detour.target[i]
            if detour.target[i] != usual:
                step.move[i] = detour.move[i]


@rule
def take_detour_outside(w: World, i: int) -> int:
    """Let who gets out of a vehicle go elsewhere, if a disturbance says so; return the way there.

    As the time that it takes.
    """
    usual = w.entry[i]
    minutes = w.move_in[i]
    for detour in w.detours:
        if w.entry[i] == usual == detour.step and detour.cause.in_force:
            w.entry[i] = detour.target[i]
            if detour.target[i] != usual:
                minutes = detour.move[i]
    return minutes


@rule
def stands_outside(w: World, me: Traveller) -> bool:
    """Return whether a traveller who arrives stands outside, and let it wait there."""
    if me.target < 0 or w.arrival[me.number] < 0 or gate_for(w, me.number) != _HOLD:
        return False
    if w.has_deadlines and w.now >= w.deadline[me.number]:
        return False  # it leaves at once
    me.here = True
    me.stood_outside = True
    note_queued(w, me)
    wait_with(w, me, me.step.stop.outside)
    wait_in_patience(w, me)
    stand_in(w.held, me)
    return True


@rule
def next_in(w: World) -> Traveller:
    """Return who comes in next of those who stand outside, NOTHING if nobody does just now."""
    me = w.held.first
    while me is not NOTHING and gate_for(w, me.number) == _HOLD:
        me = me.next
    if me is not NOTHING:
        step_out(me)
    return me
