"""What all parts of a scenario need to be compiled: indices of names, conditions, routes, laws."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cached_property

from bcpsim.plan import laws
from bcpsim.plan.laws import Law, LawKind
from bcpsim.plan.records.conditions import ConditionPlan
from bcpsim.plan.records.crossings import OpeningPlan
from bcpsim.plan.records.outcomes import Outcome
from bcpsim.plan.records.workflow import RoutePlan
from bcpsim.plan.unroll import unroll
from bcpsim.plan.windows import Windows, joined, without
from bcpsim.scenario.added import parameters_of
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.crossings import Opening
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
from bcpsim.scenario.model import OUTCOMES, Route, Scenario
from bcpsim.scenario.queries import attribute_values, made_ready, sent_to, windows_of
from bcpsim.scenario.tables import FieldPath
from bcpsim.scenario.traffic import Occupants
from bcpsim.scenario.values import Window


class Indices:
    """A scenario with the indices of all its names."""

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
        self.entry, self.visits = unroll(scenario.workflow, sent_to(scenario))
        copies = range(1, 1 + max((visit.copy for visit in self.visits), default=1))
        names = [*scenario.activities, *scenario.parts]
        # Each time that a loop comes round, the work takes another time.
        self.work = [(name, copy) for copy in copies for name in names]
        self.otherwise = [
            (disturbance, name, copy)
            for disturbance, record in scenario.disturbances.items()
            if record.active
            for name, change in record.activities.items()
            if change.duration is not None or (change.factor and self._is_cut_short(name))
            for copy in copies
        ]

    def _is_cut_short(self, name: str) -> bool:
        """Whether an activity ends when something is found, which a factor doesn't hasten."""
        activity = self.scenario.activities.get(name)
        detection = None if activity is None else activity.detection
        return detection is not None and detection.ends_when_found

    def windows(self, windows: Sequence[Window], until: float | None = None) -> Windows:
        """Return what daily windows cover up to a minute, else in the whole run.

        Joined where they touch.
        """
        last = self.end if until is None else until
        spans = [span for window in windows for span in windows_of(self.scenario, window, last)]
        return joined([(max(start, 0.0), min(end, last)) for start, end in spans])

    @cached_property
    def opening(self) -> OpeningPlan | None:
        """Opening hours of the whole border crossing point."""
        return self._opening(self.scenario.opening)

    @cached_property
    def openings(self) -> tuple[OpeningPlan | None, ...]:
        """Opening hours of each crossing of a region."""
        return tuple(self._opening(one.opening) for one in self.scenario.crossings.values())

    def hours_at(self, stops: Sequence[str]) -> Windows | None:
        """Return when any of the border crossing points of some stops is open; None: always."""
        own = [
            opening
            for one, opening in zip(self.scenario.crossings.values(), self.openings, strict=True)
            if not set(stops).isdisjoint(one.stops)
        ] or [self.opening]
        hours = [opening.hours for opening in own if opening is not None]
        return joined(span for one in hours for span in one) if len(hours) == len(own) else None

    def _opening(self, opening: Opening | None) -> OpeningPlan | None:
        if opening is None:
            return None
        hours = self.windows(opening.hours)
        early = opening.entrance_closes
        run = ((0.0, self.end),)
        last = [(start, end - early * (end < self.end)) for start, end in hours]
        turned = without(run, tuple((start, end) for start, end in last if start < end))
        back = turned if opening.arrivals == "turn_back" else ()
        return OpeningPlan(hours=hours, turned_back=back)

    def condition(self, when: Mapping[str, Sequence[str]] | None) -> ConditionPlan | None:
        """Return a condition, None where there is none."""
        return None if when is None else self.met(when)

    def met(self, when: Mapping[str, Sequence[str]]) -> ConditionPlan:
        """Return a condition on class and attributes as bit masks."""
        classes = when.get("class", self.classes)
        return ConditionPlan(
            classes=sum(1 << self.classes.index(name) for name in set(classes)),
            attributes=tuple(
                (
                    self.attributes.index(key),
                    sum(1 << self.values[key].index(value) for value in set(wanted)),
                )
                for key, wanted in when.items()
                if key != "class"
            ),
        )

    def routes(
        self, routes: Sequence[Route], targets: Sequence[tuple[int, ...]]
    ) -> tuple[RoutePlan, ...]:
        """Return routes as the plan has them: targets are visits, or -1 - outcome."""

        def target(number: int) -> int:
            return number if number >= 0 else -1 - Outcome[OUTCOMES[-1 - number].upper()]

        return tuple(
            RoutePlan(
                condition=self.condition(route.when),
                targets=tuple(target(number) for number in numbers),
                cumulative=tuple(itertools.accumulate(route.to.values())),
            )
            for route, numbers in zip(routes, targets, strict=True)
        )

    def law(self, time: object, path: FieldPath) -> Law:
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
                return Law(LawKind.EMPIRICAL, tuple(sorted(self.loaded.tables[path].durations)))
            case Mixture():
                parts = tuple(
                    self.law(part.time, (*path, "parts", k, "time"))
                    for k, part in enumerate(time.parts)
                )
                return Law(LawKind.MIXTURE, tuple(part.share for part in time.parts), parts)
            case Truncated():
                part = self.law(time.of, (*path, "of"))
                return Law(LawKind.TRUNCATED, (time.low, time.high), (part,))
            case Shifted():
                return Law(LawKind.SHIFTED, (time.by,), (self.law(time.of, (*path, "of")),))
        name, params = parameters_of(time)
        return Law(LawKind.ADDED, params, name=name)


def numbers(occupants: Occupants) -> tuple[tuple[int, float], ...]:
    """Return the possible numbers of occupants, or of vehicles, each with its share."""
    if occupants.shares is not None:
        return tuple((int(number), share) for number, share in occupants.shares.items())
    assert occupants.low is not None
    assert occupants.high is not None
    count = occupants.high - occupants.low + 1
    return tuple((number, 1 / count) for number in range(occupants.low, occupants.high + 1))
