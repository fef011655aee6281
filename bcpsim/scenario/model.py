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
    Whole,
    shares_add_up,
)

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Text = Annotated[str, StringConstraints(max_length=10_000)]

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


def _occupant_shares(value: Any) -> Any:
    if isinstance(value, dict) and not set(value) <= {"low", "high"}:
        return {"shares": value}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"shares": {str(value): 1.0}}
    return value


class OccupantShares(Record):
    """Number of occupants by shares: ``{1: 45 %, 2: 35 %, 3: 20 %}``."""

    shares: Annotated[dict[str, Share], _add_up("the shares of occupants")]

    @model_validator(mode="after")
    def _whole_numbers(self) -> OccupantShares:
        for number in self.shares:
            if not number.isdigit() or not 1 <= int(number) <= 1000:
                raise ValueError(f"occupants are a whole number from 1 to 1000, found {number!r}")
        return self


class OccupantRange(Record):
    """Number of occupants equally likely from low to high."""

    low: Count
    high: Count

    @model_validator(mode="after")
    def _ordered(self) -> OccupantRange:
        if self.low > self.high:
            raise ValueError("low must not be above high")
        return self


Occupants = Annotated[
    OccupantShares | OccupantRange,
    BeforeValidator(_occupant_shares),
    WithJsonSchema(
        {
            "description": "Persons in a vehicle: a whole number, shares by number "
            "({1: 45 %, 2: 55 %}) or a range {low: 20, high: 50}.",
            "anyOf": [{"type": "integer", "minimum": 1}, {"type": "object"}],
        }
    ),
]


class VehicleClass(Record):
    """A class of vehicle or traveller."""

    title: Text | None = Field(None, description="Name for tables; default: the key.")
    occupants: Occupants = Field(default_factory=lambda: OccupantShares(shares={"1": 1.0}))
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
    rate: Rate


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
    file: str
    time_column: str = Field(description="Column with the local start of the interval, ISO 8601.")
    count_column: str = Field(description="Column with the number in the interval.")
    interval: Annotated[Duration, Field(gt=0)] = Field(
        60.0, description="Length of an interval: 1 h, 15 min."
    )


class ObservedArrivals(Record):
    """Observed arrival times from a CSV file, replayed as they are in every replication."""

    pattern: Literal["times"]
    file: str
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

    title: Text | None = None
    classes: Annotated[dict[Name, Share], _add_up("the shares of the classes")] = Field(
        description="Which classes arrive here, by share: {car: 70 %, truck: 30 %}."
    )
    arrivals: Arrivals


# --- Work ------------------------------------------------------------------------------


def _as_tuple(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_as_tuple),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
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

    when: Condition | None = None
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
    BeforeValidator(_as_cases),
    Field(
        min_length=1,
        max_length=200,
        description="A time, a distribution, or a list of cases of which the first that holds "
        "counts and the last has no condition.",
    ),
]


class Activity(Record):
    """Work that a vehicle needs: how long it takes, and the skill it asks for."""

    title: Text | None = None
    skill: Name
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

    title: Text | None = None


class Window(Record):
    """A stretch of local time on some weekdays; ``06:00-22:00`` means every day."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to", description="At or before 'from': on the next day.")
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = Field(
        WEEKDAYS, description="Weekdays on which the window starts."
    )


def _as_window(value: Any) -> Any:
    if isinstance(value, str):
        start, dash, end = value.partition("-")
        if not dash:
            raise ValueError(f"expected a window such as 06:00-22:00, found {value!r}")
        return {"from": start.strip(), "to": end.strip()}
    return value


OpeningWindow = Annotated[Window, BeforeValidator(_as_window)]


class Shift(Window):
    """A shift with a number of officers, the same persons every day."""

    count: Annotated[Whole, Field(ge=0, le=1000)] = Field(
        description="Number of officers on this shift."
    )


def _as_paces(value: Any) -> Any:
    return dict.fromkeys(_as_tuple(value), 1.0) if isinstance(value, (str, list)) else value


class OfficerGroup(Record):
    """Officers of one agency with the same skills and place of work, by shift."""

    title: Text | None = None
    agency: Name
    skills: Annotated[
        dict[Name, Positive],
        BeforeValidator(_as_paces),
        Field(
            min_length=1,
            description="Skills, as a list, or with a pace factor: {passport: 1.2} takes 20 % "
            "longer than the activity's duration says.",
        ),
    ]
    stop: Name = Field(description="The stop at which they work.")
    shifts: Annotated[tuple[Shift, ...], Field(min_length=1, max_length=500)]


# --- Facilities ------------------------------------------------------------------------


class LaneGroup(Record):
    """Lanes (or booths) of a stop that are alike."""

    name: Name
    count: Count = 1
    admits: Condition | None = Field(None, description="Who may use them; default: everybody.")
    open: Annotated[tuple[OpeningWindow, ...], Field(min_length=1)] | None = Field(
        None, description="Opening hours, such as [06:00-22:00]; default: always."
    )


def _as_lanes(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return [{"name": "lane", "count": value}]
    return value


class Stop(Record):
    """A control point: lanes (or booths) where activities are done."""

    title: Text | None = None
    lanes: Annotated[
        tuple[LaneGroup, ...], BeforeValidator(_as_lanes), Field(min_length=1, max_length=64)
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
    when: Condition | None = None
    time: Time


class Equipment(Record):
    """Equipment of which a step takes one for its whole duration."""

    title: Text | None = None
    count: Count = 1


# --- Workflow --------------------------------------------------------------------------


class Route(Record):
    """Where to go: one step or outcome, or several by shares, under a condition."""

    when: Condition | None = None
    to: Annotated[dict[Name, Share], _add_up("the shares of a route")] = Field(
        description="A step or an outcome (released, refused, detained), or shares of them."
    )

    @model_validator(mode="before")
    @classmethod
    def _one_target(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("to"), str):
            return {**value, "to": {value["to"]: 1.0}}
        return value


def _as_routes(value: Any) -> Any:
    return [{"to": value}] if isinstance(value, str) else value


Routes = Annotated[
    tuple[Route, ...],
    BeforeValidator(_as_routes),
    Field(
        min_length=1,
        max_length=100,
        description="A step or outcome, or a list of routes of which the first that holds "
        "counts and the last has no condition.",
    ),
]


class Step(Record):
    """One visit to a stop: one officer does the activities one after the other."""

    stop: Name
    do: Names = Field(description="Activities, done in this order by one officer.")
    equipment: Annotated[tuple[Name, ...], BeforeValidator(_as_tuple)] = Field(
        (), description="Equipment held together with the officer for the whole visit."
    )
    next: Routes


class Workflow(Record):
    """Which stops a vehicle visits, and what is done there."""

    entry: Routes
    steps: Annotated[dict[Name, Step], Field(min_length=1, max_length=200)]


# --- Provenance ------------------------------------------------------------------------


class Origin(Record):
    """Where numbers of the scenario come from."""

    of: Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)] = Field(
        description="Paths of the fields, such as traffic.trucks or activities.scan.duration."
    )
    kind: Literal["published", "derived", "assumption"]
    text: Text
    url: str | None = None


class Scenario(Record):
    """A border crossing point, its traffic and its way of working."""

    name: Name
    title: Text | None = None
    description: Text | None = None
    border: Literal["land", "sea", "air"] = "land"
    horizon: Horizon
    agencies: Annotated[dict[Name, Agency], Field(min_length=1, max_length=32)]
    classes: Annotated[dict[Name, VehicleClass], Field(min_length=1, max_length=60)]
    traffic: Annotated[dict[Name, Source], Field(min_length=1, max_length=200)]
    activities: Annotated[dict[Name, Activity], Field(min_length=1, max_length=200)]
    officers: Annotated[dict[Name, OfficerGroup], Field(min_length=1, max_length=200)]
    stops: Annotated[dict[Name, Stop], Field(min_length=1, max_length=64)]
    moves: Annotated[tuple[Move, ...], Field(max_length=500)] = ()
    equipment: dict[Name, Equipment] = Field(default_factory=dict)
    workflow: Workflow
    sources: tuple[Origin, ...] = Field((), description="Where the numbers come from.")
