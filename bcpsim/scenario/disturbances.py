"""Disturbances: what is otherwise at some times, or in some states of the border, and how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bcpsim.files.fields import (
    AS_NUMBER,
    Count,
    Duration,
    LocalTime,
    Pace,
    Share,
    Shorthand,
    Whole,
)
from bcpsim.files.record import Record, example
from bcpsim.files.units import format_duration
from bcpsim.scenario.distributions import Time
from bcpsim.scenario.facilities import NotNegativeOrTime, limit
from bcpsim.scenario.traffic import Selection
from bcpsim.scenario.values import Condition, Name, OpeningWindow, Title, as_tuple, as_windows
from bcpsim.scenario.work import Cases

ALL = "all"
"""Stands for every stop."""


class Stretch(Record):
    """A stretch of time on one day."""

    start: LocalTime = Field(alias="from", description="Local date and time at which it starts.")
    duration: Duration = Field(alias="for", description="How long it lasts; 0 min: not at all.")


class Random(Record):
    """Disturbances that come at random."""

    model_config = example({"every": "30 d", "lasts": "3 h"})

    every: Time = Field(
        description="From the end of one, at first from the start of the run, to the next."
    )
    lasts: Time = Field(description="How long one lasts.")


WATCHED = ("queue", "first_wait", "longest_wait", "mean_wait", "area", "on_duty")
"""What a trigger may watch."""

_WAITS = ("first_wait", "longest_wait", "mean_wait")


def _shown(level: float | str) -> str:
    """Return a level as a file has it."""
    return format_duration(limit(level)) if isinstance(level, str) else f"{level:g}"


class Trigger(Record):
    """A state of the border that sets a disturbance off."""

    model_config = example({"queue": "booths", "reaches": 100, "for": "10 min"})

    queue: Name | None = Field(
        None, description="A stop, of which it watches how many wait in front of it."
    )
    first_wait: Name | None = Field(
        None, description="A stop, of which it watches how long the next in line has waited."
    )
    longest_wait: Name | None = Field(
        None, description="A stop, of which it watches the longest wait of those who wait."
    )
    mean_wait: Name | None = Field(
        None, description="A stop, of which it watches the mean wait of the last who were served."
    )
    last: Annotated[Count, Field(le=1000)] = Field(
        20, description="Of how many the mean wait is taken, with mean_wait."
    )
    area: Name | None = Field(
        None, description="A waiting area with places, of which it watches how many are taken."
    )
    on_duty: Name | None = Field(
        None, description="A group of officers, of which it watches how many are on duty."
    )
    reaches: NotNegativeOrTime | None = Field(
        None, description="The state is that or more: a number, or for waits a time."
    )
    falls_to: NotNegativeOrTime | None = Field(None, description="Instead: it is that or less.")
    lasting: Duration = Field(0.0, alias="for", description="And has been so for this time.")

    @property
    def watched(self) -> tuple[str, str]:
        """What is watched, and the name of the stop, the area or the group."""
        [key_and_name] = [
            (key, name) for key in WATCHED if (name := getattr(self, key)) is not None
        ]
        return key_and_name

    @property
    def is_time(self) -> bool:
        """Whether what is watched is a time."""
        return self.watched[0] in _WAITS

    @property
    def level(self) -> float:
        """Number or minutes from which on, or down to which, the state holds."""
        level = self.reaches if self.falls_to is None else self.falls_to
        assert level is not None
        return limit(level)

    def of_one_kind(self, name: str, level: float | str) -> None:
        """Raise an error where a level is no time, or no number, as it should be."""
        if isinstance(level, str) != self.is_time:
            wanted = "a time such as 30 min" if self.is_time else "a number"
            raise ValueError(
                f"{name}: expected {wanted} with {self.watched[0]}, found {_shown(level)}"
            )

    @model_validator(mode="after")
    def _one_state(self) -> Trigger:
        if sum(getattr(self, key) is not None for key in WATCHED) != 1:
            raise ValueError(f"name one thing to watch: {', '.join(WATCHED)}")
        if (self.reaches is None) == (self.falls_to is None):
            raise ValueError("give either reaches or falls_to, such as reaches: 100")
        for name in ("reaches", "falls_to"):
            level = getattr(self, name)
            if level is not None:
                self.of_one_kind(name, level)
        return self


class Change(Record):
    """How an activity or a part is otherwise meanwhile."""

    model_config = example({"factor": 1.5})

    left_out: bool = Field(
        False, description="Whether it isn't done: it takes no time, and a check finds nothing."
    )
    factor: Pace | None = Field(
        None, description="It takes so many times as long: 0.8, or 3 in an outage."
    )
    duration: Cases | None = Field(None, description="It takes this time instead.")
    impossible: bool = Field(
        False, description="Whether it can't begin: who needs it waits until this is over."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Change:
        given = (self.left_out, self.factor is not None, self.duration is not None, self.impossible)
        if sum(given) != 1:
            raise ValueError("give one of left_out: true, factor, duration, impossible: true")
        return self


class Sent(Record):
    """Where those go meanwhile who would come to a step."""

    model_config = example({"to": "released", "share": 0.8})

    to: Name = Field(description="Another step, or an outcome: released, refused, detained.")
    share: Share = Field(
        1.0, description="Share of them, as a number drawn for each traveller says; others go on."
    )


def _as_sent(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class Late(Record):
    """Services of a timetable that are late: all, or some by their attributes."""

    model_config = example({"when": {"train": ["ec45"]}, "by": "40 min"})

    when: Condition | None = Field(
        None,
        description="Which services, by attributes of the timetable: {train: ec45}; default: all "
        "that are due meanwhile.",
    )
    by: Annotated[Duration, Field(gt=0)] = Field(
        description="How much later they arrive or leave, beside the timetable's delay."
    )


EFFECTS = (
    "surge",
    "late",
    "activities",
    "lanes",
    "reserve",
    "closed",
    "on_duty",
    "out",
    "instead",
    "selections",
    "priority",
)
"""What a disturbance may do, beside what it does with those who arrive."""


class Disturbance(Record):
    """What is otherwise for a time: in an outage, a strike, or as a rule in a long queue.

    It happens at fixed times, at random, or as a trigger sets it off. A check in hand is
    finished as it began; who can't be checked waits. Nothing that travellers bring is changed by
    it, so that with and without it a comparison sees the same travellers.
    """

    model_config = example(
        {"at": [{"from": "2026-04-13T09:00", "for": "2 h"}], "closed": ["booths"]}
    )

    title: Title = None
    active: bool = Field(True, description="Whether it happens at all: a switch for comparisons.")
    crossing: Name | None = Field(
        None,
        description="In a region, the crossing at which it happens: whose arrivals, and whose "
        "activities, are meant; none: at all of them.",
    )
    at: Annotated[tuple[Stretch, ...], Field(max_length=1000)] = Field(
        (), description="When it happens: [{from: 2026-04-13T09:00, for: 2 h}]."
    )
    hours: Annotated[tuple[OpeningWindow, ...], Shorthand(as_windows, ("string", "object"))] = (
        Field((), description="Hours of the day at which it happens, such as [02:00-04:00].")
    )
    random: Random | None = Field(
        None, description="When it happens at random, drawn for each replication."
    )
    trigger: Trigger | None = Field(
        None,
        description="The state of the border that sets it off; with at, hours or random as well, "
        "at these times only.",
    )
    until: NotNegativeOrTime | None = Field(
        None,
        description="With a trigger: it goes on until what is watched is back at this, such as 40 "
        "or 15 min; default: until the trigger's state is over.",
    )
    delay: Duration = Field(
        0.0,
        description="With a trigger: from the trigger to the effect, such as the time in which "
        "officers come.",
    )
    at_most: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="With a trigger: how long it lasts at most, each time."
    )
    per_day: Count | None = Field(
        None, description="With a trigger: how often it begins on a day at most."
    )
    pause: Duration = Field(
        0.0, description="With a trigger: from its end, the time in which it isn't set off again."
    )
    surge: dict[Name, Annotated[float, Field(ge=1, le=1000), AS_NUMBER]] = Field(
        default_factory=dict,
        description="How many times as many as usual come from a source meanwhile, {cars: 1.5}: "
        "half as many again, beside those who come as ever; at fixed times only.",
    )
    late: dict[Name, Late] = Field(
        default_factory=dict,
        description="Services of a timetable that are due meanwhile and late: {trains: {when: "
        "{train: ec45}, by: 40 min}}; at fixed times only.",
    )
    activities: dict[Name, Change] = Field(
        default_factory=dict,
        description="Activities or parts that are otherwise for those whose work begins meanwhile: "
        "{biometrics: {left_out: true}}. Of several disturbances the first listed counts, but what "
        "any of them makes impossible is so.",
    )
    lanes: dict[Name, Annotated[Whole, Field(ge=0, le=1000)]] = Field(
        default_factory=dict,
        description="How many lanes of a stop are open meanwhile, the first listed, whatever their "
        "hours: {booths: 6}.",
    )
    reserve: dict[Name, Count] = Field(
        default_factory=dict,
        description="Officers called, the first of a group: {reserve: 2}. Of a group that is "
        "named here officers are on duty only in their shifts and when called; if active is false, "
        "never.",
    )
    closed: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",))] = Field(
        (), description="Stops whose lanes take nobody meanwhile; all: every stop."
    )
    inside: Literal["wait", "leave"] = Field(
        "wait",
        description="What those do who wait at the closed stops, or come to them from others: wait "
        "until this is over, or leave unchecked (sent away), as when a crossing is cleared. A "
        "check in hand is finished.",
    )
    arrivals: Literal["wait", "turn_back", "divert", "hold"] = Field(
        "wait",
        description="What those do who arrive meanwhile: come and wait; turn back (they count as "
        "turned away); go to another border crossing point (diverted; in a region to the nearest "
        "by drives, if one is open); or stand outside until this is over (hold).",
    )
    instead: dict[Name, Annotated[Sent, Shorthand(_as_sent, ("string",))]] = Field(
        default_factory=dict,
        description="Where those go who would come to a step meanwhile, on arrival, from another "
        "or out of a vehicle: {kiosks: booths}, or a share of them: {search: {to: released, "
        "share: 80 %}}.",
    )
    selections: dict[Name, Selection] = Field(
        default_factory=dict,
        description="Shares of a selection meanwhile, {risk: {hit: 2 %, clear: 98 %}}: the number "
        "drawn for each traveller is compared with these, wherever the way depends on it.",
    )
    priority: dict[Name, Annotated[tuple[Condition, ...], Field(max_length=20)]] = Field(
        default_factory=dict,
        description="Who goes first at a stop with a single queue meanwhile, instead of the stop's "
        "priority, also of those who wait already: {booths: [{class: bus}]}; []: nobody.",
    )
    on_duty: dict[Name, Annotated[Share, Field(lt=1)]] = Field(
        default_factory=dict,
        description="Share of the officers of a group who are there meanwhile, such as "
        "{customs: 50 %} in a strike: the nearest whole number of them, a half rounded up; their "
        "duties are done by others who have the skills.",
    )
    out: dict[Name, Count] = Field(
        default_factory=dict, description="Pieces of equipment out of use meanwhile: {scanner: 1}."
    )

    def stops_closed(self, stops: Iterable[str]) -> list[str]:
        """Return which of a scenario's stops are closed meanwhile."""
        return [stop for stop in stops if stop in self.closed or ALL in self.closed]

    @model_validator(mode="after")
    def _when_and_what(self) -> Disturbance:
        if not (self.at or self.hours or self.random or self.trigger):
            raise ValueError("say when it happens: at, hours, random or trigger")
        if not (any(getattr(self, name) for name in EFFECTS) or self.arrivals != "wait"):
            raise ValueError(f"say what it does: {', '.join(EFFECTS)}, or arrivals: turn_back")
        return self

    @model_validator(mode="after")
    def _cleared(self) -> Disturbance:
        if self.inside == "leave" and not self.closed:
            raise ValueError("inside: leave needs stops that are closed, such as closed: all")
        return self

    @model_validator(mode="after")
    def _at_fixed_times(self) -> Disturbance:
        for name in ("surge", "late"):
            if getattr(self, name) and (self.random or self.trigger or not (self.at or self.hours)):
                raise ValueError(
                    f"{name} is at fixed times: say at or hours, without random and trigger"
                )
        return self

    @model_validator(mode="after")
    def _triggered(self) -> Disturbance:
        if self.trigger is None:
            for name in ("until", "delay", "at_most", "per_day", "pause"):
                if getattr(self, name) not in (None, 0.0):
                    raise ValueError(f"{name} needs a trigger")
        elif self.until is not None:
            self.trigger.of_one_kind("until", self.until)
            back = limit(self.until)
            rises = self.trigger.falls_to is None
            if (back >= self.trigger.level) if rises else (back <= self.trigger.level):
                wanted = "less than reaches" if rises else "more than falls_to"
                raise ValueError(f"until must be {wanted}, found {_shown(self.until)}")
        return self
