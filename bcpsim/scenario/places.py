"""Risk indices of places: a score of each harbour or area, by which checks and patrols go."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from bcpsim.files.fields import Number, Positive
from bcpsim.files.record import Record, example
from bcpsim.scenario.values import Name, Title

HIGHEST = 100.0
"""The most that an index can be."""


class Criterion(Record):
    """Something that tells how much at risk places are, with a number for each."""

    model_config = example({"weight": 2, "values": {"ash_bay": 12, "birch_cove": 3}})

    title: Title = None
    weight: Positive = Field(1.0, description="How much it weighs beside the others.")
    values: Annotated[dict[Name, Number], Field(min_length=2, max_length=64)] = Field(
        description="A number for each place, in any unit: {ash_bay: 12, birch_cove: 3}."
    )
    less_is_riskier: bool = Field(
        False, description="Whether a small number means risk, such as hours with a guard."
    )

    @model_validator(mode="after")
    def _tells_places_apart(self) -> Criterion:
        if len(set(self.values.values())) == 1:
            raise ValueError("all places have the same value, which tells nothing; leave it out")
        return self

    def scaled(self, place: str) -> float:
        """Return the value of a place on a scale on which the riskiest has 1 and the least 0."""
        low, high = min(self.values.values()), max(self.values.values())
        share = (self.values[place] - low) / (high - low)
        return 1 - share if self.less_is_riskier else share


class RiskIndex(Record):
    """A risk score of places from 0 to 100, such as a port or harbour index.

    Each criterion is scaled so that the places reach from 0 to 100, and the index is the mean of
    all by their weights (OECD, Handbook on Constructing Composite Indicators, 2008: min-max and
    linear aggregation).
    """

    model_config = example(
        {
            "of": "port",
            "criteria": {"finds": {"values": {"ash_bay": 12, "birch_cove": 3}}},
            "levels": {"high": 60, "low": 0},
        }
    )

    title: Title = None
    of: Name = Field(description="The attribute whose values are the places.")
    criteria: Annotated[dict[Name, Criterion], Field(min_length=1, max_length=20)] = Field(
        description="What it is made of, by name; where that comes from stands in sources."
    )
    levels: Annotated[
        dict[Name, Annotated[Number, Field(ge=0, le=HIGHEST)]], Field(min_length=2, max_length=10)
    ] = Field(
        description="Levels by name, and from which index on a place has each: {high: 60, medium: "
        "30, low: 0}. Conditions use the index by its name: {port_index: high}."
    )

    @model_validator(mode="after")
    def _of_the_same_places(self) -> RiskIndex:
        (first, criterion), *others = self.criteria.items()
        for name, other in others:
            odd = sorted(criterion.values.keys() ^ other.values.keys())
            if odd:
                raise ValueError(
                    f"criteria {first!r} and {name!r} need values of the same places; only one of "
                    f"them has {', '.join(odd)}"
                )
        limits = list(self.levels.values())
        if limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
            raise ValueError(
                "levels go down to 0, the highest first, such as {high: 60, medium: 30, low: 0}"
            )
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """The places that have an index."""
        return tuple(next(iter(self.criteria.values())).values)

    def value(self, place: str) -> float:
        """Return the index of a place, from 0 to 100."""
        weights = sum(criterion.weight for criterion in self.criteria.values())
        parts = (one.weight * one.scaled(place) for one in self.criteria.values())
        return HIGHEST * sum(parts) / weights

    def level(self, place: str) -> str:
        """Return the level of a place."""
        index = self.value(place)
        return next(name for name, limit in self.levels.items() if index >= limit)
