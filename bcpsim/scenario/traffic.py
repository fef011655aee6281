"""Who arrives and when: classes, their attributes, what risk selects, arrival patterns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, PlainSerializer, model_validator

from bcpsim.files.fields import (
    AS_NUMBER,
    Count,
    Duration,
    NotNegative,
    Rate,
    Share,
    Shorthand,
    Whole,
    shares_add_up,
    write_duration,
)
from bcpsim.files.record import Record, example
from bcpsim.scenario.costs import TravelCost
from bcpsim.scenario.distributions import Deterministic, Time
from bcpsim.scenario.tabular import Cells, Role, TableDescription, check_called
from bcpsim.scenario.values import (
    WEEKDAYS,
    Condition,
    Name,
    OpeningWindow,
    ShareCase,
    Title,
    Weekday,
    Window,
    as_share_cases,
    as_tuple,
    as_windows,
)

BOOKING = "booking"
"""Attribute of all vehicles where a source of traffic has booked slots."""

BOOKINGS = ("on_time", "late", "none")
"""Its values: in time for the slot, after the grace, and from another source."""


def add_up(what: str) -> AfterValidator:
    """Return a validator of shares that add to 1."""
    return AfterValidator(lambda shares: shares_add_up(shares, what))


Categories = Annotated[
    dict[Name, Share],
    Field(max_length=32),
    add_up("the shares of an attribute"),
]


def _as_occupants(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"low": value, "high": value}
    if isinstance(value, dict) and not value.keys() & {"shares", "low", "high"}:
        return {"shares": value}
    return value


class Occupants(Record):
    """Persons in a vehicle: shares by number, or each number of a range equally likely."""

    model_config = example({"low": 20, "high": 50})

    shares: Annotated[dict[str, Share], add_up("the shares of occupants")] | None = Field(
        None, description="Shares by number; may be written alone: {1: 45 %, 2: 35 %, 3: 20 %}."
    )
    low: Count | None = Field(None, description="Fewest persons of a range.")
    high: Count | None = Field(None, description="Most persons of a range.")

    @model_validator(mode="after")
    def _one_way(self) -> Occupants:
        by_range = self.low is not None and self.high is not None
        if by_range == (self.shares is not None):
            raise ValueError(
                "expected a whole number, shares such as {1: 45 %, 2: 55 %}, "
                "or a range {low: 20, high: 50}"
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not be above high")
        for number in self.shares or ():
            if not number.isdigit() or not 1 <= int(number) <= 1000:
                raise ValueError(f"occupants are a whole number from 1 to 1000, found {number!r}")
        return self


def _as_thresholds(value: Any) -> Any:
    return () if value is None else value if isinstance(value, (list, tuple)) else [value]


def _one_or_all(limits: tuple[float, ...]) -> Any:
    written = [write_duration(minutes) for minutes in limits]
    return (written[0] if len(written) == 1 else written) if written else None


Thresholds = Annotated[
    tuple[Duration, ...],
    Shorthand(_as_thresholds, ("string", "null")),
    PlainSerializer(_one_or_all),
    Field(max_length=10, description="A time such as 20 min, or a list of several."),
]
"""One time within which a share is to be served, or several."""


class Target(Record):
    """What planners promise: within which time."""

    model_config = example({"waiting_time": "20 min"})

    waiting_time: Thresholds = Field((), description="Longest waiting time promised.")
    time_in_system: Thresholds = Field((), description="Longest time in system promised.")

    @property
    def promises(self) -> Iterator[tuple[str, str, float]]:
        """Statistic, measure and minutes of each promise, the shortest of a list first.

        One promise is told by its measure, those of a list by their times too.
        """
        for measure, limits in self:
            for minutes in sorted(set(limits)):
                statistic = measure if len(limits) == 1 else f"{measure}_{minutes:g}min"
                yield statistic, measure, minutes


SOME, NONE = "some", "none"
"""Values of an attribute of occupants: at least one of those in a vehicle has it, or none."""


def _last_is_open(cases: tuple[ShareCase, ...]) -> tuple[ShareCase, ...]:
    if any((case.when is None) != (case is cases[-1]) for case in cases):
        raise ValueError("the last case, and no other, must have no 'when'")
    return cases


SharesOfOccupants = Annotated[
    tuple[ShareCase, ...],
    AfterValidator(_last_is_open),
    Shorthand(as_share_cases, ("string", "number", "object")),
    Field(
        min_length=1,
        max_length=100,
        description="Share of the occupants, such as 25 %, or a list of cases of which the first "
        "that holds counts and the last has no condition. Conditions ask for attributes of the "
        "class or of a timetable: [{when: {route: transit}, share: 60 %}, {share: 25 %}].",
    ),
]


class VehicleClass(Record):
    """A class of vehicle or traveller."""

    title: Title = None
    occupants: Annotated[Occupants, Shorthand(_as_occupants, ("integer", "object"))] = Field(
        Occupants(low=1, high=1),
        description="Persons in a vehicle: a whole number, shares by number "
        "({1: 45 %, 2: 55 %}) or a range ({low: 20, high: 50}).",
    )
    attributes: dict[Name, Categories] = Field(
        default_factory=dict,
        description="Attributes and the shares of their values, drawn for each vehicle: "
        "documents: {eu: 70 %, visa: 30 %}.",
    )
    occupants_with: Annotated[dict[Name, SharesOfOccupants], Field(max_length=8)] = Field(
        default_factory=dict,
        description="What each of the occupants has or hasn't got, by name, and the share who "
        "do: {to_register: 25 %}. How many it is is drawn for each vehicle. Conditions use it like "
        "an attribute, which is some if at least one has it, or none: {to_register: some}; a "
        "duration can add a time for each who does (per_occupant_with).",
    )
    target: Target = Field(
        Target(), description="Times within which a share of vehicles is to be served."
    )
    cost: TravelCost | None = Field(None, description="What their time costs; none: isn't counted.")


class SelectionCase(Record):
    """Shares of the results of a selection, under a condition."""

    when: Condition | None = Field(None, description="Whose shares they are; none: everybody's.")
    shares: Annotated[
        dict[Name, Share], Field(max_length=32), add_up("the shares of a selection")
    ] = Field(description="Results and their shares: {hit: 5 %, clear: 95 %}.")


def _as_selection(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "shares" not in value:
        return [{"shares": value}]
    return [value]


Selection = Annotated[
    tuple[SelectionCase, ...],
    Shorthand(_as_selection, ("object",)),
    Field(
        min_length=1,
        max_length=100,
        description="Shares of the results, {hit: 5 %, clear: 95 %}, or a list of cases of which "
        "the first that holds counts and the last has no condition.",
    ),
]


class _Random(Record):
    gap_cv: Annotated[float, Field(ge=0.05, le=20), AS_NUMBER] = Field(
        1.0,
        description="Coefficient of variation of the gaps between arrivals at a steady rate: "
        "1 is Poisson, below 1 more regular, above 1 burstier.",
    )
    scale: NotNegative = Field(1.0, description="Multiplies the rate: 1.1 is 10 % more traffic.")
    together: Annotated[Occupants, Shorthand(_as_occupants, ("integer", "object"))] = Field(
        Occupants(low=1, high=1),
        description="How many come at the same time, each checked apart: a whole number, shares "
        "by number or a range. The rate counts each of them.",
    )


def has_rate(arrivals: Arrivals) -> bool:
    """Return whether those who come are drawn at random by a rate."""
    return isinstance(arrivals, _Random)


class ConstantArrivals(_Random):
    """The same rate all the time."""

    pattern: Literal["constant"]
    rate: Rate = Field(description="Arrivals per time, such as 40/h.")


HourRates = Annotated[tuple[NotNegative, ...], Field(min_length=24, max_length=24)]


class HourlyArrivals(_Random):
    """A rate for each local hour of the day."""

    pattern: Literal["hourly"]
    per_hour: HourRates = Field(description="24 rates per hour, from 00-01 to 23-24 local time.")


class DailyArrivals(_Random):
    """A number per day, spread over the hours by weights."""

    pattern: Literal["daily"]
    per_day: NotNegative = Field(description="Mean number on a day of 24 hours.")
    shape: HourRates = Field(description="24 weights, from 00-01 to 23-24; any positive sum.")

    @model_validator(mode="after")
    def _some_weight(self) -> DailyArrivals:
        if sum(self.shape) <= 0:
            raise ValueError("shape must have a weight above 0")
        return self


class WeeklyArrivals(_Random):
    """A rate for each local hour of each weekday."""

    pattern: Literal["weekly"]
    per_hour: dict[Weekday, HourRates] = Field(description="24 rates per hour for each weekday.")

    @model_validator(mode="after")
    def _all_days(self) -> WeeklyArrivals:
        absent = [day for day in WEEKDAYS if day not in self.per_hour]
        if absent:
            raise ValueError(f"per_hour must name all seven weekdays; missing: {', '.join(absent)}")
        return self


class CountedArrivals(_Random, TableDescription):
    """Counts per interval from a table, as a rate in each interval."""

    pattern: Literal["counts"]
    time_column: Cells | None = Field(
        None,
        description="Column with the local date and time at which each interval starts, or a list "
        "of two: [date, clock]. A table without dates holds a typical day or week.",
    )
    count_column: Cells | None = Field(
        None,
        description="Column with the number in the interval. A list of columns is added up, save "
        'if their heads are hours, weekdays or dates, which then say when; "Lane *" stands for '
        "all that begin so.",
    )
    interval: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="Length of an interval: 1 h, 15 min; default: as the rows stand apart."
    )
    times_mark: Literal["start", "end"] | None = Field(
        None,
        description="Whether intervals start or end at the times of the table; default: start, or "
        "end where 24:00 is among them.",
    )

    roles: ClassVar[Mapping[str, Role]] = {
        "time": Role("time", "time_column"),
        "count": Role("count", "count_column"),
    }


class ObservedArrivals(TableDescription):
    """Observed arrival times from a table, replayed as they are in every replication."""

    pattern: Literal["times"]
    time_column: Cells | None = Field(
        None, description="Column with the local date and time, or a list of two: [date, clock]."
    )

    roles: ClassVar[Mapping[str, Role]] = {"time": Role("time", "time_column")}


class BatchArrivals(Record):
    """A number that arrives at the same time: one coach, one flight, one train."""

    pattern: Literal["batch"]
    count: Annotated[Whole, Field(ge=0, le=100_000)] = Field(
        description="How many arrive, each checked apart."
    )
    after: Duration = Field(0.0, description="From the start until they arrive.")


class WaitingArrivals(Record):
    """Those who wait already when the run starts, such as a backlog of the day before.

    They stand in the queue of a step, who has waited longest first. Their wait counts in full,
    from when they came.
    """

    pattern: Literal["waiting"]
    count: Annotated[Whole, Field(ge=0, le=100_000)] = Field(description="How many wait.")
    step: Name | None = Field(
        None,
        description="The step for which they wait; none: that to which the workflow's entry leads.",
    )
    waited: Time = Field(
        Deterministic(value=0.0),
        description="How long each has waited at the start: 3 h, or a distribution such as "
        "{distribution: uniform, low: 0 h, high: 14 h}.",
    )


class WaitingListArrivals(TableDescription):
    """Those who wait already when the run starts, one by one from a table.

    It may be the end of an earlier run, as ``bcpsim waiting`` writes it: then each replication
    starts from what one of the earlier run left. Who has waited longest is first.
    """

    pattern: Literal["waiting_list"]
    replications: Annotated[Whole, Field(ge=1, le=100_000)] = Field(
        1,
        description="How many replications the table has, numbered from 0 in its column "
        "replication; a run of more begins with the first again.",
    )
    unit: Literal["s", "min", "h"] = Field("min", description="Unit of the column waited.")
    attributes: Annotated[
        tuple[Name, ...], Shorthand(as_tuple, ("string",)), Field(max_length=60)
    ] = Field(
        (),
        description="Attributes that the table has, in columns of their names; an empty cell, and "
        "any other attribute, is drawn.",
    )
    called: dict[Name, str] = Field(
        default_factory=dict,
        description="What the table calls steps that have another name here: {north_yard: yard}.",
    )

    roles: ClassVar[Mapping[str, Role]] = {
        "replication": Role("replication"),
        "step": Role("step"),
        "waited": Role("waited"),
        "occupants": Role("occupants"),
    }

    @model_validator(mode="after")
    def _each_its_own(self) -> WaitingListArrivals:
        check_called(self.called, "steps")
        return self

    def every_role(self) -> Mapping[str, Role]:
        """Return the columns that this very table may have: those of attributes, too."""
        return {**self.roles, **{name: Role(name) for name in self.attributes}}


class BookedArrivals(Record):
    """Booked slots: each place of a slot may be booked, and who books may come early or late.

    Gives the attribute ``booking``: on_time, or late for those who come after the grace.
    """

    pattern: Literal["slots"]
    every: Annotated[Duration, Field(ge=1, le=1440)] = Field(
        description="Time between slots, such as 30 min."
    )
    places: Count = Field(description="Places of a slot.")
    open: Annotated[
        Annotated[tuple[OpeningWindow, ...], Field(min_length=1)],
        Shorthand(as_windows, ("string", "object")),
    ] = Field(
        (Window.model_validate({"from": "00:00", "to": "24:00"}),),
        description="When slots start, such as [06:00-22:00].",
    )
    booked: Share = Field(1.0, description="Share of the places that are booked.")
    no_show: Share = Field(0.0, description="Share of those booked who don't come.")
    late: Share = Field(0.0, description="Share of those who come after their slot has begun.")
    early_by: Time = Field(
        Deterministic(value=0.0), description="How long before the slot the others come."
    )
    late_by: Time = Field(
        Deterministic(value=0.0), description="How long after the slot's start those late come."
    )
    grace: Duration = Field(
        0.0, description="Who comes later than this after the slot's start has lost the slot."
    )
    admitted_early: bool = Field(
        False,
        description="Whether those who are early may join the queue at once; else they wait "
        "for their slot in the pre-arrival queue.",
    )


class Ready(Record):
    """What comes with a service, for activities that can't end before: baggage, vehicles.

    The pieces of all travellers of a service are ready in an order of their own.
    """

    when: Condition | None = Field(None, description="Whose is waited for; none: everybody's.")
    pieces: Annotated[Occupants, Shorthand(_as_occupants, ("integer", "object"))] = Field(
        Occupants(low=1, high=1),
        description="Pieces of each traveller, who waits for the last: a whole number, shares by "
        "number or a range.",
    )
    first_after: Time = Field(
        Deterministic(value=0.0),
        description="From the service's arrival until the first piece is ready.",
    )
    rate: Rate | None = Field(
        None, description="How many are ready one after the other, such as 15/min; none: all."
    )


Seats = Annotated[Whole, Field(ge=0, le=99_999)]


class SeatsTable(TableDescription):
    """A table of how many seats each type has, such as an aircraft's: columns type and seats."""

    roles: ClassVar[Mapping[str, Role]] = {"type": Role("type"), "seats": Role("seats")}


class TimetableArrivals(TableDescription):
    """Flights, ferries, trains or coaches from a timetable, each with travellers for its seats.

    Each row of the table is a service: its time, its seats, and values of attributes that all
    its travellers have, in columns of the attributes' names.
    """

    pattern: Literal["timetable"]
    time_column: Cells | None = Field(
        None,
        description="Column with the local date and time of the service, scheduled or actual, or "
        "a list of two: [date, clock].",
    )
    seats_column: Cells | None = Field(
        None,
        description="Column with the number of seats (or places on deck), or with a type whose "
        "seats are given; a list is added up.",
    )
    seats: Annotated[dict[str, Seats], Field(max_length=2000)] = Field(
        default_factory=dict,
        description="Seats of each type that stands in the seats_column: {A320: 180, B738: 189}.",
    )
    seats_table: SeatsTable | None = Field(
        None, description="Table with the seats of each type; instead of seats."
    )
    each_seat: Literal["traveller", "person"] = Field(
        "traveller",
        description="Who takes a seat: a traveller, such as a car on deck, whatever its occupants; "
        "or a person, so that a family that is checked together takes as many as its occupants.",
    )
    load_column: Cells | None = Field(
        None, description="Column with the share of seats that are taken, such as 0.85 or 85 %."
    )
    load: Share = Field(1.0, description="Share of seats that are taken, without a load_column.")
    scale: Annotated[NotNegative, Field(le=1000)] = Field(
        1.0,
        description="Multiplies who comes with each service: 1.2 is 20 % more, also where all "
        "seats of the table are taken.",
    )
    attributes: Annotated[
        dict[Name, Annotated[tuple[Name, ...], Field(min_length=1, max_length=62)]],
        Field(max_length=8),
    ] = Field(
        default_factory=dict,
        description="Columns with attributes of the travellers, and the values that they may "
        "have: {origin: [schengen, other], gate: [a, b]}.",
    )
    delay: Time = Field(
        Deterministic(value=0.0), description="Delay of a service after the time of the table."
    )
    first_after: Time = Field(
        Deterministic(value=0.0),
        description="From the service's arrival (taxi, mooring) until its first traveller is off.",
    )
    unloading: Rate | None = Field(
        None,
        description="How many get off one after the other, such as 20/min; none: all at once.",
    )
    ramps: Count = Field(
        1, description="Ramps, doors or gangways over which they get off at that rate, each."
    )
    ready: Annotated[dict[Name, Ready], Field(max_length=8)] = Field(
        default_factory=dict,
        description="What is ready some time after the service's arrival, by name, for activities "
        "with not_before: {baggage: {first_after: 15 min, rate: 15/min}}.",
    )
    come_before: Time | None = Field(
        None,
        description="For services that leave: how long before the time of the table a traveller "
        "comes; instead of first_after and unloading.",
    )
    closing: Duration | None = Field(
        None,
        description="For services that leave: travellers must have passed so long before the "
        "(delayed) departure; those who haven't miss it.",
    )

    roles: ClassVar[Mapping[str, Role]] = {
        "time": Role("time", "time_column"),
        "seats": Role("seats", "seats_column"),
        "load": Role(None, "load_column"),
    }

    def every_role(self) -> Mapping[str, Role]:
        """Return the columns that this very table may have: those of attributes, too."""
        return {**self.roles, **{name: Role(name) for name in self.attributes}}

    @model_validator(mode="after")
    def _seats_of_types(self) -> TimetableArrivals:
        if self.seats and self.seats_table is not None:
            raise ValueError("give either seats, or a seats_table")
        return self

    @model_validator(mode="after")
    def _one_direction(self) -> TimetableArrivals:
        if self.come_before is None and self.closing is not None:
            raise ValueError("closing goes with come_before, for services that leave")
        arrives = self.unloading is not None or self.first_after != Deterministic(value=0.0)
        if self.come_before is not None and (arrives or self.ready):
            raise ValueError(
                "first_after, unloading and ready are for services that arrive, come_before for "
                "those that leave"
            )
        if self.ramps > 1 and self.unloading is None:
            raise ValueError("ramps need the rate of unloading over each")
        return self


Arrivals = Annotated[
    ConstantArrivals
    | HourlyArrivals
    | DailyArrivals
    | WeeklyArrivals
    | CountedArrivals
    | ObservedArrivals
    | BatchArrivals
    | WaitingArrivals
    | WaitingListArrivals
    | BookedArrivals
    | TimetableArrivals,
    Field(discriminator="pattern"),
]


class Source(Record):
    """A stream of arriving vehicles."""

    title: Title = None
    classes: Annotated[dict[Name, Share], add_up("the shares of the classes")] = Field(
        description="Which classes arrive here, by share: {car: 70 %, truck: 30 %}."
    )
    arrivals: Arrivals = Field(description="When they arrive: a pattern and its numbers.")
    crossing: Name | None = Field(
        None,
        description="In a region, the crossing to which they usually go; none: the nearest by "
        "drives.",
    )
    deadline: Time | None = Field(
        None,
        description="How long after the arrival a vehicle is there at the most, such as a train's "
        "stop: who hasn't passed by then leaves unchecked and is missed. Of those who wait at the "
        "start, from then on.",
    )

    @model_validator(mode="after")
    def _one_deadline(self) -> Source:
        closing = isinstance(self.arrivals, TimetableArrivals) and self.arrivals.closing is not None
        if closing and self.deadline is not None:
            raise ValueError("give either a deadline, or the closing time of a timetable")
        return self
