"""Who works at the border: agencies, officers, their rosters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from bcpsim.choosing import POOL
from bcpsim.files.fields import (
    Count,
    Duration,
    NotNegative,
    OneOf,
    Pace,
    Share,
    Shorthand,
    Whole,
    flow,
    shown,
)
from bcpsim.files.record import Record, example
from bcpsim.scenario.costs import Supplement
from bcpsim.scenario.tabular import Cells, Role, TableDescription, check_called
from bcpsim.scenario.values import Name, OpeningWindow, Title, Window, as_tuple, length_of


class Agency(Record):
    """An agency at the border."""

    title: Title = None
    cost_per_hour: NotNegative | None = Field(
        None, description="What an hour of an officer costs, in the currency of all prices."
    )
    supplements: Annotated[tuple[Supplement, ...], Field(max_length=20)] = Field(
        (),
        description="What an hour costs more at some hours, added up where several hold: "
        "[{from: 22:00, to: 06:00, share: 25 %}, {from: 00:00, to: 24:00, days: sun, share: 50 %}]",
    )
    overtime_supplement: Share = Field(
        0.0, description="What an hour of overtime costs more, instead of the supplements."
    )
    overhead: Share = Field(
        0.0, description="What is added to pay for rooms, training and administration, as a share."
    )

    @model_validator(mode="after")
    def _something_to_add_to(self) -> Agency:
        added = self.supplements or self.overtime_supplement or self.overhead
        if added and self.cost_per_hour is None:
            raise ValueError("supplements and overhead need cost_per_hour")
        return self


class Shift(Window):
    """A shift with a number of officers, the same persons every day."""

    count: Annotated[Whole, Field(ge=0, le=1000)] = Field(
        description="Number of officers on this shift."
    )


def _as_paces(value: Any) -> Any:
    names = as_tuple(value)
    if not isinstance(names, list):
        return value
    for name in names:
        if not isinstance(name, str):
            example = flow({"passport": 1.2})
            raise ValueError(
                f"expected names of skills, or {example}; found {shown(name)} in the list"
            )
    return dict.fromkeys(names, 1.0)


def _known_date(value: str | None) -> str | None:
    if value is not None:
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is no date; write 2026-04-13") from None
    return value


class Rotation(Record):
    """Officers who work a cycle of shifts and days off, one officer ahead of the other."""

    count: Count = Field(description="Number of officers.")
    shifts: Annotated[dict[Name, OpeningWindow], Field(min_length=1, max_length=20)] = Field(
        description="Shifts by name: {day: 07:00-19:00, night: 19:00-07:00}."
    )
    cycle: Annotated[tuple[Name, ...], Field(min_length=1, max_length=366)] = Field(
        description="The shift of each day of the cycle, or off: [day, night, off, off]."
    )
    first_day: Annotated[str | None, AfterValidator(_known_date)] = Field(
        None, description="Day on which the first officer begins the cycle; default: the start's."
    )
    ahead: Annotated[Whole, Field(ge=0, le=366)] = Field(
        1, description="By how many days each officer is ahead of the one before in the cycle."
    )

    @model_validator(mode="after")
    def _known_shifts(self) -> Rotation:
        if "off" in self.shifts:
            raise ValueError("'off' is a day off and can't name a shift")
        for name in self.cycle:
            if name not in {*self.shifts, "off"}:
                known = ", ".join([*self.shifts, "off"])
                raise ValueError(f"cycle: unknown shift {name!r}; expected one of: {known}")
        return self


def _hours_or_off(value: Any) -> Any:
    if value is False:  # how YAML reads off
        return "off"
    if not isinstance(value, str):
        raise ValueError(f"expected hours such as 07:00-19:00, or off, found {shown(value)}")
    from bcpsim.scenario.tables.hours import is_away, parse_hours  # tables are described here

    if not is_away(value):
        parse_hours(value)
    return value


Meaning = Annotated[
    str,
    BeforeValidator(_hours_or_off),
    WithJsonSchema({"type": ["string", "boolean"], "examples": ["07:00-19:00", "off"]}),
]
"""What a code in a roster means: hours, or a word for not being there."""


class Roster(TableDescription):
    """A table of who works when, as planners keep it: a list of shifts, or a grid.

    In a list, columns ``from`` and ``to`` hold clock times, or dates and times; or ``shift`` holds
    hours (06-14) or a code. The day stands in ``date``, or weekdays (mon-fri) in ``days``; without
    either a row counts on every day. ``officer`` names a person, whose rows belong together, or
    ``count`` says how many work the shift. ``breaks`` holds breaks by clock time (10:00-10:30),
    several with a space between. In a grid, names or shifts stand on one side, days on the other,
    and codes, hours or numbers in the cells.
    """

    legend: Annotated[dict[str, Meaning], Field(max_length=200)] = Field(
        default_factory=dict,
        description="What codes in the table mean, by code: hours, or off: {T: 07-19, N: 19-07, "
        "F: off}; before what the table itself says (T = 07-19).",
    )

    roles: ClassVar[Mapping[str, Role]] = {
        name: Role(name)
        for name in (
            *("officer", "count", "from", "to", "date", "days", "end_date", "shift", "breaks"),
        )
    }


class Break(Window):
    """A break that each officer takes within a window, one after the other."""

    length: Annotated[Duration, Field(gt=0, le=720)] = Field(description="Length of a break.")

    @model_validator(mode="after")
    def _fits(self) -> Break:
        if self.length > length_of(self):
            raise ValueError("length must not be longer than the window")
        return self


class Handover(Record):
    """What happens at a change of shift."""

    in_hand: Literal["finish", "hand_over"] = Field(
        "finish",
        description="finish: the vehicle in hand is finished in overtime; hand_over: an officer "
        "of the group who comes on duty takes it over, if one is free.",
    )
    time: Duration = Field(0.0, description="Added to the check that is handed over.")
    briefing: Annotated[Duration, Field(le=240)] = Field(
        0.0, description="Time at the start of a shift in which officers take no vehicle yet."
    )


class Travel(TableDescription):
    """A table of travel times between places: columns ``from`` and ``to``, and the minutes.

    It has a row for each pair of stops.
    """

    column: Cells | None = Field(
        None, description="Column with the time; default: the one called minutes."
    )
    unit: Literal["s", "min", "h"] = Field("min", description="Unit of the times.")
    both_ways: bool = Field(
        True, description="Whether a row also counts for the way back, if that has none."
    )
    called: dict[Name, str] = Field(
        default_factory=dict,
        description="What the table calls stops that have another name here: {north_yard: Yard 1}.",
    )

    roles: ClassVar[Mapping[str, Role]] = {
        "from": Role("from"),
        "to": Role("to"),
        "time": Role("minutes", "column"),
    }

    @model_validator(mode="after")
    def _each_its_own(self) -> Travel:
        check_called(self.called, "stops")
        return self


class Pool(Record):
    """Where officers of several stops go: by a rule, when the stay is over."""

    rule: Annotated[str, OneOf(POOL.names)] = Field(
        POOL.default,
        description="Which stop they go to, of those with somebody waiting and a lane free: "
        f"{POOL.in_words}.",
    )
    index: Name | None = Field(
        None,
        description="With rule: highest_index, the risk index whose places the stops are, by the "
        "same names.",
    )
    sent: Literal["listed", "nearest"] = Field(
        "listed",
        description="Who goes to a stop, of several who are idle. listed: the first of the group; "
        "nearest: whose way is shortest, of all pools that say so and could help there: a joint "
        "operations centre that knows the units of both agencies.",
    )
    stay: Duration = Field(0.0, description="Shortest stay at a stop.")
    walk: Annotated[Duration, Field(le=1440)] = Field(0.0, description="Time to walk to another.")
    travel: Travel | None = Field(
        None,
        description="For a team that travels: times between its stops from a table, instead of "
        "walk. It starts at the first stop, its base.",
    )

    return_after: Annotated[Duration, Field(le=1440)] | None = Field(
        None,
        description="Who has been idle for so long at another stop goes back to the first, the "
        "base, with the drive; 0 s: at once. None: stays where needed last.",
    )

    @model_validator(mode="after")
    def _one_way_to_go(self) -> Pool:
        if self.walk and self.travel is not None:
            raise ValueError("give either walk, or a table of travel times")
        if (self.rule == "highest_index") != (self.index is not None):
            raise ValueError("rule: highest_index and index go together")
        return self


class Tiring(Record):
    """How officers find less in the later hours of a shift."""

    model_config = example({"after": "4 h", "per_hour": "5 %"})

    after: Duration = Field(0.0, description="From how long after the beginning of a shift on.")
    per_hour: Annotated[Share, Field(gt=0)] = Field(
        description="How much less they find with each hour from then on, of what they find fresh."
    )
    least: Share = Field(0.0, description="The share that they find at least.")


class Pressure(Record):
    """How officers work faster, or slower, as the queue in front of them grows."""

    model_config = example({"from": 10, "to": 40, "pace": 0.8})

    start: Annotated[Whole, Field(alias="from", ge=0, le=10_000)] = Field(
        description="Up to so many waiting they work as usual."
    )
    to: Annotated[Whole, Field(ge=1, le=10_000)] = Field(
        description="From so many waiting on the pace stays as it is then."
    )
    pace: Annotated[Pace, Field(ge=0.2, le=5)] = Field(
        description="How many times as long they take then, such as 0.8; in between evenly."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Pressure:
        if self.start >= self.to:
            raise ValueError(f"from must be less than to, found {self.start} and {self.to}")
        return self


class OfficerGroup(Record):
    """Officers of one agency with the same skills and the same place or places of work."""

    model_config = example(
        {
            "agency": "border_guard",
            "skills": ["passport"],
            "stop": ["booths"],
            "shifts": [{"from": "08:00", "to": "20:00", "count": 4}],
        }
    )

    title: Title = None
    agency: Name = Field(description="The agency to which they belong.")
    skills: Annotated[
        dict[Name, Pace],
        Shorthand(_as_paces, ("string", "array")),
        Field(
            min_length=1,
            description="Skills, as a list, or with a pace factor: {passport: 1.2} takes 20 % "
            "longer than the activity's duration says.",
        ),
    ]
    stop: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1)] = (
        Field(
            description="The stop at which they work: a post. Several stops: a pool, which "
            "begins at the first."
        )
    )
    pool: Pool = Field(Pool(), description="How a pool moves between its stops.")
    shifts: Annotated[tuple[Shift, ...], Field(max_length=500)] = Field(
        (), description="When how many are on duty, in local time."
    )
    rotations: Annotated[tuple[Rotation, ...], Field(max_length=50)] = Field(
        (), description="Officers who work a cycle of shifts over days."
    )
    roster: Roster | None = Field(None, description="Officers or shifts from a table.")
    shift_offset: Annotated[Duration, Field(le=1440)] = Field(
        0.0, description="Begins and ends every shift so much later: staggers the agencies."
    )
    breaks: Annotated[tuple[Break, ...], Field(max_length=20)] = Field(
        (), description="Breaks within windows, taken in turn."
    )
    pressure: Pressure | None = Field(
        None,
        description="How their pace depends on how many wait at the stop as a check begins; none: "
        "not at all.",
    )
    handover: Handover = Field(Handover(), description="What happens at a change of shift.")
    finds: dict[Name, Share] = Field(
        default_factory=dict,
        description="What they find of what a check finds, by activity, such as {search: 80 %} for "
        "those with less training; others find all of it.",
    )
    tiring: Tiring | None = Field(
        None, description="How they find less in the later hours of a shift; none: they don't."
    )
    absence: Share = Field(
        0.0, description="Share of shifts for which the officer doesn't come, drawn for each."
    )

    @model_validator(mode="after")
    def _some_roster(self) -> OfficerGroup:
        if not self.shifts and not self.rotations and self.roster is None:
            raise ValueError("give shifts, rotations or a roster")
        return self
