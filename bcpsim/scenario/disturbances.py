"""Disturbances: what goes wrong at some times, and what it does to the border."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bcpsim.files.fields import Count, Duration, LocalTime, Share, Shorthand
from bcpsim.files.record import Record, example
from bcpsim.scenario.distributions import Time
from bcpsim.scenario.values import Name, OpeningWindow, Title, as_tuple, as_windows

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


class Disturbance(Record):
    """Stops closed, officers away, equipment out of use: at fixed times, or at random.

    A check in hand is finished; who can't be checked waits. Nothing that travellers bring is
    changed by it, so that with and without it a comparison sees the same travellers.
    """

    model_config = example(
        {"at": [{"from": "2026-04-13T09:00", "for": "2 h"}], "closed": ["booths"]}
    )

    title: Title = None
    active: bool = Field(True, description="Whether it happens at all: a switch for comparisons.")
    at: Annotated[tuple[Stretch, ...], Field(max_length=1000)] = Field(
        (), description="When it happens: [{from: 2026-04-13T09:00, for: 2 h}]."
    )
    hours: Annotated[tuple[OpeningWindow, ...], Shorthand(as_windows, ("string", "object"))] = (
        Field((), description="Hours of the day at which it happens, such as [02:00-04:00].")
    )
    random: Random | None = Field(
        None, description="When it happens at random, drawn for each replication."
    )
    closed: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",))] = Field(
        (), description="Stops whose lanes take nobody meanwhile; all: every stop."
    )
    arrivals: Literal["wait", "turn_back"] = Field(
        "wait",
        description="What those do who arrive meanwhile: come and wait, or turn back (they count "
        "as turned away).",
    )
    on_duty: dict[Name, Annotated[Share, Field(lt=1)]] = Field(
        default_factory=dict,
        description="Share of the officers of a group who are there meanwhile, such as "
        "{customs: 50 %} in a strike; their duties are done by others who have the skills.",
    )
    out: dict[Name, Count] = Field(
        default_factory=dict, description="Pieces of equipment out of use meanwhile: {scanner: 1}."
    )

    def stops_closed(self, stops: Iterable[str]) -> list[str]:
        """Return which of a scenario's stops are closed meanwhile."""
        return [stop for stop in stops if stop in self.closed or ALL in self.closed]

    @model_validator(mode="after")
    def _when_and_what(self) -> Disturbance:
        if not (self.at or self.hours or self.random):
            raise ValueError("say when it happens: at, hours or random")
        if not (self.closed or self.on_duty or self.out or self.arrivals == "turn_back"):
            raise ValueError("say what it does: closed, arrivals: turn_back, on_duty or out")
        return self
