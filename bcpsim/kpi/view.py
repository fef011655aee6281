"""Runs as measures see them: whole columns, each made once when a measure first asks for it.

The runs of a block of replications are measured together: their travellers follow one another, and
what is counted has the replications as its first axis. Times are whole microseconds. Columns of
travellers have the shape (n,), those of visits to stops (steps, n).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import EventLog, Holdings, Visits, holdings, visits_of, waits_in_lanes
from bcpsim.engine.replicate import replicate_block
from bcpsim.kpi.bill import Bill
from bcpsim.kpi.crowds import Stays
from bcpsim.kpi.finds import Finds
from bcpsim.kpi.handling import Handling
from bcpsim.kpi.hourly_bill import HourlyBill
from bcpsim.kpi.inquiries import investigated
from bcpsim.kpi.kernels import counted, grouped, hours_of, lasting, swept, visit_times
from bcpsim.kpi.layout import Kind, Laid, Layout
from bcpsim.kpi.pace import pressed_times
from bcpsim.kpi.roster import Roster
from bcpsim.kpi.times import Times
from bcpsim.plan.records.outcomes import OUTSIDE, Outcome
from bcpsim.sampling import Block
from bcpsim.sampling.documents import cleared
from bcpsim.sampling.offices import Jobs
from bcpsim.sampling.risk import REFERRED
from bcpsim.sampling.ticks import FAR, NEVER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_CHECKED = (Outcome.RELEASED, Outcome.REFUSED, Outcome.DETAINED)


@dataclass(frozen=True, slots=True, eq=False)
class Who:
    """Some of the travellers, or of the visits, that a measure is about.

    Attributes
    ----------
    mask
        Which of them, as a column of a view.
    counted_by
        The measures whose totals, with signs, add up to their number.
    """

    mask: Callable[[View], Mask]
    counted_by: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The travellers, or visits, of one kind, in groups: by class, or by stop and class.

    Attributes
    ----------
    order
        Their places in a flattened column, group by group.
    low, high
        Which of these belong to each population: from one to before another; shape
        (replications, populations).
    """

    order: Ints
    low: Ints
    high: Ints


def since(start: Ints, end: Ints) -> Ints:
    """Return the time from one moment to another, `NEVER` where one of them never came."""
    return np.where((start == NEVER) | (end == NEVER), NEVER, end - start)


class View:
    """Runs as measures see them.

    Parameters
    ----------
    layout
        What hangs on the plan alone.
    block, log
        Replications of that plan; measures of officers ask for the circumstances.
    """

    def __init__(self, layout: Layout, block: Block, log: EventLog) -> None:
        self.layout = layout
        self.block = block
        self.travellers = block.travellers
        self.log = log
        self.replications = len(block)
        self._members: dict[tuple[Who, bool], tuple[Ints, Ints]] = {}

    @cached_property
    def undisturbed(self) -> View | None:
        """The same replications without disturbances; None: they can't be drawn again."""
        if not self.block.numbers:
            return None
        usual = tuple(source for source in self.layout.plan.sources if not source.surge)
        plan = replace(self.layout.plan, disturbances=(), sources=usual)
        runs = replicate_block(plan, self.block.seed, self.block.numbers)
        return View(Layout(plan), *runs)

    @cached_property
    def usual(self) -> Mask:
        """Who comes without any surge, too: in the order of those who come undisturbed."""
        surges = np.array([bool(source.surge) for source in self.layout.plan.sources])
        return ~surges[self.travellers.source]

    def each(self) -> Iterator[View]:
        """Yield the runs one by one, for what can't be measured together."""
        for place in range(self.replications):
            if self.replications == 1:
                yield self
            else:
                own = self.log.part(self.block.rows_of(place), place)
                yield View(self.layout, self.block.one(place), own)

    # ---- travellers --------------------------------------------------------------------------

    @cached_property
    def times(self) -> Times:
        """All columns of times."""
        return Times.of(self.travellers, self.log, self.visits)

    @property
    def category(self) -> Ints:
        """The class of each traveller."""
        return self.travellers.category

    @cached_property
    def brought(self) -> Ints:
        """When each traveller came; who gets out of a vehicle came with it."""
        arrival, vehicle = self.times.arrival, self.travellers.vehicle
        if not self.layout.plan.splits:
            return arrival
        return np.where(vehicle < 0, arrival, arrival[vehicle])

    @cached_property
    def came(self) -> Ints:
        """Those who came, of each replication in the order in which they did."""
        arrival = self.times.arrival
        if not self.layout.plan.splits:
            return np.arange(len(arrival))  # they are in this order
        order = np.lexsort((arrival, self.replication))
        return order[arrival[order] != NEVER]

    @cached_property
    def arriving(self) -> Mask:
        """Which travellers arrive in the measured time, or wait at its start."""
        came = np.maximum(self.brought, 0)  # who waits at the start, with it
        return (came >= self.layout.warm_up) & (came < self.layout.horizon)

    @cached_property
    def counted(self) -> Mask:
        """Travellers who count in measures: all, or those who come at the times that count."""
        times = self.layout.counting
        if times is None:
            return self.arriving
        return np.searchsorted(times, self.brought, side="right") % 2 == 1

    @cached_property
    def inside(self) -> Mask:
        """Who is still inside when the run stops."""
        return self.log.ended_as(Outcome.INSIDE)

    @cached_property
    def missed(self) -> Mask:
        """Who hadn't passed by the deadline."""
        return self.log.ended_as(Outcome.MISSED)

    @cached_property
    def gave_up(self) -> Mask:
        """Who left unchecked: at the deadline, out of patience, or as the stop was cleared."""
        return self.log.ended_as(Outcome.MISSED, Outcome.LOST_PATIENCE, Outcome.SENT_AWAY)

    @cached_property
    def left(self) -> Mask:
        """Who came in and has left, whenever they arrived."""
        return ~self.log.ended_as(Outcome.INSIDE, *OUTSIDE)

    @cached_property
    def backlog(self) -> Mask:
        """Who waits already at the start, with those in the same vehicle."""
        sources = [source.waiting is not None for source in self.layout.plan.sources]
        return np.array(sources)[self.travellers.source]

    @cached_property
    def timed(self) -> Mask:
        """Who has left and has times of its own; in a vehicle only those who got out have."""
        if not self.layout.plan.splits:
            return self.left
        return self.left & (self.times.arrival != NEVER)

    @cached_property
    def gone(self) -> Mask:
        """Of those who arrive in the measured time, who came in and has left."""
        return self.counted & self.left

    @cached_property
    def leaving(self) -> Mask:
        """Who leaves in the measured time after the checks, however they ended."""
        checked = self.log.ended_as(*_CHECKED)
        departure = self.times.departure
        return checked & (departure >= self.layout.warm_up) & (departure < self.layout.horizon)

    @cached_property
    def outcomes(self) -> Ints:
        """How many of those who arrive in the measured time end how.

        Shape (replications, outcomes, classes).
        """
        shape = (self.replications, len(Outcome), self.layout.groups)
        code = (self.replication * shape[1] + self.log.outcome) * shape[2] + self.category
        return counted(self.counted, code, math.prod(shape)).reshape(shape)

    @cached_property
    def reached(self) -> Ints:
        """When the first check of each traveller began."""
        started = self.times.started
        first = np.where(started == NEVER, FAR, started).min(axis=0)
        return np.where(first == FAR, NEVER, first)

    @cached_property
    def all_begun(self) -> Mask:
        """Travellers for whom every check on their way began; everybody, where nobody gives up."""
        if not self.layout.gives_up:
            return np.ones(len(self.travellers), dtype=bool)
        begun, travellers = self.begun, self.travellers
        who = np.arange(len(travellers))
        ahead = np.zeros(begun.shape, dtype=bool)
        sent = travellers.entry >= 0
        ahead[travellers.entry[sent], who[sent]] = True
        for step, following in enumerate(travellers.following):
            sent = begun[step] & (following >= 0)
            ahead[following[sent], who[sent]] = True
        return np.asarray((begun | ~ahead).all(axis=0), dtype=bool)

    @cached_property
    def response(self) -> Ints:
        """Time from the arrival of each traveller to the first check."""
        return since(self.times.arrival, self.reached)

    @cached_property
    def processing(self) -> Ints:
        """Time from the first check of each traveller to leaving.

        Whose way has no check is through at once; who gave up before the first wasn't processed.
        """
        at_once = (self.reached == NEVER) & ~self.gave_up
        return since(np.where(at_once, self.times.departure, self.reached), self.times.departure)

    @cached_property
    def in_system(self) -> Ints:
        """Time from the arrival of each traveller to leaving."""
        return since(self.times.arrival, self.times.departure)

    # ---- visits ------------------------------------------------------------------------------

    @cached_property
    def visits(self) -> Visits:
        """The visits as wholes."""
        return visits_of(self.layout.plan, self.travellers, self.log)

    @cached_property
    def queue_of_visit(self) -> Ints:
        """The stop of each visit; stops are numbered on from one replication to the next."""
        return self.layout.stops[:, None] + len(self.layout.plan.stops) * self.replication

    @cached_property
    def joined(self) -> Mask:
        """Visits whose traveller came to the stop."""
        return self.times.queued != NEVER

    @cached_property
    def begun(self) -> Mask:
        """Visits that began."""
        return self.log.lane >= 0

    @cached_property
    def waited(self) -> Mask:
        """Visits whose wait in the queue is over."""
        return self.times.waited_until != NEVER

    @cached_property
    def served(self) -> Mask:
        """Visits that began and are over, at the end or as their traveller gave up."""
        return self.begun & ((self.times.ended != NEVER) | (self.times.left != NEVER))

    @cached_property
    def queue_until(self) -> Ints:
        """When the wait in each queue ended, at the latest with the run."""
        return np.where(self.waited, self.times.waited_until, self.layout.end)

    @cached_property
    def in_queues(self) -> Stays:
        """Who waits in the queue of which stop, or outside it, at the latest until the end.

        Stops, and areas, are numbered on from one replication to the next.
        """
        there = self.joined
        return Stays(self.queue_of_visit[there], self.times.queued[there], self.queue_until[there])

    @cached_property
    def in_lanes(self) -> Stays:
        """Who waits in a lane of which stop, between two officers or for a place ahead."""
        plan = self.layout.plan
        step, who, start, end = waits_in_lanes(plan, self.travellers, self.log, self.visits)
        return Stays(self.queue_of_visit[step, who], start, end)

    @cached_property
    def in_areas(self) -> Stays:
        """Who has a place in which waiting area; who is on the way to it from a stop has one.

        Where an area has no number of places, who waits at its stops.
        """
        return self._at_areas(self._place_from, self._place_until)

    @cached_property
    def outside_areas(self) -> Stays:
        """Who waits outside which full waiting area."""
        place = self._place_from
        until = np.where((place == NEVER) | (place > self.queue_until), self.queue_until, place)
        outside = self.joined & ((place == NEVER) | (place > self.times.queued))
        outside &= (self.layout.places_of_steps >= 0)[:, None]
        start = np.maximum(self.times.queued, 0)  # where others stood before, nobody knows
        return self._at_areas(np.where(outside, start, NEVER), until)

    @cached_property
    def kept_from_areas(self) -> Stays:
        """Who is kept in a lane by which full waiting area."""
        layout, times = self.layout, self.times
        target = self.travellers.following
        ahead = np.where(target >= 0, layout.areas[np.maximum(target, 0)], -1)
        until = np.where(times.left == NEVER, layout.end, times.left)
        start = until - self.blocked
        still = self.begun & (times.ended != NEVER) & (times.left == NEVER)
        start[still] = times.ended[still]
        kept = (still & ~layout.waits_after[:, None]) | (self.blocked > 0)
        kept &= (ahead >= 0) & (layout.places[ahead] >= 0)
        area = ahead + len(layout.plan.areas) * self.replication
        return Stays(area[kept], start[kept], until[kept])

    @cached_property
    def _place_from(self) -> Ints:
        """When the traveller of each visit took a place in the waiting area."""
        queued, layout = self.times.queued, self.layout
        if not layout.has_full_areas:
            return queued
        return np.where((layout.places_of_steps < 0)[:, None], queued, self.log.entered)

    @cached_property
    def _place_until(self) -> Ints:
        """When the traveller of each visit gave back the place, at the latest at the end."""
        gone = self.times.departure  # who gave up on the way
        last = np.where(gone == NEVER, self.layout.end, gone)
        return np.where(self.waited, self.times.waited_until, last)

    def _at_areas(self, start: Ints, end: Ints) -> Stays:
        """Return the stays of visits that have a start, by waiting area."""
        there = (start != NEVER) & (self.layout.areas >= 0)[:, None]
        area = self.layout.areas[:, None] + len(self.layout.plan.areas) * self.replication
        return Stays(area[there], start[there], end[there])

    @cached_property
    def _visit_times(self) -> Ints:
        times = self.times
        return visit_times(
            times.queued,
            times.waited_until,
            times.started,
            times.ended,
            times.left,
            times.between,
            times.for_lane,
            times.for_equipment,
            times.for_group,
            self.log.lane,
            self.layout.waits_after,
        )

    @property
    def in_queue(self) -> Ints:
        """Time in the queue of each visit; 0 where nobody queued, or still waits."""
        return self._visit_times[0]

    @property
    def blocked(self) -> Ints:
        """Time for which each visit was kept in the lane by a full waiting area ahead."""
        return self._visit_times[1]

    @property
    def waiting(self) -> Ints:
        """Time of waiting of each visit."""
        return self._visit_times[2]

    @property
    def for_officer(self) -> Ints:
        """Time for which each visit waited for an officer."""
        return self._visit_times[3]

    @cached_property
    def service(self) -> Ints:
        """Time of service of each visit, up to where its traveller gave up."""
        if not self.layout.is_hold.any():
            return self._visit_times[4]
        return np.where(self.layout.is_hold[:, None], 0, self._visit_times[4])

    @cached_property
    def hold(self) -> Ints:
        """Time for which each visit was held while nobody of the border worked."""
        return np.where(self.layout.is_hold[:, None], self._visit_times[4], 0)

    @cached_property
    def waiting_in_all(self) -> Ints:
        """Time of waiting of each traveller."""
        return self.waiting.sum(axis=0)

    @cached_property
    def moves(self) -> Ints:
        """Time of the move after each visit; who gives up may not make it."""
        moves = self.times.move_after
        if self.gave_up.any():
            cut = self.gave_up & (self.times.left != NEVER)
            rest = self.times.departure - self.times.left
            moves = np.where(cut, np.minimum(moves, rest), moves)
        return np.where(self.begun, moves, 0)

    # ---- groups and hours --------------------------------------------------------------------

    @cached_property
    def replication(self) -> Ints:
        """The place of each traveller's replication in the block."""
        return self.block.replication

    @cached_property
    def group(self) -> Ints:
        """The group of each traveller: by replication and, in each, by class."""
        return self.replication * self.layout.groups + self.category

    @cached_property
    def group_of_visit(self) -> Ints:
        """The group of each visit in flattened columns: by replication, stop and class."""
        return (self.queue_of_visit * self.layout.groups + self.category).ravel()

    def count(self, some: Mask) -> Ints:
        """Return how many travellers or visits there are of a mask of either.

        By replication and group, shape (replications, groups).
        """
        return counted(some.ravel(), *self.groups_of(some)).reshape(self.replications, -1)

    def count_at_crossings(self, some: Mask) -> Ints:
        """Return how many of some travellers went to each crossing of a region.

        Shape (replications, crossings).
        """
        return counted(some, *self._at_crossings).reshape(self.replications, -1)

    @cached_property
    def _at_crossings(self) -> tuple[Ints, int]:
        """To which crossing each traveller went, numbered on as stops are, and how many."""
        number = len(self.layout.plan.crossings)
        return self.replication * number + self.crossing, self.replications * number

    @cached_property
    def crossing(self) -> Ints:
        """The crossing of a region to which each traveller went, or would have gone."""
        region = self.layout.plan.region
        assert region is not None
        return self.travellers.attributes[region.attribute]

    @cached_property
    def usual_crossing(self) -> Ints:
        """The crossing to which each traveller usually goes."""
        usual = [source.usual for source in self.layout.plan.sources]
        return np.array(usual, dtype=np.int64)[self.travellers.source]

    def groups_of(self, column: Mask | Ints) -> tuple[Ints, int]:
        """Return the groups in which a column of travellers or visits is, and how many."""
        if column.ndim == 1:
            return self.group, self.replications * self.layout.groups
        stops = len(self.layout.plan.stops)
        return self.group_of_visit, self.replications * stops * self.layout.groups

    def members(self, who: Who, laid: Laid) -> Members:
        """Return some of the travellers or visits, by population."""
        key = who, laid.kind is Kind.CROSSINGS
        found = self._members.get(key)
        if found is None:
            mask = who.mask(self)
            groups = self._at_crossings if key[1] else self.groups_of(mask)
            found = self._members[key] = grouped(mask.ravel(), *groups)
        order, bounds = found
        size = (len(bounds) - 1) // self.replications
        before = size * np.arange(self.replications)[:, None]
        return Members(order, bounds[before + laid.low], bounds[before + laid.high])

    @cached_property
    def hour_of_arrival(self) -> Ints:
        """The hour in which each traveller arrives, in a vehicle or alone."""
        return hours_of(self.layout.edges, self.brought)

    @cached_property
    def hour_of_queueing(self) -> Ints:
        """The hour in which the traveller of each visit joined the queue; flattened."""
        return hours_of(self.layout.edges, self.times.queued.ravel())

    # ---- queues and officers -----------------------------------------------------------------

    @cached_property
    def holdings(self) -> Holdings:
        """Who held an officer and when."""
        return holdings(self.layout.plan, self.travellers, self.log)

    @cached_property
    def held(self) -> tuple[Ints, Ints]:
        """When officers were taken and freed, in the order of `holdings`."""
        return self.holdings.start, self.holdings.end

    @cached_property
    def replication_of_holding(self) -> Ints:
        """The place of the replication of each holding."""
        return self.replication[self.holdings.traveller]

    @cached_property
    def group_of_holding(self) -> Ints:
        """The group of officers of each; groups are numbered on as stops are."""
        if not len(self.holdings.officer):
            return self.holdings.officer
        own = self.layout.group_of_officer[self.holdings.officer]
        return self.replication_of_holding * len(self.layout.plan.groups) + own

    @cached_property
    def roster(self) -> Roster:
        """Who is on duty."""
        return self.layout.roster(self.block.circumstances)

    @cached_property
    def end_of_duty(self) -> Ints:
        """The end of the stretch of duty in which each holding began."""
        before = self.replication_of_holding * len(self.layout.plan.officers)
        return self.roster.end_of_duty(before + self.holdings.officer, self.held[0])

    @cached_property
    def swept(self) -> tuple[Ints, Ints, Ints]:
        """What a sweep over time finds: see `kernels.swept`."""
        layout, roster, times = self.layout, self.roster, self.times
        waits = self.joined & (self.queue_until > times.queued)
        queue = self.queue_of_visit[waits]
        start, end = self.held
        changes = layout.changes
        return swept(
            *changes.in_order(
                (
                    (self.queue_until[waits], queue),
                    (times.queued[waits], queue),
                    (end, self.group_of_holding),
                    (start, self.group_of_holding),
                    (roster.taking_from, roster.taking_group),
                    (roster.taking_until, roster.taking_group),
                ),
                self.replications,
            ),
            changes.bits,
            layout.warm_up,
            layout.horizon,
            changes.free,
            changes.waiting,
            len(layout.plan.stops),
        )

    @cached_property
    def standing(self) -> Ints:
        """For how long vehicles stand in the lanes of each stop, shape (replications, stops)."""
        layout, times = self.layout, self.times
        until = np.where(times.left == NEVER, layout.end, times.left)
        stops = self.replications * len(layout.plan.stops)
        return lasting(
            times.started.ravel(),
            until.ravel(),
            self.begun.ravel(),
            self.queue_of_visit.ravel(),
            stops,
            layout.warm_up,
            layout.horizon,
        ).reshape(self.replications, -1)

    @cached_property
    def referred(self) -> Mask:
        """Who of those who count is referred by each referral, shape (referrals, n)."""
        rows = self.travellers.attributes[list(self.layout.referrals)]
        return np.asarray((rows == REFERRED) & self.counted, dtype=bool)

    @cached_property
    def finds(self) -> Finds:
        """What checks find."""
        return Finds.of(self)

    @cached_property
    def handling(self) -> Handling:
        """How cases are handled."""
        return Handling.of(self)

    @cached_property
    def inquiries(self) -> Jobs:
        """How investigations go in the back offices."""
        return investigated(self)

    @cached_property
    def clearings(self) -> Jobs:
        """How documents that were lodged beforehand are cleared."""
        measured = (self.layout.warm_up, self.layout.horizon)
        plan, travellers = self.layout.plan, self.travellers
        return cleared(plan, travellers, self.replication, self.replications, measured)

    @cached_property
    def pressed(self) -> tuple[Ints, Ints]:
        """Time of checks under pressure, and at the usual pace; shape (replications, groups)."""
        return pressed_times(self)

    @cached_property
    def busy_in_offices(self) -> Ints:
        """Time for which specialists work in the measured time, shape (replications, offices)."""
        return self.inquiries.busy + self.clearings.busy

    @cached_property
    def bill(self) -> Bill:
        """What all costs."""
        return Bill.of(self)

    @cached_property
    def hourly_bill(self) -> HourlyBill:
        """What all costs, by hour."""
        return HourlyBill.of(self)

    @cached_property
    def overtime(self) -> Ints:
        """The time served beyond the end of shifts, shape (replications, groups of officers)."""
        layout, (start, end) = self.layout, self.held
        counts = (start >= layout.warm_up) & (start < layout.horizon)
        size = self.replications * len(layout.plan.groups)
        found = lasting(self.end_of_duty, end, counts, self.group_of_holding, size, -FAR, FAR)
        return found.reshape(self.replications, -1)
