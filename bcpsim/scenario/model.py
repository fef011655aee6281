"""The scenario as a planner writes it: typed, frozen, with defaults.

Traffic, activities, people, facilities and workflow stand apart from one another,
so that a variant can change the way of working and leave the traffic and the work
as they are. References between the parts are checked in `bcpsim.scenario.check`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from bcpsim.errors import nearest
from bcpsim.scenario.distributions import Deterministic, Time
from bcpsim.scenario.fields import (
    NAME_PATTERN,
    Clock,
    Count,
    Duration,
    NotNegative,
    Positive,
    Rate,
    Record,
    Share,
    Shorthand,
    Whole,
    shares_add_up,
)

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Title = Annotated[Text | None, Field(description="Name for tables and plots; default: the key.")]

OUTCOMES = ("released", "refused", "detained")
"""Where a route may lead besides another step."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# --- Horizon ---------------------------------------------------------------------------


def _parse_start(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        start = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no local date and time; write 2026-04-13T00:00") from None
    if start.tzinfo is not None:
        raise ValueError("write the local time without an offset; the zone is in time_zone")
    if not 1970 <= start.year <= 2100:
        raise ValueError(f"the year {start.year} is out of range; expected 1970 to 2100")
    return start


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        near = nearest(value, available_timezones())
        hint = f" (did you mean {near!r}?)" if near else ""
        raise ValueError(f"{value!r} is no time zone; expected a name such as Europe/Sofia{hint}")
    return value


Start = Annotated[
    datetime,
    BeforeValidator(_parse_start),
    PlainSerializer(lambda start: start.isoformat(timespec="minutes")),
    WithJsonSchema({"type": "string", "description": "Local date and time, 2026-04-13T00:00."}),
]


class Horizon(Record):
    """The time that is simulated."""

    start: Start = Field(description="Local date and time at which the run starts.")
    duration: Annotated[Duration, Field(gt=0, le=366 * 1440)] = Field(
        description="How long vehicles arrive and time averages are taken; a year at most."
    )
    warm_up: Duration = Field(0.0, description="Time at the start that measures leave out.")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="Zone of all wall-clock times in the file, such as Europe/Sofia."
    )
    ending: Literal["drain", "cut"] = Field(
        "drain",
        description="After the duration nobody arrives any more; drain: those inside are "
        "served on until the last has left or drain_limit is over; cut: the run stops and "
        "counts them as inside.",
    )
    drain_limit: Annotated[Duration, Field(le=31 * 1440)] = Field(
        1440.0, description="The longest time that a drain goes on."
    )

    @model_validator(mode="after")
    def _warm_up_is_shorter(self) -> Horizon:
        if self.warm_up >= self.duration:
            raise ValueError("warm_up must be shorter than duration")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


# --- Traffic ---------------------------------------------------------------------------


def _add_up(what: str) -> AfterValidator:
    return AfterValidator(lambda shares: shares_add_up(shares, what))


Categories = Annotated[
    dict[Name, Share],
    Field(max_length=32),
    _add_up("the shares of an attribute"),
]


def _as_occupants(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"low": value, "high": value}
    if isinstance(value, dict) and not value.keys() & {"shares", "low", "high"}:
        return {"shares": value}
    return value


class Occupants(Record):
    """Persons in a vehicle: shares by number, or each number of a range equally likely."""

    shares: Annotated[dict[str, Share], _add_up("the shares of occupants")] | None = Field(
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


class _Random(Record):
    gap_cv: Annotated[Positive, Field(ge=0.05, le=20)] = Field(
        1.0,
        description="Coefficient of variation of the gaps between arrivals at a steady rate: "
        "1 is Poisson, below 1 more regular, above 1 burstier.",
    )
    scale: NotNegative = Field(1.0, description="Multiplies the rate: 1.1 is 10 % more traffic.")


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


class CountedArrivals(_Random):
    """Counts per interval from a CSV file beside the scenario, as a rate in each interval."""

    pattern: Literal["counts"]
    file: str = Field(description="CSV file beside the scenario.")
    time_column: str = Field(description="Column with the local start of the interval, ISO 8601.")
    count_column: str = Field(description="Column with the number in the interval.")
    interval: Annotated[Duration, Field(gt=0)] = Field(
        60.0, description="Length of an interval: 1 h, 15 min."
    )


class ObservedArrivals(Record):
    """Observed arrival times from a CSV file, replayed as they are in every replication."""

    pattern: Literal["times"]
    file: str = Field(description="CSV file beside the scenario.")
    time_column: str = Field(description="Column with local date and time, ISO 8601.")


Arrivals = Annotated[
    ConstantArrivals
    | HourlyArrivals
    | DailyArrivals
    | WeeklyArrivals
    | CountedArrivals
    | ObservedArrivals,
    Field(discriminator="pattern"),
]


class Source(Record):
    """A stream of arriving vehicles."""

    title: Title = None
    classes: Annotated[dict[Name, Share], _add_up("the shares of the classes")] = Field(
        description="Which classes arrive here, by share: {car: 70 %, truck: 30 %}."
    )
    arrivals: Arrivals = Field(description="When they arrive: a pattern and its numbers.")


# --- Work ------------------------------------------------------------------------------


def _as_tuple(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    tuple[Name, ...],
    Shorthand(_as_tuple, ("string",)),
    Field(min_length=1),
]

Condition = Annotated[
    dict[Name, Names],
    Field(
        min_length=1,
        description="All must hold: class and attributes with one value or a list of values, "
        "such as {class: car, documents: [visa, visa_exempt]}.",
    ),
]


class DurationCase(Record):
    """The duration under a condition; the first case that holds counts."""

    when: Condition | None = Field(None, description="When the case counts; none: always.")
    time: Time = Field(Deterministic(value=0.0), description="Time for the vehicle as a whole.")
    per_occupant: Time | None = Field(
        None, description="Time added for each occupant, drawn for each apart."
    )


def _as_cases(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "distribution" not in value:
        return [value]
    return [{"time": value}]


Cases = Annotated[
    tuple[DurationCase, ...],
    Shorthand(_as_cases, ("string", "object")),
    Field(
        min_length=1,
        max_length=200,
        description="A time, a distribution, or a list of cases of which the first that holds "
        "counts and the last has no condition.",
    ),
]


class Activity(Record):
    """Work that a vehicle needs: how long it takes, and the skill it asks for."""

    title: Title = None
    skill: Name = Field(description="The skill that an officer needs for it.")
    duration: Cases

    @model_validator(mode="after")
    def _last_case_is_open(self) -> Activity:
        *first, last = self.duration
        if last.when is not None:
            raise ValueError(
                "duration: the last case must have no 'when', so that one always holds"
            )
        if any(case.when is None for case in first):
            raise ValueError("duration: only the last case may have no 'when'")
        return self


# --- People ----------------------------------------------------------------------------


class Agency(Record):
    """An agency at the border."""

    title: Title = None


def _as_days(value: Any) -> Any:
    """Turn mon-fri, or sat-sun, into a list of days; anything else is left to the schema."""
    if not isinstance(value, str):
        return value
    first, _, last = (part.strip() for part in value.partition("-"))
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        return [value]
    start = WEEKDAYS.index(first)
    return [WEEKDAYS[(start + k) % 7] for k in range((WEEKDAYS.index(last) - start) % 7 + 1)]


class Window(Record):
    """A stretch of local time on some weekdays; ``06:00-22:00`` means every day."""

    start: Clock = Field(alias="from", description="Local time at which it starts.")
    end: Clock = Field(alias="to", description="At or before 'from': on the next day.")
    days: Annotated[
        tuple[Weekday, ...], Shorthand(_as_days, ("string",)), Field(min_length=1, max_length=7)
    ] = Field(WEEKDAYS, description="Weekdays on which the window starts: [sat, sun] or mon-fri.")


def _as_window(value: Any) -> Any:
    if isinstance(value, str):
        start, dash, end = value.partition("-")
        if not dash:
            raise ValueError(f"expected a window such as 06:00-22:00, found {value!r}")
        return {"from": start.strip(), "to": end.strip()}
    return value


OpeningWindow = Annotated[Window, Shorthand(_as_window, ("string",))]


def _as_windows(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


class Shift(Window):
    """A shift with a number of officers, the same persons every day."""

    count: Annotated[Whole, Field(ge=0, le=1000)] = Field(
        description="Number of officers on this shift."
    )


def _as_paces(value: Any) -> Any:
    return dict.fromkeys(_as_tuple(value), 1.0) if isinstance(value, (str, list)) else value


class OfficerGroup(Record):
    """Officers of one agency with the same skills and place of work, by shift."""

    title: Title = None
    agency: Name = Field(description="The agency to which they belong.")
    skills: Annotated[
        dict[Name, Positive],
        Shorthand(_as_paces, ("string", "array")),
        Field(
            min_length=1,
            description="Skills, as a list, or with a pace factor: {passport: 1.2} takes 20 % "
            "longer than the activity's duration says.",
        ),
    ]
    stop: Name = Field(description="The stop at which they work.")
    shifts: Annotated[tuple[Shift, ...], Field(min_length=1, max_length=500)] = Field(
        description="When how many are on duty, in local time."
    )


# --- Facilities ------------------------------------------------------------------------


class LaneGroup(Record):
    """Lanes (or booths) of a stop that are alike."""

    name: Name = Field(description="Name of the lanes, for the event log.")
    count: Count = Field(1, description="Number of lanes that are alike.")
    admits: Condition | None = Field(None, description="Who may use them; default: everybody.")
    open: Annotated[
        Annotated[tuple[OpeningWindow, ...], Field(min_length=1)] | None,
        Shorthand(_as_windows, ("string", "object")),
    ] = Field(None, description="Opening hours, such as [06:00-22:00]; default: always.")


def _as_lanes(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return [{"name": "lane", "count": value}]
    if isinstance(value, str):
        raise ValueError(
            f"expected a number of lanes or a list of groups of lanes, found {value!r}"
        )
    return value


class Stop(Record):
    """A control point: lanes (or booths) where activities are done."""

    title: Title = None
    lanes: Annotated[
        tuple[LaneGroup, ...],
        Shorthand(_as_lanes, ("integer",)),
        Field(min_length=1, max_length=64),
    ] = Field(description="Number of lanes, or a list of groups of lanes.")
    queue: Literal["single", "per_lane"] = Field(
        "single", description="One queue for all lanes, or one per lane, chosen on joining."
    )
    choice: Literal["shortest_queue", "fewest_vehicles", "random"] = Field(
        "fewest_vehicles",
        description="With a queue per lane: the fewest waiting, the fewest waiting and in "
        "service, or any; equal ones by the order of the lanes.",
    )


class Move(Record):
    """Driving or walking time between two stops."""

    origin: Name = Field(alias="from", description="A stop, or 'arrival'.")
    to: Name = Field(description="A stop, or 'exit'.")
    when: Condition | None = Field(None, description="Whose move it is; none: everybody's.")
    time: Time = Field(description="Time of the move.")


class Equipment(Record):
    """Equipment of which a step takes one for its whole duration."""

    title: Title = None
    count: Count = Field(1, description="How many there are.")


# --- Workflow --------------------------------------------------------------------------


class Route(Record):
    """Where to go: one step or outcome, or several by shares, under a condition."""

    when: Condition | None = Field(None, description="Whose route it is; none: everybody's.")
    to: Annotated[
        dict[Name, Share],
        _add_up("the shares of a route"),
        Shorthand(lambda value: {value: 1.0} if isinstance(value, str) else value, ("string",)),
    ] = Field(description="A step or an outcome (released, refused, detained), or shares of them.")


def _as_routes(value: Any) -> Any:
    if isinstance(value, str):
        return [{"to": value}]
    return [value] if isinstance(value, dict) else value


Routes = Annotated[
    tuple[Route, ...],
    Shorthand(_as_routes, ("string", "object")),
    Field(
        min_length=1,
        max_length=100,
        description="A step or outcome, or a list of routes of which the first that holds "
        "counts and the last has no condition.",
    ),
]


class Step(Record):
    """One visit to a stop: one officer does the activities one after the other."""

    stop: Name = Field(description="The stop at which it is made.")
    do: Names = Field(description="Activities, done in this order by one officer.")
    equipment: Annotated[tuple[Name, ...], Shorthand(_as_tuple, ("string",))] = Field(
        (), description="Equipment held together with the officer for the whole visit."
    )
    next: Routes = Field(description="Where to go from here.")


class Workflow(Record):
    """Which stops a vehicle visits, and what is done there."""

    entry: Routes = Field(description="Where to go on arrival.")
    steps: Annotated[dict[Name, Step], Field(min_length=1, max_length=200)] = Field(
        description="The visits that a vehicle may make, each at most once."
    )


# --- Provenance ------------------------------------------------------------------------


class Origin(Record):
    """Where numbers of the scenario come from."""

    of: Annotated[tuple[str, ...], Shorthand(_as_tuple, ("string",)), Field(min_length=1)] = Field(
        description="Paths of the fields, such as traffic.trucks or activities.scan.duration."
    )
    kind: Literal["published", "derived", "assumption"] = Field(
        description="Read in a source, computed from one, or assumed."
    )
    text: Text = Field(description="The source, or the reason for the assumption.")
    url: str | None = Field(None, description="Address of the source.")


class Scenario(Record):
    """A border crossing point, its traffic and its way of working."""

    name: Name = Field(description="Name of the scenario, for results.")
    title: Title = None
    description: Text | None = Field(None, description="What it shows, in a few sentences.")
    border: Literal["land", "sea", "air"] = Field("land", description="Kind of border.")
    horizon: Horizon = Field(description="The time that is simulated.")
    agencies: Annotated[dict[Name, Agency], Field(min_length=1, max_length=32)] = Field(
        description="Agencies by name."
    )
    classes: Annotated[dict[Name, VehicleClass], Field(min_length=1, max_length=60)] = Field(
        description="Classes of vehicle or traveller by name."
    )
    traffic: Annotated[dict[Name, Source], Field(min_length=1, max_length=200)] = Field(
        description="Streams of arrivals by name."
    )
    activities: Annotated[dict[Name, Activity], Field(min_length=1, max_length=200)] = Field(
        description="The work that has to be done, by name."
    )
    officers: Annotated[dict[Name, OfficerGroup], Field(min_length=1, max_length=200)] = Field(
        description="Groups of officers by name."
    )
    stops: Annotated[dict[Name, Stop], Field(min_length=1, max_length=64)] = Field(
        description="Control points by name."
    )
    moves: Annotated[tuple[Move, ...], Field(max_length=500)] = Field(
        (), description="Times between stops; the first that fits counts, none takes no time."
    )
    equipment: dict[Name, Equipment] = Field(
        default_factory=dict, description="Kinds of equipment by name."
    )
    workflow: Workflow = Field(description="Which stops a vehicle visits, and what is done there.")
    sources: tuple[Origin, ...] = Field((), description="Where the numbers come from.")
