"""The state of one run, and what happens in it: travellers come, are served, and go on."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import cast

import numpy as np
from simpy import Environment, Event

from bcpsim.engine import areas, control, crews, deadlines, parties, pools, queues, shifts
from bcpsim.engine.crews import Taken
from bcpsim.engine.helping import lanes_that_help
from bcpsim.engine.log import EventLog, Floats
from bcpsim.engine.order import ARRIVAL, CHANGE, DEADLINE, DISPATCH, END, Schedule
from bcpsim.engine.state import (
    FOR_LANE,
    FOR_OFFICER,
    NAN,
    Area,
    Callback,
    Group,
    Party,
    Step,
    Stop,
    Task,
    Timer,
    bits,
)
from bcpsim.plan.model import LaneChoice, Outcome, Plan, QueueRule
from bcpsim.sampling import Circumstances, Travellers


class Border:
    """The state of one run."""

    def __init__(self, plan: Plan, travellers: Travellers, circumstances: Circumstances) -> None:
        self.end = plan.end
        self.env = Environment()
        self.schedule = cast(Schedule, self.env.schedule)
        self.next_time = self.env.peek
        self.groups = [Group(k, group) for k, group in enumerate(plan.groups)]
        self.pools = [group for group in self.groups if group.pool]
        most_tasks = max((len(step.tasks) for step in plan.steps), default=1)
        self.stops = [
            Stop(
                k,
                stop,
                [plan.lanes[lane] for lane in stop.lanes],
                travellers.lane_pick[k].tolist() if stop.choice is LaneChoice.RANDOM else [],
                [self.groups[g] for g in stop.groups],
                most_tasks,
            )
            for k, stop in enumerate(plan.stops)
        ]
        limited = [None if area.places is None else Area(area.places) for area in plan.areas]
        for stop, record in zip(self.stops, plan.stops, strict=True):
            area = limited[record.area] if record.area >= 0 else None
            if area is not None:
                stop.area = area
                area.stops.append(stop)
        self.tasks = [
            Task(k, plan, travellers, self.groups, self.stops) for k in range(len(plan.tasks))
        ]
        self.steps = [
            Step(k, plan, travellers, self.stops, self.tasks) for k in range(len(plan.steps))
        ]
        for stop in self.stops:
            if stop.rule is QueueRule.SINGLE and len(stop.lines) == 1 and not stop.helpers:
                stop.only = stop.lines[0]
        self.equipment = [equipment.count for equipment in plan.equipment]
        self.lacking = FOR_LANE  # what the last crew that wasn't ready lacked
        self.joined = 0
        self.settling = False
        self.dirty = 0  # stops that await a dispatch at this very time, as a bit mask
        self.in_order = _InOrder(self.stops)
        self.involved = sum(stop.bit for stop in self.stops if not stop.plain)
        self.pooled = sum(stop.bit for stop in self.stops if stop.pools)
        self.outside = 0  # vehicles that wait for a place in any waiting area
        self.departure = array("d", [NAN]) * len(travellers)
        self.outcome = array("q", [Outcome.INSIDE]) * len(travellers)
        self.delayed = False  # whether anything was handed over
        self.handovers: list[tuple[int, int, int]] = []
        self.handed_over: list[float] = []

        # SimPy takes the list of callbacks off an event when it happens; these lists are
        # put back on when the event is scheduled again.
        self.on_appearance: list[Callback] = [self._expect_next, self._arrive]
        self.on_arrival: list[Callback] = [self._arrive]
        self.on_end: list[Callback] = [self._end]
        self.dispatcher = Timer(0, 0, 0.0, ())
        shifts.schedule_changes(self, plan, circumstances)
        self.arrival = array("d", travellers.arrival.tobytes())
        minutes = travellers.arrival + travellers.held + travellers.move_in
        members = travellers.vehicle >= 0
        order, gaps, left_out = _one_by_one(minutes[~members])  # members are the last
        self.minutes: list[float] = minutes.tolist()
        self.entry: list[int] = travellers.entry.tolist()
        self.coming = zip(order, gaps, strict=True)
        self.vehicle: list[int] = []  # by traveller, empty where there are no members of groups
        self.parties: dict[int, Party] = {}  # by vehicle
        if members.any():
            self.vehicle = travellers.vehicle.tolist()
            self.move_in: list[float] = travellers.move_in.tolist()
        self.deadline: list[float] = []  # by traveller, empty where nobody has one
        self.timers: dict[int, Timer] = {}  # of those who have come and have a deadline
        if np.isfinite(travellers.deadline).any():
            self.deadline = travellers.deadline.tolist()
            for i in np.flatnonzero((travellers.deadline > minutes) | members).tolist():
                event = Timer(i, 0, self.deadline[i], [partial(deadlines.give_up, self)])
                self.schedule(event, DEADLINE + i, event.when)
        self._expect_next()
        for i in left_out:
            minute = self.minutes[i]
            self.schedule(Timer(i, self.entry[i], minute, self.on_arrival), ARRIVAL + i, minute)

    def run(self) -> EventLog:
        """Run to the plan's end and return the log."""
        self.env.run(until=self.end)
        steps, tasks = self.steps, self.tasks
        nobody = array("q", [-1]) * len(self.departure)
        return EventLog(
            arrival=np.array(self.arrival, dtype=np.float64),
            queued=np.array([step.queued for step in steps], dtype=np.float64),
            left=np.array([step.left for step in steps], dtype=np.float64),
            lane=np.array([step.lane for step in steps], dtype=np.int64),
            for_lane=_dense([step.for_lane for step in steps], len(self.departure)),
            for_equipment=_dense([step.for_equipment for step in steps], len(self.departure)),
            for_group=_dense([step.for_group for step in steps], len(self.departure)),
            started=np.array([task.started for task in tasks], dtype=np.float64),
            ended=np.array([task.ended for task in tasks], dtype=np.float64),
            officer=np.array(
                [nobody if task.self_service else task.officer for task in tasks], dtype=np.int64
            ),
            departure=np.array(self.departure, dtype=np.float64),
            outcome=np.array(self.outcome, dtype=np.int64),
            handovers=np.array(self.handovers, dtype=np.int64).reshape(-1, 3),
            handed_over=np.array(self.handed_over, dtype=np.float64),
        )

    def clear(self) -> None:
        """Break the circles of references, so that the memory is free at once."""
        for group in self.groups:
            group.hands.clear()
        for stop in self.stops:
            stop.inner.clear()
            for line in stop.lines:
                line.vehicles.clear()
            if stop.area is not None:
                stop.area.line.clear()
                stop.area.stops.clear()
        vars(self).clear()

    def _expect_next(self, _: Timer | None = None) -> None:
        """Schedule the next of those who arrive; one at a time keeps SimPy's heap small."""
        for i, gap in self.coming:
            timer = Timer(i, self.entry[i], self.minutes[i], self.on_appearance)
            self.schedule(timer, ARRIVAL + i, gap)
            return

    def _arrive(self, timer: Timer) -> None:
        """Come to the stop of the step ahead, or leave."""
        now = timer.when
        if self.deadline:
            self.timers[timer.number] = timer
            if timer.target >= 0 and now >= self.deadline[timer.number]:
                deadlines.miss(self, timer, now)
                return
        if timer.target < 0:
            self.depart(timer, now)
            return
        step = self.steps[timer.target]
        stop = step.stop
        if (
            stop.area is not None
            and not timer.has_place
            and not areas.enter(self, timer, step, now)
        ):
            return
        alone = self.next_time() > now
        self.join(timer, step, now, alone)
        if stop.waiting:
            if alone and stop.plain:
                self.dispatch_lines(stop, now)
            else:
                self.look_at(stop.bit, alone)

    def _end(self, timer: Timer) -> None:
        """End a stage: give back officers and equipment, and go on."""
        now = timer.when
        if self.delayed and now > self.env.now:  # handed over in the meantime
            timer.callbacks = self.on_end
            self.schedule(timer, END + timer.number, now - self.env.now)
            return
        i = timer.number
        step = self.steps[timer.target]
        task = timer.in_hand
        if task is None:
            for hold in timer.holds:
                crews.release(self, hold)
            timer.holds.clear()
        else:
            task.ended[i] = now
            group = timer.group
            group.working ^= timer.officer
            if group.noted:
                crews.free(self, group, timer.officer)
            for kind in task.equipment:
                self.equipment[kind] += 1
        late = False
        if self.deadline:
            late = now > self.deadline[i]
        if step.staged and not late:
            timer.stage += 1
            if timer.stage < len(step.stages[i]):
                timer.place = self.joined
                self.joined += 1
                step.stop.inner.append(timer)
                self.look_at(step.woken, self.next_time() > now)
                return
        if self.vehicle and parties.stays(self, timer, step, now, late):
            return
        timer.stage = 0
        timer.asked = False
        target = step.following[i]
        move = step.move[i]
        if late and (target >= 0 or target == -1 - Outcome.RELEASED):
            target, move = -1 - Outcome.MISSED, 0.0
        timer.target = target
        alone = self.next_time() > now
        ahead = self.steps[target] if target >= 0 else None
        woken = step.woken
        if ahead is not None and ahead.stop.area is not None:
            area = ahead.stop.area
            if area.line or area.used >= area.places:
                self.settling = alone  # what is put off now is looked at below
                areas.ask_for_place(self, timer, step, area, move, now)
                self.settling = False
                self.look_at(woken, alone)
                return
            area.used += 1
            timer.has_place = True
        step.left[i] = now
        step.stop.occupied ^= timer.lane
        if move > 0:
            timer.when = now + move
            timer.callbacks = self.on_arrival
            self.schedule(timer, ARRIVAL + i, move)
        elif ahead is None:
            self.depart(timer, now)
        else:
            # Who is free by this very end may be needed elsewhere, where a pool helps.
            shared = self.pooled and woken & self.pooled & ahead.stop.bit
            self.join(timer, ahead, now, alone and not shared)
            if ahead.stop.waiting:
                woken |= ahead.stop.bit
        if not alone or self.outside:
            self.look_at(woken, alone)
        elif woken & self.involved:
            for stop in self.in_order[woken | step.watched]:
                if stop.waiting or stop.inner or stop.control is not None:
                    self.look_at(woken, alone)
                    return
        else:
            for stop in self.in_order[woken]:
                if stop.inner:
                    self._dispatch(stop, now)
                elif stop.waiting:
                    self.dispatch_lines(stop, now)

    def depart(self, timer: Timer, now: float) -> None:
        """Leave the border crossing point."""
        i = timer.number
        if self.vehicle and parties.departs(self, timer, now):
            return
        self.departure[i] = now
        self.outcome[i] = -1 - timer.target

    def look_at(self, stops: int, alone: bool) -> None:
        """Dispatch at once if nothing else happens at this very time, or put it off."""
        if alone:
            self.dirty |= stops
            self._settle(None)
        else:
            self.put_off(stops)

    def _settle(self, _: Event | None) -> None:
        """Dispatch what was put off until all else of this time was done."""
        now = self.env.now
        self.settling = True
        while self.dirty:
            for group in self.pools:
                if self.dirty & group.reach and group.present & ~(group.working | group.walking):
                    pools.call(self, group, now)
            dirty, self.dirty = self.dirty, 0
            for stop in self.in_order[dirty]:
                self._dispatch(stop, now)
        self.settling = False

    def join(self, timer: Timer, step: Step, now: float, alone: bool) -> None:
        """Start the step ahead at once where that is sure to be right, or join a queue.

        It is right if nothing else happens at this very time, nobody waits at the stop,
        and no rule of the stop or of equipment asks for a second look.
        """
        i = timer.number
        stop = step.stop
        if (
            step.plain
            and alone
            and not stop.waiting
            and timer.line is None
            and not stop.inner
            and not (stop.area is not None and stop.area.line)
        ):
            lanes = step.line[i].lanes & stop.joinable & ~stop.occupied
            if lanes:
                stage = step.stages[i][0]
                crew = None if stage.equipment else crews.ready(self, stage, stop)
                if crew is not None:
                    if timer.has_place and stop.area is not None:
                        timer.has_place = False
                        stop.area.used -= 1
                    step.queued[i] = now
                    crews.begin(self, timer, step, lanes, stage, crew, now)
                    return
        if step.waits_before and parties.waits(self, timer, now):
            return
        if timer.line is not None:  # it has waited outside
            queues.tally(timer, step, now)
        elif not timer.asked:
            step.queued[i] = now
        if step.asking is not None and not timer.asked and step.asking[i] > 0:
            timer.asked = True
            step.for_equipment[i] = step.for_equipment.get(i, 0.0) + step.asking[i]
            timer.when = now + step.asking[i]
            timer.callbacks = self.on_arrival
            self.schedule(timer, ARRIVAL + i, step.asking[i])
            return
        timer.place = self.joined
        self.joined += 1
        stop.waiting += 1
        line = step.line[i] if step.line else queues.line_of(timer, step)
        timer.line = line
        timer.marks = line.clocks if line.reason == FOR_OFFICER else line.waited(now)
        line.vehicles.append(timer)

    def put_off(self, stops: int) -> None:
        """Dispatch after all else that happens at this very time."""
        if not self.dirty and not self.settling:
            self.dispatcher.callbacks = [self._settle]
            self.schedule(self.dispatcher, DISPATCH)
        self.dirty |= stops

    def _dispatch(self, stop: Stop, now: float) -> None:
        """Begin whatever can begin at a stop."""
        if stop.inner:
            self._go_on(stop, now)
        if stop.area is not None and stop.area.line:
            areas.admit(self, stop.area, now, stop)
        if stop.waiting:
            self.dispatch_lines(stop, now)
        if stop.control is not None:
            control.watch(self, stop, now)

    def _go_on(self, stop: Stop, now: float) -> None:
        """Begin the next stage of vehicles that stand in a lane, in order of waiting."""
        for timer in list(stop.inner):
            step = self.steps[timer.target]
            stage = step.stages[timer.number][timer.stage]
            crew = crews.ready(self, stage, stop)
            if crew is not None:
                stop.inner.remove(timer)
                crews.begin(self, timer, step, 0, stage, crew, now)

    def dispatch_lines(self, stop: Stop, now: float) -> None:
        """Start waiting vehicles at a stop until none can start."""
        only = stop.only
        while stop.waiting:
            free = stop.joinable & ~stop.occupied
            if only is not None:
                # One line: its first vehicle starts, or nobody.
                line = only
                timer = line.vehicles[0]
                ready = crews.ready(self, self.steps[timer.target].stages[timer.number][0], stop)
                if ready is None or not line.lanes & free:
                    reason = FOR_LANE if ready is not None else self.lacking
                    if line.reason != reason:
                        line.set_reason(reason, now)
                    return
                crew = ready
            else:
                best = queues.next_line(self, stop, free, now)
                if best is None:
                    return
                line, crew = best
            lanes = line.lanes & free
            if not lanes:
                lanes = line.helped & free & lanes_that_help(self, stop, now)
            if stop.low_share:
                queues.count_start(stop, line)
            timer = line.vehicles.popleft()
            stop.waiting -= 1
            step = self.steps[timer.target]
            if line.reason == FOR_OFFICER and line.clocks is timer.marks:
                timer.line = None  # for nothing else all the time
            else:
                queues.tally(timer, step, now)
            if timer.has_place:
                timer.has_place = False
                assert stop.area is not None
                stop.area.used -= 1
            stage = step.stages[timer.number][0]
            crews.begin(self, timer, step, lanes, stage, crew, now)
            if stop.area is not None and stop.area.line:
                areas.admit(self, stop.area, now, stop)

    def starts(self, stop: Stop, inner: bool = True) -> int:
        """Return how many vehicles could begin at a stop at once, in a lane already or not."""
        taken: Taken = Counter()
        found = 0
        for timer in stop.inner if inner else ():
            stage = self.steps[timer.target].stages[timer.number][timer.stage]
            found += crews.take(self, stage, stop, taken)
        return found + queues.starts(self, stop, taken)

    def first_queued(self, stop: Stop) -> float:
        """Return when the vehicle queued that has waited longest at a stop."""
        first = [line.vehicles[0] for line in (*stop.lines, stop.aside) if line.vehicles]
        waiting = [*first, *stop.inner]
        return min(self.steps[timer.target].queued[timer.number] for timer in waiting)

    def later(self, time: float, stop: Stop) -> None:
        """Dispatch a stop again at a later time."""
        if not stop.waking > self.env.now or time < stop.waking:
            stop.waking = time
            event = Timer(stop.number, 0, time, [self._wake])
            self.schedule(event, CHANGE, time - self.env.now)

    def _wake(self, timer: Timer) -> None:
        """Dispatch a stop again."""
        self.put_off(self.stops[timer.number].bit)


class _InOrder(dict[int, tuple[Stop, ...]]):
    """The stops of a bit mask, in the order of the plan."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        super().__init__()
        self.stops = stops

    def __missing__(self, mask: int) -> tuple[Stop, ...]:
        found = self[mask] = tuple(self.stops[number] for number in bits(mask))
        return found


def _one_by_one(minutes: Floats) -> tuple[list[int], list[float], list[int]]:
    """Return who arrives after whom, and the minutes between them; and who is left out.

    SimPy adds the minutes to the time before; who wouldn't arrive at the very time, by
    rounding, is left out.
    """
    order = np.argsort(minutes, kind="stable")
    left_out: list[int] = []
    while True:
        times = minutes[order]
        before = np.concatenate([[0.0], times[:-1]])
        gaps = times - before
        exact = before + gaps == times
        if exact.all():
            return order.tolist(), gaps.tolist(), left_out
        left_out.extend(order[~exact].tolist())
        order = order[exact]


def _dense(rows: Sequence[dict[int, float]], n: int) -> Floats:
    """Return what is noted of some travellers as an array, 0 for the others."""
    dense = np.zeros((len(rows), n))
    for row, own in zip(dense, rows, strict=True):
        row[list(own)] = list(own.values())
    return dense
