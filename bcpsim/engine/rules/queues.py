"""Queues: which one a vehicle joins, and which one is served next."""

from __future__ import annotations

from bcpsim.engine.moves import (
    comes_before,
    give_place,
    join_line,
    leave_line,
    note_queued,
    note_waits,
    stand_by_turn,
    stand_in,
    step_out,
    take_lane,
    wait_for,
    wait_with,
)
from bcpsim.engine.records import FOR_LANE, Lane, Line, Stop, Traveller, World
from bcpsim.engine.rules.asking import asks
from bcpsim.engine.rules.choosing import lane_value, turn_value
from bcpsim.engine.rules.crews import begin, could_begin, forget, ready
from bcpsim.engine.rules.helping import find_lanes_that_help, look_when_due
from bcpsim.engine.rules.low_priority import count_start, is_their_turn
from bcpsim.engine.rules.patience import wait_in_patience
from bcpsim.engine.sets import Members
from bcpsim.engine.table import NOTHING, rule


@rule
def line_of(w: World, me: Traveller) -> Line:
    """Return the line that a vehicle joins at the stop ahead."""
    kind = me.step.kind[me.number]
    if kind.line is not NOTHING:  # that of all lanes
        return kind.line
    stop = me.step.stop
    lane = lane_to_join(w, stop, me)
    return stop.aside if lane is NOTHING else lane.lines[kind.priority]


@rule
def lane_to_join(w: World, stop: Stop, me: Traveller) -> Lane:
    """Return the lane whose queue a vehicle joins, NOTHING if none that takes it is open."""
    admitted = me.step.kind[me.number].lanes
    stop.options = 0
    for lane in stop.lanes:
        if lane.joinable and admitted.has(lane.place):
            stop.options += 1
    chosen: Lane = NOTHING
    least = 0
    stop.option = 0
    for lane in stop.lanes:
        if not (lane.joinable and admitted.has(lane.place)):
            continue
        value = lane_value(stop.choice, w, me, lane)
        if chosen is NOTHING or value < least:
            least = value
            chosen = lane
        stop.option += 1
    return chosen


@rule
def join(w: World, me: Traveller) -> None:
    """Let a traveller at a stop ask for equipment, or join a queue."""
    has_waited = me.line is not NOTHING  # outside
    if has_waited:
        note_waits(w, me)
    elif not me.asked:
        note_queued(w, me)
    if me.step.asks and asks(w, me):
        return
    me.joined = w.joined
    w.joined += 1
    stop = me.step.stop
    if stop.reorders:
        me.turn = turn_value(stop.next_in_line, w, me, stop)
        stop.last_turn = me.turn
    else:
        me.turn = 0
    join_line(w, me, line_of(w, me))
    if stop.tries_patience and not has_waited:
        wait_in_patience(w, me)


@rule
def start_next(w: World, stop: Stop) -> bool:
    """Start the check of whoever is next at a stop; return whether anybody could start."""
    line = line_to_start(w, stop)
    if line is NOTHING:
        return False
    if stop.low_share > 0:
        count_start(stop, line)
    me = line.first
    leave_line(w, me)
    if me.has_place:
        give_place(me)
    take_lane(w, me, stop.lanes[line.lane])
    begin(w, me)
    return True


@rule
def helping_lane(stop: Stop, line: Line, free: Members) -> int:
    """Return the place of the first free lane that helps a line just now, -1 if none does."""
    for lane in stop.lanes:
        k = lane.place
        if free.has(k) and line.helped.has(k) and stop.helping.has(k):
            return k
    return -1


@rule
def can_start(w: World, stop: Stop, line: Line) -> bool:
    """Return whether the first vehicle of a line can start; if not, set `w.lacking`.

    The place of the lane that takes it is in `line.lane`.
    """
    me = line.first
    if not ready(w, me):
        return False
    line.lane = line.lanes.first_common(stop.free)
    if line.lane < 0 and stop.has_helpers:
        line.lane = helping_lane(stop, line, stop.free)
    if line.lane >= 0:
        return True
    w.lacking = FOR_LANE  # only if everything else is there
    return False


@rule
def line_to_start(w: World, stop: Stop) -> Line:
    """Return the line whose first vehicle starts next, NOTHING if none can.

    Then every line knows for what it waits.
    """
    if stop.has_helpers:
        find_lanes_that_help(w, stop)
        look_when_due(w, stop)
    if not stop.overtaking:
        return head_to_start(w, stop)
    best: Line = NOTHING
    low: Line = NOTHING
    for line in stop.lines:
        if line.first is NOTHING:
            continue
        if best is not NOTHING and stop.low_share == 0 and not is_before(w, line, best):
            continue
        if not can_start(w, stop, line):
            wait_for(w, line, w.lacking)
        elif best is NOTHING or is_before(w, line, best):
            loses = best is not NOTHING and best.priority > line.priority
            if loses and (low is NOTHING or is_older(w, best, low)):
                low = best
            best = line
        elif line.priority > best.priority and (low is NOTHING or is_older(w, line, low)):
            low = line
    if low is not NOTHING and is_their_turn(stop):
        return low
    return best


@rule
def head_to_start(w: World, stop: Stop) -> Line:
    """Return the line of the very first vehicle of a stop, NOTHING if that one can't start."""
    first = foremost(w, stop)
    if first is not NOTHING and can_start(w, stop, first):
        return first
    for line in stop.lines:  # all wait for what the first waits for
        if line.first is not NOTHING:
            wait_for(w, line, w.lacking)
    none: Line = NOTHING
    return none


@rule
def foremost(w: World, stop: Stop) -> Line:
    """Return the line whose first vehicle is served before all others that wait at a stop."""
    first: Line = NOTHING
    for line in stop.lines:
        if line.first is not NOTHING and (first is NOTHING or is_before(w, line, first)):
            first = line
    if first is NOTHING or not is_their_turn(stop):
        return first
    low: Line = NOTHING
    for line in stop.lines:
        if line.first is NOTHING or line.priority <= first.priority:
            continue
        if low is NOTHING or is_older(w, line, low):
            low = line
    if low is NOTHING:
        return first
    return low


@rule
def is_before(w: World, line: Line, other: Line) -> bool:
    """Return whether the first vehicle of a line is served before that of another."""
    if line.priority != other.priority:
        return line.priority < other.priority
    return is_older(w, line, other)


@rule
def is_older(w: World, line: Line, other: Line) -> bool:
    """Return whether a line's first vehicle goes before another's of the same priority."""
    return goes_before(w, line, line.first, other, other.first)


@rule
def goes_before(w: World, line: Line, me: Traveller, other: Line, they: Traveller) -> bool:
    """Return whether one of a line goes before one of another line of the same priority.

    Where the lines have weights, whose weight times the time waited is larger just now.
    """
    if line.weight == other.weight:
        return comes_before(me, they)
    mine = line.weight * (w.now - me.turn)
    theirs = other.weight * (w.now - they.turn)
    if mine != theirs:
        return mine > theirs
    return me.joined < they.joined


@rule
def starts(w: World, stop: Stop, standing: bool, lane: Lane) -> int:
    """Return how many vehicles could start at a stop at once.

    In the order in which they would; with those who stand in a lane without an officer, or
    not; with a lane (or NOTHING) as if it were free.
    """
    found = 0
    if standing:
        me = stop.inner.first
        while me is not NOTHING:
            if could_begin(w, me):
                found += 1
            me = me.next
    found += starts_from_queues(w, stop, lane)
    forget(w, stop)
    return found


@rule
def starts_from_queues(w: World, stop: Stop, lane: Lane) -> int:
    """Return how many could start from the queues; what they need is noted as spoken for."""
    free = stop.imagined
    free.clear()
    free.add_all(stop.free)
    if lane is not NOTHING and lane.joinable:
        free.add(lane.place)
    if stop.has_helpers:
        find_lanes_that_help(w, stop)
    for line in stop.lines:
        line.asked = line.first
    found = 0
    while free.first() >= 0:
        line = next_asked(w, stop)
        if line is NOTHING:
            break
        if found == 0 and not stop.overtaking:
            line = foremost(w, stop)  # it may be the turn of low priority
        k = line.lanes.first_common(free)
        if k < 0 and stop.has_helpers:
            k = helping_lane(stop, line, free)
        if k >= 0 and could_begin(w, line.asked):
            found += 1
            free.drop(k)
            line.asked = line.asked.next
        elif stop.overtaking:
            line.asked = NOTHING  # whoever stands behind waits too
        else:
            break
    return found


@rule
def next_asked(w: World, stop: Stop) -> Line:
    """Return the line whose first vehicle that isn't counted yet is served before all others."""
    first: Line = NOTHING
    for line in stop.lines:
        if line.asked is NOTHING:
            continue
        if (
            first is NOTHING
            or line.priority < first.priority
            or (
                line.priority == first.priority
                and goes_before(w, line, line.asked, first, first.asked)
            )
        ):
            first = line
    return first


@rule
def choose_anew(w: World, stop: Stop) -> None:
    """Let those who wait for closed lanes choose another, in order of joining."""
    stranded = w.stranded
    strand(stranded, stop.aside)
    for lane in stop.lanes:
        if not lane.joinable:
            for line in lane.lines:
                strand(stranded, line)
    while stranded.first is not NOTHING:
        me = stranded.first
        step_out(me)
        note_waits(w, me)
        line = line_of(w, me)
        if stop.reorders:
            stand_by_turn(line, me)
        else:
            stand_in(line, me)  # behind all who wait there, whenever they joined
        wait_with(w, me, line)


@rule
def strand(stranded: Line, line: Line) -> None:
    """Move all vehicles of a line to those whose lane has closed."""
    while line.first is not NOTHING:
        me = line.first
        step_out(me)
        stand_by_turn(stranded, me)
