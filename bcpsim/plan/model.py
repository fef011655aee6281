"""The plan: a scenario compiled to flat tables for sampling and simulating.

A plan is frozen, picklable and hashable. Everything is an index, a number, an enum or
a tuple of these: nothing is left to parse or to look up, and nothing is callable, so
that another engine can run the same plan. Times are minutes since the scenario's
start; sets of categories and of lanes are bit masks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bcpsim.plan.laws import Law

Windows = tuple[tuple[float, float], ...]
"""Half-open stretches of time [start, end), in order and apart from one another."""


class QueueRule(IntEnum):
    """How vehicles queue at a stop."""

    SINGLE = 0
    PER_LANE = 1


class LaneChoice(IntEnum):
    """Which lane a vehicle joins where each has its own queue; ties: lowest index."""

    SHORTEST_QUEUE = 0
    FEWEST_VEHICLES = 1
    RANDOM = 2


class Outcome(IntEnum):
    """How a traveller ends."""

    INSIDE = 0
    RELEASED = 1
    REFUSED = 2
    DETAINED = 3


@dataclass(frozen=True, slots=True)
class ConditionPlan:
    """A condition on class and attributes: every mask must have the traveller's bit.

    Attributes
    ----------
    classes
        Bit mask of the classes that meet it.
    attributes
        (attribute, bit mask of its values) pairs.
    """

    classes: int
    attributes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """An attribute, its values, and for each class the shares (none: not drawn)."""

    name: str
    values: tuple[str, ...]
    shares: tuple[tuple[float, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """A class of vehicle and the number of its occupants by share."""

    name: str
    title: str
    occupants: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """A stream of arrivals: rates between edges, or times as observed.

    Attributes
    ----------
    edges, rates
        Arrivals per minute, constant between edges (one edge more than rates).
    gap_cv
        Coefficient of variation of the gaps in operational time.
    times
        Observed arrival times instead, ascending; None for a random stream.
    """

    name: str
    classes: tuple[tuple[int, float], ...]
    edges: tuple[float, ...]
    rates: tuple[float, ...]
    gap_cv: float
    times: tuple[float, ...] | None

    @property
    def expected(self) -> float:
        """Expected number of arrivals over the horizon."""
        if self.times is not None:
            return float(len(self.times))
        spans = zip(self.edges, self.edges[1:], self.rates, strict=False)
        return sum((end - start) * rate for start, end, rate in spans)


@dataclass(frozen=True, slots=True)
class CasePlan:
    """Duration under a condition (None: always)."""

    condition: ConditionPlan | None
    law: Law
    per_occupant: Law | None


@dataclass(frozen=True, slots=True)
class ActivityPlan:
    """An activity: the skill it needs, and its duration by cases."""

    name: str
    title: str
    skill: int
    cases: tuple[CasePlan, ...]


@dataclass(frozen=True, slots=True)
class LanePlan:
    """One lane of a stop."""

    name: str
    stop: int
    admits: ConditionPlan | None
    windows: Windows


@dataclass(frozen=True, slots=True)
class StopPlan:
    """A stop and the range of its lanes and officer groups."""

    name: str
    title: str
    lanes: tuple[int, ...]
    groups: tuple[int, ...]
    queue: QueueRule
    choice: LaneChoice


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Officers of one agency with the same skills at one stop.

    Attributes
    ----------
    paces
        Factor on the duration for each skill; None where the skill is lacking.
    """

    name: str
    title: str
    agency: int
    stop: int
    paces: tuple[float | None, ...]
    officers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfficerPlan:
    """One officer and the stretches of time on duty."""

    name: str
    group: int
    windows: Windows


@dataclass(frozen=True, slots=True)
class EquipmentPlan:
    """Equipment of one kind, and how many there are."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """Targets by cumulative share, under a condition (None: always).

    A target >= 0 is a step; -1 - k is the outcome k.
    """

    condition: ConditionPlan | None
    targets: tuple[int, ...]
    cumulative: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One visit to a stop.

    Attributes
    ----------
    groups
        Officer groups that have all the skills, in the order in which they are asked.
    equipment
        Equipment held for the whole visit, one of each.
    """

    name: str
    stop: int
    activities: tuple[int, ...]
    groups: tuple[int, ...]
    equipment: tuple[int, ...]
    routes: tuple[RoutePlan, ...]


@dataclass(frozen=True, slots=True)
class MovePlan:
    """Time between two stops; -1 as origin is the arrival, as target the exit."""

    origin: int
    target: int
    condition: ConditionPlan | None
    law: Law


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario ready to be sampled and simulated.

    Attributes
    ----------
    scenario_hash
        Hash of the scenario after defaults and overrides, and of the data it reads.
    horizon, warm_up
        Minutes; arrivals and time averages lie in [warm_up, horizon).
    end
        Minutes at which the run stops at the latest.
    hours
        (start minute, end minute) of each stretch of one local hour, [0, horizon].
    """

    name: str
    title: str
    variant: str
    scenario_hash: str
    start: datetime
    time_zone: str
    horizon: float
    warm_up: float
    end: float
    hours: tuple[tuple[float, float], ...]
    skills: tuple[str, ...]
    agencies: tuple[str, ...]
    agency_titles: tuple[str, ...]
    attributes: tuple[AttributePlan, ...]
    classes: tuple[ClassPlan, ...]
    sources: tuple[SourcePlan, ...]
    activities: tuple[ActivityPlan, ...]
    stops: tuple[StopPlan, ...]
    lanes: tuple[LanePlan, ...]
    groups: tuple[GroupPlan, ...]
    officers: tuple[OfficerPlan, ...]
    equipment: tuple[EquipmentPlan, ...]
    steps: tuple[StepPlan, ...]
    entry: tuple[RoutePlan, ...]
    moves: tuple[MovePlan, ...]

    @property
    def expected_arrivals(self) -> float:
        """Expected number of arrivals in one replication."""
        return sum(source.expected for source in self.sources)
