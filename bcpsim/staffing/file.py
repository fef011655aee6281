"""Staffing files: which service is to be kept, by which officers, under which rules."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from bcpsim.errors import Problem, ScenarioError, unknown
from bcpsim.files.document import Document, FieldPath, given_document
from bcpsim.files.fields import (
    NAME_PATTERN,
    Clock,
    Count,
    Duration,
    NotNegative,
    Record,
    Share,
    Shorthand,
    Whole,
    shown,
    with_known,
)
from bcpsim.files.typed import problem_at, typed
from bcpsim.scenario import LoadedScenario, read_source
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.common import (
    WEEKDAYS,
    Days,
    Name,
    OpeningWindow,
    Text,
    Title,
    VariantName,
    Weekday,
    Window,
    as_tuple,
)
from bcpsim.scenario.overriding import KeyPath, ValueToSet
from bcpsim.scenario.tables import TableError, resolve_inside

MAX_TRIED = 200_000
"""Most combinations of start, length and breaks, allowed or not, over all groups."""


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
    Annotated[tuple[VariantName, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1)]
    | None,
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


class StaffingFile(Record):
    """A question for the fewest officers: a scenario, targets, and what rosters may be."""

    name: Name = Field(description="Name of the question.")
    title: Title = None
    description: Text | None = Field(None, description="What is asked, and why.")
    scenario: str = Field(description="The scenario file, seen from this file.")
    variants: Annotated[
        tuple[VariantName, ...],
        Shorthand(as_tuple, ("string",)),
        Field(min_length=1, max_length=20),
    ] = Field(
        ("base",),
        description="Variants of the scenario, two together as a+b, each staffed for the same "
        "targets.",
    )
    overrides: dict[KeyPath, ValueToSet] = Field(
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
        return 7 if own or any(numbers_of(some) != ALL_DAYS for some in days) else 1

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


@dataclass(frozen=True)
class Question:
    """A staffing file that has been checked, with the variants that it asks about.

    Attributes
    ----------
    file
        What the file says.
    variants
        The loaded variants; the scenario's targets are those of the file.
    document
        The file as read, for the places of what is wrong in it.
    """

    file: StaffingFile
    variants: tuple[LoadedScenario, ...]
    document: Document

    def error(self, message: str, *path: str | int, key: bool = False) -> ScenarioError:
        """Return an error at a place of the file."""
        return ScenarioError([problem_at(self.document, path, message, key=key)])


def read_question(
    given: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> Question:
    """Read and check a staffing file and its scenario.

    Parameters
    ----------
    given
        The staffing file (YAML), or what would stand in it as plain data; then paths count from
        the working directory.
    allowed
        Folders, besides its own and the working one, in which the scenario and its data may
        lie.

    Raises
    ------
    ScenarioError
        With every mistake that was found: file, line, column, field, what is expected.
    """
    document, around = given_document(given, "staffing")
    file = typed(document, StaffingFile)
    try:
        scenario = resolve_inside(file.scenario, around, [Path(), *map(Path, allowed)])
    except TableError as error:
        raise ScenarioError([problem_at(document, ("scenario",), str(error))]) from None
    overrides = {key: json.dumps(value) for key, value in file.overrides.items()}
    source = read_source(scenario, allowed=allowed)
    names = dict.fromkeys(file.variants)
    problems = list(source.name_problems(document, ("variants",), *names))
    if problems:
        raise ScenarioError(problems)
    places = {key: document.mark_of(("overrides", key)) for key in overrides}
    variants = source.load(list(names), overrides=overrides, places=places)
    problems = list(dict.fromkeys(_problems(document, file, variants)))
    if problems:
        raise ScenarioError(problems)
    return Question(
        file, tuple(_with_targets(loaded, file.targets) for loaded in variants), document
    )


def _problems(
    document: Document, file: StaffingFile, variants: Sequence[LoadedScenario]
) -> Iterator[Problem]:
    """Yield what doesn't fit the scenario."""

    def problem(message: str, *path: str | int, key: bool = False) -> Problem:
        return problem_at(document, path, message, key=key)

    agencies: dict[str, None] = {}
    groups: set[str] = set()  # found to be unknown in some variant, as with the classes
    classes: set[str] = set()
    lanes: set[tuple[str, str]] = set()
    for loaded in variants:
        scenario = loaded.scenario
        agencies |= dict.fromkeys(scenario.agencies)
        words = "" if loaded.variant == "base" else f" (in the variant {loaded.variant})"
        asked = file.groups(loaded.variant)
        if not asked:
            yield problem(f"no group has a roster to be found{words}", "officers", key=True)
        for name in asked:
            if name not in scenario.officers and name not in groups:
                groups.add(name)
                message = unknown("group of officers", name, scenario.officers) + words
                yield problem(message, "officers", name, key=True)
        for name in file.lanes_of(loaded.variant):
            stop, _, lane = name.partition(".")
            if (stop, lane) in lanes:
                continue
            lanes.add((stop, lane))
            if stop not in scenario.stops:
                yield problem(
                    unknown("stop", stop, scenario.stops) + words, "lanes", name, key=True
                )
                continue
            known = [one.name for one in scenario.stops[stop].lanes]
            if lane and lane not in known:
                message = unknown(f"lanes of {stop}", lane, known) + words
                yield problem(message, "lanes", name, key=True)
            elif not lane and len(known) > 1:
                several = ", ".join(f"{stop}.{one}" for one in known)
                message = f"{stop} has several kinds of lanes; write one of: {several}{words}"
                yield problem(message, "lanes", name, key=True)
            else:
                lanes.remove((stop, lane))
        if file.minimise == "staff_cost":
            own = [scenario.officers[name] for name in asked if name in scenario.officers]
            for name in dict.fromkeys(group.agency for group in own):
                if scenario.agencies[name].cost_per_hour is None:
                    message = f"agencies.{name}.cost_per_hour is missing in the scenario" + words
                    yield problem(message, "minimise")
        arriving = {name for source in scenario.traffic.values() for name in source.classes}
        for number, target in enumerate(file.targets):
            if target.class_ not in arriving and target.class_ not in classes:
                classes.add(target.class_)
                message = unknown("class of those who arrive", target.class_, arriving) + words
                yield problem(message, "targets", number, "class")
        if file.cycle == 7:
            days = Calendar(scenario.horizon.start, scenario.horizon.time_zone).hourly_edges(
                scenario.horizon.duration
            )[2]
            if missing := [day for k, day in enumerate(WEEKDAYS) if k not in days]:
                start = scenario.horizon.start
                message = (
                    "the file tells weekdays apart, so the scenario's horizon must have all seven; "
                    f"from {WEEKDAYS[start.weekday()]} {start:%Y-%m-%d} it has no "
                    f"{', '.join(missing)}: set overrides: {{horizon.duration: 7 d}}"
                )
                yield problem(message, "scenario")
    for name, record in file.lanes.items():
        for variant in record.variants or ():
            if variant not in file.variants:
                message = unknown("variant", variant, file.variants)
                yield problem(message, "lanes", name, "variants")
    for name, group in file.officers.items():
        places: list[tuple[FieldPath, tuple[str, ...] | None]] = [((), group.variants)]
        places += [(("shifts", row), choice.variants) for row, choice in enumerate(group.shifts)]
        for where, own_variants in places:
            for variant in own_variants or ():
                if variant not in file.variants:
                    message = unknown("variant", variant, file.variants)
                    yield problem(message, "officers", name, *where, "variants")
    for name in file.rules:
        if name not in agencies:
            yield problem(unknown("agency", name, agencies), "rules", name, key=True)
    tried = 0
    for name, group in file.officers.items():
        for row, choice in enumerate(group.shifts):
            for place, message in _breaks_that_do_not_fit(choice):
                yield problem(message, "officers", name, "shifts", row, *place)
            tried += choice.combinations
            if tried > MAX_TRIED >= tried - choice.combinations:
                message = (
                    f"with this, {tried:,} combinations of start, length and breaks; the bound "
                    f"is {MAX_TRIED:,}: allow fewer starts or breaks, or longer steps"
                )
                yield problem(message, "officers", name, "shifts", row)


def _breaks_that_do_not_fit(choice: ShiftChoice) -> Iterator[tuple[FieldPath, str]]:
    for number, record in enumerate(choice.breaks):
        if not record.offsets:
            yield ("breaks", number, "latest"), "must not lie before the earliest"
        elif record.offsets[-1] + record.length > min(choice.length):
            yield ("breaks", number), "the break ends after the shortest shift"


def _with_targets(loaded: LoadedScenario, targets: Sequence[ServiceTarget]) -> LoadedScenario:
    """Return a variant whose classes have these targets and whose runs are drained."""
    scenario = loaded.scenario
    classes = dict(scenario.classes)
    limits: dict[tuple[str, str], dict[float, None]] = {}
    for target in targets:
        limits.setdefault((target.class_, target.measure), {})[target.limit] = None
    for (name, measure), those in limits.items():
        times = with_known(classes[name].target, **{measure: tuple(those)})
        classes[name] = with_known(classes[name], target=times)
    horizon = with_known(scenario.horizon, ending="drain")
    changed = with_known(scenario, classes=classes, horizon=horizon)
    return loaded.with_known(changed)
