"""Scenario to plan: names become indices, wall-clock times become minutes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bcpsim.plan import laws
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.model import (
    ActivityPlan,
    AreaPlan,
    AttributePlan,
    CasePlan,
    ClassPlan,
    ConditionPlan,
    ControlPlan,
    EquipmentPlan,
    GroupPlan,
    GroupWait,
    HelpPlan,
    LaneChoice,
    LanePlan,
    MovePlan,
    OfficerPlan,
    Outcome,
    Plan,
    PoolRule,
    QueueRule,
    ReadyPlan,
    RoutePlan,
    Sharing,
    SlotsPlan,
    SourcePlan,
    SplitPlan,
    StagePlan,
    StepPlan,
    StopPlan,
    TaskPlan,
    TimetablePlan,
    Windows,
    WorkPlan,
)
from bcpsim.plan.rosters import officers_of
from bcpsim.plan.unroll import Visit, unroll
from bcpsim.plan.windows import joined
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.check import able_groups, attribute_values, made_ready, windows_of
from bcpsim.scenario.common import WEEKDAYS, Window
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
from bcpsim.scenario.facilities import Equipment, Help, Stop, limit
from bcpsim.scenario.loading import LoadedScenario
from bcpsim.scenario.model import OUTCOMES, Route, Scenario, Split, Step, Task
from bcpsim.scenario.people import OfficerGroup
from bcpsim.scenario.tables import FieldPath, Table
from bcpsim.scenario.traffic import (
    BatchArrivals,
    BookedArrivals,
    ConstantArrivals,
    CountedArrivals,
    DailyArrivals,
    HourlyArrivals,
    ObservedArrivals,
    Occupants,
    Source,
    TimetableArrivals,
    WeeklyArrivals,
)
from bcpsim.scenario.work import DurationCase

_NEAR = 1440.0
"""Minutes before the start, and after the horizon, of services that are looked at."""

_ENDS = {"exit": -1, "vehicle": -2}
"""Targets of moves that aren't stops."""


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
        self.areas = list(scenario.areas)
        self.agencies = list(scenario.agencies)
        self.equipment = list(scenario.equipment)
        self.skills = sorted({a.skill for a in scenario.activities.values() if a.skill is not None})
        self.ready = made_ready(scenario)
        self.values = attribute_values(scenario)
        self.attributes = list(self.values)
        self.entry, self.visits = unroll(scenario.workflow)
        copies = range(1, 1 + max((visit.copy for visit in self.visits), default=1))
        names = [*scenario.activities, *scenario.parts]
        # Each time that a loop comes round, the work takes another time.
        self.work = [(name, copy) for copy in copies for name in names]

    def plan(self) -> Plan:
        scenario, horizon = self.scenario, self.scenario.horizon
        lanes, stop_lanes = self._lanes()
        groups, officers = self._people()
        tasks, steps = self._workflow(groups)
        edges, _, _ = self.calendar.hourly_edges(horizon.duration)
        return Plan(
            name=scenario.name,
            title=scenario.title or scenario.name,
            variant=self.loaded.variant,
            scenario_hash=self.loaded.hash,
            counted=scenario.word,
            start=horizon.start,
            time_zone=horizon.time_zone,
            horizon=horizon.duration,
            warm_up=horizon.warm_up,
            end=self.end,
            hours=tuple(itertools.pairwise(edges)),
            skills=tuple(self.skills),
            ready=tuple(self.ready),
            agencies=tuple(self.agencies),
            agency_titles=tuple(record.title or name for name, record in scenario.agencies.items()),
            agency_costs=tuple(record.cost_per_hour for record in scenario.agencies.values()),
            attributes=tuple(self._attribute(name) for name in self.attributes),
            classes=tuple(
                ClassPlan(
                    name,
                    record.title or name,
                    _numbers(record.occupants),
                    tuple(
                        (measure, minutes)
                        for measure, minutes in record.target
                        if minutes is not None
                    ),
                )
                for name, record in scenario.classes.items()
            ),
            sources=tuple(self._source(name, record) for name, record in scenario.traffic.items()),
            activities=tuple(self._activity(name, copy) for name, copy in self.work),
            areas=tuple(
                AreaPlan(name, record.title or name, record.places, record.floor)
                for name, record in scenario.areas.items()
            ),
            stops=tuple(
                self._stop(name, record, stop_lanes[k], groups)
                for k, (name, record) in enumerate(scenario.stops.items())
            ),
            lanes=lanes,
            groups=groups,
            officers=officers,
            equipment=tuple(
                self._equipment(name, record) for name, record in scenario.equipment.items()
            ),
            tasks=tasks,
            steps=steps,
            entry=self._routes(scenario.workflow.entry, self.entry),
            moves=tuple(
                MovePlan(
                    -1 if move.origin == "arrival" else self.stops.index(move.origin),
                    _ENDS[move.to] if move.to in _ENDS else self.stops.index(move.to),
                    self._condition(move.when),
                    self._law(move.time, ("moves", k, "time")),
                )
                for k, move in enumerate(scenario.moves)
            ),
        )

    # --- Work ----------------------------------------------------------------------

    def _activity(self, name: str, copy: int) -> ActivityPlan:
        """Return an activity or a part as it is done when a loop comes round."""
        own = name if copy == 1 else f"{name}/{copy}"
        if name in self.scenario.activities:
            record = self.scenario.activities[name]
            path: FieldPath = ("activities", name, "duration")
            cases = self._cases(record.duration, path)
            skill = -1 if record.skill is None else self.skills.index(record.skill)
            ready = -1 if record.not_before is None else self.ready.index(record.not_before)
            return ActivityPlan(own, record.title or name, skill, cases, ready)
        part = self.scenario.parts[name]
        path = (
            "parts",
            name,
            *(("duration",) if part.regime is None else ("by_regime", part.regime)),
        )
        return ActivityPlan(own, part.title or name, -1, self._cases(part.cases, path))

    def _cases(self, cases: Sequence[DurationCase], path: FieldPath) -> tuple[CasePlan, ...]:
        return tuple(
            CasePlan(
                self._condition(case.when),
                self._law(case.time, (*path, k, "time")),
                None
                if case.per_occupant is None
                else self._law(case.per_occupant, (*path, k, "per_occupant")),
            )
            for k, case in enumerate(cases)
        )

    def _workflow(
        self, groups: Sequence[GroupPlan]
    ) -> tuple[tuple[TaskPlan, ...], tuple[StepPlan, ...]]:
        """Return the tasks of all visits, and the visits."""
        tasks: list[TaskPlan] = []
        steps = []
        leading_back = _leading_back(self.visits)
        for number, visit in enumerate(self.visits):
            step = self.scenario.workflow.steps[visit.step]
            first = len(tasks)
            done: dict[str, list[int]] = {}  # tasks that do a part once for the stop
            for task in step.tasks:
                work = self._work(task, visit, done, len(tasks))
                tasks.append(self._task(step, task, number, work, groups))
            numbers = tuple(range(first, len(tasks)))
            stay, in_sequence = step.when_done == "stay", step.order == "sequence"
            if len(numbers) > 1 and in_sequence and not stay:
                stages = tuple(StagePlan((k,), False, False) for k in numbers)
            else:
                stages = (StagePlan(numbers, in_sequence, stay),)
            steps.append(
                StepPlan(
                    visit.name,
                    self.stops.index(step.stop),
                    stages,
                    self._routes(step.next, visit.targets),
                    None if step.split is None else self._split(step.split, visit.members),
                    GroupWait[(step.wait_for_group or "leaving").upper()],
                    number in leading_back,
                )
            )
        return tuple(tasks), tuple(steps)

    def _split(self, split: Split, members: Sequence[tuple[int, ...]]) -> SplitPlan:
        classes = tuple((self.classes.index(key), share) for key, share in split.classes.items())
        return SplitPlan(classes, split.stay, self._routes(split.to, members))

    def _work(
        self, task: Task, visit: Visit, done: dict[str, list[int]], number: int
    ) -> tuple[WorkPlan, ...]:
        """Return the activities of a task with the parts that come before them."""
        work: list[WorkPlan] = []
        mine: set[str] = set()
        for name in task.do:
            for part in self.scenario.activities[name].parts:
                if part in mine:
                    continue
                mine.add(part)
                unless: tuple[int, ...] = ()
                if self.scenario.parts[part].per == "stop":
                    unless = tuple(done.get(part, ()))
                    done.setdefault(part, []).append(number)
                work.append(WorkPlan(self.work.index((part, visit.copy)), unless))
            work.append(WorkPlan(self.work.index((name, visit.copy))))
        return tuple(work)

    def _task(
        self,
        step: Step,
        task: Task,
        number: int,
        work: tuple[WorkPlan, ...],
        groups: Sequence[GroupPlan],
    ) -> TaskPlan:
        able = able_groups(self.scenario, step, task)
        names = list(self.scenario.officers)
        asked = tuple(
            self.equipment.index(kind)
            for kind in task.equipment
            if self.scenario.equipment[kind].sharing == "on_request"
            and all(
                self.scenario.officers[name].agency != self.scenario.equipment[kind].owner
                for name in able
            )
        )
        return TaskPlan(
            number,
            self._condition(task.when),
            work,
            tuple(names.index(name) for name in able),
            tuple(self.equipment.index(kind) for kind in task.equipment),
            asked,
        )

    # --- Traffic -------------------------------------------------------------------

    def _attribute(self, name: str) -> AttributePlan:
        values = self.values[name]
        cases: list[tuple[ConditionPlan | None, tuple[float, ...]]] = []
        for number, record in enumerate(self.scenario.classes.values()):
            shares = record.attributes.get(name)
            if shares is not None:
                cases.append(
                    (ConditionPlan(1 << number), tuple(shares.get(v, 0.0) for v in values))
                )
        for case in self.scenario.selections.get(name, ()):
            cases.append(
                (self._condition(case.when), tuple(case.shares.get(v, 0.0) for v in values))
            )
        return AttributePlan(name, tuple(values), tuple(cases))

    def _source(self, name: str, source: Source) -> SourcePlan:
        made = self._arrivals_of(name, source)
        if source.deadline is None:
            return made
        return replace(made, deadline=self._law(source.deadline, ("traffic", name, "deadline")))

    def _arrivals_of(self, name: str, source: Source) -> SourcePlan:
        classes = tuple((self.classes.index(key), share) for key, share in source.classes.items())
        arrivals = source.arrivals
        table = self.loaded.tables.get(("traffic", name, "arrivals"))
        if isinstance(arrivals, ObservedArrivals):
            assert table is not None
            return SourcePlan(name, classes, (), (), 1.0, self._observed(table))
        if isinstance(arrivals, BatchArrivals):
            within = arrivals.after < self.scenario.horizon.duration
            times = (arrivals.after,) * (arrivals.count * within)
            return SourcePlan(name, classes, (), (), 1.0, times)
        if isinstance(arrivals, BookedArrivals):
            return SourcePlan(name, classes, (), (), 1.0, None, self._slots(name, arrivals))
        if isinstance(arrivals, TimetableArrivals):
            assert table is not None
            timetable = self._timetable(name, arrivals, table)
            return SourcePlan(name, classes, (), (), 1.0, None, timetable=timetable)
        if isinstance(arrivals, CountedArrivals):
            assert table is not None
            edges, rates = self._counted(table, arrivals.interval)
        else:
            edges, rates = self._profile(arrivals)
        rates = tuple(rate * arrivals.scale for rate in rates)
        return SourcePlan(
            name,
            classes,
            edges,
            rates,
            arrivals.gap_cv,
            None,
            together=_numbers(arrivals.together),
        )

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

    def _timetable(self, name: str, arrivals: TimetableArrivals, table: Table) -> TimetablePlan:
        """Return the services whose travellers may come within the horizon.

        In the order of the file, so that another time of a service leaves its travellers'
        numbers, and all others', as they are.
        """
        near = [
            (time, service)
            for service in table.services
            if -_NEAR
            <= (time := self.calendar.elapsed(service.time))
            < self.scenario.horizon.duration + _NEAR
        ]
        services = [service for _, service in near]
        path: FieldPath = ("traffic", name, "arrivals")
        before = arrivals.come_before
        return TimetablePlan(
            tuple(time for time, _ in near),
            tuple(service.seats for service in services),
            tuple(service.load for service in services),
            self._law(arrivals.delay, (*path, "delay")),
            self._law(arrivals.first_after, (*path, "first_after")),
            1 / arrivals.unloading if arrivals.unloading else 0.0,
            None if before is None else self._law(before, (*path, "come_before")),
            arrivals.closing,
            tuple(
                (
                    self.attributes.index(key),
                    tuple(self.values[key].index(service.values[k]) for service in services),
                )
                for k, key in enumerate(arrivals.attributes)
            ),
            arrivals.ramps,
            tuple(
                ReadyPlan(
                    self.ready.index(key),
                    self._condition(record.when),
                    _numbers(record.pieces),
                    self._law(record.first_after, (*path, "ready", key, "first_after")),
                    1 / record.rate if record.rate else 0.0,
                )
                for key, record in arrivals.ready.items()
            ),
            self._persons(name) if arrivals.each_seat == "person" else None,
        )

    def _persons(self, name: str) -> float:
        """Return the mean number of occupants of a source's travellers."""
        return sum(
            share * persons * weight
            for key, share in self.scenario.traffic[name].classes.items()
            for persons, weight in _numbers(self.scenario.classes[key].occupants)
        )

    def _slots(self, name: str, arrivals: BookedArrivals) -> SlotsPlan:
        starts: set[float] = set()
        for window in arrivals.open:
            for opens, closes in windows_of(self.scenario, window):
                count = int((closes - opens) // arrivals.every)
                starts.update(opens + k * arrivals.every for k in range(max(count, 1)))
        path: FieldPath = ("traffic", name, "arrivals")
        return SlotsPlan(
            tuple(sorted(t for t in starts if 0 <= t < self.scenario.horizon.duration)),
            arrivals.places,
            arrivals.booked,
            arrivals.no_show,
            arrivals.late,
            self._law(arrivals.early_by, (*path, "early_by")),
            self._law(arrivals.late_by, (*path, "late_by")),
            arrivals.grace,
            arrivals.admitted_early,
        )

    # --- People and places -----------------------------------------------------------

    def _windows(self, windows: Sequence[Window]) -> Windows:
        """Return the joined stretches of daily windows over the whole run."""
        spans = [span for window in windows for span in windows_of(self.scenario, window, self.end)]
        return joined([(max(start, 0.0), min(end, self.end)) for start, end in spans])

    def _lanes(self) -> tuple[tuple[LanePlan, ...], list[tuple[int, ...]]]:
        lanes: list[LanePlan] = []
        by_stop = []
        for number, stop in enumerate(self.scenario.stops.values()):
            first = len(lanes)
            for group in stop.lanes:
                windows = ((0.0, self.end),) if group.open is None else self._windows(group.open)
                for k in range(group.count):
                    name = f"{group.name} {k + 1}" if group.count > 1 else group.name
                    admits = self._condition(group.admits)
                    lanes.append(LanePlan(name, number, admits, windows, self._help(group.helps)))
            by_stop.append(tuple(range(first, len(lanes))))
        return tuple(lanes), by_stop

    def _help(self, helps: Help | None) -> HelpPlan | None:
        if helps is None:
            return None
        by_wait = isinstance(helps.waiting_from, str)
        return HelpPlan(
            self._met(helps.admits), by_wait, limit(helps.waiting_from), helps.own_at_most
        )

    def _stop(
        self, name: str, record: Stop, lanes: tuple[int, ...], groups: Sequence[GroupPlan]
    ) -> StopPlan:
        control = None
        if record.control is not None:
            watch = record.control
            control = ControlPlan(
                watch.by == "waiting_time", *watch.limits, watch.delay, watch.always
            )
        number = self.stops.index(name)
        return StopPlan(
            name,
            record.title or name,
            lanes,
            tuple(g for g, group in enumerate(groups) if number in group.stops),
            QueueRule[record.queue.upper()],
            LaneChoice[record.choice.upper()],
            record.overtaking,
            tuple(self._met(condition) for condition in record.priority),
            record.low_priority_share,
            -1 if record.waiting_area is None else self.areas.index(record.waiting_area),
            record.when_full == "turn_away",
            control,
            record.lanes_per_officer,
        )

    def _people(self) -> tuple[tuple[GroupPlan, ...], tuple[OfficerPlan, ...]]:
        groups = []
        officers: list[OfficerPlan] = []
        for number, (name, record) in enumerate(self.scenario.officers.items()):
            first = len(officers)
            officers.extend(
                OfficerPlan(officer, number, shifts)
                for officer, shifts in officers_of(self.loaded, name, self.end)
            )
            groups.append(
                GroupPlan(
                    name,
                    record.title or name,
                    self.agencies.index(record.agency),
                    tuple(self.stops.index(stop) for stop in record.stop),
                    tuple(record.skills.get(skill) for skill in self.skills),
                    tuple(range(first, len(officers))),
                    PoolRule[record.pool.rule.upper()],
                    record.pool.stay,
                    self._travel(name, record),
                    record.handover.in_hand == "hand_over",
                    record.handover.time,
                    record.absence,
                    record.pool.return_after if len(record.stop) > 1 else None,
                )
            )
        return tuple(groups), tuple(officers)

    def _travel(self, name: str, record: OfficerGroup) -> tuple[tuple[float, ...], ...]:
        """Return the minutes between the stops of a group."""
        table = self.loaded.tables.get(("officers", name, "pool", "travel"))
        walk = record.pool.walk

        def minutes(origin: str, target: str) -> float:
            if origin == target:
                return 0.0
            return walk if table is None else table.travel[origin, target]

        return tuple(tuple(minutes(a, b) for b in record.stop) for a in record.stop)

    def _equipment(self, name: str, record: Equipment) -> EquipmentPlan:
        path: FieldPath = ("equipment", name)
        uptime = repair = repaired = None
        if record.failures is not None:
            failures = record.failures
            uptime = self._law(failures.uptime, (*path, "failures", "uptime"))
            repair = self._law(failures.repair, (*path, "failures", "repair"))
            repaired = None if failures.repaired is None else self._windows(failures.repaired)
        return EquipmentPlan(
            name,
            record.title or name,
            record.count,
            -1 if record.owner is None else self.agencies.index(record.owner),
            Sharing[record.sharing.upper()],
            self._law(record.request_delay, (*path, "request_delay")),
            self._windows(record.maintenance),
            uptime,
            repair,
            repaired,
        )

    # --- Conditions, routes, laws ------------------------------------------------------

    def _condition(self, when: Mapping[str, Sequence[str]] | None) -> ConditionPlan | None:
        return None if when is None else self._met(when)

    def _met(self, when: Mapping[str, Sequence[str]]) -> ConditionPlan:
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

    def _routes(
        self, routes: Sequence[Route], targets: Sequence[tuple[int, ...]]
    ) -> tuple[RoutePlan, ...]:
        """Return routes whose targets are visits, or -1 - index in OUTCOMES."""

        def target(number: int) -> int:
            return number if number >= 0 else -1 - Outcome[OUTCOMES[-1 - number].upper()]

        return tuple(
            RoutePlan(
                self._condition(route.when),
                tuple(target(number) for number in numbers),
                tuple(itertools.accumulate(route.to.values())),
            )
            for route, numbers in zip(routes, targets, strict=True)
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


def _leading_back(visits: Sequence[Visit]) -> set[int]:
    """Return the visits from which some way leads to being released."""
    released = -1 - OUTCOMES.index("released")
    found: set[int] = set()
    while True:
        back = found | {released}
        more = {
            number
            for number, visit in enumerate(visits)
            if any(target in back for targets in visit.targets for target in targets)
        }
        if more == found:
            return found
        found = more


def _numbers(occupants: Occupants) -> tuple[tuple[int, float], ...]:
    """Return numbers of persons, or of vehicles, with their shares."""
    if occupants.shares is not None:
        return tuple((int(number), share) for number, share in occupants.shares.items())
    assert occupants.low is not None
    assert occupants.high is not None
    count = occupants.high - occupants.low + 1
    return tuple((number, 1 / count) for number in range(occupants.low, occupants.high + 1))
