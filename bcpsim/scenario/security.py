"""Hidden truths of travellers, what risk analysis sees of them, and what checks find."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from statistics import NormalDist
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bcpsim.files.fields import Duration, Number, Share, Shorthand
from bcpsim.files.record import Record, example
from bcpsim.scenario.distributions import Time
from bcpsim.scenario.values import Name, ShareCase, Title, as_share_cases, as_tuple

PRESENT, ABSENT = "present", "absent"
REFERRED, CLEAR = "referred", "clear"
FOUND, ALARM = "found", "alarm"


Truth = Annotated[
    tuple[ShareCase, ...],
    Shorthand(as_share_cases, ("string", "number", "object")),
    Field(
        min_length=1,
        max_length=100,
        description="Share of travellers, such as 0.5 %, or a list of cases of which the first "
        "that holds counts and the last has no condition. Conditions use the truth by its name: "
        "{contraband: present}, or absent.",
    ),
]
"""What may be hidden: contraband, false documents; how many carry it, nobody knows."""


Regime = Literal["on_request", "ad_hoc", "periodic", "continuous"]
"""How agencies share information."""

_NEEDS: dict[str, tuple[str, ...]] = {
    "on_request": ("asked",),
    "ad_hoc": ("asked",),
    "periodic": ("every", "age"),
    "continuous": (),
}
_MAY = {
    **_NEEDS,
    "on_request": ("asked", "answer", "within"),
    "periodic": ("every", "first", "age"),
}


class Exchange(Record):
    """How an agency comes by the data of a score, and of whom it has them in time."""

    model_config = example({"regime": "periodic", "every": "24 h", "age": "3 d"})

    regime: Regime = Field(
        description="on_request: it asks, and an answer may come too late; ad_hoc: the other tells "
        "it now and then; periodic: data are exchanged at times, and what is newer isn't known; "
        "continuous: a joint database, in which all is known."
    )
    asked: Share | None = Field(
        None, description="on_request, ad_hoc: share of travellers asked about, or told of."
    )
    answer: Time | None = Field(None, description="on_request: how long an answer takes.")
    within: Duration | None = Field(
        None,
        description="on_request: how soon it must come to be of use, such as the time from the "
        "announcement of a truck to its arrival.",
    )
    every: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="periodic: from one exchange to the next; the first is at the start."
    )
    first: Duration | None = Field(
        None, description="periodic: how long after the start the first exchange is."
    )
    age: Annotated[Duration, Field(gt=0)] | None = Field(
        None,
        description="periodic: how old what there is to know of a traveller is on arrival, on "
        "average (exponential). It is known if it was there at the last exchange.",
    )

    @model_validator(mode="after")
    def _as_the_regime_needs(self) -> Exchange:
        given = {name for name, value in self if value is not None} - {"regime"}
        lacking = [name for name in _NEEDS[self.regime] if name not in given]
        if lacking:
            raise ValueError(f"regime: {self.regime} needs {' and '.join(lacking)}")
        idle = sorted(given - set(_MAY[self.regime]))
        if idle:
            raise ValueError(f"regime: {self.regime} has no use for {', '.join(idle)}")
        if (self.answer is None) != (self.within is None):
            raise ValueError("answer and within go together: an answer is of use if it comes then")
        return self


class Score(Record):
    """What an agency's risk analysis sees: a number that is higher for those with a truth.

    Of those without the truth it is normal with mean 0 and standard deviation 1, of the others
    the mean is the separation. A joint score puts several together.
    """

    model_config = example({"of": "contraband", "separation": 1.5})

    title: Title = None
    of: Name = Field(description="The truth that it is about.")
    separation: Annotated[Number, Field(ge=0, le=10)] | None = Field(
        None,
        description="How far the means are apart, in standard deviations: d' of signal "
        "detection. 0 tells nothing, 1 to 1.5 is usual.",
    )
    auc: Annotated[Number, Field(ge=0.5, le=0.999999)] | None = Field(
        None, description="Instead: the area under the ROC curve; 0.86 is a separation of 1.5."
    )
    correlated: dict[Name, Annotated[Number, Field(ge=-0.999, le=0.999)]] = Field(
        default_factory=dict,
        description="Correlation with scores before it, of the same travellers: {guard: 0.4}.",
    )
    known: Share = Field(
        1.0,
        description="Share of travellers of whom its data tell anything: those asked about where "
        "agencies ask on request, those whose data are up to date where they are exchanged at "
        "times. Of the others it is noise.",
    )
    exchange: Exchange | None = Field(
        None, description="Instead of known: how the data come of which it is made."
    )
    joint: Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",)), Field(max_length=8)] = (
        Field((), description="Scores before it that it is made of, instead of a separation.")
    )
    rule: Literal["optimal", "sum", "largest"] = Field(
        "optimal",
        description="How a joint score is formed. optimal: with the weights that separate best; "
        "sum: each weighing the same; largest: the highest of them. The sum can find less than "
        "each agency on its own.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Score:
        if [self.separation is None, self.auc is None, not self.joint].count(False) != 1:
            raise ValueError("give one of separation, auc, joint")
        if self.known < 1 and self.exchange is not None:
            raise ValueError("give either known, or exchange")
        if self.joint and (self.correlated or self.known < 1 or self.exchange is not None):
            raise ValueError("a joint score has the correlation and the data of its parts")
        if len(self.joint) == 1:
            raise ValueError("a joint score is made of two or more")
        return self

    @property
    def distance(self) -> float:
        """The separation; from the area under the curve it is that times the root of 2.

        AUC = Phi(d' / sqrt 2): Green and Swets, Signal Detection Theory and Psychophysics, 1966.
        """
        if self.auc is not None:
            return math.sqrt(2) * NormalDist().inv_cdf(self.auc)
        return self.separation or 0.0


def singles(scores: Mapping[str, Score]) -> list[str]:
    """Return the names of the scores that aren't joint, in their order."""
    return [name for name, score in scores.items() if not score.joint]


def correlations(scores: Mapping[str, Score]) -> list[list[float]]:
    """Return the correlations between the scores that aren't joint, in their order."""
    names = singles(scores)
    matrix = [[float(a == b) for a in names] for b in names]
    for number, name in enumerate(names):
        for other, value in scores[name].correlated.items():
            place = names.index(other)
            matrix[number][place] = matrix[place][number] = value
    return matrix


class Referral(Record):
    """Who is selected by a score; conditions use it by its name: {risk: referred}, or clear."""

    model_config = example({"score": "customs", "share": "5 %"})

    score: Name = Field(description="The score.")
    above: Annotated[Number, Field(ge=-10, le=10)] | None = Field(
        None, description="Referred are those whose score is at least this."
    )
    share: Annotated[Share, Field(gt=0, lt=1)] | None = Field(
        None, description="Instead: the share of those without the truth who are referred."
    )
    random: Share = Field(
        0.0, description="Of the others a share at random, to deter and to learn."
    )

    @model_validator(mode="after")
    def _one_limit(self) -> Referral:
        if (self.above is None) == (self.share is None):
            raise ValueError("give either above, or share")
        return self


class FoundBy(Record):
    """What share of something a check has found after some time."""

    after: Annotated[Duration, Field(gt=0)] = Field(description="Time from its beginning.")
    share: Share = Field(description="Share of what is there that is found by then.")


class Power(Record):
    """How well a check finds something that is there."""

    model_config = example({"time_constant": "10 min"})

    share: Share | None = Field(None, description="Share of what is there that it finds.")
    time_constant: Annotated[Duration, Field(gt=0)] | None = Field(
        None,
        description="Instead: a check of t minutes finds 1 - exp(-t / time_constant) of it; after "
        "this time 63 %. t is the activity's duration, whatever the officer's pace.",
    )
    by_time: Annotated[tuple[FoundBy, ...], Field(max_length=100)] = Field(
        (),
        description="Instead: a table, [{after: 2 min, share: 30 %}, {after: 10 min, share: "
        "80 %}]: from 0 on linear between its times, and the same after the last.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Power:
        given = (self.share is not None, self.time_constant is not None, bool(self.by_time))
        if sum(given) != 1:
            raise ValueError("give either share, time_constant or by_time")
        for one, two in pairwise(self.by_time):
            if two.after <= one.after or two.share < one.share:
                raise ValueError("by_time: expected later times, and no smaller shares, one by one")
        return self

    @property
    def is_timed(self) -> bool:
        """Whether it finds more in more time."""
        return self.share is None


def _as_power(value: Any) -> Any:
    return value if isinstance(value, dict) else {"share": value}


class Detection(Record):
    """What an activity finds."""

    model_config = example({"of": {"contraband": "60 %"}, "false_alarm": "5 %"})

    of: Annotated[
        dict[Name, Annotated[Power, Shorthand(_as_power, ("string", "number"))]],
        Field(min_length=1, max_length=20),
    ] = Field(description="Truths, and how well it finds each: {contraband: 60 %}.")
    false_alarm: Share = Field(
        0.0, description="Share of those without any of them for whom it raises an alarm."
    )
    result: Name | None = Field(
        None,
        description="Name of its result, found, alarm or clear, for a case that follows: the next "
        "of the step, and who of its crew goes on, may ask for it: {search_result: found}. None: "
        "nothing follows, and what would be found is counted by its probability.",
    )
    ends_when_found: bool = Field(
        False,
        description="Whether the check ends when something is found; with time_constant or "
        "by_time, and a result.",
    )

    @model_validator(mode="after")
    def _early(self) -> Detection:
        timed = any(power.is_timed for power in self.of.values())
        if self.ends_when_found and (self.result is None or not timed):
            raise ValueError("ends_when_found needs a time_constant, or by_time, and a result")
        return self
