"""Disturbances whose effects are possible: lanes, officers, equipment and work that there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bcpsim.errors import unknown
from bcpsim.scenario.disturbances import Late
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import (
    Finding,
    Path,
    after,
    all_routes,
    attribute_values,
    conditions,
)
from bcpsim.scenario.traffic import Selection, TimetableArrivals, has_rate


def effects(scenario: Scenario) -> Iterator[Finding]:
    """Find disturbances that open, call or take out more than there is, or change what can't be."""
    for name, disturbance in scenario.disturbances.items():
        path: Path = ("disturbances", name)
        for source in disturbance.surge:
            if not has_rate(scenario.traffic[source].arrivals):
                yield (
                    (*path, "surge", source),
                    f"{source} has no rate to rise; give those who come as a source of their own",
                )
        for source, late in disturbance.late.items():
            for fault in _late(scenario, source, late):
                yield (*path, "late", source), fault
        for kind, pieces in disturbance.out.items():
            count = scenario.equipment[kind].count
            if pieces > count:
                yield (*path, "out", kind), f"{pieces} out of use, of {count}"
        for stop, number in disturbance.lanes.items():
            count = sum(lanes.count for lanes in scenario.stops[stop].lanes)
            if number > count:
                yield (*path, "lanes", stop), f"{number} lanes open, of {count}"
        for group, number in disturbance.reserve.items():
            record = scenario.officers[group]
            count = sum(shift.count for shift in record.shifts)
            count += sum(rotation.count for rotation in record.rotations)
            if number > count:
                yield (*path, "reserve", group), f"{number} officers called, of {count}"
        for key, change in disturbance.activities.items():
            activity = scenario.activities.get(key)
            if activity is not None and activity.not_before and not change.impossible:
                yield (
                    (*path, "activities", key),
                    f"{key} ends when something is ready; it can only be impossible: true",
                )
        for step, sent in disturbance.instead.items():
            for fault in _detour(scenario, step, sent.to):
                yield (*path, "instead", step), fault
        for stop in disturbance.priority:
            if scenario.stops[stop].queue != "single":
                yield (
                    (*path, "priority", stop),
                    f"{stop} has a queue per lane; who goes first can change in a single queue",
                )
        for key, cases in disturbance.selections.items():
            for fault in _selection(scenario, key, cases):
                yield (*path, "selections", key), fault
        area = None if disturbance.trigger is None else disturbance.trigger.area
        if area is not None and scenario.areas[area].places is None:
            yield (
                (*path, "trigger", "area"),
                f"{area} has no number of places; give its places, or watch a queue",
            )


def _late(scenario: Scenario, source: str, late: Late) -> Iterator[str]:
    """Yield why services can't be late: there are none, or none of the kind."""
    arrivals = scenario.traffic[source].arrivals
    if not isinstance(arrivals, TimetableArrivals):
        yield f"{source} has no timetable whose services could be late"
        return
    for key, values in (late.when or {}).items():
        if key not in arrivals.attributes:
            yield unknown("attribute of the timetable", key, arrivals.attributes)
            continue
        for value in values:
            if value not in arrivals.attributes[key]:
                yield unknown(f"value of {key}", value, arrivals.attributes[key])


def _selection(scenario: Scenario, key: str, cases: Selection) -> Iterator[str]:
    """Yield why a selection can't have other shares: it has other results, or decides more."""
    known = attribute_values(scenario)[key]
    results = dict.fromkeys(result for case in cases for result in case.shares)
    for result in results:
        if result not in known:
            yield unknown(f"result of {key}", result, known)
    ways = {path for path, _ in all_routes(scenario) if path[-2:] != ("split", "to")}
    for path, condition in conditions(scenario):
        if key in condition and path[:-2] not in ways:
            where = ".".join(map(str, path))
            yield (
                f"{where} depends on {key}, too; a selection whose shares change may only say "
                "where travellers go (entry and next)"
            )
            return


def _detour(scenario: Scenario, step: str, to: str) -> Iterator[str]:
    """Yield why those who would come to a step can't be sent to another, or to an outcome."""
    ahead = _onward(scenario)
    bounded = [name for name in (step, to) if name in _in_loops(_usual(scenario))]
    if to == step:
        yield f"expected another step than {step}, or an outcome"
    elif bounded:
        yield f"{bounded[0]} is a step of a loop, from or to which nobody can be sent"
    elif step in _reachable(ahead, to):
        yield f"a way leads from {to} to {step}, so that somebody could come to it twice"
    steps = scenario.workflow.steps
    splits = [name for name in {to, *_reachable(ahead, to)} & steps.keys() if steps[name].split]
    if splits:
        yield f"{to} leads to {sorted(splits)[0]}, where vehicles split; send nobody there"


def _usual(scenario: Scenario) -> dict[str, set[str]]:
    """Return where each step leads directly."""
    workflow = scenario.workflow
    return {name: set(after(workflow, name)) for name in workflow.steps}


def _onward(scenario: Scenario) -> dict[str, set[str]]:
    """Return where each step leads directly, also those who would go elsewhere in a disturbance."""
    ahead = _usual(scenario)
    for disturbance in scenario.disturbances.values():
        for step, sent in disturbance.instead.items():
            for targets in ahead.values():
                if step in targets:
                    targets.add(sent.to)
    return ahead


def _reachable(ahead: Mapping[str, Collection[str]], name: str) -> set[str]:
    """Return all to which ways lead from a step."""
    found: set[str] = set()
    left = list(ahead.get(name, ()))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(ahead.get(one, ()))
    return found


def _in_loops(ahead: Mapping[str, Collection[str]]) -> set[str]:
    """Return the steps that a traveller may come back to."""
    return {name for name in ahead if name in _reachable(ahead, name)}
