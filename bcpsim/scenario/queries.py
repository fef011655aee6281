"""What follows from a scenario: attribute values, tasks and who can do them, windows of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bcpsim.files.record import PLAIN
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.crossings import CROSSING, Opening
from bcpsim.scenario.model import Route, Scenario, Split, Step, Task, Workflow
from bcpsim.scenario.security import ABSENT, ALARM, CLEAR, FOUND, PRESENT, REFERRED
from bcpsim.scenario.traffic import (
    BOOKING,
    BOOKINGS,
    NONE,
    SOME,
    BookedArrivals,
    Source,
    TimetableArrivals,
    WaitingArrivals,
)
from bcpsim.scenario.values import WEEKDAYS, Window
from bcpsim.scenario.work import DurationCase

Path = tuple[str | int, ...]
"""Keys from the top of a scenario to a field."""

Finding = tuple[Path, str]
"""A mistake: where it is, and what it is."""


def entry_of(scenario: Scenario, source: Source) -> tuple[Route, ...]:
    """Return where those of a source go on arrival, or wait at the start."""
    arrivals = source.arrivals
    if isinstance(arrivals, WaitingArrivals) and arrivals.step is not None:
        return (Route(to={arrivals.step: 1.0}),)
    return scenario.workflow.entry


def ways_to(scenario: Scenario, source: Source) -> dict[str, float]:
    """Return the crossings to which those of a source may go, with the minutes of the drive.

    The first is the usual one; empty where there is one crossing alone, or none is known.
    """
    [name] = [name for name, one in scenario.traffic.items() if one is source]
    drives = scenario.drives.get(name, {})
    usual = source.crossing or min(drives, key=lambda crossing: drives[crossing], default=None)
    if usual is None:
        return {}
    if isinstance(source.arrivals, WaitingArrivals):
        return {usual: 0.0}
    return {usual: drives.get(usual, 0.0), **drives}


def reached_by(scenario: Scenario, source: Source) -> list[str]:
    """Return the crossings to which those of a source go, or may be diverted; the usual first."""
    reached = dict.fromkeys(ways_to(scenario, source))
    for _ in scenario.crossings:
        for name in tuple(reached):
            reached |= dict.fromkeys(scenario.drives.get(name, ()))
    return list(reached)


def opening_of(scenario: Scenario, stop: str) -> Opening | None:
    """Return the opening hours of the border crossing point to which a stop belongs."""
    own = (crossing for crossing in scenario.crossings.values() if stop in crossing.stops)
    crossing = next(own, None)
    return scenario.opening if crossing is None else crossing.opening


def all_routes(scenario: Scenario) -> Iterator[tuple[Path, tuple[Route, ...]]]:
    """Yield the path and the routes of the entry, of each step and of who gets out there."""
    yield ("workflow", "entry"), scenario.workflow.entry
    for name, step in scenario.workflow.steps.items():
        yield ("workflow", "steps", name, "next"), step.next
        if step.split is not None:
            yield ("workflow", "steps", name, "split", "to"), step.split.to


def conditions(node: Any, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, tuple[str, ...]]]]:
    """Yield every condition in a scenario with its path."""
    if isinstance(node, BaseModel):
        for name, value in node:
            if name in ("when", "admits") and value is not None:
                yield (*path, name), value
            elif name == "priority" and isinstance(value, dict):  # of stops, in a disturbance
                for stop, listed in value.items():
                    yield from (((*path, name, stop, k), one) for k, one in enumerate(listed))
            elif name == "priority" and value:
                yield from (((*path, name, k), condition) for k, condition in enumerate(value))
            elif type(value) not in PLAIN:  # most are, and hold nothing
                yield from conditions(value, (*path, name))
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from conditions(value, (*path, name))
    elif isinstance(node, tuple):
        for number, value in enumerate(node):
            yield from conditions(value, (*path, number))


def attribute_values(scenario: Scenario) -> dict[str, list[str]]:
    """Return the values of each attribute and selection, and of ``booking`` where slots are."""
    values: dict[str, list[str]] = {}
    for _, name, given in timetable_attributes(scenario):
        values.setdefault(name, []).extend(given)
    for vehicle in scenario.classes.values():
        for name, shares in vehicle.attributes.items():
            values.setdefault(name, []).extend(shares)
    for name, index in scenario.risk_indices.items():
        values.setdefault(name, list(index.levels))
    values |= {name: [NONE, SOME] for name in of_occupants(scenario)}
    values |= {name: [ABSENT, PRESENT] for name in scenario.truths}
    values |= {name: [CLEAR, REFERRED] for name in scenario.referrals}
    for name, cases in scenario.selections.items():
        values[name] = [value for case in cases for value in case.shares]
    values |= {name: [CLEAR, ALARM, FOUND] for name in results(scenario)}
    if any(isinstance(s.arrivals, BookedArrivals) for s in scenario.traffic.values()):
        values[BOOKING] = list(BOOKINGS)
    if scenario.crossings:
        values[CROSSING] = list(scenario.crossings)
    return {name: list(dict.fromkeys(known)) for name, known in values.items()}


def given_attributes(scenario: Scenario) -> set[str]:
    """Return the attributes of classes, and those that timetables give."""
    given = {name for _, name, _ in timetable_attributes(scenario)}
    return given | {name for vehicle in scenario.classes.values() for name in vehicle.attributes}


def of_occupants(scenario: Scenario) -> list[str]:
    """Return the names of what some of the occupants of vehicles have."""
    names = (name for vehicle in scenario.classes.values() for name in vehicle.occupants_with)
    return list(dict.fromkeys(names))


def durations(scenario: Scenario) -> Iterator[tuple[Path, tuple[DurationCase, ...]]]:
    """Yield the durations of activities and parts with their paths, also those in disturbances."""
    for name, activity in scenario.activities.items():
        yield ("activities", name, "duration"), activity.duration
    for name, part in scenario.parts.items():
        if part.duration is not None:
            yield ("parts", name, "duration"), part.duration
        for regime, cases in part.by_regime.items():
            yield ("parts", name, "by_regime", regime), cases
    for name, disturbance in scenario.disturbances.items():
        for key, change in disturbance.activities.items():
            if change.duration is not None:
                yield ("disturbances", name, "activities", key, "duration"), change.duration


def results(scenario: Scenario) -> dict[str, str]:
    """Return the results of checks by name, and the activity of each."""
    return {
        record.detection.result: name
        for name, record in scenario.activities.items()
        if record.detection is not None and record.detection.result is not None
    }


def timetable_attributes(scenario: Scenario) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield source, name and values of each attribute that a timetable gives."""
    for source, record in scenario.traffic.items():
        if isinstance(record.arrivals, TimetableArrivals):
            for name, values in record.arrivals.attributes.items():
                yield source, name, values


def ready_by_timetable(scenario: Scenario) -> list[str]:
    """Return the names of what timetables make ready."""
    arrivals = (source.arrivals for source in scenario.traffic.values())
    names = (name for a in arrivals if isinstance(a, TimetableArrivals) for name in a.ready)
    return list(dict.fromkeys(names))


def made_ready(scenario: Scenario) -> list[str]:
    """Return the names of what is ready some time: by timetables, or since it is cleared."""
    return list(dict.fromkeys([*ready_by_timetable(scenario), *scenario.documents]))


def tasks_of(step: Step) -> Iterator[tuple[Path, Task]]:
    """Yield the tasks of a step with their paths below the step's."""
    for number, task in enumerate(step.tasks):
        yield (("crew", number) if step.crew else ()), task


def unattended(scenario: Scenario, task: Task) -> bool:
    """Return whether a task needs no officer from its beginning to its end."""
    return all(scenario.activities[name].skill is None for name in task.do)


def able_groups(scenario: Scenario, step: Step, task: Task) -> list[str]:
    """Return the groups at a stop that have all skills of a task and belong to its agency.

    Nobody does one that is self-service or a hold.
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


def sent_to(scenario: Scenario) -> list[str]:
    """Return the steps and outcomes to which disturbances send travellers, in force or not."""
    return [
        sent.to
        for disturbance in scenario.disturbances.values()
        for sent in disturbance.instead.values()
    ]


def splits(scenario: Scenario) -> dict[str, Split]:
    """Return who gets out, by step."""
    steps = scenario.workflow.steps.items()
    return {name: step.split for name, step in steps if step.split is not None}


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


def meets(condition: Mapping[str, tuple[str, ...]] | None, vehicle: Mapping[str, str]) -> bool:
    """Return whether a vehicle, given by class and attributes, meets a condition."""
    return condition is None or all(vehicle.get(key) in wanted for key, wanted in condition.items())
