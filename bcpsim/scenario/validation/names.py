"""Names that exist, routes with an end, and sizes within bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bcpsim.errors import nearest, unknown
from bcpsim.files.shape import STAND_IN
from bcpsim.scenario.crossings import CROSSING
from bcpsim.scenario.disturbances import ALL
from bcpsim.scenario.intervals import step_of
from bcpsim.scenario.model import OUTCOMES, Scenario
from bcpsim.scenario.queries import (
    Finding,
    Path,
    all_routes,
    attribute_values,
    conditions,
    durations,
    given_attributes,
    made_ready,
    of_occupants,
    results,
    tasks_of,
    timetable_attributes,
)
from bcpsim.scenario.traffic import BOOKING, WaitingArrivals, WaitingListArrivals
from bcpsim.scenario.validation.lookup import missing

MAX_GUESSES = 50
"""For how many unknown fields the nearest is looked for, of very many."""

MAX_PLACES = 4096
"""Most lanes, and most officers, of a scenario."""


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Whether names stand for something; those that were lost with what couldn't be read may."""

    lost: Collection[str]

    def unknown(
        self, kind: str, names: Iterable[str | None], known: Collection[str], *path: str | int
    ) -> Iterator[Finding]:
        """Find the names that stand for nothing; None is no name."""
        for name in names:
            if name is not None:
                yield from missing(kind, name, known, self.lost, *path)


def unknown_names(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find names that stand for nothing, and those that stand for two things.

    Names that were lost may stand for something that couldn't be read, and any may where a
    name couldn't be read.
    """
    yield from _names_of_two_things(scenario)
    lookup = _Lookup(lost)
    for of_part in (
        _in_activities,
        _in_facilities,
        _in_traffic,
        _in_officers,
        _in_moves,
        _in_steps,
        _in_disturbances,
        _in_intervals,
        _in_routes,
    ):
        yield from of_part(scenario, lookup)
    values = {"class": list(scenario.classes), **attribute_values(scenario)}
    for path, condition in conditions(scenario):
        yield from _unknown_in_condition(scenario, path, condition, values, lost)


def _names_of_two_things(scenario: Scenario) -> Iterator[Finding]:
    attributes = {name for vehicle in scenario.classes.values() for name in vehicle.attributes}
    attributes |= {"class", BOOKING, *([CROSSING] if scenario.crossings else ())}
    for key, vehicle in scenario.classes.items() if scenario.crossings else ():
        if CROSSING in vehicle.attributes:
            message = f"{CROSSING!r} says in a region where vehicles go; choose another name"
            yield ("classes", key, "attributes", CROSSING), message
    for key, vehicle in scenario.classes.items():
        for name in vehicle.occupants_with:
            if name in attributes:
                yield (
                    ("classes", key, "occupants_with", name),
                    f"{name!r} is an attribute already; choose another name",
                )
    attributes |= {*of_occupants(scenario), *scenario.risk_indices}
    for name in scenario.selections:
        if name in attributes:
            yield ("selections", name), f"{name!r} is an attribute already; choose another name"
    for source, name, _ in timetable_attributes(scenario):
        if name in attributes or name in scenario.selections:
            yield (
                ("traffic", source, "arrivals", "attributes", name),
                f"{name!r} is an attribute already; choose another name",
            )
    for name in scenario.parts:
        if name in scenario.activities:
            yield ("parts", name), f"{name!r} is an activity already; choose another name"


def _in_activities(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    ready = made_ready(scenario)
    path: Path
    for name, activity in scenario.activities.items():
        path = ("activities", name)
        yield from lookup.unknown("part", activity.parts, scenario.parts, *path, "parts")
        yield from lookup.unknown(
            "name in ready or documents", [activity.not_before], ready, *path, "not_before"
        )
    known = of_occupants(scenario)
    for path, cases in durations(scenario):
        for number, case in enumerate(cases):
            for name in case.per_occupant_with:
                at = (*path, number, "per_occupant_with", name)
                yield from lookup.unknown("name in occupants_with", [name], known, *at)


def _in_facilities(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    for name, stop in scenario.stops.items():
        path = ("stops", name, "waiting_area")
        yield from lookup.unknown("waiting area", [stop.waiting_area], scenario.areas, *path)
    for name, equipment in scenario.equipment.items():
        path = ("equipment", name, "owner")
        yield from lookup.unknown("agency", [equipment.owner], scenario.agencies, *path)


def _in_traffic(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    drawn = attribute_values(scenario).keys() - results(scenario).keys() - {BOOKING}
    for name, source in scenario.traffic.items():
        for class_name in source.classes:
            path = ("traffic", name, "classes", class_name)
            yield from lookup.unknown("class", [class_name], scenario.classes, *path)
        if isinstance(source.arrivals, WaitingArrivals):
            path = ("traffic", name, "arrivals", "step")
            yield from lookup.unknown(
                "step", [source.arrivals.step], scenario.workflow.steps, *path
            )
        if isinstance(source.arrivals, WaitingListArrivals):
            path = ("traffic", name, "arrivals", "attributes")
            yield from lookup.unknown("attribute", source.arrivals.attributes, drawn, *path)
            path = ("traffic", name, "arrivals", "called")
            for step in source.arrivals.called:
                yield from lookup.unknown("step", [step], scenario.workflow.steps, *path, step)


def _in_officers(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    skills = {a.skill for a in scenario.activities.values() if a.skill is not None}
    for name, group in scenario.officers.items():
        path = ("officers", name)
        yield from lookup.unknown("agency", [group.agency], scenario.agencies, *path, "agency")
        yield from lookup.unknown("stop", group.stop, scenario.stops, *path, "stop")
        for skill in group.skills:
            yield from lookup.unknown("skill", [skill], skills, *path, "skills", skill)
        travel = group.pool.travel
        for stop in () if travel is None else travel.called:
            at = ("pool", "travel", "called", stop)
            yield from lookup.unknown("stop", [stop], scenario.stops, "officers", name, *at)


def _in_moves(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    stops = set(scenario.stops)
    for number, move in enumerate(scenario.moves):
        path = ("moves", number)
        yield from lookup.unknown("stop", [move.origin], stops | {"arrival"}, *path, "from")
        yield from lookup.unknown("stop", [move.to], stops | {"exit", "vehicle"}, *path, "to")


def _in_steps(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    for name, step in scenario.workflow.steps.items():
        path = ("workflow", "steps", name)
        yield from lookup.unknown("stop", [step.stop], scenario.stops, *path, "stop")
        for place, task in tasks_of(step):
            at = (*path, *place)
            yield from lookup.unknown("activity", task.do, scenario.activities, *at, "do")
            yield from lookup.unknown(
                "equipment", task.equipment, scenario.equipment, *at, "equipment"
            )
            yield from lookup.unknown("agency", [task.agency], scenario.agencies, *at, "agency")
        for class_name in step.split.classes if step.split is not None else ():
            at = (*path, "split", "classes", class_name)
            yield from lookup.unknown("class", [class_name], scenario.classes, *at)
        yield from lookup.unknown(
            "step or outcome", [step.afterwards], _targets(scenario), *path, "afterwards"
        )
        if name in OUTCOMES:
            yield path, f"{name!r} is an outcome and can't name a step"


def _in_intervals(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    for name, interval in scenario.intervals.items():
        for key, moment in (("from", interval.start), ("to", interval.to)):
            path = ("intervals", name, key)
            yield from lookup.unknown("step", [step_of(moment)], scenario.workflow.steps, *path)
        if interval.start == interval.to:
            message = f"is the same moment as from: {interval.to}; expected a later one"
            yield ("intervals", name, "to"), message


def _in_disturbances(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    for name, disturbance in scenario.disturbances.items():
        path = ("disturbances", name)
        for key in ("surge", "late"):
            for source in getattr(disturbance, key):
                at = (*path, key, source)
                yield from lookup.unknown("traffic source", [source], scenario.traffic, *at)
        yield from lookup.unknown(
            "stop", disturbance.closed, {*scenario.stops, ALL}, *path, "closed"
        )
        for group in disturbance.on_duty:
            at = (*path, "on_duty", group)
            yield from lookup.unknown("group of officers", [group], scenario.officers, *at)
        for kind in disturbance.out:
            yield from lookup.unknown("equipment", [kind], scenario.equipment, *path, "out", kind)
        work = {*scenario.activities, *scenario.parts}
        for key in disturbance.activities:
            yield from lookup.unknown("activity or part", [key], work, *path, "activities", key)
        steps = scenario.workflow.steps
        for step, sent in disturbance.instead.items():
            at = (*path, "instead", step)
            yield from lookup.unknown("step", [step], steps, *at)
            yield from lookup.unknown("step or outcome", [sent.to], _targets(scenario), *at, "to")
        for key in disturbance.selections:
            at = (*path, "selections", key)
            yield from lookup.unknown("selection", [key], scenario.selections, *at)
        for stop in disturbance.priority:
            yield from lookup.unknown("stop", [stop], scenario.stops, *path, "priority", stop)
        for stop in disturbance.lanes:
            yield from lookup.unknown("stop", [stop], scenario.stops, *path, "lanes", stop)
        for group in disturbance.reserve:
            at = (*path, "reserve", group)
            yield from lookup.unknown("group of officers", [group], scenario.officers, *at)
        if disturbance.trigger is not None:
            key, name = disturbance.trigger.watched
            places: dict[str, tuple[str, Collection[str]]] = {
                "area": ("waiting area", scenario.areas),
                "on_duty": ("group of officers", scenario.officers),
            }
            what, known = places.get(key, ("stop", scenario.stops))
            yield from lookup.unknown(what, [name], known, *path, "trigger", key)


def _in_routes(scenario: Scenario, lookup: _Lookup) -> Iterator[Finding]:
    targets = _targets(scenario)
    for path, routes in all_routes(scenario):
        for number, route in enumerate(routes):
            for target in route.to:
                at = (*path, number, "to", target)
                yield from lookup.unknown("step or outcome", [target], targets, *at)


def _targets(scenario: Scenario) -> set[str]:
    """Return where a route may lead."""
    return {*scenario.workflow.steps, *OUTCOMES}


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
    drawn = values
    if path[0] == "classes":  # what occupants have is drawn after what the vehicle has
        given = given_attributes(scenario)
        values = {key: known for key, known in values.items() if key in given}
    for key, wanted in condition.items():
        if key not in values:
            message = unknown("attribute", key, values)
            if key in scenario.selections:
                message = f"{key!r} is drawn later; a selection sees only those before it"
            if path[0] == "classes" and key in drawn:
                message = (
                    f"expected an attribute of a class or a timetable, found {key!r}: what "
                    "occupants have hangs on these alone"
                )
            if key not in lost and STAND_IN not in values:
                yield (*path, key), message
            continue
        for value in wanted:
            if value not in {*values[key], *lost} and STAND_IN not in values[key]:
                yield (*path, key), unknown(f"value of {key}", value, values[key])


def check_sources(scenario: Scenario) -> list[Finding]:
    """Return the entries of `sources` that name no field of the scenario."""
    data = scenario.model_dump(by_alias=True)
    findings: list[Finding] = []
    for number, origin in enumerate(scenario.sources):
        for entry in origin.of:
            if not _has_path(data, entry):
                near = None
                if len(findings) < MAX_GUESSES:
                    near = nearest(entry, {".".join(path) for path in _paths(data)})
                hint = f" (did you mean {near!r}?)" if near else ""
                message = f"{entry!r} names no field of this scenario{hint}"
                findings.append((("sources", number, "of"), message))
    return findings


def _has_path(node: Any, path: str) -> bool:
    """Return whether a path, with dots between its keys, is that of a field below a node."""
    return any(
        path == key or (path.startswith(f"{key}.") and _has_path(value, path[len(key) + 1 :]))
        for key, value in _items(node)
    )


def _paths(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every field below a node of plain data."""
    for key, value in _items(node):
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _items(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a node of plain data holds, by name or number."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
    elif isinstance(node, (tuple, list)):
        for number, value in enumerate(node):
            yield str(number), value


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
    for name, stop in scenario.stops.items():
        names = [group.name for group in stop.lanes]
        for number, lane in enumerate(names):
            if lane in names[:number]:
                yield ("stops", name, "lanes", number, "name"), f"a second group of lanes {lane!r}"
