"""Border crossing points as wholes: opening hours, several of a region, who chooses which."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bcpsim.files.fields import Count, Duration, Share, Shorthand
from bcpsim.files.record import Record, example
from bcpsim.scenario.values import Names, OpeningWindow, Title, as_windows

CROSSING = "crossing"
"""Attribute of all vehicles in a region: the crossing to which they go."""

MAX_CROSSINGS = 16
"""Most crossings of a region."""


class Opening(Record):
    """Opening hours of the whole border crossing point."""

    model_config = example({"hours": ["06:00-22:00"]})

    hours: Annotated[
        Annotated[tuple[OpeningWindow, ...], Field(min_length=1)],
        Shorthand(as_windows, ("string", "object")),
    ] = Field(
        description="When it is open: [06:00-22:00], or by day: "
        "[{from: 06:00, to: 22:00, days: mon-fri}]. Lanes take vehicles and officers are on duty "
        "within these hours only, whatever their own say; what is in hand is finished."
    )
    arrivals: Literal["wait", "turn_back"] = Field(
        "wait",
        description="What those do who come when it is closed: wait until it opens, or turn back "
        "(they count as turned away).",
    )
    entrance_closes: Duration = Field(
        0.0,
        description="With arrivals: turn_back, how long before the closing hour those who come "
        "turn back already, so that those inside can be served.",
    )

    @model_validator(mode="after")
    def _closes_for_whom(self) -> Opening:
        if self.entrance_closes and self.arrivals == "wait":
            raise ValueError("entrance_closes needs arrivals: turn_back; else they come and wait")
        return self


def as_opening(value: Any) -> Any:
    """Turn hours alone into a record of opening hours."""
    hours = isinstance(value, (str, list)) or (isinstance(value, dict) and "from" in value)
    return {"hours": value} if hours else value


class Crossing(Record):
    """A border crossing point of a region."""

    model_config = example({"stops": ["north_booths"]})

    title: Title = None
    stops: Names = Field(description="Its stops.")
    opening: Annotated[Opening | None, Shorthand(as_opening, ("string", "array"))] = Field(
        None, description="Its opening hours; none: always open."
    )


class Sign(Record):
    """What signs show of the waits at each crossing: for each stop to which vehicles come first."""

    model_config = example({"shows": "mean_wait", "every": "15 min", "rounded_to": "5 min"})

    shows: Literal["mean_wait", "longest_wait", "queue"] = Field(
        "mean_wait",
        description="mean_wait: how long the last who were served had waited; longest_wait: how "
        "long the one has waited who waits longest; queue: how many wait, times each.",
    )
    last: Annotated[Count, Field(le=1000)] = Field(
        20, description="Of how many the mean wait is taken."
    )
    each: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="With shows: queue, the wait that is told for each who waits."
    )
    every: Duration = Field(
        0.0, description="How often signs are brought up to date; 0 min: always current."
    )
    delay: Duration = Field(
        0.0, description="From the measurement until signs show it; less than every."
    )
    rounded_to: Duration = Field(
        0.0, description="To the nearest of which it is rounded, such as 5 min; 0 min: not."
    )

    @model_validator(mode="after")
    def _measured_and_shown(self) -> Sign:
        if (self.each is None) == (self.shows == "queue"):
            raise ValueError("each goes with shows: queue, such as {shows: queue, each: 2 min}")
        if 0 < self.every < 1 / 60:
            raise ValueError("every must be 1 s or more, or 0 min for signs always current")
        if self.delay and self.delay >= self.every:
            raise ValueError("delay must be less than every, the time between two updates")
        return self


class Choice(Record):
    """How traffic chooses a crossing: by driving time and the wait that signs show."""

    model_config = example({"look": 0.6, "gain": "10 min", "sign": {"every": "15 min"}})

    look: Share = Field(
        1.0,
        description="Share who look at the signs; the others go to their usual crossing, as long "
        "as it is open.",
    )
    gain: Duration = Field(
        0.0, description="How much less time another crossing than the usual one must take."
    )
    spread: Duration = Field(
        0.0,
        description="How much drivers differ in what they prefer, as the scale of a logit choice: "
        "of two crossings that differ by so much, 73 % choose the better; 0 min: all do.",
    )
    sign: Sign | None = Field(
        None, description="What signs show; none: nobody knows of the waits, only of closures."
    )
