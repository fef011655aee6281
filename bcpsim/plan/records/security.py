"""What risk analysis sees, who is referred, and what checks find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bcpsim.plan.laws import Law


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePlan:
    """What risk analysis sees of a truth.

    Attributes
    ----------
    truth
        The attribute that it is about.
    separation
        Mean of those who have it; the others' is 0.
    mixing
        What of its own noise, and of that of scores before it, makes its noise, of variance 1.
    known
        Share of travellers of whom it tells anything, whenever they come: who is asked about.
    answer, within
        Of those how long an answer takes, and within how many minutes it must come; None: at once.
    every, first, age
        Minutes from one exchange of data to the next, after the start until the first, and the
        mean age of what there is to know; 0: all is exchanged at once.
    joint
        (score, weight) pairs; none: it is one of its own.
    largest
        Whether a joint score is the largest of its parts instead of their weighted sum.
    """

    name: str
    truth: int
    separation: float
    mixing: tuple[tuple[int, float], ...]
    known: float
    joint: tuple[tuple[int, float], ...]
    largest: bool
    answer: Law | None = None
    within: float = 0.0
    every: float = 0.0
    first: float = 0.0
    age: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPlan:
    """Who is referred: with a score from a limit on, and some of the others at random."""

    score: int
    limit: float
    random: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerPlan:
    """How well a check finds a truth: a share, or by its minutes.

    Attributes
    ----------
    truth
        The attribute that holds it.
    share
        Share that it finds, where its time doesn't matter.
    time_constant
        In minutes; None: there is none.
    by_time
        (minutes, share found by then) pairs, the first at 0; empty: there are none.
    """

    truth: int
    share: float
    time_constant: float | None
    by_time: tuple[tuple[float, float], ...] = ()


class Found(IntEnum):
    """Values of the result of a check."""

    CLEAR = 0
    ALARM = 1
    FOUND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionPlan:
    """What an activity finds.

    Attributes
    ----------
    powers
        Of each truth that it finds.
    false_alarm
        Share of those with none of them.
    result
        The attribute that holds the result; -1: nothing follows.
    ends_when_found
        Whether the check is cut short then.
    time_of, factor
        The activity by whose time, times the factor, the result is drawn; -1: the check's own; a
        factor of 0: nothing is found, and nothing gives an alarm.
    """

    powers: tuple[PowerPlan, ...]
    false_alarm: float
    result: int
    ends_when_found: bool
    time_of: int = -1
    factor: float = 1.0
