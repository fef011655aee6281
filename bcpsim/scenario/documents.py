"""Documents that are lodged before the traveller comes, and cleared meanwhile."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bcpsim.files.record import Record, example
from bcpsim.scenario.distributions import Deterministic, Time
from bcpsim.scenario.values import Condition, Name, Names, Title


class Documents(Record):
    """Documents that are lodged beforehand, and cleared while the traveller is on the way.

    Back offices clear them in the order in which they are lodged. At the border an activity that
    names them in its not_before ends when they are cleared, so that who comes later than that
    doesn't wait. What clearing takes is in the durations of activities, which are drawn for each
    traveller.
    """

    model_config = example({"lead": "3 h", "work": {"office": "clearing"}})

    title: Title = None
    when: Condition | None = Field(
        None,
        description="Who lodges them, such as {declared: beforehand}; none: everybody. Nobody "
        "else waits for them.",
    )
    lead: Time = Field(
        Deterministic(value=0.0),
        description="How long before the arrival they are lodged: 3 h, or a distribution.",
    )
    work: Annotated[dict[Name, Names], Field(min_length=1, max_length=20)] = Field(
        description="What each office does, side by side with the others: an activity or several, "
        "{customs_office: clearing}. They are cleared when all is done."
    )
