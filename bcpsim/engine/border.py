"""The state of one run: events of travellers, waiting areas, queues, dispatch."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from operator import attrgetter
from typing import cast

import numpy as np
from simpy import Environment, Event

from bcpsim.engine import control, pools, shifts
from bcpsim.engine.log import EventLog, Floats
from bcpsim.engine.order import ARRIVAL, CHANGE, DEADLINE, DISPATCH, END, Schedule
from bcpsim.engine.state import (
    FOR_EQUIPMENT,
    FOR_LANE,
    FOR_OFFICER,
    NAN,
    Able,
    Area,
    Callback,
    Group,
    Helper,
    Hold,
    Line,
    Party,
    Stage,
    Step,
    Stop,
    Task,
    Timer,
    bits,
)
from bcpsim.plan.model import LaneChoice, Outcome, Plan, QueueRule
from bcpsim.sampling import Circumstances, Travellers

_Crew = Able | list[Able]
"""Who does the one task of a stage, or each of its tasks."""


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
        areas = [None if area.places is None else Area(area.places) for area in plan.areas]
        for stop, record in zip(self.stops, plan.stops, strict=True):
            area = areas[record.area] if record.area >= 0 else None
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
                event = Timer(i, 0, self.deadline[i], [self._give_up])
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

    # --- Events --------------------------------------------------------------------

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
                self._miss(timer, now)
                return
        if timer.target < 0:
            self._depart(timer, now)
            return
        step = self.steps[timer.target]
        stop = step.stop
        if stop.area is not None and not timer.has_place and not self._enter(timer, step, now):
            return
        alone = self.next_time() > now
        self._join(timer, step, now, alone)
        if stop.waiting:
            if alone and stop.plain:
                self._dispatch_lines(stop, now)
            else:
                self._look_at(stop.bit, alone)

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
                self._release(hold)
            timer.holds.clear()
        else:
            task.ended[i] = now
            group = timer.group
            group.working ^= timer.officer
            if group.noted:
                self._free(group, timer.officer)
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
                self._look_at(step.woken, self.next_time() > now)
                return
        if self.vehicle and self._stays_for_group(timer, step, now, late):
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
                self._ask_for_place(timer, step, area, move, now)
                self.settling = False
                self._look_at(woken, alone)
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
            self._depart(timer, now)
        else:
            # Who is free by this very end may be needed elsewhere, where a pool helps.
            shared = self.pooled and woken & self.pooled & ahead.stop.bit
            self._join(timer, ahead, now, alone and not shared)
            if ahead.stop.waiting:
                woken |= ahead.stop.bit
        if not alone or self.outside:
            self._look_at(woken, alone)
        elif woken & self.involved:
            for stop in self.in_order[woken | step.watched]:
                if stop.waiting or stop.inner or stop.control is not None:
                    self._look_at(woken, alone)
                    return
        else:
            for stop in self.in_order[woken]:
                if stop.inner:
                    self._dispatch(stop, now)
                elif stop.waiting:
                    self._dispatch_lines(stop, now)

    def _depart(self, timer: Timer, now: float) -> None:
        """Leave the border crossing point."""
        i = timer.number
        if self.vehicle and self._departs_in_group(timer, now):
            return
        self.departure[i] = now
        self.outcome[i] = -1 - timer.target

    def _end_task(self, event: Event) -> None:
        """End the task of an officer who is free before the others of the crew."""
        hold = cast(Hold, event)
        if hold not in hold.timer.holds:
            return  # ended with the whole crew: handed over, it became the last
        if hold.when > self.env.now:  # handed over in the meantime
            self.schedule_release(hold)
            return
        hold.timer.holds.remove(hold)
        self._release(hold)
        alone = self.next_time() > self.env.now
        self._look_at(self.steps[hold.timer.target].woken, alone)

    def _look_at(self, stops: int, alone: bool) -> None:
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

    # --- Groups ----------------------------------------------------------------------

    def _stays_for_group(self, timer: Timer, step: Step, now: float, late: bool) -> bool:
        """End a visit of a member, or of a vehicle: whether it waits for others in its lane."""
        i = timer.number
        if self.vehicle[i] >= 0:
            target = step.following[i]
            back_at_once = target < 0 and not step.move[i]
            if late or back_at_once or not self._leads_back(target):
                self._expect_no_more(i, now)
            return False
        if late:
            return False
        if i in step.members:
            self._get_out(i, step.members.pop(i), now)
        party = self.parties.get(i)
        if party is None:
            return False
        party.step = step
        if not (step.waits_after and party.out):
            return False
        party.timer = timer
        party.since = now
        self._look_at(step.woken, self.next_time() > now)
        return True

    def _get_out(self, vehicle: int, members: list[int], now: float) -> None:
        """Let the members of a vehicle go their way."""
        party = self.parties.setdefault(vehicle, Party())
        for i in members:
            self.arrival[i] = now
            move = self.move_in[i]
            if self._leads_back(self.entry[i]):
                party.out.add(i)
            self.schedule(Timer(i, self.entry[i], now + move, self.on_arrival), ARRIVAL + i, move)

    def _leads_back(self, target: int) -> bool:
        """Return whether some way leads from a step, or an outcome, back to the vehicle."""
        if target >= 0:
            return self.steps[target].leads_back
        return target == -1 - Outcome.RELEASED

    def _is_apart(self, timer: Timer) -> bool:
        """Return whether somebody got out of a vehicle who may still come back."""
        party = self.parties.get(timer.number)
        return party is not None and bool(party.out)

    def _waits_before(self, timer: Timer, now: float) -> bool:
        """Wait for members in front of a stop, or as the vehicle leaves, if any are out."""
        party = self.parties.get(timer.number)
        if party is None or not party.out:
            return False
        party.timer = timer
        party.since = now
        return True

    def _departs_in_group(self, timer: Timer, now: float) -> bool:
        """Leave as a member, or as a vehicle: whether it waits for others first."""
        vehicle = self.vehicle[timer.number]
        if vehicle >= 0:
            if timer.target == -1 - Outcome.RELEASED and vehicle not in self.parties:
                timer.target = -1 - Outcome.MISSED  # the vehicle has gone without
            self._expect_no_more(timer.number, now)
            return False
        if timer.target == -1 - Outcome.MISSED:
            self.parties.pop(timer.number, None)
            return False
        return self._waits_before(timer, now)

    def _expect_no_more(self, member: int, now: float) -> None:
        """Note that a member is back, or won't come back; with the last, the vehicle goes on."""
        party = self.parties.get(self.vehicle[member])
        if party is None or member not in party.out:
            return
        party.out.remove(member)
        timer = party.timer
        if party.out or timer is None:
            return
        self._note_wait(party, timer, now)
        if timer.target < 0:
            self._depart(timer, now)
            return
        step = self.steps[timer.target]
        if step.waits_before:
            self._join(timer, step, now, False)
            self.put_off(step.stop.bit)
            return
        timer.in_hand = None
        timer.holds = []
        timer.when = now
        timer.callbacks = self.on_end
        self.schedule(timer, END + timer.number)

    def _note_wait(self, party: Party, timer: Timer, now: float) -> None:
        """Note how long a vehicle waited for its members."""
        party.timer = None
        step = self.steps[timer.target] if timer.target >= 0 else party.step
        i = timer.number
        step.for_group[i] = step.for_group.get(i, 0.0) + (now - party.since)

    # --- Deadlines -------------------------------------------------------------------

    def _give_up(self, event: Timer) -> None:
        """Let a traveller leave who still waits at the deadline; a check is finished."""
        timer = self.timers.get(event.number)
        waits = timer is not None and timer.callbacks is None
        if timer is not None and waits and self.outcome[event.number] == Outcome.INSIDE:
            self._miss(timer, event.when)

    def _miss(self, timer: Timer, now: float) -> None:
        """Leave unchecked, from wherever the traveller waits."""
        i = timer.number
        waits = False  # in the lane, for members
        if self.vehicle:
            if self.vehicle[i] >= 0:
                self._expect_no_more(i, now)
            party = self.parties.pop(i, None)
            if party is not None and party.timer is not None:
                self._note_wait(party, timer, now)
                if timer.target < 0:
                    self.departure[i] = now
                    self.outcome[i] = Outcome.MISSED
                    return
                waits = self.steps[timer.target].waits_after
        step = self.steps[timer.target]
        stop = step.stop
        area = stop.area
        if waits:
            stop.occupied ^= timer.lane
        elif area is not None and timer in area.line:  # outside, or in the lane of the stop before
            area.line.remove(timer)
            self.outside -= 1
            if timer.came_from is not None:
                step, timer.came_from = timer.came_from, None
                step.stop.occupied ^= timer.lane
                self.put_off(step.stop.bit)
        elif timer.line is not None:
            if timer in timer.line.vehicles:  # and not let in from outside just now
                timer.line.vehicles.remove(timer)
                stop.waiting -= 1
            self._tally(timer, step, now)
        elif timer in stop.inner:
            stop.inner.remove(timer)
            stop.occupied ^= timer.lane
        if timer.has_place and area is not None:
            timer.has_place = False
            area.used -= 1
        if not math.isnan(step.queued[i]):
            step.left[i] = now
        self.departure[i] = now
        self.outcome[i] = Outcome.MISSED
        self.put_off(stop.bit)
        if area is not None:
            for other in area.stops:
                self.put_off(other.bit)

    # --- Waiting areas ---------------------------------------------------------------

    def _enter(self, timer: Timer, step: Step, now: float) -> bool:
        """Take a place in the waiting area, or wait outside, or be turned away."""
        stop = step.stop
        area = stop.area
        assert area is not None
        if not area.line and area.used < area.places:
            area.used += 1
            timer.has_place = True
            return True
        if stop.turn_away and (area.line or not self._could_start(timer, step)):
            self.departure[timer.number] = now
            self.outcome[timer.number] = Outcome.TURNED_AWAY
            if self.vehicle and self.vehicle[timer.number] >= 0:
                self._expect_no_more(timer.number, now)
            return False
        step.queued[timer.number] = now
        timer.line = self._line_of(timer, step)
        timer.marks = timer.line.waited(now)
        timer.move = 0.0
        area.line.append(timer)
        self.outside += 1
        self.put_off(stop.bit)
        return False

    def _ask_for_place(self, timer: Timer, step: Step, area: Area, move: float, now: float) -> None:
        """Leave a lane for a stop with a full waiting area, as soon as that is possible."""
        timer.came_from = step
        timer.move = move
        area.line.append(timer)
        self.outside += 1
        self._admit(area, now)
        for stop in area.stops:
            self.put_off(stop.bit)

    def _admit(self, area: Area, now: float, at: Stop | None = None) -> None:
        """Let vehicles into a waiting area, in order, as far as there are places.

        At a full area a vehicle may still go straight into a free lane. The stop that is
        looked at already, if any, isn't put off.
        """
        if area.used >= area.places and len(area.stops) == 1 and area.stops[0].waiting:
            return
        k = 0
        tried = set()
        while k < len(area.line):
            timer = area.line[k]
            ahead = self.steps[timer.target]
            free = area.used < area.places
            step = timer.came_from
            if not free:
                # Whoever would do the same as one before who couldn't, can't either.
                admitted = ahead.admitted[timer.number]
                same = (ahead, admitted, step, timer.lane if step else 0, self._is_apart(timer))
                if same in tried:
                    k += 1
                    continue
                tried.add(same)
            swaps = not free and step is not None and self._could_swap(timer, step.stop, area)
            if not (free or swaps) and (timer.move > 0 or not self._could_start(timer, ahead)):
                k += 1
                continue
            del area.line[k]
            self.outside -= 1
            i = timer.number
            if step is not None:
                timer.came_from = None
                step.left[i] = now
                step.stop.occupied ^= timer.lane
                self.put_off(step.stop.bit)
            if not (free or swaps):
                self._go_straight(timer, ahead, now)
                continue
            area.used += 1
            timer.has_place = True
            if timer.move > 0:
                timer.when = now + timer.move
                timer.callbacks = self.on_arrival
                self.schedule(timer, ARRIVAL + i, timer.move)
            else:
                self._join(timer, ahead, now, False)
                if ahead.stop is not at:
                    self.put_off(ahead.stop.bit)
            if swaps and step is not None:
                self._dispatch_lines(step.stop, now)

    def _could_swap(self, timer: Timer, stop: Stop, area: Area) -> bool:
        """Return whether a vehicle of the full area could start in the lane of another.

        Then the two change places: without this, stops one after the other with one
        waiting area could block each other for ever.
        """
        if stop.area is not area or not stop.waiting:
            return False
        stop.occupied ^= timer.lane
        could = self.startable(stop, inner=False)
        stop.occupied ^= timer.lane
        return could

    def _go_straight(self, timer: Timer, step: Step, now: float) -> None:
        """Start the step ahead from a full waiting area's entry."""
        i = timer.number
        stop = step.stop
        if timer.line is None:
            step.queued[i] = now
        else:
            self._tally(timer, step, now)
        stage = step.stages[i][0]
        crew = self._ready(stage, stop)
        assert crew is not None
        lanes = step.admitted[i] & stop.joinable & ~stop.occupied
        self._begin(timer, step, lanes, stage, crew, now)

    def _could_start(self, timer: Timer, step: Step) -> bool:
        """Return whether a vehicle could go straight into a lane, before nobody else."""
        i = timer.number
        stop = step.stop
        if stop.waiting or step.asking is not None:
            return False
        if step.waits_before and self._is_apart(timer):
            return False
        lanes = step.admitted[i] & stop.joinable & ~stop.occupied
        return bool(lanes) and self._ready(step.stages[i][0], stop) is not None

    # --- Queues --------------------------------------------------------------------

    def _join(self, timer: Timer, step: Step, now: float, alone: bool) -> None:
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
                crew = None if stage.equipment else self._ready(stage, stop)
                if crew is not None:
                    if timer.has_place and stop.area is not None:
                        timer.has_place = False
                        stop.area.used -= 1
                    step.queued[i] = now
                    self._begin(timer, step, lanes, stage, crew, now)
                    return
        if step.waits_before and self._waits_before(timer, now):
            return
        if timer.line is not None:  # it has waited outside
            self._tally(timer, step, now)
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
        line = step.line[i] if step.line else self._line_of(timer, step)
        timer.line = line
        timer.marks = line.clocks if line.reason == FOR_OFFICER else line.waited(now)
        line.vehicles.append(timer)

    def _line_of(self, timer: Timer, step: Step) -> Line:
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
            chosen = min(
                lanes, key=lambda lane: _waiting_in(stop, lane) + (stop.occupied >> lane & 1)
            )
        return stop.by_lane[chosen][step.priority[timer.number]]

    def _tally(self, timer: Timer, step: Step, now: float) -> None:
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

    # --- Dispatch ------------------------------------------------------------------

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
            self._admit(stop.area, now, stop)
        if stop.waiting:
            self._dispatch_lines(stop, now)
        if stop.control is not None:
            control.watch(self, stop, now)

    def _go_on(self, stop: Stop, now: float) -> None:
        """Begin the next stage of vehicles that stand in a lane, in order of waiting."""
        for timer in list(stop.inner):
            step = self.steps[timer.target]
            stage = step.stages[timer.number][timer.stage]
            crew = self._ready(stage, stop)
            if crew is not None:
                stop.inner.remove(timer)
                self._begin(timer, step, 0, stage, crew, now)

    def _dispatch_lines(self, stop: Stop, now: float) -> None:
        """Start waiting vehicles at a stop until none can start."""
        only = stop.only
        while stop.waiting:
            free = stop.joinable & ~stop.occupied
            if only is not None:
                # One line: its first vehicle starts, or nobody.
                line = only
                timer = line.vehicles[0]
                ready = self._ready(self.steps[timer.target].stages[timer.number][0], stop)
                if ready is None or not line.lanes & free:
                    reason = FOR_LANE if ready is not None else self.lacking
                    if line.reason != reason:
                        line.set_reason(reason, now)
                    return
                crew = ready
            else:
                best = self._next_line(stop, free, now)
                if best is None:
                    return
                line, crew = best
            lanes = line.lanes & free
            if not lanes:
                lanes = line.helped & free & self._helping(stop, now)
            if stop.low_share:
                self._count_start(stop, line)
            timer = line.vehicles.popleft()
            stop.waiting -= 1
            step = self.steps[timer.target]
            if line.reason == FOR_OFFICER and line.clocks is timer.marks:
                timer.line = None  # for nothing else all the time
            else:
                self._tally(timer, step, now)
            if timer.has_place:
                timer.has_place = False
                assert stop.area is not None
                stop.area.used -= 1
            stage = step.stages[timer.number][0]
            self._begin(timer, step, lanes, stage, crew, now)
            if stop.area is not None and stop.area.line:
                self._admit(stop.area, now, stop)

    def _next_line(self, stop: Stop, free: int, now: float) -> tuple[Line, _Crew] | None:
        """Return the line whose first vehicle starts next, with its crew.

        If there is none, every line knows for what it waits.
        """
        helping = 0
        if stop.helpers:
            helping = self._helping(stop, now) & free
            self._look_when_helping(stop, now)
        if not stop.overtaking:
            return self._head(stop, free, helping, now)
        if not stop.staffed():
            for line in stop.lines:
                if line.reason != FOR_OFFICER and line.vehicles:
                    line.set_reason(FOR_OFFICER, now)
            return None
        best: tuple[Line, _Crew] | None = None
        low: tuple[Line, _Crew] | None = None
        for line in stop.lines:
            vehicles = line.vehicles
            if not vehicles:
                continue
            if best is not None and not stop.low_share and not _before(line, best[0]):
                continue
            timer = vehicles[0]
            crew = self._ready(self.steps[timer.target].stages[timer.number][0], stop)
            if crew is None or not (line.lanes & free or line.helped & helping):
                # A lane is what is missing only if everything else is there.
                reason = FOR_LANE if crew is not None else self.lacking
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

    def _head(self, stop: Stop, free: int, helping: int, now: float) -> tuple[Line, _Crew] | None:
        """Return the line of the first vehicle of all, if it can start."""
        first = _foremost(stop)
        if first is None:
            return None
        crew = self._ready(self._first_stage(first), stop)
        if crew is not None and (first.lanes & free or first.helped & helping):
            return first, crew
        reason = FOR_LANE if crew is not None else self.lacking
        for line in stop.lines:  # all wait for what the first waits for
            if line.vehicles and line.reason != reason:
                line.set_reason(reason, now)
        return None

    def _helping(self, stop: Stop, now: float) -> int:
        """Return the lanes that take others than their own just now."""
        lanes = 0
        for helper in stop.helpers:
            since = self._helps_from(stop, helper)
            if since is not None and since <= now:
                lanes |= helper.lanes
        return lanes

    def _helps_from(self, stop: Stop, helper: Helper) -> float | None:
        """Return from when on lanes help those who wait, as they wait now; None: not at all."""
        own = others = 0
        first = math.inf
        for line in stop.lines:
            if not line.vehicles:
                continue
            if line.lanes & helper.lanes:
                own += len(line.vehicles)
            elif line.helped & helper.lanes:
                others += len(line.vehicles)
                timer = line.vehicles[0]
                first = min(first, self.steps[timer.target].queued[timer.number])
        plan = helper.plan
        if own > plan.own_at_most or not others:
            return None
        if plan.by_wait:
            return first + plan.waiting_from
        return first if others >= plan.waiting_from else None

    def _look_when_helping(self, stop: Stop, now: float) -> None:
        """Look at a stop again when somebody will have waited long enough for help."""
        for helper in stop.helpers:
            since = self._helps_from(stop, helper)
            if since is not None and since > now:
                self.later(since, stop)

    def _count_start(self, stop: Stop, line: Line) -> None:
        """Count what the share for low priority has earned, or used up, by a start."""
        if stop.waiting == len(line.vehicles):
            return
        waiting = [other.priority for other in stop.lines if other.vehicles]
        if min(waiting) < max(waiting):
            earned = stop.credit + stop.low_share
            stop.credit = earned if line.priority == min(waiting) else max(earned - 1, 0.0)

    def _begin(
        self, timer: Timer, step: Step, lanes: int, stage: Stage, crew: _Crew, now: float
    ) -> None:
        """Begin a stage: take officers, equipment and the first of the lanes together.

        Without lanes the vehicle stands in its lane already.
        """
        i = timer.number
        stop = step.stop
        if lanes:
            lane = lanes & -lanes
            stop.occupied |= lane
            timer.lane = lane
            step.lane[i] = stop.first + lane.bit_length() - 1
        task = stage.single
        timer.in_hand = task
        if task is None:
            self._begin_together(timer, stop, stage, crew, now)  # type: ignore[arg-type]
            return
        able: Able = crew  # type: ignore[assignment]  # a list for a crew only
        group, minutes = able
        idle = group.present & ~group.working
        if group.pool:
            idle &= group.at[stop.number]
        officer = idle & -idle
        group.working |= officer
        if group.hand_over:
            group.hands[officer] = timer
        for kind in task.equipment:
            self.equipment[kind] -= 1
        timer.group = group
        timer.officer = officer
        task.started[i] = now
        task.officer[i] = group.first + officer.bit_length() - 1
        service = minutes[i]
        if task.earliest is not None:
            service = max(service, task.earliest[i] - now)
        timer.when = now + service
        timer.callbacks = self.on_end
        self.schedule(timer, END + i, service)

    def _begin_together(
        self, timer: Timer, stop: Stop, stage: Stage, crew: list[Able], now: float
    ) -> None:
        """Begin the tasks of a crew."""
        i = timer.number
        timer.holds = []
        begun = over = now
        for task, (group, minutes) in zip(stage.tasks, crew, strict=True):
            idle = group.idle(stop.number)
            officer = idle & -idle
            group.working |= officer
            for kind in task.equipment:
                self.equipment[kind] -= 1
            ended = begun + minutes[i]
            if task.earliest is not None:
                ended = max(ended, task.earliest[i])
            hold = Hold(timer, task, group, officer, begun, ended)
            task.started[i] = begun
            task.officer[i] = group.first + officer.bit_length() - 1
            if group.hand_over:
                group.hands[officer] = hold
            timer.holds.append(hold)
            over = max(over, ended)
            if stage.in_sequence:
                begun = ended
        if not stage.stay:
            for hold in timer.holds:
                if hold.when < over:
                    self.schedule_release(hold)
        timer.when = over
        timer.callbacks = self.on_end
        self.schedule(timer, END + i, over - self.env.now)

    def schedule_release(self, hold: Hold) -> None:
        """Schedule the end of a task whose officer is free before the others."""
        hold.callbacks = [self._end_task]
        self.schedule(hold, END + hold.timer.number, hold.when - self.env.now)

    def _release(self, hold: Hold) -> None:
        """Free the officer and the equipment of a crew's task."""
        hold.task.ended[hold.timer.number] = hold.when
        hold.group.working ^= hold.officer
        if hold.group.noted:
            self._free(hold.group, hold.officer)
        for kind in hold.task.equipment:
            self.equipment[kind] += 1

    def _free(self, group: Group, officer: int) -> None:
        """Note that an officer of a group is free."""
        if group.hand_over:
            del group.hands[officer]
        if group.plan.return_after is not None:
            pools.rest(self, group, officer, self.env.now)

    def _ready(self, stage: Stage, stop: Stop) -> _Crew | None:
        """Return who can begin a stage, if the equipment is free too."""
        if stage.single is None:
            crew: _Crew | None = stage.fixed
            if crew is None:
                crew = self._crew(stage.tasks, stop, [])
            else:
                for group, number in stage.officers:
                    if group.free(stop.number) < number:
                        crew = None
                        break
        else:
            crew = None
            for able in stage.single.groups:
                group = able[0]
                working = group.working
                idle = group.present & ~working
                if group.pool:
                    idle &= group.at[stop.number]
                if idle and working.bit_count() < group.on_duty:
                    crew = able
                    break
        if crew is None:
            self.lacking = FOR_OFFICER
            return None
        for kind, number in stage.equipment:
            if self.equipment[kind] < number:
                self.lacking = FOR_EQUIPMENT
                return None
        return crew

    def _crew(self, tasks: Sequence[Task], stop: Stop, chosen: list[Able]) -> list[Able] | None:
        """Return a group for each task, the first choice that leaves enough for the others."""
        if len(chosen) == len(tasks):
            return chosen
        for able in tasks[len(chosen)].groups:
            group = able.group
            taken = sum(1 for other in chosen if other.group is group)
            if group.free(stop.number) > taken:
                crew = self._crew(tasks, stop, [*chosen, able])
                if crew is not None:
                    return crew
        return None

    # --- What could begin, and when to look again ------------------------------------

    def startable(self, stop: Stop, inner: bool = True) -> bool:
        """Return whether anything could begin at a stop, in a lane already or not."""
        for timer in stop.inner if inner else ():
            stage = self.steps[timer.target].stages[timer.number][timer.stage]
            if self._ready(stage, stop) is not None:
                return True
        free = stop.joinable & ~stop.occupied
        if stop.overtaking:
            lines = stop.lines
        else:
            first = _foremost(stop)
            lines = [first] if first is not None else []
        helping = self._helping(stop, self.env.now) & free if stop.helpers else 0
        for line in lines:
            if not (line.vehicles and (line.lanes & free or line.helped & helping)):
                continue
            if self._ready(self._first_stage(line), stop) is not None:
                return True
        return False

    def _first_stage(self, line: Line) -> Stage:
        """Return the first stage of the first vehicle of a line."""
        timer = line.vehicles[0]
        return self.steps[timer.target].stages[timer.number][0]

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

    def staff_lanes(self, stop: Stop, now: float) -> None:
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
            step = self.steps[timer.target]
            self._tally(timer, step, now)
            line = self._line_of(timer, step)
            timer.line = line
            timer.marks = line.waited(now)
            line.vehicles.append(timer)


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


def _first(mask: int, count: int) -> int:
    """Return the first so many bits that are set."""
    return sum(1 << bit for bit in list(bits(mask))[:count])


_place = attrgetter("place")


def _foremost(stop: Stop) -> Line | None:
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
