"""Sources of traffic: random or observed arrivals, booked slots, services with seats."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bcpsim.plan.laws import Law
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.workflow import RoutePlan


class Booking(IntEnum):
    """Values of the attribute ``booking``."""

    ON_TIME = 0
    LATE = 1
    NONE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsPlan:
    """Slots that can be booked, and how punctual those are who book.

    Attributes
    ----------
    starts
        Minute at which each slot begins.
    places
        Places of each slot.
    booked, no_show, late
        Shares: of the places, of those booked, of those who come.
    grace
        Minutes after the slot's start from which a place is lost.
    admitted_early
        Whether those who come early join the queue at once.
    """

    starts: tuple[float, ...]
    places: int
    booked: float
    no_show: float
    late: float
    early_by: Law
    late_by: Law
    grace: float
    admitted_early: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPlan:
    """When something of a service's travellers is ready.

    Attributes
    ----------
    number
        What: index in the plan's `ready`.
    condition
        Whose (None: everybody's).
    pieces
        How many each has, by share.
    first_after, gap
        Minutes from the service's arrival to the first piece, and from one to the next.
    """

    number: int
    condition: ConditionPlan | None
    pieces: tuple[tuple[int, float], ...]
    first_after: Law
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetablePlan:
    """Services with seats: flights, ferries, trains, coaches.

    Attributes
    ----------
    times, seats, load
        Minute, number of seats and share of them taken, for each service.
    delay, first_after
        Of a service: after its time, and until the first traveller is off.
    gap, ramps
        Minutes between one traveller and the next, and how many get off at a time.
    come_before
        Before the time of a service that leaves; None: the service arrives.
    closing
        Minutes before the delayed departure until which travellers must have passed.
    attributes
        (attribute, its value for each service) pairs.
    ready
        What is ready some time after the arrival.
    persons
        Mean number of seats that a traveller takes; None: one, whatever the occupants.
    late
        Minutes that each service is late in a disturbance, beside its delay; empty: none.
    """

    times: tuple[float, ...]
    seats: tuple[int, ...]
    load: tuple[float, ...]
    delay: Law
    first_after: Law
    gap: float
    come_before: Law | None
    closing: float | None
    attributes: tuple[tuple[int, tuple[int, ...]], ...]
    ramps: int = 1
    ready: tuple[ReadyPlan, ...] = ()
    persons: float | None = None
    late: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPlan:
    """Somebody who waits at the start.

    Attributes
    ----------
    step, waited, occupants
        Where, for how many minutes so far, and how many persons.
    attributes
        Value of each attribute; -1: it is drawn.
    """

    step: int
    waited: float
    occupants: int
    attributes: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlan:
    """Those who wait already at the start.

    Attributes
    ----------
    count, waited
        How many in the mean of the replications, and how long each has waited.
    entry
        Where they wait; None: where those go who arrive.
    lists
        Who waits in each replication, the longest first, in the order of their numbers and then
        from the first again; none: as many as `count` in each.
    """

    count: float
    waited: Law
    entry: tuple[RoutePlan, ...] | None
    lists: tuple[tuple[StandingPlan, ...], ...] = ()

    def standing(self, replication: int) -> tuple[StandingPlan, ...]:
        """Return who waits in a replication, of those who are listed."""
        return self.lists[replication % len(self.lists)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """A stream of arrivals: rates between edges, or times as observed.

    Attributes
    ----------
    edges, rates
        Arrivals per minute, constant between edges (one edge more than rates); empty for a stream
        without rates.
    gap_cv
        Coefficient of variation of the gaps in operational time.
    together
        How many come at once, by share.
    times
        Observed arrival times instead, ascending; None for a random stream.
    slots, timetable, waiting
        Booked slots, services with seats, or those who wait at the start, instead.
    deadline
        From the arrival until the traveller leaves unchecked; None: never.
    surge
        The disturbance in which these come beside the usual ones; empty: they are the usual ones.
    usual, drives
        In a region, the crossing to which they usually go, and the minutes to each; None: they
        never go there.
    """

    name: str
    classes: tuple[tuple[int, float], ...]
    edges: tuple[float, ...] = ()
    rates: tuple[float, ...] = ()
    gap_cv: float = 1.0
    times: tuple[float, ...] | None = None
    slots: SlotsPlan | None = None
    together: tuple[tuple[int, float], ...] = ((1, 1.0),)
    timetable: TimetablePlan | None = None
    deadline: Law | None = None
    waiting: WaitingPlan | None = None
    surge: str = ""
    usual: int = -1
    drives: tuple[float | None, ...] = ()

    @property
    def deadlines(self) -> bool:
        """Whether its travellers can miss anything."""
        closes = self.timetable is not None and self.timetable.closing is not None
        return closes or self.deadline is not None

    @property
    def expected(self) -> float:
        """Expected number of arrivals over the horizon."""
        if self.times is not None:
            return float(len(self.times))
        if self.slots is not None:
            coming = self.slots.booked * (1 - self.slots.no_show)
            return len(self.slots.starts) * self.slots.places * coming
        if self.waiting is not None:
            return float(self.waiting.count)
        if self.timetable is not None:
            services = zip(self.timetable.seats, self.timetable.load, strict=True)
            return sum(seats * load for seats, load in services) / (self.timetable.persons or 1.0)
        spans = zip(self.edges, self.edges[1:], self.rates, strict=False)
        return sum((end - start) * rate for start, end, rate in spans)
