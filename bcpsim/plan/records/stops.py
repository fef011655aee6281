"""Stops with their lanes, and waiting areas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bcpsim.plan.records.activities import CasePlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.windows import Windows

WEIGHT = 100
"""The weight of the time that somebody waits who meets no case, in hundredths."""


class QueueRule(IntEnum):
    """How vehicles queue at a stop."""

    SINGLE = 0
    PER_LANE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPlan:
    """Whom a lane takes besides its own, and when.

    Attributes
    ----------
    admits
        Whom it helps.
    by_wait
        Whether the wait of the first of these in minutes is watched; else their number.
    waiting_from, own_at_most
        It helps from so many, or such a wait, on, while so many of its own wait at most.
    """

    admits: ConditionPlan
    by_wait: bool
    waiting_from: float
    own_at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeterPlan:
    """Shares that turn back at a queue, under a condition (None: always).

    Attributes
    ----------
    lengths, shares
        From so many waiting on, such a share; both ascending.
    """

    condition: ConditionPlan | None
    lengths: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlan:
    """One lane of a stop."""

    name: str
    stop: int
    admits: ConditionPlan | None
    windows: Windows
    helps: HelpPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """A waiting area.

    Attributes
    ----------
    places
        Number of its places; None: without a limit.
    floor
        Square metres; None: unknown.
    """

    name: str
    title: str
    places: int | None
    floor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlan:
    """Lanes opened and closed by need.

    Attributes
    ----------
    by_wait
        Whether the wait of the first vehicle in minutes is watched; else their number.
    open_at, close_at
        A lane opens at or above the one and closes at or below the other.
    delay
        Minutes from the decision to the opening.
    always
        Number of lanes that aren't closed.
    """

    by_wait: bool
    open_at: float
    close_at: float
    delay: float
    always: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlan:
    """A stop, its lanes, the officer groups that work there, and its rules.

    Attributes
    ----------
    choice, next_in_line
        Rules by which a vehicle chooses a lane, and the next vehicle is chosen (see
        `bcpsim.choosing`).
    weights
        How much the time that travellers wait weighs, in hundredths, by cases; who meets none of
        them has the weight `WEIGHT`.
    overtaking
        Whether a vehicle may start before another that can't start yet.
    priority
        Conditions, the highest priority first; who meets none comes last.
    low_priority_share
        Share of starts for those below the highest priority that waits.
    area
        Waiting area, -1: none.
    turn_away
        Whether arrivals from outside at a full area are turned away; else they wait.
    lanes_per_officer
        Lanes that one officer on duty oversees; None: they need nobody.
    patience
        Longest waits by cases; who meets none of them waits as long as it takes.
    deters
        Who turns back at a queue, by cases likewise.
    """

    name: str
    title: str
    lanes: tuple[int, ...]
    groups: tuple[int, ...]
    queue: QueueRule
    choice: str
    next_in_line: str
    overtaking: bool
    priority: tuple[ConditionPlan, ...]
    low_priority_share: float
    area: int
    turn_away: bool
    control: ControlPlan | None
    lanes_per_officer: int | None
    patience: tuple[CasePlan, ...] = ()
    deters: tuple[DeterPlan, ...] = ()
    weights: tuple[tuple[ConditionPlan | None, int], ...] = ()
