"""Who leaves unchecked of one's own accord: for want of patience, or at the sight of a queue."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, field_validator

from bcpsim.files.fields import Share, Shorthand, shown
from bcpsim.files.record import Record, example
from bcpsim.scenario.distributions import Time
from bcpsim.scenario.values import Condition

LONGEST = 100_000
"""Most who may wait, for a share that turns back."""


class Patience(Record):
    """For how long travellers wait in a queue before they give up, under a condition."""

    model_config = example({"time": {"distribution": "exponential", "mean": "40 min"}})

    when: Condition | None = Field(None, description="Whose patience it is; none: everybody's.")
    time: Time = Field(
        description="The longest wait in the queue, drawn for each traveller; who still waits then "
        "leaves the border unchecked."
    )


class Deterrence(Record):
    """Which share of those who arrive turn back at a queue, under a condition."""

    model_config = example({"shares": {"10": 0.2, "30": 0.6}})

    when: Condition | None = Field(None, description="Who turns back; none: everybody.")
    shares: Annotated[dict[str, Share], Field(min_length=1, max_length=50)] = Field(
        description="Shares by the number that wait before them: {10: 20 %, 30: 60 %} is nobody "
        "below 10, 20 % from 10 on and 60 % from 30 on."
    )

    @field_validator("shares", mode="before")
    @classmethod
    def _numbers_as_text(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {str(key): share for key, share in value.items()}

    @field_validator("shares")
    @classmethod
    def _more_by_longer_queues(cls, value: dict[str, float]) -> dict[str, float]:
        for number in value:
            if not number.isdecimal() or int(number) > LONGEST:
                raise ValueError(
                    f"expected how many wait, a whole number up to {LONGEST}, found {number!r}"
                )
        steps = sorted((int(number), share) for number, share in value.items())
        for (few, before), (many, share) in pairwise(steps):
            if many == few:
                raise ValueError(f"{few} has two shares")
            if share < before:
                raise ValueError(
                    f"at {many} waiting fewer turn back ({100 * share:g} %) than at {few} "
                    f"({100 * before:g} %); "
                    "expected shares that grow with the queue, such as {10: 20 %, 30: 60 %}"
                )
        return value

    @property
    def steps(self) -> list[tuple[int, float]]:
        """Numbers waiting and shares, in order."""
        return sorted((int(number), share) for number, share in self.shares.items())


def _as_patience(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "distribution" not in value:
        return [value]
    return [{"time": value}]


def _as_deterrence(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise ValueError(f"expected shares by number waiting: {{10: 20 %}}, found {shown(value)}")
    return [value if value.keys() & Deterrence.model_fields.keys() else {"shares": value}]


PatienceCases = Annotated[
    tuple[Patience, ...],
    Shorthand(_as_patience, ("string", "object")),
    Field(max_length=50),
]

DeterrenceCases = Annotated[
    tuple[Deterrence, ...],
    Shorthand(_as_deterrence, ("object",)),
    Field(max_length=50),
]
