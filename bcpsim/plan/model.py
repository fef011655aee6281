"""The plan: a scenario compiled to flat tables for sampling and simulating.

A plan is frozen, picklable and hashable. Everything is an index, a number, an enum or
a tuple of these: nothing is left to parse or to look up, and nothing is callable, so
that another engine can run the same plan. Times are minutes since the scenario's
start; sets of categories and of lanes are bit masks. The rows of its tables are in
`bcpsim.plan.records`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bcpsim.plan.records.activities import ActivityPlan
from bcpsim.plan.records.cases import HandlingPlan
from bcpsim.plan.records.classes import AttributePlan, ClassPlan
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.costs import CostPlan
from bcpsim.plan.records.crossings import CrossingPlan, OpeningPlan, RegionPlan
from bcpsim.plan.records.disturbances import DetourPlan, DisturbancePlan, Gate, SelectionPlan
from bcpsim.plan.records.documents import DocumentsPlan
from bcpsim.plan.records.equipment import EquipmentPlan
from bcpsim.plan.records.intervals import IntervalPlan
from bcpsim.plan.records.investigations import InvestigationPlan, OfficePlan
from bcpsim.plan.records.officers import GroupPlan, OfficerPlan
from bcpsim.plan.records.security import ScorePlan
from bcpsim.plan.records.stops import AreaPlan, LanePlan, StopPlan
from bcpsim.plan.records.traffic import SourcePlan
from bcpsim.plan.records.workflow import MovePlan, RoutePlan, StepPlan, TaskPlan
from bcpsim.plan.windows import Windows


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario ready to be sampled and simulated.

    Attributes
    ----------
    scenario_hash
        Hash of the scenario after defaults and overrides, and of the data it reads.
    counted
        What those who arrive are called, a plural.
    horizon, warm_up
        Minutes; arrivals and time averages lie in [warm_up, horizon).
    end
        Minutes at which the run stops at the latest.
    hours
        (start minute, end minute) of each stretch of one local hour, [0, horizon].
    truths
        The attributes that are truths.
    counting
        When those come who count in measures; None: at any time of [warm_up, horizon).
    days
        Minutes at which the local days begin, the first at or before the start.
    activities
        Activities and parts, each time that a loop may come round; then those with another
        duration in a disturbance, which have their number of the traveller's from the same stream.
        Of a check that ends when something is found a factor is another duration, too.
    region
        Several border crossing points; None: it is one.
    """

    name: str
    title: str
    variant: str
    scenario_hash: str
    counted: str
    start: datetime
    time_zone: str
    horizon: float
    warm_up: float
    end: float
    hours: tuple[tuple[float, float], ...]
    days: tuple[float, ...]
    skills: tuple[str, ...]
    ready: tuple[str, ...]
    agencies: tuple[str, ...]
    agency_titles: tuple[str, ...]
    attributes: tuple[AttributePlan, ...]
    scores: tuple[ScorePlan, ...]
    truths: tuple[int, ...]
    classes: tuple[ClassPlan, ...]
    sources: tuple[SourcePlan, ...]
    activities: tuple[ActivityPlan, ...]
    areas: tuple[AreaPlan, ...]
    stops: tuple[StopPlan, ...]
    lanes: tuple[LanePlan, ...]
    groups: tuple[GroupPlan, ...]
    officers: tuple[OfficerPlan, ...]
    equipment: tuple[EquipmentPlan, ...]
    tasks: tuple[TaskPlan, ...]
    steps: tuple[StepPlan, ...]
    entry: tuple[RoutePlan, ...]
    moves: tuple[MovePlan, ...]
    disturbances: tuple[DisturbancePlan, ...]
    opening: OpeningPlan | None
    costs: CostPlan
    cases: tuple[HandlingPlan, ...] = ()
    offices: tuple[OfficePlan, ...] = ()
    documents: tuple[DocumentsPlan, ...] = ()
    investigations: tuple[InvestigationPlan, ...] = ()
    intervals: tuple[IntervalPlan, ...] = ()
    counting: Windows | None = None
    region: RegionPlan | None = None

    @property
    def crossings(self) -> tuple[CrossingPlan, ...]:
        """The crossings of a region; none where there is one border crossing point."""
        return () if self.region is None else self.region.crossings

    @property
    def entry_stops(self) -> tuple[int, ...]:
        """The stops to which those who arrive come first."""
        targets = {target for route in self.entry for target in route.targets if target >= 0}
        return tuple(sorted({self.steps[target].stop for target in targets}))

    def reached_by(self, source: SourcePlan) -> tuple[int, ...]:
        """Return the crossings to which those of a source go, or may be diverted."""
        reached = {number for number, drive in enumerate(source.drives) if drive is not None}
        for _ in self.crossings:
            for number in tuple(reached):
                onward = enumerate(self.crossings[number].onward)
                reached.update(other for other, drive in onward if drive is not None)
        return tuple(sorted(reached))

    def crossing_of(self, step: int) -> int:
        """Return the crossing of a region at which a step is made."""
        stop = self.steps[step].stop
        return next(number for number, one in enumerate(self.crossings) if one.has((stop,)))

    def opening_of(self, source: SourcePlan) -> OpeningPlan | None:
        """Return the opening hours of where those of a source usually go."""
        return self.opening if source.usual < 0 else self.crossings[source.usual].opening

    def is_changed(self, task: int, disturbance: int) -> bool:
        """Return whether a disturbance may change the work of a task, by where it is done."""
        at = self.disturbances[disturbance].crossing
        return at < 0 or self.steps[self.tasks[task].step].stop in self.crossings[at].stops

    def taking(self, group: int) -> Windows:
        """Return when officers of a group take vehicles: a window for each stretch of each.

        Those who are there only when a disturbance calls them aren't counted.
        """
        if group in self.called:
            return ()
        shifts = (s for number in self.groups[group].officers for s in self.officers[number].shifts)
        return tuple(window for shift in shifts for window in shift.available)

    @property
    def detours(self) -> tuple[tuple[int, DetourPlan], ...]:
        """Who goes elsewhere in which disturbance, by its number."""
        return tuple((k, way) for k, one in enumerate(self.disturbances) for way in one.detours)

    @property
    def forks(self) -> tuple[tuple[int, int], ...]:
        """Where that is found: (step, -1: on arrival; number of the detour) pairs.

        Steps are those from which some way leads to the step that isn't made.
        """
        ahead = [{t for route in s.routes for t in route.targets if t >= 0} for s in self.steps]
        for _ in self.steps:
            for targets in ahead:
                targets.update(*(ahead[target] for target in tuple(targets)))
        return tuple(
            (step, number)
            for number, (_, way) in enumerate(self.detours)
            for step in range(-1, len(self.steps))
            if step < 0 or way.step in ahead[step]
        )

    @property
    def choices(self) -> tuple[tuple[int, int, SelectionPlan], ...]:
        """Where other shares of a selection count: step (-1: on arrival), disturbance, shares."""
        ways = [(-1, self.entry), *((k, step.routes) for k, step in enumerate(self.steps))]
        return tuple(
            (step, number, shares)
            for number, one in enumerate(self.disturbances)
            for shares in one.selections
            for step, routes in ways
            if any(_looks_at(route.condition, shares.attribute) for route in routes)
        )

    @property
    def reroutes(self) -> bool:
        """Whether only a run shows where travellers go."""
        gone = (Gate.TURN_BACK, Gate.DIVERT)
        return self.region is not None or any(
            one.detours or one.selections or (one.trigger is not None and one.gate in gone)
            for one in self.disturbances
        )

    @property
    def reacting(self) -> frozenset[int]:
        """Stops of which a trigger may say how many lanes are open."""
        set_off = (one for one in self.disturbances if one.trigger is not None)
        return frozenset(stop for one in set_off for stop, _ in one.lanes)

    @property
    def called(self) -> frozenset[int]:
        """Groups of officers who are on duty only when a disturbance calls them."""
        return frozenset(number for number, group in enumerate(self.groups) if group.reserve)

    @property
    def with_reserves(self) -> Plan:
        """The plan in which all are on duty in their shifts whom any disturbance may call."""
        if not self.called:
            return self
        most = [
            max((n for one in self.disturbances for k, n in one.reserve if k == number), default=0)
            for number in range(len(self.groups))
        ]
        groups = tuple(
            replace(group, reserve=False, officers=group.officers[: most[number]])
            if group.reserve
            else group
            for number, group in enumerate(self.groups)
        )
        return replace(self, groups=groups)

    @property
    def of_occupants(self) -> tuple[int, ...]:
        """The attributes that some of a vehicle's occupants have."""
        return tuple(k for k, own in enumerate(self.attributes) if own.of_occupants)

    @property
    def splits(self) -> bool:
        """Whether anybody may get out of a vehicle."""
        return any(step.split is not None for step in self.steps)

    @property
    def expected_arrivals(self) -> float:
        """Expected number of arrivals in one replication; who gets out of a vehicle isn't."""
        return sum(source.expected for source in self.sources)


def _looks_at(condition: ConditionPlan | None, attribute: int) -> bool:
    """Return whether a condition is about an attribute."""
    return condition is not None and any(number == attribute for number, _ in condition.attributes)
