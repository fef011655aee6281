"""Queues: which one a vehicle joins, and which one is served next."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from bcpsim.engine import crews
from bcpsim.engine.crews import Crew, Taken
from bcpsim.engine.helping import lanes_that_help, look_when_due
from bcpsim.engine.state import FOR_LANE, FOR_OFFICER, Line, Stage, Step, Stop, Timer, bits
from bcpsim.plan.model import LaneChoice, QueueRule

if TYPE_CHECKING:
    from bcpsim.engine.border import Border


def line_of(timer: Timer, step: Step) -> Line:
    """Return the line that a vehicle joins."""
    stop = step.stop
    if stop.rule is QueueRule.SINGLE:
        return step.line[timer.number]
    admitted = step.admitted[timer.number]
    lanes = list(bits(admitted & stop.joinable))
    if not lanes:
        return stop.aside
    if stop.choice is LaneChoice.RANDOM:
        chosen = lanes[int(stop.pick[timer.number] * len(lanes))]
    elif stop.choice is LaneChoice.SHORTEST_QUEUE:
        chosen = min(lanes, key=lambda lane: _waiting_in(stop, lane))
    else:
        chosen = min(lanes, key=lambda lane: _waiting_in(stop, lane) + (stop.occupied >> lane & 1))
    return stop.by_lane[chosen][step.priority[timer.number]]


def tally(timer: Timer, step: Step, now: float) -> None:
    """Add to a vehicle for what it has waited with its line."""
    line = timer.line
    assert line is not None
    timer.line = None
    i = timer.number
    lane, equipment = timer.marks
    lane_now, equipment_now = line.waited(now)
    if lane_now > lane:
        step.for_lane[i] = step.for_lane.get(i, 0.0) + (lane_now - lane)
    if equipment_now > equipment:
        step.for_equipment[i] = step.for_equipment.get(i, 0.0) + (equipment_now - equipment)


def next_line(border: Border, stop: Stop, free: int, now: float) -> tuple[Line, Crew] | None:
    """Return the line whose first vehicle starts next, with its crew.

    If there is none, every line knows for what it waits.
    """
    helping = 0
    if stop.helpers:
        helping = lanes_that_help(border, stop, now) & free
        look_when_due(border, stop, now)
    if not stop.overtaking:
        return _head(border, stop, free, helping, now)
    if not stop.staffed():
        for line in stop.lines:
            if line.reason != FOR_OFFICER and line.vehicles:
                line.set_reason(FOR_OFFICER, now)
        return None
    best: tuple[Line, Crew] | None = None
    low: tuple[Line, Crew] | None = None
    for line in stop.lines:
        vehicles = line.vehicles
        if not vehicles:
            continue
        if best is not None and not stop.low_share and not _before(line, best[0]):
            continue
        timer = vehicles[0]
        crew = crews.ready(border, border.steps[timer.target].stages[timer.number][0], stop)
        if crew is None or not (line.lanes & free or line.helped & helping):
            # A lane is what is missing only if everything else is there.
            reason = FOR_LANE if crew is not None else border.lacking
            if line.reason != reason:
                line.set_reason(reason, now)
        elif best is None or _before(line, best[0]):
            if best is not None and best[0].priority > line.priority:
                low = best if low is None or _older(best[0], low[0]) else low
            best = (line, crew)
        elif line.priority > best[0].priority and (low is None or _older(line, low[0])):
            low = (line, crew)
    if low is not None and stop.credit + stop.low_share >= 1:
        return low
    return best


def _head(
    border: Border, stop: Stop, free: int, helping: int, now: float
) -> tuple[Line, Crew] | None:
    """Return the line of the first vehicle of all, if it can start."""
    first = foremost(stop)
    if first is None:
        return None
    crew = crews.ready(border, first_stage(border, first), stop)
    if crew is not None and (first.lanes & free or first.helped & helping):
        return first, crew
    reason = FOR_LANE if crew is not None else border.lacking
    for line in stop.lines:  # all wait for what the first waits for
        if line.vehicles and line.reason != reason:
            line.set_reason(reason, now)
    return None


def starts(border: Border, stop: Stop, taken: Taken) -> int:
    """Return how many vehicles could start at once from the queues of a stop.

    In the order in which they would be taken; what they need is noted as taken.
    """
    free = stop.joinable & ~stop.occupied
    helping = 0
    if stop.helpers:
        helping = lanes_that_help(border, stop, border.env.now)
    ahead = {line: 0 for line in stop.lines if line.vehicles}  # the place of the next in each
    found = 0
    while ahead and free:
        line = min(ahead, key=lambda line: (line.priority, line.vehicles[ahead[line]].place))
        if not found and not stop.overtaking:
            line = foremost(stop) or line  # it may be the turn of low priority
        timer = line.vehicles[ahead[line]]
        lanes = line.lanes & free or line.helped & helping & free
        stage = border.steps[timer.target].stages[timer.number][0]
        if lanes and crews.take(border, stage, stop, taken):
            found += 1
            free ^= lanes & -lanes
            ahead[line] += 1
            if ahead[line] < len(line.vehicles):
                continue
        elif not stop.overtaking:
            break
        del ahead[line]
    return found


def count_start(stop: Stop, line: Line) -> None:
    """Count what the share for low priority has earned, or used up, by a start."""
    if stop.waiting == len(line.vehicles):
        return
    waiting = [other.priority for other in stop.lines if other.vehicles]
    if min(waiting) < max(waiting):
        earned = stop.credit + stop.low_share
        stop.credit = earned if line.priority == min(waiting) else max(earned - 1, 0.0)


def staff_lanes(border: Border, stop: Stop, now: float) -> None:
    """Set the lanes that take vehicles, and let the queues of closed lanes choose anew."""
    stop.joinable = stop.opened & stop.active
    if stop.rule is QueueRule.SINGLE and stop.oversees is None:
        return
    crew = sum(group.on_duty for group in stop.crew)
    if stop.oversees is not None:
        stop.joinable = _first(stop.joinable, crew * stop.oversees)
    if stop.rule is QueueRule.SINGLE:
        return
    if not stop.self_service:
        stop.joinable = _first(stop.joinable, crew)
    closed = [line for line in stop.lines if not line.lanes & stop.joinable]
    stranded = [timer for line in (stop.aside, *closed) for timer in line.vehicles]
    for line in (stop.aside, *closed):
        line.vehicles.clear()
    for timer in sorted(stranded, key=_place):
        step = border.steps[timer.target]
        tally(timer, step, now)
        line = line_of(timer, step)
        timer.line = line
        timer.marks = line.waited(now)
        line.vehicles.append(timer)


def _first(mask: int, count: int) -> int:
    """Return the first so many bits that are set."""
    return sum(1 << bit for bit in list(bits(mask))[:count])


_place = attrgetter("place")


def foremost(stop: Stop) -> Line | None:
    """Return the line whose first vehicle comes before all others that wait at a stop."""
    waiting = [line for line in stop.lines if line.vehicles]
    if not waiting:
        return None
    first = waiting[0]
    for line in waiting[1:]:
        if _before(line, first):
            first = line
    low = [line for line in waiting if line.priority > first.priority]
    if low and stop.low_share and stop.credit + stop.low_share >= 1:
        first = min(low, key=lambda line: line.vehicles[0].place)
    return first


def _before(line: Line, other: Line) -> bool:
    """Return whether the first vehicle of a line comes before that of another."""
    if line.priority != other.priority:
        return line.priority < other.priority
    return line.vehicles[0].place < other.vehicles[0].place


def _older(line: Line, other: Line) -> bool:
    """Return whether the first vehicle of a line joined before that of another."""
    return line.vehicles[0].place < other.vehicles[0].place


def _waiting_in(stop: Stop, lane: int) -> int:
    """Return how many wait in the queue of a lane."""
    return sum(len(line.vehicles) for line in stop.by_lane[lane])


def first_stage(border: Border, line: Line) -> Stage:
    """Return the first stage of the first vehicle of a line."""
    timer = line.vehicles[0]
    return border.steps[timer.target].stages[timer.number][0]
