"""Staffing files: which service is to be kept, by which officers, under which rules."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from bcpsim.errors import Problem, ScenarioError, unknown
from bcpsim.experiments.sweeps.file import KeyPath, Scalar
from bcpsim.scenario import LoadedScenario, read_source
from bcpsim.scenario.common import Name, OpeningWindow, Text, Title, Window, as_tuple
from bcpsim.scenario.fields import Clock, Count, Duration, Record, Share, Shorthand, Whole
from bcpsim.scenario.source import Document, FieldPath, read_document
from bcpsim.scenario.tables import TableError, resolve_inside
from bcpsim.scenario.typed import problem_at, typed

MAX_TRIED = 200_000
"""Most combinations of start, length and breaks, allowed or not, over all groups."""


def _whole_minutes(minutes: float) -> float:
    if minutes <= 0 or minutes % 1:
        raise ValueError("must be whole minutes, at least 1")
    return minutes


Length = Annotated[Duration, Field(le=1440), AfterValidator(_whole_minutes)]


def _one(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _as_starts(value: Any) -> Any:
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

    @property
    def combinations(self) -> int:
        """Number of combinations of start, length and breaks, allowed or not."""
        parts = (self.starts.times, self.length, *(record.offsets for record in self.breaks))
        return math.prod(len(dict.fromkeys(part)) for part in parts)


class FreeGroup(Record):
    """A group of officers whose roster is to be found."""

    shifts: Annotated[tuple[ShiftChoice, ...], Field(min_length=1, max_length=100)] = Field(
        description="Shifts that are allowed."
    )
    at_most: Annotated[Count, Field(le=500)] = Field(description="Most officers in a day.")


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
        "hour", description="hour: kept by those of every hour of arrival; day: by all together."
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
        tuple[Name, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1, max_length=20)
    ] = Field(("base",), description="Variants of the scenario, each staffed for the same targets.")
    overrides: dict[KeyPath, Scalar] = Field(
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
    rules: dict[Name, Rules] = Field(default_factory=dict, description="Rules by agency.")
    minimise: Literal["officer_hours", "staff_cost"] = Field(
        "officer_hours",
        description="What is to be least: hours, or what they cost by agencies.NAME.cost_per_hour.",
    )
    replications: Annotated[Whole, Field(ge=5, le=10_000)] = Field(
        20, description="Replications on which rosters are compared."
    )
    check: Annotated[Whole, Field(ge=5, le=100_000)] = Field(
        60, description="Fresh replications on which the answer is checked."
    )
    rosters: Annotated[Whole, Field(ge=10, le=100_000)] = Field(
        1000, description="Most rosters that are simulated for a variant."
    )


@dataclass(frozen=True)
class Question:
    """A staffing file that has been checked, with the variants that it asks about.

    Attributes
    ----------
    file
        What the file says.
    variants
        The loaded variants; the scenario's targets are those of the file.
    """

    file: StaffingFile
    variants: tuple[LoadedScenario, ...]


def read_question(path: str | Path, *, allowed: Sequence[str | Path] = ()) -> Question:
    """Read and check a staffing file and its scenario.

    Parameters
    ----------
    path
        The staffing file (YAML).
    allowed
        Folders, besides its own and the working one, in which the scenario and its data may
        lie.

    Raises
    ------
    ScenarioError
        With every mistake that was found: file, line, column, field, what is expected.
    """
    path = Path(path)
    document = read_document(path)
    file = typed(document, StaffingFile)
    try:
        scenario = resolve_inside(file.scenario, path.parent, [Path(), *map(Path, allowed)])
    except TableError as error:
        raise ScenarioError([problem_at(document, ("scenario",), str(error))]) from None
    overrides = {key: json.dumps(value) for key, value in file.overrides.items()}
    source = read_source(scenario, allowed=allowed)
    names = dict.fromkeys(file.variants)
    problems = [
        problem_at(document, ("variants",), unknown("variant", name, source.names))
        for name in names
        if name not in source.names
    ]
    if problems:
        raise ScenarioError(problems)
    variants = source.load(list(names), overrides=overrides, label="overrides")
    problems = list(dict.fromkeys(_problems(document, file, variants)))
    if problems:
        raise ScenarioError(problems)
    return Question(file, tuple(_with_targets(loaded, file.targets) for loaded in variants))


def _problems(
    document: Document, file: StaffingFile, variants: Sequence[LoadedScenario]
) -> Iterator[Problem]:
    """Yield what doesn't fit the scenario."""

    def problem(message: str, *path: str | int, key: bool = False) -> Problem:
        return problem_at(document, path, message, key=key)

    agencies: dict[str, None] = {}
    groups: set[str] = set()  # found to be unknown in some variant, as with the classes
    classes: set[str] = set()
    for loaded in variants:
        scenario = loaded.scenario
        agencies |= dict.fromkeys(scenario.agencies)
        words = "" if loaded.variant == "base" else f" (in the variant {loaded.variant})"
        for name in file.officers:
            if name not in scenario.officers and name not in groups:
                groups.add(name)
                message = unknown("group of officers", name, scenario.officers) + words
                yield problem(message, "officers", name, key=True)
        if file.minimise == "staff_cost":
            own = [scenario.officers[name] for name in file.officers if name in scenario.officers]
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
    for name in file.rules:
        if name not in agencies:
            yield problem(unknown("agency", name, agencies), "rules", name, key=True)
    bounds: dict[tuple[str, str], float] = {}
    for number, target in enumerate(file.targets):
        limit = bounds.setdefault((target.class_, target.measure), target.limit)
        if limit != target.limit:
            message = f"a second {target.measure} of class {target.class_!r}; expected the same"
            yield problem(message, "targets", number, target.measure)
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
    for target in targets:
        record = classes[target.class_]
        times = record.target.model_copy(update={target.measure: (target.limit,)})
        classes[target.class_] = record.model_copy(update={"target": times})
    horizon = scenario.horizon.model_copy(update={"ending": "drain"})
    changed = scenario.model_copy(update={"classes": classes, "horizon": horizon})
    return replace(loaded, scenario=changed)
