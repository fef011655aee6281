"""Disturbances: what sets them off, and what is otherwise meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bcpsim.plan.laws import Law
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.windows import Windows


class Gate(IntEnum):
    """What those do who arrive."""

    WAIT = 0
    TURN_BACK = 1
    DIVERT = 2
    HOLD = 3


class Watched(IntEnum):
    """What a trigger watches: of a stop, an area or a group of officers."""

    QUEUE = 0
    FIRST_WAIT = 1
    LONGEST_WAIT = 2
    MEAN_WAIT = 3
    AREA = 4
    ON_DUTY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan:
    """A state of the border that sets a disturbance off, and how long this goes on.

    Attributes
    ----------
    number
        Of the stop, the area or the group of officers.
    last
        Of how many the mean wait is taken.
    rises
        Whether the state is the level or more; else the level or less.
    level, back
        Number or minutes at which it begins and ends; None: ends when the state is over.
    lasting, delay, pause
        Minutes for which the state has lasted; from then to the effect; after its end.
    at_most, per_day
        Minutes each time, and times a day; None: without a limit.
    """

    watched: Watched
    number: int
    last: int
    rises: bool
    level: float
    back: float | None
    lasting: float
    delay: float
    at_most: float | None
    per_day: int | None
    pause: float

    @property
    def is_time(self) -> bool:
        """Whether what is watched is a time."""
        return self.watched in (Watched.FIRST_WAIT, Watched.LONGEST_WAIT, Watched.MEAN_WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """How an activity is otherwise for a time.

    Attributes
    ----------
    activity
        Which: its number.
    instead
        The activity whose duration counts, times the factor.
    factor
        0: it is left out.
    impossible
        Whether it can't begin.
    """

    activity: int
    instead: int
    factor: float = 1.0
    impossible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DetourPlan:
    """Where those go for a time who would come to a step.

    Attributes
    ----------
    step, target
        The step; another, or -1 - outcome.
    share
        Of them.
    """

    step: int
    target: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionPlan:
    """Other shares of a selection for a time: its attribute, and the shares by cases."""

    attribute: int
    cases: tuple[tuple[ConditionPlan | None, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisturbancePlan:
    """What is otherwise at some times.

    Attributes
    ----------
    windows
        When it happens by the calendar, or may be set off.
    every, lasts
        Minutes from the end of one to the next, and how long it lasts; None: not at random.
    always
        Whether no times are given, so that a trigger sets it off at any time.
    trigger
        What sets it off; None: it happens at its times.
    changes
        Activities that are otherwise.
    lanes
        (stop, lanes that are open) pairs.
    reserve
        (group, officers who are called) pairs.
    detours
        Who goes elsewhere.
    selections
        Selections that have other shares.
    priority
        (stop, who goes first there) pairs; conditions as of a stop.
    closed
        Stops whose lanes take nobody.
    clears
        Whether those leave who wait at the closed stops, or come to them.
    gate
        What those do who arrive from outside.
    on_duty
        (group, share of its officers who are there) pairs.
    out
        (kind of equipment, pieces out of use) pairs.
    crossing
        In a region, at which crossing arrivals and activities are meant; -1: at all.
    """

    name: str
    title: str
    windows: Windows
    every: Law | None
    lasts: Law | None
    closed: tuple[int, ...]
    gate: Gate
    on_duty: tuple[tuple[int, float], ...]
    out: tuple[tuple[int, int], ...]
    always: bool = False
    trigger: TriggerPlan | None = None
    changes: tuple[ChangePlan, ...] = ()
    lanes: tuple[tuple[int, int], ...] = ()
    reserve: tuple[tuple[int, int], ...] = ()
    detours: tuple[DetourPlan, ...] = ()
    crossing: int = -1
    selections: tuple[SelectionPlan, ...] = ()
    priority: tuple[tuple[int, tuple[ConditionPlan, ...]], ...] = ()
    clears: bool = False
