"""What can be done at a border: each step is spelt once, whatever rule decides on it."""

from __future__ import annotations

from bcpsim.engine.calendar import ARRIVAL, RETURN, at
from bcpsim.engine.records import (
    FOR_EQUIPMENT,
    FOR_LANE,
    FOR_OFFICER,
    Hand,
    Lane,
    Line,
    Officer,
    Piece,
    Post,
    Recent,
    Step,
    Stop,
    Task,
    Traveller,
    World,
)
from bcpsim.engine.table import NOTHING, rule
from bcpsim.sampling.ticks import FAR, NEVER


@rule
def head_for(w: World, me: Traveller, target: int) -> None:
    """Set where a traveller goes next: to a step, or, below 0, to an outcome."""
    me.target = target
    me.step = w.steps[target] if target >= 0 else NOTHING


@rule
def happens_at(w: World, me: Traveller, kind: int, time: int) -> None:
    """Put a traveller's next event on the agenda."""
    me.due = time
    at(w, time, kind, me.number, me.number)


@rule
def move(w: World, me: Traveller, time: int) -> None:
    """Send a traveller on the way to the step ahead."""
    happens_at(w, me, ARRIVAL, w.now + time)


@rule
def finish(w: World, me: Traveller, outcome: int) -> None:
    """Write down when and how a traveller leaves the border."""
    w.departure[me.number] = w.now
    w.outcome[me.number] = outcome


# ---- lanes and places --------------------------------------------------------------------


@rule
def take_lane(w: World, me: Traveller, lane: Lane) -> None:
    """Put a vehicle into a lane, which then is occupied."""
    lane.occupied = True
    lane.stop.free.drop(lane.place)
    me.lane = lane
    me.step.lane[me.number] = lane.number
    for recent in lane.stop.recent:
        note_wait(recent, w.now - me.step.queued[me.number])


@rule
def note_wait(recent: Recent, wait: int) -> None:
    """Note how long somebody has waited among the last waits at a stop."""
    place = recent.served % len(recent.waits)
    recent.total += wait - recent.waits[place]
    recent.waits[place] = wait
    recent.served += 1


@rule
def mean_of(recent: Recent) -> int:
    """Return the mean of the last waits at a stop, 0 where nobody was served yet."""
    return recent.total // max(min(recent.served, len(recent.waits)), 1)


@rule
def leave_lane(w: World, me: Traveller, step: Step) -> None:
    """Take a vehicle out of its lane, at the end of a visit."""
    lane = me.lane
    lane.occupied = False
    if lane.joinable:
        lane.stop.free.add(lane.place)
    me.lane = NOTHING
    step.left[me.number] = w.now


@rule
def take_place(w: World, me: Traveller) -> None:
    """Give a vehicle a place in the waiting area of the stop ahead."""
    me.has_place = True
    me.step.entered[me.number] = w.now
    me.step.stop.area.used += 1


@rule
def give_place(me: Traveller) -> None:
    """Free the place of a vehicle in a waiting area."""
    me.has_place = False
    me.step.stop.area.used -= 1


# ---- lines -------------------------------------------------------------------------------


@rule
def stand_in(line: Line, me: Traveller) -> None:
    """Put a vehicle at the end of a line."""
    me.queue = line
    me.next = NOTHING
    me.previous = line.last
    if line.last is NOTHING:
        line.first = me
    else:
        line.last.next = me
    line.last = me
    line.waiting += 1


@rule
def comes_before(me: Traveller, other: Traveller) -> bool:
    """Return whether a vehicle is served before another of the same priority."""
    if me.turn != other.turn:
        return me.turn < other.turn
    return me.joined < other.joined


@rule
def stand_by_turn(line: Line, me: Traveller) -> None:
    """Put a vehicle into a line, behind all who are served before it."""
    behind: Traveller = NOTHING
    before = line.last
    while before is not NOTHING and comes_before(me, before):
        behind = before
        before = before.previous
    if behind is NOTHING:
        stand_in(line, me)
        return
    me.queue = line
    me.previous = before
    me.next = behind
    behind.previous = me
    if before is NOTHING:
        line.first = me
    else:
        before.next = me
    line.waiting += 1


@rule
def step_out(me: Traveller) -> None:
    """Take a vehicle out of its line, wherever it stands there."""
    line = me.queue
    if me.previous is NOTHING:
        line.first = me.next
    else:
        me.previous.next = me.next
    if me.next is NOTHING:
        line.last = me.previous
    else:
        me.next.previous = me.previous
    line.waiting -= 1
    me.queue = NOTHING


@rule
def note_queued(w: World, me: Traveller) -> None:
    """Note when one joined the queue ahead: who waits at the start, when that was."""
    i = me.number
    time = w.now
    if time == 0 and me.target == w.entry[i] and w.arrival[i] < 0:
        time = w.arrival[i]
    me.step.queued[i] = time


@rule
def join_line(w: World, me: Traveller, line: Line) -> None:
    """Put a vehicle into a queue of the stop ahead, and begin to count its wait."""
    stand_by_turn(line, me)
    me.step.stop.waiting += 1
    wait_with(w, me, line)


@rule
def leave_line(w: World, me: Traveller) -> None:
    """Take a vehicle out of its queue, to start or for good, and write down its wait."""
    step_out(me)
    me.step.stop.waiting -= 1
    note_waits(w, me)


@rule
def wait_for(w: World, line: Line, reason: int) -> None:
    """Set what a line waits for from now on: a lane, an officer or equipment."""
    if line.reason != reason:
        line.for_lane = waited_for_lane(w, line)
        line.for_equipment = waited_for_equipment(w, line)
        line.since = w.now
        line.reason = reason


@rule
def waited_for_lane(w: World, line: Line) -> int:
    """Return for how long a line has waited for a lane."""
    return line.for_lane + (w.now - line.since if line.reason == FOR_LANE else 0)


@rule
def waited_for_equipment(w: World, line: Line) -> int:
    """Return for how long a line has waited for equipment."""
    return line.for_equipment + (w.now - line.since if line.reason == FOR_EQUIPMENT else 0)


@rule
def wait_with(w: World, me: Traveller, line: Line) -> None:
    """Begin to count a traveller's wait: remember how long its line has waited for each reason."""
    me.line = line
    if line.reason == FOR_OFFICER:
        me.lane_mark = line.for_lane
        me.equipment_mark = line.for_equipment
    else:
        me.lane_mark = waited_for_lane(w, line)
        me.equipment_mark = waited_for_equipment(w, line)


@rule
def note_waits(w: World, me: Traveller) -> None:
    """Write down how long a traveller has waited for lanes and for equipment in its line."""
    line = me.line
    me.line = NOTHING
    lane = line.for_lane - me.lane_mark
    equipment = line.for_equipment - me.equipment_mark
    if line.reason == FOR_LANE:
        lane += w.now - line.since
    elif line.reason == FOR_EQUIPMENT:
        equipment += w.now - line.since
    if lane > 0:
        me.step.for_lane[me.number] += lane
    if equipment > 0:
        me.step.for_equipment[me.number] += equipment


@rule
def waiting_for(stop: Stop) -> int:
    """Return how many wait at a stop, and outside its waiting area for it."""
    number = stop.waiting
    if stop.area is not NOTHING:
        me = stop.area.line.first
        while me is not NOTHING:
            if me.line is stop.outside:
                number += 1
            me = me.next
    return number


# ---- officers and equipment --------------------------------------------------------------


@rule
def come_to(officer: Officer, post: Post) -> None:
    """Put an officer at a post, idle if on duty and without work."""
    officer.post = post
    if officer.present and not (officer.working or officer.walking):
        post.idle.add(officer.place)
        post.free += 1


@rule
def be_gone(officer: Officer) -> None:
    """Take an officer out of the idle ones of the post."""
    post = officer.post
    if post.idle.has(officer.place):
        post.idle.drop(officer.place)
        post.free -= 1


@rule
def come_on_duty(officer: Officer) -> None:
    """Put an officer on duty; one of a pool starts at the base, if not still at work."""
    group = officer.group
    officer.present = True
    group.on_duty += 1
    if officer.working or officer.walking:
        return
    if group.pool:
        officer.since = NEVER
        officer.post = group.posts[0]
    come_to(officer, officer.post)


@rule
def go_off_duty(officer: Officer) -> None:
    """Take an officer off duty; what is in hand is finished, or handed over."""
    be_gone(officer)
    officer.present = False
    officer.group.on_duty -= 1


@rule
def put_out(piece: Piece) -> None:
    """Take a piece of equipment out of use, for one more reason."""
    piece.down += 1
    if piece.down == 1:
        piece.equipment.free -= 1


@rule
def put_in(piece: Piece) -> None:
    """Let a reason end for which a piece of equipment is out of use."""
    piece.down -= 1
    if piece.down == 0:
        piece.equipment.free += 1


@rule
def see_who_is_there(officer: Officer) -> None:
    """Put an officer on duty, or take one off, as the roster and disturbances say."""
    there = officer.on_shift and officer.away == 0
    if there and not officer.present:
        come_on_duty(officer)
    elif officer.present and not there:
        go_off_duty(officer)


@rule
def hold(w: World, hand: Hand, me: Traveller, task: Task, post: Post) -> None:
    """Take the first idle officer of a post, and the equipment, for a task."""
    hand.traveller = me
    hand.task = task
    hand.officer = NOTHING
    if post is not NOTHING:
        group = post.group
        officer = group.officers[post.idle.first()]
        post.idle.drop(officer.place)
        post.free -= 1
        officer.working = True
        group.working += 1
        officer.hand = hand
        hand.officer = officer
        task.officer[me.number] = officer.number
    for equipment in task.equipment:
        equipment.free -= 1


@rule
def release(w: World, hand: Hand) -> None:
    """Give an officer and equipment back at the end of a task."""
    task = hand.task
    task.ended[hand.traveller.number] = hand.until
    for equipment in task.equipment:
        equipment.free += 1
    officer = hand.officer
    if officer is not NOTHING:
        group = officer.group
        officer.working = False
        group.working -= 1
        officer.hand = NOTHING
        come_to(officer, officer.post)
        if group.returns:
            rest(w, officer)
    hand.traveller = NOTHING


@rule
def rest(w: World, officer: Officer) -> None:
    """Note that an officer of a pool is idle from now on, and when to go back to the base."""
    group = officer.group
    officer.goes_back = FAR
    if officer.post.place != 0:
        officer.goes_back = max(w.now + group.return_after, officer.since + group.stay)
        at(w, officer.goes_back, RETURN, 0, officer.number)
