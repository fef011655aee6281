"""Names that exist, routes with an end, and sizes within bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bcpsim.errors import nearest, unknown
from bcpsim.files.shape import STAND_IN
from bcpsim.scenario.disturbances import ALL
from bcpsim.scenario.model import OUTCOMES, Scenario
from bcpsim.scenario.queries import (
    Finding,
    Path,
    all_routes,
    attribute_values,
    conditions,
    made_ready,
    tasks_of,
    timetable_attributes,
)
from bcpsim.scenario.traffic import BOOKING, WaitingArrivals

MAX_GUESSES = 50
"""For how many unknown fields the nearest is looked for, of very many."""

MAX_PLACES = 4096
"""Most lanes, and most officers, of a scenario."""


def unknown_names(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find names that stand for nothing, and those that stand for two things.

    Names that were lost may stand for something that couldn't be read, and any may where a
    name couldn't be read.
    """

    def expect(
        what: str, names: Iterable[str], known: Collection[str], *path: str | int
    ) -> Iterator[Finding]:
        for name in names:
            if name not in known and name not in lost and STAND_IN not in known:
                yield path, unknown(what, name, known)

    stops, steps = scenario.stops, scenario.workflow.steps
    attributes = {name for vehicle in scenario.classes.values() for name in vehicle.attributes}
    for name in scenario.selections:
        if name in attributes or name in ("class", BOOKING):
            yield ("selections", name), f"{name!r} is an attribute already; choose another name"
    for owner, name, _ in timetable_attributes(scenario):
        if name in attributes or name in ("class", BOOKING) or name in scenario.selections:
            yield (
                ("traffic", owner, "arrivals", "attributes", name),
                f"{name!r} is an attribute already; choose another name",
            )
    for name in scenario.parts:
        if name in scenario.activities:
            yield ("parts", name), f"{name!r} is an activity already; choose another name"
    for name, activity in scenario.activities.items():
        yield from expect("part", activity.parts, scenario.parts, "activities", name, "parts")
        if activity.not_before is not None:
            yield from expect(
                "name in ready",
                [activity.not_before],
                made_ready(scenario),
                "activities",
                name,
                "not_before",
            )
    for name, stop in stops.items():
        if stop.waiting_area is not None:
            yield from expect(
                "waiting area", [stop.waiting_area], scenario.areas, "stops", name, "waiting_area"
            )
    for name, equipment in scenario.equipment.items():
        if equipment.owner is not None:
            yield from expect(
                "agency", [equipment.owner], scenario.agencies, "equipment", name, "owner"
            )
    for name, source in scenario.traffic.items():
        for class_name in source.classes:
            yield from expect(
                "class", [class_name], scenario.classes, "traffic", name, "classes", class_name
            )
        if isinstance(source.arrivals, WaitingArrivals) and source.arrivals.step is not None:
            yield from expect(
                "step", [source.arrivals.step], steps, "traffic", name, "arrivals", "step"
            )
    skills = {a.skill for a in scenario.activities.values() if a.skill is not None}
    for name, group in scenario.officers.items():
        yield from expect("agency", [group.agency], scenario.agencies, "officers", name, "agency")
        yield from expect("stop", group.stop, stops, "officers", name, "stop")
        for skill in group.skills:
            yield from expect("skill", [skill], skills, "officers", name, "skills", skill)
    for number, move in enumerate(scenario.moves):
        yield from expect("stop", [move.origin], {*stops, "arrival"}, "moves", number, "from")
        yield from expect("stop", [move.to], {*stops, "exit", "vehicle"}, "moves", number, "to")
    for name, step in steps.items():
        path: Path = ("workflow", "steps", name)
        yield from expect("stop", [step.stop], stops, *path, "stop")
        for place, task in tasks_of(step):
            where = (*path, *place)
            yield from expect("activity", task.do, scenario.activities, *where, "do")
            yield from expect("equipment", task.equipment, scenario.equipment, *where, "equipment")
            if task.agency is not None:
                yield from expect("agency", [task.agency], scenario.agencies, *where, "agency")
        if step.split is not None:
            for class_name in step.split.classes:
                where = (*path, "split", "classes", class_name)
                yield from expect("class", [class_name], scenario.classes, *where)
        if step.afterwards is not None:
            yield from expect(
                "step or outcome", [step.afterwards], {*steps, *OUTCOMES}, *path, "afterwards"
            )
        if name in OUTCOMES:
            yield path, f"{name!r} is an outcome and can't name a step"
    for name, disturbance in scenario.disturbances.items():
        path = ("disturbances", name)
        yield from expect("stop", disturbance.closed, {*stops, ALL}, *path, "closed")
        for group_name in disturbance.on_duty:
            where = (*path, "on_duty", group_name)
            yield from expect("group of officers", [group_name], scenario.officers, *where)
        for kind in disturbance.out:
            yield from expect("equipment", [kind], scenario.equipment, *path, "out", kind)
    for path, routes in all_routes(scenario):
        for number, route in enumerate(routes):
            for target in route.to:
                where = (*path, number, "to", target)
                yield from expect("step or outcome", [target], {*steps, *OUTCOMES}, *where)
    values = {"class": list(scenario.classes), **attribute_values(scenario)}
    for path, condition in conditions(scenario):
        yield from _unknown_in_condition(scenario, path, condition, values, lost)


def _unknown_in_condition(
    scenario: Scenario,
    path: Path,
    condition: Mapping[str, tuple[str, ...]],
    values: Mapping[str, Collection[str]],
    lost: Collection[str],
) -> Iterator[Finding]:
    if path[0] == "selections":  # a selection sees what comes before it
        later = list(scenario.selections)[list(scenario.selections).index(str(path[1])) :]
        values = {key: known for key, known in values.items() if key not in later}
    for key, wanted in condition.items():
        if key not in values:
            message = unknown("attribute", key, values)
            if key in scenario.selections:
                message = f"{key!r} is drawn later; a selection sees only those before it"
            if key not in lost and STAND_IN not in values:
                yield (*path, key), message
            continue
        for value in wanted:
            if value not in {*values[key], *lost} and STAND_IN not in values[key]:
                yield (*path, key), unknown(f"value of {key}", value, values[key])


def check_sources(scenario: Scenario) -> list[Finding]:
    """Return the entries of `sources` that name no field of the scenario."""
    known = {".".join(path) for path in _paths(scenario.model_dump(by_alias=True))}
    findings: list[Finding] = []
    for number, origin in enumerate(scenario.sources):
        for entry in origin.of:
            if entry not in known:
                near = nearest(entry, known) if len(findings) < MAX_GUESSES else None
                hint = f" (did you mean {near!r}?)" if near else ""
                message = f"{entry!r} names no field of this scenario{hint}"
                findings.append((("sources", number, "of"), message))
    return findings


def _paths(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every field below a node of plain data."""
    if isinstance(node, dict):
        items: Iterable[tuple[Any, Any]] = node.items()
    elif isinstance(node, (tuple, list)):
        items = enumerate(node)
    else:
        return
    for key, value in items:
        yield (*path, str(key))
        yield from _paths(value, (*path, str(key)))


def open_routes(scenario: Scenario) -> Iterator[Finding]:
    """Find selections and routes of which no case, or more than one, always holds."""
    for name, cases in scenario.selections.items():
        for number, case in enumerate(cases):
            if (case.when is None) != (number == len(cases) - 1):
                yield (
                    ("selections", name, number),
                    "the last case, and no other, must have no 'when'",
                )
    for path, routes in all_routes(scenario):
        if routes[-1].when is not None:
            yield (
                (*path, len(routes) - 1),
                "the last route must have no 'when', so that one always holds",
            )
        for number, route in enumerate(routes[:-1]):
            if route.when is None:
                yield (
                    (*path, number),
                    "only the last route may have no 'when'; those after it never count",
                )


def sizes(scenario: Scenario) -> Iterator[Finding]:
    """Find more officers or lanes than a scenario may have, and lanes with one name."""
    officers = sum(
        sum(shift.count for shift in group.shifts) + sum(r.count for r in group.rotations)
        for group in scenario.officers.values()
    )
    lanes = sum(group.count for stop in scenario.stops.values() for group in stop.lanes)
    if officers > MAX_PLACES:
        yield ("officers",), f"{officers} officers; at most {MAX_PLACES}"
    if lanes > MAX_PLACES:
        yield ("stops",), f"{lanes} lanes; at most {MAX_PLACES}"
    for name, disturbance in scenario.disturbances.items():
        for kind, pieces in disturbance.out.items():
            there = scenario.equipment[kind].count if kind in scenario.equipment else pieces
            if pieces > there:
                yield ("disturbances", name, "out", kind), f"{pieces} out of use, of {there}"
    for name, stop in scenario.stops.items():
        names = [group.name for group in stop.lanes]
        for number, lane in enumerate(names):
            if lane in names[:number]:
                yield ("stops", name, "lanes", number, "name"), f"a second group of lanes {lane!r}"
