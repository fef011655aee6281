"""Cases: what follows a find or a false alarm, and the work that handles it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bcpsim.files.fields import Shorthand
from bcpsim.files.record import Record, example
from bcpsim.scenario.values import Condition, Name, Names, Title, as_tuple


class Opened(Record):
    """What a result of a check opens."""

    title: Title = None
    of: Name = Field(description="The result that opens it, as the detection of a check names it.")
    opened_by: Annotated[
        tuple[Literal["found", "alarm"], ...],
        Shorthand(as_tuple, ("string",)),
        Field(min_length=1),
    ] = Field(("found",), description="What it comes out as then: found, alarm, or both.")
    when: Condition | None = Field(
        None, description="Of whom, such as {proposal: accepted}; none: of everybody."
    )


class Case(Opened):
    """What follows a find or a false alarm: a seizure, a refusal, an arrest, a fine.

    The work is done where the workflow says; a case says which of it belongs together, so that it
    is measured how long cases take, who handles them, and how long they wait for that.
    """

    model_config = example({"of": "outcome", "handled_by": ["transfer", "seizure"]})

    handled_by: Names = Field(
        description="The activities that handle it, from its hand-over to its end."
    )
