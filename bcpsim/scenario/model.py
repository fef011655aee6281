"""The scenario as a planner writes it: typed, frozen, with defaults.

Traffic, activities, people, facilities and workflow stand apart from one another,
so that a variant can change the way of working and leave the traffic and the work
as they are. References between the parts are checked in `bcpsim.scenario.validation`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from contextlib import suppress
from datetime import UTC
from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    Field,
    model_validator,
)

from bcpsim.errors import nearest
from bcpsim.files.fields import Duration, LocalTime, Share, Shorthand, Whole, flow
from bcpsim.files.record import Record, example
from bcpsim.files.units import parse_share
from bcpsim.scenario.cases import Case
from bcpsim.scenario.costs import Prices
from bcpsim.scenario.crossings import MAX_CROSSINGS, Choice, Crossing, Opening, as_opening
from bcpsim.scenario.disturbances import Disturbance
from bcpsim.scenario.documents import Documents
from bcpsim.scenario.facilities import Area, Equipment, Move, Stop
from bcpsim.scenario.intervals import Interval
from bcpsim.scenario.investigations import Investigation, Office
from bcpsim.scenario.people import Agency, OfficerGroup
from bcpsim.scenario.places import RiskIndex
from bcpsim.scenario.security import Referral, Score, Truth
from bcpsim.scenario.traffic import Selection, Source, VehicleClass, add_up
from bcpsim.scenario.values import (
    Condition,
    Name,
    Names,
    Text,
    Title,
    as_tuple,
)
from bcpsim.scenario.work import Activity, Part

Counted = Literal[
    "travellers",
    "vehicles",
    "passengers",
    "persons",
    "pedestrians",
    "cars",
    "trucks",
    "vessels",
    "calls",
]
"""Words for those who arrive, each a plural in s."""

_WORDS = {"land": "vehicles", "sea": "travellers", "air": "passengers"}

OUTCOMES = ("released", "refused", "detained")
"""Where a route may lead besides another step."""


# --- Horizon ---------------------------------------------------------------------------


@cache
def _zones() -> Set[str]:
    return available_timezones()  # a walk through hundreds of files


_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])0?(?P<hours>\d{1,2})(?::?00)?", re.IGNORECASE)


def _known_zone(value: str) -> str:
    if value not in _zones():
        offset = _OFFSET.fullmatch(value.replace(" ", ""))
        near = None if re.search(r"[+-]", value) else nearest(value, _zones())
        hint = f" (did you mean {near!r}?)" if near else ""
        if offset is not None:
            east = "-" if offset["sign"] == "+" else "+"
            fixed = f"Etc/GMT{east}{offset['hours']}"
            if fixed in _zones():
                hint = f", or {fixed}, whose sign is the other way about"
        raise ValueError(f"{value!r} is no time zone; expected a name such as Europe/Sofia{hint}")
    return value


_SECOND = 1 / 60  # min


class Horizon(Record):
    """The time that is simulated."""

    start: LocalTime = Field(description="Local date and time at which the run starts.")
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
    def _something_is_measured(self) -> Horizon:
        if self.duration - self.warm_up < _SECOND:
            raise ValueError("duration must be at least 1 s longer than warm_up")
        return self

    @model_validator(mode="after")
    def _clocks_show_the_start(self) -> Horizon:
        instant = self.start.replace(tzinfo=self.zone).astimezone(UTC)
        clock = instant.astimezone(self.zone).replace(tzinfo=None)
        if clock != self.start:
            raise ValueError(
                f"clocks in {self.time_zone} skip the start {self.start:%Y-%m-%dT%H:%M}; "
                f"it would be {clock:%Y-%m-%dT%H:%M}"
            )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


# --- Workflow --------------------------------------------------------------------------


def _is_share(value: Any) -> bool:
    with suppress(ValueError):
        return isinstance(value, (str, int, float)) and parse_share(str(value)) >= 0
    return False


class Route(Record):
    """Where to go: one step or outcome, or several by shares, under a condition."""

    when: Condition | None = Field(None, description="Whose route it is; none: everybody's.")
    to: Annotated[
        dict[Name, Share],
        add_up("the shares of a route"),
        Shorthand(lambda value: {value: 1.0} if isinstance(value, str) else value, ("string",)),
    ] = Field(description="A step or an outcome (released, refused, detained), or shares of them.")

    @model_validator(mode="before")
    @classmethod
    def _shares_have_a_key(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.keys() & cls.model_fields.keys():
            shares = {key: share for key, share in value.items() if _is_share(share)}
            if shares and len(shares) == len(value):
                raise ValueError(f"shares stand under 'to'; write {flow({'to': shares})}")
        return value


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


class Task(Record):
    """What one officer of a crew does at a stop."""

    do: Names = Field(description="Activities, done in this order.")
    agency: Name | None = Field(
        None, description="Agency of the officer; none: any officer at the stop with the skills."
    )
    equipment: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",))] = Field(
        (), description="Equipment held as long as the officer."
    )
    when: Condition | None = Field(None, description="Who needs it; none: everybody.")


class Split(Record):
    """Who gets out of a vehicle at the end of a visit, and where they go.

    All occupants but those who stay become travellers, each with a class, attributes and
    durations of its own. Who is released goes back to the vehicle.
    """

    classes: Annotated[
        dict[Name, Share],
        add_up("the shares of the classes"),
        Shorthand(lambda value: {value: 1.0} if isinstance(value, str) else value, ("string",)),
    ] = Field(description="Class of those who get out, or shares of classes; each of one occupant.")
    stay: Annotated[Whole, Field(ge=0, le=1000)] = Field(
        0, description="How many of the occupants stay in the vehicle, such as the driver."
    )
    to: Routes = Field(description="Where those go who get out, like the workflow's entry.")


class Step(Record):
    """One visit to a stop: an officer, or a crew, checks the vehicle in a lane."""

    model_config = example({"stop": "booths", "do": ["passport"], "next": "released"})

    stop: Name = Field(description="The stop at which it is made.")
    do: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",))] = Field(
        (), description="Activities, done in this order by one officer; or give a crew."
    )
    equipment: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",))] = Field(
        (), description="Equipment held together with that officer for the whole visit."
    )
    crew: Annotated[tuple[Task, ...], Field(max_length=6)] = Field(
        (), description="What each officer of a crew does, instead of do."
    )
    order: Literal["parallel", "sequence", "any", "independent"] = Field(
        "parallel",
        description="parallel: the crew starts together, and the visit ends with the longest "
        "task; sequence: one task after the other, in the same lane; any: one after the other, "
        "next whichever officer is free; independent: each task starts as soon as its officer is "
        "free, also while others are under way, and the visit ends with the last.",
    )
    when_done: Literal["free", "stay", "hand_over"] = Field(
        "free",
        description="free: an officer whose task is done is free at once, and in a sequence comes "
        "when it is his or her turn; stay: all stay until the last is done, and the whole crew is "
        "taken at the start; hand_over, with order: sequence: each stays with the vehicle until "
        "the next begins, if that is for officers of other groups.",
    )
    at_most: Annotated[Whole, Field(ge=1, le=20)] = Field(
        1, description="How often a vehicle may make the step, for loops."
    )
    afterwards: Name | None = Field(
        None,
        description="Step or outcome for a vehicle sent here once more than at_most; needed "
        "where a loop leads here.",
    )
    split: Split | None = Field(
        None, description="Who gets out of the vehicle when the visit's work is done."
    )
    wait_for_group: Literal["before", "after"] | None = Field(
        None,
        description="Where a vehicle waits until those who got out are back. before: in front of "
        "this stop, in a place of its waiting area if it has one; after: in the lane of this "
        "visit, when its work is done. Else it waits where it leaves the border, without a limit.",
    )
    next: Routes = Field(description="Where to go from here.")

    @model_validator(mode="after")
    def _one_way(self) -> Step:
        if bool(self.do) == bool(self.crew):
            raise ValueError("give either do, or a crew")
        if self.crew and self.equipment:
            raise ValueError("with a crew, name the equipment in its tasks")
        if self.order in ("any", "independent") and self.when_done == "stay":
            raise ValueError(
                f"with order: {self.order} each officer comes when free, and when_done: stay takes "
                "the whole crew at the start; leave one of them out"
            )
        if self.when_done == "hand_over" and (self.order != "sequence" or len(self.crew) < 2):
            raise ValueError(
                "when_done: hand_over is for a crew with order: sequence, in which the next takes "
                "over"
            )
        return self

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the crew; one for a single officer."""
        return self.crew or (Task(do=self.do, equipment=self.equipment),)


class Workflow(Record):
    """Which stops a vehicle visits, and what is done there."""

    entry: Routes = Field(description="Where to go on arrival.")
    steps: Annotated[dict[Name, Step], Field(min_length=1, max_length=200)] = Field(
        description="The visits that a vehicle may make, each once if not at_most more."
    )


# --- Provenance ------------------------------------------------------------------------


class Origin(Record):
    """Where numbers of the scenario come from."""

    of: Annotated[tuple[str, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1)] = Field(
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
    counted: Counted | None = Field(
        None,
        description="What those who arrive are called in tables and plots; default: vehicles on "
        "land, passengers by air, travellers at sea.",
    )
    horizon: Horizon = Field(description="The time that is simulated.")
    opening: Annotated[Opening | None, Shorthand(as_opening, ("string", "array"))] = Field(
        None, description="Opening hours of the whole border crossing point; none: always open."
    )
    crossings: Annotated[dict[Name, Crossing], Field(max_length=MAX_CROSSINGS)] = Field(
        default_factory=dict,
        description="Several border crossing points of a region, by name; none: it is one.",
    )
    drives: dict[Name, dict[Name, Duration]] = Field(
        default_factory=dict,
        description="Driving times to crossings: from a source of traffic to those among which it "
        "chooses, {north_cars: {north: 10 min, south: 40 min}}; from a crossing to those to which "
        "traffic is diverted.",
    )
    choice: Choice | None = Field(
        None,
        description="How traffic chooses among crossings; none: it goes to the usual one, or if "
        "that is closed to the nearest.",
    )
    agencies: Annotated[dict[Name, Agency], Field(min_length=1, max_length=32)] = Field(
        description="Agencies by name."
    )
    classes: Annotated[dict[Name, VehicleClass], Field(min_length=1, max_length=60)] = Field(
        description="Classes of vehicle or traveller by name."
    )
    traffic: Annotated[dict[Name, Source], Field(min_length=1, max_length=200)] = Field(
        description="Streams of arrivals by name."
    )
    selections: Annotated[dict[Name, Selection], Field(max_length=32)] = Field(
        default_factory=dict,
        description="What risk analysis or a check finds, drawn for each vehicle; conditions use "
        "a selection by its name, like an attribute.",
    )
    risk_indices: Annotated[dict[Name, RiskIndex], Field(max_length=10)] = Field(
        default_factory=dict,
        description="Risk scores of places, such as a port index; conditions use the level of a "
        "traveller's place by the index's name, like an attribute.",
    )
    truths: Annotated[dict[Name, Truth], Field(max_length=20)] = Field(
        default_factory=dict,
        description="What travellers hide, by name, and how many do: {contraband: 0.5 %}.",
    )
    scores: Annotated[dict[Name, Score], Field(max_length=20)] = Field(
        default_factory=dict, description="What risk analysis sees of the truths, by name."
    )
    referrals: Annotated[dict[Name, Referral], Field(max_length=32)] = Field(
        default_factory=dict,
        description="Who is selected by a score; conditions use a referral by its name, like an "
        "attribute.",
    )
    activities: Annotated[dict[Name, Activity], Field(min_length=1, max_length=200)] = Field(
        description="The work that has to be done, by name."
    )
    parts: Annotated[dict[Name, Part], Field(max_length=50)] = Field(
        default_factory=dict,
        description="Work around activities that a stop or an officer does once: set-up, papers, "
        "look-ups.",
    )
    cases: Annotated[dict[Name, Case], Field(max_length=20)] = Field(
        default_factory=dict,
        description="What follows a find or a false alarm, by name: seizure, refusal, fine.",
    )
    offices: Annotated[dict[Name, Office], Field(max_length=20)] = Field(
        default_factory=dict,
        description="Back offices of specialists who investigate or clear documents, and do "
        "nothing at the border.",
    )
    documents: Annotated[dict[Name, Documents], Field(max_length=8)] = Field(
        default_factory=dict,
        description="Documents that are lodged before the arrival, by name, and cleared in back "
        "offices meanwhile.",
    )
    investigations: Annotated[dict[Name, Investigation], Field(max_length=20)] = Field(
        default_factory=dict,
        description="What finds open in back offices, by name, after the traveller has gone.",
    )
    officers: Annotated[dict[Name, OfficerGroup], Field(min_length=1, max_length=200)] = Field(
        description="Groups of officers by name."
    )
    stops: Annotated[dict[Name, Stop], Field(min_length=1, max_length=64)] = Field(
        description="Control points by name."
    )
    areas: Annotated[dict[Name, Area], Field(max_length=64)] = Field(
        default_factory=dict,
        description="Waiting areas with a number of places or a floor space, by name.",
    )
    moves: Annotated[tuple[Move, ...], Field(max_length=500)] = Field(
        (), description="Times between stops; the first that fits counts, none takes no time."
    )
    equipment: dict[Name, Equipment] = Field(
        default_factory=dict, description="Kinds of equipment by name."
    )
    workflow: Workflow = Field(description="Which stops a vehicle visits, and what is done there.")
    disturbances: Annotated[dict[Name, Disturbance], Field(max_length=50)] = Field(
        default_factory=dict,
        description="What goes wrong at some times, by name: outages, closures, strikes.",
    )
    intervals: Annotated[dict[Name, Interval], Field(max_length=20)] = Field(
        default_factory=dict,
        description="Times from one moment to another that are measured besides, by name, such as "
        "those of a time release study: {lodged: {from: arrival, to: start of papers}}.",
    )
    prices: Prices | None = Field(
        None, description="In which money all prices are; none: in any, the same for all."
    )
    sources: tuple[Origin, ...] = Field((), description="Where the numbers come from.")

    @property
    def word(self) -> str:
        """What those who arrive are called."""
        return self.counted or _WORDS[self.border]
