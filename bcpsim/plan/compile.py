"""Scenario to plan: names become indices, wall-clock times become minutes."""

from __future__ import annotations

import itertools

from bcpsim.plan import facilities, people, traffic, work
from bcpsim.plan.context import Context, numbers
from bcpsim.plan.disturbances import disturbances
from bcpsim.plan.model import AreaPlan, ClassPlan, MovePlan, Plan, TargetPlan
from bcpsim.plan.size import too_large
from bcpsim.scenario.loading import LoadedScenario

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

    Raises
    ------
    ScenarioError
        If a replication would need more memory than allowed.
    """
    plan = _plan(loaded)
    wrong = too_large(plan, plan.expected_arrivals)
    if wrong is not None:
        most = max(plan.sources, key=lambda source: source.expected)
        raise loaded.problem(wrong, "traffic", most.name)
    return plan


def _plan(loaded: LoadedScenario) -> Plan:
    context = Context(loaded)
    scenario, horizon = context.scenario, context.scenario.horizon
    lanes, stop_lanes = facilities.lanes(context)
    groups, officers = people.people(context)
    tasks, steps = work.workflow(context, groups)
    edges, _, _ = context.calendar.hourly_edges(horizon.duration)
    return Plan(
        name=scenario.name,
        title=scenario.title or scenario.name,
        variant=context.loaded.variant,
        scenario_hash=context.loaded.hash,
        counted=scenario.word,
        start=horizon.start,
        time_zone=horizon.time_zone,
        horizon=horizon.duration,
        warm_up=horizon.warm_up,
        end=context.end,
        hours=tuple(itertools.pairwise(edges)),
        skills=tuple(context.skills),
        ready=tuple(context.ready),
        agencies=tuple(context.agencies),
        agency_titles=tuple(record.title or name for name, record in scenario.agencies.items()),
        agency_costs=tuple(record.cost_per_hour for record in scenario.agencies.values()),
        attributes=tuple(traffic.attribute(context, name) for name in context.attributes),
        classes=tuple(
            ClassPlan(
                name,
                record.title or name,
                numbers(record.occupants),
                tuple(TargetPlan(*promise) for promise in record.target.promises),
            )
            for name, record in scenario.classes.items()
        ),
        sources=tuple(
            traffic.source(context, name, record) for name, record in scenario.traffic.items()
        ),
        activities=tuple(work.activity(context, name, copy) for name, copy in context.work),
        areas=tuple(
            AreaPlan(name, record.title or name, record.places, record.floor)
            for name, record in scenario.areas.items()
        ),
        stops=tuple(
            facilities.stop(context, name, record, stop_lanes[k], groups)
            for k, (name, record) in enumerate(scenario.stops.items())
        ),
        lanes=lanes,
        groups=groups,
        officers=officers,
        equipment=tuple(
            facilities.equipment(context, name, record)
            for name, record in scenario.equipment.items()
        ),
        tasks=tasks,
        steps=steps,
        entry=context.routes(scenario.workflow.entry, context.entry),
        moves=tuple(
            MovePlan(
                -1 if move.origin == "arrival" else context.stops.index(move.origin),
                _ENDS[move.to] if move.to in _ENDS else context.stops.index(move.to),
                context.condition(move.when),
                context.law(move.time, ("moves", k, "time")),
            )
            for k, move in enumerate(scenario.moves)
        ),
        disturbances=tuple(disturbances(context)),
    )
