"""Staffing files: which service is to be kept, by which officers, under which rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bcpsim.files.fields import (
    NAME_PATTERN,
    Clock,
    Count,
    Duration,
    NotNegative,
    Share,
    Shorthand,
    Whole,
    shown,
)
from bcpsim.files.record import Record, example
from bcpsim.scenario.values import (
    WEEKDAYS,
    Days,
    Name,
    OpeningWindow,
    Weekday,
    Window,
)
from bcpsim.studies import Overrides, StudyFile, VariantNames

ALL_DAYS = (0, 1, 2, 3, 4, 5, 6)
"""All weekdays by number, Monday being 0."""


def numbers_of(days: Sequence[Weekday]) -> tuple[int, ...]:
    """Return weekdays by number, in order."""
    return tuple(sorted({WEEKDAYS.index(day) for day in days}))


def _whole_minutes(minutes: float) -> float:
    if minutes <= 0 or minutes % 1:
        raise ValueError("must be whole minutes, at least 1")
    return minutes


Length = Annotated[Duration, Field(le=1440), AfterValidator(_whole_minutes)]


LanesKey = Annotated[
    str, StringConstraints(pattern=f"{NAME_PATTERN[:-1]}([.]{NAME_PATTERN[1:-1]})?$")
]
"""A stop, or a stop and the name of its lanes."""


def _one(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _as_starts(value: Any) -> Any:
    if isinstance(value, (int, float)):
        raise ValueError(f'expected clock times, such as ["08:00", "20:00"], found {shown(value)}')
    return {"at": _one(value)} if isinstance(value, (str, list)) else value


class Starts(Record):
    """Clock times at which shifts may start: a list, or from one to another in equal steps."""

    model_config = example({"from": "05:00", "to": "09:00", "every": "30 min"})

    at: Annotated[tuple[Clock, ...], Field(min_length=1, max_length=288)] | None = Field(
        None, description="The times one by one."
    )
    first: Clock | None = Field(None, alias="from", description="First start.")
    last: Clock | None = Field(None, alias="to", description="Last start, on the same day.")
    every: Annotated[Length, Field(ge=5)] | None = Field(
        None, description="Step between two starts."
    )

    @model_validator(mode="after")
    def _list_or_steps(self) -> Starts:
        steps = (self.first, self.last, self.every)
        listed = (None, None, None)
        if (self.at is None and None in steps) or (self.at is not None and steps != listed):
            raise ValueError("give times, or from, to and every")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("the last start must not lie before the first")
        return self

    @property
    def times(self) -> tuple[float, ...]:
        """The starts in minutes after midnight."""
        if self.first is None or self.last is None or self.every is None:
            return self.at or ()
        steps = int((self.last - self.first) / self.every + 1e-9)
        return tuple(self.first + k * self.every for k in range(steps + 1))


class ShiftBreak(Record):
    """A break within a shift, at times that the solver may choose from."""

    length: Length = Field(description="Length of the break.")
    earliest: Length = Field(description="Earliest start, after the start of the shift.")
    latest: Length | None = Field(None, description="Latest start; default: the earliest.")
    every: Annotated[Length, Field(ge=5)] = Field(30.0, description="Step between two starts.")

    @property
    def offsets(self) -> tuple[float, ...]:
        """Starts in minutes after the start of the shift."""
        latest = self.earliest if self.latest is None else self.latest
        steps = int((latest - self.earliest) / self.every + 1e-9)
        return tuple(self.earliest + k * self.every for k in range(steps + 1))


InVariants = Annotated[
    VariantNames | None,
    Field(description="Variants for which this holds; default: all."),
]


class ShiftChoice(Record):
    """Shifts that the roster may be made of: each start with each length."""

    starts: Annotated[Starts, Shorthand(_as_starts, ("string", "array"))] = Field(
        description="Clock times, as one, a list, or {from: 05:00, to: 09:00, every: 30 min}."
    )
    length: Annotated[
        tuple[Length, ...], Shorthand(_one, ("string", "number")), Field(min_length=1)
    ] = Field(description="Length, or a list of lengths, with breaks.")
    breaks: Annotated[tuple[ShiftBreak, ...], Field(max_length=4)] = Field(
        (), description="Breaks in the shift. Those of the scenario's group don't count."
    )
    at_most: Count | None = Field(
        None, description="Most officers on each shift; default: the group's."
    )
    days: Days = Field(
        WEEKDAYS, description="Weekdays on which these shifts start: mon-fri, or [sat, sun]."
    )
    alike: bool = Field(
        True,
        description="Whether all of these days have the same number of officers; false: each "
        "its own.",
    )
    variants: InVariants = None

    @property
    def day_sets(self) -> tuple[tuple[int, ...], ...]:
        """Weekdays by number, those together that have the same number of officers."""
        days = numbers_of(self.days)
        return (days,) if self.alike else tuple((day,) for day in days)

    @property
    def combinations(self) -> int:
        """Number of combinations of days, start, length and breaks, allowed or not."""
        breaks = (record.offsets for record in self.breaks)
        parts = (self.day_sets, self.starts.times, self.length, *breaks)
        return math.prod(len(dict.fromkeys(part)) for part in parts)


class FreeGroup(Record):
    """A group of officers whose roster is to be found."""

    shifts: Annotated[tuple[ShiftChoice, ...], Field(min_length=1, max_length=100)] = Field(
        description="Shifts that are allowed."
    )
    at_most: Annotated[Count, Field(le=500)] = Field(description="Most officers in a day.")
    variants: InVariants = None


class FreeLanes(Record):
    """Lanes whose number is to be found."""

    at_least: Count = Field(1, description="Fewest lanes.")
    at_most: Annotated[Count, Field(le=200)] = Field(description="Most lanes.")
    cost: NotNegative = Field(
        0.01,
        description="What a lane costs in a day (in a week, where weekdays are told apart), in "
        "what is minimised. The default decides only between rosters that cost the same.",
    )
    variants: InVariants = None

    @model_validator(mode="after")
    def _some(self) -> FreeLanes:
        if self.at_most < self.at_least:
            raise ValueError(f"at_most must not be less than at_least, {self.at_least}")
        return self


class OnDuty(Window):
    """How many officers of an agency must and may be on duty in a stretch of the day."""

    at_least: Annotated[Whole, Field(ge=0, le=500)] = Field(0, description="Fewest on duty.")
    at_most: Count | None = Field(None, description="Most on duty; default: no bound.")


def _as_on_duty(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return [{"from": "00:00", "to": "24:00", "at_least": value}]
    return [value] if isinstance(value, dict) else value


class Rules(Record):
    """Rules of an agency for the shifts of its officers."""

    on_duty: Annotated[tuple[OnDuty, ...], Shorthand(_as_on_duty, ("integer", "object"))] = Field(
        (),
        description="Officers on duty, breaks included, over the groups whose rosters are free: "
        "2, or [{from: 22:00, to: 06:00, at_least: 2}].",
    )
    within: OpeningWindow | None = Field(
        None, description="Shifts start and end within: 06:00-22:00."
    )
    rest: Duration = Field(
        0.0,
        description="Shortest rest from one shift to the next, the same shift every day: "
        "11 h by Directive 2003/88/EC, Article 3.",
    )
    without_break: Length | None = Field(
        None,
        description="Longest stretch of a shift without a break: 6 h by Directive 2003/88/EC, "
        "Article 4.",
    )


class ServiceTarget(Record):
    """A share of a class that is to be served within a time."""

    model_config = example({"class": "car", "waiting_time": "10 min", "share": "95 %"})

    class_: Name = Field(alias="class", description="The class of vehicles or travellers.")
    waiting_time: Duration | None = Field(None, description="Longest waiting time that counts.")
    time_in_system: Duration | None = Field(
        None, description="Instead: longest time from arrival to leaving that counts."
    )
    share: Annotated[Share, Field(gt=0)] = Field(
        description="Share that is to be served within the time, such as 95 %."
    )
    per: Literal["hour", "day"] = Field(
        "hour",
        description="hour: kept by those of every hour of arrival; day: by all of each day (24 "
        "hours from the scenario's start) together.",
    )
    days: Days = Field(
        WEEKDAYS, description="Weekdays of arrival for which it holds: mon-fri, or [sat, sun]."
    )

    @model_validator(mode="after")
    def _one_time(self) -> ServiceTarget:
        if (self.waiting_time is None) == (self.time_in_system is None):
            raise ValueError("give either waiting_time or time_in_system")
        return self

    @property
    def measure(self) -> Literal["waiting_time", "time_in_system"]:
        """The time that is bounded."""
        return "waiting_time" if self.time_in_system is None else "time_in_system"

    @property
    def limit(self) -> float:
        """The bound in minutes."""
        limit = self.waiting_time if self.time_in_system is None else self.time_in_system
        assert limit is not None
        return limit


class StaffingFile(StudyFile):
    """A question for the fewest officers: a scenario, targets, and what rosters may be."""

    kind = "staffing"

    variants: Annotated[VariantNames, Field(max_length=20)] = Field(
        ("base",),
        description="Variants of the scenario, two together as a+b, each staffed for the same "
        "targets.",
    )
    overrides: Overrides = Field(
        {}, description="Values of the scenario to set, by key path: {horizon.duration: 8 h}."
    )
    targets: Annotated[tuple[ServiceTarget, ...], Field(min_length=1, max_length=20)] = Field(
        description="What must be kept; all of it."
    )
    confidence: Annotated[Share, Field(ge=0.5, lt=1)] = Field(
        0.95, description="Confidence with which each target is kept (one-sided)."
    )
    officers: Annotated[dict[Name, FreeGroup], Field(min_length=1, max_length=20)] = Field(
        description="Groups of the scenario whose rosters are to be found; others stay."
    )
    lanes: Annotated[dict[LanesKey, FreeLanes], Field(max_length=20)] = Field(
        default_factory=dict,
        description="Lanes whose number is to be found, by stop, or by stop and name of the lanes "
        "where a stop has several: {booths: {at_most: 8}, customs.trucks: {at_most: 4}}.",
    )
    rules: dict[Name, Rules] = Field(default_factory=dict, description="Rules by agency.")
    minimise: Literal["officer_hours", "staff_cost"] = Field(
        "officer_hours",
        description="What is to be least: hours, or what they cost by agencies.NAME.cost_per_hour.",
    )
    replications: Annotated[Whole, Field(ge=5, le=10_000)] = Field(
        40,
        description="Replications on which rosters are compared at first; those that are neither "
        "clearly enough nor clearly too few get more.",
    )
    most_replications: Annotated[Whole, Field(ge=5, le=100_000)] = Field(
        640, description="Most replications on which a roster is compared."
    )
    check: Annotated[Whole, Field(ge=5, le=100_000)] = Field(
        100,
        description="Fewest fresh replications on which the answer is checked; four times as many "
        "as the search took for it, if that is more.",
    )
    rosters: Annotated[Whole, Field(ge=10, le=100_000)] = Field(
        1000, description="Most rosters that are simulated for a variant."
    )

    @property
    def cycle(self) -> int:
        """Days after which a roster begins anew: 1, or 7 where weekdays are told apart."""
        choices = [choice for group in self.officers.values() for choice in group.shifts]
        own = any(not choice.alike for choice in choices)
        days = [choice.days for choice in choices]
        days += [target.days for target in self.targets]
        for rules in self.rules.values():
            days += [rule.days for rule in rules.on_duty]
            days += [rules.within.days] if rules.within is not None else []
        return 7 if own or any(numbers_of(day) != ALL_DAYS for day in days) else 1

    def groups(self, variant: str) -> list[str]:
        """Return the groups whose rosters are to be found for a variant."""
        return [
            name
            for name, group in self.officers.items()
            if (group.variants is None or variant in group.variants) and self.choices(name, variant)
        ]

    def lanes_of(self, variant: str) -> list[str]:
        """Return the lanes whose number is to be found for a variant."""
        return [
            name
            for name, lanes in self.lanes.items()
            if lanes.variants is None or variant in lanes.variants
        ]

    def choices(self, group: str, variant: str) -> list[tuple[int, ShiftChoice]]:
        """Return the shifts that are allowed to a group in a variant, with their places."""
        return [
            (row, choice)
            for row, choice in enumerate(self.officers[group].shifts)
            if choice.variants is None or variant in choice.variants
        ]
