"""Lanes that take whoever comes, by the ways that vehicles and persons may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bcpsim.scenario.crossings import CROSSING
from bcpsim.scenario.model import OUTCOMES, Route, Scenario
from bcpsim.scenario.queries import (
    Finding,
    after,
    all_routes,
    entry_of,
    meets,
    reached_by,
    splits,
    timetable_attributes,
    ways_to,
    windows_of,
)
from bcpsim.scenario.traffic import (
    BOOKING,
    BOOKINGS,
    NONE,
    SOME,
    Occupants,
    Source,
    WaitingArrivals,
)

MAX_COMBINATIONS = 100_000
"""Most combinations of attribute values of one class whose ways are followed."""


def admission(scenario: Scenario) -> Iterator[Finding]:
    """Find stops to which vehicles come that no lane there ever takes."""
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
    ways = [(source.classes, entry_of(scenario, source)) for source in scenario.traffic.values()]
    ways += [(split.classes, split.to) for split in splits(scenario).values()]
    for classes, routes in ways:
        for name, share in classes.items():
            if share and routes not in entries[name]:
                entries[name].append(routes)
    return {name: routes for name, routes in entries.items() if routes}


def waiting(scenario: Scenario) -> Iterator[Finding]:
    """Find more who wait at the start than have places where others are turned away."""
    for name, source in scenario.traffic.items():
        arrivals = source.arrivals
        if not isinstance(arrivals, WaitingArrivals):
            continue
        for step in {target for route in _entries_of(scenario, source) for target in route.to}:
            if step in OUTCOMES:
                continue
            stop = scenario.stops[scenario.workflow.steps[step].stop]
            if stop.waiting_area is None or stop.when_full != "turn_away":
                continue
            places = scenario.areas[stop.waiting_area].places
            if places is not None and arrivals.count > places:
                yield (
                    ("traffic", name, "arrivals", "count"),
                    f"{arrivals.count} can't wait for {step!r} at the start: the waiting area "
                    f"{stop.waiting_area!r} has {places} places, and turns others away "
                    "(when_full); lower the count, or let them wait_outside",
                )
                break


def _entries_of(scenario: Scenario, source: Source) -> Iterator[Route]:
    """Yield the routes on arrival by which those of a source may go who wait at the start."""
    usual = next(iter(ways_to(scenario, source)), None)
    for route in entry_of(scenario, source):
        when = route.when or {}
        if usual in when.get(CROSSING, (usual,)):
            yield route
            if not when.keys() - {CROSSING}:
                return


def groups(scenario: Scenario) -> Iterator[Finding]:
    """Find members who can never get out of a vehicle, and waits for members that can't end."""
    steps = scenario.workflow.steps
    reached: dict[str, str] = {}  # steps that members may make, with the step where they got out
    for name, split in splits(scenario).items():
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
    """Yield the vehicles of a class that differ in something that decides on routes or lanes."""
    looked_at = _deciding(scenario)
    cases: list[tuple[str, Sequence[tuple[Mapping[str, tuple[str, ...]] | None, Sequence[str]]]]]
    cases = [
        (name, [(None, [value for value, share in shares.items() if share])])
        for name, shares in scenario.classes[class_name].attributes.items()
        if name in looked_at
    ]
    cases += [
        (name, [(case.when, _some_or_none(case.share)) for case in listed])
        for name, listed in scenario.classes[class_name].occupants_with.items()
        if name in looked_at
    ]
    cases += [
        (name, [(case.when, [v for v, share in case.shares.items() if share]) for case in listed])
        for name, listed in scenario.selections.items()
        if name in looked_at
    ]
    cases += [
        (
            name,
            [
                *(({index.of: (place,)}, [index.level(place)]) for place in index.places),
                (None, [""]),
            ],
        )
        for name, index in scenario.risk_indices.items()
        if name in looked_at
    ]
    columns: dict[str, list[str]] = {}
    member = any(split.classes.get(class_name) for split in splits(scenario).values())
    for source, name, values in timetable_attributes(scenario):
        if name in looked_at and (member or scenario.traffic[source].classes.get(class_name)):
            columns.setdefault(name, []).extend(values)
    cases = [(name, [(None, list(dict.fromkeys(v)))]) for name, v in columns.items()] + cases
    if BOOKING in looked_at:
        cases.append((BOOKING, [(None, list(BOOKINGS))]))
    if CROSSING in looked_at:
        cases.append((CROSSING, [(None, _crossings(scenario, class_name, member))]))

    def extend(vehicle: dict[str, str], number: int) -> Iterator[dict[str, str]]:
        if number == len(cases):
            yield vehicle
            return
        name, listed = cases[number]
        for value in next(values for when, values in listed if meets(when, vehicle)):
            yield from extend({**vehicle, name: value}, number + 1)

    yield from extend({"class": class_name}, 0)


def _some_or_none(share: float) -> list[str]:
    """Return which values an attribute may have that a share of the occupants has."""
    return [NONE] * (share < 1) + [SOME] * (share > 0)


def _crossings(scenario: Scenario, class_name: str, member: bool) -> list[str]:
    """Return the crossings to which vehicles of a class may go, or in which they are."""
    sources = [
        source for source in scenario.traffic.values() if member or source.classes.get(class_name)
    ]
    return list(dict.fromkeys(name for source in sources for name in reached_by(scenario, source)))


def _deciding(scenario: Scenario) -> set[str]:
    """Return the attributes that routes and lanes look at, and those that decide on these."""
    routes = (route.when for _, routes in all_routes(scenario) for route in routes)
    lanes = (lane.admits for stop in scenario.stops.values() for lane in stop.lanes)
    ahead = [key for condition in (*routes, *lanes) for key in condition or ()]
    found: set[str] = set()
    while ahead:
        key = ahead.pop()
        if key not in found:
            found.add(key)
            ahead += [scenario.risk_indices[key].of] if key in scenario.risk_indices else []
            ahead += [
                other for case in scenario.selections.get(key, ()) for other in case.when or ()
            ]
    return found


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
