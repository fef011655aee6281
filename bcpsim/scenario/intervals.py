"""Intervals that are timed: from one moment of a traveller to another."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from bcpsim.files.record import Record, example
from bcpsim.scenario.values import Title

_MOMENT = re.compile(r"(arrival|departure)|(queue|start|end) of ([A-Za-z][A-Za-z0-9_-]{0,63})")


def step_of(moment: str) -> str | None:
    """Return the step that a moment names; None: it is one of the border as a whole."""
    named = _MOMENT.fullmatch(moment)
    return None if named is None else named[3]


def edge_of(moment: str) -> str:
    """Return what happens at a moment: arrival, departure, queue, start, end."""
    return moment.partition(" ")[0]


def _moment(text: str) -> str:
    words = " ".join(text.split())
    if _MOMENT.fullmatch(words) is None:
        raise ValueError(
            "expected arrival, departure, or queue, start or end of a step, such as 'start of "
            f"papers', found {words[:60]!r}"
        )
    return words


Moment = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A moment: arrival, departure, or queue, start or end of a step.",
            "examples": ["arrival", "start of papers", "end of scan"],
        }
    ),
]


class Interval(Record):
    """The time from one moment of a traveller to another, beside waiting and service."""

    model_config = example({"from": "arrival", "to": "start of papers"})

    title: Title = None
    start: Moment = Field(
        alias="from",
        description="When it begins: arrival, departure, or queue, start or end of a step. Of a "
        "step that is made several times its first queue and start, and its last end.",
    )
    to: Moment = Field(description="When it ends, said in the same way.")
