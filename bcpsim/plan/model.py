"""The plan: a scenario compiled to flat tables for sampling and simulating.

A plan is frozen, picklable and hashable. Everything is an index, a number, an enum or
a tuple of these: nothing is left to parse or to look up, and nothing is callable, so
that another engine can run the same plan. Times are minutes since the scenario's
start; sets of categories and of lanes are bit masks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bcpsim.plan.laws import Law

Windows = tuple[tuple[float, float], ...]
"""Half-open stretches of time [start, end), in order and apart from one another."""


class QueueRule(IntEnum):
    """How vehicles queue at a stop."""

    SINGLE = 0
    PER_LANE = 1


class Outcome(IntEnum):
    """How a traveller ends."""

    INSIDE = 0
    RELEASED = 1
    REFUSED = 2
    DETAINED = 3
    TURNED_AWAY = 4
    MISSED = 5
    LOST_PATIENCE = 6
    DETERRED = 7
    DIVERTED = 8


OUTSIDE = (Outcome.TURNED_AWAY, Outcome.DETERRED, Outcome.DIVERTED)
"""How those end who never came in."""


class Gate(IntEnum):
    """What those do who arrive."""

    WAIT = 0
    TURN_BACK = 1
    DIVERT = 2
    HOLD = 3


class GroupWait(IntEnum):
    """Where a vehicle waits for those who got out: as it leaves the border, or at a visit."""

    LEAVING = 0
    BEFORE = 1
    AFTER = 2


class Booking(IntEnum):
    """Values of the attribute ``booking``."""

    ON_TIME = 0
    LATE = 1
    NONE = 2


class Sharing(IntEnum):
    """Who may use a kind of equipment."""

    SHARED = 0
    EXCLUSIVE = 1
    ON_REQUEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionPlan:
    """A condition on class and attributes: every mask must have the traveller's bit.

    Attributes
    ----------
    classes
        Bit mask of the classes that meet it.
    attributes
        (attribute, bit mask of its values) pairs.
    """

    classes: int
    attributes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePlan:
    """What risk analysis sees of a truth.

    Attributes
    ----------
    truth
        The attribute that it is about.
    separation
        Mean of those who have it; the others' is 0.
    mixing
        What of its own noise, and of that of scores before it, makes its noise, of variance 1.
    known
        Share of travellers of whom it tells anything.
    joint
        (score, weight) pairs; none: it is one of its own.
    largest
        Whether a joint score is the largest of its parts instead of their weighted sum.
    """

    name: str
    truth: int
    separation: float
    mixing: tuple[tuple[int, float], ...]
    known: float
    joint: tuple[tuple[int, float], ...]
    largest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPlan:
    """Who is referred: with a score from a limit on, and some of the others at random."""

    score: int
    limit: float
    random: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPlan:
    """How well a check finds a truth: a share, or by its minutes with a time constant."""

    truth: int
    share: float
    time_constant: float | None


class Found(IntEnum):
    """Values of the result of a check."""

    CLEAR = 0
    ALARM = 1
    FOUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionPlan:
    """What an activity finds.

    Attributes
    ----------
    powers
        Of each truth that it finds.
    false_alarm
        Share of those with none of them.
    result
        The attribute that holds the result; -1: nothing follows.
    ends_when_found
        Whether the check is cut short then.
    """

    powers: tuple[PowerPlan, ...]
    false_alarm: float
    result: int
    ends_when_found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributePlan:
    """An attribute, its values, and their shares by cases of which the first that holds counts.

    A class's attributes, the selections by risk and the truths are such; ``booking`` and the
    columns of timetables have no cases and are set by the source of traffic. Conditions of the
    cases look at attributes before it.

    Attributes
    ----------
    referral
        Who is referred by a score: the value 1, and not 0.
    result_of
        The activity whose result it is: an index of `Found`; -1: none.
    """

    name: str
    values: tuple[str, ...]
    cases: tuple[tuple[ConditionPlan | None, tuple[float, ...]], ...]
    referral: ReferralPlan | None = None
    result_of: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPlan:
    """A time promised: the statistic that tells how far it is kept, of which measure, minutes."""

    statistic: str
    measure: str
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlan:
    """A class of vehicle, the number of its occupants by share, and the times promised."""

    name: str
    title: str
    occupants: tuple[tuple[int, float], ...]
    targets: tuple[TargetPlan, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlan:
    """Those who wait already at the start.

    Attributes
    ----------
    count, waited
        How many, and how long each has waited.
    entry
        Where they wait; None: where those go who arrive.
    """

    count: int
    waited: Law
    entry: tuple[RoutePlan, ...] | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """Duration under a condition (None: always)."""

    condition: ConditionPlan | None
    law: Law
    per_occupant: Law | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPlan:
    """An activity or a part of one: the skill it needs (-1: none), its duration by cases.

    Attributes
    ----------
    not_before
        What must be ready before it can end, -1: nothing.
    detection
        What it finds.
    """

    name: str
    title: str
    skill: int
    cases: tuple[CasePlan, ...]
    not_before: int = -1
    detection: DetectionPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPlan:
    """Whom a lane takes besides its own, and when.

    Attributes
    ----------
    admits
        Whom it helps.
    by_wait
        Whether the wait of the first of these in minutes is watched; else their number.
    waiting_from, own_at_most
        It helps from so many, or such a wait, on, while so many of its own wait at most.
    """

    admits: ConditionPlan
    by_wait: bool
    waiting_from: float
    own_at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterPlan:
    """Shares that turn back at a queue, under a condition (None: always).

    Attributes
    ----------
    lengths, shares
        From so many waiting on, such a share; both ascending.
    """

    condition: ConditionPlan | None
    lengths: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlan:
    """One lane of a stop."""

    name: str
    stop: int
    admits: ConditionPlan | None
    windows: Windows
    helps: HelpPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """A waiting area.

    Attributes
    ----------
    places
        Number of its places; None: without a limit.
    floor
        Square metres; None: unknown.
    """

    name: str
    title: str
    places: int | None
    floor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlan:
    """Lanes opened and closed by need.

    Attributes
    ----------
    by_wait
        Whether the wait of the first vehicle in minutes is watched; else their number.
    open_at, close_at
        A lane opens at or above the one and closes at or below the other.
    delay
        Minutes from the decision to the opening.
    always
        Number of lanes that aren't closed.
    """

    by_wait: bool
    open_at: float
    close_at: float
    delay: float
    always: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """A stop, its lanes, the officer groups that work there, and its rules.

    Attributes
    ----------
    choice, next_in_line
        Rules by which a vehicle chooses a lane, and the next vehicle is chosen (see
        `bcpsim.choosing`).
    overtaking
        Whether a vehicle may start before another that can't start yet.
    priority
        Conditions, the highest priority first; who meets none comes last.
    low_priority_share
        Share of starts for those below the highest priority that waits.
    area
        Waiting area, -1: none.
    turn_away
        Whether arrivals from outside at a full area are turned away; else they wait.
    lanes_per_officer
        Lanes that one officer on duty oversees; None: they need nobody.
    patience
        Longest waits by cases; who meets none of them waits as long as it takes.
    deters
        Who turns back at a queue, by cases likewise.
    """

    name: str
    title: str
    lanes: tuple[int, ...]
    groups: tuple[int, ...]
    queue: QueueRule
    choice: str
    next_in_line: str
    overtaking: bool
    priority: tuple[ConditionPlan, ...]
    low_priority_share: float
    area: int
    turn_away: bool
    control: ControlPlan | None
    lanes_per_officer: int | None
    patience: tuple[CasePlan, ...] = ()
    deters: tuple[DeterPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """Officers of one agency with the same skills and places of work.

    Attributes
    ----------
    stops
        One: a post. Several: a pool, which begins at the first.
    paces
        Factor on the duration for each skill; None where the skill is lacking.
    pool_rule, pool_stay
        Rule by which officers of a pool choose a stop (see `bcpsim.choosing`), shortest stay.
    travel
        Minutes from each of the stops to each, by their places in `stops`.
    return_after
        Minutes idle elsewhere after which an officer of a pool goes back to the first stop;
        None: never.
    hand_over, handover_time
        Whether the vehicle in hand is handed over at the end of a shift, and the minutes
        that this adds.
    absence
        Share of shifts for which an officer doesn't come.
    reserve
        Whether its officers are on duty only when a disturbance calls them, also if that is
        switched off.
    """

    name: str
    title: str
    agency: int
    stops: tuple[int, ...]
    paces: tuple[float | None, ...]
    officers: tuple[int, ...]
    pool_rule: str
    pool_stay: float
    travel: tuple[tuple[float, ...], ...]
    hand_over: bool
    handover_time: float
    absence: float
    return_after: float | None = None
    reserve: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPlan:
    """A stretch of time on duty, and when in it vehicles are taken (not in breaks)."""

    start: float
    end: float
    available: Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerPlan:
    """One officer and the shifts, in order and apart; they may touch."""

    name: str
    group: int
    shifts: tuple[ShiftPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentPlan:
    """Equipment of one kind.

    Attributes
    ----------
    owner
        Agency, -1: nobody's own.
    request
        Minutes that asking the owner takes, where that is needed.
    maintenance
        When all of it is out of use.
    uptime, repair
        From repair to failure, and from the start of a repair to its end; None: it
        never fails.
    repaired
        When repairs begin; None: at any time.
    """

    name: str
    title: str
    count: int
    owner: int
    sharing: Sharing
    request: Law
    maintenance: Windows
    uptime: Law | None
    repair: Law | None
    repaired: Windows | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """Targets by cumulative share, under a condition (None: always).

    A target >= 0 is a step; -1 - k is the outcome k.
    """

    condition: ConditionPlan | None
    targets: tuple[int, ...]
    cumulative: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPlan:
    """An activity, or a part of one, within a task.

    Attributes
    ----------
    unless
        Tasks: if the vehicle needs one of them, the work is done there.
    """

    activity: int
    unless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlan:
    """What one officer does in a visit.

    Attributes
    ----------
    condition
        Whose task it is (None: everybody's).
    groups
        Officer groups that have all the skills, in the order in which they are asked; none:
        self-service.
    equipment
        Equipment held as long as the officer, one of each.
    asked
        Of this equipment, that for which its owner is asked.
    """

    step: int
    condition: ConditionPlan | None
    work: tuple[WorkPlan, ...]
    groups: tuple[int, ...]
    equipment: tuple[int, ...]
    asked: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """Tasks whose officers and equipment are taken together, or of each apart.

    Attributes
    ----------
    tasks
        In the order in which officers are chosen.
    in_sequence
        Whether one task starts when the one before has ended; else all start at once.
    stay
        Whether all are held until the last task has ended.
    apart
        Whether each begins as soon as its own officer and equipment are free instead.
    one_by_one
        And one at a time, in any order.
    """

    tasks: tuple[int, ...]
    in_sequence: bool = False
    stay: bool = False
    apart: bool = False
    one_by_one: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlan:
    """Who gets out of a vehicle at the end of a visit.

    Attributes
    ----------
    classes
        Classes of those who get out, by share.
    stay
        How many of the occupants stay.
    routes
        Where those who get out go.
    """

    classes: tuple[tuple[int, float], ...]
    stay: int
    routes: tuple[RoutePlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One visit to a stop, in stages one after the other in the same lane.

    Attributes
    ----------
    split
        Who gets out at its end; None: nobody.
    wait
        Whether a vehicle waits here for those who got out.
    leads_back
        Whether some way leads from here to being released, and so back to the vehicle.
    """

    name: str
    stop: int
    stages: tuple[StagePlan, ...]
    routes: tuple[RoutePlan, ...]
    split: SplitPlan | None = None
    wait: GroupWait = GroupWait.LEAVING
    leads_back: bool = True

    @property
    def tasks(self) -> tuple[int, ...]:
        """All tasks of the visit, in order."""
        return tuple(task for stage in self.stages for task in stage.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan:
    """Time between two stops; -1 as origin is the arrival, as target the exit.

    -2 as target is the vehicle out of which a traveller got.
    """

    origin: int
    target: int
    condition: ConditionPlan | None
    law: Law


class Watched(IntEnum):
    """What a trigger watches: of a stop, an area or a group of officers."""

    QUEUE = 0
    FIRST_WAIT = 1
    LONGEST_WAIT = 2
    MEAN_WAIT = 3
    AREA = 4
    ON_DUTY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan:
    """A state of the border that sets a disturbance off, and how long this goes on.

    Attributes
    ----------
    number
        Of the stop, the area or the group of officers.
    last
        Of how many the mean wait is taken.
    rises
        Whether the state is the level or more; else the level or less.
    level, back
        Number or minutes at which it begins and ends; None: ends when the state is over.
    lasting, delay, pause
        Minutes for which the state has lasted; from then to the effect; after its end.
    at_most, per_day
        Minutes each time, and times a day; None: without a limit.
    """

    watched: Watched
    number: int
    last: int
    rises: bool
    level: float
    back: float | None
    lasting: float
    delay: float
    at_most: float | None
    per_day: int | None
    pause: float

    @property
    def is_time(self) -> bool:
        """Whether what is watched is a time."""
        return self.watched in (Watched.FIRST_WAIT, Watched.LONGEST_WAIT, Watched.MEAN_WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """How an activity is otherwise for a time.

    Attributes
    ----------
    activity
        Which: its number.
    instead
        The activity whose duration counts, times the factor.
    factor
        0: it is left out.
    impossible
        Whether it can't begin.
    """

    activity: int
    instead: int
    factor: float = 1.0
    impossible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DetourPlan:
    """Where those go for a time who would come to a step.

    Attributes
    ----------
    step, target
        The step; another, or -1 - outcome.
    share
        Of them.
    """

    step: int
    target: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DisturbancePlan:
    """What is otherwise at some times.

    Attributes
    ----------
    windows
        When it happens by the calendar, or may be set off.
    every, lasts
        Minutes from the end of one to the next, and how long it lasts; None: not at random.
    always
        Whether no times are given, so that a trigger sets it off at any time.
    trigger
        What sets it off; None: it happens at its times.
    changes
        Activities that are otherwise.
    lanes
        (stop, lanes that are open) pairs.
    reserve
        (group, officers who are called) pairs.
    detours
        Who goes elsewhere.
    closed
        Stops whose lanes take nobody.
    gate
        What those do who arrive from outside.
    on_duty
        (group, share of its officers who are there) pairs.
    out
        (kind of equipment, pieces out of use) pairs.
    """

    name: str
    title: str
    windows: Windows
    every: Law | None
    lasts: Law | None
    closed: tuple[int, ...]
    gate: Gate
    on_duty: tuple[tuple[int, float], ...]
    out: tuple[tuple[int, int], ...]
    always: bool = False
    trigger: TriggerPlan | None = None
    changes: tuple[ChangePlan, ...] = ()
    lanes: tuple[tuple[int, int], ...] = ()
    reserve: tuple[tuple[int, int], ...] = ()
    detours: tuple[DetourPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPlan:
    """What an officer of an agency costs.

    Attributes
    ----------
    per_hour
        On duty, overhead included.
    supplements
        Stretches of time, and what an hour in them costs more.
    overtime
        What an hour of overtime costs.
    """

    per_hour: float
    supplements: tuple[tuple[Windows, float], ...]
    overtime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepPlan:
    """What a piece of equipment, or a lane, costs.

    Attributes
    ----------
    there, used
        Each hour for which it is there, and for which it is used.
    borne
        (agency, share) pairs; none: by use.
    """

    there: float
    used: float
    borne: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelCostPlan:
    """What the time of a class costs; None: no price.

    Attributes
    ----------
    per_hour, per_hour_of_occupant
        Of a vehicle, and of each occupant.
    waiting_alone
        Whether only the waiting costs.
    litres
        In an hour of waiting.
    per_litre, co2_per_litre
        Cost and kilograms.
    missed
        Cost of a missed deadline.
    payer
        Index in `PAYERS`.
    """

    per_hour: float | None
    per_hour_of_occupant: float | None
    waiting_alone: bool
    litres: float | None
    per_litre: float | None
    co2_per_litre: float | None
    missed: float | None
    payer: int


PAYERS = ("agencies", "travellers", "carriers")
"""Who pays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPlan:
    """All prices, in one currency.

    Attributes
    ----------
    unit
        The currency.
    pay
        Of each agency; None: no price.
    lanes, equipment
        Of each stop's lanes, and of each kind of equipment.
    classes
        Of each class.
    """

    unit: str
    pay: tuple[PayPlan | None, ...]
    lanes: tuple[UpkeepPlan | None, ...]
    equipment: tuple[UpkeepPlan | None, ...]
    classes: tuple[TravelCostPlan | None, ...]

    @property
    def any_price(self) -> bool:
        """Whether anything has a price."""
        return any((*self.pay, *self.lanes, *self.equipment, *self.classes))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPlan:
    """Opening hours of the whole border crossing point; lanes and shifts lie within them already.

    Attributes
    ----------
    hours
        When it is open.
    turned_back
        When those who arrive turn back.
    """

    hours: Windows
    turned_back: Windows


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario ready to be sampled and simulated.

    Attributes
    ----------
    scenario_hash
        Hash of the scenario after defaults and overrides, and of the data it reads.
    counted
        What those who arrive are called, a plural.
    horizon, warm_up
        Minutes; arrivals and time averages lie in [warm_up, horizon).
    end
        Minutes at which the run stops at the latest.
    hours
        (start minute, end minute) of each stretch of one local hour, [0, horizon].
    truths
        The attributes that are truths.
    counting
        When those come who count in measures; None: at any time of [warm_up, horizon).
    days
        Minutes at which the local days begin, the first at or before the start.
    activities
        Activities and parts, each time that a loop may come round; then those with another
        duration in a disturbance, which have their number of the traveller's from the same stream.
    """

    name: str
    title: str
    variant: str
    scenario_hash: str
    counted: str
    start: datetime
    time_zone: str
    horizon: float
    warm_up: float
    end: float
    hours: tuple[tuple[float, float], ...]
    days: tuple[float, ...]
    skills: tuple[str, ...]
    ready: tuple[str, ...]
    agencies: tuple[str, ...]
    agency_titles: tuple[str, ...]
    attributes: tuple[AttributePlan, ...]
    scores: tuple[ScorePlan, ...]
    truths: tuple[int, ...]
    classes: tuple[ClassPlan, ...]
    sources: tuple[SourcePlan, ...]
    activities: tuple[ActivityPlan, ...]
    areas: tuple[AreaPlan, ...]
    stops: tuple[StopPlan, ...]
    lanes: tuple[LanePlan, ...]
    groups: tuple[GroupPlan, ...]
    officers: tuple[OfficerPlan, ...]
    equipment: tuple[EquipmentPlan, ...]
    tasks: tuple[TaskPlan, ...]
    steps: tuple[StepPlan, ...]
    entry: tuple[RoutePlan, ...]
    moves: tuple[MovePlan, ...]
    disturbances: tuple[DisturbancePlan, ...]
    opening: OpeningPlan | None
    costs: CostPlan
    counting: Windows | None = None

    def taking(self, group: int) -> Windows:
        """Return when officers of a group take vehicles: a window for each stretch of each.

        Those who are there only when a disturbance calls them aren't counted.
        """
        if group in self.called:
            return ()
        shifts = (s for number in self.groups[group].officers for s in self.officers[number].shifts)
        return tuple(window for shift in shifts for window in shift.available)

    @property
    def detours(self) -> tuple[tuple[int, DetourPlan], ...]:
        """Who goes elsewhere in which disturbance, by its number."""
        return tuple((k, way) for k, one in enumerate(self.disturbances) for way in one.detours)

    @property
    def forks(self) -> tuple[tuple[int, int], ...]:
        """Where that is found: (step, -1: on arrival; number of the detour) pairs.

        Steps are those from which some way leads to the step that isn't made.
        """
        ahead = [{t for route in s.routes for t in route.targets if t >= 0} for s in self.steps]
        for _ in self.steps:
            for targets in ahead:
                targets.update(*(ahead[target] for target in tuple(targets)))
        return tuple(
            (step, number)
            for number, (_, way) in enumerate(self.detours)
            for step in range(-1, len(self.steps))
            if step < 0 or way.step in ahead[step]
        )

    @property
    def reroutes(self) -> bool:
        """Whether only a run shows where travellers go."""
        gone = (Gate.TURN_BACK, Gate.DIVERT)
        return any(
            one.detours or (one.trigger is not None and one.gate in gone)
            for one in self.disturbances
        )

    @property
    def called(self) -> frozenset[int]:
        """Groups of officers who are on duty only when a disturbance calls them."""
        return frozenset(number for number, group in enumerate(self.groups) if group.reserve)

    @property
    def splits(self) -> bool:
        """Whether anybody may get out of a vehicle."""
        return any(step.split is not None for step in self.steps)

    @property
    def expected_arrivals(self) -> float:
        """Expected number of arrivals in one replication; who gets out of a vehicle isn't."""
        return sum(source.expected for source in self.sources)
