"""What must hold between the parts of a scenario: names, workflow, people, lanes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from pydantic import BaseModel

from bcpsim.errors import nearest, unknown
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.common import WEEKDAYS, Window
from bcpsim.scenario.distributions import Deterministic
from bcpsim.scenario.model import OUTCOMES, Route, Scenario, Split, Step, Task, Workflow
from bcpsim.scenario.people import OfficerGroup
from bcpsim.scenario.tables import RosterRow
from bcpsim.scenario.traffic import (
    BOOKING,
    BOOKINGS,
    BookedArrivals,
    Occupants,
    TimetableArrivals,
)

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
    return findings or [
        *_staffing(scenario),
        *_equipment(scenario),
        *_admission(scenario),
        *_groups(scenario),
    ]


def check_rosters(scenario: Scenario, rosters: Mapping[str, Sequence[RosterRow]]) -> list[Finding]:
    """Return the groups whose table has no shift within the horizon."""
    horizon = scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    findings: list[Finding] = []
    for name, rows in rosters.items():
        group = scenario.officers[name]
        offset = group.shift_offset
        spans: list[tuple[float, float]] = []
        for row in rows:
            if row.window is not None:
                spans += windows_of(scenario, row.window, before=offset)
            elif row.dates is not None:
                spans.append((calendar.elapsed(row.dates[0]), calendar.elapsed(row.dates[1])))
        there = any(a + offset < horizon.duration and b + offset > 0 for a, b in spans)
        if not there and not group.shifts and not group.rotations:
            findings.append(
                (("officers", name, "roster", "file"), "no shift of it lies within the horizon")
            )
    return findings


def missing_ways(stops: Sequence[str], travel: Mapping[tuple[str, str], float]) -> list[str]:
    """Return a message for what a table of travel times lacks; at most three pairs are named."""
    lacking = [(a, b) for a in stops for b in stops if a != b and (a, b) not in travel]
    if not lacking:
        return []
    named = ", ".join(f"{a} to {b}" for a, b in lacking[:3])
    more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
    return [f"no time from {named}{more}"]


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


def _unknown_names(scenario: Scenario) -> Iterator[Finding]:
    def expect(
        what: str, names: Iterable[str], known: Collection[str], *path: str | int
    ) -> Iterator[Finding]:
        for name in names:
            if name not in known:
                yield path, unknown(what, name, known)

    stops, steps = scenario.stops, scenario.workflow.steps
    attributes = {name for vehicle in scenario.classes.values() for name in vehicle.attributes}
    for name in scenario.selections:
        if name in attributes or name in ("class", BOOKING):
            yield ("selections", name), f"{name!r} is an attribute already; choose another name"
    for owner, name, _ in _columns(scenario):
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
    values: dict[str, Collection[str]] = {
        "class": set(scenario.classes),
        **attribute_values(scenario),
    }
    if path[0] == "selections":  # a selection sees what comes before it
        later = list(scenario.selections)[list(scenario.selections).index(str(path[1])) :]
        values = {key: known for key, known in values.items() if key not in later}
    for key, wanted in condition.items():
        if key not in values:
            message = unknown("attribute", key, values)
            if key in scenario.selections:
                message = f"{key!r} is drawn later; a selection sees only those before it"
            yield (*path, key), message
            continue
        for value in wanted:
            if value not in values[key]:
                yield (*path, key), unknown(f"value of {key}", value, values[key])


def all_routes(scenario: Scenario) -> Iterator[tuple[Path, tuple[Route, ...]]]:
    """Yield the path and the routes of the entry, of each step and of who gets out there."""
    yield ("workflow", "entry"), scenario.workflow.entry
    for name, step in scenario.workflow.steps.items():
        yield ("workflow", "steps", name, "next"), step.next
        if step.split is not None:
            yield ("workflow", "steps", name, "split", "to"), step.split.to


def _conditions(node: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, tuple[str, ...]]]]:
    """Yield every condition in a scenario with its path."""
    if isinstance(node, BaseModel):
        for name, value in node:
            if name in ("when", "admits") and value is not None:
                yield (*path, name), value
            elif name == "priority" and value:
                yield from (((*path, name, k), condition) for k, condition in enumerate(value))
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


def attribute_values(scenario: Scenario) -> dict[str, list[str]]:
    """Return the values of each attribute and selection, and of ``booking`` where slots are."""
    values: dict[str, list[str]] = {}
    for _, name, given in _columns(scenario):
        values.setdefault(name, []).extend(given)
    for vehicle in scenario.classes.values():
        for name, shares in vehicle.attributes.items():
            values.setdefault(name, []).extend(shares)
    for name, cases in scenario.selections.items():
        values[name] = [value for case in cases for value in case.shares]
    if any(isinstance(s.arrivals, BookedArrivals) for s in scenario.traffic.values()):
        values[BOOKING] = list(BOOKINGS)
    return {name: list(dict.fromkeys(known)) for name, known in values.items()}


def _columns(scenario: Scenario) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield source, name and values of each attribute that a timetable gives."""
    for source, record in scenario.traffic.items():
        if isinstance(record.arrivals, TimetableArrivals):
            for name, values in record.arrivals.attributes.items():
                yield source, name, values


def made_ready(scenario: Scenario) -> list[str]:
    """Return the names of what timetables make ready."""
    arrivals = (source.arrivals for source in scenario.traffic.values())
    names = (name for a in arrivals if isinstance(a, TimetableArrivals) for name in a.ready)
    return list(dict.fromkeys(names))


def tasks_of(step: Step) -> Iterator[tuple[Path, Task]]:
    """Yield the tasks of a step with their paths below the step's."""
    for number, task in enumerate(step.tasks):
        yield (("crew", number) if step.crew else ()), task


def unattended(scenario: Scenario, task: Task) -> bool:
    """Return whether a task is self-service from its beginning to its end."""
    return all(scenario.activities[name].self_service for name in task.do)


def able_groups(scenario: Scenario, step: Step, task: Task) -> list[str]:
    """Return the groups at a stop that may do a task: with all its skills, of its agency.

    Nobody does one that is self-service.
    """
    skills = {scenario.activities[name].skill for name in task.do} - {None}
    return [
        name
        for name, group in scenario.officers.items()
        if skills
        and step.stop in group.stop
        and skills <= set(group.skills)
        and task.agency in (None, group.agency)
        and all(
            scenario.equipment[kind].sharing != "exclusive"
            or scenario.equipment[kind].owner == group.agency
            for kind in task.equipment
        )
    ]


def _open_routes(scenario: Scenario) -> Iterator[Finding]:
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


def _sizes(scenario: Scenario) -> Iterator[Finding]:
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


def _workflow(scenario: Scenario) -> Iterator[Finding]:
    """Find steps that can't be reached and ways that don't end."""
    steps = scenario.workflow.steps
    for name, step in steps.items():
        if step.at_most > 1 and step.afterwards is None:
            yield (
                ("workflow", "steps", name, "at_most"),
                "say in afterwards where a vehicle goes that has made the step so often",
            )
    after = {
        name: [target for route in step.next for target, share in route.to.items() if share > 0]
        for name, step in steps.items()
    }
    for name, step in steps.items():
        if step.afterwards is not None:
            after[name].append(step.afterwards)
    first = [t for route in scenario.workflow.entry for t, share in route.to.items() if share > 0]
    reached: set[str] = set()

    def reach(name: str) -> None:
        if name in after and name not in reached:
            reached.add(name)
            split = steps[name].split
            out = (
                [t for route in split.to for t, share in route.to.items() if share] if split else []
            )
            for target in (*after[name], *out):
                reach(target)

    for name in first:
        reach(name)
    if not any(step.at_most > 1 and step.afterwards is None for step in steps.values()):
        yield from _endless(scenario, reached)
    for name in after:
        if name not in reached:
            yield ("workflow", "steps", name), "no route leads to this step"


def after(workflow: Workflow, name: str) -> Iterator[str]:
    """Yield where a step may lead directly, what comes when it is exhausted included."""
    step = workflow.steps[name]
    for route in step.next:
        for target, share in route.to.items():
            if share > 0:
                yield target
                following = workflow.steps.get(target)
                while following is not None and following.afterwards is not None:
                    yield following.afterwards
                    following = workflow.steps.get(following.afterwards)


def _endless(scenario: Scenario, reached: Collection[str]) -> Iterator[Finding]:
    """Find loops that don't end when every bounded step has been made as often as it may."""
    steps = scenario.workflow.steps
    circles = [name for name in steps if _finally(scenario, name) is None]
    for name in circles:
        yield (
            ("workflow", "steps", name, "afterwards"),
            "leads in a circle of steps that have all been made as often as they may",
        )
    if circles:
        return
    onward = {
        name: [
            following
            for route in step.next
            for target, share in route.to.items()
            if share > 0 and (following := _finally(scenario, target)) in steps
        ]
        for name, step in steps.items()
        if step.afterwards is None
    }
    done: set[str] = set()
    loops: dict[str, list[str]] = {}

    def follow(name: str, way: list[str]) -> None:
        if name in done:
            return
        if name in way:
            loops.setdefault(way[-1], [*way[way.index(name) :], name])
            return
        for target in onward[name]:
            follow(target, [*way, name])
        done.add(name)

    for name in onward:
        if name in reached:
            follow(name, [])
    for name, loop in loops.items():
        yield (
            ("workflow", "steps", name, "next"),
            f"the workflow can't end: {' -> '.join(loop)} goes round; "
            "bound one of these steps by at_most, and say in afterwards where to go then",
        )


def _finally(scenario: Scenario, target: str) -> str | None:
    """Return where a route leads when bounded steps are exhausted, None: round in a circle."""
    seen: set[str] = set()
    while (step := scenario.workflow.steps.get(target)) and step.afterwards is not None:
        if target in seen:
            return None
        seen.add(target)
        target = step.afterwards
    return target


def _staffing(scenario: Scenario) -> Iterator[Finding]:
    """Find tasks that no officer, and crews that no officers together, can do at any time."""
    for name, stop in scenario.stops.items():
        here = [group for group in scenario.officers.values() if name in group.stop]
        if stop.lanes_per_officer is not None and not here:
            yield ("stops", name, "lanes_per_officer"), "no officer works at this stop"
    for name, step in scenario.workflow.steps.items():
        able_to = []
        there = True
        for place, task in tasks_of(step):
            path = ("workflow", "steps", name, *place, "do")
            if unattended(scenario, task):
                if task.equipment:
                    yield (
                        ("workflow", "steps", name, *place, "equipment"),
                        "self-service holds no equipment; let the machines be lanes of the stop",
                    )
                if task.agency is not None:
                    yield (
                        ("workflow", "steps", name, *place, "agency"),
                        "self-service needs no officer, of this agency or another",
                    )
                continue
            for name_of in task.do:
                if scenario.activities[name_of].not_before is not None:
                    yield path, f"an officer would wait with the vehicle until {name_of!r} can end"
            able = able_groups(scenario, step, task)
            able_to.append(able)
            if not able:
                there = False
                yield path, _nobody(scenario, step, task)
            elif not any(_on_duty(scenario, scenario.officers[key]) for key in able):
                there = False
                yield (
                    path,
                    f"no officer who can do this is ever on duty within the horizon "
                    f"({', '.join(able)} at stop {step.stop!r})",
                )
        together = step.order == "parallel" or step.when_done == "stay"
        if together and there and all(task.when is None for task in step.tasks):
            short = _short(scenario, able_to)
            if short:
                yield (
                    ("workflow", "steps", name, "crew"),
                    f"the crew needs {len(short)} officers at once for tasks that only "
                    f"{' or '.join(sorted({key for able in short for key in able}))} can do, "
                    "and there are never so many",
                )


def _nobody(scenario: Scenario, step: Step, task: Task) -> str:
    skills = {s for name in task.do if (s := scenario.activities[name].skill) is not None}
    here = {key: group for key, group in scenario.officers.items() if step.stop in group.stop}
    has = "; ".join(f"{key} has {', '.join(group.skills)}" for key, group in here.items())
    owned = [
        f"{kind} is for {scenario.equipment[kind].owner} alone"
        for kind in task.equipment
        if scenario.equipment[kind].sharing == "exclusive"
    ]
    return (
        f"no officer at stop {step.stop!r} can do this: one officer "
        + (f"of {task.agency} " if task.agency else "")
        + f"needs {', '.join(sorted(skills))}, and {has or 'nobody works there'}"
        + "".join(f"; {text}" for text in owned)
    )


def _short(scenario: Scenario, able_to: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return tasks of a crew for which there are too few officers (Hall's theorem)."""
    for size in range(1, len(able_to) + 1):
        for tasks in combinations(able_to, size):
            groups = {key for able in tasks for key in able}
            if sum(_officers(scenario, scenario.officers[key]) for key in groups) < size:
                return list(tasks)
    return []


def _officers(scenario: Scenario, group: OfficerGroup) -> int:
    """Return how many officers a group has at once at the most; a table may name any number."""
    if group.roster is not None:
        return MAX_PLACES
    changes = []
    for shift in group.shifts:
        for start, end in windows_of(scenario, shift, before=group.shift_offset):
            changes += [(start, 1, shift.count), (end, 0, -shift.count)]  # goings first
    present = most = 0
    for _, _, change in sorted(changes):
        present += change
        most = max(most, present)
    return most + sum(rotation.count for rotation in group.rotations)


def _on_duty(scenario: Scenario, group: OfficerGroup) -> bool:
    """Return whether any officer of a group is ever there; tables are looked at later."""
    if group.absence == 1:
        return False
    if group.roster is not None:
        return True
    end = scenario.horizon.duration
    if any(set(rotation.cycle) != {"off"} for rotation in group.rotations):
        return True
    offset = group.shift_offset
    return any(
        shift.count and start + offset < end and stop + offset > 0
        for shift in group.shifts
        for start, stop in windows_of(scenario, shift, before=offset)
    )


def _equipment(scenario: Scenario) -> Iterator[Finding]:
    """Find crews that need more equipment than there is, and moves to stops without a place."""
    for name, step in scenario.workflow.steps.items():
        together = step.order == "parallel" or step.when_done == "stay"
        needed: dict[str, int] = {}
        for _, task in tasks_of(step):
            if task.when is not None:  # perhaps never together with the others
                together = False
        for _, task in tasks_of(step):
            for kind in dict.fromkeys(task.equipment):
                others = needed.get(kind, 0)
                own = task.equipment.count(kind)
                needed[kind] = others + own if together else max(others, own)
        for kind, number in needed.items():
            if number > scenario.equipment[kind].count:
                yield (
                    ("workflow", "steps", name),
                    f"needs {number} of {kind!r} at once; there are "
                    f"{scenario.equipment[kind].count}",
                )
    for number, move in enumerate(scenario.moves):
        stop = scenario.stops.get(move.to)
        if stop is None or stop.waiting_area is None:
            continue
        if scenario.areas[stop.waiting_area].places == 0 and not _takes_no_time(move.time):
            yield (
                ("moves", number, "time"),
                f"a move to {move.to!r} takes time, but its waiting area has no place to hold "
                "for a vehicle on its way; give it at least one",
            )


def _takes_no_time(time: object) -> bool:
    return isinstance(time, Deterministic) and time.value == 0


def windows_of(
    scenario: Scenario, window: Window, until: float | None = None, before: float = 0.0
) -> list[tuple[float, float]]:
    """Return the stretches [start, end) of a daily window in minutes since the start.

    Those that end more than ``before`` minutes before the start are left out.
    """
    horizon = scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    days = frozenset(WEEKDAYS.index(day) for day in window.days)
    return calendar.daily_window(
        window.start,
        window.end,
        horizon.duration if until is None else until,
        days,
        before,
    )


def _admission(scenario: Scenario) -> Iterator[Finding]:
    """Find vehicles that come to a stop where no lane ever takes them."""
    found: set[tuple[str, str]] = set()
    for name, entries in _entries(scenario).items():
        for number, vehicle in enumerate(_vehicles(scenario, name)):
            if number >= MAX_COMBINATIONS:
                yield (
                    ("classes", name, "attributes"),
                    f"more than {MAX_COMBINATIONS} combinations of values",
                )
                break
            for step in _steps_of(scenario, vehicle, entries):
                stop = scenario.workflow.steps[step].stop
                if (stop, name) not in found and not _lane_for(scenario, stop, vehicle):
                    found.add((stop, name))
                    described = ", ".join(f"{key} {value}" for key, value in vehicle.items())
                    yield ("stops", stop, "lanes"), f"no lane ever takes a vehicle with {described}"


def _entries(scenario: Scenario) -> dict[str, list[tuple[Route, ...]]]:
    """Return for each class the routes by which its vehicles come, or get out of others."""
    entries: dict[str, list[tuple[Route, ...]]] = {name: [] for name in scenario.classes}
    arriving = [source.classes for source in scenario.traffic.values()]
    ways = [(classes, scenario.workflow.entry) for classes in arriving]
    ways += [(split.classes, split.to) for split in _splits(scenario).values()]
    for classes, routes in ways:
        for name, share in classes.items():
            if share and routes not in entries[name]:
                entries[name].append(routes)
    return {name: routes for name, routes in entries.items() if routes}


def _splits(scenario: Scenario) -> dict[str, Split]:
    """Return who gets out, by step."""
    steps = scenario.workflow.steps.items()
    return {name: step.split for name, step in steps if step.split is not None}


def _groups(scenario: Scenario) -> Iterator[Finding]:
    """Find members of groups that can't be, and those for whose lane or place a vehicle waits."""
    steps = scenario.workflow.steps
    reached: dict[str, str] = {}  # steps that members may make, with the step where they got out
    for name, split in _splits(scenario).items():
        for class_name in split.classes:
            occupants = scenario.classes[class_name].occupants
            if occupants != Occupants(low=1, high=1) and set(occupants.shares or ()) != {"1"}:
                yield (
                    ("workflow", "steps", name, "split", "classes", class_name),
                    f"those who get out are persons; class {class_name!r} must have 1 occupant",
                )
        ahead = [target for route in split.to for target, share in route.to.items() if share]
        while ahead:
            target = ahead.pop()
            if target in steps and target not in reached:
                reached[target] = name
                ahead += after(scenario.workflow, target)
    for name, step in steps.items():
        stop = scenario.stops[step.stop]
        for target, split_at in reached.items():
            other = scenario.stops[steps[target].stop]
            in_lane = (
                step.wait_for_group == "after"
                and other is stop
                and all(lane.admits is None for lane in stop.lanes)
            )
            in_area = (
                step.wait_for_group == "before"
                and stop.waiting_area is not None
                and stop.waiting_area == other.waiting_area
                and scenario.areas[stop.waiting_area].places is not None
            )
            if in_lane or in_area:
                yield (
                    ("workflow", "steps", name, "wait_for_group"),
                    f"vehicles would wait for those who get out at {split_at!r} and need the same "
                    f"{'lanes' if in_lane else 'waiting area'} at {target!r}: both might wait for "
                    "ever",
                )
                break


def _vehicles(scenario: Scenario, class_name: str) -> Iterator[dict[str, str]]:
    """Yield the vehicles of a class that differ in something that a condition looks at."""
    looked_at = {key for _, condition in _conditions(scenario) for key in condition}
    cases: list[tuple[str, Sequence[tuple[Mapping[str, tuple[str, ...]] | None, Sequence[str]]]]]
    cases = [
        (name, [(None, [value for value, share in shares.items() if share])])
        for name, shares in scenario.classes[class_name].attributes.items()
        if name in looked_at
    ]
    cases += [
        (name, [(case.when, [v for v, share in case.shares.items() if share]) for case in listed])
        for name, listed in scenario.selections.items()
        if name in looked_at
    ]
    columns: dict[str, list[str]] = {}
    member = any(split.classes.get(class_name) for split in _splits(scenario).values())
    for source, name, values in _columns(scenario):
        if name in looked_at and (member or scenario.traffic[source].classes.get(class_name)):
            columns.setdefault(name, []).extend(values)
    cases = [(name, [(None, list(dict.fromkeys(v)))]) for name, v in columns.items()] + cases
    if BOOKING in looked_at:
        cases.append((BOOKING, [(None, list(BOOKINGS))]))

    def extend(vehicle: dict[str, str], number: int) -> Iterator[dict[str, str]]:
        if number == len(cases):
            yield vehicle
            return
        name, listed = cases[number]
        for value in next(values for when, values in listed if meets(when, vehicle)):
            yield from extend({**vehicle, name: value}, number + 1)

    yield from extend({"class": class_name}, 0)


def _steps_of(
    scenario: Scenario, vehicle: Mapping[str, str], entries: Sequence[tuple[Route, ...]]
) -> set[str]:
    """Return the steps that a vehicle with these attributes may make from its entries on."""
    steps: set[str] = set()
    ahead = list(entries)
    while ahead:
        routes = ahead.pop()
        route = next(route for route in routes if meets(route.when, vehicle))
        targets = [target for target, share in route.to.items() if share > 0]
        while targets:
            step = scenario.workflow.steps.get(target := targets.pop())
            if step is not None and target not in steps:
                steps.add(target)
                ahead.append(step.next)
                if step.afterwards is not None:
                    targets.append(step.afterwards)
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
