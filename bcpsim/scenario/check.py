"""What must hold between the parts of a scenario: names, workflow, people, lanes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from pydantic import BaseModel

from bcpsim.errors import nearest
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.model import OUTCOMES, WEEKDAYS, OfficerGroup, Route, Scenario, Window

Path = tuple[str | int, ...]
Finding = tuple[Path, str]

MAX_COMBINATIONS = 100_000
"""Most combinations of attribute values of one class whose ways are followed."""

MAX_PLACES = 4096
"""Most lanes, and most officers, of a scenario."""


def check_references(scenario: Scenario) -> list[Finding]:
    """Return every mistake between the parts of a scenario.

    Returns
    -------
    list of (path, message)
        Empty if there is none. Workflow, staffing and lanes are judged only when all
        names are known, since their mistakes would follow from an unknown name.
    """
    findings = [*_unknown_names(scenario), *_open_routes(scenario), *_sizes(scenario)]
    if findings:
        return findings
    findings = list(_workflow(scenario))
    return findings or [*_staffing(scenario), *_admission(scenario)]


def check_sources(scenario: Scenario) -> list[Finding]:
    """Return the entries of `sources` that name no field of the scenario."""
    known = {".".join(path) for path in _paths(scenario.model_dump(by_alias=True))}
    findings: list[Finding] = []
    for number, origin in enumerate(scenario.sources):
        for entry in origin.of:
            if entry not in known:
                near = nearest(entry, known)
                hint = f" (did you mean {near!r}?)" if near else ""
                message = f"{entry!r} names no field of this scenario{hint}"
                findings.append((("sources", number, "of"), message))
    return findings


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Return the message for a name that isn't there."""
    near = nearest(name, known)
    hint = f" (did you mean {near!r}?)" if near else ""
    if not known:
        return f"unknown {what} {name!r}; none is defined"
    return f"unknown {what} {name!r}; expected one of: {', '.join(sorted(known))}{hint}"


def _unknown_names(scenario: Scenario) -> Iterator[Finding]:
    def expect(
        what: str, names: Iterable[str], known: Collection[str], *path: str | int
    ) -> Iterator[Finding]:
        for name in names:
            if name not in known:
                yield path, unknown(what, name, known)

    stops, steps = scenario.stops, scenario.workflow.steps
    for name, source in scenario.traffic.items():
        for class_name in source.classes:
            yield from expect(
                "class", [class_name], scenario.classes, "traffic", name, "classes", class_name
            )
    skills = {activity.skill for activity in scenario.activities.values()}
    for name, group in scenario.officers.items():
        yield from expect("agency", [group.agency], scenario.agencies, "officers", name, "agency")
        yield from expect("stop", [group.stop], stops, "officers", name, "stop")
        for skill in group.skills:
            yield from expect("skill", [skill], skills, "officers", name, "skills", skill)
    for number, move in enumerate(scenario.moves):
        yield from expect("stop", [move.origin], {*stops, "arrival"}, "moves", number, "from")
        yield from expect("stop", [move.to], {*stops, "exit"}, "moves", number, "to")
    for name, step in steps.items():
        path: Path = ("workflow", "steps", name)
        yield from expect("stop", [step.stop], stops, *path, "stop")
        yield from expect("activity", step.do, scenario.activities, *path, "do")
        yield from expect("equipment", step.equipment, scenario.equipment, *path, "equipment")
        if name in OUTCOMES:
            yield path, f"{name!r} is an outcome and can't name a step"
    for path, routes in all_routes(scenario):
        for number, route in enumerate(routes):
            for target in route.to:
                where = (*path, number, "to", target)
                yield from expect("step or outcome", [target], {*steps, *OUTCOMES}, *where)
    for path, condition in _conditions(scenario):
        yield from _unknown_in_condition(scenario, path, condition)


def _unknown_in_condition(
    scenario: Scenario, path: Path, condition: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    values: dict[str, set[str]] = {"class": set(scenario.classes)}
    for vehicle in scenario.classes.values():
        for attribute, shares in vehicle.attributes.items():
            values.setdefault(attribute, set()).update(shares)
    for key, wanted in condition.items():
        if key not in values:
            yield (*path, key), unknown("attribute", key, values)
            continue
        for value in wanted:
            if value not in values[key]:
                yield (*path, key), unknown(f"value of {key}", value, values[key])


def all_routes(scenario: Scenario) -> Iterator[tuple[Path, tuple[Route, ...]]]:
    """Yield the path and the routes of the entry and of each step."""
    yield ("workflow", "entry"), scenario.workflow.entry
    for name, step in scenario.workflow.steps.items():
        yield ("workflow", "steps", name, "next"), step.next


def _conditions(node: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, tuple[str, ...]]]]:
    """Yield every condition in a scenario with its path."""
    if isinstance(node, BaseModel):
        for name, value in node:
            if name in ("when", "admits") and value is not None:
                yield (*path, name), value
            else:
                yield from _conditions(value, (*path, name))
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _conditions(value, (*path, name))
    elif isinstance(node, tuple):
        for number, value in enumerate(node):
            yield from _conditions(value, (*path, number))


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


def _open_routes(scenario: Scenario) -> Iterator[Finding]:
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


def _sizes(scenario: Scenario) -> Iterator[Finding]:
    officers = sum(shift.count for group in scenario.officers.values() for shift in group.shifts)
    lanes = sum(group.count for stop in scenario.stops.values() for group in stop.lanes)
    if officers > MAX_PLACES:
        yield ("officers",), f"{officers} officers; at most {MAX_PLACES}"
    if lanes > MAX_PLACES:
        yield ("stops",), f"{lanes} lanes; at most {MAX_PLACES}"
    for name, stop in scenario.stops.items():
        names = [group.name for group in stop.lanes]
        for number, lane in enumerate(names):
            if lane in names[:number]:
                yield ("stops", name, "lanes", number, "name"), f"a second group of lanes {lane!r}"


def _workflow(scenario: Scenario) -> Iterator[Finding]:
    """Find steps that can't be reached and ways that don't end."""
    after = {
        name: [target for route in step.next for target, share in route.to.items() if share > 0]
        for name, step in scenario.workflow.steps.items()
    }
    first = [t for route in scenario.workflow.entry for t, share in route.to.items() if share > 0]
    reached: set[str] = set()
    loops: dict[str, list[str]] = {}

    def follow(name: str, way: list[str]) -> None:
        if name in way:
            loop = [*way[way.index(name) :], name]
            loops.setdefault(way[-1], loop)
        elif name not in reached and name in after:
            reached.add(name)
            for target in after[name]:
                follow(target, [*way, name])

    for name in first:
        follow(name, [])
    for name, loop in loops.items():
        yield (
            ("workflow", "steps", name, "next"),
            f"the workflow can't end: {' -> '.join(loop)} goes round; "
            "a vehicle may make each step once",
        )
    for name in after:
        if name not in reached:
            yield ("workflow", "steps", name), "no route leads to this step"


def _staffing(scenario: Scenario) -> Iterator[Finding]:
    """Find steps that no officer can do at any time."""
    for name, step in scenario.workflow.steps.items():
        path = ("workflow", "steps", name, "do")
        skills = {scenario.activities[activity].skill for activity in step.do}
        here = {key: group for key, group in scenario.officers.items() if group.stop == step.stop}
        able = {key: group for key, group in here.items() if skills <= set(group.skills)}
        if not able:
            has = "; ".join(f"{key} has {', '.join(group.skills)}" for key, group in here.items())
            yield (
                path,
                f"no officer at stop {step.stop!r} can do this: one officer needs "
                f"{', '.join(sorted(skills))}, and {has or 'nobody works there'}",
            )
        elif not any(_on_duty(scenario, group) for group in able.values()):
            yield (
                path,
                f"no officer who can do this is ever on duty within the horizon "
                f"({', '.join(able)} at stop {step.stop!r})",
            )


def _on_duty(scenario: Scenario, group: OfficerGroup) -> bool:
    return any(shift.count and windows_of(scenario, shift) for shift in group.shifts)


def windows_of(
    scenario: Scenario, window: Window, until: float | None = None
) -> list[tuple[float, float]]:
    """Return the stretches [start, end) of a daily window in minutes since the start."""
    horizon = scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    days = frozenset(WEEKDAYS.index(day) for day in window.days)
    return calendar.daily_window(
        window.start, window.end, horizon.duration if until is None else until, days
    )


def _admission(scenario: Scenario) -> Iterator[Finding]:
    """Find vehicles that come to a stop where no lane ever takes them."""
    found: set[tuple[str, str]] = set()
    arriving = {
        name
        for source in scenario.traffic.values()
        for name, share in source.classes.items()
        if share
    }
    for name in scenario.classes:
        if name not in arriving:
            continue
        attributes = scenario.classes[name].attributes
        values = [
            [value for value, share in shares.items() if share] for shares in attributes.values()
        ]
        count = 1
        for options in values:
            count *= len(options)
        if count > MAX_COMBINATIONS:
            yield (
                ("classes", name, "attributes"),
                f"more than {MAX_COMBINATIONS} combinations of values",
            )
            continue
        for combination in product(*values):
            vehicle = {"class": name, **dict(zip(attributes, combination, strict=True))}
            for step in _steps_of(scenario, vehicle):
                stop = scenario.workflow.steps[step].stop
                if (stop, name) not in found and not _lane_for(scenario, stop, vehicle):
                    found.add((stop, name))
                    described = ", ".join(f"{key} {value}" for key, value in vehicle.items())
                    yield ("stops", stop, "lanes"), f"no lane ever takes a vehicle with {described}"


def _steps_of(scenario: Scenario, vehicle: Mapping[str, str]) -> set[str]:
    """Return the steps that a vehicle with these attributes may make."""
    steps: set[str] = set()
    ahead = [scenario.workflow.entry]
    while ahead:
        routes = ahead.pop()
        route = next(route for route in routes if meets(route.when, vehicle))
        for target, share in route.to.items():
            if share > 0 and target in scenario.workflow.steps and target not in steps:
                steps.add(target)
                ahead.append(scenario.workflow.steps[target].next)
    return steps


def _lane_for(scenario: Scenario, stop: str, vehicle: Mapping[str, str]) -> bool:
    return any(
        meets(lane.admits, vehicle)
        and (lane.open is None or any(windows_of(scenario, window) for window in lane.open))
        for lane in scenario.stops[stop].lanes
    )


def meets(condition: Mapping[str, tuple[str, ...]] | None, vehicle: Mapping[str, str]) -> bool:
    """Return whether a vehicle, given by class and attributes, meets a condition."""
    return condition is None or all(vehicle.get(key) in wanted for key, wanted in condition.items())
