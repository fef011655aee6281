"""The work that a vehicle needs, whoever does it and wherever: activities and their parts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from bcpsim.files.fields import Shorthand
from bcpsim.files.record import Record, example
from bcpsim.scenario.distributions import Deterministic, Time
from bcpsim.scenario.security import Detection, Regime
from bcpsim.scenario.values import Condition, Name, Title, as_tuple


class DurationCase(Record):
    """The duration under a condition; the first case that holds counts."""

    model_config = example({"when": {"class": "car"}, "time": "2 min"})

    when: Condition | None = Field(None, description="When the case counts; none: always.")
    time: Time = Field(Deterministic(value=0.0), description="Time for the vehicle as a whole.")
    per_occupant: Time | None = Field(
        None, description="Time added for each occupant, drawn for each apart."
    )
    per_occupant_with: Annotated[dict[Name, Time], Field(max_length=8)] = Field(
        default_factory=dict,
        description="Time added for each occupant who has something, by the name that it has in "
        "occupants_with of a class, drawn for each apart: {to_register: 60 s}.",
    )


def _as_cases(value: Any) -> Any:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and "distribution" not in value:
        return [value]
    return [{"time": value}]


def _last_is_open(cases: tuple[DurationCase, ...]) -> tuple[DurationCase, ...]:
    *first, last = cases
    if last.when is not None:
        raise ValueError("the last case must have no 'when', so that one always holds")
    if any(case.when is None for case in first):
        raise ValueError("only the last case may have no 'when'")
    return cases


Cases = Annotated[
    tuple[DurationCase, ...],
    AfterValidator(_last_is_open),
    Shorthand(_as_cases, ("string", "object")),
    Field(
        min_length=1,
        max_length=200,
        description="A time, a distribution, or a list of cases of which the first that holds "
        "counts and the last has no condition.",
    ),
]


class Part(Record):
    """Work around activities that is repeated where the way of working asks for it.

    Set-up at a stop, handling of the same papers, look-ups in a database. An activity names
    the parts that it needs; a stop or an officer does each of them once, before it.
    """

    model_config = example({"duration": "30 s"})

    title: Title = None
    per: Literal["stop", "officer"] = Field(
        "stop",
        description="stop: once at each visit to a stop, by the first who needs it; officer: "
        "once by each officer who needs it.",
    )
    duration: Cases | None = Field(None, description="How long it takes.")
    regime: Regime | None = Field(
        None,
        description="How agencies share information, for look-ups: on_request, ad_hoc, periodic, "
        "or continuous through a joint database; picks one of the durations by regime.",
    )
    by_regime: dict[Regime, Cases] = Field(
        default_factory=dict, description="Duration of a look-up by regime, instead of duration."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Part:
        if (self.duration is None) == (self.regime is None) or bool(self.by_regime) == bool(
            self.duration
        ):
            raise ValueError("give either duration, or regime and by_regime")
        if self.regime is not None and self.regime not in self.by_regime:
            raise ValueError(f"by_regime has no duration for the regime {self.regime}")
        return self

    @property
    def cases(self) -> tuple[DurationCase, ...]:
        """The duration that counts."""
        cases = self.duration if self.regime is None else self.by_regime[self.regime]
        assert cases is not None
        return cases


class Activity(Record):
    """Work that a vehicle needs: how long it takes, and the skill it asks for."""

    model_config = example({"skill": "passport", "duration": "90 s"})

    title: Title = None
    skill: Name | None = Field(None, description="The skill that an officer needs for it.")
    self_service: bool = Field(
        False,
        description="Instead of a skill: no officer is needed, as at a kiosk, an e-gate or a "
        "baggage belt.",
    )
    hold: bool = Field(
        False,
        description="Instead of a skill: nobody of the border works meanwhile, but the vehicle is "
        "held until others are done, such as a laboratory, an agent, or a driver who opens the "
        "load. It takes a lane. Measured as hold time, not as service.",
    )
    duration: Cases
    not_before: Name | None = Field(
        None,
        description="For self-service and hold: what must be ready before it can end, such as "
        "baggage, or documents lodged beforehand; a timetable says in its ready, or documents say, "
        "when that is.",
    )
    parts: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",)), Field(max_length=20)] = (
        Field((), description="Parts that come before it, such as [set_up, papers].")
    )
    detection: Detection | None = Field(None, description="What it finds; none: nothing.")

    @model_validator(mode="after")
    def _by_whom(self) -> Activity:
        if (self.skill is not None) + self.self_service + self.hold != 1:
            raise ValueError(
                "name the skill that an officer needs, or say self_service: true or hold: true"
            )
        if self.not_before is not None and self.skill is not None:
            raise ValueError("not_before is for self-service and hold; an officer doesn't wait")
        return self
