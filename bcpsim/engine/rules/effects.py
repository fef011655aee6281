"""What begins and ends with a disturbance, whatever sets it off."""

from __future__ import annotations

from bcpsim.engine.calendar import look_at
from bcpsim.engine.moves import put_in, put_out, see_who_is_there
from bcpsim.engine.records import Disturbance, Line, World
from bcpsim.engine.rules.handover import hand_over
from bcpsim.engine.rules.lanes import staff_lanes
from bcpsim.engine.table import NOTHING, rule


@rule
def allow(w: World, disturbance: Disturbance, begins: bool) -> None:
    """Begin or end the time of a disturbance: with a trigger, that in which it may be set off."""
    disturbance.possible = begins
    if disturbance.trigger is not NOTHING:
        return
    if begins:
        set_in(w, disturbance)
    else:
        set_off(w, disturbance)


@rule
def set_in(w: World, disturbance: Disturbance) -> None:
    """Let a disturbance begin; `settle` is due afterwards."""
    disturbance.in_force = True
    disturbance.began = w.now
    apply(w, disturbance, 1)


@rule
def set_off(w: World, disturbance: Disturbance) -> None:
    """Let a disturbance end; `settle` is due afterwards."""
    disturbance.in_force = False
    disturbance.ended = w.now
    apply(w, disturbance, -1)


@rule
def apply(w: World, disturbance: Disturbance, more: int) -> None:
    """Count a disturbance among the reasons of what is otherwise, or no more."""
    for task in disturbance.barred:
        task.barred += more
    for officer in disturbance.called:
        officer.away -= more
        see_who_is_there(officer)
    for officer in disturbance.away:
        officer.away += more
        see_who_is_there(officer)
    for stop in disturbance.closed:
        stop.closed += more
    for stop in disturbance.clears:
        stop.cleared += more
    for piece in disturbance.out:
        if more > 0:
            put_out(piece)
        else:
            put_in(piece)
    for turn in disturbance.turns:
        set_turn(w, turn.line)
    for lanes in disturbance.lanes:
        lanes.stop.opens = -1
        for other in w.disturbances:
            for one in other.lanes:
                first = one.stop is lanes.stop and lanes.stop.opens < 0
                if first and other.in_force:  # of several the first listed counts
                    lanes.stop.opens = one.number


@rule
def set_turn(w: World, line: Line) -> None:
    """Set the place of a line in the order of priorities: as the first listed disturbance says."""
    line.priority = line.usual
    found = False
    for disturbance in w.disturbances:
        for turn in disturbance.turns:
            if turn.line is line and disturbance.in_force and not found:
                line.priority = turn.priority
                found = True


@rule
def settle(w: World) -> None:
    """Let all stops follow what has changed of officers, lanes and equipment."""
    for group in w.groups:
        if group.hands_over:
            hand_over(w, group)
    for stop in w.stops:
        staff_lanes(w, stop)
        look_at(w, stop)
