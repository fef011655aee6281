"""Scenario to plan: names become indices, wall-clock times become minutes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bcpsim.plan import facilities, people, traffic, work
from bcpsim.plan.costs import costs
from bcpsim.plan.counting import arriving_in
from bcpsim.plan.disturbances import disturbances
from bcpsim.plan.indices import Indices, numbers
from bcpsim.plan.model import Plan
from bcpsim.plan.offices import documents, offices
from bcpsim.plan.records.classes import ClassPlan, TargetPlan
from bcpsim.plan.records.intervals import Edge, IntervalPlan, MomentPlan
from bcpsim.plan.records.stops import AreaPlan
from bcpsim.plan.records.workflow import MovePlan
from bcpsim.plan.region import region
from bcpsim.plan.security import cases, investigations, scores
from bcpsim.plan.size import too_large
from bcpsim.scenario.intervals import edge_of, step_of
from bcpsim.scenario.loading import LoadedScenario
from bcpsim.scenario.values import Window

_ENDS = {"exit": -1, "vehicle": -2}
"""Targets of moves that aren't stops."""


def compile_plan(loaded: LoadedScenario, counting: Sequence[Window] = ()) -> Plan:
    """Compile a checked scenario into the tables that sampling and engine run on.

    Parameters
    ----------
    loaded
        A scenario from `bcpsim.load`.
    counting
        Hours of the day: of travellers those alone count who arrive in them. None: all do.

    Returns
    -------
    Plan
        Frozen, picklable and hashable.

    Raises
    ------
    ScenarioError
        If a replication would need more memory than allowed.
    InputError
        If some of the hours that count never come in the measured time.
    """
    plan = _plan(loaded)
    wrong = too_large(plan, plan.expected_arrivals)
    if wrong is not None:
        most = max(plan.sources, key=lambda source: source.expected)
        raise loaded.problem(wrong, "traffic", most.name)
    return replace(plan, counting=arriving_in(loaded, counting)) if counting else plan


def _plan(loaded: LoadedScenario) -> Plan:
    indices = Indices(loaded)
    scenario, horizon = indices.scenario, indices.scenario.horizon
    lanes, stop_lanes = facilities.lanes(indices)
    groups, officers = people.people(indices)
    tasks, steps = work.workflow(indices, groups)
    edges, _, _ = indices.calendar.hourly_edges(horizon.duration)
    return Plan(
        name=scenario.name,
        title=scenario.title or scenario.name,
        variant=indices.loaded.variant,
        scenario_hash=indices.loaded.hash,
        counted=scenario.word,
        start=horizon.start,
        time_zone=horizon.time_zone,
        horizon=horizon.duration,
        warm_up=horizon.warm_up,
        end=indices.end,
        hours=tuple(itertools.pairwise(edges)),
        days=tuple(indices.calendar.days(indices.end)),
        skills=tuple(indices.skills),
        ready=tuple(indices.ready),
        agencies=tuple(indices.agencies),
        agency_titles=tuple(record.title or name for name, record in scenario.agencies.items()),
        scores=scores(indices),
        truths=tuple(indices.attributes.index(name) for name in scenario.truths),
        attributes=tuple(traffic.attribute(indices, name) for name in indices.attributes),
        classes=tuple(_classes(indices)),
        sources=traffic.sources(indices),
        activities=(
            *(work.activity(indices, name, copy) for name, copy in indices.work),
            *(work.otherwise(indices, *one) for one in indices.otherwise),
        ),
        areas=tuple(_areas(indices)),
        stops=tuple(
            facilities.stop(indices, name, record, stop_lanes[k], groups)
            for k, (name, record) in enumerate(scenario.stops.items())
        ),
        lanes=lanes,
        groups=groups,
        officers=officers,
        equipment=tuple(
            facilities.equipment(indices, name, record)
            for name, record in scenario.equipment.items()
        ),
        tasks=tasks,
        steps=steps,
        entry=indices.routes(scenario.workflow.entry, indices.entry),
        moves=tuple(_moves(indices)),
        disturbances=tuple(disturbances(indices)),
        opening=indices.opening,
        costs=costs(indices),
        cases=cases(indices, tasks),
        offices=offices(indices),
        documents=documents(indices),
        investigations=investigations(indices, tasks),
        intervals=tuple(_intervals(indices)),
        region=region(indices),
    )


def _classes(indices: Indices) -> Iterator[ClassPlan]:
    for name, record in indices.scenario.classes.items():
        yield ClassPlan(
            name=name,
            title=record.title or name,
            occupants=numbers(record.occupants),
            targets=tuple(
                TargetPlan(statistic=statistic, measure=measure, minutes=minutes)
                for statistic, measure, minutes in record.target.promises
            ),
        )


def _areas(indices: Indices) -> Iterator[AreaPlan]:
    for name, record in indices.scenario.areas.items():
        yield AreaPlan(
            name=name, title=record.title or name, places=record.places, floor=record.floor
        )


def _intervals(indices: Indices) -> Iterator[IntervalPlan]:
    def moment(words: str) -> MomentPlan:
        step = step_of(words)
        visits = (k for k, visit in enumerate(indices.visits) if visit.step == step)
        return MomentPlan(edge=Edge[edge_of(words).upper()], steps=tuple(visits))

    for name, record in indices.scenario.intervals.items():
        yield IntervalPlan(
            name=name,
            title=record.title or name.replace("_", " "),
            start=moment(record.start),
            end=moment(record.to),
        )


def _moves(indices: Indices) -> Iterator[MovePlan]:
    stops = indices.stops
    for number, move in enumerate(indices.scenario.moves):
        yield MovePlan(
            origin=-1 if move.origin == "arrival" else stops.index(move.origin),
            target=_ENDS[move.to] if move.to in _ENDS else stops.index(move.to),
            condition=indices.condition(move.when),
            law=indices.law(move.time, ("moves", number, "time")),
        )
