"""Scenario to plan: names become indices, wall-clock times become minutes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from bcpsim.plan import laws
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.model import (
    ActivityPlan,
    AttributePlan,
    CasePlan,
    ClassPlan,
    ConditionPlan,
    EquipmentPlan,
    GroupPlan,
    LaneChoice,
    LanePlan,
    MovePlan,
    OfficerPlan,
    Outcome,
    Plan,
    QueueRule,
    RoutePlan,
    SourcePlan,
    StepPlan,
    StopPlan,
    Windows,
)
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.check import windows_of
from bcpsim.scenario.distributions import (
    Deterministic,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Shifted,
    Triangular,
    Truncated,
    Uniform,
    Weibull,
    parse_quantiles,
)
from bcpsim.scenario.loading import LoadedScenario
from bcpsim.scenario.model import (
    WEEKDAYS,
    ConstantArrivals,
    CountedArrivals,
    DailyArrivals,
    HourlyArrivals,
    ObservedArrivals,
    Route,
    Scenario,
    Source,
    VehicleClass,
    WeeklyArrivals,
    Window,
)
from bcpsim.scenario.tables import FieldPath, Table


def compile_plan(loaded: LoadedScenario) -> Plan:
    """Compile a checked scenario into the tables that sampling and engine run on.

    Parameters
    ----------
    loaded
        A scenario from `bcpsim.load`.

    Returns
    -------
    Plan
        Frozen, picklable and hashable.
    """
    return _Compiler(loaded).plan()


class _Compiler:
    """Indices of all names of a scenario."""

    def __init__(self, loaded: LoadedScenario) -> None:
        self.loaded = loaded
        self.scenario: Scenario = loaded.scenario
        scenario = self.scenario
        self.calendar = Calendar(scenario.horizon.start, scenario.horizon.time_zone)
        horizon = scenario.horizon
        self.end = horizon.duration + (horizon.drain_limit if horizon.ending == "drain" else 0.0)
        self.classes = list(scenario.classes)
        self.stops = list(scenario.stops)
        self.steps = list(scenario.workflow.steps)
        self.activities = list(scenario.activities)
        self.agencies = list(scenario.agencies)
        self.equipment = list(scenario.equipment)
        self.skills = sorted({activity.skill for activity in scenario.activities.values()})
        self.values: dict[str, list[str]] = {}
        for vehicle in scenario.classes.values():
            for attribute, shares in vehicle.attributes.items():
                known = self.values.setdefault(attribute, [])
                known.extend(value for value in shares if value not in known)
        self.attributes = list(self.values)

    def plan(self) -> Plan:
        scenario, horizon = self.scenario, self.scenario.horizon
        lanes, stop_lanes = self._lanes()
        groups, officers = self._people()
        edges, _, _ = self.calendar.hourly_edges(horizon.duration)
        return Plan(
            name=scenario.name,
            title=scenario.title or scenario.name,
            variant=self.loaded.variant,
            scenario_hash=self.loaded.hash,
            start=horizon.start,
            time_zone=horizon.time_zone,
            horizon=horizon.duration,
            warm_up=horizon.warm_up,
            end=self.end,
            hours=tuple(itertools.pairwise(edges)),
            skills=tuple(self.skills),
            agencies=tuple(self.agencies),
            agency_titles=tuple(record.title or name for name, record in scenario.agencies.items()),
            attributes=tuple(self._attribute(name) for name in self.attributes),
            classes=tuple(
                ClassPlan(name, record.title or name, _occupants(record))
                for name, record in scenario.classes.items()
            ),
            sources=tuple(self._source(name, record) for name, record in scenario.traffic.items()),
            activities=tuple(
                ActivityPlan(
                    name,
                    record.title or name,
                    self.skills.index(record.skill),
                    tuple(
                        CasePlan(
                            self._condition(case.when),
                            self._law(case.time, ("activities", name, "duration", k, "time")),
                            None
                            if case.per_occupant is None
                            else self._law(
                                case.per_occupant,
                                ("activities", name, "duration", k, "per_occupant"),
                            ),
                        )
                        for k, case in enumerate(record.duration)
                    ),
                )
                for name, record in scenario.activities.items()
            ),
            stops=tuple(
                StopPlan(
                    name,
                    record.title or name,
                    stop_lanes[k],
                    tuple(g for g, group in enumerate(groups) if group.stop == k),
                    QueueRule[record.queue.upper()],
                    LaneChoice[record.choice.upper()],
                )
                for k, (name, record) in enumerate(scenario.stops.items())
            ),
            lanes=lanes,
            groups=groups,
            officers=officers,
            equipment=tuple(
                EquipmentPlan(name, record.title or name, record.count)
                for name, record in scenario.equipment.items()
            ),
            steps=tuple(
                StepPlan(
                    name,
                    self.stops.index(record.stop),
                    tuple(self.activities.index(activity) for activity in record.do),
                    self._able(groups, record.stop, record.do),
                    tuple(self.equipment.index(kind) for kind in record.equipment),
                    tuple(self._route(route) for route in record.next),
                )
                for name, record in scenario.workflow.steps.items()
            ),
            entry=tuple(self._route(route) for route in scenario.workflow.entry),
            moves=tuple(
                MovePlan(
                    -1 if move.origin == "arrival" else self.stops.index(move.origin),
                    -1 if move.to == "exit" else self.stops.index(move.to),
                    self._condition(move.when),
                    self._law(move.time, ("moves", k, "time")),
                )
                for k, move in enumerate(scenario.moves)
            ),
        )

    # --- Traffic -------------------------------------------------------------------

    def _attribute(self, name: str) -> AttributePlan:
        values = self.values[name]
        return AttributePlan(
            name,
            tuple(values),
            tuple(
                tuple(record.attributes[name].get(value, 0.0) for value in values)
                if name in record.attributes
                else None
                for record in self.scenario.classes.values()
            ),
        )

    def _source(self, name: str, source: Source) -> SourcePlan:
        classes = tuple((self.classes.index(key), share) for key, share in source.classes.items())
        arrivals = source.arrivals
        table = self.loaded.tables.get(("traffic", name, "arrivals"))
        if isinstance(arrivals, ObservedArrivals):
            assert table is not None
            return SourcePlan(name, classes, (), (), 1.0, self._observed(table))
        if isinstance(arrivals, CountedArrivals):
            assert table is not None
            edges, rates = self._counted(table, arrivals.interval)
        else:
            edges, rates = self._profile(arrivals)
        rates = tuple(rate * arrivals.scale for rate in rates)
        return SourcePlan(name, classes, edges, rates, arrivals.gap_cv, None)

    def _profile(
        self, arrivals: ConstantArrivals | HourlyArrivals | DailyArrivals | WeeklyArrivals
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return edges and rates per minute of a pattern of local hours."""
        duration = self.scenario.horizon.duration
        if isinstance(arrivals, ConstantArrivals):
            return (0.0, duration), (arrivals.rate,)
        edges, hours, weekdays = self.calendar.hourly_edges(duration)
        if isinstance(arrivals, WeeklyArrivals):
            by_day = [arrivals.per_hour[day] for day in WEEKDAYS]
        elif isinstance(arrivals, HourlyArrivals):
            by_day = [arrivals.per_hour] * 7
        else:
            total = sum(arrivals.shape)
            by_day = [tuple(arrivals.per_day * w / total for w in arrivals.shape)] * 7
        rates = (by_day[day][hour] / 60 for hour, day in zip(hours, weekdays, strict=True))
        return tuple(edges), tuple(rates)

    def _counted(
        self, table: Table, interval: float
    ) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return edges and rates per minute of counts; no count means no arrivals."""
        duration = self.scenario.horizon.duration
        counts: dict[float, float] = {}
        for time, count in zip(table.times, table.values, strict=True):
            start = self.calendar.elapsed(time)
            if -interval < start < duration:
                counts[start] = counts.get(start, 0.0) + count
        edges = [0.0]
        rates: list[float] = []

        def until(edge: float, rate: float) -> None:
            edge = min(edge, duration)
            if edge > edges[-1]:
                edges.append(edge)
                rates.append(rate)

        for start in sorted(counts):
            until(start, 0.0)
            until(start + interval, counts[start] / interval)
        until(duration, 0.0)
        return tuple(edges), tuple(rates)

    def _observed(self, table: Table) -> tuple[float, ...]:
        times = sorted(map(self.calendar.elapsed, table.times))
        return tuple(time for time in times if 0 <= time < self.scenario.horizon.duration)

    # --- People and places -----------------------------------------------------------

    def _windows(self, windows: Sequence[Window]) -> Windows:
        """Return the joined stretches of daily windows over the whole run."""
        spans = sorted(
            span for window in windows for span in windows_of(self.scenario, window, self.end)
        )
        joined: list[tuple[float, float]] = []
        for start, end in spans:
            start, end = max(start, 0.0), min(end, self.end)
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return tuple(joined)

    def _lanes(self) -> tuple[tuple[LanePlan, ...], list[tuple[int, ...]]]:
        lanes: list[LanePlan] = []
        by_stop = []
        for number, stop in enumerate(self.scenario.stops.values()):
            first = len(lanes)
            for group in stop.lanes:
                windows = ((0.0, self.end),) if group.open is None else self._windows(group.open)
                for k in range(group.count):
                    name = f"{group.name} {k + 1}" if group.count > 1 else group.name
                    lanes.append(LanePlan(name, number, self._condition(group.admits), windows))
            by_stop.append(tuple(range(first, len(lanes))))
        return tuple(lanes), by_stop

    def _people(self) -> tuple[tuple[GroupPlan, ...], tuple[OfficerPlan, ...]]:
        groups = []
        officers: list[OfficerPlan] = []
        for number, (name, record) in enumerate(self.scenario.officers.items()):
            first = len(officers)
            for row, shift in enumerate(record.shifts):
                windows = self._windows([shift])
                officers.extend(
                    OfficerPlan(f"{name}/{row + 1}/{k + 1}", number, windows)
                    for k in range(shift.count)
                )
            groups.append(
                GroupPlan(
                    name,
                    record.title or name,
                    self.agencies.index(record.agency),
                    self.stops.index(record.stop),
                    tuple(record.skills.get(skill) for skill in self.skills),
                    tuple(range(first, len(officers))),
                )
            )
        return tuple(groups), tuple(officers)

    def _able(self, groups: Sequence[GroupPlan], stop: str, do: Sequence[str]) -> tuple[int, ...]:
        """Return the groups at a stop that have every skill of the activities."""
        skills = {self.skills.index(self.scenario.activities[name].skill) for name in do}
        return tuple(
            number
            for number, group in enumerate(groups)
            if group.stop == self.stops.index(stop)
            and all(group.paces[skill] is not None for skill in skills)
        )

    # --- Conditions, routes, laws ------------------------------------------------------

    def _condition(self, when: Mapping[str, Sequence[str]] | None) -> ConditionPlan | None:
        if when is None:
            return None
        classes = when.get("class", self.classes)
        return ConditionPlan(
            sum(1 << self.classes.index(name) for name in set(classes)),
            tuple(
                (
                    self.attributes.index(key),
                    sum(1 << self.values[key].index(value) for value in set(wanted)),
                )
                for key, wanted in when.items()
                if key != "class"
            ),
        )

    def _route(self, route: Route) -> RoutePlan:
        targets = tuple(
            self.steps.index(name) if name in self.steps else -1 - Outcome[name.upper()]
            for name in route.to
        )
        return RoutePlan(
            self._condition(route.when), targets, tuple(itertools.accumulate(route.to.values()))
        )

    def _law(self, time: object, path: FieldPath) -> Law:
        """Return the law of a distribution as the planner wrote it."""
        match time:
            case Deterministic():
                return Law(LawKind.DETERMINISTIC, (time.value,))
            case Exponential():
                return Law(LawKind.EXPONENTIAL, (time.mean,))
            case Lognormal(quantiles=None):
                assert time.mean is not None
                assert time.cv is not None
                return laws.lognormal_from_mean_cv(time.mean, time.cv)
            case Lognormal():
                assert time.quantiles is not None
                return laws.lognormal_from_quantiles(*parse_quantiles(time.quantiles))
            case Gamma():
                return laws.gamma_from_mean_cv(time.mean, time.cv)
            case Erlang():
                return laws.erlang(time.mean, time.stages)
            case Weibull():
                return laws.weibull_from_mean_cv(time.mean, time.cv)
            case Triangular():
                return Law(LawKind.TRIANGULAR, (time.low, time.mode, time.high))
            case Uniform():
                return Law(LawKind.UNIFORM, (time.low, time.high))
            case Empirical():
                return Law(LawKind.EMPIRICAL, tuple(sorted(self.loaded.tables[path].values)))
            case Mixture():
                parts = tuple(
                    self._law(part.time, (*path, "parts", k, "time"))
                    for k, part in enumerate(time.parts)
                )
                return Law(LawKind.MIXTURE, tuple(part.share for part in time.parts), parts)
            case Truncated():
                part = self._law(time.of, (*path, "of"))
                return Law(LawKind.TRUNCATED, (time.low, time.high), (part,))
            case Shifted():
                return Law(LawKind.SHIFTED, (time.by,), (self._law(time.of, (*path, "of")),))
        raise AssertionError(time)


def _occupants(record: VehicleClass) -> tuple[tuple[int, float], ...]:
    occupants = record.occupants
    if occupants.shares is not None:
        return tuple((int(number), share) for number, share in occupants.shares.items())
    assert occupants.low is not None
    assert occupants.high is not None
    count = occupants.high - occupants.low + 1
    return tuple((number, 1 / count) for number in range(occupants.low, occupants.high + 1))
