"""Back offices, and investigations: what a find opens there, after the traveller has gone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bcpsim.files.fields import NotNegative, Shorthand, Whole
from bcpsim.files.record import Record, example
from bcpsim.scenario.cases import Opened
from bcpsim.scenario.values import (
    Name,
    Names,
    OpeningWindow,
    Title,
    Window,
    as_windows,
)

ALWAYS = Window.model_validate({"from": "00:00", "to": "24:00"})


class Office(Record):
    """A back office: specialists of an agency who investigate or clear documents.

    They do nothing at the border. What comes waits until a specialist is free, first come first
    served. What isn't done when the office closes goes on when it opens.
    """

    model_config = example({"agency": "customs", "specialists": 2})

    title: Title = None
    agency: Name = Field(description="Agency of its specialists.")
    specialists: Annotated[Whole, Field(ge=1, le=200)] = Field(
        description="How many there are, each of whom does one work at a time."
    )
    hours: Annotated[
        Annotated[tuple[OpeningWindow, ...], Field(min_length=1, max_length=50)],
        Shorthand(as_windows, ("string", "object")),
    ] = Field(
        (ALWAYS,),
        description="When they work: 08:00-16:00, or {from: 08:00, to: 16:00, days: mon-fri}; "
        "several as a list. After the end of the run as in its last week, before its start as in "
        "its first.",
    )
    cost_per_hour: NotNegative | None = Field(
        None,
        description="What an hour of a specialist costs, with the supplements and the overhead of "
        "the agency; none: as much as an hour of its officers.",
    )


class Investigation(Opened):
    """What a find opens in the back office, such as where the goods were to go.

    Nothing of it comes back to the border: it is worked out from when checks found something. What
    it takes is in the durations of activities, which are drawn for each traveller.
    """

    model_config = example({"of": "outcome", "work": {"office": "inquiry"}})

    after: Name | None = Field(
        None,
        description="An activity that must be over before any office begins, without a specialist: "
        "the time until the other agency answers a proposal.",
    )
    work: Annotated[dict[Name, Names], Field(min_length=1, max_length=20)] = Field(
        description="What each office does, side by side with the others: an activity or several, "
        "{customs_office: goods_inquiry, guard_office: [persons_inquiry, report]}. The "
        "investigation is over when all are done."
    )
